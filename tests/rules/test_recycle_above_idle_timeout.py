"""POOL102: a recycle above a known idle limit."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from poollint.config import Config
from poollint.project import Project
from poollint.run import understand
from poollint.values import Known
from poollint_rules.staleness.recycle_above_idle_timeout import recycle_above_idle_timeout

CODE = "POOL102"
PROXY = "postgresql+psycopg2://app@orders.proxy-c0ffee.eu-west-1.rds.amazonaws.com/orders"
BOUNCER = """\
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    environment: {DB_HOST: main, CLIENT_IDLE_TIMEOUT: "%s"}
  main:
    image: postgres:16
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"create_engine('{PROXY}', pool_recycle=1799)", (), id="just-below"),
        pytest.param(f"create_engine('{PROXY}', pool_recycle=1800)", ("warning high",), id="at-the-limit"),
        pytest.param(f"create_engine('{PROXY}', pool_recycle=3600)", ("warning high",), id="above"),
        pytest.param(
            f"create_engine('{PROXY}', pool_recycle=3600, pool_pre_ping=True)", ("info high",), id="pinged"
        ),
        pytest.param(
            f"create_engine('{PROXY}', pool_recycle=3600, pool_pre_ping=unknown)",
            ("info high",),
            id="ping-unknown",
        ),
        pytest.param(f"create_engine('{PROXY}')", (), id="none-is-101"),
        pytest.param(f"create_engine('{PROXY}', pool_recycle=-1)", (), id="off-is-101"),
        pytest.param(f"create_engine('{PROXY}', pool_recycle=unknown)", (), id="not-known"),
        pytest.param(f"create_engine('{PROXY}', pool_recycle=3600, poolclass=NullPool)", (), id="null-pool"),
        pytest.param("create_engine('postgresql://app@db/x', pool_recycle=99999)", (), id="no-known-limit"),
        pytest.param("create_engine('mysql+pymysql://app@db/x', pool_recycle=28799)", (), id="mysql-below"),
        pytest.param(
            "create_engine('mysql+pymysql://app@db/x', pool_recycle=28800)",
            ("warning medium",),
            id="mysql-at",
        ),
        pytest.param("create_engine(URL, pool_recycle=28800)", (), id="dialect-not-known"),
        pytest.param(
            "create_engine(('mysql' if unknown() else 'mariadb') + '://app@db/x', pool_recycle=28800)",
            ("warning medium",),
            id="mysql-or-mariadb",
        ),
        pytest.param(
            "create_engine(('mysql' if unknown() else 'postgresql') + '://app@db/x', pool_recycle=28800)",
            (),
            id="mysql-or-postgresql",
        ),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], text: str, expected: tuple[str, ...]) -> None:
    assert call(CODE, text) == expected


@pytest.mark.parametrize(
    ("limit", "recycle", "expected"),
    [
        pytest.param("600", 599, (), id="below"),
        pytest.param("600", 600, ("warning high",), id="at"),
        pytest.param("0", 600, (), id="switched-off"),
    ],
)
def test_pgbouncer(
    limit: str,
    recycle: int,
    expected: tuple[str, ...],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    text = f"create_engine(URL, pool_recycle={recycle})"
    url = "postgresql+psycopg2://app@pgbouncer:5432/shop"
    by_default = url.replace("pgbouncer", "${POOLER:-pgbouncer}")
    less_sure = tuple(each.replace("high", "medium") for each in expected)
    assert shown(CODE, deployed(text, "uvicorn app.main:app", url, BOUNCER % limit)) == expected
    assert shown(CODE, deployed(text, "uvicorn app.main:app", by_default, BOUNCER % limit)) == less_sure


@pytest.mark.parametrize(
    ("seconds", "count"),
    [
        pytest.param(599, 0, id="below"),
        pytest.param(600, 1, id="at"),
    ],
)
def test_limit_of_the_database(
    seconds: int, count: int, deployed: Callable[[str, str, str, str], dict[str, str]]
) -> None:
    text = f"create_engine(URL, pool_recycle={seconds})"
    files = deployed(text, "uvicorn app.main:app", "postgresql://app@main/shop", "")
    (topology,) = understand(Project.of(files), Config())
    (client,) = topology.clients
    assert client.database is not None
    limited = replace(client.database, idle_timeout=Known(600, client.database.at))
    topology = replace(topology, clients=(replace(client, database=limited),))
    assert len(list(recycle_above_idle_timeout.check(topology))) == count


def test_managed_pooler(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed("create_engine(URL, pool_recycle=3600)", "uvicorn app.main:app", PROXY, "")
    assert shown(CODE, files) == ("warning high",)


def test_message(message: Callable[[str, str], str]) -> None:
    said = message(CODE, f"create_engine('{PROXY}', pool_recycle=3600)")
    assert said.startswith("'db:engine' keeps connections for 3600 s, but ")
    assert said.endswith(" closes them after 1800 idle seconds")
