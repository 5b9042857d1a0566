"""A real PgBouncer in front of a PostgreSQL."""

import contextlib
import os
import re
import shutil
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from poollint_lab.daemons import account, daemon, folder, free_port, run_as
from poollint_lab.postgres import PASSWORD, Postgres

Settings = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class PgBouncer:
    port: int
    version: str
    """As proofs name it: `PgBouncer 1.18`."""


def binaries() -> dict[str, str]:
    """Name to path: the installed one, and a newer one when PGBOUNCER_NEW names its file."""
    found = {"installed": shutil.which("pgbouncer", path=os.environ["PATH"] + ":/usr/sbin")}
    found["newer"] = os.environ.get("PGBOUNCER_NEW")
    return {name: path for name, path in found.items() if path}


def version(binary: str) -> tuple[int, int]:
    said = run_as(account("postgres"), [binary, "--version"])
    numbers = re.search(r"(\d+)\.(\d+)", said)
    if numbers is None:
        raise RuntimeError(f"not a version of PgBouncer: {said}")
    return int(numbers[1]), int(numbers[2])


@contextlib.contextmanager
def pgbouncer(binary: str, server: Postgres, settings: Settings) -> Iterator[PgBouncer]:
    owner = account("postgres")
    port = free_port()
    with folder(owner) as home:
        users = home / "users.txt"
        users.write_text(f'"app" "{PASSWORD}"\n')
        everything = {
            "listen_addr": "127.0.0.1",
            "listen_port": port,
            "unix_socket_dir": "",
            "auth_type": "scram-sha-256",
            "auth_file": users,
            **settings,
        }
        configuration = home / "pgbouncer.ini"
        configuration.write_text(
            "[databases]\n"
            f"appdb = host=127.0.0.1 port={server.port} dbname=appdb\n"
            "[pgbouncer]\n" + "".join(f"{key} = {value}\n" for key, value in everything.items())
        )
        command = [binary, str(configuration)]
        # It keeps nothing, and ignores gentler signals where a shell in the background started the tests.
        with daemon(owner, command, port=port, log=home / "log", stop=signal.SIGKILL):
            major, minor = version(binary)
            yield PgBouncer(port, f"PgBouncer {major}.{minor}")
