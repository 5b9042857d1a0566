"""The instructions of a Dockerfile: lines that go on, comments between them, and heredocs."""

import re
from collections.abc import Iterator

from poollint.frozen import frozen
from poollint.source import Skipped, SourceFile, Span

LONGEST = 100_000
"""Characters of one instruction."""

_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)\s+(.*)", re.DOTALL)
_ESCAPE = re.compile(r"#\s*escape\s*=\s*([\\`])\s*", re.IGNORECASE)
_HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_][A-Za-z0-9_]*)\1")
_WITH_HEREDOC = frozenset(("RUN", "COPY", "ADD"))


@frozen
class Instruction:
    """A keyword in capitals and what stands behind it, continued lines joined by blanks."""

    keyword: str
    rest: str
    at: Span


def instructions(file: SourceFile) -> Iterator[Instruction | Skipped]:
    """The instructions of a Dockerfile in order."""
    lines = file.lines()
    escape = next((found.group(1) for line in lines[:5] if (found := _ESCAPE.fullmatch(line))), "\\")
    number = 0
    while number < len(lines):
        first = number
        number += 1
        if not lines[first].strip() or lines[first].lstrip().startswith("#"):
            continue
        pieces = [lines[first]]
        while pieces[-1].rstrip().endswith(escape) and number < len(lines):
            pieces[-1] = pieces[-1].rstrip()[:-1]
            while number < len(lines) and lines[number].lstrip().startswith("#"):
                number += 1
            if number < len(lines):
                pieces.append(lines[number])
                number += 1
        whole = " ".join(piece.strip() for piece in pieces)
        at = Span(file.path, first + 1, 1, first + 1, len(lines[first]) + 1)
        found = _INSTRUCTION.match(whole)
        if found is None:
            continue
        if len(whole) > LONGEST:
            yield Skipped(at, f"an instruction of more than {LONGEST:,} characters")
            continue
        keyword = found.group(1).upper()
        if keyword in _WITH_HEREDOC:
            number = _behind_heredocs(whole, lines, number)
        yield Instruction(keyword, found.group(2).strip(), at)


def _behind_heredocs(whole: str, lines: list[str], number: int) -> int:
    for found in _HEREDOC.finditer(whole):
        end = next((i for i in range(number, len(lines)) if lines[i].strip() == found.group(2)), None)
        number = number if end is None else end + 1
    return number
