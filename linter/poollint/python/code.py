"""A project's Python as those who link see it: engines, and answers to questions about them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from posixpath import dirname

from poollint.catalogue.programs import calls_that_serve
from poollint.facts import Engine, Environment, FunctionHandler, Lifetime, Program, Role
from poollint.python import Files
from poollint.python.definitions import Definitions
from poollint.python.engines import makers
from poollint.python.engines.engines import Surroundings, engines_of, in_order
from poollint.python.engines.roles import is_one_shot_place, role_of, serves
from poollint.python.engines.versions import versions_of
from poollint.python.evaluation.asked import Answers
from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.evaluation.events import ROUNDS
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import Abstract, Class, ExternalCall, MakerCall
from poollint.python.imports import Imports
from poollint.python.libraries.accessors import accessor_call
from poollint.python.libraries.alembic import Alembic
from poollint.python.libraries.flask import current_setting, flask_calls
from poollint.python.libraries.flask_settings import URI
from poollint.python.libraries.settings import instance_of, settings_call
from poollint.python.libraries.url_calls import url_call
from poollint.python.lifetimes import handlers
from poollint.python.lifetimes.lifetimes import lifetimes
from poollint.python.lifetimes.surroundings import Surroundings as LifetimeSurroundings
from poollint.python.modules import Sources
from poollint.python.uses import Run, Uses
from poollint.reading import Call
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Known, Symbol, Value


class ProjectCode:
    """See `poollint.reading.Code`. What is asked for is evaluated once."""

    def __init__(self, files: Iterable[SourceFile], project: Files) -> None:
        self.files = tuple(files)
        self.project = project
        self.sources = Sources(project.paths, project.lookup, project.memory)
        self.imports = Imports(project.lookup, self.sources)
        self.uses = Uses(
            project.lookup,
            lambda needle: project.containing(needle, ".py"),
            self.imports.of,
            lambda path: self._own_role(path) is Role.TEST,
        )
        self.versions = versions_of(project.paths, project.lookup)
        self.plain = self._evaluator({})
        self.by_environment: dict[tuple[tuple[str, Value], ...], Evaluator] = {}
        self.evaluated: dict[tuple[int, str], tuple[Engine, ...]] = {}
        self.answered: dict[str, list[tuple[Answers, tuple[Engine, ...]]]] = {}
        self.roles: dict[str, Role] = {}
        self.called: dict[tuple[str, ...], Imports] = {}

    @cached_property
    def engines(self) -> tuple[Engine, ...]:
        """Every engine as the code alone says, in the order of files and lines."""
        return tuple(in_order(engine for path in self._paths() for engine in self._engines(path, self.plain)))

    @cached_property
    def handlers(self) -> tuple[FunctionHandler, ...]:
        """Entry points of cloud functions."""
        return tuple(
            handler
            for file in self.files
            for handler in handlers.handlers_in(file, self.sources.dotted(file.path))
        )

    @cached_property
    def lifetimes(self) -> tuple[Lifetime, ...]:
        """What the code around the engines does to them."""
        if not self.engines:
            return ()
        around = LifetimeSurroundings(
            self.sources,
            lambda needle: self.project.containing(needle, ".py"),
            self._role,
            self.imports_engine,
            Definitions(self.sources),
            self.handlers,
        )
        return tuple(lifetimes(self.engines, around))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The files that could not be parsed, of those that had to be."""
        for _ in self.engines:
            break
        read = (self.sources.module(path) for path in self.sources.parsed)
        return tuple(module for module in read if isinstance(module, Skipped))

    def in_environment(self, engine: Engine, environment: Environment) -> Engine:
        """The engine as it is where these variables are set; itself where it is not made there at all."""
        same = self._there(engine, environment)
        exact = [each for each in same if (each.name, each.made_for) == (engine.name, engine.made_for)]
        named = [each for each in same if each.name == engine.name]
        return next(iter(exact or named or same), engine)

    def is_replaced(self, engine: Engine, environment: Environment) -> bool:
        """Whether another branch is taken where these variables are set: it makes another engine there."""
        if not engine.exclusive or self._there(engine, environment):
            return False
        others = (each for each in self.engines if each.exclusive == engine.exclusive)
        return any(self._there(each, environment) for each in others)

    def _there(self, engine: Engine, environment: Environment) -> list[Engine]:
        """What the call of an engine makes where these variables are set."""
        key = tuple(sorted(environment.items(), key=lambda item: item[0]))
        if key not in self.by_environment:
            self.by_environment[key] = self._evaluator(environment)
        found = self._engines(engine.at.path, self.by_environment[key])
        return [each for each in found if each.at == engine.at]

    def module_path(self, dotted: str, near: str) -> str | None:
        """The file that defines a module, looked for from a folder of the project upwards."""
        return self.sources.file_of(dotted, near)

    def imports_engine(self, path: str, engine: Engine) -> tuple[str, ...] | None:
        """The files by which imports lead from a module to an engine's, both included."""
        return self.imports.reaches(path, engine.at.path)

    def reaches(self, path: str, engine: Engine, program: Program | None = None) -> tuple[str, ...] | None:
        """The files by which a program that starts with a module comes to an engine, both included."""
        words, entry = (None, "") if program is None else (program.words, program.entry or _entry(program))
        imports = self._imports_of(words)
        way = imports.reaches(path, engine.at.path)
        is_extension = engine.callee == makers.FLASK
        if way is None or not (is_extension or self.uses.is_function(engine.at)):
            return way
        run = Run(path, words, entry, lambda file: imports.reaches(path, file) is not None)
        if is_extension and not self.uses.sets_up(engine.at.path, _variable(engine), run):
            return None
        return way if self._comes_to(engine, run) else None

    def _imports_of(self, words: tuple[str, ...] | None) -> Imports:
        """What a program imports that is called with these words: other commands load nothing."""
        if not words:
            return self.imports
        if words not in self.called:
            self.called[words] = Imports(lambda path: self.uses.as_called(path, words), self.sources)
        return self.called[words]

    def _comes_to(self, engine: Engine, program: Run) -> bool:
        """Whether a program makes an engine: the calls that lead to it are run.

        Of the engines of one call those count of which all calls on the way are run. Where there are
        none it is called from a place that is not followed: then it counts once, if it is the same for
        all callers that are.
        """
        if not self._run((engine.at,), program):
            return False
        same = [each for each in self.engines if each.at == engine.at]
        whole = [each for each in same if self._run(each.made_for, program)]
        if whole:
            return engine in whole
        near = [each for each in same if self._run(each.made_for[:1], program)] or same
        group = [each for each in near if each.made_for[:1] == engine.made_for[:1]]
        return engine in group[:1] and all(each.pool == engine.pool for each in group)

    def _run(self, places: Iterable[Span], program: Run) -> bool:
        return all(program.loads(at.path) and self.uses.runs(at, program) for at in places)

    def constants(self, path: str, environment: Environment) -> Mapping[str, Value]:
        """The names that a Python file binds at module level, evaluated in an environment."""
        return self._evaluator(environment).constants(path)

    def calls(self, path: str, environment: Environment) -> tuple[Call, ...]:
        """The calls of a Python file that start servers, evaluated in an environment."""
        events = self._evaluator(environment, calls_that_serve()).events(path)
        return tuple(
            Call(
                each.callee,
                each.positional,
                {entry.key: entry.value for entry in each.keywords},
                each.at,
            )
            for each in events
        )

    def _paths(self) -> Iterator[str]:
        for file in self.files:
            if makers.mentioned(file.text):
                yield file.path

    def _engines(self, path: str, evaluator: Evaluator) -> tuple[Engine, ...]:
        key = (id(evaluator), path)
        if key not in self.evaluated:
            self.evaluated[key] = self._shared(path, evaluator)
        return self.evaluated[key]

    def _shared(self, path: str, evaluator: Evaluator) -> tuple[Engine, ...]:
        """The engines of a file, evaluated once for all environments that give the same answers."""
        known = self.answered.setdefault(path, [])
        for answers, engines in known:
            if evaluator.environment.gives(answers):
                return engines
        answers = evaluator.environment.answers = {}
        around = Surroundings(self.sources.dotted, self._role, self.versions, self._base_of)
        engines = engines_of(tuple(self._calls(path, evaluator)), around)
        known.append((answers, engines))
        return engines

    def _calls(self, path: str, evaluator: Evaluator) -> Iterator[MakerCall]:
        # Test code is two thirds of all calls and judged by no rule: its imports are not worth the time.
        rounds = 1 if self._own_role(path) is Role.TEST else ROUNDS
        for call in evaluator.events(path, rounds=rounds):
            if makers.MAKERS[call.callee] != makers.FLASK:
                yield call
                continue
            release = self.versions.at_least("flask-sqlalchemy", dirname(path))
            yield from flask_calls(call, evaluator, tuple(self._callers(URI)), release)

    def _role(self, path: str) -> Role:
        if path not in self.roles:
            own = self._own_role(path)
            one_shot = own is Role.SERVICE and is_one_shot_place(path) and self._is_among_commands(path)
            self.roles[path] = Role.SCRIPT if one_shot else own
        return self.roles[path]

    def _own_role(self, path: str) -> Role:
        source = self.project.lookup(path)
        return role_of(path, "" if source is None else source.text)

    def _is_among_commands(self, path: str) -> bool:
        """Whether most programs of a file's folder are commands that end: what they share ends with them."""
        source = self.project.lookup(path)
        programs = [
            each
            for each in self.project.containing(b"__main__", ".py")
            if dirname(each) == dirname(path) and each != path
        ]
        ends = source is not None and not serves(source.text)
        commands = [each for each in programs if self._own_role(each) is Role.SCRIPT]
        return ends and len(commands) * 2 > len(programs)

    def _base_of(self, symbol: Symbol) -> Symbol | None:
        """The first base of a class of the project that is named `module.Class`."""
        module, _, name = symbol.name.rpartition(".")
        path = self.sources.find(module, "x.py") if module else None
        if path is None or path.endswith("/"):
            return None
        value = self.plain.global_value(path, name)
        if not isinstance(value, Class):
            return None
        base = self.plain.value(value.bases[0]) if value.bases else None
        return base.value if isinstance(base, Known) and isinstance(base.value, Symbol) else None

    def _callers(self, name: str) -> Iterator[str]:
        """The files that may call what has that name. What tests pass to it is not what runs."""
        for path in self.project.containing(name.encode(), ".py"):
            if self._role(path) is not Role.TEST:
                yield path

    def _evaluator(
        self,
        environment: Environment,
        wanted: frozenset[str] = frozenset(makers.MAKERS),
        *,
        asks: bool = True,
    ) -> Evaluator:
        """An evaluator; one that `asks` looks settings of the Flask application up with another one."""
        alembic = Alembic(self.project.lookup)

        def external_call(call: ExternalCall, machine: Machine) -> Abstract | None:
            for answer in (url_call, accessor_call, settings_call, alembic.call):
                found = answer(call, machine)
                if found is not None:
                    return found
            if not asks:
                return None
            return current_setting(call, lambda: self._evaluator(environment, asks=False), self._callers(URI))

        return Evaluator(
            self.sources,
            environment,
            makers=wanted,
            instance_of=instance_of,
            external_call=external_call,
            callers=self._callers,
        )


def _variable(engine: Engine) -> str:
    """The name that an engine is bound to in its module; without the bind that it is for."""
    return engine.name.partition(":")[2].partition(".")[0]


def _entry(program: Program) -> str:
    """What runs of the module that a program starts with: of a script nothing but its body, else any name."""
    return "__main__" if program.name == "python" else ""
