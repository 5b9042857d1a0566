"""What a report must not print."""

import pytest

from poollint.manifests.masking import masked
from poollint.source import Span
from poollint.values import Alternative, FromEnv, Known, Text, Unknown, Value, one_of

AT = Span("a", 1, 1, 1, 1)
UNKNOWN = Unknown("w", AT)


def known(value: str | float) -> Known:
    return Known(value, AT)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("DB_PASSWORD", known("hunter2"), known("***"), id="password"),
        pytest.param("db-password", known("hunter2"), known("***"), id="password as a key"),
        pytest.param("SECRET_KEY", known("hunter2"), known("***"), id="key"),
        pytest.param("apiKey", known("hunter2"), known("***"), id="key in camel case"),
        pytest.param("DB_PASSWORD", known(""), known(""), id="no password"),
        pytest.param("TOKEN", known("3600"), known("3600"), id="number"),
        pytest.param("TOKEN", known(3600), known(3600), id="number in YAML"),
        pytest.param("DB_PASSWORD_FILE", known("/run/secret"), known("/run/secret"), id="file"),
        pytest.param("PRIMARY_KEY_TYPE", known("uuid"), known("uuid"), id="a key of another kind"),
        pytest.param("U", known("postgresql://a:b@h/d"), known("postgresql://a:***@h/d"), id="URL"),
        pytest.param("U", known("postgresql://a:b:c@h/d"), known("postgresql://a:***@h/d"), id="colon in it"),
        pytest.param(
            "U", known("postgresql://a@h:5432/d"), known("postgresql://a@h:5432/d"), id="no password in URL"
        ),
        pytest.param("U", known("http://h:80/?q=a@b"), known("http://h:80/?q=a@b"), id="no user"),
        pytest.param("U", known("a:b@c"), known("a:b@c"), id="no URL"),
        pytest.param("U", Text(("p://a:b@", UNKNOWN), AT), Text(("p://a:***@", UNKNOWN), AT), id="text"),
        pytest.param(
            "PASSWORD",
            FromEnv(("P",), known("x"), "", AT),
            FromEnv(("P",), known("***"), "", AT),
            id="default",
        ),
        pytest.param(
            "PASSWORD", FromEnv(("P",), None, "", AT), FromEnv(("P",), None, "", AT), id="no default"
        ),
        pytest.param(
            "PASSWORD",
            one_of([Alternative(known("x")), Alternative(UNKNOWN)]),
            one_of([Alternative(known("***")), Alternative(UNKNOWN)]),
            id="alternatives",
        ),
        pytest.param("PASSWORD", UNKNOWN, UNKNOWN, id="unknown"),
    ],
)
def test_masked(name: str, value: Value, expected: Value) -> None:
    assert masked(name, value) == expected
