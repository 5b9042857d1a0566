"""One reader per format of deployment files; all of them give the same facts."""

from collections.abc import Iterable, Sequence

from poollint.facts import Fact
from poollint.manifests import compose, dockerfile, kubernetes, procfile
from poollint.manifests.functions import cloudformation, serverless
from poollint.manifests.images import complete
from poollint.manifests.servers import configmaps, odyssey, pgbouncer_ini, pgcat, recognise
from poollint.reading import Constants, Lookup, Reader
from poollint.source import Skipped, SourceFile

READERS: tuple[Reader, ...] = (
    kubernetes.READER,
    compose.READER,
    dockerfile.READER,
    procfile.READER,
    pgbouncer_ini.READER,
    configmaps.READER,
    pgcat.READER,
    odyssey.READER,
    cloudformation.READER,
    serverless.READER,
)
"""Every format, in the order in which `read_manifests` gets their files."""


def read_manifests(
    files_by_reader: Sequence[Iterable[SourceFile]], lookup: Lookup, constants: Constants
) -> tuple[Fact | Skipped, ...]:
    """What all readers find, with the programs of containers and the servers that containers are.

    `files_by_reader` has the files of each of `READERS`, in their order.
    """
    read = [
        each
        for reader, files in zip(READERS, files_by_reader, strict=True)
        for each in reader.read(files, lookup)
    ]
    completed = tuple(complete(read, lookup, constants))
    facts = recognise((each for each in completed if not isinstance(each, Skipped)), lookup)
    return (*facts, *(each for each in completed if isinstance(each, Skipped)))
