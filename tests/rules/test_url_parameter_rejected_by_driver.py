"""POOL207: a parameter of the URL that the driver refuses."""

from collections.abc import Callable

import pytest

CODE = "POOL207"


@pytest.mark.parametrize(
    ("url", "count"),
    [
        pytest.param("postgresql+asyncpg://app@db/x?sslmode=require", 1, id="sslmode-asyncpg"),
        pytest.param("postgresql+asyncpg://app@db/x?ssl=require", 0, id="ssl-asyncpg"),
        pytest.param("postgresql+asyncpg://app@db/x?statement_cache_size=0", 1, id="cache-as-text"),
        pytest.param("postgresql+asyncpg://app@db/x?pgbouncer=true&sslmode=require", 2, id="two"),
        pytest.param("postgresql+psycopg2://app@db/x?sslmode=require", 0, id="sslmode-psycopg2"),
        pytest.param("postgresql+psycopg2://app@db/x?pgbouncer=true", 1, id="prisma"),
        pytest.param("postgresql+psycopg://app@db/x?pool_size=5", 1, id="pool-size"),
        pytest.param("firebird+fdb://app@db/x?sslmode=require", 0, id="driver-not-known"),
        pytest.param("postgresql+psycopg2://app@db/x", 0, id="no-parameters"),
    ],
)
def test_url(call: Callable[[str, str], tuple[str, ...]], url: str, count: int) -> None:
    assert call(CODE, f"create_engine('{url}')") == ("error high",) * count


def test_parameter_with_an_unknown_value(call: Callable[[str, str], tuple[str, ...]]) -> None:
    text = "create_engine(f'postgresql+asyncpg://app@db/x?sslmode={unknown}')"
    assert call(CODE, text) == ("error high",)


def test_message(message: Callable[[str, str], str]) -> None:
    said = message(CODE, "create_engine('postgresql+asyncpg://app@db/x?sslmode=require')")
    assert said.startswith(
        "'db:engine' has ?sslmode= in its URL, which asyncpg refuses at the first connect: "
    )
