"""Excerpts: lines of a file with marks below the places that matter."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from poollint.frozen import frozen
from poollint.reporters.lines import shown, visible
from poollint.reporters.masking import masked
from poollint.source import SourceFile, Span

Paint: TypeAlias = Callable[[str, str], str]
"""(text, style) -> text with the terminal's codes for the style, or without any."""

_STYLES = {"error": "1;31", "warning": "1;33", "info": "1;36", "bold": "1", "gutter": "34", "note": "34"}
_LARGEST_GAP = 1


def plain(text: str, _style: str) -> str:
    """No colours."""
    return text


def painted(text: str, style: str) -> str:
    """Colours by ANSI codes."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if text else text


@frozen
class Mark:
    """A place with its label; `sign` is what underlines it."""

    at: Span
    label: str
    sign: str
    style: str


@frozen
class Frame:
    """The gutter that the excerpts of one finding share: the width of its line numbers."""

    width: int
    paint: Paint

    def arrow(self, sign: str, place: str) -> str:
        """` --> path:1:2`."""
        return f"{' ' * (self.width + 1)}{self.paint(sign, 'gutter')} {place}"

    def bar(self, text: str = "") -> str:
        """`   | text`, below or between lines of a file."""
        return f"{' ' * (self.width + 2)}{self.paint('|', 'gutter')}{' ' + text if text else ''}"

    def numbered(self, number: int, text: str) -> str:
        """` 12 | text`."""
        return f" {self.paint(f'{number:>{self.width}} |', 'gutter')}{' ' + text if text else ''}"

    def row(self, text: str) -> str:
        """`   = text`."""
        return f"{' ' * (self.width + 1)}{self.paint('=', 'gutter')} {text}"


def excerpt(file: SourceFile | None, marks: Sequence[Mark], frame: Frame) -> Iterator[str]:
    """The lines of the marks, in order, each with its underlines; without a file the labels alone."""
    yield frame.bar()
    before = 0
    for number in sorted({mark.at.line for mark in marks}):
        here = [mark for mark in marks if mark.at.line == number]
        if file is None:
            yield from (frame.bar(f"{mark.sign} {_label(mark)}") for mark in here)
            continue
        if before and number - before - 1 > _LARGEST_GAP:
            yield f" {frame.paint('.' * max(frame.width, 3), 'gutter')}"
        elif before and number - before > 1:
            yield _source(file, before + 1, frame)
        yield from _marked(file, number, here, frame)
        before = number
    yield frame.bar()


def _source(file: SourceFile, number: int, frame: Frame) -> str:
    return frame.numbered(number, shown(file.path, file.line(number)).text)


def _marked(file: SourceFile, number: int, marks: Sequence[Mark], frame: Frame) -> Iterator[str]:
    text = file.line(number)
    line = shown(file.path, text, marks[0].at.column)
    yield frame.numbered(number, line.text)
    for mark in sorted(marks, key=lambda each: each.at.column):
        end = mark.at.end_column if mark.at.end_line == mark.at.line else len(text.rstrip()) + 1
        under = line.underline(mark.at.column, end, mark.sign)
        signs = under.lstrip()
        blank = " " * (len(under) - len(signs))
        yield frame.bar(f"{blank}{frame.paint(f'{signs} {_label(mark)}'.rstrip(), mark.style)}")


def _label(mark: Mark) -> str:
    return visible(masked(mark.label))
