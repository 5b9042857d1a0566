"""Which commands a shell text finally starts, along each way through it. Bounded, never executed."""

from collections.abc import Callable

from poollint.frozen import frozen
from poollint.manifests.shell.launching import FAILED, Exhausted, Surroundings
from poollint.manifests.shell.parser import parse
from poollint.manifests.shell.paths import Launch, Path, State
from poollint.manifests.shell.walk import Account, Walk
from poollint.source import Skipped, Span
from poollint.values import Value

MOST_CONDITIONS = 3
"""Conditions of a way that are told."""


@frozen
class Way:
    """The commands along one way, and the condition under which it is taken (for people)."""

    launches: tuple[Launch, ...]
    condition: str


@frozen
class Ways:
    """All ways through a text, at least one, and what of it could not be read."""

    ways: tuple[Way, ...]
    skipped: tuple[Skipped, ...] = ()


def ways_through(
    source: str,
    arguments: tuple[Value, ...],
    surroundings: Surroundings,
    place: Callable[[int], Span],
    script: str = "sh",
) -> Ways:
    """The ways through a shell text; `place` gives the place of a line of it."""
    start = State(
        variables=surroundings.environment,
        exported=frozenset(surroundings.environment),
        arguments=arguments,
        directory=surroundings.directory,
    )
    walk = Walk(surroundings, place, script, Account())
    try:
        paths = walk.block(parse(source), [Path(start)])
    except Exhausted as why:
        return Ways((Way((), ""),), (Skipped(place(1), str(why)),))
    except RecursionError:  # pragma: no cover - the other bounds are met first, but not by design
        return Ways((Way((), ""),), (Skipped(place(1), "nested too deeply"),))
    going = [path for path in paths if path.stopped != FAILED] or paths[:1]
    started = [path for path in going if path.launches or path.stopped != "exit"] or going[:1]
    ways = tuple(Way(path.launches, " and ".join(path.conditions[-MOST_CONDITIONS:])) for path in started)
    return Ways(ways, tuple(walk.account.skipped))
