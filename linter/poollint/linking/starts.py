"""What is asked when engines are linked: a program where it runs, and where evidence comes from."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from poollint.facts import Container, Engine, Program, Workload
from poollint.frozen import frozen
from poollint.linking.declared import Declared
from poollint.reading import Code
from poollint.topology import Evidence, Unresolved

Linked: TypeAlias = tuple[tuple[Engine, Evidence], ...]


@frozen
class Start:
    """A program in its container and workload."""

    workload: Workload
    container: Container
    program: Program


@frozen
class Sources:
    """Where evidence comes from.

    `builds` are all folders that images are built from; the deepest one that holds an engine's file is
    the engine's own.
    """

    code: Code
    declared: Declared
    builds: tuple[str, ...]


def component(path: str, builds: Sequence[str]) -> str:
    """The deepest build folder that holds a file; empty for none (also the root itself)."""
    holding = [build for build in builds if build and path.startswith(f"{build}/")]
    return max(holding, key=len, default="")


def ambiguous(start: Start, engines: Iterable[Engine], why: str) -> Unresolved:
    """Several engines fit equally well: none is linked, and a line of configuration settles it."""
    workload, names = start.workload, sorted({each.name for each in engines})
    return Unresolved(
        start.container.at,
        f"which engine {workload.label} runs",
        f"{', '.join(names)} {why}",
        f'[[tool.poollint.workloads]] name = "{workload.name}"; '
        f'match = "{workload.label}"; engines = ["{names[0]}"]',
    )
