"""How many connections a database accepts, from what its vendor documents about its size."""

import re
from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from functools import cache

from poollint.catalogue.loader import Sourced, records
from poollint.frozen import frozen

_GIB = 2**30


@frozen(kw_only=True)
class LimitTable(Sourced):
    """How one vendor derives `max_connections` for one engine.

    `sizes` are patterns whose group is what is looked up: `size` in `connections` (names or
    globs) and in the machines' memory, `mib` and `gib` as memory, `scale` as a number in `steps`.
    `steps` are pairs of a lower bound (GiB or scale) and the connections from there on;
    `exact_steps` says that nothing lies between two of them.
    """

    provider: str
    engine: str
    sizes: tuple[str, ...] = ()
    connections: Mapping[str, int] = field(default_factory=dict)
    steps: tuple[tuple[float, ...], ...] = ()
    exact_steps: bool = True
    machines: str = ""
    gib_per_scale: float | None = None
    bytes_per_connection: int | None = None
    connections_per_gib: int | None = None
    cap: int | None = None
    least_share: float = 1.0
    default: int | None = None
    low_scale: float = -1.0
    low_scale_cap: int | None = None
    configurable: bool = True


@frozen(kw_only=True)
class Machine(Sourced):
    """Memory in GiB of a family of instance classes, by the rest of the name after `prefix`."""

    provider: str
    prefix: str
    memory: Mapping[str, float]


@frozen(kw_only=True)
class Reserve(Sourced):
    """Connections that only the vendor or a superuser can use: surely `value`, likely `likely`."""

    provider: str
    engine: str
    value: int
    likely: int


@frozen(kw_only=True)
class Limit(Sourced):
    """`max_connections` before the reserve is taken off, where nothing sets it.

    At least `lower`, at most `upper`; `documented` where the vendor prints this very number.
    A parameter group, flag or server argument that sets max_connections overrides all three.
    """

    lower: int
    upper: int
    documented: int | None = None
    configurable: bool = True


@cache
def limit_tables() -> Mapping[str, LimitTable]:
    """Every vendor's table by name."""
    return records("vendors", "limit", LimitTable)


@cache
def reserves() -> Mapping[str, Reserve]:
    """Every vendor's reserve by name."""
    return records("vendors", "reserve", Reserve)


@cache
def machines() -> Mapping[str, Machine]:
    """Every family of instance classes by name."""
    return records("vendors", "machine", Machine)


def connection_limit(
    provider: str,
    engine: str = "postgresql",
    size: str | None = None,
    *,
    least_scale: float | None = None,
) -> Limit | None:
    """What a database of this provider and size accepts, or None where that is not documented.

    `size` is the vendor's own name: `db.r6g.large`, `db-custom-1-3840`, `GP_Standard_D2s_v3`, a
    number of compute units (Neon) or the maximum of capacity units (Aurora Serverless v2, where
    `least_scale` is the minimum). None asks for a database whose size does not matter.
    """
    table = next((t for t in limit_tables().values() if (t.provider, t.engine) == (provider, engine)), None)
    if table is None:
        return None
    if size is None:
        return None if table.default is None else _limit(table, table.default, None, None)
    for pattern in table.sizes:
        if match := re.fullmatch(pattern, size.strip(), re.IGNORECASE):
            return _sized(table, match.groupdict(), least_scale)
    return None


def reserved(provider: str, engine: str = "postgresql") -> Reserve | None:
    """What the provider keeps for itself, or None where that is not documented."""
    found = (r for r in reserves().values() if (r.provider, r.engine) == (provider, engine))
    return next(found, None)


def machine_memory(provider: str, size: str) -> float | None:
    """Memory in GiB of an instance class named without `db.`, or None."""
    for machine in machines().values():
        if machine.provider == provider and size.startswith(machine.prefix):
            gib = machine.memory.get(size.removeprefix(machine.prefix))
            if gib is not None:
                return gib
    return None


def _sized(table: LimitTable, groups: Mapping[str, str | None], least_scale: float | None) -> Limit | None:
    size = (groups.get("size") or "").lower()
    scale, gib = _number(groups.get("scale")), _memory(table, groups, size)
    if scale is not None and table.gib_per_scale is not None:
        gib = scale * table.gib_per_scale
    listed = _listed(table, size)
    after = None
    if listed is None:
        listed, after = _stepped(table, gib if scale is None else scale)
    bound = _bound(table, gib)
    cap = None
    if least_scale is not None and least_scale <= table.low_scale:
        cap = table.low_scale_cap
    if listed is None and bound is None:
        return None
    if listed is None or after is None:
        return _limit(table, listed, bound, cap)
    return _limit(table, None, bound or after, cap, least=listed)


def _limit(
    table: LimitTable,
    documented: int | None,
    bound: int | None,
    cap: int | None,
    *,
    least: int | None = None,
) -> Limit:
    upper = max(documented or 0, bound or 0)
    if least is None:
        least = int(upper * table.least_share) if documented is None else documented
    if cap is not None:
        least, upper = min(least, cap), min(upper, cap)
        documented = None if documented is None else min(documented, cap)
    return Limit(
        name=table.name,
        source=table.source,
        read=table.read,
        confidence=table.confidence,
        note=table.note,
        lower=min(least, upper),
        upper=upper,
        documented=documented,
        configurable=table.configurable,
    )


def _listed(table: LimitTable, size: str) -> int | None:
    for name, connections in table.connections.items():
        if fnmatchcase(size, name):
            return connections
    return None


def _stepped(table: LimitTable, number: float | None) -> tuple[int | None, int | None]:
    """The step at or below a number, and the one above where values between steps exist."""
    if number is None:
        return None, None
    below = [step for step in table.steps if step[0] <= number]
    if not below:
        return None, None
    rest = table.steps[len(below) :]
    between = not table.exact_steps and below[-1][0] != number and rest
    return int(below[-1][1]), int(rest[0][1]) if between else None


def _bound(table: LimitTable, gib: float | None) -> int | None:
    if gib is None:
        return None
    if table.bytes_per_connection is not None:
        bound = int(gib * _GIB // table.bytes_per_connection)
    elif table.connections_per_gib is not None:
        bound = int(gib * table.connections_per_gib)
    else:
        return None
    return bound if table.cap is None else min(bound, table.cap)


def _memory(table: LimitTable, groups: Mapping[str, str | None], size: str) -> float | None:
    if (mib := _number(groups.get("mib"))) is not None:
        return mib / 1024
    if (gib := _number(groups.get("gib"))) is not None:
        return gib
    return machine_memory(table.machines, size) if table.machines and size else None


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


VENDOR_PREFIXES = ("aws-", "google-", "gcp-", "amazon-")


def provider_and_engine(name: str) -> tuple[str, str] | None:
    """`aws-rds-postgresql`, `rds-postgresql` or `rds` -> ("rds", "postgresql"), or None for other names.

    A provider alone means PostgreSQL where it has that.
    """
    bare = next((name.removeprefix(prefix) for prefix in VENDOR_PREFIXES if name.startswith(prefix)), name)
    tables = limit_tables()
    if bare in tables:
        return tables[bare].provider, tables[bare].engine
    engines = [table.engine for table in tables.values() if table.provider == bare]
    return (bare, engines[0]) if engines else None


def provider_names() -> tuple[str, ...]:
    """The names that a configuration can give, in alphabetical order."""
    return tuple(sorted({*limit_tables(), *(table.provider for table in limit_tables().values())}))
