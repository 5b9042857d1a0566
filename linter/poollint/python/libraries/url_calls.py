"""Calls of libraries that build or change a database URL -> the URL as a text."""

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from urllib.parse import quote, quote_plus

from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    WIDEST,
    Abstract,
    Arguments,
    DictRef,
    ExternalCall,
    alternatives,
    each,
    present,
)
from poollint.python.operations.arithmetic import joined_text
from poollint.source import Span
from poollint.values import FromEnv, Known, Text, Unknown

_BUILDERS = (".URL.create", "Dsn.build", "Url.build", "MultiHostUrl.build", ".URL.build")
_SAME = frozenset(
    ["make_url", "SecretStr", "Secret", "DatabaseURL", "AnyUrl", "AnyHttpUrl", "SecretBytes", "PostgresDsn",
     "MySQLDsn", "MariaDBDsn", "MultiHostUrl", "Url", "AsyncPostgresDsn", "CockroachDsn", "AnyUrlOrDsn"]
)  # fmt: skip
_LIBRARIES = ("sqlalchemy.", "pydantic.", "pydantic_core.", "starlette.", "databases.", "sqlmodel.", "yarl.")
_READERS = frozenset(
    ["get_secret_value", "unicode_string", "render_as_string", "encoded_string", "__str__", "__to_string__"]
)  # fmt: skip
_NAMES = {
    "drivername": "drivername", "scheme": "drivername", "username": "username", "user": "username",
    "password": "password", "host": "host", "port": "port", "database": "database", "path": "database",
    "query": "query",
}  # fmt: skip
_POSITIONS = ("drivername", "username", "password", "host", "port", "database", "query")


def url_call(call: ExternalCall, machine: Machine) -> Abstract | None:
    """The text that such a call gives; None for any other call."""
    name = call.name
    if not name.startswith(_LIBRARIES) and call.receiver is None:
        return None
    last = name.rpartition(".")[2]
    if name.endswith(_BUILDERS) or name in {"sqlalchemy.engine.url.URL", "sqlalchemy.engine.URL"}:
        return _built(call.arguments, machine, call.at)
    if call.receiver is not None and last in _READERS:
        return call.receiver
    if call.receiver is not None and last == "get_backend_name":
        return each(call.receiver, lambda one: _backend(one, call.at))
    if call.receiver is not None and last in {"set", "_replace"}:
        return _changed(call.receiver, call.arguments, call.at)
    if call.receiver is not None and last.startswith("with_"):
        return each(call.receiver, lambda one: _only_driver(one, call.at))
    if call.receiver is None and (last in _SAME or name == "yarl.URL"):
        given = call.arguments.get(0, "name_or_url")
        return _parsed(given, call.at) if given is not None and last == "make_url" else given
    return None


def _parsed(given: Abstract, at: Span) -> Abstract:
    """A URL of which nothing is known is one all the same: its driver can be set."""
    return each(given, lambda one: Text((one,), at) if isinstance(one, Unknown) else one)


def _backend(url: Abstract, at: Span) -> Abstract:
    """`postgresql` of `postgresql+asyncpg://...`."""
    match url:
        case Known(value=str() as text, origin=origin) | Text(parts=(str() as text, *_), origin=origin) if (
            "://" in text
        ):
            return Known(text.partition("://")[0].partition("+")[0], origin)
        case _:
            return Unknown("the backend of a URL that is not known", at)


def _built(arguments: Arguments, machine: Machine, at: Span) -> Abstract:
    given: dict[str, Abstract] = dict(zip(_POSITIONS, arguments.positional, strict=False))
    given |= {_NAMES[item.name]: item.value for item in arguments.keywords if item.name in _NAMES}
    if arguments.rest is not None:
        return _with_rest(given, arguments.rest, at)
    return text_of(given, machine, at)


def _with_rest(given: Mapping[str, Abstract], rest: Unknown, at: Span) -> Abstract:
    driver = given.get("drivername")
    return rest if driver is None else joined_text([_plain(driver, at), Known("://", at), rest], at)


def text_of(given: Mapping[str, Abstract], machine: Machine, at: Span) -> Abstract:
    """`driver://user:password@host:port/database?query` of parts; a part that is None is left out."""
    account = [
        _behind("", given.get("username"), at, quoted=True),
        _behind(":", given.get("password"), at, quoted=True),
    ]
    end = Known("@" if {"username", "password"} & given.keys() else "", at)
    parts = [
        _plain(given.get("drivername", Unknown("no driver is given", at)), at),
        Known("://", at),
        *account,
        end,
        _behind("", given.get("host"), at),
        _behind(":", given.get("port"), at),
        _behind("/", _without_slash(given.get("database")), at),
        _query(given.get("query"), machine, at),
    ]
    return joined_text([part for part in _narrowed(parts, at) if part != Known("", at)], at)


_LEAST = (8, 3, 2, 6, 7, 5)
"""The positions of query, password, username, port, database and host among the parts, by their weight."""


def _narrowed(parts: list[Abstract], at: Span) -> list[Abstract]:
    """The parts, with unknowns for some when there are more possibilities than can be told apart."""
    kept = list(parts)
    for index in _LEAST:
        if prod(len(alternatives(part)) for part in kept) > WIDEST:
            kept[index] = Unknown("one of several", at) if len(alternatives(kept[index])) > 1 else kept[index]
    return kept


def _plain(value: Abstract, at: Span) -> Abstract:
    return _behind("", value, at)


def _behind(sign: str, value: Abstract | None, at: Span, *, quoted: bool = False) -> Abstract:
    def one(part: Abstract) -> Abstract:
        match part:
            case Known(value=None):
                return Known("", at)
            case Known(value=str() as text):
                return replace(part, value=sign + (quote(text, safe=" +") if quoted else text))
            case Known():
                return replace(part, value=f"{sign}{part.value}")
            case FromEnv(default=default) if default is not None and isinstance(default, Known):
                plain = None if default.value is None else Known(str(default.value), default.origin)
                return joined_text([Known(sign, at), replace(part, default=plain)], at)
            case Text() | FromEnv() | Unknown():
                return joined_text([Known(sign, at), part], at)
            case _:
                return joined_text([Known(sign, at), Unknown("a part that is an object", at)], at)

    return Known("", at) if value is None else each(present(value), one)


def _without_slash(value: Abstract | None) -> Abstract | None:
    def one(part: Abstract) -> Abstract:
        match part:
            case Known(value=str() as text):
                return replace(part, value=text.lstrip("/"))
            case Text(parts=(str() as first, *others)) if first.startswith("/"):
                return replace(
                    part, parts=(first.lstrip("/"), *others) if first.lstrip("/") else tuple(others)
                )
            case _:
                return part

    return None if value is None else each(value, one)


def _query(value: Abstract | None, machine: Machine, at: Span) -> Abstract:
    if not isinstance(value, DictRef):
        known = isinstance(value, Known) and isinstance(value.value, str) and value.value
        return Known(f"?{known}" if known else "", at)
    content = machine.dict_of(value)
    parts: list[Abstract] = []
    for entry in content.entries:
        parts.append(Known(f"{'&' if parts else '?'}{quote_plus(str(entry.key))}=", at))
        parts.append(_plain(present(entry.value), at))
    return joined_text(parts, at) if parts else Known("", at)


def _changed(url: Abstract, arguments: Arguments, at: Span) -> Abstract:
    """`url.set(drivername=...)`; any other change leaves only the driver certain."""
    changes = {_NAMES.get(item.name, item.name): item.value for item in arguments.keywords}
    driver = changes.pop("drivername", None)
    changed = url if driver is None else each(url, lambda one: _with_driver(one, driver, at))
    if not changes and arguments.rest is None:
        return changed
    return each(changed, lambda one: _only_driver(one, at))


def _with_driver(url: Abstract, driver: Abstract, at: Span) -> Abstract:
    match url:
        case Known(value=str() as text) if "://" in text:
            rest: Abstract = replace(url, value=text[text.index("://") :])
        case Text(parts=(str() as first, *others)) if "://" in first:
            rest = replace(url, parts=(first[first.index("://") :], *others))
        case FromEnv(default=Known(value=str() as text, origin=origin)) if "://" in text:
            behind = Known(text.partition("://")[2], origin)
            rest = joined_text([Known("://", at), replace(url, default=behind, convert=REST)], at)
        case FromEnv():
            rest = joined_text([Known("://", at), replace(url, default=None, convert=REST)], at)
        case Text(parts=(Unknown() as lost,)):
            rest = joined_text([Known("://", at), lost], at)
        case _:
            rest = joined_text([Known("://", at), Unknown("the rest of a URL", at)], at)
    return joined_text([_plain(driver, at), rest], at)


REST = "rest of the URL"
"""The conversion of a variable whose text follows `://` in a URL."""


def _only_driver(url: Abstract, at: Span) -> Abstract:
    rest = Unknown("a URL that is changed", at)
    match url:
        case Known(value=str() as text) if "://" in text:
            return joined_text([Known(f"{text.partition('://')[0]}://", url.origin), rest], at)
        case Text(parts=(str() as first, *_)) if "://" in first:
            return joined_text([Known(f"{first.partition('://')[0]}://", url.origin), rest], at)
        case _:
            return rest
