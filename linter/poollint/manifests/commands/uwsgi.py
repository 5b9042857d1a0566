"""uWSGI: flags and keys of an ini file are the same words."""

import re
from collections.abc import Mapping

from poollint.catalogue import programs as catalogue
from poollint.facts import Program
from poollint.manifests import ini
from poollint.manifests.commands.context import Line
from poollint.manifests.commands.options import Options
from poollint.manifests.commands.targets import imported
from poollint.manifests.shell.expansion import CPUS, likely
from poollint.manifests.shell.numbers import number
from poollint.values import Default, FromEnv, Known, Unknown, Value

_COUNTS = ("processes", "workers")
_SHORT = {"processes": ("-p",), "workers": (), "module": ("-w",), "threads": ()}
_TARGETS = ("module", "wsgi", "wsgi-file", "file", "mount")
_LAZY = ("lazy-apps", "lazy")
_GREENLETS = ("gevent", "asyncio", "async")
_VARIABLE = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")


def program(entry: catalogue.Program, line: Line) -> Program:
    """The program of a `uwsgi` command line with the ini files that it names."""
    options = Options(line.words)
    keys = {**_settings(line, options), **_flags(options)}
    origin = Default(entry.name, entry.source[0], entry.confidence == "high")

    def count(names: tuple[str, ...], default: int | None) -> Value:
        value = next((keys[name] for name in names if name in keys), None)
        if value is not None:
            return Unknown(CPUS, line.at) if likely(value) in ("%k", "auto") else number(value)
        if _UNREAD in keys:
            return Unknown("configuration file of uwsgi is not in the repository", line.at)
        return Known(default, origin)

    lazy = any(_holds(keys.get(name)) for name in _LAZY)
    greenlets = next((name for name in _GREENLETS if name in keys), None)
    timeout = keys.get("harakiri")
    return Program(
        entry.name,
        _module(keys, line),
        count(_COUNTS, entry.processes),
        count(("threads",), entry.threads) if greenlets is None else count((greenlets,), 1),
        line.at,
        preload=Known(not lazy, origin) if _UNREAD not in keys else None,
        request_timeout=None if timeout is None else number(timeout),
        worker_class=greenlets or "",
    )


_UNREAD = "\0unread"


def _settings(line: Line, options: Options) -> Mapping[str, Value]:
    found: dict[str, Value] = {}
    given = options.value(("--ini", "--ini-paste", "--yaml", "--json", "--xml"))
    names = [likely(given) or "?"] if given is not None else []
    names += [word for word in options.positional() if word.endswith((".ini", ".yml", ".yaml", ".json"))]
    for name in names:
        file = line.context.file(name.partition(":")[0]) if name.partition(":")[0].endswith(".ini") else None
        if file is None:
            found[_UNREAD] = Unknown("not read", line.at)
            continue
        for setting in ini.settings(file):
            if setting.section == "uwsgi":
                found[setting.key] = _expanded(setting, line)
    return found


def _expanded(setting: ini.Setting, line: Line) -> Value:
    whole = _VARIABLE.fullmatch(setting.value)
    if whole is None:
        return Known(setting.value, setting.at)
    name = whole.group(1)
    return line.context.environment.get(name) or FromEnv((name,), None, "", setting.at)


def _flags(options: Options) -> Mapping[str, Value]:
    found: dict[str, Value] = {}
    for key in (*_COUNTS, "threads", *_TARGETS, *_GREENLETS, "harakiri"):
        value = options.value((f"--{key}", *_SHORT.get(key, ())))
        if value is not None:
            found[key] = value
    for key in _LAZY:
        if options.has((f"--{key}",)):
            found[key] = Known("true", Default("uwsgi"))
    return found


def _module(keys: Mapping[str, Value], line: Line) -> str:
    named = next((likely(keys[name]) for name in _TARGETS if name in keys), None) or ""
    return imported(named.rpartition("=")[2], "application", line.context)


def _holds(value: Value | None) -> bool:
    return value is not None and (likely(value) or "").lower() in ("true", "1", "yes", "on")
