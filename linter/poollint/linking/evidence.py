"""Which engines a program of a container opens, and why that is believed."""

from collections.abc import Iterable, Sequence
from posixpath import dirname

from poollint.facts import Container, Engine, Program, Role, Workload
from poollint.frozen import frozen
from poollint.linking.declared import Declared
from poollint.reading import Code
from poollint.topology import Evidence, Unresolved

_PYTHON = "python"
"""The program that runs a script or module of the project: what that imports is its own."""
_NOT_THE_SERVICE = ("other", "shell")
"""Roles of programs (a cache, a tool) that share an image or variables with the service at most."""
Linked = tuple[tuple[Engine, Evidence], ...]


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


def engines_of(start: Start, sources: Sources) -> Linked | Unresolved:
    """The engines of a program, by the strongest evidence that there is.

    A module that never imports an engine opens none, whatever its variables are.
    """
    link = sources.declared.link_of(start.workload.label, start.workload.name)
    if link is not None and link.engines:
        by_configuration = Evidence("configuration", f"workload '{link.name}'", (link.at,))
        chosen = (each for each in sources.code.engines if each.name in link.engines)
        return tuple((each, by_configuration) for each in chosen)
    candidates = tuple(each for each in sources.code.engines if _can_run(each, start.program))
    module, build = start.program.module, start.container.build
    path = start.program.path or (sources.code.module_path(module, build) if module else None)
    if path is not None:
        return tuple(_by_command(path, start.program, candidates, sources.code))
    if start.program.role in _NOT_THE_SERVICE:
        return ()
    if build:
        return tuple(_by_image(start.container, candidates, sources.builds))
    return _by_variable(start, candidates, sources.builds)


def _can_run(engine: Engine, program: Program) -> bool:
    if program.role == "migration" and engine.role is not Role.MIGRATION:
        return program.name == _PYTHON and bool(program.module)
    return program.role == "migration" or engine.role in (Role.SERVICE, Role.SCRIPT)


def _by_command(
    path: str, program: Program, candidates: Iterable[Engine], code: Code
) -> Iterable[tuple[Engine, Evidence]]:
    for engine in candidates:
        route = code.reaches(path, engine)
        if route is None or (engine.role is Role.SCRIPT and not _is_own(engine, path, program)):
            continue
        shown = " imports ".join(route)
        yield engine, Evidence("command", f"{program.name} starts {shown}", (program.at, engine.at))


def _is_own(engine: Engine, path: str, program: Program) -> bool:
    """Whether a script's engine is the program's: of its file, or of a file beside it that scripts share."""
    beside = program.name == _PYTHON and dirname(engine.at.path) == dirname(path)
    return engine.at.path == path or beside


def _by_image(
    container: Container, candidates: Iterable[Engine], builds: Sequence[str]
) -> Iterable[tuple[Engine, Evidence]]:
    for engine in candidates:
        if engine.role is Role.SERVICE and component(engine.at.path, builds) == container.build:
            says = f"the image is built from {container.build}"
            yield engine, Evidence("image", says, (container.at, engine.at))


def _by_variable(start: Start, candidates: Iterable[Engine], builds: Sequence[str]) -> Linked | Unresolved:
    container, workload = start.container, start.workload
    own = {variable.name: variable for variable in container.environment}
    matching = [
        (engine, name)
        for engine in candidates
        if engine.role is Role.SERVICE
        for name in engine.url.variables[:1]
        if name in own
    ]
    components = {component(engine.at.path, builds) for engine, _ in matching}
    if len(components) > 1:
        names = ", ".join(sorted(engine.name for engine, _ in matching))
        first, variable = matching[0]
        return Unresolved(
            container.at,
            f"which engine {workload.label} runs",
            f"{names} all read {variable}",
            f'[[tool.poollint.workloads]] name = "{workload.name}"; '
            f'match = "{workload.label}"; engines = ["{first.name}"]',
        )
    return tuple(
        (engine, Evidence("variable", f"{name} is set", (own[name].at, engine.at)))
        for engine, name in matching
    )


def component(path: str, builds: Sequence[str]) -> str:
    """The deepest build folder that holds a file; empty for none (also the root itself)."""
    holding = [build for build in builds if build and path.startswith(f"{build}/")]
    return max(holding, key=len, default="")
