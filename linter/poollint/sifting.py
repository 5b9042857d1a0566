"""Which files of a project anybody reads, by their names and bytes. Imports no reader."""

from collections.abc import Sequence

from poollint.frozen import frozen
from poollint.manifests.formats import READERS
from poollint.project import Project
from poollint.python import NEEDLES
from poollint.source import SourceFile

COMMENT = b"poollint"
"""What the bytes of a file with a directive hold."""


@frozen
class Files:
    """The files that somebody reads: Python, those of each manifest reader, those with directives."""

    python: Sequence[SourceFile]
    manifests: Sequence[Sequence[SourceFile]]
    commented: Sequence[SourceFile]

    def __bool__(self) -> bool:
        return bool(self.python or self.commented or any(self.manifests))


def sifted(project: Project) -> Files:
    """The files of a project that hold what its readers look for."""
    commented, python, *manifests = project.sift(
        [
            (None, (COMMENT,)),
            (_is_python, NEEDLES),
            *((reader.wants, reader.needles) for reader in READERS),
        ]
    )
    return Files(python, manifests, commented)


def _is_python(path: str) -> bool:
    return path.endswith(".py")
