"""Services of several repositories that share one database share its budget."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poollint.budget import database_budgets, pooler_budgets
from poollint.exchange import Document, joined, merged, read_document
from poollint.exchange.unifying import agreed, is_public
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
    Role,
    Route,
    Url,
    Workload,
)
from poollint.inspecting import as_json
from poollint.source import Span
from poollint.topology import Client, Evidence, Topology
from poollint.values import (
    Alternative,
    Default,
    Documented,
    FromEnv,
    Known,
    Symbol,
    Unknown,
    Value,
    likely_bounds,
    one_of,
)

CODE = Span("app/db.py", 5, 1, 5, 60)
MANIFEST = Span("k8s/api.yaml", 3, 1, 3, 9)
CONFIGURATION = Span("poollint.toml", 1, 1, 1, 9)


def number(value: float, at: Span = MANIFEST) -> Known:
    return Known(value, at)


def a_database(name: str = "main", limit: Value | None = None, **fields: object) -> Database:
    """One that the configuration names."""
    database = Database(
        CONFIGURATION, name, "postgresql", "postgresql", limit or number(100, CONFIGURATION),
        Known(3, Default("postgresql")), declared=True,
    )  # fmt: skip
    return replace(database, **fields)  # type: ignore[arg-type]


def a_pooler(name: str = "pgbouncer", **fields: object) -> Pooler:
    mode, port = Known("transaction", MANIFEST), number(6432)
    settings = (Argument("max_client_conn", number(100), MANIFEST),)
    pooler = Pooler(
        MANIFEST, "pgbouncer", name, UNKNOWN_RELEASE, mode, number(1), (name,), port, settings,
        (Route("*", Known("db.corp.example.com", MANIFEST), number(5432), Unknown("*", MANIFEST), MANIFEST),),
    )  # fmt: skip
    return replace(pooler, **fields)  # type: ignore[arg-type]


def a_client(
    name: str = "api", database: Database | None = None, *poolers: Pooler, size: int = 10, pods: int = 2,
    host: str = "db", engine: str = "app.db:engine", exclusive: str = "",
) -> Client:  # fmt: skip
    """One process in each pod, with a pool of `size` without overflow."""
    never = number(-1, CODE)
    url = Url(
        CODE, Unknown("of parts", CODE), Known("postgresql+asyncpg", CODE), Known(host, MANIFEST),
        number(5432, CODE), Known("shop", CODE), (Argument("ssl", Known("require", CODE), CODE),), ("U",),
    )  # fmt: skip
    queue = Known(Symbol("sqlalchemy.pool.AsyncAdaptedQueuePool"), Default("SQLAlchemy", certain=False))
    pool = Pool(queue, number(size, CODE), number(0, CODE), number(30, CODE), never, never, never, never)
    made = Engine(
        CODE, engine, "sqlalchemy.ext.asyncio.create_async_engine", is_async=True, role=Role.SERVICE, url=url,
        pool=pool, arguments=(Argument("pool_size", pool.size, CODE),), exclusive=exclusive,
    )  # fmt: skip
    program = Program("uvicorn", "app.main", number(1), Known(float("inf"), Default("uvicorn")), MANIFEST)
    container = Container(MANIFEST, "web", Known("shop/api:1", MANIFEST), programs=(program,))
    copies = Pods(number(pods), number(pods), Known(0, Default("Recreate")))
    workload = Workload(MANIFEST, "kubernetes", "Deployment", name, copies, (container,))
    way = (Evidence("command", "uvicorn starts app/main.py", (MANIFEST,)),)
    return Client(made, workload, container, program, poolers, database, way)


def a_topology(
    *clients: Client, environment: str = "", servers: tuple[Database | Pooler, ...] = ()
) -> Topology:
    databases = [client.database for client in clients if client.database]
    poolers = [pooler for client in clients for pooler in client.poolers]
    return Topology(
        environment=environment,
        engines=tuple(dict.fromkeys(client.engine for client in clients)),
        workloads=tuple(dict.fromkeys(client.workload for client in clients)),
        databases=tuple(dict.fromkeys([*databases, *(it for it in servers if isinstance(it, Database))])),
        poolers=tuple(dict.fromkeys([*poolers, *(it for it in servers if isinstance(it, Pooler))])),
        clients=clients,
    )


def a_document(name: str, *topologies: Topology) -> Document:
    return read_document(name, json.dumps(as_json(topologies)))


def peaks(topology: Topology) -> dict[str, tuple[float, float]]:
    """Of each database: what its clients can open, and what it accepts."""
    budgets = [*database_budgets(topology), *pooler_budgets(topology)]
    return {each.server.name: (each.peak, each.accepted) for each in budgets}


def alone(document: Document) -> list[dict[str, tuple[float, float]]]:
    return [peaks(each) for each in document.topologies]


@pytest.mark.parametrize(
    "topology",
    [
        pytest.param(a_topology(a_client("api", a_database())), id="a client"),
        pytest.param(a_topology(a_client("api")), id="a client of nobody knows what"),
        pytest.param(a_topology(a_client("api", a_database(), a_pooler())), id="through a pooler"),
        pytest.param(
            a_topology(
                a_client("api", a_database(), engine="app.db:one", exclusive="app/db.py:3"),
                a_client("api", a_database(), engine="app.db:other", exclusive="app/db.py:3", size=7),
            ),
            id="one of two",
        ),
        pytest.param(
            a_topology(
                a_client(
                    "api",
                    a_database(
                        others=(Argument("metabase", number(10), MANIFEST),),
                        share=number(0.5),
                        port=number(5433),
                    ),
                )
            ),
            id="a database with more clients",
        ),
        pytest.param(a_topology(servers=(a_database(), a_pooler())), id="servers alone"),
        pytest.param(Topology(), id="nothing"),
    ],
)
def test_a_document_has_the_budgets_of_its_repository(topology: Topology) -> None:
    document = a_document("orders.json", topology)

    assert alone(document) == [peaks(topology)]
    assert [len(each.clients) for each in document.topologies] == [len(topology.clients)]


def test_places_are_below_the_name_of_the_document() -> None:
    ours = a_client("api", a_database(), a_pooler())
    (client,) = a_document("orders.json", a_topology(ours)).topologies[0].clients

    assert str(client.engine.at) == "orders.json:app/db.py:5"
    assert str(client.workload.at) == "orders.json:k8s/api.yaml:3"
    assert [str(each.at) for each in client.engine.arguments] == ["orders.json:app/db.py:5"]
    assert client.database is not None
    assert str(client.database.at) == "orders.json:poollint.toml:1"
    assert (client.engine.pool.cls, client.program.at_once) == (ours.engine.pool.cls, ours.program.at_once)
    assert client.evidence == (Evidence("command", "uvicorn starts app/main.py"),)


def with_orders(ours: Topology, theirs: Topology) -> Topology:
    (topology,) = joined([ours], [a_document("orders.json", theirs)])
    return topology


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        pytest.param(a_database(), {"main": (40, 97)}, id="the same name in both configurations"),
        pytest.param(
            a_database(declared=False), {"main": (20, 97)}, id="the same name that no configuration gives"
        ),
        pytest.param(a_database("other"), {"main": (20, 97), "other": (20, 97)}, id="another name"),
        pytest.param(
            a_database("other", hosts=("db.corp.example.com",)), {"main": (40, 97)}, id="the same public host"
        ),
        pytest.param(
            a_database("other", hosts=("db.corp.example.com",), port=number(5433)),
            {"main": (20, 97), "other": (20, 97)},
            id="another port",
        ),
        pytest.param(
            a_database("other", hosts=("db.corp.example.com",), provider="neon"),
            {"main": (20, 97), "other": (20, 97)},
            id="another provider",
        ),
        pytest.param(
            a_database("other", hosts=("db",)),
            {"main": (20, 97), "other": (20, 97)},
            id="a host of a network",
        ),
    ],
)
def test_which_databases_are_one(theirs: Database, expected: dict[str, tuple[float, float]]) -> None:
    ours = a_database(hosts=("db.corp.example.com", "db"), declared=True)
    found = peaks(with_orders(a_topology(a_client("api", ours)), a_topology(a_client("orders", theirs))))

    assert list(found.values()) == list(expected.values())


def test_a_third_can_unite_two() -> None:
    ours, theirs = a_database(), a_database("db", hosts=("db.corp.example.com",), declared=False)
    both = a_database(hosts=("db.corp.example.com",))
    documents = [
        a_document(name, a_topology(a_client(name, database)))
        for name, database in (("a.json", theirs), ("b.json", both))
    ]

    assert peaks(joined([a_topology(a_client("api", ours))], documents)[0]) == {"main": (60, 97)}
    assert len(peaks(joined([a_topology(a_client("api", ours))], documents[:1])[0])) == 2


def test_poolers_are_one_by_their_host() -> None:
    pooler = a_pooler("pooler", hosts=("pooler.corp.example.com",))
    more = replace(pooler, settings=(Argument("default_pool_size", number(30), MANIFEST),))
    found = with_orders(
        a_topology(a_client("api", a_database(), pooler)), a_topology(a_client("orders", a_database(), more))
    )

    assert peaks(found) == {"main": (30, 97), "pooler": (40, 100)}


def test_servers_of_others_that_nobody_uses_are_left_out() -> None:
    found = with_orders(a_topology(), a_topology(servers=(a_database("unused"), a_pooler())))

    assert (found.databases, found.poolers) == ((), ())


@pytest.mark.parametrize(
    ("host", "ends"),
    [
        pytest.param("db.corp.example.com", "main", id="public name"),
        pytest.param("pgbouncer.infra.svc", "main", id="name of a service, through a pooler"),
        pytest.param("db", None, id="short name"),
        pytest.param("elsewhere.example.com", None, id="name of nobody"),
        pytest.param("10.0.0.7", None, id="number"),
    ],
)
def test_another_repository_describes_the_server(host: str, ends: str | None) -> None:
    database = a_database(hosts=("db.corp.example.com", "db"), declared=False)
    pooler = a_pooler(hosts=("pgbouncer.infra.svc",), port=None)
    found = with_orders(a_topology(a_client("api", host=host)), a_topology(servers=(database, pooler)))
    (client,) = found.clients

    assert (client.database.name if client.database else None) == ends
    assert [each.name for each in client.poolers] == (["pgbouncer"] if host.startswith("pgb") else [])
    assert set(found.poolers) == set(client.poolers)


def test_a_host_that_is_not_known_leads_nowhere() -> None:
    client = a_client("api")
    hidden = replace(client.engine, url=replace(client.engine.url, host=Unknown("a secret", CODE)))
    found = with_orders(
        a_topology(replace(client, engine=hidden)), a_topology(servers=(a_database(hosts=("a.b.c",)),))
    )

    assert found.clients[0].database is None


SHARED = a_client("orders", a_database())


@pytest.mark.parametrize(
    ("ours", "theirs", "clients", "unresolved"),
    [
        pytest.param([""], [""], [1], 0, id="no names"),
        pytest.param(["dev", "prod"], ["prod"], [0, 1], 0, id="the same name"),
        pytest.param(["dev", "prod"], ["k8s"], [1, 1], 0, id="its only one goes with all"),
        pytest.param(["dev"], ["dev", "prod"], [1], 0, id="one of theirs"),
        pytest.param(["dev"], ["test", "prod"], [0], 1, id="none of theirs"),
        pytest.param([""], ["test", "prod"], [0], 1, id="ours has no name"),
    ],
)
def test_environments(ours: list[str], theirs: list[str], clients: list[int], unresolved: int) -> None:
    document = a_document("orders.json", *(a_topology(SHARED, environment=name) for name in theirs))
    found = joined([a_topology(environment=name) for name in ours], [document])

    assert [len(each.clients) for each in found] == clients
    assert [len(each.unresolved) for each in found] == [unresolved] * len(ours)


def test_a_document_without_environments_adds_nothing() -> None:
    ours = a_topology(a_client("api", a_database()))

    assert joined([ours], [Document("orders.json", ())]) == (ours,)
    assert joined([ours], []) == (ours,)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param("main.abc.eu-west-1.rds.amazonaws.com", True, id="vendor"),
        pytest.param("pg.prod.internal", True, id="company"),
        pytest.param("db", False, id="compose"),
        pytest.param("db.shop", False, id="service"),
        pytest.param("db.shop.svc.cluster.local.", False, id="service in full"),
        pytest.param("host.docker.internal", False, id="this machine"),
        pytest.param("10.0.0.1", False, id="number"),
    ],
)
def test_public_names(host: str, expected: bool) -> None:
    assert is_public(host) == expected


LIKELY = Known(2, Default("a version", certain=False))
DEFAULT = Known(3, Default("PostgreSQL"))
RANGE = one_of([Alternative(Known(n, Documented("RDS", "", certain=False))) for n in (80, 90)])
ASKED = FromEnv(("N",), number(5), "", CODE)
HIDDEN = Unknown("a secret", CODE)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([number(1), DEFAULT], number(1), id="file before default"),
        pytest.param([LIKELY, DEFAULT], DEFAULT, id="default before likely one"),
        pytest.param([RANGE, number(85)], number(85), id="file before range"),
        pytest.param([HIDDEN, RANGE], RANGE, id="range before unknown"),
        pytest.param([HIDDEN, ASKED], ASKED, id="variable before unknown"),
        pytest.param([ASKED, LIKELY], LIKELY, id="likely default before variable"),
        pytest.param([HIDDEN], HIDDEN, id="unknown"),
        pytest.param([number(1), number(1)], number(1), id="the same"),
        pytest.param(
            [number(1), number(2)],
            one_of([Alternative(number(1)), Alternative(number(2))]),
            id="contradiction",
        ),
    ],
)
def test_what_several_say(values: list[Value], expected: Value) -> None:
    assert agreed(values) == expected


def test_clients_that_no_file_shows_count_once() -> None:
    metabase = (Argument("metabase", number(10), MANIFEST),)
    ours, theirs = a_database(others=metabase), a_database(others=metabase, share=number(0.8))
    (database,) = with_orders(
        a_topology(a_client("api", ours)), a_topology(a_client("orders", theirs))
    ).databases

    assert (database.others, database.share) == (metabase, number(0.8))


def a_repository(name: str, size: int, limit: int | None, hosts: Sequence[str], environment: str) -> Document:
    server = a_database(
        "main" if limit else f"db of {name}",
        number(limit) if limit else Unknown("not in the files", MANIFEST),
        hosts=tuple(hosts),
        declared=limit is not None,
    )
    return a_document(name, a_topology(a_client(name, server, size=size), environment=environment))


REPOSITORIES = st.lists(
    st.builds(
        a_repository,
        st.sampled_from(["a.json", "b.json", "c.json", "d.json"]),
        st.integers(1, 9),
        st.sampled_from([None, 50, 100]),
        st.lists(st.sampled_from(["one.example.com", "two.example.com", "db"]), unique=True, max_size=2),
        st.sampled_from(["", "prod"]),
    ),
    max_size=4,
    unique_by=lambda each: each.name,
)


@given(REPOSITORIES, st.data())
def test_merging_is_associative_commutative_and_idempotent(
    documents: list[Document], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(documents))
    cut, other = (data.draw(st.integers(0, len(documents))) for _ in range(2))
    left, right = shuffled[:cut], shuffled[cut:]
    expected = merged(documents)

    assert merged([*merged(left), *merged(right)]) == expected
    assert merged([*merged(right), *merged(left)]) == expected
    assert merged([*merged([*expected, *left]), *shuffled[:other]]) == expected


@given(REPOSITORIES, st.data())
def test_budgets_do_not_depend_on_the_order(documents: list[Document], data: st.DataObject) -> None:
    ours = [a_topology(a_client("api", a_database()), environment="prod")]
    shuffled = data.draw(st.permutations(documents))

    assert joined(ours, merged(shuffled)) == joined(ours, documents)


@given(REPOSITORIES)
def test_every_repository_sees_the_same_sums(documents: list[Document]) -> None:
    """Whoever asks: the shared servers get the same totals."""
    seen = []
    for document in documents:
        ours = [replace(each, environment="prod") for each in document.topologies]
        others = [
            replace(each, topologies=tuple(replace(one, environment="prod") for one in each.topologies))
            for each in documents
            if each is not document
        ]
        (topology,) = joined(ours, others)
        budgets = database_budgets(topology)
        seen.append(
            sorted((each.peak, likely_bounds(each.capacity).least, each.accepted) for each in budgets)
        )

    assert all(each == seen[0] for each in seen)


def test_the_name_of_a_shared_database_is_ours() -> None:
    names = [("shop", "a.example.com"), ("orders", "a.example.com"), ("users", "a.example.com")]
    topologies = [
        a_topology(a_client(name, a_database(name, hosts=(host,), declared=False))) for name, host in names
    ]
    documents = [a_document(f"{each.clients[0].workload.name}.json", each) for each in topologies[1:]]

    for order in permutations(documents):
        assert peaks(joined(topologies[:1], order)[0]) == {"shop": (60, 97)}
