"""POOL601: a pooler that can open more than its database accepts."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL601"
URL = "postgresql+psycopg2://app@pgbouncer/shop"
SERVICES = """\
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    deploy: {replicas: %s}
    environment:
      DB_HOST: main
      POOL_MODE: transaction
%s
  main:
    image: postgres:16
    command: postgres -c max_connections=%s
"""


def settings(**values: int) -> str:
    return "\n".join(f'      {name.upper()}: "{value}"' for name, value in values.items()) or "      A: b"


@pytest.mark.parametrize(
    ("replicas", "given", "limit", "expected"),
    [
        pytest.param(3, settings(default_pool_size=33), "100", ("error medium",), id="instances"),
        pytest.param(1, settings(default_pool_size=97), "100", (), id="just-fits"),
        pytest.param(1, settings(default_pool_size=98), "100", ("error medium",), id="one-more"),
        pytest.param(
            1, settings(default_pool_size=97, reserve_pool_size=1), "100", ("error medium",), id="reserve"
        ),
        pytest.param(1, settings(default_pool_size=200, max_db_connections=97), "100", (), id="capped"),
        pytest.param(1, settings(), "22", ("error medium",), id="default-20"),
        pytest.param(1, settings(), "23", (), id="default-fits"),
        pytest.param(1, settings(default_pool_size=500), "$MAX", (), id="limit-not-known"),
        pytest.param(1, "      DEFAULT_POOL_SIZE: $SIZE", "100", (), id="size-not-known"),
    ],
)
def test_deployed(
    *,
    replicas: int,
    given: str,
    limit: str,
    expected: tuple[str, ...],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    services = SERVICES % (replicas, given, limit)
    files = deployed("create_engine(URL)", "uvicorn app.main:app", URL, services)
    assert tuple(each.split()[0] for each in shown(CODE, files)) == tuple(
        each.split()[0] for each in expected
    )


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    services = SERVICES % (3, settings(default_pool_size=50), "100")
    (found,) = findings(CODE, deployed("create_engine(URL)", "uvicorn app.main:app", URL, services))
    assert found.problem.message == "'pgbouncer' can open 150 connections to 'main'; it accepts 97"


ODYSSEY = (
    'storage "pg" { type "remote" host "main" port 5432 }\n'
    'database "shop" { user "app" { storage "pg" pool "transaction" pool_size %d } }\n'
)
ODYSSEYS = (
    "  odyssey:\n    image: yandex/odyssey\n    deploy: {replicas: %s}\n"
    "    volumes: ['./odyssey.conf:/etc/odyssey/odyssey.conf']\n  main:\n    image: postgres:16\n"
)


@pytest.mark.parametrize(
    ("call", "size", "replicas", "expected"),
    [
        pytest.param(
            "create_engine(URL, pool_size=98, max_overflow=0)",
            0,
            1,
            ("error: 'odyssey' can open 98 connections to 'main'; it accepts 97",),
            id="its-clients-are-too-many",
        ),
        pytest.param("create_engine(URL, pool_size=97, max_overflow=0)", 0, 1, (), id="its-clients-fit"),
        pytest.param(
            "create_engine(URL, pool_size=60, max_overflow=0)",
            0,
            2,
            (),
            id="clients-are-spread-over-instances",
        ),
        pytest.param(
            "create_engine(URL, pool_size=int(input()))",
            0,
            1,
            (
                (
                    "warning: nothing limits how many connections 'odyssey' opens to 'main', "
                    "which accepts 97, and how many its clients ask for is not known"
                ),
            ),
            id="its-clients-are-not-known",
        ),
        pytest.param("create_engine(URL, pool_size=int(input()))", 97, 1, (), id="a-limit"),
    ],
)
def test_a_pooler_without_a_limit(
    *,
    call: str,
    size: int,
    replicas: int,
    expected: tuple[str, ...],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    url = "postgresql+psycopg2://app@odyssey:6432/shop"
    files = deployed(call, "uvicorn app.main:app", url, ODYSSEYS % replicas)
    found = findings(CODE, {**files, "odyssey.conf": ODYSSEY % size})
    assert tuple(f"{each.severity}: {each.problem.message}" for each in found) == expected
