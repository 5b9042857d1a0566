"""What if: the same topology with other numbers.

A supposition is `SUBJECT.NAME=NUMBER`: `replicas.api=10`, `processes.api=2` (a workload),
`pool_size.app.db:engine=5` or `engine.pool_size=5` (an engine, or all engines whose variable has that
name), `max_connections.main=200` (a database), `default_pool_size.pgbouncer=40` (a pooler).
"""

from dataclasses import dataclass, replace

from poollint.facts import Argument, Database, Engine, Pooler, Workload
from poollint.source import Span
from poollint.topology import Client, Topology
from poollint.values import Default, Known, Value

POOL_FIELDS = {"pool_size": "size", "max_overflow": "overflow"}
WORKLOAD_FIELDS = ("replicas", "processes")
DATABASE_FIELDS = ("max_connections", "reserved")
SUPPOSED = Default("supposed")


class SuppositionError(ValueError):
    """A supposition that cannot be understood or that is about nothing."""


@dataclass(frozen=True, slots=True)
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
        raise SuppositionError(f"'{text}' is not SUBJECT.NAME=NUMBER")
    first, _, rest = subject.strip().partition(".")
    name, _, last = subject.strip().rpartition(".")
    if last in POOL_FIELDS:
        return Supposition(last, name, int(number))
    if not rest:
        raise SuppositionError(f"'{text}' names no subject, as in replicas.api=10")
    return Supposition(first, rest, int(number))


def supposed(topology: Topology, suppositions: tuple[Supposition, ...]) -> Topology:
    """The topology as it would be. Raises SuppositionError for one that changes nothing."""
    for each in suppositions:
        changed = _with(topology, each)
        if changed == topology and not _is_meant(topology, each):
            raise SuppositionError(f"there is no {each.name} with {each.field} in the files")
        topology = changed
    return topology


def _is_meant(topology: Topology, each: Supposition) -> bool:
    """Whether something has that name, so that only its number was the same already."""
    names = {
        *(client.workload.name for client in topology.clients if each.field in WORKLOAD_FIELDS),
        *(database.name for database in topology.databases if each.field in DATABASE_FIELDS),
    }
    return each.name in names


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
    if each.field in POOL_FIELDS:
        return replace(client, engine=_engine(client.engine, each))
    if client.workload.name != each.name:
        return client
    if each.field == "processes":
        return replace(client, program=replace(client.program, processes=each.value))
    return replace(client, workload=_workload(client.workload, each)) if each.field == "replicas" else client


def _workload(workload: Workload, each: Supposition) -> Workload:
    return replace(workload, pods=replace(workload.pods, maximum=each.value))


def _engine(engine: Engine, each: Supposition) -> Engine:
    if each.name not in (engine.name, engine.name.rpartition(":")[2], "engine"):
        return engine
    value: Value = each.value
    pool = (
        replace(engine.pool, size=value)
        if POOL_FIELDS[each.field] == "size"
        else replace(engine.pool, overflow=value)
    )
    return replace(engine, pool=pool)


def _database(database: Database, each: Supposition) -> Database:
    if each.name != database.name:
        return database
    if each.field == "max_connections":
        return replace(database, max_connections=each.value)
    return replace(database, reserved=each.value) if each.field == "reserved" else database


def _pooler(pooler: Pooler, each: Supposition) -> Pooler:
    if each.name != pooler.name or each.field in (*WORKLOAD_FIELDS, *DATABASE_FIELDS, *POOL_FIELDS):
        return pooler
    at: Span = pooler.at
    others = tuple(setting for setting in pooler.settings if setting.name != each.field)
    return replace(pooler, settings=(*others, Argument(each.field, each.value, at)))
