"""Tables of SQLAlchemy's pools against the installed SQLAlchemy."""

from inspect import Parameter, signature

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import pool
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from poollint.python.engines import url_parts
from poollint.python.engines.pool_classes import (
    ASYNC,
    DEFAULTS,
    IN_MEMORY,
    SYNC,
    ask_sqlalchemy,
    class_for,
)

CLASSES = {name for name in vars(pool) if name.endswith("Pool") and name != "Pool"}
PLACES = ("", "/", "/file", "/:memory:", "/f?mode=memory", "/f?mode=rw", "/f?mode=memory&mode=memory")


def test_every_class_is_known() -> None:
    assert DEFAULTS.keys() == CLASSES


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_defaults_are_those_of_the_constructors(name: str) -> None:
    cls = getattr(pool, name)
    found = {
        parameter.name: parameter.default
        for each in reversed(cls.__mro__[:-1])
        for parameter in signature(each.__init__).parameters.values()
        if parameter.default is not Parameter.empty
    }

    assert found.pop("reset_on_return") is True
    assert {**found, "reset_on_return": "rollback"} == found | dict(DEFAULTS[name])
    assert not {"pool_size", "max_overflow", "timeout", "use_lifo"} & (found.keys() - DEFAULTS[name].keys())


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("driver", sorted({*SYNC, *ASYNC, *IN_MEMORY}))
def test_classes_are_those_of_the_dialects(driver: str, place: str, *, is_async: bool) -> None:
    url = f"{driver}://{place}"

    assert class_for(url, is_async=is_async) == ask_sqlalchemy(url, is_async=is_async)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("sqlite+pysqlcipher:///file", "SingletonThreadPool", id="a-rare-dialect"),
        pytest.param("postgresql+nobodys://h/d", None, id="an-unknown-driver"),
        pytest.param("nobodys://h/d", None, id="an-unknown-dialect"),
        pytest.param("postgresql://h:x/d", None, id="no-port"),
        pytest.param("x", None, id="no-url"),
    ],
)
def test_what_the_tables_do_not_have(url: str, name: str | None) -> None:
    assert class_for(url, is_async=False) == ask_sqlalchemy(url, is_async=False) == name


_TEXT = st.text(st.sampled_from("ab0:/@?#&=%[]+.-_ \n,;\u0663é\ue000"), max_size=12)
_PORT = st.sampled_from(["", ":", ":5432", ": 1", ":1_0", ":x", ":\u0663"])
_URLS = st.builds(
    "{}://{}{}{}{}{}".format,
    st.sampled_from(["postgresql", "mysql+pymysql", "a-b", "", "é"]),
    st.builds("{}:{}@".format, _TEXT, _TEXT) | _TEXT,
    st.sampled_from(["", "h", "[::1]", "h.d", "%2Ftmp"]),
    _PORT,
    st.builds("/{}".format, _TEXT) | st.just(""),
    st.builds("?{}".format, _TEXT) | st.sampled_from(["", "?a=1&a=2&b=%20", "?a=&b"]),
)


@given(_URLS | _TEXT)
@example("postgresql://u:p%40@h:5432/d%2F?a=1&a=2")
def test_urls_are_divided_as_sqlalchemy_does(text: str) -> None:
    found = url_parts.whole(text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        assert found is None
        return

    assert found is not None
    assert (found.driver, found.username, found.password, found.host, found.database) == (
        url.drivername, url.username, url.password, url.host, url.database,
    )  # fmt: skip
    assert (None if found.port is None else int(found.port)) == url.port
    assert dict(found.query) == {
        key: each if isinstance(each, str) else ",".join(each) for key, each in url.query.items()
    }
