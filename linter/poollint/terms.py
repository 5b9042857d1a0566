"""What one client or pooler adds to a sum, and what each factor comes from.

Pools grow on demand: a term is what the configuration allows, not what is in use.
"""

from collections.abc import Callable
from math import inf
from typing import TypeAlias

from poollint.catalogue.pgbouncer import setting_default, settings
from poollint.catalogue.poolers import products
from poollint.facts import Argument, Pool, Pooler
from poollint.frozen import frozen
from poollint.source import Span
from poollint.topology import Client
from poollint.values import (
    Bounds,
    Confidence,
    Default,
    Known,
    Symbol,
    Unknown,
    Value,
    bounds,
    combine,
    likely_bounds,
    possible,
)

Reckon: TypeAlias = Callable[[Value], Bounds]
UNBOUNDED_POOLS = frozenset({"sqlalchemy.pool.NullPool"})
ONE_CONNECTION_POOLS = frozenset({"sqlalchemy.pool.StaticPool", "sqlalchemy.pool.AssertionPool"})
"""Pools that hold at most one connection (of a process; SingletonThreadPool: of a thread)."""
MIGRATION = "migration"
"""The role of programs that change the schema and end."""
SUPPOSED = Default("supposed")
"""The origin of a number that stands in for what the files say."""


@frozen
class Term:
    """What one client adds: what each process can open, times processes, times pods.

    For a pooler these are what each instance opens, one process, and its instances. `parts` is how `each`
    is made up (`20 + 10`), `surge` how many more pods run during a rollout, `at_once` how many connections
    a process can have in use, None where nothing bounds it below the pool. Terms of one `pod` with the same
    `exclusive` are never there together: the largest counts. What is `before` has ended when the others
    of its pod start.
    """

    name: str
    parts: str
    each: Value
    processes: Value
    pods: Value
    surge: Value
    at: Span
    at_once: Value | None = None
    exclusive: str = ""
    client: Client | None = None
    pooler: Pooler | None = None
    pod: str = ""
    before: bool = False

    def total(self, reckon: Reckon, *, in_use: bool = False, rollout: bool = False) -> Bounds:
        """The connections, by a way to look at values (`bounds` or `likely_bounds`).

        A client that comes this way only by a default proves none.
        """
        each = reckon(self.each)
        if in_use:
            each = each.capped(reckon(self.at_once or self.each))
            if each.least == inf:
                each = Bounds(1, inf)  # no limit is no number: only one connection is sure to be used
        every = each * self.copies(reckon, rollout=rollout)
        sure = self.client is None or self.client.confidence is Confidence.HIGH
        return every if sure else Bounds(0, every.most)

    def copies(self, reckon: Reckon, *, rollout: bool = False) -> Bounds:
        """How many pools there are: processes times pods."""
        return reckon(self.processes) * self.running(reckon, rollout=rollout)

    def running(self, reckon: Reckon, *, rollout: bool = False) -> Bounds:
        """How many pods there are; of a rollout that adds nobody knows how many, those that are sure."""
        pods, surge = reckon(self.pods), reckon(self.surge)
        if not rollout:
            return pods
        return pods + (Bounds(surge.least, surge.least) if surge.most == inf else surge)


def per_process(client: Client) -> Value:
    """How many connections one process can open with an engine: `pool_size + max_overflow`.

    Unlimited (`Known(inf)`) for `pool_size=0`, `max_overflow=-1` and NullPool, one for StaticPool.
    Source: experiments against PostgreSQL 15 and 18 with SQLAlchemy 2.0 and 2.1.
    """
    pool = client.engine.pool
    classes = pool_classes(pool)
    here = Default("SQLAlchemy")
    if classes and classes <= UNBOUNDED_POOLS:
        return Known(inf, here)
    if classes and classes <= ONE_CONNECTION_POOLS:
        return Known(1, here)
    return combine(pool.size, pool.overflow, ceiling, "+")


def pool_classes(pool: Pool) -> set[str]:
    """The dotted names of the classes that a pool can have."""
    return {
        leaf.value.name
        for leaf in possible(pool.cls)
        if isinstance(leaf, Known) and isinstance(leaf.value, Symbol)
    }


def is_sized(pool: Pool) -> bool:
    """Whether `pool_size` and `max_overflow` say how many connections a pool opens."""
    return not (classes := pool_classes(pool)) or not (
        classes <= UNBOUNDED_POOLS or classes <= ONE_CONNECTION_POOLS
    )


def ceiling(size: float, overflow: float) -> float:
    """The most connections that a queue pool opens."""
    return inf if size == 0 or overflow < 0 else size + overflow


def client_term(client: Client) -> Term:
    """What a client can open: per process x processes x pods.

    A process opens no more than it does work at once where the platform bounds the requests that one copy
    gets, where connections are not kept (NullPool), and where it does one thing and ends (a migration).
    """
    pool = client.engine.pool
    at_once = client.program.at_once
    each = per_process(client)
    parts = f"{shown(pool.size)} + {shown(pool.overflow)}" if is_sized(pool) else _class_name(pool)
    if client.workload.concurrency is not None:
        at_once = client.workload.concurrency
    if (client.workload.concurrency is not None or _keeps_nothing(client)) and (
        served := combine(each, at_once, min, "at most")
    ) != each:
        each, parts = served, f"{parts}, at most {likely_bounds(at_once).most:g}"
    return Term(
        name=client.workload.name,
        parts=parts,
        each=each,
        processes=client.program.processes,
        pods=client.workload.pods.maximum,
        at=client.engine.at,
        surge=client.workload.pods.surge,
        at_once=at_once,
        exclusive=f"{client.program.at} {client.engine.exclusive}" if client.engine.exclusive else "",
        client=client,
        pod=f"{client.workload.at} {client.workload.label}",
        before=client.program.before or client.container.init,
    )


def _keeps_nothing(client: Client) -> bool:
    """Whether no more connections are open than are in use, and it is known how many these are."""
    classes = pool_classes(client.engine.pool)
    unkept = bool(classes) and classes <= UNBOUNDED_POOLS
    return (unkept or client.program.role == MIGRATION) and likely_bounds(client.program.at_once).most < inf


def _class_name(pool: Pool) -> str:
    return " or ".join(sorted(name.rpartition(".")[2] for name in pool_classes(pool)))


def declared_term(other: Argument) -> Term:
    """What a client keeps that no file shows and the configuration declares."""
    once = Known(1, Default("configuration"))
    return Term(
        name=other.name,
        parts="declared",
        each=other.value,
        processes=once,
        pods=once,
        at=other.at,
        surge=Known(0, Default("configuration")),
    )


def pool_setting(pooler: Pooler, name: str) -> Value:
    """A number of a pooler's settings: given, else PgBouncer's default, else unknown."""
    found = pooler.setting(name)
    if found is not None:
        return found.value
    text = setting_default(name, str(pooler.version) or None) if pooler.product == "pgbouncer" else None
    if text is None or not text.isdecimal():
        product = products().get(pooler.product)
        elsewhere = "" if product is None else product.instead.get(name, "")
        return Unknown(
            elsewhere or f"{name} of {pooler.product} '{pooler.name}' is not in the files", pooler.at
        )
    return Known(int(text), Default(f"PgBouncer {pooler.version}".strip(), settings()[name].source[0]))


def shown(value: Value) -> str:
    """A number for people: `20`, `20 default`, `?`."""
    most = likely_bounds(value).most
    if most == inf:
        return "unlimited" if bounds(value).least == inf else "?"
    origin = getattr(value, "origin", None)
    by = " supposed" if origin == SUPPOSED else " default" if isinstance(origin, Default) else ""
    return f"{most:g}{by}"
