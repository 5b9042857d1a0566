"""POOL206: a scheme that no dialect serves."""

from collections.abc import Callable, Mapping

import pytest

CODE = "POOL206"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("create_engine('postgres://app@db/x')", ("error high",), id="bare"),
        pytest.param("create_engine('postgres+asyncpg://app@db/x')", ("error high",), id="with-driver"),
        pytest.param("create_engine('postgresql://app@db/x')", (), id="right"),
        pytest.param("create_engine('firebird://app@db/x')", (), id="third-party"),
        pytest.param("create_engine(URL)", (), id="not-known"),
        pytest.param("create_engine('pgsql://app@db/x')", ("error high",), id="never-a-dialect"),
        pytest.param(
            "create_engine(os.environ.get('U', 'psql://app@db/x'))", (), id="default-that-never-worked"
        ),
        pytest.param("create_engine('postgresql+psycopg3://app@db/x')", ("error high",), id="never-a-driver"),
        pytest.param("create_engine('PostgreSQL+psycopg://app@db/x')", ("error high",), id="capitals"),
        pytest.param("create_engine('MySQL://app@db/x')", ("error high",), id="capitals-without-driver"),
        pytest.param("create_engine('Firebird://app@db/x')", (), id="capitals-of-a-third-party"),
        pytest.param(
            "create_engine(os.environ.get('U', 'postgres://app@db/x'))", ("error medium",), id="default"
        ),
        pytest.param(
            "create_engine('postgres://app@db/x'.replace('postgres://', 'postgresql://', 1))", (), id="mended"
        ),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], text: str, expected: tuple[str, ...]) -> None:
    assert call(CODE, text) == expected


@pytest.mark.parametrize(
    ("version", "count"),
    [
        pytest.param("1.3.24", 0, id="still-legal"),
        pytest.param("1.4", 1, id="exactly"),
        pytest.param("1.4.0", 1, id="gone"),
        pytest.param("2.0.44", 1, id="newer"),
    ],
)
def test_version(
    version: str, count: int, shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]
) -> None:
    text = "from sqlalchemy import create_engine\nengine = create_engine('postgres://app@db/x')\n"
    files = {"db.py": text, "requirements.txt": f"sqlalchemy=={version}\n"}
    assert len(shown(CODE, files)) == count


def test_from_a_manifest(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed("create_engine(URL)", "uvicorn app.main:app", "postgres://app@main/shop", "")
    assert shown(CODE, files) == ("error high",)


def test_message(message: Callable[[str, str], str]) -> None:
    assert message(CODE, "create_engine('postgres://app@db/x')") == (
        "'db:engine' gets a URL that begins with postgres://, which SQLAlchemy does not know"
    )
