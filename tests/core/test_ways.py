"""Names on the way to a database: aliases, tunnels, ports."""

from dataclasses import replace

import pytest

from poollint.facts import (
    UNKNOWN_RELEASE,
    Address,
    Container,
    Database,
    Engine,
    Pods,
    Pool,
    Pooler,
    Role,
    Route,
    Url,
    Variable,
    Workload,
)
from poollint.linking.ways import Servers, Way, way_to_database
from poollint.source import Span
from poollint.topology import Unresolved
from poollint.values import Alternative, Confidence, FromEnv, Known, OneOf, Text, Unknown, Value


def at(line: int) -> Span:
    return Span("k8s/all.yaml", line, 1, line, 9)


ONE = Known(1, at(1))
WEB = Container(at(2), "web", Known("web", at(2)))
SIDECAR = Container(at(3), "sql", Known("proxy", at(3)))
INSTANCE = "/cloudsql/shop-prod:europe-west1:main"


def engine(host: str, port: int) -> Engine:
    url = Url(at(1), ONE, ONE, Known(host, at(1)), Known(port, at(1)), Known("shop", at(1)))
    pool = Pool(ONE, ONE, ONE, ONE, ONE, ONE, ONE, ONE)
    return Engine(
        at(1), "app:engine", "sqlalchemy.create_engine", is_async=False, role=Role.SERVICE, url=url, pool=pool
    )


def database(name: str, line: int, port: int) -> Database:
    return Database(
        at(line), name, "postgresql", "postgresql", ONE, ONE, hosts=("db",), port=Known(port, at(line))
    )


def pooler(line: int, port: int, *, leads_to: str) -> Pooler:
    route = Route("*", Known(leads_to, at(line)), Known(5432, at(line)), Unknown("any", at(line)), at(line))
    return Pooler(
        at(line), "pgbouncer", "pool", UNKNOWN_RELEASE, ONE, ONE,
        hosts=("db", "pool"), port=Known(port, at(line)), routes=(route,),
    )  # fmt: skip


ALIAS = Address(at(20), ("postgres",), (), target="db")
TUNNEL = Address(at(3), ("sql",), (), target=INSTANCE)
OTHER_TUNNEL = Address(at(30), ("sql",), (), target=f"{INSTANCE}-2")


A, B = database("a", 10, 5432), database("b", 11, 5433)
CIRCLE = Address(at(20), ("postgres",), (), target="postgres")


def servers(*facts: Pooler | Database | Address) -> Servers:
    return Servers(
        tuple(each for each in facts if isinstance(each, Pooler)),
        tuple(each for each in facts if isinstance(each, Database)),
        tuple(each for each in facts if isinstance(each, Address)),
        (),
    )


@pytest.mark.parametrize(
    ("host", "port", "there", "expected"),
    [
        pytest.param("db", 5432, servers(A), "a", id="name"),
        pytest.param("db", 6000, servers(A), "a", id="a-service-with-its-own-port"),
        pytest.param("db", 5433, servers(A, B), "b", id="a-port-of-two"),
        pytest.param(
            "db", 6432, servers(pooler(12, 6432, leads_to="postgres"), A, ALIAS), "pool > a", id="both"
        ),
        pytest.param("postgres", 5432, servers(A, ALIAS), "a", id="alias"),
        pytest.param("postgres", 5432, servers(CIRCLE), "-", id="alias-of-itself"),
        pytest.param("postgres", 5432, servers(ALIAS), "-", id="alias-of-nothing"),
        pytest.param("localhost", 5432, servers(TUNNEL), INSTANCE, id="sidecar"),
        pytest.param("sql", 5432, servers(TUNNEL), INSTANCE, id="tunnel-by-name"),
        pytest.param("sql", 5432, servers(TUNNEL, OTHER_TUNNEL), "-", id="two-tunnels-of-one-name"),
        pytest.param("localhost", 5432, servers(OTHER_TUNNEL), "-", id="a-tunnel-in-another-workload"),
    ],
)  # fmt: skip
def test_the_way(host: str, port: int, there: Servers, expected: str) -> None:
    workload = Workload(at(2), "kubernetes", "Deployment", "web", Pods(ONE, ONE, ONE), (WEB, SIDECAR))
    way = way_to_database(engine(host, port), workload, there)
    assert isinstance(way, Way)
    end = "-" if way.database is None else way.database.name
    assert " > ".join([*(each.name for each in way.poolers), end]) == expected


VARIABLE = FromEnv(("DB_HOST",), Known("db", at(1)), "", at(1))
NAMELESS = FromEnv(("DB_HOST",), None, "", at(1))
SEVERAL = FromEnv(("DB_HOST",), OneOf((Alternative(Known("db", at(1))), Alternative(NAMELESS))), "", at(1))
NUMBER = FromEnv(("DB_HOST",), Known(5, at(1)), "", at(1))
ELSEWHERE = FromEnv(("DB_HOST",), Known("db.example.com", at(1)), "", at(1))
PARTS = Text(("d", FromEnv(("DB_HOST",), Known("b", at(1)), "", at(1))), at(1))
GIVEN = Variable("DATABASE_URL", VARIABLE, at(1))


@pytest.mark.parametrize(
    ("host", "is_open", "given", "expected"),
    [
        pytest.param(VARIABLE, False, (), "a", id="nothing else can set it"),
        pytest.param(VARIABLE, True, (), None, id="a file that nobody sees may set it"),
        pytest.param(VARIABLE, True, (GIVEN,), "a", id="the default is the manifest's"),
        pytest.param(PARTS, False, (), "a", id="parts with defaults"),
        pytest.param(
            PARTS, True, (Variable("DATABASE_HOST", PARTS, at(1)),), "a", id="parts of the manifest"
        ),
        pytest.param(PARTS, True, (), None, id="parts that a file may set"),
        pytest.param(Text(("d", NAMELESS), at(1)), False, (), None, id="a part without a default"),
        pytest.param(Text(("d", NUMBER), at(1)), False, (), None, id="a part that is no text"),
        pytest.param(Text(("db",), at(1)), False, (), None, id="a text without variables"),
        pytest.param(Text(("d", Unknown("?", at(1))), at(1)), False, (), None, id="a part that is not known"),
        pytest.param(VARIABLE, True, (Variable("OTHER", ONE, at(1)),), None, id="the default is the code's"),
        pytest.param(NAMELESS, False, (), None, id="no default"),
        pytest.param(SEVERAL, False, (), None, id="one of several defaults"),
        pytest.param(NUMBER, False, (), None, id="no name"),
        pytest.param(ELSEWHERE, False, (), None, id="a name that no server has"),
        pytest.param(Unknown("?", at(1)), False, (), None, id="not known"),
    ],
)
def test_a_default_is_followed_with_less_confidence(
    host: Value, is_open: bool, given: tuple[Variable, ...], expected: str | None
) -> None:
    container = replace(WEB, environment=given, open_environment=is_open)
    workload = Workload(at(2), "compose", "service", "web", Pods(ONE, ONE, ONE), (container,))
    asks = engine("db", 5432)
    way = way_to_database(replace(asks, url=replace(asks.url, host=host)), workload, servers(A), container)
    if expected is None:
        assert isinstance(way, Unresolved)
    else:
        assert isinstance(way, Way)
        assert way.database is not None
        assert way.database.name == expected
        assert [(each.says, each.confidence) for each in way.evidence] == [
            ("'db' is the database 'a', if nothing sets DB_HOST", Confidence.MEDIUM)
        ]


def test_two_servers_of_the_name_that_a_default_gives() -> None:
    both = servers(A, replace(B, port=A.port))
    workload = Workload(at(2), "compose", "service", "web", Pods(ONE, ONE, ONE), (WEB,))
    asks = engine("db", 5432)
    way = way_to_database(replace(asks, url=replace(asks.url, host=VARIABLE)), workload, both, WEB)
    assert isinstance(way, Unresolved)


def test_a_pooler_that_reaches_its_database_by_a_default() -> None:
    front = pooler(12, 6432, leads_to="-")
    there = servers(replace(front, hosts=("pool",), routes=(replace(front.routes[0], host=VARIABLE),)), A)
    workload = Workload(at(2), "compose", "service", "web", Pods(ONE, ONE, ONE), (WEB,))
    way = way_to_database(engine("pool", 6432), workload, there, WEB)
    assert isinstance(way, Way)
    assert [each.confidence for each in way.evidence] == [Confidence.HIGH, Confidence.MEDIUM]
    assert way.database == A
