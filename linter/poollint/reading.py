"""What readers are given and what they give back."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from poollint.facts import Engine, Environment, Fact, FunctionHandler, Lifetime
from poollint.source import Skipped, SourceFile
from poollint.values import Value

Lookup: TypeAlias = Callable[[str], SourceFile | None]
"""A file of the project by its path, relative to the root; None when there is none that can be read."""

Constants: TypeAlias = Callable[[str, Environment], Mapping[str, Value]]
"""The names that a Python file binds at module level, evaluated in an environment."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A manifest format: which files may hold it, and how they become facts.

    `wants` sees a path only; a file that it wants is opened when one of `needles` is among its bytes
    (no needles: always). `read` gets all such files of the project at once, because what belongs
    together may stand in several, and a lookup for those that they name.
    """

    name: str
    wants: Callable[[str], bool]
    needles: tuple[bytes, ...]
    read: Callable[[Iterable[SourceFile], Lookup], Iterator[Fact | Skipped]]


class Code(Protocol):
    """What the Python reader offers to those who link: engines, and questions about them."""

    @property
    def engines(self) -> tuple[Engine, ...]:
        """Every engine as the code alone says, in the order of files and lines."""

    @property
    def handlers(self) -> tuple[FunctionHandler, ...]:
        """Entry points of cloud functions."""

    @property
    def lifetimes(self) -> tuple[Lifetime, ...]:
        """What the code around the engines does to them: event loops, forks, tokens, cloud functions."""

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Python files, or parts of them, that could not be read."""

    def in_environment(self, engine: Engine, environment: Environment) -> Engine:
        """The engine as it is where these variables are set."""

    def module_path(self, dotted: str, near: str) -> str | None:
        """The file that defines a module, looked for from a folder of the project upwards."""

    def reaches(self, path: str, engine: Engine) -> tuple[str, ...] | None:
        """The files by which imports lead from a module to an engine's, both included."""
