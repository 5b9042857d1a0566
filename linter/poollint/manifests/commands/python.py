"""`python script.py`, `python -m module`, and the commands of a project that do one thing and end."""

import re
from collections.abc import Mapping
from dataclasses import replace

from poollint.facts import Program
from poollint.manifests.commands.calling import serving
from poollint.manifests.commands.context import Line
from poollint.manifests.commands.entry_points import METADATA, entry_point
from poollint.manifests.commands.migrating import environment_script
from poollint.manifests.commands.options import Options
from poollint.manifests.commands.targets import module, path_module
from poollint.manifests.shell.builtins import absolute
from poollint.manifests.shell.expansion import likely
from poollint.source import SourceFile
from poollint.values import Default, Known, Unknown, Value

PYTHONS = frozenset(("python", "python2", "python3", "pypy", "pypy3", "pythonw"))
MIGRATION = "migration"
_VALUED = frozenset(("-W", "-X", "--check-hash-based-pycs"))

# What in a script's text says that it may start processes by itself.
STARTS_PROCESSES = re.compile(
    r"\bworkers=|\bmultiprocessing\b|\bProcessPoolExecutor\b|\bos\.fork\(|--workers\b"
)

# Commands that do one thing: words that must be among the first behind the name, and the role.
TASKS: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "flask": ((("db",), "migration"), (("shell",), "shell"), ((), "other")),
    "alembic": (((), "migration"),),
    "aerich": (((), "migration"),),
    "piccolo": ((("migrations",), "migration"), ((), "other")),
    "yoyo": (((), "migration"),),
    "fastapi": (((), "other"),),
    "celery": ((("flower",), "other"), (("shell",), "shell")),
    "litestar": ((("database",), "migration"), (("run",), "app"), ((), "other")),
    "manage.py": (
        (("migrate",), "migration"),
        (("db",), "migration"),
        (("shell",), "shell"),
        (("runserver",), "app"),
        ((), "other"),
    ),
    "pytest": (((), "other"),),
    "ipython": (((), "shell"),),
    "flower": (((), "other"),),
}


def is_python(name: str) -> bool:
    """`python`, `python3.11`, `pypy3`."""
    return name in PYTHONS or (name.startswith("python3.") and name[8:].isdecimal())


def split(words: tuple[Value, ...]) -> tuple[str, tuple[Value, ...]]:
    """What an interpreter is to run, and its arguments: `-m`, `-c`, a script, or nothing."""
    while words:
        word = likely(words[0]) or ""
        if word in ("-m", "-c"):
            return word, words[1:]
        if word.startswith("-m") and len(word) > len("-m"):
            return "-m", (Known(word[2:], Default("python")), *words[1:])
        if not word.startswith("-"):
            return "script", words
        words = words[2:] if word in _VALUED else words[1:]
    return "", ()


def task(line: Line) -> Program | None:
    """A command of `TASKS`, if this line is one of them."""
    positional = list(Options(line.words).positional())
    for needed, role in TASKS.get(line.name, ()):
        if not needed or any(word in needed for word in positional):
            one = Known(1, line.at)
            named = module(line.name, Options(line.words), line.context)
            script = environment_script(line) if role == MIGRATION else ""
            return Program(line.name, named, one, one, line.at, role, path=script)
    return None


def script(path: str, line: Line) -> Program:
    """A Python file that is run: one process, unless its text may start more.

    What it starts by name is looked for beside it first, where Python begins its search.
    """
    beside = absolute(path, line.context.directory).rpartition("/")[0]
    inner = replace(line, context=line.context.within(line.context.environment, beside))
    return _own("python", path_module(path, line.context.directory), line.context.file(path), inner)


def run_module(name: str, line: Line) -> Program:
    """`python -m name`."""
    return _own("python", name, line.context.module(name, "__main__"), line)


def console_script(line: Line) -> Program | None:
    """A command that the project itself installs."""
    target = next(
        (
            found
            for name in METADATA
            for file in line.context.metadata(name)
            if line.name in file.text and (found := entry_point(line.name, file))
        ),
        "",
    )
    module_name, _, entry = target.partition(":")
    return replace(_command_of_project(module_name, line), entry=entry) if module_name else None


def _command_of_project(module_name: str, line: Line) -> Program:
    found = line.context.module(module_name)
    if found is None:
        unknown = Unknown(f"the command {line.name} of the project decides", line.at)
        return Program(line.name, module_name, unknown, unknown, line.at, words=_called_with(line))
    return _own(line.name, module_name, found, line)


def _own(name: str, module_name: str, found: SourceFile | None, line: Line) -> Program:
    server = None if found is None else serving(found, line)
    if server is not None and found is not None:
        return server if server.path else replace(server, module=module_name, path=found.path)
    processes: Value
    if found is not None and STARTS_PROCESSES.search(found.text):
        processes = Unknown(f"{found.path} may start processes itself", line.at)
    else:
        processes = Known(1, Default("python", certain=found is not None))
    path = "" if found is None else found.path
    return Program(
        name,
        module_name,
        processes,
        Unknown("the script decides", line.at),
        line.at,
        path=path,
        words=_called_with(line),
    )


def _called_with(line: Line) -> tuple[str, ...] | None:
    """The words behind a program's name; None where one of them is not known."""
    given = [likely(word) for word in line.words]
    return None if None in given else tuple(word for word in given if word is not None)
