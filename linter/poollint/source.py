"""Files as text, and places in them."""

from operator import attrgetter

from poollint.frozen import frozen


@frozen
class Span:
    """A place in a file of the project.

    `path` is relative to the project's root, with forward slashes. Lines and columns count from 1,
    in characters; `end_column` is the first column behind the place, so `end_column - column` is
    the length of a place on one line.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"

    def __lt__(self, other: "Span") -> bool:
        return _ORDER(self) < _ORDER(other)

    @property
    def full(self) -> str:
        """`path:line:column`, as editors and terminals link it."""
        return f"{self.path}:{self.line}:{self.column}"


_ORDER = attrgetter("path", "line", "column", "end_line", "end_column")


@frozen
class SourceFile:
    """A file of the project, decoded. Line ends are as in the file."""

    path: str
    text: str

    def line(self, number: int) -> str:
        """The text of a line (from 1) without its end; empty beyond the last."""
        lines = self.lines()
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def lines(self) -> list[str]:
        """All lines, split as Python and YAML split them (never at form feeds or U+2028)."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def whole(self) -> Span:
        """The place that stands for the file itself."""
        return Span(self.path, 1, 1, 1, 1)


@frozen
class Skipped:
    """Something that could not be read, and why. The rest of the project was read nevertheless.

    `expected` says that nothing is broken: a template, a patch, a file that is not in the repository.
    """

    at: Span
    why: str
    expected: bool = False
