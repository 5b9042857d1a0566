"""A comment with the lines that it speaks about."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from poollint.frozen import frozen


@frozen
class Comment:
    """A comment; `text` begins behind its sign. Lines and columns count from 1.

    `first` and `last` are the lines of the statement or entry that it stands on, or above.
    """

    text: str
    line: int
    column: int
    first: int
    last: int


class Lines:
    """Offsets of a text as lines and columns."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def attached(
    found: Sequence[tuple[str, int, int, bool]],
    statements: Sequence[tuple[int, int]],
    *,
    nested: bool = False,
) -> list[Comment]:
    """Comments (text, line, column, whether it is alone on its line) with the statements they speak about.

    `statements` are first and last lines, in order of the first. One that is alone speaks about the
    statement that goes on around it, else about the one that begins below. Where statements are
    `nested` in each other there is always one around, and the one that begins below comes first.
    """
    alone_lines = {line for _, line, _, alone in found if alone}
    begins = {first: (first, last) for first, last in reversed(statements)}
    joined = []
    for text, line, column, alone in found:
        below = line + 1
        while below in alone_lines:
            below += 1
        following = begins.get(below) if alone else None
        around = None if alone and nested else _innermost(statements, line)
        first, last = around or following or (line, line)
        joined.append(Comment(text, line, column, first, last))
    return joined


def _innermost(statements: Sequence[tuple[int, int]], line: int) -> tuple[int, int] | None:
    around = [each for each in statements if each[0] <= line <= each[1]]
    return min(around, key=lambda each: each[1] - each[0]) if around else None
