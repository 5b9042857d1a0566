"""Resources of PostgreSQL operators."""

from collections.abc import Callable

import pytest

from poollint.facts import Argument, Database, Fact, Pooler
from poollint.source import Skipped
from poollint.values import Default, Known, Unknown, Value

Read = Callable[[str], list[Fact | Skipped]]


def resource(kind: str, spec: str, namespace: str = "") -> str:
    version = {
        "Cluster": "postgresql.cnpg.io/v1",
        "Pooler": "postgresql.cnpg.io/v1",
        "postgresql": "acid.zalan.do/v1",
        "PostgresCluster": "postgres-operator.crunchydata.com/v1beta1",
    }[kind]
    name = f"pg, namespace: {namespace}" if namespace else "pg"
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"


def shown(value: Value | None) -> object:
    match value:
        case Known():
            return value.value
        case Unknown():
            return value.why
        case _:
            return value


def database(found: list[Fact | Skipped]) -> Database:
    """The database, or the primary where there are replicas too."""
    return next(fact for fact in found if isinstance(fact, Database))


def settings(pooler: Pooler) -> dict[str, object]:
    return {setting.name: shown(setting.value) for setting in pooler.settings}


MEMORY = "the image computes it from the memory of the pod"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        pytest.param(resource("Cluster", "instances: 3"), 100, id="CloudNativePG, default"),
        pytest.param(
            resource("Cluster", "postgresql: {parameters: {max_connections: '300'}}"), 300, id="CloudNativePG"
        ),
        pytest.param(
            resource("Cluster", "postgresql: {parameters: {max_connections: 300}}"), 300, id="without quotes"
        ),
        pytest.param(
            resource("Cluster", "postgresql: {parameters: {max_connections: many}}"),
            "'many' is no whole number",
            id="no number",
        ),
        pytest.param(resource("postgresql", "numberOfInstances: 2"), MEMORY, id="Zalando, computed"),
        pytest.param(
            resource("postgresql", "postgresql: {parameters: {max_connections: '200'}}"), 200, id="Zalando"
        ),
        pytest.param(resource("PostgresCluster", "instances: []"), 100, id="Crunchy, default"),
        pytest.param(
            resource("PostgresCluster", "config: {parameters: {max_connections: 400}}"), 400, id="Crunchy"
        ),
        pytest.param(
            resource(
                "PostgresCluster",
                "patroni: {dynamicConfiguration: {postgresql: {parameters: {max_connections: '800'}}}}",
            ),
            800,
            id="Crunchy by Patroni",
        ),
    ],
)
def test_limits(read: Read, text: str, limit: object) -> None:
    found = database(read(text))
    assert shown(found.max_connections) == limit
    assert (found.family, found.provider, shown(found.reserved), shown(found.port)) == (
        "postgresql", "postgresql", 3, 5432,
    )  # fmt: skip
    assert (found.name, found.scope) == ("pg", "k8s")


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        pytest.param(resource("Cluster", ""), ("pg-rw", "pg-ro", "pg-r"), id="CloudNativePG"),
        pytest.param(resource("postgresql", "numberOfInstances: 1"), ("pg", "pg-repl"), id="Zalando"),
        pytest.param(resource("postgresql", ""), ("pg",), id="Zalando, instances not known"),
        pytest.param(resource("PostgresCluster", ""), ("pg-primary", "pg-replicas"), id="Crunchy"),
        pytest.param(
            resource("postgresql", "numberOfInstances: 1", "shop"),
            (
                "pg", "pg.shop", "pg.shop.svc", "pg.shop.svc.cluster.local",
                "pg-repl", "pg-repl.shop", "pg-repl.shop.svc", "pg-repl.shop.svc.cluster.local",
            ),
            id="namespace",
        ),
    ],
)  # fmt: skip
def test_hosts(read: Read, text: str, hosts: tuple[str, ...]) -> None:
    assert database(read(text)).hosts == hosts


@pytest.mark.parametrize(
    ("text", "replicas", "limit"),
    [
        pytest.param(resource("Cluster", "instances: 3"), "pg-ro", 200, id="CloudNativePG"),
        pytest.param(
            resource("postgresql", "numberOfInstances: 2, postgresql: {parameters: {max_connections: '50'}}"),
            "pg-repl",
            50,
            id="Zalando",
        ),
        pytest.param(
            resource("PostgresCluster", "instances: [{replicas: 3}]"), "pg-replicas", 200, id="Crunchy"
        ),
        pytest.param(
            resource("PostgresCluster", "instances: [{name: a}, {name: b, replicas: 2}]"),
            "pg-replicas",
            200,
            id="Crunchy, sets",
        ),
    ],
)
def test_replicas_accept_connections_of_their_own(read: Read, text: str, replicas: str, limit: int) -> None:
    primary, others = (each for each in read(text) if isinstance(each, Database))

    assert replicas not in primary.hosts
    assert (others.name, others.hosts[0]) == (replicas, replicas)
    assert shown(others.max_connections) == limit


def test_a_cluster_of_crunchy_listens_where_it_says(read: Read) -> None:
    text = resource("PostgresCluster", "port: 6000, instances: [{name: a}], proxy: {pgBouncer: {}}")
    facts = read(text)
    (bouncer,) = (each for each in facts if isinstance(each, Pooler))

    assert shown(database(facts).port) == 6000
    assert [shown(route.port) for route in bouncer.routes] == [6000]
    assert shown(bouncer.port) == 5432


def test_the_only_instance_serves_all_names(read: Read) -> None:
    (only,) = (each for each in read(resource("Cluster", "instances: 1")) if isinstance(each, Database))

    assert only.hosts == ("pg-rw", "pg-ro", "pg-r")


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param(
            resource("Cluster", "imageName: 'ghcr.io/x/postgresql:16.4-bookworm@sha256:ab'"),
            (16, 4),
            id="image",
        ),
        pytest.param(resource("Cluster", "imageName: 'localhost:5000/postgresql'"), (), id="no tag"),
        pytest.param(resource("Cluster", "imageName: postgresql:latest"), (), id="a tag that is no version"),
        pytest.param(resource("Cluster", ""), (), id="nothing"),
        pytest.param(resource("postgresql", "postgresql: {version: '15'}"), (15,), id="Zalando"),
        pytest.param(resource("postgresql", "postgresql: {version: x}"), (), id="no version"),
        pytest.param(resource("PostgresCluster", "postgresVersion: 17"), (17,), id="Crunchy"),
    ],
)
def test_versions(read: Read, text: str, version: tuple[int, ...]) -> None:
    assert database(read(text)).version.numbers == version


IGNORED = "extra_float_digits,options"


@pytest.mark.parametrize(
    ("text", "expected", "given"),
    [
        pytest.param(
            resource("Pooler", "cluster: {name: db}"), ("pg", "session", 1, 5432),
            {"ignore_startup_parameters": IGNORED}, id="CloudNativePG, defaults",
        ),
        pytest.param(
            resource(
                "Pooler",
                "cluster: {name: db}, instances: 3, type: ro, pgbouncer: {poolMode: transaction, parameters:"
                " {max_client_conn: '1000', default_pool_size: 10, ignore_startup_parameters: search_path,"
                " server_reset_query: DISCARD ALL}}",
            ),
            ("pg", "transaction", 3, 5432),
            {
                "max_client_conn": 1000,
                "default_pool_size": 10,
                "ignore_startup_parameters": f"{IGNORED},search_path",
                "server_reset_query": "DISCARD ALL",
            },
            id="CloudNativePG",
        ),
        pytest.param(
            resource("Pooler", "pgbouncer: {parameters: {ignore_startup_parameters: {}}}"),
            ("pg", "session", 1, 5432),
            {"ignore_startup_parameters": "a mapping, not a single value"}, id="a list that cannot be read",
        ),
        pytest.param(
            resource("postgresql", "enableConnectionPooler: true"), ("pg-pooler", "transaction", 2, 5432),
            {
                "max_db_connections": 30, "default_pool_size": 15, "reserve_pool_size": 7,
                "max_client_conn": 10000, "max_prepared_statements": 200, "idle_transaction_timeout": 600,
                "ignore_startup_parameters": IGNORED,
            },
            id="Zalando, defaults",
        ),
        pytest.param(
            resource(
                "postgresql", "connectionPooler: {numberOfInstances: 4, maxDBConnections: 100, mode: session}"
            ),
            ("pg-pooler", "session", 4, 5432),
            {
                "max_db_connections": 25, "default_pool_size": 12, "reserve_pool_size": 6,
                "max_client_conn": 10000, "max_prepared_statements": 200, "idle_transaction_timeout": 600,
                "ignore_startup_parameters": IGNORED,
            },
            id="Zalando",
        ),
        pytest.param(
            resource("postgresql", "connectionPooler: {maxDBConnections: many}"),
            ("pg-pooler", "transaction", 2, 5432),
            {
                "max_db_connections": "'many' is no whole number",
                "max_client_conn": 10000, "max_prepared_statements": 200, "idle_transaction_timeout": 600,
                "ignore_startup_parameters": IGNORED,
            },
            id="Zalando, not a number",
        ),
        pytest.param(
            resource("PostgresCluster", "proxy: {pgBouncer: {}}"), ("pg-pgbouncer", "session", 1, 5432),
            {"ignore_startup_parameters": "extra_float_digits", "client_tls_sslmode": "require"},
            id="Crunchy, defaults",
        ),
        pytest.param(
            resource(
                "PostgresCluster",
                "proxy: {pgBouncer: {replicas: 2, port: 6432, config: {global:"
                " {pool_mode: transaction, max_client_conn: '5000'}}}}",
            ),
            ("pg-pgbouncer", "transaction", 2, 6432),
            {
                "pool_mode": "transaction", "max_client_conn": 5000,
                "ignore_startup_parameters": "extra_float_digits", "client_tls_sslmode": "require",
            },
            id="Crunchy",
        ),
    ],
)  # fmt: skip
def test_poolers(
    read: Read, text: str, expected: tuple[str, str, int, int], given: dict[str, object]
) -> None:
    (found,) = [fact for fact in read(text) if isinstance(fact, Pooler)]
    assert (found.name, shown(found.mode), shown(found.instances), shown(found.port)) == expected
    assert settings(found) == given
    assert found.hosts == (found.name,)
    assert found.product == "pgbouncer"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(resource("postgresql", ""), [], id="Zalando without"),
        pytest.param(
            resource("postgresql", "enableConnectionPooler: false, connectionPooler: {}"),
            [],
            id="switched off",
        ),
        pytest.param(
            resource("postgresql", "enableConnectionPooler: true, enableReplicaConnectionPooler: true"),
            ["pg-pooler", "pg-pooler-repl"],
            id="for the replicas too",
        ),
        pytest.param(resource("PostgresCluster", "proxy: {}"), [], id="Crunchy without"),
        pytest.param(resource("Cluster", ""), [], id="CloudNativePG without"),
    ],
)
def test_whether_there_is_a_pooler(read: Read, text: str, names: list[str]) -> None:
    assert [fact.name for fact in read(text) if isinstance(fact, Pooler)] == names


@pytest.mark.parametrize(
    ("text", "host"),
    [
        pytest.param(resource("Pooler", "cluster: {name: db}"), "db-rw", id="CloudNativePG"),
        pytest.param(resource("Pooler", "cluster: {name: db}, type: ro"), "db-ro", id="reads"),
        pytest.param(resource("postgresql", "connectionPooler: {}"), "pg", id="Zalando"),
        pytest.param(resource("PostgresCluster", "proxy: {pgBouncer: {}}"), "pg-primary", id="Crunchy"),
    ],
)
def test_where_a_pooler_leads(read: Read, text: str, host: str) -> None:
    (found,) = [fact for fact in read(text) if isinstance(fact, Pooler)]
    (route,) = found.routes
    assert (route.name, shown(route.host), shown(route.port)) == ("*", host, 5432)


def test_defaults_name_their_source(read: Read) -> None:
    (found,) = [fact for fact in read(resource("Pooler", "cluster: {name: db}")) if isinstance(fact, Pooler)]
    assert isinstance(found.mode, Known)
    assert isinstance(found.mode.origin, Default)
    assert found.mode.origin.of == "the cloudnative-pg operator"
    assert "cloudnative-pg" in found.mode.origin.source
    ignored = found.setting("ignore_startup_parameters")
    assert isinstance(ignored, Argument)
    assert ignored.at == found.at
