"""URLs: whole, in part, from the environment, from their parts; and never a password."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from poollint.facts import Url
from poollint.python.engines import url_parts
from poollint.python.engines.urls import read_url
from poollint.source import Span
from poollint.values import Alternative, Default, FromEnv, Known, OneOf, Record, Text, Unknown, Value

AT = Span("app/db.py", 3, 10, 3, 40)
UNKNOWN = Unknown("argument of a function", AT)


def known(value: str | int | None) -> Known:
    return Known(value, AT)


def env(name: str, default: Value | None = None, convert: str = "") -> FromEnv:
    return FromEnv((name,), default, convert, AT)


def read(value: Value) -> Url:
    return read_url(value, AT)


@pytest.mark.parametrize(
    ("text", "driver", "host", "port", "database", "query"),
    [
        pytest.param(
            "postgresql+asyncpg://u:x@db:5432/shop", "postgresql+asyncpg", "db", 5432, "shop", {}, id="full"
        ),
        pytest.param("postgresql://db/shop", "postgresql", "db", None, "shop", {}, id="short"),
        pytest.param("sqlite://", "sqlite", None, None, None, {}, id="memory"),
        pytest.param("sqlite:///app.db", "sqlite", None, None, "app.db", {}, id="file"),
        pytest.param("postgresql://u:x@[::1]:6432/a", "postgresql", "::1", 6432, "a", {}, id="ipv6"),
        pytest.param(
            "mysql+pymysql://u:p%40x@h/d?charset=utf8",
            "mysql+pymysql",
            "h",
            None,
            "d",
            {"charset": "utf8"},
            id="q",
        ),
        pytest.param(
            "postgresql:///d?host=/cloudsql/p:r:i",
            "postgresql",
            "/cloudsql/p:r:i",
            None,
            "d",
            {"host": "/cloudsql/p:r:i"},
            id="socket",
        ),
        pytest.param(
            "postgresql:///d?host=pg:6432",
            "postgresql",
            "pg",
            6432,
            "d",
            {"host": "pg:6432"},
            id="query-host",
        ),
        pytest.param(
            "postgresql:///d?host=a&host=b&port=x",
            "postgresql",
            "a,b",
            None,
            "d",
            {"host": "a,b", "port": "x"},
            id="two-hosts",
        ),
    ],
)
def test_whole_urls(
    *, text: str, driver: str, host: str | None, port: int | None, database: str | None, query: dict[str, str]
) -> None:
    url = read(known(text))
    assert (url.driver, url.host, url.database) == (known(driver), known(host), known(database))
    assert {each.name: each.value for each in url.query} == {
        key: known(value) for key, value in query.items()
    }
    if query.get("port") == "x":
        assert url.port == Unknown("no port number", AT)
    else:
        assert url.port == known(port)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(known("postgresql://u:hunter2@h/d"), known("postgresql://u:***@h/d"), id="whole"),
        pytest.param(
            known("postgresql://u:hun@ter2@h/d"), known("postgresql://u:***@h/d"), id="at-in-password"
        ),
        pytest.param(
            known("postgresql://u:hun/ter2@h:x/d"), known("postgresql://u:***@h:x/d"), id="unreadable"
        ),
        pytest.param(
            known("postgresql://h/d?password=hunter2&a=1"),
            known("postgresql://h/d?password=***&a=1"),
            id="query",
        ),
        pytest.param(known("postgresql://h/d"), known("postgresql://h/d"), id="none"),
        pytest.param(
            Text(("postgresql://u:hunter2@", UNKNOWN, "/d"), AT),
            Text(("postgresql://u:***@", UNKNOWN, "/d"), AT),
            id="text",
        ),
        pytest.param(
            Text(("postgresql://u:hun", UNKNOWN, "er2@h"), AT),
            Text(("postgresql://u:***", UNKNOWN, "***@h"), AT),
            id="mixed",
        ),
        pytest.param(
            Text(("postgresql://u:", env("PW", known("hunter2")), "@h"), AT),
            Text(("postgresql://u:", env("PW", known("***")), "@h"), AT),
            id="default",
        ),
        pytest.param(
            env("U", known("postgresql://u:hunter2@h")), env("U", known("postgresql://u:***@h")), id="env"
        ),
    ],
)
def test_passwords_are_never_shown(value: Value, shown: Value) -> None:
    url = read(value)
    assert url.value == shown
    assert "hunter2" not in repr(url)


@pytest.mark.parametrize(
    ("password", "found"),
    [
        pytest.param("hunter2", True, id="real"),
        pytest.param("S3cr3t!xyz", True, id="strong"),
        pytest.param("", False, id="empty"),
        pytest.param("u", False, id="user"),
        pytest.param("changeme", False, id="placeholder"),
        pytest.param("<password>", False, id="brackets"),
        pytest.param("your-password", False, id="your"),
        pytest.param("xxxx", False, id="same"),
        pytest.param("shop_password", False, id="database-password"),
    ],
)
def test_literal_passwords_are_found_unless_nobody_means_them(password: str, *, found: bool) -> None:
    assert (read(known(f"postgresql://u:{password}@h/shop")).password_at is not None) is found
    assert (
        read(Text((f"postgresql://u:{password}@", UNKNOWN, "/shop"), AT)).password_at is not None
    ) is found


@pytest.mark.parametrize(
    ("user", "database", "found"),
    [
        pytest.param("shop_test", "x", False, id="user-for-tests"),
        pytest.param("x", "shop-dev", False, id="database-for-development"),
        pytest.param("shop_live", "x", True, id="another-ending"),
        pytest.param("attest", "x", True, id="part-of-a-word"),
    ],
)
def test_passwords_called_like_what_tests_use(user: str, database: str, *, found: bool) -> None:
    assert (read(known(f"postgresql://{user}:shop@h/{database}")).password_at is not None) is found


def test_a_password_without_a_place_or_from_elsewhere_is_no_literal() -> None:
    assert read(Known("postgresql://u:hunter2@h", Default("x"))).password_at is None
    assert read(Text(("postgresql://u:", UNKNOWN, "@h"), AT)).password_at is None
    assert (
        read(OneOf((Alternative(UNKNOWN), Alternative(known("postgresql://u:hunter2@h"))))).password_at == AT
    )


def test_text_with_unknown_parts() -> None:
    host = env("DB_HOST", known("localhost"))
    port = env("DB_PORT", known("5432"))
    url = read(
        Text(
            ("postgresql+asyncpg://", env("U"), ":", env("P"), "@", host, ":", port, "/shop?ssl=", UNKNOWN),
            AT,
        )
    )
    assert url.driver == known("postgresql+asyncpg")
    assert url.host == host
    assert url.port == env("DB_PORT", known(5432), "")
    assert url.database == known("shop")
    assert [(each.name, each.value) for each in url.query] == [("ssl", UNKNOWN)]
    assert url.variables == ("U", "P", "DB_HOST", "DB_PORT")


@pytest.mark.parametrize(
    ("value", "driver", "host"),
    [
        pytest.param(Text(("postgresql://", UNKNOWN, "/d"), AT), known("postgresql"), UNKNOWN, id="netloc"),
        pytest.param(
            Text(("postgresql://", env("H"), "/d"), AT), known("postgresql"), env("H"), id="env-host"
        ),
        pytest.param(
            Text(("postgresql://db-", UNKNOWN, ":1/d"), AT),
            known("postgresql"),
            Text(("db-", UNKNOWN), AT),
            id="half",
        ),
        pytest.param(Text((UNKNOWN, "/d"), AT), UNKNOWN, UNKNOWN, id="base"),
        pytest.param(
            Text((env("B"), "/d"), AT),
            env("B", None, "driver of the URL"),
            env("B", None, "host of the URL"),
            id="env",
        ),
        pytest.param(
            Text((env("B", known("postgresql://h")), "/d"), AT),
            env("B", known("postgresql"), "driver of the URL"),
            env("B", known("h"), "host of the URL"),
            id="env-default",
        ),
        pytest.param(
            Text((env("B", Text(("postgresql://", UNKNOWN), AT)), ":1/", env("D")), AT),
            env("B", known("postgresql"), "driver of the URL"),
            env("B", UNKNOWN, "host of the URL"),
            id="env-text",
        ),
        pytest.param(Text((UNKNOWN, "://h/d"), AT), UNKNOWN, known("h"), id="driver"),
        pytest.param(
            Text(("postgresql+", UNKNOWN, "://h"), AT),
            Text(("postgresql+", UNKNOWN), AT),
            known("h"),
            id="dbapi",
        ),
        pytest.param(Text(("postgresql://", "h"), AT), known("postgresql"), known("h"), id="no-unknown"),
        pytest.param(
            Text(("shop", UNKNOWN), AT),
            Unknown("no URL that SQLAlchemy can read", AT),
            Unknown("no URL that SQLAlchemy can read", AT),
            id="no-url",
        ),
        pytest.param(
            known("shop"),
            Unknown("no URL that SQLAlchemy can read", AT),
            Unknown("no URL that SQLAlchemy can read", AT),
            id="no-url-whole",
        ),
        pytest.param(
            known("postgresql://h:x/d"),
            known("postgresql"),
            Unknown("no URL that SQLAlchemy can read", AT),
            id="port",
        ),
        pytest.param(
            known(None), Unknown("the URL is no text", AT), Unknown("the URL is no text", AT), id="none"
        ),
        pytest.param(UNKNOWN, UNKNOWN, UNKNOWN, id="unknown"),
        pytest.param(
            env("U", known("postgresql://h")),
            env("U", known("postgresql"), "driver of the URL"),
            env("U", known("h"), "host of the URL"),
            id="default",
        ),
    ],
)
def test_driver_and_host(value: Value, driver: Value, host: Value) -> None:
    url = read(value)
    assert (url.driver, url.host) == (driver, host)


def test_a_driver_and_a_variable_with_the_rest() -> None:
    url = read(Text(("postgresql+asyncpg://", env("REST", known("u:hunter2@db:6432/shop"))), AT))
    assert url.driver == known("postgresql+asyncpg")
    assert url.host == env("REST", known("db"), "host of the URL")
    assert url.port == env("REST", known(6432), "port of the URL")
    assert "hunter2" not in repr(url)
    bare = read(Text(("postgresql://", env("REST")), AT))
    assert (bare.driver, bare.host) == (known("postgresql"), env("REST", None, "host of the URL"))


def test_an_unknown_alone_may_hold_everything() -> None:
    url = read(Text(("postgresql://", UNKNOWN), AT))
    assert (url.host, url.port, url.database) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert read(Text(("postgresql://", UNKNOWN, "/shop"), AT)).database == known("shop")


def test_parameters_of_a_default_and_of_alternatives() -> None:
    first = read(env("U", known("postgresql://h/d?sslmode=require")))
    assert first.query[0].value == env("U", known("require"), "sslmode of the URL")
    both = read(
        OneOf((Alternative(known("postgresql://h/d?a=1"), "x"), Alternative(known("sqlite://"), "not x")))
    )
    assert both.driver == OneOf(
        (Alternative(known("postgresql"), "x"), Alternative(known("sqlite"), "not x"))
    )
    assert isinstance(both.query[0].value, OneOf)
    assert both.query[0].value.values == (known("1"), Unknown("not in every URL that it can be", AT))


def test_a_dict_is_no_url() -> None:
    assert read(Record((), AT)).driver == Unknown("the URL is no text", AT)


@pytest.mark.parametrize(
    "convert",
    [
        pytest.param("replace('postgres://', 'postgresql+asyncpg://')", id="slashes"),
        pytest.param("replace('postgres://', 'postgresql+asyncpg://', 1)", id="once"),
        pytest.param("replace('postgres:', 'postgresql+asyncpg:')", id="colon"),
    ],
)
def test_a_replacement_tells_the_driver(convert: str) -> None:
    url = read(env("U", None, convert))
    assert isinstance(url.driver, OneOf)
    assert url.driver.values == (known("postgresql+asyncpg"), env("U", None, "driver of the URL"))
    assert url.host == env("U", None, "host of the URL")


@pytest.mark.parametrize(
    "convert",
    [
        pytest.param("replace('a', 'b')", id="no-scheme"),
        pytest.param("replace('@localhost', 'postgresql://')", id="not-at-the-beginning"),
        pytest.param("int", id="another"),
    ],
)
def test_other_conversions_tell_no_driver(convert: str) -> None:
    assert read(env("U", None, convert)).driver == env("U", None, "driver of the URL")


def test_a_scheme_before_an_unknown() -> None:
    url = read(Text(("postgresql+asyncpg:", UNKNOWN), AT))
    assert url.driver == known("postgresql+asyncpg")
    assert isinstance(url.host, Unknown)


def test_defaults_of_defaults() -> None:
    base = env("A", env("B", known("postgresql+asyncpg://")))
    url = read(Text((base, env("C", known("u@db/shop"))), AT))
    assert url.driver == env("A", known("postgresql+asyncpg"), "driver of the URL")
    assert url.host == env("A", known("db"), "host of the URL")


NAMES = st.text("abcXYZ019_.-%", max_size=6)
WORDS = st.text("abcXYZ019_.-", min_size=1, max_size=6)


@given(
    driver=st.sampled_from(["postgresql", "postgresql+asyncpg", "sqlite"]),
    user=st.none() | st.tuples(NAMES, st.none() | st.text("abc:/%?19", max_size=6)),
    host=st.just("") | WORDS | st.just("[::1]"),
    port=st.none() | st.integers(0, 99999),
    database=st.none() | st.text("abc/:@19%", max_size=6),
    query=st.none() | st.dictionaries(WORDS, WORDS, max_size=2),
)
def test_our_division_of_a_url_is_that_of_sqlalchemy(
    *,
    driver: str,
    user: tuple[str, str | None] | None,
    host: str,
    port: int | None,
    database: str | None,
    query: dict[str, str] | None,
) -> None:
    text = f"{driver}://"
    if user is not None:
        text += user[0] + ("" if user[1] is None else f":{user[1]}") + "@"
    text += host + ("" if port is None else f":{port}") + ("" if database is None else f"/{database}")
    text += "" if query is None else "?" + "&".join(f"{key}={value}" for key, value in query.items())
    parts = url_parts.split(text)
    try:
        url = make_url(text)
    except ValueError:
        return
    assert parts is not None
    unquoted = [None if raw is None else unquote(raw) for raw in (parts.username, parts.password)]
    assert (parts.driver, unquoted) == (url.drivername, [url.username, url.password])
    assert parts.host == url.host
    assert (int(parts.port) if parts.port else None) == (url.port or None if parts.port is None else url.port)
    assert (None if parts.database is None else unquote(parts.database)) == url.database
    assert dict(parts.query) == dict(url.query)


def test_parameters_and_neighbours_of_unknowns() -> None:
    url = read(Text(("postgresql://", UNKNOWN, "/d?sslmode=require&password=hunter2"), AT))
    assert [each.value for each in url.query] == [known("require"), known("***")]
    url = read(Text((env("A", known("postgresql://")), UNKNOWN, UNKNOWN, "/d"), AT))
    assert url.driver == env("A", known("postgresql"), "driver of the URL")
