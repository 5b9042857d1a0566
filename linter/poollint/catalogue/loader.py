"""TOML tables to frozen records: the record's fields are the schema of its table."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import date
from functools import cache
from pkgutil import get_data
from types import NoneType, UnionType
from typing import Generic, Literal, Protocol, TypeVar, Union, cast, get_args, get_origin

from poollint.frozen import frozen

Confidence = Literal["high", "medium", "low", "unknown"]
"""`high`: read in source code or seen in an experiment; `medium`: official documentation or two
independent secondary sources; `low`: common knowledge, not verified, never grounds for a finding
alone; `unknown`: could not be established."""

FILES: Mapping[str, tuple[str, ...]] = {
    "vendors": (
        *("aws", "azure", "digitalocean", "google", "heroku", "hosted", "mysql", "neon", "networks"),
        *("postgresql", "servers", "sqlalchemy", "supabase"),
    ),
    "poolers": ("images", "operators", "others", "pgbouncer", "session"),
    "drivers": ("mysql", "postgresql", "prepared", "services", "sqlalchemy", "sqlite"),
    "programs": ("queues", "servers"),
    "platforms": ("kubernetes", "serverless"),
}
"""The files of each folder, in the order in which their records come. (`importlib.resources` would list
them, and imports more than the catalogue is.)"""

KINDS: Mapping[str, frozenset[str]] = {
    "vendors": frozenset({"fact", "host", "idle_timeout", "limit", "machine", "reserve", "server"}),
    "poolers": frozenset({"image", "operator", "product", "scope", "session_state", "setting", "startup"}),
    "drivers": frozenset({"driver", "engine", "pool_class", "prepared", "words"}),
    "programs": frozenset({"container", "program"}),
    "platforms": frozenset({"default", "runtime"}),
}
"""The tables that the files of a folder may hold, beside `sources`."""


class CatalogueError(ValueError):
    """A catalogue file does not fit its record; the message names file and key."""


@frozen(kw_only=True)
class Sourced:
    """What every record carries. `read` is the oldest day on which one of its sources was read."""

    name: str
    source: tuple[str, ...]
    read: date
    confidence: Confidence
    note: str = ""


ValueT = TypeVar("ValueT")
BuiltT_co = TypeVar("BuiltT_co", covariant=True)
RecordT = TypeVar("RecordT", bound=Sourced)


@frozen(kw_only=True)
class Documented(Sourced, Generic[ValueT]):
    """One value with its evidence."""

    value: ValueT
    unit: str = ""


@frozen(kw_only=True)
class Number(Documented[int]):
    """A documented whole number."""

    value: int


class _Constructor(Protocol[BuiltT_co]):
    def __call__(self, **fields: object) -> BuiltT_co: ...


@frozen
class Document:
    """One parsed file; `name` is folder and file as errors say them."""

    name: str
    tables: Mapping[str, object]


def records(folder: str, kind: str, record: type[RecordT]) -> Mapping[str, RecordT]:
    """All records of one kind in one folder of the catalogue, by name, in the order of the files.

    Raises CatalogueError as `read` does, and for files that this installation cannot give.
    """
    return read(_documents(folder, kind), kind, record)


def read(documents: Iterable[Document], kind: str, record: type[RecordT]) -> Mapping[str, RecordT]:
    """All records of one kind in some documents.

    Raises CatalogueError for a missing, misspelt or mistyped field, a source that the document
    does not list, and a name given twice.
    """
    found: dict[str, RecordT] = {}
    for document in documents:
        sources = _sources(document)
        tables = _table(document.tables.get(kind, {}), f"{document.name}: {kind}")
        for name, table in tables.items():
            where = f"{document.name}: {kind}.{name}"
            if name in found:
                raise CatalogueError(f"{where}: name is already taken")
            found[name] = _record(record, name, _table(table, where), sources, where)
    return found


def parse(folder: str, file: str, text: str) -> Document:
    """One file of the catalogue; raises CatalogueError for a table that its folder cannot hold."""
    name = f"{folder}/{file}"
    tables = tomllib.loads(text)
    for key in tables.keys() - KINDS[folder] - {"sources"}:
        raise CatalogueError(f"{name}: unknown table {key}")
    return Document(name, tables)


def _documents(folder: str, kind: str) -> Iterator[Document]:
    """The files of a folder that hold tables of a kind; no other one is parsed."""
    for file in FILES[folder]:
        if holds(text_of(folder, file), kind):
            yield _document(folder, file)


def holds(text: str, kind: str) -> bool:
    """Whether a file has tables of a kind, without parsing it."""
    return f"\n[{kind}." in text or f"\n[{kind}]" in text


@cache
def _document(folder: str, file: str) -> Document:
    return parse(folder, f"{file}.toml", text_of(folder, file))


@cache
def text_of(folder: str, file: str) -> str:
    """A file of the catalogue by its name without ending. Raises CatalogueError when it cannot be had."""
    name = f"{folder}/{file}.toml"
    data = get_data("poollint.catalogue", name)
    if data is None:
        raise CatalogueError(f"{name}: cannot be read where poollint is installed")
    return data.decode()


def _sources(document: Document) -> Mapping[str, tuple[str, date]]:
    where = f"{document.name}: sources"
    found: dict[str, tuple[str, date]] = {}
    for key, value in _table(document.tables.get("sources", {}), where).items():
        table = _table(value, f"{where}.{key}")
        text, read = table.get("text"), table.get("read")
        if table.keys() != {"text", "read"} or type(text) is not str or type(read) is not date:
            raise CatalogueError(f"{where}.{key}: wants a text and the date on which it was read")
        found[key] = (text, read)
    return found


def _record(
    record: type[RecordT],
    name: str,
    table: Mapping[str, object],
    sources: Mapping[str, tuple[str, date]],
    where: str,
) -> RecordT:
    named = _convert(table.get("source", []), tuple[str, ...], f"{where}.source")
    keys = cast(tuple[str, ...], named)
    if not keys:
        raise CatalogueError(f"{where}.source: missing")
    for key in keys:
        if key not in sources:
            raise CatalogueError(f"{where}.source: {key} is not in [sources]")
    evidence = {
        "name": name,
        "source": [sources[key][0] for key in keys],
        "read": min(sources[key][1] for key in keys),
    }
    for key in ("name", "read"):
        if key in table:
            raise CatalogueError(f"{where}.{key}: unknown field")
    return _build(record, {**table, **evidence}, where)


def _build(record: type[RecordT], table: Mapping[str, object], where: str) -> RecordT:
    declared = {field.name: field for field in fields(record)}
    for key in table.keys() - declared.keys():
        raise CatalogueError(f"{where}.{key}: unknown field")
    for key, field in declared.items():
        optional = field.default is not MISSING or field.default_factory is not MISSING
        if key not in table and not optional:
            raise CatalogueError(f"{where}.{key}: missing")
    values = {key: _convert(value, declared[key].type, f"{where}.{key}") for key, value in table.items()}
    return cast(_Constructor[RecordT], record)(**values)


def _convert(value: object, kind: object, where: str) -> object:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        fits = value in arguments
    elif origin is tuple and isinstance(value, list):
        return tuple(_convert(item, arguments[0], where) for item in value)
    elif origin is Mapping:
        return {
            key: _convert(item, arguments[1], f"{where}.{key}") for key, item in _table(value, where).items()
        }
    elif origin is UnionType or origin is Union:
        (inner,) = (choice for choice in arguments if choice is not NoneType)
        return _convert(value, inner, where)
    elif kind is float and type(value) is int:
        return float(value)
    else:
        fits = type(value) is kind
    if not fits:
        raise CatalogueError(f"{where}: {value!r} is not {kind}")
    return value


def _table(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise CatalogueError(f"{where}: wants a table")
    return value
