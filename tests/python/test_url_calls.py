"""Calls that build or change URLs, as libraries spell them."""

import pytest

from poollint.project import Project
from poollint.python.code import ProjectCode
from poollint.source import Span
from poollint.values import FromEnv, Known, OneOf, Text, Unknown, Value

AT = Span("app.py", 1, 1, 1, 1)
HEAD = """
import os
from sqlalchemy import URL, make_url
from pydantic import PostgresDsn, SecretStr
from pydantic_core import MultiHostUrl
from other import f
U = os.environ["U"]
D = os.getenv("D", "postgresql://h/d")
H = os.getenv("H")
"""
U = FromEnv(("U",), None, "", AT)
REST = "rest of the URL"


def known(value: str) -> Known:
    return Known(value, AT)


def text(*parts: str | FromEnv | Unknown) -> Text:
    return Text(parts, AT)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param(
            "URL.create('postgresql', 'u', 'p@w', 'h', 5, 'd')", known("postgresql://u:p%40w@h:5/d"), id="all"
        ),
        pytest.param("URL.create('postgresql', database='d')", known("postgresql:///d"), id="no-host"),
        pytest.param("URL.create('sqlite', database=None)", known("sqlite://"), id="none"),
        pytest.param(
            "URL.create('postgresql', username=U, host='h')", text("postgresql://", U, "@h"), id="environment"
        ),
        pytest.param(
            "URL.create('postgresql', host=H)",
            text("postgresql://", FromEnv(("H",), None, "", AT)),
            id="default-none",
        ),
        pytest.param(
            "URL.create('postgresql', host='h', port=int(os.getenv('P', '5')))",
            text("postgresql://h:", FromEnv(("P",), known("5"), "int", AT)),
            id="default-number",
        ),
        pytest.param(
            "make_url(f'{f(1)}').set(drivername='postgresql')",
            text("postgresql://", Unknown("an object as a text", AT)),
            id="driver-of-a-hole",
        ),
        pytest.param(
            "URL.create('postgresql', host='h', query={'a': 'b c', 'd': U})",
            text("postgresql://h?a=b c&d=", U),
            id="query",
        ),
        pytest.param(
            "URL.create('postgresql', host='h', query={})", known("postgresql://h"), id="empty-query"
        ),
        pytest.param(
            "URL.create('postgresql', host='h', query='a=b')", known("postgresql://h?a=b"), id="query-text"
        ),
        pytest.param(
            "URL.create('postgresql', host=f)",
            text("postgresql://", Unknown("a part that is an object", AT)),
            id="object",
        ),
        pytest.param("URL.create(host='h')", text(Unknown("no driver is given", AT), "://h"), id="no-driver"),
        pytest.param(
            "URL.create('postgresql', **f())",
            text("postgresql://", Unknown("what other.f gives", AT)),
            id="rest",
        ),
        pytest.param("URL.create(**f())", Unknown("what other.f gives", AT), id="only-rest"),
        pytest.param(
            "PostgresDsn.build(scheme='postgresql', user='u', host='h', path='/d')",
            known("postgresql://u@h/d"),
            id="pydantic-1",
        ),
        pytest.param(
            "MultiHostUrl.build(scheme='postgresql', username='u', host='h', path=f'/{U}')",
            text("postgresql://u@h/", U),
            id="pydantic-2",
        ),
        pytest.param(
            "str(PostgresDsn.build(scheme='postgresql', host='h'))", known("postgresql://h"), id="str"
        ),
        pytest.param(
            "PostgresDsn.build(scheme='a', host='h').unicode_string()", known("a://h"), id="unicode"
        ),
        pytest.param("SecretStr('a').get_secret_value()", known("a"), id="secret"),
        pytest.param(
            "make_url('postgresql://h').render_as_string(hide_password=False)",
            known("postgresql://h"),
            id="render",
        ),
        pytest.param("make_url('a://h/d').set(drivername='b')", known("b://h/d"), id="set"),
        pytest.param("make_url(f'a://{U}/d').set(drivername='b')", text("b://", U, "/d"), id="set-text"),
        pytest.param(
            "make_url(U).set(drivername='b')",
            text("b://", FromEnv(("U",), None, REST, AT)),
            id="set-environment",
        ),
        pytest.param(
            "make_url(D).set(drivername='b')",
            text("b://", FromEnv(("D",), known("h/d"), REST, AT)),
            id="set-default",
        ),
        pytest.param(
            "make_url('x').set(drivername='b')",
            text("b://", Unknown("the rest of a URL", AT)),
            id="set-no-url",
        ),
        pytest.param(
            "make_url('a://h').set(host='x')",
            text("a://", Unknown("a URL that is changed", AT)),
            id="set-host",
        ),
        pytest.param(
            "make_url(f'a://{U}').set(database='x')",
            text("a://", Unknown("a URL that is changed", AT)),
            id="set-text-host",
        ),
        pytest.param(
            "make_url(U).set(host='x')", Unknown("a URL that is changed", AT), id="set-unknown-host"
        ),
    ],
)
def test_urls(expression: str, value: Value) -> None:
    project = Project.of({"app.py": f"{HEAD}x = {expression}\n"})
    assert ProjectCode((), project).constants("app.py", {})["x"] == value


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("f.URL.create('postgresql')", id="other-library"),
        pytest.param("'a'.encode_url()", id="method"),
    ],
)
def test_other_calls(expression: str) -> None:
    project = Project.of({"app.py": f"{HEAD}x = {expression}\n"})
    assert isinstance(ProjectCode((), project).constants("app.py", {})["x"], Unknown)


def test_too_many_possibilities_cost_the_account_first() -> None:
    many = "\n".join(
        f"{name} = '{name}1' if f() else '{name}2' if f() else '{name}3'" for name in ("u", "p", "h")
    )
    built = "URL.create('a' if f() else 'b', username=u, password=p, host=h)"
    project = Project.of({"app.py": f"{HEAD}{many}\nx = {built}\n"})
    value = ProjectCode((), project).constants("app.py", {})["x"]
    assert isinstance(value, OneOf)
    assert {text.prefix.partition(":")[0] for text in value.values if isinstance(text, Text)} == {"a", "b"}


def test_yarl() -> None:
    project = Project.of({"app.py": "from yarl import URL\nx = URL('a://h/d').with_port(5)\n"})
    value = ProjectCode((), project).constants("app.py", {})["x"]
    assert value == text("a://", Unknown("a URL that is changed", AT))


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        pytest.param("make_url(f())", (), id="nothing known"),
        pytest.param("make_url(f()).set(drivername='mysql')", ("mysql://", "?"), id="the driver is set"),
        pytest.param(
            "URL.create('mysql', f() or 'u', None, *[x for x in f()])", ("mysql://", "?"), id="open arguments"
        ),
    ],
)
def test_urls_of_unknown_texts(expression: str, parts: tuple[str, ...]) -> None:
    value = ProjectCode((), Project.of({"app.py": f"{HEAD}x = {expression}\n"})).constants("app.py", {})["x"]
    found = value.parts if isinstance(value, Text) else ()
    assert tuple("?" if isinstance(part, Unknown) else part for part in found) == parts


def test_a_url_of_many_possibilities_keeps_its_driver() -> None:
    either = "('a' if f() else 'b' if f() else 'c')"
    where = f"username={either}, host={either}, port={either}, database={either}"
    code = f"{HEAD}x = URL.create('mysql', {where}) if f() else 'sqlite:///' + {either}\n"
    value = ProjectCode((), Project.of({"app.py": code})).constants("app.py", {})["x"]
    assert isinstance(value, OneOf)
    firsts = {
        each.parts[0] if isinstance(each, Text) else str(getattr(each, "value", ""))[:10]
        for each in value.values
    }
    assert {str(first).partition("://")[0] for first in firsts} == {"mysql", "sqlite"}
