"""POOL101: neither a ping nor a recycle in time."""

from collections.abc import Callable, Mapping

import pytest

CODE = "POOL101"
PROXY = "postgresql+psycopg2://app@orders.proxy-c0ffee.eu-west-1.rds.amazonaws.com/orders"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("create_engine(URL)", ("warning medium",), id="defaults"),
        pytest.param("create_engine('postgresql://app@db/x')", ("warning high",), id="pool-class-known"),
        pytest.param(
            "create_engine('postgresql://app@db/x', pool_pre_ping=False)", ("warning high",), id="off"
        ),
        pytest.param("create_engine(URL, pool_pre_ping=True)", (), id="on"),
        pytest.param("create_engine(URL, pool_pre_ping=unknown)", (), id="not-known"),
        pytest.param("create_engine(URL, pool_pre_ping=True if NUMBER else False)", (), id="one-of"),
        pytest.param("create_engine(URL, poolclass=NullPool)", (), id="null-pool"),
        pytest.param("create_engine(URL, poolclass=StaticPool)", (), id="static-pool"),
        pytest.param("create_engine('sqlite:///shop.db')", (), id="sqlite"),
        pytest.param("create_engine('bigquery://project/set')", (), id="requests-of-http"),
        pytest.param("create_engine(URL, credentials_info={})", (), id="arguments-of-bigquery"),
        pytest.param("create_engine('duckdb:///x.db' if NUMBER else 'sqlite://')", (), id="in-the-process"),
        pytest.param(
            "create_engine('mysql+pymysql://app@db/x' if unknown else 'bigquery://p')",
            ("warning high",),
            id="one-of-two",
        ),
        pytest.param("create_engine(URL, **unknown)", (), id="splat"),
        pytest.param("create_engine(URL, pool_recycle=1800)", ("warning low",), id="recycle-unknown-limit"),
        pytest.param("create_engine(URL, pool_recycle=unknown)", (), id="recycle-not-known"),
        pytest.param(f"create_engine('{PROXY}')", ("warning high",), id="known-hop"),
        pytest.param(f"create_engine('{PROXY}', pool_recycle=60)", (), id="known-hop-recycled"),
        pytest.param(f"create_engine('{PROXY}', pool_recycle=9999)", (), id="too-long-is-102"),
        pytest.param(f"create_engine('{PROXY}', pool_recycle=0)", (), id="recycled-always"),
        pytest.param(f"create_engine('{PROXY}', pool_recycle=-1)", ("warning high",), id="never-recycled"),
        pytest.param("create_engine('mysql+pymysql://app@db/x')", ("warning high",), id="mysql"),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], text: str, expected: tuple[str, ...]) -> None:
    assert call(CODE, text) == expected


@pytest.mark.parametrize(
    "path", ["tests/db.py", "conftest.py", "migrations/env.py", "scripts/load.py"], ids=lambda path: path
)
def test_exempt_code(path: str, shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    alembic = "from alembic import context\ncontext.config\n" if "migrations" in path else ""
    text = f"{alembic}from sqlalchemy import create_engine\nengine = create_engine('postgresql://app@db/x')\n"
    assert shown(CODE, {path: text}) == ()
    assert shown(CODE, {"db.py": text.removeprefix(alembic)}) == ("warning high",)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("uvicorn app.main:app", 1, id="service"),
        pytest.param("python -m app.main", 1, id="program"),
    ],
)
def test_deployed(
    command: str,
    expected: int,
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed("create_engine(URL)", command, "postgresql://app@main/shop", "")
    assert len(shown(CODE, files)) == expected


def test_job_is_exempt(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    kinds = {
        "Job": (),
        "Deployment": ("warning high",),
    }
    for kind, expected in kinds.items():
        manifest = f"""\
apiVersion: {"batch/v1" if kind == "Job" else "apps/v1"}
kind: {kind}
metadata: {{name: load}}
spec:
  template:
    spec:
      containers:
        - {{name: load, image: "shop:1", command: [python, -m, app.main],
            env: [{{name: DATABASE_URL, value: "postgresql://app@main/x"}}]}}
"""
        files = {
            "app/db.py": "import os\nfrom sqlalchemy import create_engine\n"
            "engine = create_engine(os.environ['DATABASE_URL'])\n",
            "app/main.py": "from app.db import engine\n",
            "k8s/load.yaml": manifest,
        }
        assert shown(CODE, files) == expected, kind


def test_message(message: Callable[[str, str], str]) -> None:
    assert message(CODE, "create_engine(URL)") == (
        "'db:engine' reuses pooled connections without checking that they live"
    )
    assert message(CODE, f"create_engine('{PROXY}')").endswith("closes them after 1800 idle seconds")


def test_options_of_a_flask_application(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    assert shown(CODE, {"db.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"}) == ()
