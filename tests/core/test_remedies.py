"""What would fit: every change that is named makes the budget fit, and the mildest one is named first."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from poollint.budget import Budget, database_budgets, pooler_budgets
from poollint.config import Config
from poollint.config.loading import load
from poollint.equation import inputs, planned, table, unknowns
from poollint.project import Project
from poollint.remedies import fits, remedies
from poollint.run import understand
from poollint.source import SourceFile, Span
from poollint.supposing import parse, supposed
from poollint.terms import SUPPOSED
from poollint.topology import Topology
from poollint.values import Alternative, Documented, FromEnv, Known, OneOf, Unknown, Value, likely_bounds

HERE = Span("poollint.toml", 2, 1, 2, 5)
CODE = """\
import os
from sqlalchemy import NullPool, StaticPool, create_engine
engine = create_engine(os.environ["DATABASE_URL"], {})
"""
SERVICE = """\
  {name}:
    build: ./{name}
    command: {command}
    environment: {{DATABASE_URL: "postgresql+psycopg2://shop@{host}/shop"}}
    deploy: {{replicas: {copies}}}
"""
DATABASE = """\
  main:
    image: postgres:16
    command: postgres -c max_connections={limit}
"""


def service(name: str, command: str = "uvicorn {}:app", copies: int = 1, host: str = "main") -> str:
    return SERVICE.format(name=name, command=command.format(name), copies=copies, host=host)


def topologies(pools: Mapping[str, str], services: str, limit: int = 23) -> tuple[Topology, ...]:
    files = {"compose.yaml": f"services:\n{services}{DATABASE.format(limit=limit)}"}
    for name, pool in pools.items():
        files |= {
            f"{name}/{name}.py": CODE.format(pool),
            f"{name}/Dockerfile": f"FROM python:3.12\nCOPY {name}.py .\n",
        }
    return understand(Project.of(files), Config())


def budget(pools: Mapping[str, str], services: str, limit: int = 23) -> Budget:
    (found,) = database_budgets(topologies(pools, services, limit)[0])
    return found


@pytest.mark.parametrize(
    ("pools", "services", "advice"),
    [
        pytest.param(
            {"api": "pool_size=20, max_overflow=10"},
            service("api", "uvicorn {}:app --workers 2"),
            "pool_size + max_overflow ≤ 10 in 'api', as 7 + 3 (peak 20)",
            id="the ratio of the files is the usual one",
        ),
        pytest.param(
            {"api": "pool_size=10, max_overflow=20"},
            service("api", "uvicorn {}:app --workers 2"),
            "pool_size + max_overflow ≤ 10 in 'api', as 3 + 7 or split 70/30 as 7 + 3 (peak 20)",
            id="another ratio",
        ),
        pytest.param(
            {"api": "pool_size=30, max_overflow=0"},
            service("api", copies=3),
            "pool_size + max_overflow ≤ 6 in 'api' at 3 copies, as 6 + 0 or split 70/30 as 4 + 2 (peak 18)",
            id="no overflow",
        ),
        pytest.param(
            {"api": "pool_size=6, max_overflow=0"},
            service("api", copies=5),
            "pool_size + max_overflow ≤ 4 in 'api' at 5 copies, as 4 + 0 or split 70/30 as 3 + 1 (peak 20); "
            "or at most 3 copies of 'api' (peak 18)",
            id="fewer copies",
        ),
        pytest.param(
            {"api": "pool_size=15, max_overflow=0"},
            service("api", copies=30),
            "at most 1 copy of 'api' (peak 15)",
            id="one copy, and no pool fits",
        ),
        pytest.param(
            {"api": "pool_size=0"},
            service("api"),
            "'api' needs a limit: pool_size + max_overflow ≤ 20 in 'api', as 14 + 6 (peak 20)",
            id="a pool without limit",
        ),
        pytest.param(
            {"api": "poolclass=NullPool"},
            service("api"),
            "'api' needs a limit: pool_size + max_overflow ≤ 20 in 'api', as 14 + 6 (peak 20)",
            id="no pool",
        ),
        pytest.param(
            {"api": "pool_size=0", "job": "pool_size=20, max_overflow=0"},
            service("api") + service("job", "python {}.py"),
            "'api' needs a limit: the other clients leave no room for it",
            id="a pool without limit beside one that fills the database",
        ),
        pytest.param(
            {"api": "pool_size=0", "job": "pool_size=int(input())"},
            service("api") + service("job", "python {}.py"),
            "'api' needs a limit: what the other clients open is not known",
            id="a pool without limit beside one that is not known",
        ),
        pytest.param(
            {"api": "pool_size=0"},
            service("api", "uvicorn {}:app --workers 30"),
            "'api' needs a limit: its processes are too many for any",
            id="a pool without limit in too many processes",
        ),
        pytest.param(
            {"api": "pool_size=0"},
            service("api", "uvicorn {}:app --workers $$WORKERS"),
            "'api' needs a limit: which one, depends on how often it runs, and that is not known",
            id="a pool without limit in nobody knows how many processes",
        ),
        pytest.param(
            {"api": "pool_size=0", "job": "max_overflow=-1", "web": "pool_size=1"},
            service("api") + service("job", "python {}.py") + service("web"),
            "nothing while 'api' and 'job' have no limit: give each pool one",
            id="two pools without limit",
        ),
        pytest.param(
            {"api": "pool_size=20, max_overflow=0", "job": "pool_size=21, max_overflow=0"},
            service("api") + service("job", "python {}.py"),
            "no pool fits beside the other clients: fewer processes or pods of 'job'",
            id="nothing fits",
        ),
        pytest.param(
            {"api": "pool_size=4, max_overflow=0"},
            service("api", "celery --app {} worker"),
            "at most 5 processes of 'api' (peak 20)",
            id="processes that nobody bounds",
        ),
        pytest.param(
            {"api": "pool_size=12, max_overflow=0"},
            service("api", "celery --app {} worker"),
            "at most 1 process of 'api' (peak 12)",
            id="room for one process",
        ),
        pytest.param(
            {"api": "pool_size=30, max_overflow=0"},
            service("api", "celery --app {} worker"),
            "",
            id="processes that nobody bounds, and no room for one",
        ),
        pytest.param({"api": "pool_size=20, max_overflow=0"}, service("api"), "", id="it fits"),
        pytest.param(
            {"api": "poolclass=StaticPool"},
            service("api", copies=22),
            "at most 20 copies of 'api' (peak 20)",
            id="a pool of one has no smaller one",
        ),
    ],
)
def test_what_would_fit(pools: Mapping[str, str], services: str, advice: str) -> None:
    before = topologies(pools, services)
    (found,) = database_budgets(before[0])

    assert fits(found) == advice
    for remedy in remedies(found):
        (after,) = database_budgets(supposed(before, map(parse, remedy.what_if))[0])
        assert after.peak == remedy.peak
        assert after.peak <= after.accepted


POOLER = """\
  pgbouncer:
    image: {image}
    environment: {{DB_HOST: main, POOL_MODE: transaction, DEFAULT_POOL_SIZE: "50"}}
"""


def behind_a_pooler(image: str = "edoburu/pgbouncer:v1.24.1-p1") -> tuple[Topology, ...]:
    services = service("api", copies=11, host="pgbouncer") + POOLER.format(image=image)
    return topologies({"api": "pool_size=7, max_overflow=3"}, services)


def test_a_pooler_can_open_less_and_admit_more() -> None:
    (topology,) = behind_a_pooler()

    assert [fits(each) for each in database_budgets(topology)] == [
        "max_db_connections ≤ 20 in 'pgbouncer' (peak 20)"
    ]
    (of_pooler,) = pooler_budgets(topology)
    assert fits(of_pooler) == (
        "max_client_conn ≥ 110 in 'pgbouncer' (peak 110); or "
        "pool_size + max_overflow ≤ 9 in 'api' at 11 copies, as 6 + 3 (peak 99); or "
        "at most 10 copies of 'api' (peak 100)"
    )


def test_another_pooler_is_given_no_setting_of_pgbouncer() -> None:
    (topology,) = behind_a_pooler()
    (of_database,), (of_pooler,) = database_budgets(topology), pooler_budgets(topology)
    other = replace(topology.poolers[0], product="odyssey")
    terms = tuple(replace(term, pooler=other) for term in of_database.terms)

    (found,) = remedies(replace(of_database, terms=terms))

    assert found.says == "at most 20 server connections in 'pgbouncer'"
    assert "max_client_conn" not in fits(replace(of_pooler, server=other))


def test_a_pooler_that_opens_far_too_much_has_no_setting_that_helps() -> None:
    (topology,) = behind_a_pooler()
    (found,) = database_budgets(topology)
    many = replace(found.terms[0], pods=Known(21, HERE))

    assert remedies(replace(found, terms=(many,))) == ()


CONFIGURATION = """\
[databases.main]
max-connections = 33
reserved = 3
budget = 0.75
url-env = ["DATABASE_URL"]
other-clients = {{ metabase = {count} }}
"""


def declared(count: int) -> Budget:
    """The budget of a declared database with a client that no file shows."""
    files = {
        "api/api.py": CODE.format("pool_size=5, max_overflow=5"),
        "api/Dockerfile": "FROM python:3.12\nCOPY api.py .\n",
        "compose.yaml": ("services: {api: {build: ./api, command: uvicorn api:app --workers 2}}\n"),
    }
    config = load(SourceFile("poollint.toml", CONFIGURATION.format(count=count)))
    (topology,) = understand(Project.of(files), config)
    (found,) = database_budgets(topology)
    return found


def test_declared_clients_count_and_a_plan_is_shown() -> None:
    found = declared(12)

    assert table(found) == (
        "                    per process     processes     pods     total",
        "api       5 + 5         10       ×      2      ×   1    =     20",
        "metabase  declared      12       ×      1      ×   1    =     12",
        "peak                                                          32",
        "main      33 max_connections − 3 reserved                     30   1.1× over",
        "          of which the configuration plans for                22",
    )
    assert (planned(found), str(inputs(found))) == (
        22,
        "inputs: 6 read from files, 1 from documented defaults",
    )
    assert fits(found) == (
        "pool_size + max_overflow ≤ 9 in 'api', as 4 + 5 or split 70/30 as 6 + 3 (peak 30)"
    )


def test_clients_that_no_file_shows_can_be_too_many_alone() -> None:
    assert fits(declared(40)) == (
        "no pool fits beside the other clients: fewer processes or pods of 'metabase'"
    )


def test_without_a_plan_or_a_limit_nothing_is_planned() -> None:
    found = declared(1)
    (pooler,) = behind_a_pooler()[0].poolers
    unknown = Unknown("the size is not in the files", HERE)

    assert planned(replace(found, capacity=unknown)) is None
    assert planned(replace(found, server=pooler)) is None


def open_at(value: Value) -> Budget:
    found = budget({"api": "pool_size=5, max_overflow=5"}, service("api"))
    return replace(found, terms=(replace(found.terms[0], processes=value),))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        pytest.param(Unknown("left to the node", HERE), "left to the node", id="unknown"),
        pytest.param(
            FromEnv(("WORKERS",), None, "int", HERE), "WORKERS is not set in the files", id="a variable"
        ),
        pytest.param(
            FromEnv(("WORKERS",), Unknown("left to the node", HERE), "int", HERE),
            "left to the node",
            id="the default of a variable",
        ),
        pytest.param(
            OneOf((Alternative(Known(1, HERE)), Alternative(Unknown("left to the node", HERE)))),
            "left to the node",
            id="one of two",
        ),
    ],
)
def test_what_is_not_known_is_named_with_its_reason(value: Value, why: str) -> None:
    assert unknowns(open_at(value)) == (f"the processes of 'api' ({why})",)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(Known(2, HERE), id="a number"),
        pytest.param(FromEnv(("WORKERS",), Known(2, HERE), "int", HERE), id="a default"),
        pytest.param(OneOf((Alternative(Known(1, HERE)), Alternative(Known(2, HERE)))), id="two numbers"),
    ],
)
def test_what_is_known_is_not_named(value: Value) -> None:
    assert unknowns(open_at(value)) == ()


def test_a_limit_that_is_not_known_is_named_and_decides_nothing() -> None:
    found = budget({"api": "pool_size=5, max_overflow=5"}, service("api"))
    unknown = Unknown("the size is not in the files", HERE)
    open_end = replace(found, limit=unknown, capacity=unknown)

    assert unknowns(open_end) == ("the limit of 'main' (the size is not in the files)",)
    assert (fits(open_end), remedies(open_end)) == ("", ())


def test_inputs_are_counted_by_where_they_come_from() -> None:
    found = budget({"api": "pool_size=5, max_overflow=5"}, service("api"))
    documented = Documented("rds", "a page")
    limits = OneOf((Alternative(Known(90, documented)), Alternative(Known(100, documented))))
    term = replace(found.terms[0], processes=Known(2, SUPPOSED))

    assert str(inputs(replace(found, limit=limits, terms=(term,)))) == (
        "inputs: 3 read from files, 2 from documented defaults, 1 supposed"
    )


def test_nothing_can_fit_where_nothing_is_accepted() -> None:
    found = budget({"api": "pool_size=5, max_overflow=5"}, service("api"), limit=3)

    assert likely_bounds(found.capacity).most == 0
    assert table(found)[-1].endswith(" 0")
    assert fits(found) == "no pool fits beside the other clients: fewer processes or pods of 'api'"


def test_an_engine_without_a_pool_has_its_class_in_the_sum() -> None:
    found = budget({"api": "poolclass=NullPool"}, service("api"))

    assert table(found)[1:3] == (
        "api     NullPool   unlimited   ×      1      ×   1    =      ∞",
        "peak                                                         ∞",
    )
    assert str(inputs(found)) == "inputs: 3 read from files, 2 from documented defaults"
