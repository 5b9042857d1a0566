"""What readers are given and what they give back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from poollint.facts import Engine, Environment, FunctionHandler, Lifetime, Program
from poollint.frozen import frozen
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Value

Lookup: TypeAlias = Callable[[str], SourceFile | None]
"""A file of the project by its path, relative to the root; None when there is none that can be read."""


class Memory(Protocol):
    """What is remembered from earlier runs: bytes by name."""

    def recall(self, name: str) -> bytes | None:
        """What was kept under a name; None when nothing was, or not as it was kept."""
        ...

    def keep(self, name: str, data: bytes) -> None:
        """Remember bytes without a line break."""
        ...


Constants: TypeAlias = Callable[[str, Environment], Mapping[str, Value]]
"""The names that a Python file binds at module level, evaluated in an environment."""


@frozen
class Call:
    """A call of something that serves, as it stands in a Python file: `uvicorn.run("app:app", workers=4)`."""

    callee: str
    positional: tuple[Value, ...]
    keywords: Mapping[str, Value]
    at: Span


Calls: TypeAlias = Callable[[str, Environment], Sequence[Call]]
"""The calls of a Python file that start servers, evaluated in an environment."""


def no_calls(_path: str, _environment: Environment) -> Sequence[Call]:
    """What is known where nobody evaluates code."""
    return ()


class Code(Protocol):
    """What the Python reader offers to those who link: engines, and questions about them."""

    @property
    def engines(self) -> tuple[Engine, ...]:
        """Every engine as the code alone says, in the order of files and lines."""
        ...

    @property
    def handlers(self) -> tuple[FunctionHandler, ...]:
        """Entry points of cloud functions."""
        ...

    @property
    def lifetimes(self) -> tuple[Lifetime, ...]:
        """What the code around the engines does to them: event loops, forks, tokens, cloud functions."""
        ...

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Python files, or parts of them, that could not be read."""
        ...

    def constants(self, path: str, environment: Environment) -> Mapping[str, Value]:
        """The names that a Python file binds at module level, evaluated in an environment."""
        ...

    def calls(self, path: str, environment: Environment) -> Sequence[Call]:
        """The calls of a Python file that start servers, evaluated in an environment."""
        ...

    def in_environment(self, engine: Engine, environment: Environment) -> Engine:
        """The engine as it is where these variables are set."""
        ...

    def is_replaced(self, engine: Engine, environment: Environment) -> bool:
        """Whether another branch is taken where these variables are set: it makes another engine there."""
        ...

    def module_path(self, dotted: str, near: str) -> str | None:
        """The file that defines a module, looked for from a folder of the project upwards."""
        ...

    def reaches(self, path: str, engine: Engine, program: Program | None = None) -> tuple[str, ...] | None:
        """The files by which a program that starts with a module comes to an engine, both included.

        None where it does not import the engine's module, or comes to no call that makes the engine.
        """
        ...
