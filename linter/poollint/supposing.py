"""What if: the same topologies with other numbers.

A supposition is `FIELD.NAME=NUMBER`, where the name says what it is about:

- `replicas` and `processes` of a workload: `replicas.api=10`;
- `pool_size` and `max_overflow` of the engines of a workload (`pool_size.api=5`), of an engine
  (`pool_size.app.db:engine=5`), of all engines whose variable has that name, or of every engine (`engine`);
  also written the other way round: `engine.pool_size=5`;
- `max_connections` and `reserved` of a database;
- any setting of a pooler, and its `instances`: `default_pool_size.pgbouncer=40`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from poollint.facts import Argument, Database, Pool, Pooler
from poollint.frozen import frozen
from poollint.terms import SUPPOSED, UNBOUNDED_POOLS
from poollint.topology import Client, Topology
from poollint.values import Known, Symbol, possible

POOL_FIELDS = ("pool_size", "max_overflow")
WORKLOAD_FIELDS = ("replicas", "processes")
DATABASE_FIELDS = ("max_connections", "reserved")
EVERY_ENGINE = "engine"


class SuppositionError(ValueError):
    """A supposition that cannot be understood or that is about nothing."""


@frozen
class Supposition:
    """A number that stands in for what the files say."""

    field: str
    name: str
    number: int

    @property
    def value(self) -> Known:
        """The number with an origin that says that it is supposed."""
        return Known(self.number, SUPPOSED)


def parse(text: str) -> Supposition:
    """`replicas.api=10` -> Supposition. Raises SuppositionError."""
    subject, equals, number = text.partition("=")
    if not equals or not number.strip().isdecimal():
        raise SuppositionError(f"'{text}' is not FIELD.NAME=NUMBER, as in replicas.api=10")
    name, _, last = subject.strip().rpartition(".")
    if name and last in POOL_FIELDS:
        return Supposition(last, name, int(number))
    first, _, rest = subject.strip().partition(".")
    if not first or not rest:
        raise SuppositionError(f"'{text}' names no subject, as in replicas.api=10")
    return Supposition(first, rest, int(number))


def supposed(topologies: Sequence[Topology], suppositions: Iterable[Supposition]) -> tuple[Topology, ...]:
    """The topologies as they would be. Raises SuppositionError for one that is about nothing in any."""
    changed = tuple(topologies)
    for each in suppositions:
        if not any(_is_about(each, topology) for topology in changed):
            raise SuppositionError(_nothing(each, changed))
        changed = tuple(_with(topology, each) for topology in changed)
    return changed


def _is_about(each: Supposition, topology: Topology) -> bool:
    if each.field in POOL_FIELDS:
        return any(_is_meant(client, each.name) for client in topology.clients)
    return each.name in _names(each.field, topology)


def _names(field: str, topology: Topology) -> Iterable[str]:
    if field in (*POOL_FIELDS, *WORKLOAD_FIELDS):
        return dict.fromkeys(client.workload.name for client in topology.clients)
    if field in DATABASE_FIELDS:
        return dict.fromkeys(database.name for database in topology.databases)
    return dict.fromkeys(pooler.name for pooler in topology.poolers)


def _nothing(each: Supposition, topologies: Iterable[Topology]) -> str:
    names = dict.fromkeys(name for topology in topologies for name in _names(each.field, topology))
    fields = ", ".join((*WORKLOAD_FIELDS, *POOL_FIELDS, *DATABASE_FIELDS))
    if not names:
        return f"nothing here has {each.field}; there are {fields}, and the settings of a pooler"
    return f"nothing with {each.field} is called {each.name}; there is {', '.join(names)}"


def _is_meant(client: Client, name: str) -> bool:
    engine = client.engine.name
    return name in (client.workload.name, engine, engine.rpartition(":")[2], EVERY_ENGINE)


def _with(topology: Topology, each: Supposition) -> Topology:
    databases = {database: _database(database, each) for database in topology.databases}
    poolers = {pooler: _pooler(pooler, each) for pooler in topology.poolers}
    return replace(
        topology,
        databases=tuple(databases.values()),
        poolers=tuple(poolers.values()),
        clients=tuple(
            replace(
                _client(client, each),
                database=databases.get(client.database) if client.database else None,
                poolers=tuple(poolers[pooler] for pooler in client.poolers),
            )
            for client in topology.clients
        ),
    )


def _client(client: Client, each: Supposition) -> Client:
    if each.field in POOL_FIELDS and _is_meant(client, each.name):
        return replace(client, engine=replace(client.engine, pool=_pool(client.engine.pool, each)))
    if client.workload.name != each.name or each.field not in WORKLOAD_FIELDS:
        return client
    if each.field == "processes":
        return replace(client, program=replace(client.program, processes=each.value))
    pods = replace(client.workload.pods, maximum=each.value)
    return replace(client, workload=replace(client.workload, pods=pods))


def _pool(pool: Pool, each: Supposition) -> Pool:
    """The pool with another size or overflow; one that has neither becomes a queue."""
    classes = {leaf.value for leaf in possible(pool.cls) if isinstance(leaf, Known)}
    if any(isinstance(cls, Symbol) and cls.name in UNBOUNDED_POOLS for cls in classes):
        queue = Known(Symbol("sqlalchemy.pool.QueuePool"), SUPPOSED)
        pool = replace(pool, cls=queue, size=Known(5, SUPPOSED), overflow=Known(10, SUPPOSED))
    return replace(pool, size=each.value) if each.field == "pool_size" else replace(pool, overflow=each.value)


def _database(database: Database, each: Supposition) -> Database:
    if each.name != database.name or each.field not in DATABASE_FIELDS:
        return database
    if each.field == "max_connections":
        return replace(database, max_connections=each.value)
    return replace(database, reserved=each.value)


def _pooler(pooler: Pooler, each: Supposition) -> Pooler:
    if each.name != pooler.name or each.field in (*WORKLOAD_FIELDS, *DATABASE_FIELDS, *POOL_FIELDS):
        return pooler
    if each.field == "instances":
        return replace(pooler, instances=each.value)
    others = tuple(setting for setting in pooler.settings if setting.name != each.field)
    return replace(pooler, settings=(*others, Argument(each.field, each.value, pooler.at)))
