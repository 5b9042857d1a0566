"""Every configuration that we call rejected is rejected, and every one that we accept is accepted.

The tables stand in `arguments/`. A row has the `source` of a configuration, the `codes` of the rules
that judge it, and the `stage` at which it ends: `create` (the call raises), `connect` (the first
connection), `use` (later: when the pool is exhausted) or `accepted`. `exception` and `message` are
what it ends with: a dotted class name and a part of the text. `sqlalchemy` limits a row to the 2.0
line or to the newest. A row that fails and has no code is one that no rule judges.
"""

import tomllib
from pathlib import Path
from typing import Literal, NotRequired, TypedDict, cast

import pytest

from poollint_lab.bench import Lab
from poollint_lab.client import Client
from poollint_lab.configuration import MARIADB_HOST, aimed_at
from poollint_lab.mariadb import MariaDB
from poollint_lab.postgres import Postgres
from poollint_lab.protocol import Outcome, failed

Stage = Literal["create", "connect", "use", "accepted"]
TABLES = Path(__file__).parent / "arguments"
DRIVERS = ("asyncpg", "psycopg2", "psycopg", "pg8000", "aiomysql", "pymysql", "aiosqlite")


class Row(TypedDict):
    id: str
    codes: list[str]
    source: str
    stage: Stage
    exception: NotRequired[str]
    message: NotRequired[str]
    sqlalchemy: NotRequired[Literal["2.0", "newest"]]


class Table(TypedDict):
    row: list[Row]


def rows() -> list[tuple[str, Row]]:
    """Each row with the name of its table."""
    found: list[tuple[str, Row]] = []
    for path in sorted(TABLES.glob("*.toml")):
        table = cast("Table", tomllib.loads(path.read_text("utf-8")))
        found += [(path.stem, row) for row in table["row"]]
    return found


def ending(client: Client, row: Row, port: int) -> tuple[Stage, Outcome | None]:
    """Where the configuration ends, and how."""
    made = client.make(aimed_at(row["source"], port))
    if made["classes"]:
        return "create", made
    for used in client.use(times=2):
        if used["classes"]:
            return "connect", used
    if row["stage"] == "use":
        for held in client.hold(times=4):
            if held["classes"]:
                return "use", held
    return "accepted", None


CASES = [
    pytest.param(line, table, row, id=f"{table}-{row['id']}-{line}")
    for table, row in rows()
    for line in ([row["sqlalchemy"]] if "sqlalchemy" in row else ["2.0", "newest"])
]


@pytest.mark.parametrize(("python", "table", "row"), CASES, indirect=["python"])
def test_argument(python: Path, table: str, row: Row, lab: Lab, request: pytest.FixtureRequest) -> None:
    server: Postgres | MariaDB = lab.server
    if MARIADB_HOST in row["source"]:
        server = request.getfixturevalue("mariadb_server")
    client = lab.application(python=python)
    stage, outcome = ending(client, row, server.port)
    assert stage == row["stage"], outcome
    if outcome is not None:
        assert failed(outcome, row.get("exception", "none"), row.get("message", "none")), outcome
    drivers = [name for name in DRIVERS if f"+{name}" in row["source"]][:1]
    servers = [] if "sqlite" in row["source"] else [server.version]
    lab.proves(
        *row["codes"],
        shows=f"each row of {table} ends at the stage and with the exception that it names",
        against=[*servers, *client.versions(*drivers)],
    )
