"""`pgbouncer.ini` -> Pooler: settings, routes of `[databases]`, and files that it includes.

The format is PgBouncer's own (doc/config.md): `key = value` lines, `;` and `#` comments at the
beginning of a line, `%include FILE`, and connection strings in `[databases]`.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from poollint.facts import UNKNOWN_RELEASE, Argument, Pooler, Route
from poollint.manifests.servers.poolers import PGBOUNCER, default_of, number_or_text
from poollint.reading import Lookup, Reader
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Default, Known, Unknown, Value

_PAIR = re.compile(r"(?P<key>[\w.]+)\s*=\s*(?:'(?P<quoted>(?:[^']|'')*)'|(?P<plain>[^\s']*))")
_LINE = re.compile(r"\s*(?P<key>\"[^\"]+\"|[^\s=]+)\s*=\s*(?P<value>.*?)\s*$")
INCLUDES_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class _Line:
    section: str
    key: str
    value: str
    at: Span


def read(files: Iterable[SourceFile], lookup: Lookup) -> Iterator[Pooler | Skipped]:
    """One pooler a file; what is no setting is skipped with its line."""
    for file in files:
        lines: list[_Line] = []
        for each in _lines(file, lookup, "", INCLUDES_AT_MOST):
            if isinstance(each, Skipped):
                yield each
            else:
                lines.append(each)
        yield _pooler(file, lines)


def _lines(file: SourceFile, lookup: Lookup, section: str, depth: int) -> Iterator[_Line | Skipped]:
    for number, text in enumerate(file.lines(), 1):
        stripped = text.strip()
        at = Span(file.path, number, len(text) - len(text.lstrip()) + 1, number, len(text.rstrip()) + 1)
        if not stripped or stripped[0] in ";#":
            continue
        if stripped.startswith("%include"):
            yield from _included(stripped.removeprefix("%include").strip(), at, lookup, section, depth)
        elif stripped.startswith("["):
            section = stripped.strip("[] ").lower()
        elif (match := _LINE.match(text)) is not None:
            yield _Line(section, match["key"].strip('"'), match["value"], at)
        else:
            yield Skipped(at, f"is no 'key = value' line: {stripped[:40]}")


def _included(name: str, at: Span, lookup: Lookup, section: str, depth: int) -> Iterator[_Line | Skipped]:
    path = posixpath.normpath(posixpath.join(posixpath.dirname(at.path), name))
    file = lookup(path) if depth else None
    if file is None:
        yield Skipped(at, f"includes {name}, which is not in the project")
    else:
        yield from _lines(file, lookup, section, depth - 1)


def _pooler(file: SourceFile, lines: list[_Line]) -> Pooler:
    settings = tuple(
        Argument(line.key, number_or_text(Known(line.value, line.at)), line.at)
        for line in lines
        if line.section == "pgbouncer"
    )
    given = {argument.name: argument.value for argument in settings}
    mode = given.get("pool_mode", default_of("pool_mode", None, UNKNOWN_RELEASE, file.whole()))
    name = posixpath.basename(posixpath.dirname(file.path)) or PGBOUNCER
    return Pooler(
        at=file.whole(),
        product=PGBOUNCER,
        name=name,
        version=UNKNOWN_RELEASE,
        mode=mode,
        instances=Unknown("no manifest in the files runs it", file.whole()),
        port=given.get("listen_port"),
        settings=settings,
        routes=tuple(_route(line) for line in lines if line.section == "databases"),
    )


def _route(line: _Line) -> Route:
    pairs = {
        match["key"]: match["plain"] if match["quoted"] is None else match["quoted"].replace("''", "'")
        for match in _PAIR.finditer(line.value)
    }
    return Route(
        name=line.key,
        host=_text(pairs, "host", line, "a Unix socket"),
        port=_port(pairs, line),
        database=Known(pairs.get("dbname", line.key), line.at),
        at=line.at,
        settings=tuple(
            Argument(key, number_or_text(Known(text, line.at)), line.at)
            for key, text in pairs.items()
            if key not in ("host", "port", "dbname", "user", "password")
        ),
    )


def _text(pairs: dict[str, str], key: str, line: _Line, otherwise: str) -> Value:
    return Known(pairs[key], line.at) if key in pairs else Unknown(otherwise, line.at)


def _port(pairs: dict[str, str], line: _Line) -> Value:
    text = pairs.get("port", "")
    return Known(int(text), line.at) if text.isdecimal() else Known(5432, Default("libpq"))


def _is_ini(path: str) -> bool:
    return path.endswith((".ini", ".ini.tmpl", ".cfg", ".conf"))


READER = Reader("pgbouncer.ini", _is_ini, (b"[pgbouncer]",), read)
