"""A line of a file as a terminal shows it, and where each of its characters comes to stand."""

from collections.abc import Sequence
from unicodedata import category, east_asian_width

from poollint.frozen import frozen
from poollint.reporters.masking import secrets

_TAB = 4
_WIDEST = 160
_BEFORE = 40


@frozen
class Shown:
    """What is printed, and the cell (from 0) at which each source column (from 1) begins."""

    text: str
    cells: Sequence[int]

    def underline(self, column: int, end_column: int, sign: str) -> str:
        """Blanks up to a column, then signs below the columns up to the end (at least one)."""
        start = self._cell(column)
        return " " * start + sign * max(1, self._cell(end_column) - start)

    def _cell(self, column: int) -> int:
        return self.cells[min(max(column, 1), len(self.cells)) - 1]


def shown(path: str, line: str, column: int = 1) -> Shown:
    """A line with secrets masked, tabs widened and control characters made visible.

    Of a very long line only the surroundings of the column are kept.
    """
    pieces: list[str] = []
    widths: list[int] = []
    hidden = iter(secrets(path, line))
    secret = next(hidden, None)
    for index, character in enumerate(line):
        if secret is not None and index >= secret[1]:
            secret = next(hidden, None)
        if secret is not None and secret[0] <= index:
            pieces.append("***" if index == secret[0] else "")
        else:
            pieces.append(visible(character))
        widths.append(_width(pieces[-1]))
    cells = [0]
    for width in widths:
        cells.append(cells[-1] + width)
    return _cut(pieces, cells, column)


def visible(text: str) -> str:
    """Text without anything that a terminal would obey; tabs are blanks."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escaped(each) for each in text)


def _escaped(character: str) -> str:
    if character == "\t":
        return " " * _TAB
    if "\udc80" <= character <= "\udcff":  # how Python keeps a byte of a path that is no text
        character = chr(ord(character) - 0xDC00)
    return f"\\x{ord(character):02x}" if character <= "\xff" else f"\\u{ord(character):04x}"


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(
        0 if category(each) in {"Mn", "Me"} else 2 if east_asian_width(each) in "WF" else 1 for each in text
    )


def _cut(pieces: list[str], cells: list[int], column: int) -> Shown:
    if cells[-1] <= _WIDEST:
        return Shown("".join(pieces).rstrip(), cells)
    focus = cells[min(column, len(cells)) - 1]
    first = next((index for index, cell in enumerate(cells) if cell >= focus - _BEFORE), 0)
    if cells[first] <= _BEFORE // 2:
        first = 0
    start = cells[first]
    last = max(index for index, cell in enumerate(cells) if cell - start <= _WIDEST)
    before, after = ("…" if first else ""), ("…" if last < len(pieces) else "")
    moved = [min(max(cell - start, 0), cells[last] - start) + len(before) for cell in cells]
    return Shown(before + "".join(pieces[first:last]).rstrip() + after, moved)
