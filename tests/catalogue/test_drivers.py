import psycopg
import pytest
import sqlalchemy
from sqlalchemy.engine import make_url

from poollint.catalogue.drivers import (
    connect_argument,
    driver,
    driver_of_scheme,
    drivers,
    url_key,
    words,
)
from poollint.catalogue.pools import (
    engine_arguments,
    engine_defaults,
    pool_arguments,
    pool_class,
    pool_classes,
)
from poollint.catalogue.versions import version_key

POSTGRESQL = ("asyncpg", "psycopg", "psycopg2", "pg8000")


@pytest.mark.parametrize(
    ("name", "key", "value", "verdict", "message"),
    [
        pytest.param("asyncpg", "sslmode", "require", "rejected", "'sslmode'", id="sslmode"),
        pytest.param("asyncpg", "ssl", "require", "accepted", "", id="ssl"),
        pytest.param("asyncpg", "ssl", None, "accepted", "", id="ssl-value-unknown"),
        pytest.param("asyncpg", "ssl", "true", "rejected", "must be one of", id="ssl-true"),
        pytest.param("asyncpg", "application_name", "a", "rejected", "unexpected", id="app-name"),
        pytest.param("asyncpg", "statement_cache_size", "0", "rejected", "'<' not", id="cache"),
        pytest.param("asyncpg", "prepared_statement_cache_size", "0", "accepted", "", id="sa-cache"),
        pytest.param("asyncpg", "timeout", "5", "rejected", "'float' and 'str'", id="timeout"),
        pytest.param("asyncpg", "command_timeout", "5", "accepted", "", id="command-timeout"),
        pytest.param("asyncpg", "host", "/cloudsql/a:b:c", "accepted", "", id="socket"),
        pytest.param("asyncpg", "direct_tls", "true", "unknown", "", id="depends-on-another-key"),
        pytest.param("psycopg", "sslmode", "require", "accepted", "", id="psycopg-sslmode"),
        pytest.param("psycopg", "options", "-c a=b", "accepted", "", id="psycopg-options"),
        pytest.param("psycopg", "autocommit", "true", "accepted", "", id="psycopg-autocommit"),
        pytest.param("psycopg", "prepare_threshold", "0", "rejected", "'>='", id="threshold"),
        pytest.param("psycopg", "ssl", "true", "rejected", '"ssl"', id="psycopg-ssl"),
        pytest.param("psycopg", "scram_client_key", "", "accepted", "", id="libpq-18"),
        pytest.param("psycopg2", "scram_client_key", "", "unknown", "", id="libpq-unknown"),
        pytest.param("psycopg2", "keepalives_idle", "30", "accepted", "", id="keepalives"),
        pytest.param("psycopg2", "autocommit", "1", "rejected", "invalid dsn", id="autocommit"),
        pytest.param("pg8000", "sslmode", "require", "rejected", "unexpected", id="pg8000-sslmode"),
        pytest.param("pg8000", "application_name", "a", "accepted", "", id="pg8000-name"),
        pytest.param("pg8000", "unix_sock", "/x", "unknown", "", id="pg8000-socket"),
        pytest.param("aiomysql", "pool_recycle", "3", "rejected", "unexpected", id="aiomysql-pool"),
        pytest.param("aiomysql", "charset", "utf8mb4", "accepted", "", id="aiomysql-charset"),
        pytest.param("asyncmy", "whatever", "1", "unknown", "", id="list-not-complete"),
        pytest.param("aiosqlite", "mode", "memory", "accepted", "", id="aiosqlite-mode"),
    ],
)
def test_url_keys(name: str, key: str, value: str | None, verdict: str, message: str) -> None:
    answer = url_key(name, key, value)
    assert answer.verdict == verdict
    assert message in answer.message
    assert bool(answer.message) == (verdict == "rejected")


@pytest.mark.parametrize("name", POSTGRESQL)
@pytest.mark.parametrize("key", ["pgbouncer", "connection_limit", "pool_size", "pool_timeout"])
def test_keys_of_other_tools_are_refused_by_every_postgresql_driver(name: str, key: str) -> None:
    assert url_key(name, key).verdict == "rejected"
    assert connect_argument(name, key).verdict == "rejected"


@pytest.mark.parametrize(
    ("sqlalchemy_version", "verdict"), [("2.0.57", "accepted"), ("2.1.9", "rejected"), (None, "unknown")]
)
def test_async_fallback_went_with_2_1(sqlalchemy_version: str | None, verdict: str) -> None:
    assert url_key("asyncpg", "async_fallback", "true", sqlalchemy_version).verdict == verdict


@pytest.mark.parametrize(
    ("name", "key", "verdict"),
    [
        ("asyncpg", "server_settings", "accepted"),
        ("asyncpg", "statement_cache_size", "accepted"),
        ("asyncpg", "prepared_statement_name_func", "accepted"),
        ("asyncpg", "sslmode", "rejected"),
        ("asyncpg", "prepare_threshold", "rejected"),
        ("psycopg", "prepare_threshold", "accepted"),
        ("psycopg", "tcp_user_timeout", "accepted"),
        ("psycopg", "server_settings", "rejected"),
        ("psycopg2", "statement_cache_size", "rejected"),
        ("psycopg2", "cursor_factory", "accepted"),
        ("mysqldb", "anything", "unknown"),
    ],
)
def test_connect_arguments(name: str, key: str, verdict: str) -> None:
    assert connect_argument(name, key).verdict == verdict


def test_a_refused_connect_argument_can_have_a_message_of_its_own() -> None:
    assert "server_settings" in connect_argument("psycopg", "server_settings").message


@pytest.mark.parametrize("name", drivers())
def test_a_driver_is_sqlalchemys(name: str) -> None:
    one = driver(name)
    dialects = [make_url(f"{scheme}://").get_dialect() for scheme in one.schemes]
    assert {each.driver.removesuffix("_async") for each in dialects} == {name}
    assert any(each.is_async for each in dialects) == one.is_async


@pytest.mark.parametrize(
    ("scheme", "name"),
    [
        ("postgresql+asyncpg", "asyncpg"),
        ("postgresql+psycopg_async", "psycopg"),
        ("mariadb+pymysql", "pymysql"),
        ("postgresql", None),
        ("postgres+asyncpg", None),
    ],
)
def test_schemes(scheme: str, name: str | None) -> None:
    found = driver_of_scheme(scheme)
    assert (found and found.name) == name


def test_libpq_keywords_are_libpqs() -> None:
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    listed = words("libpq") | words("libpq-18")
    assert known <= listed
    assert psycopg.pq.version() < 180000 or known == listed


@pytest.mark.parametrize("name", [name for name, each in pool_classes().items() if not each.removed])
def test_a_pool_class_takes_what_sqlalchemy_says(name: str) -> None:
    one = pool_class(name)
    assert one is not None
    poolclass = getattr(sqlalchemy.pool, name)
    values: dict[str, object] = {
        "max_overflow": 1,
        "pool_size": 2,
        "pool_timeout": 3,
        "pool_use_lifo": True,
        "pool_recycle": 4,
        "pool_pre_ping": True,
    }
    url = "postgresql+asyncpg://" if not one.sync_engine else "postgresql+psycopg://"
    for key, value in values.items():
        accepted = key in one.accepts
        assert accepted != (key in one.rejects)
        settings = {key: value, "poolclass": poolclass, "_is_async": not one.sync_engine}
        if accepted:
            sqlalchemy.create_engine(url, **settings)
        else:
            with pytest.raises(TypeError, match=key):
                sqlalchemy.create_engine(url, **settings)


def test_pool_classes_of_others_are_unknown() -> None:
    assert pool_class("MyQueuePool") is None


def test_defaults_are_sqlalchemys() -> None:
    defaults = engine_defaults()
    pool = sqlalchemy.create_engine("postgresql+psycopg://").pool
    assert isinstance(pool, sqlalchemy.pool.QueuePool)
    assert pool.size() == defaults.pool_size
    assert pool.timeout() == defaults.pool_timeout
    assert -pool.overflow() == defaults.pool_size
    assert pool.__dict__["_max_overflow"] == defaults.max_overflow
    assert pool.__dict__["_recycle"] == defaults.pool_recycle
    assert pool.__dict__["_pre_ping"] is defaults.pool_pre_ping


def test_bare_schemes_change_with_2_1() -> None:
    assert engine_defaults().bare_schemes["postgresql"] == {"0": "psycopg2", "2.1": "psycopg"}


def test_arguments_do_not_overlap() -> None:
    assert "pool_size" in pool_arguments()
    assert "connect_args" in engine_arguments()
    assert not pool_arguments() & engine_arguments()


def test_a_word_is_no_version() -> None:
    with pytest.raises(ValueError, match="not a version: 'latest'"):
        version_key("latest")
