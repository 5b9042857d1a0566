"""A project without engines: its entry points, and answers about its modules if they are asked for."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from poollint.facts import Engine, Environment, FunctionHandler, Lifetime, Program
from poollint.python import Files
from poollint.python.lifetimes.handlers import handlers_in
from poollint.python.modules import Sources
from poollint.reading import Call
from poollint.source import Skipped, SourceFile
from poollint.values import Value

if TYPE_CHECKING:
    from poollint.python.code import ProjectCode


class EnginelessCode:
    """See `poollint.reading.Code`. The interpreter is imported with the first question that needs it."""

    def __init__(self, files: tuple[SourceFile, ...], project: Files) -> None:
        self.files = files
        self.project = project
        self.engines: tuple[Engine, ...] = ()
        self.lifetimes: tuple[Lifetime, ...] = ()

    @cached_property
    def handlers(self) -> tuple[FunctionHandler, ...]:
        """Entry points of cloud functions."""
        return tuple(
            handler for file in self.files for handler in handlers_in(file, self._sources.dotted(file.path))
        )

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The files that could not be parsed, of those that had to be."""
        return self._interpreted.skipped if "_interpreted" in vars(self) else ()

    def in_environment(self, engine: Engine, environment: Environment) -> Engine:
        """The engine as it is where these variables are set."""
        return self._interpreted.in_environment(engine, environment)

    def is_replaced(self, engine: Engine, environment: Environment) -> bool:
        """Whether another branch is taken where these variables are set: it makes another engine there."""
        return self._interpreted.is_replaced(engine, environment)

    def module_path(self, dotted: str, near: str) -> str | None:
        """The file that defines a module, looked for from a folder of the project upwards."""
        return self._sources.file_of(dotted, near)

    def reaches(self, path: str, engine: Engine, program: Program | None = None) -> tuple[str, ...] | None:
        """The files by which a program that starts with a module comes to an engine, both included."""
        return self._interpreted.reaches(path, engine, program)

    def constants(self, path: str, environment: Environment) -> Mapping[str, Value]:
        """The names that a Python file binds at module level, evaluated in an environment."""
        return self._interpreted.constants(path, environment)

    def calls(self, path: str, environment: Environment) -> tuple[Call, ...]:
        """The calls of a Python file that start servers, evaluated in an environment."""
        return self._interpreted.calls(path, environment)

    @cached_property
    def _sources(self) -> Sources:
        return Sources(self.project.paths, self.project.lookup, self.project.memory)

    @cached_property
    def _interpreted(self) -> "ProjectCode":
        from poollint.python.code import ProjectCode  # noqa: PLC0415 - late: the whole interpreter

        return ProjectCode((), self.project)
