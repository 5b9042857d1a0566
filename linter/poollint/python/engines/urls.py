"""A value that is a database URL -> its parts, with passwords masked."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias, assert_never
from urllib.parse import unquote

from poollint.facts import Argument, Url
from poollint.python.engines import url_parts
from poollint.python.engines.url_parts import HIDDEN, Parts
from poollint.source import Span
from poollint.values import (
    Alternative,
    FromEnv,
    Known,
    OneOf,
    Origin,
    Record,
    Text,
    Unknown,
    Value,
    mapped,
    one_of,
    origin_of,
)

_SCHEME = re.compile(r"([\w+]+):/{0,2}")
_REPLACED = re.compile(r"replace\('([^']*:(?://)?)', '([\w+]+):(?://)?'")

Hole: TypeAlias = FromEnv | Unknown


def read_url(value: Value, at: Span) -> Url:
    """The URL that a value is worth, at the place of the argument that gives it.

    What cannot be read is Unknown with its reason.
    """
    url = _read(value, at)
    return replace(url, variables=tuple(dict.fromkeys(variables(value))))


def variables(value: Value) -> Iterator[str]:
    """All environment variables that a value or any part of it comes from, in order of their weight."""
    match value:
        case FromEnv():
            yield from value.variables
            if value.default is not None:
                yield from variables(value.default)
        case OneOf():
            for each in value.values:
                yield from variables(each)
        case Text():
            for part in value.parts:
                if not isinstance(part, str):
                    yield from variables(part)
        case _:
            return


def _read(value: Value, at: Span) -> Url:
    match value:
        case Known(value=str() as text):
            return _whole(text, value, at)
        case Known() | Record():
            return _nothing(Unknown("the URL is no text", value.origin), at)
        case FromEnv():
            return _from_environment(value, at)
        case OneOf():
            return _alternatives(value, at)
        case Text():
            return _partial(value, at)
        case Unknown():
            return _nothing(value, at)
        case _:
            assert_never(value)


def _nothing(why: Unknown, at: Span) -> Url:
    return Url(at, why, why, why, why, why)


def _whole(text: str, value: Known, at: Span) -> Url:
    shown = replace(value, value=url_parts.masked(text))
    url = url_parts.whole(text)
    if url is None:
        raw = url_parts.split(text)
        why = Unknown("no URL that SQLAlchemy can read", value.origin)
        driver = why if raw is None else replace(value, value=raw.driver)
        return Url(at, shown, driver, why, why, why)
    found = Url(
        at,
        shown,
        replace(value, value=url.driver),
        replace(value, value=url.host),
        replace(value, value=None if url.port is None else int(url.port)),
        replace(value, value=url.database or None),
        tuple(
            Argument(
                key,
                replace(value, value=_secret(key, each)),
                at,
            )
            for key, each in url.query
        ),
        password_at=_literal_password(url.password or "", url.username, url.database, value.origin),
    )
    return _with_query_host(found)


def _secret(key: str, value: str) -> str:
    return HIDDEN if key.lower() in {"password", "passwd", "sslpassword"} else value


def _literal_password(
    password: str, username: str | None, database: str | None, origin: Origin
) -> Span | None:
    placeholder = url_parts.is_placeholder(password, username or "", database or "")
    return None if placeholder or not isinstance(origin, Span) else origin


def _with_query_host(url: Url) -> Url:
    """libpq's form `postgresql:///db?host=/socket`: the parameters name the server."""
    if not (isinstance(url.host, Known) and url.host.value is None):
        return url
    given = {argument.name: argument.value for argument in url.query}
    host, port = given.get("host", url.host), given.get("port", url.port)
    if isinstance(host, Known) and isinstance(host.value, str) and not host.value.startswith("/"):
        name, colon, number = host.value.rpartition(":")
        if colon and "," not in host.value:
            host, port = replace(host, value=name), replace(host, value=number)
    return replace(url, host=host, port=_number(port))


def _number(value: Value) -> Value:
    def to_int(known: Known) -> Value:
        text = str(known.value)
        if known.value is None or isinstance(known.value, int):
            return known
        return (
            replace(known, value=int(text)) if text.isdecimal() else Unknown("no port number", known.origin)
        )

    if isinstance(value, FromEnv):
        default = None if value.default is None else _number(value.default)
        return replace(value, default=default)
    return mapped(value, to_int, "int")


def _from_environment(value: FromEnv, at: Span) -> Url:
    inner = None if value.default is None else _read(value.default, at)

    def part(of: Callable[[Url], Value], name: str) -> Value:
        return FromEnv(value.variables, None if inner is None else of(inner), name, value.origin)

    driver = part(lambda url: url.driver, "driver of the URL")
    return Url(
        at,
        replace(value, default=None if inner is None else inner.value),
        driver if inner is not None else _replaced_driver(value, driver),
        part(lambda url: url.host, "host of the URL"),
        part(lambda url: url.port, "port of the URL"),
        part(lambda url: url.database, "database of the URL"),
        tuple(
            replace(each, value=FromEnv(value.variables, each.value, f"{each.name} of the URL", value.origin))
            for each in (inner.query if inner else ())
        ),
        password_at=inner.password_at if inner else None,
    )


def _replaced_driver(value: FromEnv, driver: Value) -> Value:
    """`url.replace("postgres://", "postgresql+asyncpg://")`: that driver, or the variable's own."""
    match = _REPLACED.match(value.convert)
    if match is None:
        return driver
    wanted = Alternative(Known(match[2], value.origin), f"{value.variable} begins with {match[1]}")
    return one_of([wanted, Alternative(driver)])


def _alternatives(value: OneOf, at: Span) -> Url:
    urls = [(each.condition, _read(each.value, at)) for each in value.alternatives]

    def merge(of: Callable[[Url], Value]) -> Value:
        return one_of(Alternative(of(url), condition) for condition, url in urls)

    names = dict.fromkeys(argument.name for _, url in urls for argument in url.query)
    absent = Unknown("not in every URL that it can be", origin_of(value))

    def parameter(name: str) -> Value:
        return merge(lambda url: next((each.value for each in url.query if each.name == name), absent))

    return Url(
        at,
        merge(lambda url: url.value),
        merge(lambda url: url.driver),
        merge(lambda url: url.host),
        merge(lambda url: url.port),
        merge(lambda url: url.database),
        tuple(Argument(name, parameter(name), at) for name in names),
        password_at=next((url.password_at for _, url in urls if url.password_at), None),
    )


def _partial(value: Text, at: Span) -> Url:
    holes = tuple(part for part in value.parts if not isinstance(part, str))
    numbers = iter(range(len(holes)))
    text = "".join(part if isinstance(part, str) else url_parts.hole(next(numbers)) for part in value.parts)
    if not holes:
        return _whole(text, Known(text, value.origin), at)
    shown = _assemble(url_parts.masked(text), _without_defaults(holes), value.origin)
    parts = url_parts.split(text)
    if parts is None:
        return _behind_base(text, holes, value, shown, at)
    alone = _alone(parts, holes)
    if isinstance(alone, FromEnv) and parts.database is None and not parts.query:
        return replace(_behind_driver(alone, value, at), value=shown)

    def read(raw: str | None) -> Value:
        return _assemble(None if raw is None else unquote(raw), holes, value.origin)

    return _with_query_host(
        Url(
            at,
            shown,
            _assemble(parts.driver, holes, value.origin),
            _assemble(parts.host, holes, value.origin),
            alone if isinstance(alone, Unknown) else _number(read(parts.port)),
            alone if isinstance(alone, Unknown) and parts.database is None else read(parts.database or None),
            tuple(
                Argument(unquote(key), _masked_parameter(key, read(raw)), at)
                for key, raw in parts.query
                if not url_parts.has_hole(key)
            ),
            password_at=_partial_password(parts, value.origin),
        )
    )


def _alone(parts: Parts, holes: tuple[Hole, ...]) -> Hole | None:
    """The unknown that is all there is between `://` and the path: it may hold more than a host."""
    if parts.host is None or parts.username is not None or parts.port is not None:
        return None
    pieces = url_parts.pieces(parts.host)
    return holes[pieces[0]] if len(pieces) == 1 and isinstance(pieces[0], int) else None


def _behind_driver(rest: FromEnv, value: Text, at: Span) -> Url:
    """`driver://` and a variable that holds all the rest; its default may be read."""
    default = _with_defaults(value) if isinstance(rest.default, Known | Text) else None
    likely = FromEnv(rest.variables, default, "part of the URL", value.origin)
    url = _from_environment(likely, at)
    return replace(url, driver=_read(Text((value.prefix,), value.origin), at).driver)


def _partial_password(parts: Parts, origin: Origin) -> Span | None:
    if parts.password is None or url_parts.has_hole(parts.password):
        return None
    return _literal_password(unquote(parts.password), parts.username, parts.database, origin)


def _masked_parameter(key: str, value: Value) -> Value:
    if isinstance(value, Known) and isinstance(value.value, str):
        return replace(value, value=_secret(key, value.value))
    return value


def _behind_base(text: str, holes: tuple[Hole, ...], value: Text, shown: Value, at: Span) -> Url:
    """A text that begins with an unknown: `f"{BASE_URL}/shop"`. The base's default may tell the rest."""
    first = url_parts.pieces(text)[0]
    if isinstance(first, str) and (scheme := _SCHEME.fullmatch(first)):
        unknown = replace(_nothing(Unknown("the rest of a URL", value.origin), at), value=shown)
        return replace(unknown, driver=Known(scheme[1], value.origin))
    if isinstance(first, str):
        return replace(_nothing(Unknown("no URL that SQLAlchemy can read", value.origin), at), value=shown)
    base = holes[first]
    if isinstance(base, Unknown):
        return replace(_nothing(base, at), value=shown)
    default = _with_defaults(value)
    likely = replace(base, default=default, convert=base.convert or "part of the URL")
    return replace(_from_environment(likely, at), value=shown)


def _with_defaults(value: Text) -> Value | None:
    """The text with the environment's defaults put in; None when the first of them has none."""
    filled: list[str | FromEnv | Unknown] = []
    for part in value.parts:
        default = _last_default(part)
        if isinstance(default, Known):
            filled.append(str(default.value))
        elif isinstance(default, Text):
            filled.extend(default.parts)
        else:
            filled.append(part)
    if not isinstance(filled[0], str):
        return None
    return Text(tuple(_joined(filled)), value.origin)


def _last_default(part: str | FromEnv | Unknown) -> Value | None:
    default = part.default if isinstance(part, FromEnv) else None
    while isinstance(default, FromEnv):
        default = default.default
    return default


def _joined(parts: Iterable[str | FromEnv | Unknown]) -> Iterator[str | FromEnv | Unknown]:
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
        text = ""
        yield part
    if text:
        yield text


def _assemble(text: str | None, holes: tuple[Hole, ...], origin: Origin) -> Value:
    pieces = url_parts.pieces(text or "")
    if len(pieces) == 1 and isinstance(pieces[0], int):
        return holes[pieces[0]]
    if not any(isinstance(piece, int) for piece in pieces):
        return Known(text, origin)
    return Text(tuple(piece if isinstance(piece, str) else holes[piece] for piece in pieces), origin)


def _without_defaults(holes: tuple[Hole, ...]) -> tuple[Hole, ...]:
    """The unknowns of a shown URL: a default may be the password itself, so none is shown."""
    return tuple(
        replace(each, default=None if each.default is None else Known(HIDDEN, each.origin))
        if isinstance(each, FromEnv)
        else each
        for each in holes
    )
