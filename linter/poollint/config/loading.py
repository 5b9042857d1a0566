"""A TOML document -> Config, or an error that names the line."""

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields
from typing import Never, TypeAlias, cast

from poollint.config import Config, DatabaseConfig, EnvironmentConfig, WorkloadConfig
from poollint.config.kinds import Kind, described, key_of, suggestion
from poollint.source import SourceFile, Span
from poollint.toml_places import Path, key_places

Section: TypeAlias = type[Config] | type[DatabaseConfig] | type[EnvironmentConfig] | type[WorkloadConfig]
_TABLES = ("databases", "envs", "workloads")


class ConfigError(Exception):
    """A configuration that cannot be used; the message names file, line and key."""


class _Document:
    """A document with the places of its keys, and errors that point there."""

    def __init__(self, file: SourceFile, root: Path) -> None:
        self.file = file
        self.root = root
        self.places = key_places(file.path, file.text)

    def place(self, path: Path) -> Span:
        """The place of a key; of the file itself for what has none."""
        return self.places.get(path, self.file.whole())

    def fail(self, path: Path, clause: str) -> Never:
        key = ".".join(str(part) for part in path[len(self.root) :] if isinstance(part, str))
        raise ConfigError(f"{self.place(path).full}: {key or 'poollint'} {clause}")

    def below(self, table: Path) -> dict[str, Span]:
        """The places of the keys of a table, by their dotted names in it."""
        return {
            ".".join(str(part) for part in path[len(table) :]): span
            for path, span in self.places.items()
            if len(path) > len(table) and path[: len(table)] == table
        }


def holds_configuration(file: SourceFile) -> bool:
    """Whether a `pyproject.toml` has a table for us. Raises ConfigError when it is no TOML."""
    return "poollint" in file.text and _own_table(_parse(file), ("tool", "poollint")) is not None


def load(file: SourceFile) -> Config:
    """The configuration in `pyproject.toml` (its table) or any other file (all of it).

    Raises ConfigError for anything that is not understood.
    """
    name = file.path.rpartition("/")[2]
    root: Path = ("tool", "poollint") if name == "pyproject.toml" else ()
    table = _own_table(_parse(file), root)
    if table is None:
        return Config()
    document = _Document(file, root)
    values = _values(Config, table, root, document, also=_TABLES)
    values |= {
        "databases": tuple(_named(DatabaseConfig, table, (*root, "databases"), document)),
        "envs": tuple(_named(EnvironmentConfig, table, (*root, "envs"), document)),
        "workloads": tuple(_workloads(table, (*root, "workloads"), document)),
        "path": file.path,
        "places": document.below(root),
    }
    return Config(**_fitting(values))


def _parse(file: SourceFile) -> Mapping[str, object]:
    import tomllib  # noqa: PLC0415 - late: most projects do not configure us

    try:
        return tomllib.loads(file.text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file.path}: is not valid TOML: {error}") from error


def _own_table(document: Mapping[str, object], root: Path) -> Mapping[str, object] | None:
    found: object = document
    for key in root:
        found = found.get(str(key)) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _values(
    section: Section, table: Mapping[str, object], path: Path, document: _Document, also: tuple[str, ...] = ()
) -> dict[str, object]:
    """The fields of a section that a table gives, checked."""
    known = {key_of(field.name): field for field in documented_fields(section)}
    values: dict[str, object] = {}
    for key, value in table.items():
        if key in known:
            field = known[key]
            values[field.name] = kind_of(field).read(value, (*path, key), document.fail)
        elif key not in also:
            document.fail((*path, key), f"is no key of poollint{suggestion(key, [*known, *also])}")
    return values


def _named(
    section: type[DatabaseConfig] | type[EnvironmentConfig],
    table: Mapping[str, object],
    path: Path,
    document: _Document,
) -> Iterator[DatabaseConfig | EnvironmentConfig]:
    tables = table.get(str(path[-1]), {})
    if not isinstance(tables, dict):
        document.fail(path, f"must be tables by name, not {described(tables)}")
    for name, inner in tables.items():
        here = (*path, name)
        if not isinstance(inner, dict):
            document.fail(here, f"must be a table, not {described(inner)}")
        values = _values(section, inner, here, document)
        values |= {"name": name, "at": document.place(here), "places": document.below(here)}
        yield section(**_fitting(values))


def _workloads(table: Mapping[str, object], path: Path, document: _Document) -> Iterator[WorkloadConfig]:
    tables = table.get("workloads", [])
    if not isinstance(tables, list):
        document.fail(path, f"must be an array of tables ([[workloads]]), not {described(tables)}")
    for index, inner in enumerate(tables):
        here = (*path, index)
        if not isinstance(inner, dict):
            document.fail(here, f"must be a table, not {described(inner)}")
        values = _values(WorkloadConfig, inner, here, document)
        if not values.get("match"):
            document.fail(here, 'needs "match": the workload in the manifests, Kind/name or its name')
        values |= {"at": document.place(here), "places": document.below(here)}
        yield WorkloadConfig(**_fitting(values))


def documented_fields(section: Section) -> tuple["Field[object]", ...]:
    """The fields of a section that a file may give."""
    return tuple(field for field in fields(section) if "kind" in field.metadata)


def kind_of(field: "Field[object]") -> Kind:
    """What a documented field accepts."""
    kind = field.metadata["kind"]
    assert isinstance(kind, Kind)  # noqa: S101 - `documented` put it there
    return kind


def _fitting(values: dict[str, object]) -> "dict[str, Never]":
    """Values that the kinds of their fields have checked: right for whichever field they are for."""
    return cast("dict[str, Never]", values)
