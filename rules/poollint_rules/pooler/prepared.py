"""What the truth table of prepared statements says about an engine behind a pooler."""

from itertools import product
from typing import Literal

from poollint.catalogue.pgbouncer import PREPARED, tracks_statements, tracks_statements_since
from poollint.catalogue.prepared import (
    Case,
    Names,
    PreparedRow,
    Profile,
    Threshold,
    prepared_statements,
    prepared_versions,
)
from poollint.catalogue.versions import version_key
from poollint.facts import Argument, Engine, Pooler
from poollint.frozen import frozen
from poollint.values import Known, Symbol, Value, possible
from poollint_rules.engines import is_exactly, is_queue
from poollint_rules.hops import managed_hosts

PGBOUNCER = "pgbouncer"

SET_THERE = f"{PREPARED} is set there"

Mode = Literal["transaction", "statement"]


@frozen
class Verdict:
    """The rows that an engine can fall under, and what is not known about it."""

    rows: tuple[PreparedRow, ...]
    unless: tuple[str, ...]
    configured: bool = True
    """Whether the files say what the pooler does with prepared statements, and not only its version."""

    @property
    def is_certain(self) -> bool:
        """Whether something fails whatever is not known, and no vendor could have been asked for another setting."""
        return len(self.failures) == len(self.rows) and SET_THERE not in self.unless

    @property
    def doubt(self) -> str:
        """What would have to be so for nothing to fail, as the end of a clause."""
        return "" if self.is_certain or not self.unless else f" unless {' and '.join(self.unless)}"

    @property
    def failures(self) -> tuple[PreparedRow, ...]:
        """The rows in which something fails."""
        return tuple(row for row in self.rows if row.outcome != "ok")


def verdict(engine: Engine, driver: str, pooler: Pooler, mode: Mode) -> Verdict | None:
    """Every row that the known settings leave open; None when one of the cases was never tried."""
    profiles, unless = _profiles(engine, pooler, mode)
    versions = (str(engine.driver),) if engine.driver else prepared_versions(driver)
    cases = [
        Case(
            driver=driver,
            version=version,
            profile=profile,
            mode=mode,
            autocommit=_is_autocommit(engine),
            pooled=is_queue(engine),
            pre_ping=not is_exactly(engine.pool.pre_ping, wanted=False),
            statement_cache=statements,
            prepared_cache=prepared,
            names=names,
            threshold=threshold,
        )
        for version, profile, statements, prepared, names, threshold in product(
            versions,
            profiles,
            _is_on(engine.connect_arg("statement_cache_size")),
            _is_on(engine.connect_arg("prepared_statement_cache_size")),
            _names(engine),
            _threshold(engine),
        )
    ]
    rows = [prepared_statements(case) for case in cases]
    found = tuple(dict.fromkeys(row.name for row in rows if row is not None))
    if any(row is None for row in rows):
        return None
    if len(versions) > 1 and len(found) > 1:
        unless = (*unless, f"{driver} is {versions[-1]} or newer")
    if engine.connect_arg("connection_class") is not None:
        unless = (*unless, "its connection_class gives unique names")
    configured = mode == "statement" or pooler.setting(PREPARED) is not None
    return Verdict(tuple({row.name: row for row in rows if row}.values()), unless, configured)


def keeps_statements(engine: Engine) -> bool:
    """Whether the vendor of the pooler that the host names documents that prepared statements survive it."""
    return any(host.prepared_statements for host, _ in managed_hosts(engine))


def fails_without_a_pooler(engine: Engine, driver: str) -> bool:
    """Whether every row that the settings leave open fails on a direct connection after a change of the schema."""
    cases = (
        Case(
            driver=driver,
            version=str(engine.driver),
            profile="ps",
            statement_cache=statements,
            prepared_cache=prepared,
            names=names,
        )
        for statements, prepared, names in product(
            _is_on(engine.connect_arg("statement_cache_size")),
            _is_on(engine.connect_arg("prepared_statement_cache_size")),
            _names(engine),
        )
    )
    rows = [prepared_statements(case) for case in cases]
    return all(row is not None and row.direct for row in rows)


def _profiles(engine: Engine, pooler: Pooler, mode: Mode) -> tuple[tuple[Profile, ...], tuple[str, ...]]:
    if mode == "statement" or pooler.product != PGBOUNCER:
        return ("no-ps",), ()
    given = pooler.setting(PREPARED)
    if given is not None:
        found: dict[Profile, None] = {each: None for leaf in possible(given.value) for each in _profile(leaf)}
        return tuple(found), ()
    if any(host.prepared_statements is False for host, _ in managed_hosts(engine)):
        return ("no-ps",), (SET_THERE,)
    if pooler.version:
        profile: Profile = "ps" if tracks_statements(str(pooler.version)) else "no-ps"
        return (profile,), ()
    return ("no-ps", "ps"), (f"PgBouncer is {_short(tracks_statements_since())} or newer",)


def _short(version: str) -> str:
    """`1.24` of `1.24.0`."""
    return ".".join(map(str, version_key(version)))


def _profile(leaf: Value) -> tuple[Profile, ...]:
    if isinstance(leaf, Known) and isinstance(leaf.value, int):
        return ("ps",) if leaf.value > 0 else ("no-ps",)
    return ("no-ps", "ps")


def _is_autocommit(engine: Engine) -> bool:
    level = engine.argument("isolation_level")
    return level is not None and is_exactly(level.value, "AUTOCOMMIT")


def _is_on(argument: Argument | None) -> tuple[bool, ...]:
    """Whether a cache is on: its default when nothing is given, both when it cannot be read."""
    if argument is None:
        return (True,)
    leaves = possible(argument.value)
    if not all(isinstance(leaf, Known) and not isinstance(leaf.value, Symbol) for leaf in leaves):
        return (True, False)
    return tuple(sorted({isinstance(leaf, Known) and leaf.value not in (0, "0") for leaf in leaves}))


def names_itself(engine: Engine) -> bool:
    """Whether a function that the engine is given names its statements."""
    argument = engine.connect_arg("prepared_statement_name_func")
    return argument is not None and not is_exactly(argument.value, None)


def _names(engine: Engine) -> tuple[Names, ...]:
    if names_itself(engine):
        return ("unique", "empty")
    return ("default",) if engine.connect_arg("connection_class") is None else ("default", "unique")


def _threshold(engine: Engine) -> tuple[Threshold, ...]:
    argument = engine.connect_arg("prepare_threshold")
    if argument is None:
        return ("default",)
    return tuple(dict.fromkeys(each for leaf in possible(argument.value) for each in _threshold_of(leaf)))


def _threshold_of(leaf: Value) -> tuple[Threshold, ...]:
    match leaf:
        case Known(value=None):
            return ("none",)
        case Known(value=0):
            return ("zero",)
        case Known(value=int()):
            return ("default",)
        case _:
            return ("default", "none", "zero")


def pool_mode(engine: Engine, pooler: Pooler) -> str:
    """The pool mode for the engine's database: that of its route, else the pooler's; empty when not known."""
    database = engine.url.database
    name = database.value if isinstance(database, Known) else "*"
    route = next((each for wanted in (name, "*") for each in pooler.routes if each.name == wanted), None)
    settings = () if route is None else route.settings
    mode = next((each.value for each in settings if each.name == "pool_mode"), pooler.mode)
    return str(mode.value) if isinstance(mode, Known) else ""


def breaking_mode(engine: Engine, pooler: Pooler) -> Mode | None:
    """The pool mode when it moves a client between server connections, else None."""
    modes: dict[str, Mode] = {"transaction": "transaction", "statement": "statement"}
    return modes.get(pool_mode(engine, pooler))
