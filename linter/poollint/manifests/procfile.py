"""The lines of a Procfile."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from poollint.source import SourceFile, Span

_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")


@dataclass(frozen=True, slots=True)
class ProcfileLine:
    """A process type and its command, for a shell."""

    name: str
    command: str
    at: Span


def lines(file: SourceFile) -> Iterator[ProcfileLine]:
    """Every process type in order; comments and what is no line of a Procfile are passed over."""
    for number, line in enumerate(file.lines(), 1):
        found = _LINE.match(line)
        if found:
            yield ProcfileLine(
                found.group(1), found.group(2).rstrip(), Span(file.path, number, 1, number, len(line) + 1)
            )
