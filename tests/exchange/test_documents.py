"""What `poollint inspect` wrote is read back; what is wrong in it is named with its file and key."""

import json
from copy import deepcopy
from datetime import date
from math import inf
from pathlib import Path

import pytest

from poollint.config import Config
from poollint.exchange import ExchangeError, read_document
from poollint.exchange.nodes import Node
from poollint.exchange.servers import read_pooler
from poollint.exchange.values import read_value
from poollint.exchange.workloads import read_engines
from poollint.facts import UNKNOWN_RELEASE, Release
from poollint.inspecting import as_json
from poollint.inspecting.values import value_json
from poollint.project import open_project
from poollint.run import lint, understand
from poollint.source import Span
from poollint.values import (
    Alternative,
    Default,
    Documented,
    Entry,
    FromEnv,
    Known,
    Record,
    Text,
    Unknown,
    Value,
    one_of,
)

FILES = {
    "app/db.py": """\
import os

from sqlalchemy import create_engine

engine = create_engine(os.environ["DATABASE_URL"], pool_size=5, connect_args={"password": "hunter2"})
""",
    "app/main.py": "from app.db import engine\n",
    "compose.yaml": """\
services:
  api:
    build: .
    command: gunicorn app.main:app --workers 2
    environment:
      DATABASE_URL: postgresql+psycopg2://app:hunter2@pgbouncer/shop?connect_timeout=5
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    environment:
      DB_HOST: db
      POOL_MODE: transaction
  db:
    image: postgres:16
""",
}
Json = dict[str, object]


@pytest.fixture
def written(tmp_path: Path) -> Json:
    """What inspect writes of a small project."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    document: Json = json.loads(
        json.dumps(as_json(understand(open_project(str(tmp_path), [str(tmp_path)]), Config())))
    )
    return document


def test_a_project_as_a_document(written: Json) -> None:
    (topology,) = read_document("orders.json", json.dumps(written)).topologies
    (client,) = topology.clients

    assert "hunter2" not in json.dumps(written)
    assert (client.engine.name, client.workload.label) == ("app.db:engine", "service/api")
    assert client.program.processes == Known(2, client.program.at)
    assert [each.name for each in client.poolers] == ["pgbouncer"]
    assert client.database == topology.databases[0]
    assert [(route.name, route.host) for route in topology.poolers[0].routes] == [
        ("*", Known("db", client.engine.at))
    ]


def test_only_what_is_shared_is_judged_here(written: Json, tmp_path: Path) -> None:
    from poollint_rules import RULES  # noqa: PLC0415 - the rules are not what is tested

    other = read_document("orders.json", json.dumps(written))
    empty = tmp_path / "empty"
    empty.mkdir()
    report = lint(
        open_project(str(empty), [str(empty)]), RULES, Config(), today=date(2026, 1, 1), others=[other]
    )

    assert report.findings == ()
    assert [len(each.clients) for each in report.topologies] == [1]


def changed(document: Json, key: str, value: object) -> str:
    """The document with another value under a key (`clients.0.engine`); None removes the key."""
    copy: object = deepcopy(document)
    *way, last = key.split(".")
    inner = copy
    for step in way:
        inner = inner[int(step)] if isinstance(inner, list) else inner[step]  # type: ignore[index]
    if value is None:
        del inner[last]  # type: ignore[attr-defined]
    else:
        inner[last] = value  # type: ignore[index]
    return json.dumps(copy)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        pytest.param("schema", None, "schema is missing", id="no schema"),
        pytest.param("schema", "poollint/1", 'schema must be "poollint-inspect/1"', id="a report"),
        pytest.param("engines", {}, "engines must be an array", id="no array"),
        pytest.param("clients", [5], "clients[0] must be an object", id="no object"),
        pytest.param("clients.0.engine", None, "clients[0].engine is missing", id="no engine"),
        pytest.param("clients.0.engine", 5, "clients[0].engine must be a string", id="no string"),
        pytest.param(
            "clients.0.engine",
            "app.db:other",
            "clients[0].engine is app.db:other at app/db.py:5, which is not in the document",
            id="engine of nobody",
        ),
        pytest.param(
            "clients.0.places.workload",
            "compose.yaml:99",
            "clients[0].workload is service/api at compose.yaml:99, which is not in the document",
            id="workload elsewhere",
        ),
        pytest.param(
            "clients.0.places.engine",
            "app/db.py",
            "clients[0].places.engine is 'app/db.py', which is no path:line",
            id="no line",
        ),
        pytest.param("engines.0.line", 0, "engines[0].line must be a number of a line", id="line 0"),
        pytest.param("engines.0.line", True, "engines[0].line must be a number of a line", id="a switch"),
        pytest.param("engines.0.line", "5", "engines[0].line must be a number of a line", id="a text"),
        pytest.param("engines.0.async", "no", "engines[0].async must be true or false", id="no switch"),
        pytest.param("engines.0.role", "toy", "engines[0].role is toy, which is no role", id="no role"),
        pytest.param(
            "engines.0.pool.pool_size.kind",
            "guess",
            "engines[0].pool.pool_size.kind is guess, which is no kind of value",
            id="no kind",
        ),
        pytest.param(
            "engines.0.pool.pool_size.value",
            [5],
            "engines[0].pool.pool_size.value must be a constant",
            id="no constant",
        ),
        pytest.param(
            "engines.0.pool.pool_size",
            {"kind": "one_of", "values": []},
            "engines[0].pool.pool_size.values must hold at least one value",
            id="one of nothing",
        ),
        pytest.param(
            "databases.0.hosts", "db", "databases[0].hosts must be an array", id="one host as a string"
        ),
        pytest.param(
            "clients.0.confidence", "sure", "clients[0].confidence is sure, which is no", id="no confidence"
        ),
        pytest.param("environments", [5], "environments[0] must be a string", id="name of an environment"),
    ],
)
def test_errors(key: str, value: object, message: str, written: Json) -> None:
    with pytest.raises(ExchangeError) as error:
        read_document("orders.json", changed(written, key, value))

    assert str(error.value).startswith(f"orders.json: {message}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "is not valid JSON", id="nothing"),
        pytest.param("{", "is not valid JSON", id="half of it"),
        pytest.param("[]", "the document must be an object", id="an array"),
        pytest.param("[" * 100_000, "is not valid JSON", id="too deep"),
    ],
)
def test_no_documents(text: str, message: str) -> None:
    with pytest.raises(ExchangeError, match=message):
        read_document("orders.json", text)


AT = Span("src/a.py", 9, 3, 9, 8)
HERE = Span("o.json:src/a.py", 9, 1, 9, 1)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(Known(5, AT), id="number"),
        pytest.param(Known(None, AT), id="none"),
        pytest.param(Known(inf, AT), id="no limit"),
        pytest.param(Known(5, Default("SQLAlchemy 2.0")), id="default"),
        pytest.param(Known(5, Default("SQLAlchemy", certain=False)), id="likely default"),
        pytest.param(Known(5, Documented("RDS", "", certain=False)), id="documented"),
        pytest.param(FromEnv(("A",), None, "", AT), id="variable"),
        pytest.param(FromEnv(("A",), Known(5, AT), "", AT), id="variable with a default"),
        pytest.param(
            FromEnv(("A",), Unknown("a file", AT), "", AT), id="variable with a default that is not known"
        ),
        pytest.param(one_of([Alternative(Known(n, AT)) for n in (1, 2)]), id="one of two"),
        pytest.param(Text(("a", Unknown("not in the facts", AT)), AT), id="text"),
        pytest.param(Record((Entry("k", Known(1, AT), AT),), AT), id="record"),
        pytest.param(Record((Entry("k", Known(1, AT), AT),), Default("nobody")), id="record of a default"),
        pytest.param(Unknown("a file", AT), id="unknown"),
    ],
)
def test_values_come_back(value: Value) -> None:
    found = read_value(Node("o.json", "", json.loads(json.dumps(value_json(value)))))

    assert found == value
    if isinstance(value, Known):
        assert getattr(found, "origin", None) == (HERE if value.origin == AT else value.origin)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        pytest.param({"kind": "known", "value": "1.23", "origin": "a:1"}, Release((1, 23)), id="numbers"),
        pytest.param({"kind": "known", "value": "latest", "origin": "a:1"}, UNKNOWN_RELEASE, id="a word"),
        pytest.param({"kind": "unknown", "why": "no", "origin": "a:1"}, UNKNOWN_RELEASE, id="unknown"),
    ],
)
def test_versions(version: Json, expected: Release, written: Json) -> None:
    pooler = json.loads(changed(written, "poolers.0.version", version))["poolers"][0]

    assert read_pooler(Node("o.json", "", pooler)).version == expected


def test_a_pool_class_of_the_project_and_a_query(written: Json) -> None:
    engines = json.loads(changed(written, "engines.0.pool.class.value", "OwnPool"))["engines"]
    engines[0]["url"] |= {"query": {"ssl": "require", "x": None}, "host": None, "port": 5432}
    (engine,) = read_engines(Node("o.json", "", engines)).values()

    assert str(getattr(engine.pool.cls, "value", None)) == "OwnPool"
    assert [(each.name, type(each.value)) for each in engine.url.query] == [("ssl", Known), ("x", Unknown)]
    assert (type(engine.url.host), engine.url.port) == (Unknown, Known(5432, engine.at))
