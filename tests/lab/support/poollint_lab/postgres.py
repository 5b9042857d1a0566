"""A real PostgreSQL: made once as a template, started from a copy."""

# ruff: noqa: S105  the passwords of servers that live for one test run

import contextlib
import re
import shutil
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg

from poollint_lab.daemons import account, daemon, folder, free_port, run_as

SUPERUSER_PASSWORD = "superpw"
PASSWORD = "secret"
TERMINATE_CONNECTIONS: LiteralString = (
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'"
)


@dataclass(frozen=True, slots=True)
class Postgres:
    port: int
    version: str
    """As proofs name it: `PostgreSQL 15`."""

    def run(self, *statements: LiteralString) -> list[tuple[object, ...]]:
        """Runs statements as the superuser, each by itself; gives the rows of the last."""
        rows: list[tuple[object, ...]] = []
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=SUPERUSER_PASSWORD,
            dbname="appdb",
            autocommit=True,
        ) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def connections(self) -> int:
        """How many the application has open."""
        rows = self.run("select count(*) from pg_stat_activity where usename = 'app'")
        return int(str(rows[0][0]))

    def terminate_connections(self) -> None:
        self.run(TERMINATE_CONNECTIONS)


def binaries() -> Path | None:
    """The newest installed server's folder: on the path, or where Debian keeps it."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda path: int(path.parent.name), default=None)


@contextlib.contextmanager
def template(binary: Path) -> Iterator[Path]:
    """A data folder with the role `app` and its database `appdb`."""
    owner = account("postgres")
    with folder(owner) as home:
        password = home / "password"
        password.write_text(SUPERUSER_PASSWORD)
        password.chmod(0o644)
        data = home / "data"
        options = ["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "-N"]
        run_as(
            owner,
            [str(binary / "initdb"), "-D", str(data), f"--pwfile={password}", *options],
        )
        run_as(
            owner,
            [str(binary / "postgres"), "--single", "-D", str(data), "postgres"],
            text=f"create role app login password '{PASSWORD}'\ncreate database appdb owner app\n",
        )
        yield data


@contextlib.contextmanager
def postgres(binary: Path, data: Path, settings: Mapping[str, str | int]) -> Iterator[Postgres]:
    owner = account("postgres")
    port = free_port()
    everything = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "fsync": "off",
        "max_connections": 200,
        "max_wal_senders": 0,
        **settings,
    }
    with folder(owner) as home:
        run_as(owner, ["cp", "-a", str(data), str(home / "data")])
        options = [f"--{name}={value}" for name, value in everything.items()]
        command = [str(binary / "postgres"), "-D", str(home / "data"), *options]
        with daemon(owner, command, port=port, log=home / "log", stop=signal.SIGINT):
            yield Postgres(port, _version(binary))


def _version(binary: Path) -> str:
    said = run_as(None, [str(binary / "postgres"), "--version"])
    major = re.search(r"(\d+)", said)
    if major is None:
        raise RuntimeError(f"not a version of PostgreSQL: {said}")
    return f"PostgreSQL {major[1]}"
