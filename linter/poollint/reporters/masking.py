"""Secrets in lines that are shown: a password is `***`, wherever the line comes from."""

import re
from itertools import chain

_IN_URL = re.compile(r"://[^\s:@/\"'{}$]*:(?P<secret>[^\s@\"'{}$/]+)@")
_KEY = r"(?i:[\w-]*(?:password|passwd|pwd|secret|token|api_?key)[\w-]*)"
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
    patterns = (_IN_URL, _QUOTED) if path.endswith(_CODE) else (_IN_URL, _QUOTED, _PLAIN)
    found = sorted(
        match.span("secret") for match in chain.from_iterable(each.finditer(line) for each in patterns)
    )
    separate: list[tuple[int, int]] = []
    for start, end in found:
        if not separate or start >= separate[-1][1]:
            separate.append((start, end))
    return separate


def masked(text: str) -> str:
    """A message without the password of any URL in it."""
    return _IN_URL.sub(lambda match: match[0].replace(f":{match['secret']}@", ":***@"), text)
