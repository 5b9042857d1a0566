"""Python files -> engines: LibCST -> expressions -> values -> facts."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from poollint.python.engines import makers
from poollint.python.lifetimes import entry_points
from poollint.source import SourceFile

if TYPE_CHECKING:
    from poollint.reading import Code, Memory

NEEDLES = (*makers.NEEDLES, *entry_points.NEEDLES)
"""A Python file that holds none of these says nothing about engines by itself."""


class Files(Protocol):
    """The files of a project, as `poollint.project.Project` has them."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file's path."""
        ...

    @property
    def memory(self) -> "Memory | None":
        """What earlier runs have read; None where nothing is remembered."""
        ...

    def lookup(self, path: str) -> SourceFile | None:
        """A file by its path."""
        ...

    def containing(self, needle: bytes, suffix: str) -> tuple[str, ...]:
        """The files with that suffix that hold those bytes."""
        ...


def read_python(sources: Iterable[SourceFile], project: Files) -> "Code":
    """What the Python files with a needle in them say; others are read where these lead to them."""
    files = tuple(sources)
    if any(makers.mentioned(file.text) for file in files):
        from poollint.python.code import ProjectCode  # noqa: PLC0415 - late: the whole interpreter

        # pyright takes no cached_property for a property of a protocol
        return ProjectCode(files, project)  # pyright: ignore[reportReturnType]
    from poollint.python.engineless import EnginelessCode  # noqa: PLC0415 - late: only where manifests are

    return EnginelessCode(files, project)  # pyright: ignore[reportReturnType] - see above
