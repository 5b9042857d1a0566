"""Programs that the catalogue describes: processes, work at once, and what sets them."""

import operator
import tomllib
from collections.abc import Collection, Mapping
from math import inf

from poollint.catalogue import programs as catalogue
from poollint.facts import Program
from poollint.frozen import frozen
from poollint.manifests.commands.context import Line
from poollint.manifests.commands.migrating import environment_script
from poollint.manifests.commands.options import Options
from poollint.manifests.commands.targets import imported, module
from poollint.manifests.shell.builtins import absolute
from poollint.manifests.shell.expansion import CPUS, Scope, fields, likely
from poollint.manifests.shell.numbers import number
from poollint.manifests.shell.parser import words
from poollint.manifests.shell.syntax import ShellError
from poollint.source import SourceFile
from poollint.toml_places import key_places
from poollint.values import Default, FromEnv, Known, Text, Unknown, Value, combine, mapped

WORKERS = frozenset(("celery", "dramatiq", "arq", "taskiq", "rq", "huey", "procrastinate"))
BEATS = frozenset(("celery-beat", "taskiq-scheduler", "rq-scheduler"))
_SOLO = "solo"
_CELERY = "celery"
_TRUE = frozenset(("true", "1", "yes", "on"))
_APPLICATION_SETTING = "wsgi_app"
_FOLDER_FLAGS = ("--app-dir", "--chdir", "--working-dir", "--workdir")
_FOLDER_SETTINGS = ("chdir",)


@frozen
class Server:
    """A command line of a program in the catalogue, with its configuration file read."""

    entry: catalogue.Program
    line: Line
    options: Options
    extra: Options
    """Words of the variable that holds further arguments."""
    settings: Mapping[str, Value]

    def default(self, value: float | None) -> Known | Unknown:
        """A number of the catalogue; none is the number of CPUs."""
        certain = self.entry.confidence == "high"
        origin = Default(self.entry.name, self.entry.source[0], certain)
        return Unknown(CPUS, origin) if value is None else Known(value, origin)

    def given(
        self, flags: Collection[str], settings: Collection[str] = (), variables: Collection[str] = ()
    ) -> Value | None:
        """What is configured: flags, then flags of a variable, then the file, then variables."""
        found = self.options.value(flags)
        if found is None:
            found = self.extra.value(flags)
        if found is None:
            found = next((self.settings[name] for name in settings if name in self.settings), None)
        if found is None:
            environment = self.line.context.environment
            found = next((environment[name] for name in variables if name in environment), None)
        return found

    def count(self, value: Value | None, default: float | None) -> Value:
        """A number that is configured, or its default; words that cannot be read may hold another."""
        if value is not None:
            return mapped(value, _auto, "int") if likely(value) == "auto" else number(value)
        opaque = self.options.opaque()
        fallback = self.default(default)
        if isinstance(opaque, FromEnv):
            return FromEnv(opaque.variables, fallback, "arguments", opaque.origin)
        return fallback if opaque is None else Unknown(opaque.why, opaque.origin)

    def processes(self) -> Value:
        """Worker processes."""
        entry = self.entry
        if self.options.has(entry.single_flags):
            return Known(1, self.line.at)
        ranged = self.given(entry.range_flags)
        if ranged is not None:
            return mapped(ranged, _most, "int")
        given = self.given(entry.process_flags, entry.process_settings, entry.process_variables)
        count = self.count(given, entry.processes)
        extra = self.given(entry.extra_process_flags)
        return count if extra is None else combine(count, number(extra), operator.add, "+")

    def worker_class(self) -> Value:
        """The worker class or pool, by name."""
        entry = self.entry
        given = self.given(entry.class_flags, entry.class_settings)
        return given if given is not None else Known(entry.default_class, self.default(0).origin)

    def threads(self) -> Value:
        """Threads of one process."""
        entry = self.entry
        given = self.given(entry.thread_flags, entry.thread_settings, entry.thread_variables)
        return self.count(given, entry.threads)

    def at_once(self, worker_class: Value) -> Value:
        """Work at once in one process."""
        if self.options.has(self.entry.unthreaded_flags):
            return Known(1, self.line.at)
        if not self.entry.at_once_by_class:
            return self._at_once(self.entry.at_once)
        return mapped(worker_class, self._at_once_of_class, "worker class")

    def _at_once_of_class(self, known: Known) -> Value:
        name = str(known.value)
        kind = self.entry.at_once_by_class.get(name)
        if kind is None and name not in ("", self.entry.default_class):
            return Unknown(f"worker class {name[:60]} is not known", known.origin)
        return self._at_once(kind or self.entry.at_once)

    def _at_once(self, kind: catalogue.AtOnce) -> Value:
        entry = self.entry
        match kind:
            case "one":
                return self.threads() if entry.thread_flags else self.default(1)
            case "threads":
                return self.threads()
            case _:  # a loop, tasks or greenlets
                counted = kind != "loop" or not entry.class_flags  # a class with a loop has no such limit
                given = self.given(entry.task_flags, entry.task_settings) if counted else None
                most = inf if kind == "loop" or entry.tasks is None else entry.tasks
                return self.default(most) if given is None else self.count(given, most)

    def preload(self) -> Value | None:
        """Whether the application is loaded before workers are forked; None where nothing forks."""
        entry = self.entry
        if not entry.preload_flags and not entry.preload_settings:
            return None
        if self.options.has(entry.preload_flags) or self.extra.has(entry.preload_flags):
            return Known(value=True, origin=self.line.at)
        given = next((self.settings[name] for name in entry.preload_settings if name in self.settings), None)
        return (
            Known(value=False, origin=self.default(0).origin)
            if given is None
            else mapped(given, _truth, "bool")
        )

    def timeout(self) -> Value | None:
        """Seconds after which the server gives up on a request; None where it never does."""
        entry = self.entry
        given = self.given(entry.timeout_flags, entry.timeout_settings)
        return None if given is None and entry.timeout is None else self.count(given, entry.timeout)


def served(entry: catalogue.Program, line: Line) -> Program:
    """The program of a command line that the catalogue knows."""
    server = configured(entry, line)
    family = entry.name.partition("-")[0]
    target = module(family, Options(_behind_subcommand(entry, line)), line.context)
    if not target and _APPLICATION_SETTING in server.settings:
        target = imported(likely(server.settings[_APPLICATION_SETTING]) or "", "application", line.context)
    worker_class = server.worker_class()
    shown = likely(worker_class) or ""
    processes, at_once = _meant(server, shown, worker_class)
    if shown == "sync":
        shown = _promoted(server.threads(), shown)
    return Program(
        family,
        target,
        processes,
        at_once,
        line.at,
        _role(entry, family),
        preload=server.preload(),
        request_timeout=server.timeout(),
        worker_class=shown,
        path=environment_script(line) if entry.one_shot else _path_of(server, target),
    )


def _path_of(server: Server, target: str) -> str:
    """The file of the module, also where the server changes to another folder first."""
    folder = server.given(_FOLDER_FLAGS, _FOLDER_SETTINGS)
    there = None if folder is None else likely(folder)
    context = server.line.context
    if there is not None:
        context = context.within(context.environment, absolute(there, context.directory))
    found = context.module(target)
    return "" if found is None else found.path


def _role(entry: catalogue.Program, family: str) -> str:
    if entry.name in BEATS:
        return "beat"
    if entry.one_shot:
        return "migration"
    return "worker" if family in WORKERS else "app"


def _behind_subcommand(entry: catalogue.Program, line: Line) -> tuple[Value, ...]:
    """The words without the subcommand, which is no module."""
    at = next((i for i, word in enumerate(line.words) if likely(word) in entry.subcommands), None)
    return line.words if at is None else (*line.words[:at], *line.words[at + 1 :])


def _meant(server: Server, shown: str, worker_class: Value) -> tuple[Value, Value]:
    """Processes and work at once: what the number of the flags counts depends on the class."""
    entry = server.entry
    match entry.count_by_class.get(shown):
        case "tasks":
            count = server.processes() if entry.process_flags else server.threads()
            return server.default(1), count
        case "processes":
            return server.threads(), server.default(1)
        case _:
            solo = shown == _SOLO
            return server.default(1) if solo else server.processes(), server.at_once(worker_class)


def _promoted(threads: Value, worker_class: str) -> str:
    """gunicorn makes `sync` with several threads `gthread`."""
    return "gthread" if isinstance(threads, Known) and threads.value != 1 else worker_class


def configured(entry: catalogue.Program, line: Line) -> Server:
    """The program with the arguments of its variable and its configuration file."""
    options, context = Options(line.words), line.context
    extra = Options(_extra(entry, line))
    given = options.value(entry.config_flags) or extra.value(entry.config_flags)
    candidates = entry.config_files if given is None else (_path(given),)
    files = (context.file(_file_of(each)) for each in candidates if each)
    found = next((file for file in files if file is not None and file.path.endswith((".py", ".toml"))), None)
    settings: Mapping[str, Value] = {}
    if found is not None:
        is_toml = found.path.endswith(".toml")
        settings = _toml(found, entry) if is_toml else context.constants(found.path, context.environment)
    elif entry.name == _CELERY:
        from poollint.manifests.commands import celery  # noqa: PLC0415 - late: it parses Python

        settings = celery.settings(module(_CELERY, options, context), _settings(entry), line)
    elif given is not None:
        why = Unknown(f"configuration file {likely(given) or ''} is not in the repository", line.at)
        settings = dict.fromkeys(_settings(entry), why)
    return Server(entry, line, options, extra, settings)


def _toml(file: SourceFile, entry: catalogue.Program) -> Mapping[str, Value]:
    """The settings at the top of a TOML file, with their places."""
    try:
        document: dict[str, object] = tomllib.loads(file.text)
        at = key_places(file.path, file.text)
    except (ValueError, RecursionError):
        return dict.fromkeys(_settings(entry), Unknown(f"{file.path} is not valid TOML", file.whole()))
    return {
        name: Known(value, at.get((name,), file.whole()))
        for name, value in document.items()
        if isinstance(value, str | int | float | bool)
    }


def _path(given: Value) -> str:
    """A path; where only its end is known (`$DIR/gunicorn.conf.py`), as seen from here."""
    whole = likely(given)
    if whole is None and isinstance(given, Text) and isinstance(given.parts[-1], str):
        return given.parts[-1].lstrip("/")
    return whole or ""


def _file_of(path: str) -> str:
    """gunicorn's `python:package.module` and `file:path` as a path."""
    if path.startswith("python:"):
        return f"{path.removeprefix('python:').replace('.', '/')}.py"
    return path.removeprefix("file:")


def _settings(entry: catalogue.Program) -> tuple[str, ...]:
    named = entry.process_settings + entry.thread_settings + entry.task_settings + entry.class_settings
    return named + entry.preload_settings + entry.timeout_settings


def _extra(entry: catalogue.Program, line: Line) -> tuple[Value, ...]:
    value = line.context.environment.get(entry.arguments_variable)
    text = None if value is None else likely(value)
    if text is None:
        return ()
    try:
        scope = Scope(line.context.environment, line.at)
        return tuple(each for word in words(text) for each in fields(word, scope))
    except ShellError:
        return ()


def _auto(known: Known) -> Value:
    return Unknown(CPUS, known.origin)


def _most(known: Known) -> Value:
    """`--autoscale=10,3`: at most ten."""
    return number(Known(str(known.value).partition(",")[0], known.origin, known.through))


def _truth(known: Known) -> Value:
    return Known(str(known.value).lower() in _TRUE, known.origin, known.through)
