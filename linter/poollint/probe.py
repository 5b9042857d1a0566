"""A look at a live server: its true limits, read-only and with short timeouts.

The only part of the program that opens connections. It needs a driver: `pip install poollint[probe]`
brings psycopg; for MySQL and MariaDB install pymysql. The URL is never shown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from poollint.frozen import frozen

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.engine import URL

TIMEOUT = 5
"""Seconds for connecting, and for each question."""

CONSOLE = "pgbouncer"
"""The name of the database that is PgBouncer's admin console."""

POSTGRESQL = """
select current_setting('server_version'), current_setting('max_connections')::int,
  current_setting('superuser_reserved_connections')::int,
  coalesce(current_setting('reserved_connections', true), '0')::int,
  coalesce(current_setting('idle_session_timeout', true), '0'),
  (select rolconnlimit from pg_roles where rolname = current_user),
  (select datconnlimit from pg_database where datname = current_database())
"""
POSTGRESQL_USE = """
select coalesce(nullif(application_name, ''), usename, 'unknown'), count(*)
from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
group by 1 order by 2 desc, 1
"""
MYSQL = "select version(), @@global.max_connections, @@global.wait_timeout, @@global.max_user_connections"
MYSQL_USE = "select user, count(*) from information_schema.processlist group by user order by 2 desc, 1"

UNITS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86400}


class ProbeError(Exception):
    """The server cannot be asked. The message names no URL and no password."""


@frozen
class Probed:
    """What a server said of itself. Limits count connections, `idle_timeout` seconds; 0 and None are none."""

    product: str
    version: str
    max_connections: int | None
    reserved: int
    idle_timeout: float | None
    role_limit: int | None
    database_limit: int | None
    settings: Mapping[str, str]
    use: tuple[tuple[str, int], ...]

    @property
    def limit(self) -> int | None:
        """The smallest of the limits that hold for this role and database."""
        limits = (self.max_connections, self.role_limit, self.database_limit)
        return min((limit for limit in limits if limit is not None), default=None)


def probe(text: str) -> Probed:
    """Ask a PostgreSQL, MySQL or MariaDB server, or PgBouncer's admin console. Raises ProbeError."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - late: only this command needs it
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        url = make_url(text)
    except ArgumentError:
        raise ProbeError("the URL cannot be parsed (it is not shown)") from None
    family = url.drivername.partition("+")[0]
    if family in ("postgresql", "postgres"):
        bare = url.set(drivername="postgresql+psycopg")
        return _console(bare) if url.database == CONSOLE else _ask(bare, _postgresql)
    if family in ("mysql", "mariadb"):
        return _ask(url.set(drivername=f"{family}+pymysql"), _mysql)
    raise ProbeError(f"cannot probe a {family} server: PostgreSQL, MySQL, MariaDB or PgBouncer's console")


def _ask(url: "URL", questions: "Callable[[Connection], Probed]") -> Probed:
    from sqlalchemy import create_engine  # noqa: PLC0415 - late: only this command needs it
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    try:
        engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": TIMEOUT})
        with engine.connect() as connection:
            return questions(connection)
    except ModuleNotFoundError as error:
        raise ProbeError(f"the driver {error.name} is not installed: pip install 'poollint[probe]'") from None
    except SQLAlchemyError as error:
        raise ProbeError(_safe(error, url)) from None


def _safe(error: Exception, url: "URL") -> str:
    """The first line of an error, without the password and without SQLAlchemy's address of a page."""
    cause = getattr(error, "orig", None) or error
    line = " ".join(str(cause).split("(Background on this error")[0].split())
    return line.replace(url.password, "***") if isinstance(url.password, str) and url.password else line


def _postgresql(connection: "Connection") -> Probed:
    connection.exec_driver_sql(f"set statement_timeout = '{TIMEOUT}s'")
    connection.exec_driver_sql("set default_transaction_read_only = on")
    version, limit, superuser, reserved, idle, role, database = connection.exec_driver_sql(POSTGRESQL).one()
    use = connection.exec_driver_sql(POSTGRESQL_USE).all()
    return Probed(
        product="postgresql",
        version=str(version).split()[0],
        max_connections=limit,
        reserved=superuser + reserved,
        idle_timeout=seconds(idle) or None,
        role_limit=_limit(role),
        database_limit=_limit(database),
        settings={},
        use=tuple((str(name), int(count)) for name, count in use),
    )


def _mysql(connection: "Connection") -> Probed:
    version, limit, idle, per_user = connection.exec_driver_sql(MYSQL).one()
    use = connection.exec_driver_sql(MYSQL_USE).all()
    return Probed(
        product="mariadb" if "mariadb" in str(version).lower() else "mysql",
        version=str(version).partition("-")[0],
        max_connections=limit,
        reserved=0,
        idle_timeout=float(idle),
        role_limit=per_user or None,
        database_limit=None,
        settings={},
        use=tuple((str(name), int(count)) for name, count in use),
    )


def _limit(number: int | None) -> int | None:
    return None if number is None or number < 0 else number


def seconds(text: str) -> float:
    """`5min` -> 300; PostgreSQL's way to write a time. A bare number is milliseconds."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz").strip()
    unit = text[len(digits) :].strip() or "ms"
    return float(digits or 0) * UNITS[unit]


def _console(url: "URL") -> Probed:
    """PgBouncer's console speaks neither transactions nor the extended protocol: psycopg is asked itself."""
    try:
        import psycopg  # noqa: PLC0415 - late: only this command needs it
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ProbeError(f"the driver {error.name} is not installed: pip install 'poollint[probe]'") from None

    keywords = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
    given = {name: str(value) for name, value in keywords.items() if value is not None}
    where = make_conninfo("", dbname=CONSOLE, **given)
    try:
        with psycopg.connect(
            where, autocommit=True, connect_timeout=TIMEOUT, cursor_factory=psycopg.ClientCursor
        ) as connection:
            settings = {str(row[0]): str(row[1]) for row in connection.execute("show config").fetchall()}
            version = str((connection.execute("show version").fetchone() or ("",))[0])
            pools = connection.execute("show pools")
            columns = [column.name for column in pools.description or ()]
            rows = [dict(zip(columns, row, strict=True)) for row in pools.fetchall()]
    except psycopg.Error as error:
        raise ProbeError(_safe(error, url)) from None
    idle = float(settings.get("client_idle_timeout", "0"))
    return Probed(
        product=CONSOLE,
        version=version.rpartition(" ")[2],
        max_connections=int(settings["max_client_conn"]),
        reserved=0,
        idle_timeout=idle or None,
        role_limit=None,
        database_limit=None,
        settings=settings,
        use=tuple(_clients(rows)),
    )


def _clients(rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, int]]:
    for row in rows:
        count = int(str(row["cl_active"])) + int(str(row["cl_waiting"]))
        if count and row["database"] != CONSOLE:
            yield f"{row['database']} as {row['user']}", count


SHOWN_SETTINGS = (
    "pool_mode", "default_pool_size", "reserve_pool_size", "max_client_conn", "max_db_connections",
    "max_prepared_statements", "ignore_startup_parameters", "client_idle_timeout", "query_wait_timeout",
)  # fmt: skip


def block(found: Probed, name: str) -> str:
    """The configuration that says what was found, with the rest as comments."""
    lines = [f"# {found.product} {found.version}, as it answered"]
    if found.product == CONSOLE:
        lines += [f"# {key} = {found.settings[key]}" for key in SHOWN_SETTINGS if key in found.settings]
    lines += [f"# in use now: {count} by {who}" for who, count in found.use]
    if found.role_limit is not None or found.database_limit is not None:
        lines.append(f"# max_connections of the server: {found.max_connections}")
    if found.product == CONSOLE:
        idle = [] if found.idle_timeout is None else [f"idle-timeout = {found.idle_timeout:g}"]
        table = [f"[tool.poollint.databases.{name}]", *idle] if idle else []
        return "\n".join([*lines, *table]) + "\n"
    values = {
        "provider": f'"{found.product}"',
        "max-connections": found.limit,
        "reserved": found.reserved,
        "idle-timeout": None if found.idle_timeout is None else f"{found.idle_timeout:g}",
    }
    table = [f"{key} = {value}" for key, value in values.items() if value is not None]
    return "\n".join([*lines, f"[tool.poollint.databases.{name}]", *table]) + "\n"
