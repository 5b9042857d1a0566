"""What code around an engine does to it: event loops, forks, tokens, cloud functions.

Only files with a needle that lead to an engine are looked at, and only names are followed: see
`poollint.python.definitions`. What is not found here is not claimed.
"""

from collections.abc import Iterable, Iterator

from poollint.facts import Engine, Invocation, Lifetime, Made, Role
from poollint.python.lifetimes.dependencies import dependencies
from poollint.python.lifetimes.disposals import disposals
from poollint.python.lifetimes.loop_runs import loop_runs
from poollint.python.lifetimes.passing import passing
from poollint.python.lifetimes.surroundings import Surroundings
from poollint.python.lifetimes.tokens import tokens

SHARED = frozenset({Made.MODULE, Made.CACHED})


def lifetimes(engines: Iterable[Engine], around: Surroundings) -> Iterator[Lifetime]:
    """Every fact about the engines of services, in the order of kinds and places."""
    services = [each for each in engines if each.role is Role.SERVICE]
    yield from _invocations(services, around)
    yield from loop_runs([each for each in services if each.is_async and each.made in SHARED], around)
    yield from disposals(services, around)
    yield from tokens(services, around)
    yield from passing(services, around)
    yield from dependencies(services, around)


def _invocations(engines: Iterable[Engine], around: Surroundings) -> Iterator[Invocation]:
    for handler in around.handlers:
        if around.role(handler.at.path) is Role.SERVICE:
            for engine in engines:
                if around.reaches(handler.at.path, engine) is not None:
                    yield Invocation(handler, engine.at)
