"""Budgets: what clients can open, what is proven, and what would fit."""

from dataclasses import replace
from math import inf

import pytest

from poollint.budget import Budget, Verdict, database_budgets, pooler_budgets, verdict
from poollint.equation import figure, inputs, span, sureness, table, unknowns
from poollint.facts import (
    UNKNOWN_RELEASE,
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
    Workload,
)
from poollint.remedies import fits
from poollint.source import Span
from poollint.terms import client_term, per_process, pool_setting, shown
from poollint.topology import Client, Evidence, Topology
from poollint.values import (
    Bounds,
    Confidence,
    Default,
    FromEnv,
    Known,
    Symbol,
    Unknown,
    Value,
    bounds,
    likely_bounds,
)

HERE = Span("app/db.py", 3, 10, 3, 20)
THERE = Span("k8s/api.yaml", 8, 13, 8, 15)
UNKNOWN = Unknown("CPU count of the node", THERE)
QUEUE = "sqlalchemy.pool.AsyncAdaptedQueuePool"


def known(value: float | str | None) -> Known:
    return Known(value, THERE)


def variable(default: int) -> FromEnv:
    return FromEnv(("DB_POOL_SIZE",), known(default), "int", HERE)


def an_engine(size: Value, overflow: Value, *, cls: str = QUEUE, exclusive: str = "") -> Engine:
    never = known(-1)
    return Engine(
        at=HERE,
        name="app.db:engine",
        callee="sqlalchemy.ext.asyncio.create_async_engine",
        is_async=True,
        role=Role.SERVICE,
        url=Url(HERE, UNKNOWN, known("postgresql+asyncpg"), known("main"), known(5432), known("shop")),
        pool=Pool(
            Known(Symbol(cls), HERE), size, overflow, known(30), never, never, never, known("rollback")
        ),
        exclusive=exclusive,
    )


def a_client(
    engine: Engine,
    *,
    name: str = "api",
    processes: Value | None = None,
    pods: Value | None = None,
    surge: int = 0,
    at_once: Value | None = None,
    poolers: tuple[Pooler, ...] = (),
    database: Database | None = None,
    concurrency: Value | None = None,
) -> Client:
    program = Program("uvicorn", "app.main", processes or known(1), at_once or known(inf), THERE)
    container = Container(THERE, name, known("shop:1"), programs=(program,))
    copies = pods or known(1)
    workload = Workload(
        THERE, "kubernetes", "Deployment", name, Pods(copies, copies, known(surge)), (container,),
        concurrency=concurrency,
    )  # fmt: skip
    return Client(engine, workload, container, program, poolers, database, ())


def a_database(limit: Value | None = None, reserved: int = 3) -> Database:
    return Database(THERE, "main", "postgresql", "postgresql", limit or known(100), known(reserved))


def a_pooler(**settings: int) -> Pooler:
    return Pooler(
        THERE, "pgbouncer", "pgbouncer", Release((1, 23, 1)), known("transaction"), known(2),
        settings=tuple(Argument(key, known(value), THERE) for key, value in settings.items()),
    )  # fmt: skip


def budget_of(*clients: Client, database: Database) -> Budget:
    (found,) = database_budgets(Topology(clients=clients, databases=(database,)))
    return found


@pytest.mark.parametrize(
    ("size", "overflow", "cls", "expected"),
    [
        pytest.param(20, 10, QUEUE, 30, id="size and overflow"),
        pytest.param(5, 0, QUEUE, 5, id="no overflow"),
        pytest.param(0, 2, QUEUE, inf, id="pool_size 0 is unlimited"),
        pytest.param(5, -1, QUEUE, inf, id="overflow -1 is unlimited"),
        pytest.param(None, None, "sqlalchemy.pool.NullPool", inf, id="NullPool has no bound"),
        pytest.param(None, None, "sqlalchemy.pool.StaticPool", 1, id="StaticPool has one"),
    ],
)
def test_what_one_process_can_open(size: int | None, overflow: int | None, cls: str, expected: float) -> None:
    engine = an_engine(known(size), known(overflow), cls=cls)

    assert likely_bounds(per_process(a_client(engine))) == Bounds(expected, expected)


def test_a_term_multiplies_processes_and_pods_and_adds_the_surge_in_a_rollout() -> None:
    term = client_term(a_client(an_engine(known(20), known(10)), processes=known(4), pods=known(12), surge=3))

    assert term.total(bounds) == Bounds(1440, 1440)
    assert term.total(bounds, rollout=True) == Bounds(1800, 1800)


@pytest.mark.parametrize(
    ("at_once", "concurrency", "expected"),
    [
        pytest.param(known(inf), None, 30, id="asynchronous worker"),
        pytest.param(known(1), None, 1, id="synchronous worker"),
        pytest.param(known(8), None, 8, id="threads"),
        pytest.param(known(inf), known(1), 1, id="the platform's concurrency wins"),
        pytest.param(UNKNOWN, None, 0, id="not known proves nothing"),
    ],
)
def test_a_process_uses_no_more_than_it_does_at_once(
    at_once: Value, concurrency: Value | None, expected: int
) -> None:
    term = client_term(a_client(an_engine(known(20), known(10)), at_once=at_once, concurrency=concurrency))

    assert term.total(bounds, in_use=True).least == expected


def test_engines_that_exclude_each_other_count_once() -> None:
    database = a_database()
    small, large = (
        a_client(an_engine(known(size), known(0), exclusive="settings.TESTING"), database=database)
        for size in (5, 50)
    )

    budget = budget_of(small, large, database=database)
    assert budget.steady == 50
    assert [line[:6].rstrip() for line in table(budget)[1:3]] == ["api", "or api"]


def test_engines_that_exclude_each_other_do_so_in_each_program() -> None:
    database = a_database()
    clients = [
        a_client(an_engine(known(size), known(0), exclusive="settings.TESTING"), name=name, database=database)
        for name in ("api", "worker")
        for size in (5, 50)
    ]

    assert budget_of(*clients, database=database).steady == 100


def a_migration(client: Client, *, init: bool = False) -> Client:
    program = replace(client.program, name="alembic", role="migration", at_once=known(1), before=not init)
    return replace(client, program=program, container=replace(client.container, init=init))


NULL = "sqlalchemy.pool.NullPool"


@pytest.mark.parametrize("init", [pytest.param(False, id="command"), pytest.param(True, id="init container")])
def test_a_migration_before_the_server_takes_no_connection_from_it(init: bool) -> None:
    database = a_database()
    api = a_client(an_engine(known(5), known(1)), pods=known(3), database=database)
    null = a_client(an_engine(known(None), known(None), cls=NULL), pods=known(3), database=database)
    budget = budget_of(api, a_migration(null, init=init), database=database)

    assert budget.steady == 18
    assert [each.parts for each in budget.counted] == ["5 + 1"]
    assert [line[-18:] for line in table(budget)[1:3]] == [" ×   3    =     18", "   not in the peak"]
    assert str(inputs(budget)) == "inputs: 6 read from files"


def test_a_migration_counts_where_the_server_has_another_database() -> None:
    database = a_database()
    null = a_client(an_engine(known(None), known(None), cls=NULL), pods=known(3), database=database)

    budget = budget_of(a_migration(null), a_migration(null), database=database)

    assert budget.steady == 3
    assert len(budget.counted) == 1


@pytest.mark.parametrize(
    ("cls", "at_once", "expected"),
    [
        pytest.param(NULL, known(4), 4, id="nothing is kept"),
        pytest.param(NULL, known(inf), inf, id="without end"),
        pytest.param(NULL, UNKNOWN, inf, id="not known"),
        pytest.param(QUEUE, known(4), 30, id="a pool keeps what it opened"),
    ],
)
def test_without_a_pool_a_process_opens_what_it_uses(cls: str, at_once: Value, expected: float) -> None:
    term = client_term(a_client(an_engine(known(20), known(10), cls=cls), at_once=at_once))

    assert term.total(likely_bounds).most == expected


def test_a_migration_opens_one_connection_whatever_its_pool() -> None:
    term = client_term(a_migration(a_client(an_engine(known(5), known(10)))))

    assert (term.total(bounds), term.parts) == (Bounds(1, 1), "5 + 10, at most 1")


def test_a_default_is_likely_but_proves_nothing() -> None:
    database = a_database()
    budget = budget_of(
        a_client(an_engine(variable(50), known(0)), pods=known(3), database=database), database=database
    )

    assert budget.steady == 150
    assert budget.total(bounds).least == 0
    assert sureness(budget) is Confidence.MEDIUM


def test_a_client_that_gets_here_by_a_default_proves_nothing() -> None:
    database = a_database()
    sure = a_client(an_engine(known(20), known(0)), database=database)
    supposed = Evidence("host", "'db' is the database 'main', if nothing sets DB_HOST", (), Confidence.MEDIUM)
    client = replace(sure, evidence=(Evidence("command", "uvicorn starts app/main.py"), supposed))
    budget = budget_of(client, database=database)

    assert budget.steady == 20
    assert budget_of(sure, database=database).total(bounds).least == 20
    assert budget.total(bounds).least == 0
    assert sureness(budget) is Confidence.MEDIUM
    assert str(inputs(budget)) == "inputs: 6 read from files, 1 assumed from the default of a variable"


def test_an_unknown_factor_leaves_the_peak_open() -> None:
    database = a_database()
    client = a_client(an_engine(known(5), known(0)), processes=UNKNOWN, database=database)
    budget = budget_of(client, database=database)

    assert budget.peak == inf
    assert fits(budget) == "at most 19 processes of 'api' (peak 95)"
    assert unknowns(budget) == ("the processes of 'api' (CPU count of the node)",)
    assert "?" in "\n".join(table(budget))
    assert str(inputs(budget)) == "inputs: 5 read from files, 1 not known"


def test_clients_behind_a_pooler_count_with_what_it_opens() -> None:
    database, pooler = a_database(), a_pooler(default_pool_size=10, reserve_pool_size=2)
    client = a_client(an_engine(known(20), known(10)), pods=known(9), poolers=(pooler,), database=database)
    topology = Topology(clients=(client,), databases=(database,), poolers=(pooler,))

    (budget,) = database_budgets(topology)
    (clients,) = pooler_budgets(topology)

    assert budget.steady == (10 + 2) * 2
    assert clients.steady == 30 * 9
    assert clients.accepted == 100 * 2
    assert table(clients)[-1].startswith("pgbouncer  200 clients admitted")


def test_max_db_connections_caps_what_an_instance_opens() -> None:
    database = a_database()
    for cap, expected in ((7, 14), (0, 40)):
        pooler = a_pooler(default_pool_size=20, max_db_connections=cap)
        client = a_client(an_engine(known(5), known(0)), poolers=(pooler,), database=database)
        assert budget_of(client, database=database).steady == expected


def behind(pooler: Pooler, *databases: str, server: Database, pods: Value | None = None) -> Budget:
    clients = []
    for name in databases:
        engine = an_engine(known(20), known(10))
        engine = replace(engine, url=replace(engine.url, database=known(name)))
        clients.append(a_client(engine, poolers=(pooler,), database=server, pods=pods))
    return budget_of(*clients, database=server)


def a_route(name: str, **settings: int) -> Route:
    given = tuple(Argument(key, known(value), THERE) for key, value in settings.items())
    return Route(name, known("db"), known(5432), known(name), THERE, given)


@pytest.mark.parametrize(
    ("routes", "asked", "parts", "total"),
    [
        pytest.param((a_route("shop", pool_size=4),), ("shop",), "4 + 2", 6, id="a size of its own"),
        pytest.param((a_route("*", pool_size=4),), ("shop",), "4 + 2", 6, id="that of all others"),
        pytest.param(
            (a_route("shop", pool_size=4), a_route("*", pool_size=9)), ("shop",), "4 + 2", 6, id="the nearer"
        ),
        pytest.param(
            (a_route("shop", pool_size=4),), ("shop", "audit"), "4 + 2 and 10 + 2", 18, id="another for each"
        ),
        pytest.param(
            (a_route("shop", reserve_pool_size=0),), ("shop",), "10 + 0", 10, id="a reserve of its own"
        ),
        pytest.param(
            (a_route("shop", max_db_connections=3),), ("shop", "audit"), "10 + 2, at most 3 and 10 + 2", 15,
            id="a cap of its own",
        ),
    ],
)  # fmt: skip
def test_a_database_of_a_pooler_may_have_sizes_of_its_own(
    routes: tuple[Route, ...], asked: tuple[str, ...], parts: str, total: int
) -> None:
    pooler = replace(a_pooler(default_pool_size=10, reserve_pool_size=2), instances=known(1), routes=routes)

    budget = behind(pooler, *asked, server=a_database())

    assert [each.parts for each in budget.terms] == [parts]
    assert budget.steady == total


def test_a_pooler_before_two_servers_counts_at_each_with_what_it_opens_there() -> None:
    one, two = a_database(), replace(a_database(), name="other")
    pooler = replace(a_pooler(default_pool_size=10), instances=known(1))
    engine = an_engine(known(5), known(0))
    clients = tuple(
        a_client(
            replace(engine, url=replace(engine.url, database=known(name))), poolers=(pooler,), database=server
        )
        for name, server in (("shop", one), ("audit", two))
    )

    budgets = database_budgets(Topology(clients=clients, databases=(one, two), poolers=(pooler,)))

    assert [each.steady for each in budgets] == [10, 10]


@pytest.mark.parametrize(
    ("settings", "pods", "limit", "expected"),
    [
        pytest.param({}, known(2), known(200), 60, id="what its clients use"),
        pytest.param({}, known(9), known(200), 197, id="no more than there is"),
        pytest.param({"max_connections_percent": 50}, known(9), known(200), 100, id="its part"),
        pytest.param({"max_connections_percent": 50}, UNKNOWN, known(200), 100, id="clients nobody knows"),
        pytest.param({}, known(2), UNKNOWN, inf, id="a limit nobody knows"),
    ],
)
def test_rds_proxy_opens_what_is_used_and_at_most_its_part(
    settings: dict[str, int], pods: Value, limit: Value, expected: float
) -> None:
    proxy = replace(a_pooler(**settings), product="rds-proxy", instances=known(1))

    budget = behind(proxy, "shop", server=a_database(limit), pods=pods)

    assert budget.steady == expected
    assert budget.terms[0].parts.startswith("50% of" if settings else "100% default of")


@pytest.mark.parametrize(
    ("asked", "parts", "total"),
    [
        pytest.param(("shop", "shop"), "10 + 2", 12, id="the same database, asked for in two places"),
        pytest.param(("shop", "audit"), "(10 + 2) × 2", 24, id="two databases"),
    ],
)
def test_a_pooler_opens_a_pool_for_every_database_that_is_asked_for(
    asked: tuple[str, str], parts: str, total: int
) -> None:
    database, pooler = (
        a_database(),
        replace(a_pooler(default_pool_size=10, reserve_pool_size=2), instances=known(1)),
    )
    clients = []
    for line, name in enumerate(asked, start=1):
        engine = an_engine(known(5), known(0))
        url = replace(engine.url, database=Known(name, Span("app/db.py", line, 1, line, 5)))
        clients.append(a_client(replace(engine, url=url), poolers=(pooler,), database=database))

    budget = budget_of(*clients, database=database)

    assert [(term.parts, term.total(likely_bounds).most) for term in budget.terms] == [(parts, total)]


def test_settings_of_other_poolers_are_not_guessed() -> None:
    other = replace(a_pooler(), product="pgcat", version=UNKNOWN_RELEASE)

    assert pool_setting(a_pooler(), "default_pool_size") == Known(20, Default("PgBouncer 1.23.1"))
    assert pool_setting(other, "default_pool_size") == Unknown(
        "default_pool_size of pgcat 'pgbouncer' is not in the files", THERE
    )
    assert pool_setting(other, "max_client_conn") == Unknown(
        "PgCat admits all clients, those beyond its connections wait", THERE
    )
    assert pool_setting(replace(other, product="another"), "pool_size") == Unknown(
        "pool_size of another 'pgbouncer' is not in the files", THERE
    )


def test_a_pooler_without_a_limit_opens_what_its_clients_ask_for() -> None:
    unlimited = Argument("default_pool_size", known(inf), THERE)
    pooler, database = a_pooler(reserve_pool_size=0), a_database(known(200))
    pooler = replace(pooler, product="odyssey", settings=(unlimited, *pooler.settings))
    engine = an_engine(known(20), known(10))

    open_, used = (
        budget_of(
            a_client(engine, pods=known(8), at_once=known(many), poolers=(pooler,), database=database),
            database=database,
        )
        for many in (inf, 4)
    )

    assert (open_.steady, verdict(open_)) == (240, Verdict.PROVEN)
    assert (used.steady, verdict(used)) == (240, Verdict.LIKELY)


def test_the_equation_of_two_clients_over_the_limit() -> None:
    database = a_database(known(400))
    api = a_client(
        an_engine(known(20), known(10)), processes=known(4), pods=known(12), surge=3, database=database
    )
    worker = a_client(
        an_engine(known(5), Known(10, Default("SQLAlchemy 2.0"))),
        name="worker", processes=known(8), pods=known(2), database=database,
    )  # fmt: skip
    budget = budget_of(api, worker, database=database)

    assert table(budget) == (
        "                        per process     processes     pods     total",
        "api     20 + 10             30       ×      4      ×   15   =   1800",
        "worker  5 + 10 default      15       ×      8      ×   2    =    240",
        "peak                                                            2040",
        "main    400 max_connections − 3 reserved                         397   5.1× over",
    )
    assert fits(budget) == "pool_size + max_overflow ≤ 2 in 'api' at 15 pods, as 1 + 1 (peak 360)"
    assert (budget.peak, budget.steady, budget.accepted) == (2040, 1680, 397)
    assert str(inputs(budget)) == "inputs: 9 read from files, 1 from documented defaults"


def test_a_budget_that_fits_needs_no_advice() -> None:
    database = a_database()
    budget = budget_of(a_client(an_engine(known(5), known(0)), database=database), database=database)

    assert fits(budget) == ""
    assert table(budget)[-1].endswith(" 97")


def test_nothing_fits_beside_clients_that_are_too_many_already() -> None:
    database = a_database()
    one, other = (
        a_client(an_engine(known(1), known(0)), name=name, pods=known(pods), database=database)
        for name, pods in (("api", 99), ("worker", 98))
    )

    assert fits(budget_of(one, other, database=database)) == (
        "no pool fits beside the other clients: fewer processes or pods of 'api'"
    )


def test_an_unlimited_pool_proves_one_connection_a_process() -> None:
    term = client_term(a_client(an_engine(known(0), known(0)), processes=known(4)))

    assert term.total(bounds, in_use=True) == Bounds(4, inf)


def test_a_budget_without_clients_is_empty() -> None:
    budget = budget_of(database=a_database())

    assert (budget.peak, fits(budget), sureness(budget)) == (0, "", Confidence.HIGH)
    assert str(inputs(budget)) == "inputs: 2 read from files"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(known(20), "20", id="read"),
        pytest.param(Known(5, Default("SQLAlchemy")), "5 default", id="default"),
        pytest.param(known(inf), "unlimited", id="unlimited"),
        pytest.param(UNKNOWN, "?", id="unknown"),
        pytest.param(variable(7), "7", id="default of a variable"),
    ],
)
def test_numbers_for_people(value: Value, expected: str) -> None:
    assert shown(value) == expected


def test_ranges_for_people() -> None:
    assert span(Bounds(1585, 1802)) == "1585 to 1802"
    assert span(Bounds(3, 3)) == figure(3) == "3"
    assert figure(inf) == "?"
