"""Versions as catalogue files write them: dotted numbers, compared number by number."""

import re
from collections.abc import Mapping
from typing import TypeVar

ValueT = TypeVar("ValueT")


def version_key(version: str) -> tuple[int, ...]:
    """`v1.25.2-p0` -> (1, 25, 2), `1.21.0` -> (1, 21). Raises ValueError where no number leads."""
    match = re.match(r"v?(\d+(?:\.\d+)*)", version)
    if match is None:
        raise ValueError(f"not a version: {version!r}")
    parts = [int(part) for part in match[1].split(".")]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def in_range(version: str, since: str, before: str) -> bool:
    """Whether since <= version < before; an empty bound is open."""
    key = version_key(version)
    return (not since or version_key(since) <= key) and (not before or key < version_key(before))


def as_of(values: Mapping[str, ValueT], version: str) -> ValueT | None:
    """The value of the newest key that is not above `version`; None before the first."""
    known = [since for since in values if version_key(since) <= version_key(version)]
    return values[max(known, key=version_key)] if known else None
