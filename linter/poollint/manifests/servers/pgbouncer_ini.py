"""`pgbouncer.ini` -> Pooler: settings, routes of `[databases]`, users, and files that it includes.

The format is PgBouncer's own (doc/config.md): `key = value` lines, `;` and `#` comments at the
beginning of a line, `%include FILE`, and connection strings in `[databases]` and `[users]`.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from poollint.catalogue.pgbouncer import scopes
from poollint.facts import UNKNOWN_RELEASE, Argument, Pooler, PoolerUser, Route
from poollint.frozen import frozen
from poollint.manifests.servers.configurations import UNRUN
from poollint.manifests.servers.poolers import PGBOUNCER, default_of, mode_of, number_or_text
from poollint.manifests.servers.settings import whole_number
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Default, Known, Unknown, Value

_PAIR = re.compile(r"(?<![\w.])(?P<key>[\w.]++)\s*+=\s*+(?:'(?P<quoted>(?:[^']|'')*+)'|(?P<plain>[^\s']*))")
_LINE = re.compile(r"\s*(?P<key>\"[^\"]+\"|[^\s=]+)\s*=\s*(?P<value>.*)")
_TEMPLATE = re.compile(r"\$\{|\{\{|\$\(|<%|^\$\w")
_OF_THE_SERVER = frozenset({"host", "port", "dbname", "user", "password"})
INCLUDES_AT_MOST = 10
"""Files within each other."""
FILES_AT_MOST = 50
LINES_AT_MOST = 20_000
LONGEST_LINE = 10_000


@frozen
class _Line:
    section: str
    key: str
    value: str
    at: Span


@dataclass(slots=True)
class _Place:
    """Where reading stands: an included file goes on in the section, and is itself left there."""

    section: str = ""
    lines: int = 0
    files: int = 0


def read(files: Iterable[SourceFile], lookup: Lookup) -> Iterator[Pooler | Skipped]:
    """One pooler a file; what is no setting is skipped with its line."""
    together = tuple(files)
    included: set[str] = set()
    found: dict[str, list[Pooler | Skipped]] = {}
    for file in together:
        found[file.path] = [*configuration(file, lookup, included)]
    for path, facts in found.items():
        if path not in included:
            yield from facts


def configuration(
    file: SourceFile, lookup: Lookup, included: set[str], at: Span | None = None, scope: str = ""
) -> Iterator[Pooler | Skipped]:
    """The pooler of one text. `included` collects the paths of files that it includes."""
    lines: list[_Line] = []
    for each in _lines(file, lookup, included, _Place(), INCLUDES_AT_MOST):
        if isinstance(each, Skipped):
            yield each
        else:
            lines.append(each)
    yield _pooler(file, lines, at or file.whole(), scope)


def _lines(
    file: SourceFile, lookup: Lookup, included: set[str], place: _Place, depth: int
) -> Iterator[_Line | Skipped]:
    for number, text in enumerate(file.lines(), 1):
        stripped = text.strip()
        at = Span(file.path, number, len(text) - len(text.lstrip()) + 1, number, len(text.rstrip()) + 1)
        place.lines += 1
        if place.lines > LINES_AT_MOST or len(text) > LONGEST_LINE:
            why = f"more than {LINES_AT_MOST:,} lines, or one of more than {LONGEST_LINE:,} characters"
            yield Skipped(at, why)
            return
        if not stripped or stripped[0] in ";#":
            continue
        if stripped.startswith("%include"):
            name = stripped.removeprefix("%include").strip().strip("\"'")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), name))
            place.files += 1
            found = lookup(path) if depth and place.files <= FILES_AT_MOST else None
            if found is None:
                yield Skipped(at, f"includes {name[:80]}, which is not in the project", expected=True)
            else:
                included.add(path)
                yield from _lines(found, lookup, included, place, depth - 1)
        elif stripped.startswith("["):
            place.section = stripped.strip("[] ").lower()
        elif (match := _LINE.match(stripped)) is not None:
            yield _Line(place.section, match["key"].strip('"'), match["value"], at)
        else:
            yield Skipped(at, f"not a 'key = value' line: {stripped[:40]}")


def _pooler(file: SourceFile, lines: list[_Line], at: Span, scope: str) -> Pooler:
    given = {
        line.key: Argument(line.key, _value(line.value, line.at), line.at)
        for line in lines
        if line.section == "pgbouncer"
    }
    mode, port = given.get("pool_mode"), given.get("listen_port")
    return Pooler(
        at=at,
        product=PGBOUNCER,
        name=posixpath.basename(posixpath.dirname(file.path)) or PGBOUNCER,
        version=UNKNOWN_RELEASE,
        mode=mode_of(mode.value) if mode else default_of("pool_mode", None, UNKNOWN_RELEASE, at),
        instances=Unknown(UNRUN, at),
        port=port.value if port else default_of("listen_port", None, UNKNOWN_RELEASE, at),
        settings=tuple(given.values()),
        routes=tuple(_route(line) for line in lines if line.section == "databases"),
        scope=scope,
        users=tuple(
            PoolerUser(line.key, line.at, _arguments(_pairs(line), line))
            for line in lines
            if line.section == "users"
        ),
    )


def _value(text: str, at: Span) -> Value:
    if _TEMPLATE.search(text):
        return Unknown("filled in when the configuration is made", at)
    return number_or_text(Known(text, at))


def _pairs(line: _Line) -> dict[str, str]:
    return {
        match["key"]: match["plain"] if match["quoted"] is None else match["quoted"].replace("''", "'")
        for match in _PAIR.finditer(line.value)
    }


def _arguments(pairs: dict[str, str], line: _Line) -> tuple[Argument, ...]:
    values = {key: _value(text, line.at) for key, text in pairs.items() if key not in _OF_THE_SERVER}
    return tuple(
        Argument(key, mode_of(value) if key == "pool_mode" else value, line.at)
        for key, value in values.items()
    )


def _route(line: _Line) -> Route:
    pairs = _pairs(line)
    unnamed = Unknown("the one that the client asks for", line.at)
    named: Value = unnamed if line.key == "*" else Known(line.key, line.at)
    return Route(
        name=line.key,
        host=_host(pairs, line),
        port=whole_number(pairs["port"], line.at) if "port" in pairs else _port(),
        database=_value(pairs["dbname"], line.at) if "dbname" in pairs else named,
        at=line.at,
        settings=_arguments(pairs, line),
    )


def _port() -> Value:
    record = scopes()["database"]
    return whole_number(record.defaults["port"], Default("PgBouncer", record.source[0]))


def _host(pairs: dict[str, str], line: _Line) -> Value:
    if "host" not in pairs:
        return Unknown("a Unix socket", line.at)
    if "," in pairs["host"]:
        return Unknown("several hosts in turn", line.at)
    return _value(pairs["host"], line.at)
