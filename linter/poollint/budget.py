"""The sums: how many connections the clients of a server can open, against how many it accepts.

Every number keeps the value that it comes from, so that a report can say where it stands. A budget
has two totals. The *ceiling* is what the configuration allows: pods x processes x (pool_size +
max_overflow). *At once* is what can be in use at the same time: a process never uses more connections
of one engine than it does work at once. Only the second proves anything; pools grow on demand.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from math import inf
from operator import mul, sub
from typing import TypeAlias

from poollint.facts import Database, Pooler
from poollint.frozen import frozen
from poollint.server_side import server_term
from poollint.terms import Reckon, Term, client_term, declared_term, pool_setting
from poollint.topology import Topology
from poollint.values import (
    NOTHING,
    Bounds,
    Default,
    Known,
    Value,
    bounds,
    combine,
    likely_bounds,
)

Server: TypeAlias = Database | Pooler


class Verdict(StrEnum):
    """What a budget comes to."""

    FITS = "fits"
    """The configured ceiling is within the capacity, also during a rollout."""
    PROVEN = "proven"
    """What the files prove can be in use at once is more than the server accepts."""
    LIKELY = "likely"
    """Only the ceiling is too much, or a default or a documented range is needed to say so."""
    UNDECIDED = "not decidable"
    """A factor or the limit is not known."""


@frozen
class Budget:
    """What a server accepts and what its clients can ask for.

    `capacity` is the limit less the reserved slots; both are kept for the equation. `side` is
    `clients` for what connects to the server and `servers` for what a pooler opens behind it.
    """

    server: Server
    terms: tuple[Term, ...]
    limit: Value
    reserved: Value
    capacity: Value

    def total(self, reckon: Reckon, *, in_use: bool = False, rollout: bool = False) -> Bounds:
        """The sum of what is there together: in each pod what ends before the others, or these."""

        def of(term: Term) -> Bounds:
            return term.total(reckon, in_use=in_use, rollout=rollout)

        return sum((_largest([_sum(way, of) for way in _ways(pod)]) for pod in _pods(self.terms)), NOTHING)

    @property
    def counted(self) -> tuple[Term, ...]:
        """The terms of the peak: all but what has ended, or is never there, when the others are largest."""

        def of(term: Term) -> Bounds:
            return term.total(likely_bounds, rollout=True)

        def size(way: tuple[Term, ...]) -> tuple[float, float]:
            total = _sum(way, of)
            return total.most, total.least

        chosen = [each for pod in _pods(self.terms) for each in _fullest(max(_ways(pod), key=size), of)]
        return tuple(term for term in self.terms if any(term is each for each in chosen))

    @property
    def peak(self) -> float:
        """The configured ceiling during a rollout, defaults believed; `inf` when a factor is not known."""
        return self.total(likely_bounds, rollout=True).most

    @property
    def steady(self) -> float:
        """The configured ceiling between rollouts, defaults believed; `inf` when a factor is not known."""
        return self.total(likely_bounds).most

    @property
    def accepted(self) -> float:
        """The most that the server may accept; `inf` when its limit is not known."""
        return likely_bounds(self.capacity).most


def verdict(budget: Budget) -> Verdict:
    """Whether a budget is overdrawn, and how sure that is."""
    if budget.total(bounds, in_use=True).least > bounds(budget.capacity).most:
        return Verdict.PROVEN
    accepted = likely_bounds(budget.capacity)
    if inf in (accepted.most, budget.peak):
        return Verdict.UNDECIDED
    return Verdict.LIKELY if budget.peak > accepted.least else Verdict.FITS


def _pods(terms: Iterable[Term]) -> Iterator[tuple[Term, ...]]:
    """The terms of each pod; those without one together."""
    for _, group in groupby(sorted(terms, key=lambda term: term.pod), key=lambda term: term.pod):
        yield tuple(group)


def _ways(pod: tuple[Term, ...]) -> list[tuple[Term, ...]]:
    """What can run at the same time in a pod: the others together, or one of what ends before them."""
    return [tuple(term for term in pod if not term.before), *((term,) for term in pod if term.before)]


def _alternatives(terms: tuple[Term, ...]) -> Iterator[tuple[Term, ...]]:
    """Terms of which one is there, all in groups."""
    yield from ((term,) for term in terms if not term.exclusive)
    ordered = sorted((term for term in terms if term.exclusive), key=lambda term: term.exclusive)
    for _, group in groupby(ordered, key=lambda term: term.exclusive):
        yield tuple(group)


def _sum(terms: tuple[Term, ...], of: Callable[[Term], Bounds]) -> Bounds:
    return sum((_largest([of(term) for term in group]) for group in _alternatives(terms)), NOTHING)


def _fullest(terms: tuple[Term, ...], of: Callable[[Term], Bounds]) -> list[Term]:
    return [max(group, key=lambda term: (of(term).most, of(term).least)) for group in _alternatives(terms)]


def _largest(parts: list[Bounds]) -> Bounds:
    return Bounds(max(part.least for part in parts), max(part.most for part in parts))


def database_budgets(topology: Topology) -> tuple[Budget, ...]:
    """One budget a database: its direct clients, the poolers in front of it with what they open, and
    the clients that the configuration declares.
    """
    return tuple(
        Budget(
            database,
            (
                *(client_term(each) for each in topology.clients_of(database) if not each.poolers),
                *(server_term(each, topology, database) for each in _poolers_before(database, topology)),
                *(declared_term(each) for each in database.others),
            ),
            database.max_connections,
            database.reserved,
            combine(database.max_connections, database.reserved, sub, "-"),
        )
        for database in topology.databases
    )


def pooler_budgets(topology: Topology) -> tuple[Budget, ...]:
    """One budget a pooler: the clients that it admits, over all its instances."""
    return tuple(_pooler_budget(pooler, topology) for pooler in topology.poolers)


def _pooler_budget(pooler: Pooler, topology: Topology) -> Budget:
    limit = combine(pool_setting(pooler, "max_client_conn"), pooler.instances, mul, "*")
    nothing = Known(0, Default(pooler.product))
    terms = tuple(client_term(each) for each in topology.clients_through(pooler) if each.poolers[0] == pooler)
    return Budget(pooler, terms, limit, nothing, limit)


def _poolers_before(database: Database, topology: Topology) -> Iterable[Pooler]:
    last = (each.poolers[-1] for each in topology.clients_of(database) if each.poolers)
    return dict.fromkeys(last)
