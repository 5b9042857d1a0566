"""One reader per format of deployment files; all of them give the same facts."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from poollint.manifests.formats import READERS
from poollint.source import Skipped, SourceFile

if TYPE_CHECKING:
    from poollint.facts import Fact
    from poollint.reading import Calls, Constants, Lookup

__all__ = ["READERS", "read_manifests"]


def read_manifests(
    files_by_reader: Sequence[Sequence[SourceFile]],
    lookup: "Lookup",
    constants: "Constants",
    calls: "Calls | None" = None,
) -> "tuple[Fact | Skipped, ...]":
    """What all readers find, with the programs of containers and the servers that containers are.

    `files_by_reader` has the files of each of `READERS`, in their order; without `calls` nothing is
    known about servers that Python files start.
    """
    read = [
        each
        for reader, files in zip(READERS, files_by_reader, strict=True)
        if files
        for each in reader.read(files, lookup)
    ]
    return _completed(read, lookup, constants, calls) if read else ()


def _completed(
    read: "Iterable[Fact | Skipped]", lookup: "Lookup", constants: "Constants", calls: "Calls | None"
) -> "tuple[Fact | Skipped, ...]":
    from poollint.manifests.images import complete  # noqa: PLC0415 - late: only for what was found
    from poollint.manifests.inside import with_texts  # noqa: PLC0415
    from poollint.manifests.servers import recognise  # noqa: PLC0415
    from poollint.reading import no_calls  # noqa: PLC0415

    files = with_texts(lookup)
    completed = tuple(complete(read, files, constants, calls or no_calls))
    facts = recognise((each for each in completed if not isinstance(each, Skipped)), files)
    return (*facts, *(each for each in completed if isinstance(each, Skipped)))
