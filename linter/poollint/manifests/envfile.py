"""`.env` files: lines of `NAME=value`."""

import re
from collections.abc import Iterator

from poollint.facts import Variable
from poollint.source import SourceFile, Span
from poollint.values import Known

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=[ \t]*(.*)", re.DOTALL)
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ESCAPES = {r"\n": "\n", r"\r": "\r", r"\t": "\t", r"\"": '"', r"\\": "\\", r"\$": "$"}
_ESCAPE = re.compile(r"\\[nrt\"\\$]")
LONGEST_VALUE = 200
"""Lines of one quoted value; a quote that is not closed costs no more."""


def variables(file: SourceFile) -> Iterator[Variable]:
    """Every assignment in order; a later one of the same name wins. Other lines are passed over.

    Values are as they stand: `$NAME` in them is not replaced.
    """
    lines = file.lines()
    number = 0
    while number < len(lines):
        first = number
        number += 1
        found = _LINE.fullmatch(lines[first])
        if found is None:
            continue
        name, text = found.groups()
        if text[:1] in ("'", '"'):
            while _open(text) and number < len(lines) and number - first < LONGEST_VALUE:
                text += f"\n{lines[number]}"
                number += 1
        at = Span(file.path, first + 1, 1, first + 1, len(lines[first]) + 1)
        yield Variable(name, Known(_plain(text), at), at)


def _open(text: str) -> bool:
    return _end(text) < 0


def _end(text: str) -> int:
    """Where the quote at the beginning is closed, -1 if it is not."""
    at = 1
    while at < len(text):
        if text[at] == "\\" and text[0] == '"':
            at += 1
        elif text[at] == text[0]:
            return at
        at += 1
    return -1


def _plain(text: str) -> str:
    if text[:1] in ("'", '"') and not _open(text):
        inner = text[1 : _end(text)]
        return inner if text[0] == "'" else _ESCAPE.sub(lambda found: _ESCAPES[found.group()], inner)
    return _COMMENT.sub("", text).strip()
