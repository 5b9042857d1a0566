"""Images that start a program by themselves."""

import re

from poollint.catalogue import programs as catalogue
from poollint.facts import Program
from poollint.manifests.commands.context import Context
from poollint.manifests.commands.targets import imported
from poollint.manifests.shell.expansion import CPUS, likely
from poollint.manifests.shell.numbers import number
from poollint.source import Span
from poollint.values import Default, Known, Unknown, Value

START_SCRIPTS = frozenset(("start.sh", "start-reload.sh"))
_APPLICATIONS = ("./app/main.py", "./main.py")
_LOOP = re.compile(r"uvicorn")


def repository(image: str) -> str:
    """An image's name without tag and digest."""
    name = image.partition("@")[0]
    head, slash, tail = name.rpartition("/")
    return f"{head}{slash}{tail.partition(':')[0]}"


def program(script: str, context: Context, at: Span) -> Program | None:
    """The program of an image whose start script (or nothing, empty) is run."""
    container = catalogue.container_of(repository(context.base)) if context.base else None
    entry = None if container is None else catalogue.programs().get(container.program)
    if container is None or entry is None or (script and script not in START_SCRIPTS):
        return None
    origin = Default(container.name, container.source[0], container.confidence == "high")
    count = context.environment.get(container.count_variable)
    processes: Value = _by_processors(container, context, at) if count is None else number(count)
    return Program(
        entry.name,
        _module(context),
        processes,
        Unknown("the image's configuration decides", origin),
        at,
        path=_file(context),
    )


def _by_processors(container: catalogue.Container, context: Context, at: Span) -> Value:
    """As many as the node has CPUs; exactly the most that are allowed where even the least reach that."""
    origin = Default(container.name, container.source[0], container.confidence == "high")
    most = context.environment.get(container.most_variable)
    bound = None if most is None else number(most)
    if isinstance(bound, Known) and isinstance(bound.value, int) and bound.value <= container.least:
        return bound
    return Unknown(CPUS, origin if bound is None else at)


def _file(context: Context) -> str:
    named = context.module(_module(context)) or next(filter(None, map(context.file, _APPLICATIONS)), None)
    return "" if named is None else named.path


def _module(context: Context) -> str:
    for name in ("APP_MODULE", "MODULE_NAME"):
        value = context.environment.get(name)
        found = None if value is None else likely(value)
        if found:
            return imported(found, "application", context)
    there = next((path for path in _APPLICATIONS if context.file(path) is not None), "")
    return {"./app/main.py": "app.main", "./main.py": "main"}.get(there, "")
