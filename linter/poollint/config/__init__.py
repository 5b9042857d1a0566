"""The configuration: `[tool.poollint]` in `pyproject.toml`, or `poollint.toml` with the same keys."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import TypeAlias

from poollint.config.kinds import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    STRING,
    STRINGS,
    choice,
    documented,
    table_of,
)
from poollint.frozen import frozen
from poollint.levels import Confidence, Severity
from poollint.source import Span

Places: TypeAlias = Mapping[str, Span]
"""Where each key stands that the file gives: `max-connections`, `other-clients.metabase`."""

_NO_PLACES: Places = MappingProxyType({})
_NO_NUMBERS: Mapping[str, int] = MappingProxyType({})
_NO_STRINGS: Mapping[str, str] = MappingProxyType({})
_NO_SEVERITIES: Mapping[str, Severity] = MappingProxyType({})
_NO_IGNORES: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_SEVERITIES: Mapping[str, Severity] = {str(each): each for each in Severity}
_SEVERITY = choice(_SEVERITIES)
_THRESHOLD = choice({**_SEVERITIES, "never": None})
_CONFIDENCE = choice({str(each): each for each in Confidence})


@frozen
class DatabaseConfig:
    """`[databases.NAME]`: what no file tells about a database."""

    name: str
    at: Span
    places: Places
    provider: str | None = documented("the product, as `poollint providers` calls it", STRING, None)
    instance_class: str | None = documented("the size that the provider's limits depend on", STRING, None)
    max_connections: int | None = documented("connections that the server accepts", INTEGER, None)
    reserved: int | None = documented("connections that applications cannot use", INTEGER, None)
    budget: float | None = documented("share of the connections that may be planned for", NUMBER, None)
    url_env: tuple[str, ...] = documented("variables whose URL leads to this database", STRINGS, ())
    idle_timeout: float | None = documented("seconds after which idle connections are cut", NUMBER, None)
    other_clients: Mapping[str, int] = documented(
        "connections of clients that are not in this repository, by name", table_of(INTEGER), _NO_NUMBERS
    )

    def place(self, key: str) -> Span:
        """Where a key stands, else the table."""
        return self.places.get(key, self.at)


@frozen
class EnvironmentConfig:
    """`[envs.NAME]`: a deployment environment."""

    name: str
    at: Span
    places: Places
    manifests: tuple[str, ...] = documented("folders and files of its manifests", STRINGS, ())
    vars: Mapping[str, str] = documented("variables that it sets everywhere", table_of(STRING), _NO_STRINGS)

    def place(self, key: str) -> Span:
        """Where a key (`vars.DB_POOL_SIZE`) stands, else the table."""
        return self.places.get(key, self.at)


@frozen
class WorkloadConfig:
    """`[[workloads]]`: links that cannot be found."""

    at: Span
    places: Places
    name: str = documented("how reports call it", STRING, "")
    match: str = documented("the workload in the manifests: Kind/name, or its name", STRING, "")
    engines: tuple[str, ...] = documented("engines that it runs: module:variable", STRINGS, ())
    database: str | None = documented("the database that its engines lead to", STRING, None)
    processes: int | None = documented("processes in each copy", INTEGER, None)

    def place(self, key: str) -> Span:
        """Where a key stands, else the table."""
        return self.places.get(key, self.at)


@frozen
class Config:
    """What a run is told. Rules are given by code, beginning of a code, or name."""

    env: str | None = documented("the environment to check; without it all of them", STRING, None)
    select: tuple[str, ...] = documented("rules to run", STRINGS, ("POOL",))
    ignore: tuple[str, ...] = documented("rules not to run", STRINGS, ())
    extend_select: tuple[str, ...] = documented("rules to run besides those of `select`", STRINGS, ())
    severity: Mapping[str, Severity] = documented("severities, by rule", table_of(_SEVERITY), _NO_SEVERITIES)
    mandatory: tuple[str, ...] = documented("rules that no comment and no baseline silences", STRINGS, ())
    fail_on: Severity | None = documented(
        "the least severity with which the run fails", _THRESHOLD, Severity.WARNING
    )
    min_severity: Severity = documented("hide what is less severe", _SEVERITY, Severity.INFO)
    min_confidence: Confidence = documented("hide what is less certain", _CONFIDENCE, Confidence.MEDIUM)
    pedantic: bool = documented("run the pedantic rules too", BOOLEAN, default=False)
    preview: bool = documented("run rules that are not settled yet too", BOOLEAN, default=False)
    exclude: tuple[str, ...] = documented("paths to pass over, written as in .gitignore", STRINGS, ())
    per_file_ignores: Mapping[str, tuple[str, ...]] = documented(
        "rules to ignore in files, by path pattern", table_of(STRINGS), _NO_IGNORES
    )
    baseline: str | None = documented("the file of findings that are known", STRING, None)
    databases: tuple[DatabaseConfig, ...] = ()
    envs: tuple[EnvironmentConfig, ...] = ()
    workloads: tuple[WorkloadConfig, ...] = ()
    path: str = ""
    """The file that says so, relative to the root; empty without one."""
    places: Places = field(default_factory=lambda: _NO_PLACES)

    def place(self, key: str) -> Span | None:
        """Where a key (`fail-on`, `severity.POOL101`) stands; None for a default."""
        return self.places.get(key)
