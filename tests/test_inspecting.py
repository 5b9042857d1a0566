"""What `poollint inspect` says, as text and in its published format."""

import json
from dataclasses import replace
from importlib.resources import files
from math import inf

import jsonschema
import pytest

from poollint.facts import (
    Argument,
    Container,
    Database,
    Engine,
    Pods,
    Pool,
    Pooler,
    Program,
    Release,
    Role,
    Route,
    Url,
    Variable,
    Workload,
)
from poollint.inspecting import as_json, as_text
from poollint.inspecting.values import value_json, value_text
from poollint.source import Skipped, Span
from poollint.topology import Client, Evidence, Topology, Unresolved
from poollint.values import (
    Alternative,
    Default,
    Entry,
    FromEnv,
    Known,
    OneOf,
    Record,
    Symbol,
    Text,
    Unknown,
    Value,
)

AT = Span("src/app/db.py", 9, 5, 9, 20)
K8S = Span("k8s/api.yaml", 1, 1, 1, 11)
SQLALCHEMY = Default("SQLAlchemy 2.0")


def known(value: str | float | bool | None, at: Span = AT) -> Known:
    return Known(value, at)


UNKNOWN = Unknown("read from a file at run time", AT)
SIZE = FromEnv(("DB_POOL_SIZE",), known(5), "int", AT)
URL = Text(("postgresql://app:***@", UNKNOWN, "/shop"), AT)

ENGINE = Engine(
    at=AT,
    name="app.db:engine",
    callee="sqlalchemy.ext.asyncio.create_async_engine",
    is_async=True,
    role=Role.SERVICE,
    url=Url(
        AT,
        URL,
        known("postgresql+asyncpg"),
        UNKNOWN,
        FromEnv(("PORT",), known(5432), "int", AT),
        known("shop"),
        (Argument("ssl", known("require"), AT), Argument("x", UNKNOWN, AT)),
        ("DATABASE_URL",),
    ),
    pool=Pool(
        cls=Known(Symbol("sqlalchemy.pool.AsyncAdaptedQueuePool"), SQLALCHEMY),
        size=SIZE,
        overflow=Known(10, SQLALCHEMY),
        timeout=known(30),
        recycle=known(-1),
        pre_ping=known(value=True),
        lifo=known(value=False),
        reset_on_return=UNKNOWN,
    ),
    arguments=(Argument("pool_size", SIZE, AT),),
    connect_args=(Argument("password", known("hunter2"), AT), Argument("timeout", known(5), AT)),
)
CONTAINER = Container(
    K8S,
    "api",
    known("shop/api:1"),
    programs=(Program("gunicorn", "app.main", known(4, K8S), known(1, K8S), K8S),),
    environment=(Variable("DB_POOL_SIZE", known("20", K8S), K8S),),
)
SIDECAR = Container(replace(K8S, line=9), "proxy", UNKNOWN)
SERVER = Container(K8S, "postgres", UNKNOWN)
WORKLOAD = Workload(
    K8S,
    "kubernetes",
    "Deployment",
    "api",
    Pods(known(3, K8S), known(12, K8S), Known(3, Default("Kubernetes"))),
    (CONTAINER, SIDECAR, SERVER),
    "shop",
)
JOB = Workload(
    replace(K8S, line=9),
    "kubernetes",
    "Job",
    "migrate",
    Pods(known(1, K8S), known(1, K8S), known(0, K8S)),
    (),
)
POOLER = Pooler(
    K8S,
    "pgbouncer",
    "pgbouncer",
    Release((1, 23)),
    known("transaction", K8S),
    known(1, K8S),
    settings=(
        Argument("auth_token", known("hunter2", K8S), K8S),
        Argument("max_client_conn", known(100, K8S), K8S),
    ),
    hosts=("pgbouncer.infra.svc",),
    port=known(6432, K8S),
    routes=(Route("*", known("db", K8S), known(5432, K8S), UNKNOWN, K8S),),
)
DATABASE = Database(
    K8S,
    "main",
    "postgresql",
    "postgresql",
    known(400, K8S),
    Known(3, Default("PostgreSQL")),
    others=(Argument("metabase", known(10, K8S), K8S),),
)
CLIENT = Client(
    ENGINE,
    WORKLOAD,
    CONTAINER,
    CONTAINER.programs[0],
    (POOLER,),
    DATABASE,
    (Evidence("command", "gunicorn app.main imports app.db", (K8S,)), Evidence("variable", "DATABASE_URL")),
)
TOPOLOGY = Topology(
    "prod",
    (ENGINE,),
    (),
    (WORKLOAD, JOB),
    (POOLER,),
    (DATABASE,),
    (CLIENT, replace(CLIENT, poolers=(), database=None)),
    (Unresolved(K8S, "processes", "the command is not known", "processes = 4"), Unresolved(K8S, "x", "y")),
    (Skipped(K8S, "a template"),),
)


def document(*topologies: Topology) -> dict[str, object]:
    found = as_json(topologies)
    schema = json.loads(files("poollint").joinpath("schemas", "inspect.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(found)))
    return found


def test_engine() -> None:
    assert document(TOPOLOGY)["engines"] == [
        {
            "path": "src/app/db.py",
            "line": 9,
            "column": 5,
            "name": "app.db:engine",
            "callee": "sqlalchemy.ext.asyncio.create_async_engine",
            "async": True,
            "role": "service",
            "url": {
                "kind": "text",
                "driver": "postgresql+asyncpg",
                "drivers": ["postgresql+asyncpg"],
                "host": None,
                "port": 5432,
                "database": "shop",
                "query": {"ssl": "require", "x": None},
                "variables": ["DATABASE_URL"],
            },
            "pool": {
                "class": {
                    "kind": "known",
                    "value": "AsyncAdaptedQueuePool",
                    "origin": "default: SQLAlchemy 2.0",
                },
                "pool_size": _env(),
                "max_overflow": {"kind": "known", "value": 10, "origin": "default: SQLAlchemy 2.0"},
                "pool_timeout": _known(30),
                "pool_recycle": _known(-1),
                "pool_pre_ping": _known(value=True),
            },
            "arguments": {"pool_size": _env()},
            "connect_args": {"password": _known("***"), "timeout": _known(5)},
            "exclusive": "",
        }
    ]


@pytest.mark.parametrize(
    ("driver", "one", "every"),
    [
        pytest.param(Known("mysql", AT), "mysql", ["mysql"], id="known"),
        pytest.param(FromEnv(("D",), Known("mysql", AT), "", AT), "mysql", ["mysql"], id="default"),
        pytest.param(FromEnv(("D",), None, "", AT), None, [], id="no default"),
        pytest.param(
            OneOf(
                (
                    Alternative(Known("sqlite", AT)),
                    Alternative(Known("mysql", AT)),
                    Alternative(Unknown("x", AT)),
                )
            ),
            None,
            ["sqlite", "mysql"],
            id="several",
        ),
    ],
)
def test_drivers(driver: Value, one: str | None, every: list[str]) -> None:
    (engine,) = TOPOLOGY.engines
    changed = replace(TOPOLOGY, engines=(replace(engine, url=replace(engine.url, driver=driver)),))
    url = document(changed)["engines"][0]["url"]  # type: ignore[index]
    assert (url["driver"], url["drivers"]) == (one, every)


def _known(value: str | float | bool) -> dict[str, object]:
    return {"kind": "known", "value": value, "origin": "src/app/db.py:9"}


def _env() -> dict[str, object]:
    return {"kind": "env", "variable": "DB_POOL_SIZE", "default": 5, "origin": "src/app/db.py:9"}


def test_workload() -> None:
    workloads = document(TOPOLOGY)["workloads"]
    assert isinstance(workloads, list)
    api, proxy, _ = workloads[0]["containers"]

    assert (workloads[0]["kind"], workloads[0]["name"], workloads[0]["namespace"]) == (
        "Deployment",
        "api",
        "shop",
    )
    assert [workloads[0]["pods"][name]["value"] for name in ("minimum", "maximum", "surge")] == [3, 12, 3]
    assert (api["program"], api["processes"]["value"], api["threads"]["value"]) == ("gunicorn", 4, 1)
    assert (api["image"], api["environment"]["DB_POOL_SIZE"]["value"]) == ("shop/api:1", "20")
    assert (proxy["program"], proxy["image"], proxy["processes"]["kind"]) == (None, None, "unknown")


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        pytest.param(Text(("shop/api:", UNKNOWN), AT), "shop/api:${}", id="part of it"),
        pytest.param(
            OneOf((Alternative(known("a")), Alternative(known("b")))), "a", id="the first of several"
        ),
    ],
)
def test_images(image: Value, shown: str) -> None:
    workload = replace(WORKLOAD, containers=(replace(CONTAINER, image=image),))
    workloads = document(replace(TOPOLOGY, workloads=(workload,)))["workloads"]

    assert isinstance(workloads, list)
    assert workloads[0]["containers"][0]["image"] == shown


def test_pooler_database_clients_and_the_rest() -> None:
    found = document(TOPOLOGY)

    assert found["poolers"] == [
        {
            "path": "k8s/api.yaml",
            "line": 1,
            "product": "pgbouncer",
            "version": {"kind": "known", "value": "1.23", "origin": "default: the image"},
            "name": "pgbouncer",
            "mode": {"kind": "known", "value": "transaction", "origin": "k8s/api.yaml:1"},
            "instances": {"kind": "known", "value": 1, "origin": "k8s/api.yaml:1"},
            "settings": {
                "auth_token": {"kind": "known", "value": "***", "origin": "k8s/api.yaml:1"},
                "max_client_conn": {"kind": "known", "value": 100, "origin": "k8s/api.yaml:1"},
            },
            "hosts": ["pgbouncer.infra.svc"],
            "port": {"kind": "known", "value": 6432, "origin": "k8s/api.yaml:1"},
            "routes": [
                {
                    "path": "k8s/api.yaml",
                    "line": 1,
                    "name": "*",
                    "host": {"kind": "known", "value": "db", "origin": "k8s/api.yaml:1"},
                    "port": {"kind": "known", "value": 5432, "origin": "k8s/api.yaml:1"},
                    "database": {"kind": "unknown", "why": UNKNOWN.why, "origin": "src/app/db.py:9"},
                }
            ],
            "environments": ["prod"],
        }
    ]
    assert found["databases"] == [
        {
            "path": "k8s/api.yaml",
            "line": 1,
            "name": "main",
            "provider": "postgresql",
            "max_connections": {"kind": "known", "value": 400, "origin": "k8s/api.yaml:1"},
            "reserved": {"kind": "known", "value": 3, "origin": "default: PostgreSQL"},
            "family": "postgresql",
            "hosts": [],
            "port": None,
            "declared": False,
            "share": None,
            "other_clients": {"metabase": {"kind": "known", "value": 10, "origin": "k8s/api.yaml:1"}},
            "environments": ["prod"],
        }
    ]
    assert found["clients"] == [
        {
            "engine": "app.db:engine",
            "workload": "Deployment/api",
            "poolers": poolers,
            "database": database,
            "evidence": ["command: gunicorn app.main imports app.db", "variable: DATABASE_URL"],
            "confidence": "high",
            "container": "api",
            "program": "gunicorn",
            "role": "app",
            "before": False,
            "in_force": {
                "host": {"kind": "unknown", "why": UNKNOWN.why, "origin": "src/app/db.py:9"},
                "port": {"kind": "env", "variable": "PORT", "default": 5432, "origin": "src/app/db.py:9"},
                "database": _known("shop"),
                "pool": document(TOPOLOGY)["engines"][0]["pool"],  # type: ignore[index]
                "processes": {"kind": "known", "value": 4, "origin": "k8s/api.yaml:1"},
                "threads": {"kind": "known", "value": 1, "origin": "k8s/api.yaml:1"},
            },
            "places": {
                "engine": "src/app/db.py:9",
                "workload": "k8s/api.yaml:1",
                "poolers": ["k8s/api.yaml:1" for _ in poolers],
                "database": None if database is None else "k8s/api.yaml:1",
            },
            "environment": "prod",
        }
        for poolers, database in ((["pgbouncer"], "main"), ([], None))
    ]
    assert found["unresolved"] == [
        {
            "path": "k8s/api.yaml",
            "line": 1,
            "what": "processes",
            "why": "the command is not known",
            "settle": "processes = 4",
        },
        {"path": "k8s/api.yaml", "line": 1, "what": "x", "why": "y", "settle": ""},
    ]
    assert found["skipped"] == [{"path": "k8s/api.yaml", "why": "a template"}]


def test_an_unknown_version() -> None:
    poolers = document(replace(TOPOLOGY, poolers=(replace(POOLER, version=Release(())),)))["poolers"]

    assert isinstance(poolers, list)
    assert poolers[0]["version"]["kind"] == "unknown"


def test_what_is_in_two_environments_appears_once() -> None:
    found = document(TOPOLOGY, replace(TOPOLOGY, environment=""))

    assert [len(list(part)) for part in (found["engines"], found["workloads"], found["clients"])] == [1, 2, 4]  # type: ignore[call-overload]
    assert "hunter2" not in json.dumps(found)


def test_text() -> None:
    assert as_text([TOPOLOGY], lambda path: f"../{path}") == (
        "Engines\n"
        "  app.db:engine  ../src/app/db.py:9  async, service\n"
        "    url              postgresql://app:***@…/shop  (../src/app/db.py:9)\n"
        "    pool             AsyncAdaptedQueuePool  (default: SQLAlchemy 2.0)\n"
        "    pool_size        $DB_POOL_SIZE, 5 without it  (../src/app/db.py:9)\n"
        "    max_overflow     10  (default: SQLAlchemy 2.0)\n"
        "    pool_timeout     30  (../src/app/db.py:9)\n"
        "    pool_recycle     -1  (../src/app/db.py:9)\n"
        "    pool_pre_ping    True  (../src/app/db.py:9)\n"
        "    password         ***  (../src/app/db.py:9)\n"
        "    timeout          5  (../src/app/db.py:9)\n"
        "\n"
        "Workloads\n"
        "  Deployment/api  ../k8s/api.yaml:1  kubernetes\n"
        "    pods, least      3  (../k8s/api.yaml:1)\n"
        "    pods             12  (../k8s/api.yaml:1)\n"
        "    during rollout + 3  (default: Kubernetes)\n"
        "    api: gunicorn    4 processes  (../k8s/api.yaml:1)\n"
        "    proxy: program not known\n"
        "    postgres: the database 'main'\n"
        "  Job/migrate  ../k8s/api.yaml:9  kubernetes\n"
        "    pods             1  (../k8s/api.yaml:1)\n"
        "\n"
        "Poolers\n"
        "  pgbouncer  ../k8s/api.yaml:1  pgbouncer 1.23\n"
        "    mode             transaction  (../k8s/api.yaml:1)\n"
        "    instances        1  (../k8s/api.yaml:1)\n"
        "    auth_token       ***  (../k8s/api.yaml:1)\n"
        "    max_client_conn  100  (../k8s/api.yaml:1)\n"
        "\n"
        "Databases\n"
        "  main  ../k8s/api.yaml:1  postgresql\n"
        "    max_connections  400  (../k8s/api.yaml:1)\n"
        "    reserved         3  (default: PostgreSQL)\n"
        "\n"
        "Links\n"
        "  app.db:engine in Deployment/api -> pgbouncer -> main  [prod]\n"
        "    command: gunicorn app.main imports app.db  (../k8s/api.yaml:1)\n"
        "    variable: DATABASE_URL\n"
        "  app.db:engine in Deployment/api -> a database that no file describes  [prod]\n"
        "    command: gunicorn app.main imports app.db  (../k8s/api.yaml:1)\n"
        "    variable: DATABASE_URL\n"
        "\n"
        "Unresolved\n"
        "  ../k8s/api.yaml:1  processes: the command is not known\n"
        "    processes = 4\n"
        "  ../k8s/api.yaml:1  x: y\n"
        "\n"
        "Skipped\n"
        "  ../k8s/api.yaml:1  a template\n"
    )


def test_text_of_a_sync_engine_and_one_environment() -> None:
    topology = Topology(engines=(replace(ENGINE, is_async=False),), clients=(CLIENT,))
    text = as_text([replace(topology, poolers=(replace(POOLER, version=Release(())),))], str)

    assert "  app.db:engine  src/app/db.py:9  sync, service\n" in text
    assert "-> pgbouncer -> main\n" in text
    assert "  pgbouncer  k8s/api.yaml:1  pgbouncer\n" in text


def test_text_of_nothing() -> None:
    assert as_text([Topology()], str) == "Nothing was found: no engine and no manifest.\n"


ORIGIN = {"origin": "src/app/db.py:9"}


@pytest.mark.parametrize(
    ("value", "shown_json", "shown_text"),
    [
        pytest.param(known(20), {"kind": "known", "value": 20, **ORIGIN}, "20", id="number"),
        pytest.param(known(None), {"kind": "known", "value": None, **ORIGIN}, "None", id="none"),
        pytest.param(
            known(inf), {"kind": "known", "value": "unbounded", **ORIGIN}, "unbounded", id="no limit"
        ),
        pytest.param(
            Known(1, Default("a version", certain=False)),
            {"kind": "known", "value": 1, "origin": "default: a version", "certain": False},
            "1",
            id="default that may be another",
        ),
        pytest.param(known(value=False), {"kind": "known", "value": False, **ORIGIN}, "False", id="switch"),
        pytest.param(
            known("x://u:pw@h"), {"kind": "known", "value": "x://u:***@h", **ORIGIN}, "x://u:***@h", id="URL"
        ),
        pytest.param(
            FromEnv(("A", "B"), None, "", AT), {"kind": "env", "variable": "A", **ORIGIN}, "$A", id="variable"
        ),
        pytest.param(
            FromEnv(("A",), known(None), "", AT),
            {"kind": "env", "variable": "A", "default": None, **ORIGIN},
            "$A, None without it",
            id="variable or none",
        ),
        pytest.param(
            FromEnv(("A",), UNKNOWN, "", AT),
            {
                "kind": "env",
                "variable": "A",
                "default": {"kind": "unknown", "why": UNKNOWN.why, **ORIGIN},
                **ORIGIN,
            },
            "$A, not known: read from a file at run time without it",
            id="variable or unknown",
        ),
        pytest.param(
            OneOf((Alternative(known(1)), Alternative(known(2)))),
            {
                "kind": "one_of",
                "values": [{"kind": "known", "value": 1, **ORIGIN}, {"kind": "known", "value": 2, **ORIGIN}],
            },
            "1 or 2",
            id="one of two",
        ),
        pytest.param(
            Text(("a", FromEnv(("V",), None, "", AT), UNKNOWN), AT),
            {"kind": "text", "parts": ["a", None, None], **ORIGIN},
            "a${V}…",
            id="text",
        ),
        pytest.param(
            Record((Entry("k", known(1), AT),), AT),
            {"kind": "record", "entries": {"k": {"kind": "known", "value": 1, **ORIGIN}}, **ORIGIN},
            "{k=1}",
            id="record",
        ),
    ],
)
def test_values(value: Value, shown_json: dict[str, object], shown_text: str) -> None:
    assert value_json(value) == shown_json
    assert value_text(value) == shown_text
