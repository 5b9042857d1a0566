"""The sums: how many connections the clients of a server can open, against how many it accepts.

Every number keeps the value that it comes from, so that a report can say where it stands. A budget
has two totals. The *ceiling* is what the configuration allows: pods x processes x (pool_size +
max_overflow). *At once* is what can be in use at the same time: a process never uses more connections
of one engine than it does work at once. Only the second proves anything; pools grow on demand.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import groupby
from math import inf
from operator import mul, sub
from typing import TypeAlias

from poollint.facts import Database, Pooler
from poollint.frozen import frozen
from poollint.terms import Reckon, Term, client_term, declared_term, pool_setting, server_term
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
        """The sum of the terms; of terms that exclude each other the largest counts."""
        ordered = sorted(self.terms, key=lambda term: term.exclusive)
        total = NOTHING
        for exclusive, group in groupby(ordered, key=lambda term: term.exclusive):
            parts = [term.total(reckon, in_use=in_use, rollout=rollout) for term in group]
            total = total + (_largest(parts) if exclusive else sum(parts, NOTHING))
        return total

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
                *(server_term(each, topology) for each in _poolers_before(database, topology)),
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
