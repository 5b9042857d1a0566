"""What the readers of lifetimes need of a project."""

from collections.abc import Callable, Iterable, Iterator

from poollint import expressions as e
from poollint.facts import Engine, FunctionHandler, Role
from poollint.frozen import frozen
from poollint.python.definitions import Definitions, Key
from poollint.python.modules import Sources
from poollint.source import Skipped, Span


@frozen
class Surroundings:
    """The files, their roles, who imports whom, and the definitions in them."""

    sources: Sources
    containing: Callable[[bytes], tuple[str, ...]]
    role: Callable[[str], Role]
    reaches: Callable[[str, Engine], tuple[str, ...] | None]
    definitions: Definitions
    handlers: tuple[FunctionHandler, ...] = ()

    def modules(self, needles: Iterable[bytes], engines: Iterable[Engine]) -> Iterator[e.Module]:
        """The modules of services with one of the needles that lead to one of the engines."""
        goals = {each.at.path: each for each in engines}
        found = {path for needle in needles for path in self.containing(needle)}
        for path in sorted(found):
            if self.role(path) is not Role.SERVICE:
                continue
            if any(self.reaches(path, engine) is not None for engine in goals.values()):
                module = self.module(path)
                if module is not None:
                    yield module

    def module(self, path: str) -> e.Module | None:
        """What a file says, if it can be read."""
        module = self.sources.module(path)
        return None if isinstance(module, Skipped) else module


def engine_names(engines: Iterable[Engine], sources: Sources) -> Callable[[Key], tuple[Span, ...]]:
    """Which engines a name of a module holds, or the function or class of that name makes."""
    known: dict[tuple[str, str], list[Span]] = {}
    for engine in engines:
        module, _, target = engine.name.partition(":")
        known.setdefault((module, target.partition(".")[0].partition("[")[0]), []).append(engine.at)

    def held(key: Key) -> tuple[Span, ...]:
        path, name = key
        return tuple(dict.fromkeys(known.get((sources.dotted(path), name), ())))

    return held
