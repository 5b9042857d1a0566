"""Secrets in lines that are shown: a password is `***`, wherever the line comes from."""

import re
from itertools import chain

from poollint.passwords import NAME, hidden_in_urls, in_urls

_KEY = r"[\w-]*" + NAME
_QUOTED = re.compile(_KEY + r"[\"']?\]?\s*[:=]\s*[bfru]{0,2}(?P<quote>[\"'])(?P<secret>[^\"'{}$]+)(?P=quote)")
_PLAIN = re.compile(
    r"^[\s-]*(?:export\s+|ENV\s+|ARG\s+)?" + _KEY + r"\s*[:=]\s*(?P<secret>[^\s\"'{}$&*!|>#][^\s#]*)"
)
_CODE = (".py", ".pyi")


def secrets(path: str, line: str) -> list[tuple[int, int]]:
    """The half-open ranges of a line of a file that hold literal secrets, in order, not overlapping.

    References (`${PASSWORD}`, `{{ .Values.password }}`, `settings.PASSWORD`) are no secrets. In Python
    only what is quoted is literal.
    """
    patterns = (_QUOTED,) if path.endswith(_CODE) else (_QUOTED, _PLAIN)
    named = (match.span("secret") for match in chain.from_iterable(each.finditer(line) for each in patterns))
    separate: list[tuple[int, int]] = []
    for start, end in sorted((*in_urls(line), *named)):
        if not separate or start >= separate[-1][1]:
            separate.append((start, end))
    return separate


def masked(text: str) -> str:
    """A message without the password of any URL in it."""
    return hidden_in_urls(text)
