import pytest

from poollint.catalogue.pgbouncer import (
    scope_keys,
    setting_default,
    setting_names,
    settings,
    startup_option,
    startup_parameter,
)
from poollint.catalogue.poolers import (
    images,
    operators,
    products,
    recognise_image,
    recognise_operator,
)


@pytest.mark.parametrize(
    ("name", "version", "default"),
    [
        pytest.param("pool_mode", None, "session", id="mode"),
        pytest.param("default_pool_size", None, "20", id="pool-size"),
        pytest.param("max_client_conn", "1.25.2", "100", id="clients"),
        pytest.param("client_idle_timeout", None, "0", id="client-idle"),
        pytest.param("query_wait_timeout", None, "120", id="query-wait"),
        pytest.param("listen_port", None, "6432", id="port"),
        pytest.param("max_prepared_statements", "1.18.0", None, id="ps-before-it-existed"),
        pytest.param("max_prepared_statements", "1.21.0", "0", id="ps-opt-in"),
        pytest.param("max_prepared_statements", "1.23.1", "0", id="ps-last-opt-in"),
        pytest.param("max_prepared_statements", "1.24", "200", id="ps-on"),
        pytest.param("max_prepared_statements", "v1.25.2-p0", "200", id="ps-tag"),
        pytest.param("max_prepared_statements", None, None, id="ps-unknown-version"),
    ],
)
def test_defaults_of_pgbouncer(name: str, version: str | None, default: str | None) -> None:
    assert setting_default(name, version) == default


def test_names_of_settings() -> None:
    assert "pool_size" not in setting_names()
    assert "transaction_timeout" not in setting_names("1.24.1")
    assert "transaction_timeout" in setting_names("1.25.0")
    assert "max_prepared_statements" not in setting_names("1.20.1")
    assert settings()["pool_mode"].choices == ("session", "transaction", "statement")


def test_keys_of_databases_and_users() -> None:
    assert {"pool_size", "pool_mode", "reserve_pool", "connect_query"} <= scope_keys("database")
    assert "default_pool_size" not in scope_keys("database")
    assert "pool_size" not in scope_keys("user", "1.22.1")
    assert "pool_size" in scope_keys("user", "1.23.0")
    assert scope_keys("peer") == {"host", "port", "pool_size"}


@pytest.mark.parametrize(
    ("name", "version", "ignored", "expected"),
    [
        pytest.param("jit", "1.25.2", (), "refused", id="jit"),
        pytest.param("jit", "1.18.0", (), "refused", id="jit-old"),
        pytest.param("jit", "1.25.2", None, "unknown", id="ignore-list-unknown"),
        pytest.param("jit", None, ("extra_float_digits",), "refused", id="version-does-not-matter"),
        pytest.param("jit", "1.25.2", (" JIT ",), "dropped", id="ignored"),
        pytest.param("jit", "1.25.2", ("options",), "refused", id="options-does-not-cover-it"),
        pytest.param("application_name", None, None, "accepted", id="application-name"),
        pytest.param("TimeZone", "1.18.0", (), "accepted", id="case-insensitive"),
        pytest.param("IntervalStyle", "1.18.0", (), "refused", id="interval-style-old"),
        pytest.param("IntervalStyle", "1.25.2", (), "accepted", id="interval-style"),
        pytest.param("IntervalStyle", None, (), "unknown", id="interval-style-unknown"),
    ],
)
def test_startup_parameters(
    name: str, version: str | None, ignored: tuple[str, ...] | None, expected: str
) -> None:
    assert startup_parameter(name, version, ignored) == expected


@pytest.mark.parametrize(
    ("name", "version", "ignored", "expected"),
    [
        pytest.param("statement_timeout", "1.25.1", ("options",), "dropped", id="cloudnative-pg"),
        pytest.param("statement_timeout", "1.18.0", ("options",), "dropped", id="old-ignored"),
        pytest.param("statement_timeout", None, ("options",), "dropped", id="any-version"),
        pytest.param("statement_timeout", "1.25.2", (), "refused", id="new"),
        pytest.param("statement_timeout", "1.25.2", ("statement_timeout",), "dropped", id="named"),
        pytest.param("timezone", "1.18.0", (), "refused", id="whole-options-refused"),
        pytest.param("timezone", "1.18.0", ("options",), "dropped", id="whole-options-dropped"),
        pytest.param("timezone", "1.25.2", (), "accepted", id="tracked"),
        pytest.param("timezone", None, (), "unknown", id="unknown-version"),
    ],
)
def test_startup_options(
    name: str, version: str | None, ignored: tuple[str, ...] | None, expected: str
) -> None:
    assert startup_option(name, version, ignored) == expected


@pytest.mark.parametrize(
    ("reference", "name", "version"),
    [
        pytest.param("edoburu/pgbouncer:v1.25.2-p0", "edoburu", "1.25.2", id="edoburu"),
        pytest.param("edoburu/pgbouncer:latest", "edoburu", None, id="latest"),
        pytest.param("docker.io/edoburu/pgbouncer", "edoburu", None, id="no-tag"),
        pytest.param("localhost:5000/edoburu/pgbouncer:1.20", "edoburu", "1.20", id="registry"),
        pytest.param("bitnamilegacy/pgbouncer:1.23.1-debian-12", "bitnami", "1.23.1", id="bitnami"),
        pytest.param(
            "ghcr.io/cloudnative-pg/pgbouncer:1.24.1-15@sha256:0", "cloudnative-pg", "1.24.1", id="cnpg"
        ),
        pytest.param(
            "registry.developers.crunchydata.com/crunchydata/crunchy-pgbouncer:ubi9-1.25-2550",
            "crunchy",
            "1.25",
            id="crunchy",
        ),
        pytest.param("registry.opensource.zalan.do/acid/pgbouncer:master-32", "zalando", None, id="zalando"),
        pytest.param("ghcr.io/pgdogdev/pgdog:v0.1.10", "pgdog", None, id="pgdog"),
        pytest.param(
            "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.11.0", "cloud-sql-proxy", "2.11.0", id="gcp"
        ),
        pytest.param("postgres:16", None, None, id="database"),
        pytest.param("example/pgbouncer-exporter:1", None, None, id="exporter"),
        pytest.param("edoburu/pgbouncer-fork:1", None, None, id="longer-name"),
        pytest.param("", None, None, id="empty"),
    ],
)
def test_images(reference: str, name: str | None, version: str | None) -> None:
    found = recognise_image(reference)
    assert (found and found.image.name, found and found.version) == (name, version)


@pytest.mark.parametrize("name", images())
def test_an_image_sets_what_its_pooler_knows(name: str) -> None:
    image = images()[name]
    assert image.product in products()
    if image.product == "pgbouncer":
        assert image.environment.keys() | image.defaults.keys() <= settings().keys()
        assert not set(image.refused.values()) & settings().keys()


def test_edoburu_writes_a_key_that_pgbouncer_refuses() -> None:
    assert images()["edoburu"].refused["POOL_SIZE"] == "pool_size"
    assert images()["edoburu"].environment["default_pool_size"] == "DEFAULT_POOL_SIZE"


@pytest.mark.parametrize("name", operators())
def test_an_operator_sets_what_pgbouncer_knows(name: str) -> None:
    assert operators()[name].defaults.keys() <= settings().keys()


@pytest.mark.parametrize(
    ("group", "kind", "name"),
    [
        ("postgresql.cnpg.io", "Pooler", "cloudnative-pg"),
        ("acid.zalan.do", "postgresql", "zalando"),
        ("postgres-operator.crunchydata.com", "PostgresCluster", "crunchy"),
        ("postgresql.cnpg.io", "Cluster", None),
        ("apps", "Deployment", None),
    ],
)
def test_operators(group: str, kind: str, name: str | None) -> None:
    found = recognise_operator(group, kind)
    assert (found and found.name) == name


def test_products() -> None:
    assert products()["supavisor"].modes_by_port == {"5432": "session", "6543": "transaction"}
    assert products()["pgdog"].prepared_statements is True
    assert products()["pgbouncer"].mode == "session"
