"""A real MariaDB with the account `app` and its database `appdb`."""

import contextlib
import os
import re
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass

from poollint_lab.daemons import account, daemon, folder, free_port, run_as
from poollint_lab.postgres import PASSWORD

SETUP = f"""\
create database appdb;
create user app@'127.0.0.1' identified by '{PASSWORD}';
grant all on appdb.* to app@'127.0.0.1';
"""


@dataclass(frozen=True, slots=True)
class MariaDB:
    port: int
    version: str
    """As proofs name it: `MariaDB 10.11`."""


def binary() -> str | None:
    return shutil.which("mariadbd", path=os.environ["PATH"] + ":/usr/sbin")


@contextlib.contextmanager
def mariadb(server: str, *, wait_timeout: int) -> Iterator[MariaDB]:
    """`wait_timeout` is in whole seconds: how long the server keeps an idle connection."""
    owner = account("mysql")
    port = free_port()
    with folder(owner) as home:
        data = home / "data"
        install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db"]
        run_as(owner, [*install, "--auth-root-authentication-method=normal"])
        setup = home / "setup.sql"
        setup.write_text(SETUP)
        command = [
            server,
            "--no-defaults",
            f"--datadir={data}",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--socket={home / 'socket'}",
            f"--pid-file={home / 'pid'}",
            f"--init-file={setup}",
            f"--wait-timeout={wait_timeout}",
            "--skip-name-resolve",
            "--innodb-flush-log-at-trx-commit=0",
        ]
        with daemon(owner, command, port=port, log=home / "log", stop=signal.SIGTERM):
            numbers = re.search(r"(\d+\.\d+)\.\d+-MariaDB", run_as(owner, [server, "--version"]))
            if numbers is None:
                raise RuntimeError(f"not a MariaDB: {server}")
            yield MariaDB(port, f"MariaDB {numbers[1]}")
