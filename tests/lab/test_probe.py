"""`poollint probe` reads the true limits of real servers and shows no password."""

import sys
import tomllib
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from poollint.cli.probe import command
from poollint.probe import Probed, ProbeError, block, probe, seconds
from poollint_lab.bench import Bouncers, Clusters, Lab
from poollint_lab.mariadb import MariaDB
from poollint_lab.postgres import PASSWORD, Postgres


def url(server: Postgres | MariaDB, scheme: str = "postgresql", database: str = "appdb") -> str:
    return f"{scheme}://app:{PASSWORD}@127.0.0.1:{server.port}/{database}"


def test_postgresql_says_its_limits_and_who_uses_them(clusters: Clusters) -> None:
    server = clusters.start(max_connections=33, superuser_reserved_connections=4, idle_session_timeout="7min")

    with psycopg.connect(url(server), application_name="reports"):
        found = probe(url(server, "postgresql+asyncpg"))

    assert (found.product, found.limit, found.reserved, found.idle_timeout) == ("postgresql", 33, 4, 420)
    assert ("reports", 1) in found.use
    assert server.version == f"PostgreSQL {found.version.partition('.')[0]}"


def test_the_limits_of_a_role_and_of_a_database_are_the_smaller_ones(clusters: Clusters) -> None:
    server = clusters.start(max_connections=33)
    server.run("alter role app connection limit 9", "alter database appdb connection limit 12")

    found = probe(url(server))

    assert (found.max_connections, found.role_limit, found.database_limit, found.limit) == (33, 9, 12, 9)
    assert "# max_connections of the server: 33" in block(found, "main")


def test_mariadb_says_its_limits(mariadb_server: MariaDB) -> None:
    found = probe(url(mariadb_server, "mysql"))

    assert (found.product, found.limit, found.idle_timeout) == ("mariadb", 151, 1)
    assert mariadb_server.version.endswith(found.version.rpartition(".")[0])


def test_the_console_of_pgbouncer_says_its_settings(bouncers: Bouncers) -> None:
    bouncer = bouncers.start(
        pool_mode="transaction", max_client_conn=77, client_idle_timeout=120, admin_users="app"
    )
    inside = f"postgresql://app:{PASSWORD}@127.0.0.1:{bouncer.port}/appdb"

    with psycopg.connect(inside, autocommit=True, prepare_threshold=None) as client:
        client.execute("select 1")
        found = probe(inside.replace("/appdb", "/pgbouncer"))
    text = block(found, "main")

    assert (found.product, found.limit, found.idle_timeout) == ("pgbouncer", 77, 120)
    assert found.settings["pool_mode"] == "transaction"
    assert found.use == (("appdb as app", 1),)
    assert tomllib.loads(text) == {"tool": {"poollint": {"databases": {"main": {"idle-timeout": 120}}}}}


@pytest.mark.parametrize("database", ["appdb", "pgbouncer"])
def test_a_refused_password_is_not_shown(lab: Lab, database: str) -> None:
    wrong = url(lab.server, database=database).replace(PASSWORD, "hunter2hunter2")

    with pytest.raises(ProbeError) as refused:
        probe(wrong)

    assert "failed" in str(refused.value)
    assert "hunter2hunter2" not in str(refused.value)


def test_the_block_goes_into_a_file_once(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "pyproject.toml"
    target.write_text('[project]\nname = "shop"\n')
    monkeypatch.setenv("DATABASE_URL", url(lab.server))
    runner = CliRunner()

    first = runner.invoke(command, ["--url-env", "DATABASE_URL", "--write", str(target)])
    again = runner.invoke(command, ["--url-env", "DATABASE_URL", "--write", str(target)])
    own = runner.invoke(command, ["-", "--write", str(tmp_path / "poollint.toml")], input=url(lab.server))

    assert (first.exit_code, again.exit_code, own.exit_code) == (0, 2, 0)
    assert "has databases.main already" in again.output
    main = tomllib.loads(target.read_text())["tool"]["poollint"]["databases"]["main"]
    assert (main["provider"], main["reserved"]) == ("postgresql", 3)
    assert tomllib.loads((tmp_path / "poollint.toml").read_text())["databases"]["main"] == main


def test_the_block_is_printed(lab: Lab) -> None:
    result = CliRunner().invoke(command, [url(lab.server), "--name", "orders"])

    assert result.exit_code == 0
    assert "[tool.poollint.databases.orders]" in result.output
    assert PASSWORD not in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param([], "needs a URL", id="nothing"),
        pytest.param(["postgresql://a/b", "--url-env", "X"], "needs a URL", id="both"),
        pytest.param(["--url-env", "NO_SUCH_VARIABLE"], "is not set", id="variable not set"),
        pytest.param(["not a url"], "cannot be parsed", id="no URL"),
        pytest.param(["oracle://a/b"], "cannot probe a oracle server", id="another server"),
    ],
)
def test_usage(arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(command, arguments)

    assert result.exit_code != 0
    assert says in result.output


def test_a_console_without_an_idle_timeout_gives_comments_only() -> None:
    found = Probed("pgbouncer", "1.18.0", 100, 0, None, None, None, {"pool_mode": "session"}, ())

    assert block(found, "main") == "# pgbouncer 1.18.0, as it answered\n# pool_mode = session\n"


@pytest.mark.parametrize(("text", "expected"), [("0", 0), ("5min", 300), ("1500ms", 1.5), ("2h", 7200)])
def test_times_as_postgresql_writes_them(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("database", ["appdb", "pgbouncer"])
def test_a_missing_driver_is_named_with_the_remedy(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(ProbeError, match=r"psycopg is not installed: pip install 'poollint\[probe\]'"):
        probe(f"postgresql://app@127.0.0.1/{database}")
