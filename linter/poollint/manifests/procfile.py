"""Procfiles: a process type a line, each started in as many copies as the platform is told."""

import re
from collections.abc import Iterable, Iterator

from poollint.facts import Command, Container, Fact, Pods, Workload
from poollint.frozen import frozen
from poollint.manifests.defaults import default
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Unknown

_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")
_NOT_DEPLOYED = (".dev", ".local", ".md", ".example")
_RELEASE = "release"
_SCALED = "how many copies run is not in the Procfile"


@frozen
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
            at = Span(file.path, number, 1, number, len(line) + 1)
            yield ProcfileLine(found.group(1), found.group(2).rstrip(), at)


def read(files: Iterable[SourceFile], _lookup: Lookup) -> Iterator[Fact | Skipped]:
    """A workload for each process type. The release phase runs once and ends."""
    for file in files:
        for line in lines(file):
            yield _workload(line, file)


def _workload(line: ProcfileLine, file: SourceFile) -> Workload:
    release = line.name == _RELEASE
    count = default("procfile-release", "Procfile") if release else Unknown(_SCALED, line.at)
    folder = file.path.rpartition("/")[0]
    container = Container(
        line.at,
        line.name,
        Unknown("the platform builds the image", line.at),
        command=Command((line.command,), shell=True, at=line.at),  # noqa: S604 - a fact, nothing is called
        open_environment=True,
        build=folder,
    )
    return Workload(
        line.at,
        "procfile",
        "process",
        line.name,
        Pods(count, count, Unknown("the platform decides", line.at)),
        (container,),
        scope=f"procfile:{file.path}",
        one_shot=release,
    )
