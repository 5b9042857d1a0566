"""supervisord's programs: commands, how many of each, and their variables."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from operator import mul

from poollint.facts import Environment, Program
from poollint.frozen import frozen
from poollint.manifests import ini
from poollint.manifests.defaults import default
from poollint.manifests.shell.numbers import number
from poollint.source import SourceFile, Span
from poollint.values import FromEnv, Known, Value, combine

PLACES = (
    "supervisord.conf",
    "etc/supervisord.conf",
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
)

_VARIABLE = re.compile(r"%\(ENV_([A-Za-z_][A-Za-z0-9_]*)\)s")
_PAIR = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(\"[^\"]*\"|'[^']*'|[^,]*),?")


@frozen
class Supervised:
    """A `[program:x]` that starts by itself. `%(ENV_X)s` in the command is written `${X}`."""

    name: str
    command: str
    count: Value
    directory: str
    environment: Environment
    at: Span


def included(file: SourceFile) -> tuple[str, ...]:
    """The files of `[include]`, as patterns that start from the folder of the file that names them."""
    return tuple(
        pattern
        for setting in ini.settings(file)
        if (setting.section, setting.key) == ("include", "files")
        for pattern in setting.value.split()
    )


def programs(files: Iterable[SourceFile], environment: Environment) -> Iterator[Supervised]:
    """The programs of files in order; without a command or with `autostart=false` they are left out."""
    sections: dict[str, dict[str, ini.Setting]] = {}
    for setting in (each for file in files for each in ini.settings(file)):
        sections.setdefault(setting.section, {})[setting.key] = setting
    shared = _variables(sections.get("supervisord", {}).get("environment"))
    for section, found in sections.items():
        kind, _, name = section.partition(":")
        command = found.get("command")
        if kind not in ("program", "fcgi-program") or command is None:
            continue
        if "autostart" in found and found["autostart"].value.lower() in ("false", "no", "off", "0"):
            continue
        variables: Mapping[str, Value] = {**environment, **shared, **_variables(found.get("environment"))}
        count = found.get("numprocs")
        yield Supervised(
            name,
            _VARIABLE.sub(r"${\1}", command.value),
            default("supervisord-numprocs", "supervisord")
            if count is None
            else number(_value(count, environment)),
            found["directory"].value if "directory" in found else "",
            variables,
            command.at,
        )


def times(program: Program, count: Value) -> Program:
    """A program that is started several times."""
    if isinstance(count, Known) and count.value == 1:
        return program
    return replace(program, processes=combine(program.processes, count, mul, "x"))


def _variables(setting: ini.Setting | None) -> Environment:
    if setting is None:
        return {}
    pairs = (found.groups() for found in _PAIR.finditer(setting.value))
    return {name: Known(value.strip("\"' "), setting.at) for name, value in pairs}


def _value(setting: ini.Setting, environment: Environment) -> Value:
    whole = _VARIABLE.fullmatch(setting.value)
    if whole is None:
        return Known(setting.value, setting.at)
    name = whole.group(1)
    return environment.get(name) or FromEnv((name,), None, "", setting.at)
