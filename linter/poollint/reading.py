"""What readers are given and what they give back."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from poollint.facts import Environment, Fact
from poollint.source import Skipped, SourceFile
from poollint.values import Value

Lookup: TypeAlias = Callable[[str], SourceFile | None]
"""A file of the project by its path, relative to the root; None when there is none that can be read."""

Constants: TypeAlias = Callable[[str, Environment], Mapping[str, Value]]
"""The names that a Python file binds at module level, evaluated in an environment."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A manifest format: which files may hold it, and how they become facts.

    `wants` sees a path only; a file that it wants is opened when one of `needles` is among its bytes
    (no needles: always). `read` gets all such files of the project at once, because what belongs
    together may stand in several, and a lookup for those that they name.
    """

    name: str
    wants: Callable[[str], bool]
    needles: tuple[bytes, ...]
    read: Callable[[Iterable[SourceFile], Lookup], Iterator[Fact | Skipped]]
