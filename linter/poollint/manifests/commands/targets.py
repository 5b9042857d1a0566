"""The module that a command line names."""

import re
from collections.abc import Mapping
from typing import Literal

from poollint.frozen import frozen
from poollint.manifests.commands.context import Context
from poollint.manifests.commands.options import Options
from poollint.manifests.shell.builtins import absolute
from poollint.manifests.shell.expansion import likely

Names = Literal["application", "object", "either", "module"]
"""`application`: `module:attribute` or a file; `object`: `module.attribute`; `either`: a module, or
an attribute of one; `module`: a module."""

_APPLICATION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(\(.*\))?")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


@frozen
class Target:
    """Where a program's command line has the name of what it imports, and what the name means.

    `flags` before `variables` before words that are no flag (`positional`) before the first of
    `files` that is there.
    """

    names: Names
    flags: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    positional: bool = False
    alone: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


_SERVER = Target("application", positional=True)

# https://fastapi.tiangolo.com/fastapi-cli/: where `fastapi run` looks without a path.
_FASTAPI_FILES = ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py")

TARGETS: Mapping[str, Target] = {
    "uvicorn": _SERVER,
    "gunicorn": Target("application", positional=True, alone=("--preload", "-R", "-D")),
    "hypercorn": _SERVER,
    "granian": _SERVER,
    "daphne": _SERVER,
    "waitress": _SERVER,
    "waitress-serve": _SERVER,
    "robyn": Target("application", positional=True),
    "fastapi": Target("application", positional=True, files=_FASTAPI_FILES),
    "litestar": Target("application", flags=("--app",), variables=("LITESTAR_APP",)),
    "flask": Target("application", flags=("--app", "-A"), variables=("FLASK_APP",)),
    "celery": Target("either", flags=("-A", "--app"), variables=("CELERY_APP",)),
    "dramatiq": Target("application", positional=True),
    "arq": Target("object", positional=True),
    "taskiq": Target("application", positional=True),
    "huey_consumer": Target("object", positional=True),
    "huey_consumer.py": Target("object", positional=True),
    "huey": Target("object", positional=True),
    "procrastinate": Target("object", flags=("--app", "-a"), variables=("PROCRASTINATE_APP",)),
    "rq": Target("module", flags=("-c", "--config")),
}


def module(name: str, options: Options, context: Context, skip: int = 0) -> str:
    """The module that a program imports, empty where the line does not tell.

    `skip` leaves out positional words that are subcommands.
    """
    target = TARGETS.get(name)
    if target is None:
        return ""
    given = options.value(target.flags)
    text = None if given is None else likely(given)
    if text is None:
        values = (context.environment.get(variable) for variable in target.variables)
        text = next((found for value in values if value is not None and (found := likely(value))), None)
    if text is None and target.positional:
        words = list(options.positional(target.alone))[skip:]
        text = next((word for word in words if _APPLICATION.fullmatch(word)), None)
        text = text or next((word for word in words if _named(word) or word.endswith(".py")), None)
    if text is None and target.files:
        text = next((path for path in target.files if context.file(f"./{path}") is not None), None)
    return "" if text is None else imported(text, target.names, context)


def imported(text: str, names: Names, context: Context) -> str:
    """The module in `app.main:app`, `src/main.py`, `proj.celery_app`."""
    before, colon, _ = text.partition(":")
    if before.endswith(".py") or "/" in before:
        return path_module(before, context.directory)
    if colon or not _named(before):
        return before if _named(before) else ""
    if names == "object":
        return before.rpartition(".")[0]
    if names == "either" and "." in before and not _exists(before, context):
        parent = before.rpartition(".")[0]
        return parent if _exists(parent, context) else before
    return before


def _named(text: str) -> bool:
    return bool(_DOTTED.fullmatch(text))


def _exists(dotted: str, context: Context) -> bool:
    path = dotted.replace(".", "/")
    return any(context.file(each) is not None for each in (f"./{path}.py", f"{path}/__init__.py"))


def path_module(path: str, directory: str) -> str:
    """The module of a Python file, as seen from the working directory: `src/main.py` is `src.main`."""
    whole = absolute(path, directory)
    inside = whole.removeprefix(f"{absolute(directory, '')}/") if directory else whole
    parts = inside.removesuffix(".py").strip("/").split("/")
    if parts[-1] in ("__main__", "__init__") and len(parts) > 1:
        parts = parts[:-1]
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""
