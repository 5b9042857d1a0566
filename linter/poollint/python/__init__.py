"""Python files -> engines: LibCST -> expressions -> values -> facts."""

from collections.abc import Iterable
from typing import Protocol

from poollint.python import handlers, makers
from poollint.reading import Code
from poollint.source import SourceFile

NEEDLES = (*makers.NEEDLES, *handlers.NEEDLES)
"""A Python file that holds none of these says nothing about engines by itself."""


class Files(Protocol):
    """The files of a project, as `poollint.project.Project` has them."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file's path."""

    def lookup(self, path: str) -> SourceFile | None:
        """A file by its path."""

    def containing(self, needle: bytes, suffix: str) -> tuple[str, ...]:
        """The files with that suffix that hold those bytes."""


def read_python(sources: Iterable[SourceFile], project: Files) -> Code:
    """What the Python files with a needle in them say; others are read where these lead to them."""
    from poollint.python.code import ProjectCode  # noqa: PLC0415 - LibCST, only where there is a file to read

    return ProjectCode(tuple(sources), project)
