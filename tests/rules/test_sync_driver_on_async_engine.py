"""POOL205: a driver that is not async on an async engine."""

from collections.abc import Callable, Mapping

import pytest

CODE = "POOL205"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("create_async_engine('postgresql+psycopg2://app@db/x')", ("error high",), id="psycopg2"),
        pytest.param("create_async_engine('mysql+pymysql://app@db/x')", ("error high",), id="pymysql"),
        pytest.param("create_async_engine('mysql://app@db/x')", ("error high",), id="bare-mysql"),
        pytest.param("create_async_engine('sqlite:///x.db')", ("error high",), id="bare-sqlite"),
        pytest.param(
            "create_async_engine('postgresql://app@db/x')", ("warning medium",), id="bare-unknown-version"
        ),
        pytest.param("create_async_engine('postgresql+asyncpg://app@db/x')", (), id="asyncpg"),
        pytest.param("create_async_engine('postgresql+psycopg://app@db/x')", (), id="psycopg"),
        pytest.param("create_async_engine('firebird+fdb://app@db/x')", (), id="driver-not-known"),
        pytest.param("create_async_engine('firebird://app@db/x')", (), id="dialect-not-known"),
        pytest.param("create_async_engine(URL)", (), id="url-not-known"),
        pytest.param("create_engine('postgresql+psycopg2://app@db/x')", (), id="sync-engine"),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], text: str, expected: tuple[str, ...]) -> None:
    assert call(CODE, text) == expected


@pytest.mark.parametrize(
    ("version", "scheme", "expected"),
    [
        pytest.param("2.0.44", "postgresql", ("error high",), id="before"),
        pytest.param("2.1.0", "postgresql", (), id="since"),
        pytest.param("2.1", "postgresql", (), id="exactly"),
        pytest.param("2.1.0", "mysql", ("error high",), id="mysql-in-every-version"),
    ],
)
def test_version(
    version: str,
    scheme: str,
    expected: tuple[str, ...],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    text = (
        "from sqlalchemy.ext.asyncio import create_async_engine\n"
        f"engine = create_async_engine('{scheme}://app@db/x')\n"
    )
    assert shown(CODE, {"db.py": text, "requirements.txt": f"sqlalchemy=={version}\n"}) == expected


def test_message(message: Callable[[str, str], str]) -> None:
    assert message(CODE, "create_async_engine('postgresql+psycopg2://app@db/x')") == (
        "'db:engine' is an async engine, but postgresql+psycopg2:// loads psycopg2, which is not async"
    )
    assert message(CODE, "create_async_engine('postgresql://app@db/x')").endswith(
        " unless SQLAlchemy is 2.1 or newer"
    )


def test_url_elsewhere_is_noted(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    url = "postgresql+psycopg2://app@main/shop"
    files = deployed("create_async_engine(URL)", "uvicorn app.main:app", url, "")
    assert shown(CODE, files) == ("error high",)
