"""Prepared statements through a transaction or statement pooler: what experiments showed."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

from poollint.catalogue.loader import Sourced, records
from poollint.catalogue.versions import in_range, version_key
from poollint.frozen import frozen

Outcome = Literal["ok", "fail", "wrong-answers"]
"""`wrong-answers`: fails, and while it does a statement can return another statement's rows."""

Profile = Literal["no-ps", "ps"]
"""`no-ps`: PgBouncer before 1.21, or `max_prepared_statements` 0; `ps`: above 0."""

Threshold = Literal["default", "zero", "none"]
Names = Literal["default", "unique", "empty"]


@frozen(kw_only=True)
class Case:
    """One engine behind one pooler; every field is known, ask once for each possibility.

    `statement_cache` is asyncpg's `statement_cache_size` above 0, `prepared_cache` SQLAlchemy's
    `prepared_statement_cache_size` above 0, `names` what `prepared_statement_name_func` returns,
    `threshold` psycopg's `prepare_threshold`, where "default" is any number above 0. What a driver
    does not have keeps its default. psycopg_async is psycopg.
    """

    driver: str
    version: str
    profile: Profile
    mode: Literal["transaction", "statement"] = "transaction"
    autocommit: bool = False
    pooled: bool = True
    pre_ping: bool = False
    statement_cache: bool = True
    prepared_cache: bool = True
    names: Names = "default"
    threshold: Threshold = "default"


@frozen(kw_only=True)
class PreparedRow(Sourced):
    """A row of the truth table; an absent field matches everything, the first row that fits wins.

    `schema_change`: statements fail after a column is added elsewhere, until the process restarts or
    for good; `direct`: also without a pooler. `builds_up`: statements stay behind on the server.
    `processes` is the number of processes from which the failure shows. `requires` is a condition
    beside the fields under which the verdict holds, in words; `error` the message that users see.
    """

    driver: str
    outcome: Outcome
    since: str = ""
    before: str = ""
    profile: Profile | None = None
    mode: Literal["transaction", "statement"] | None = None
    autocommit: bool | None = None
    pooled: bool | None = None
    pre_ping: bool | None = None
    statement_cache: bool | None = None
    prepared_cache: bool | None = None
    names: tuple[Names, ...] = ()
    threshold: tuple[Threshold, ...] = ()
    schema_change: bool = False
    direct: bool = False
    builds_up: bool = False
    processes: int = 1
    requires: str = ""
    error: str = ""

    @property
    def as_shipped(self) -> bool:
        """Whether both caches are on, as the driver and SQLAlchemy have them."""
        return bool(self.statement_cache and self.prepared_cache)


@cache
def prepared_records() -> Mapping[str, PreparedRow]:
    """The whole table by name, in the order in which rows are tried."""
    return records("drivers", "prepared", PreparedRow)


def prepared_statements(case: Case) -> PreparedRow | None:
    """The row that a case falls under, or None where it was not tried."""
    return next((row for row in prepared_records().values() if _matches(row, case)), None)


@cache
def prepared_drivers() -> frozenset[str]:
    """The drivers that the table has rows of."""
    return frozenset(row.driver for row in prepared_records().values())


@cache
def prepared_versions(driver: str) -> tuple[str, ...]:
    """The versions to ask about where none is pinned, oldest first: one on each side of the last change.

    Raises ValueError for a driver that the table does not have.
    """
    rows = [row for row in prepared_records().values() if row.driver == driver]
    if not rows:
        raise ValueError(f"no rows of {driver}")
    changes = {bound for row in rows for bound in (row.since, row.before) if bound}
    return tuple(sorted({"0", *changes}, key=version_key)[-2:])


def _matches(row: PreparedRow, case: Case) -> bool:
    same = (
        (row.profile, case.profile),
        (row.mode, case.mode),
        (row.autocommit, case.autocommit),
        (row.pooled, case.pooled),
        (row.pre_ping, case.pre_ping),
        (row.statement_cache, case.statement_cache),
        (row.prepared_cache, case.prepared_cache),
    )
    return (
        row.driver == case.driver
        and in_range(case.version, row.since, row.before)
        and all(wanted is None or wanted == given for wanted, given in same)
        and (not row.names or case.names in row.names)
        and (not row.threshold or case.threshold in row.threshold)
    )
