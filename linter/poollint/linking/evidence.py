"""Which engines a program of a container opens, and why that is believed."""

from collections.abc import Iterable, Sequence
from posixpath import dirname

from poollint.facts import Container, Engine, Program, Role
from poollint.linking.migrations import MIGRATION, TOOLS, migrated
from poollint.linking.starts import Linked, Sources, Start, ambiguous, component
from poollint.reading import Code
from poollint.topology import Evidence, Unresolved

_PYTHON = "python"
"""The program that runs a script or module of the project: what that imports is its own."""
_NOT_THE_SERVICE = ("other", "shell")
"""Roles of programs (a cache, a tool) that share an image or variables with the service at most."""


def engines_of(start: Start, sources: Sources) -> Linked | Unresolved:
    """The engines of a program, by the strongest evidence that there is.

    A module that never imports an engine opens none, whatever its variables are.
    """
    link = sources.declared.link_of(start.workload.label, start.workload.name)
    if link is not None and link.engines:
        by_configuration = Evidence("configuration", f"workload '{link.name}'", (link.at,))
        chosen = (each for each in sources.code.engines if each.name in link.engines)
        return tuple((each, by_configuration) for each in chosen)
    program, container = start.program, start.container
    if program.role == MIGRATION and program.name in TOOLS:
        return migrated(start, sources)
    candidates = tuple(each for each in sources.code.engines if _can_run(each, program))
    module, build = program.module, container.build
    path = program.path or (sources.code.module_path(module, build) if module else None)
    if path is not None:
        return tuple(_by_command(path, program, candidates, sources.code))
    if program.role in _NOT_THE_SERVICE:
        return ()
    if module and _is_of_the_project(module, build, sources.code):
        return _missing(start)
    if build:
        return tuple(_by_image(start.container, candidates, sources.builds))
    return _by_variable(start, candidates, sources.builds)


def _is_of_the_project(module: str, build: str, code: Code) -> bool:
    """Whether the package of a module is in the project, though the module itself was not found."""
    parts = module.split(".")
    return any(code.module_path(".".join(parts[:count]), build) for count in range(1, len(parts)))


def _missing(start: Start) -> Unresolved:
    workload, module = start.workload, start.program.module
    return Unresolved(
        start.program.at,
        f"which engines {workload.label} runs",
        f"{module} is not among the files, though its package is",
        f'[[tool.poollint.workloads]] name = "{workload.name}"; match = "{workload.label}"; engines = []',
    )


def _can_run(engine: Engine, program: Program) -> bool:
    """Whether a role fits; a program that is called like a migration may be one of the service's own."""
    if program.role == MIGRATION:
        return engine.role is Role.MIGRATION or (program.name == _PYTHON and bool(program.module))
    return engine.role in (Role.SERVICE, Role.SCRIPT)


def _by_command(
    path: str, program: Program, candidates: Iterable[Engine], code: Code
) -> Iterable[tuple[Engine, Evidence]]:
    for engine in candidates:
        route = code.reaches(path, engine, program)
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
    container = start.container
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
        return ambiguous(start, (engine for engine, _ in matching), f"all read {matching[0][1]}")
    return tuple(
        (engine, Evidence("variable", f"{name} is set", (own[name].at, engine.at)))
        for engine, name in matching
    )
