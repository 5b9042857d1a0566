"""PgBouncer's settings with their defaults by version, its other keys, its startup parameters."""

from collections.abc import Mapping
from dataclasses import field
from functools import cache
from typing import Literal

from poollint.catalogue.loader import Sourced, records
from poollint.catalogue.versions import as_of, in_range
from poollint.frozen import frozen

Scope = Literal["database", "user", "peer"]
Startup = Literal["accepted", "refused", "dropped", "unknown"]
PREPARED = "max_prepared_statements"


@frozen(kw_only=True)
class Setting(Sourced):
    """A key of the section [pgbouncer].

    `defaults` maps the first version with a default to that default, as text; seconds, counts and
    names alike. Before its first version the key is refused ("unknown parameter").
    """

    defaults: Mapping[str, str]
    unit: str = ""
    choices: tuple[str, ...] = ()


@frozen(kw_only=True)
class KeyScope(Sourced):
    """Keys of a connection string in [databases], [users] or [peers], with their first version.

    `defaults` are those of keys that somebody would miss, as text.
    """

    keys: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=dict)


@frozen(kw_only=True)
class StartupParameter(Sourced):
    """A parameter of the startup packet that PgBouncer accepts from version `since` on."""

    since: str = ""


@cache
def settings() -> Mapping[str, Setting]:
    """Every key of [pgbouncer] that any version since 1.18 knows, by name."""
    return records("poolers", "setting", Setting)


def setting_names(version: str | None = None) -> frozenset[str]:
    """The keys that a version accepts; all that are known where the version is not."""
    return frozenset(
        name
        for name, setting in settings().items()
        if version is None or as_of(setting.defaults, version) is not None
    )


def setting_default(name: str, version: str | None = None) -> str | None:
    """The default of a key as text, or None.

    None means that this version has no such key, or that the version is not known and the default
    is not the same in all of them (`max_prepared_statements`). Raises KeyError for unknown names.
    """
    setting = settings()[name]
    if version is not None:
        return as_of(setting.defaults, version)
    return next(iter(setting.defaults.values())) if len(setting.defaults) == 1 else None


def tracks_statements(version: str) -> bool:
    """Whether PgBouncer keeps track of prepared statements when nothing is configured."""
    return setting_default(PREPARED, version) not in (None, "0")


def tracks_statements_since() -> str:
    """The first version that does so."""
    return next(version for version in settings()[PREPARED].defaults if tracks_statements(version))


@cache
def scopes() -> Mapping[str, KeyScope]:
    """The keys of [databases], [users] and [peers], by `database`, `user` and `peer`."""
    return records("poolers", "scope", KeyScope)


def scope_keys(scope: Scope, version: str | None = None) -> frozenset[str]:
    """The keys that an entry of [databases], [users] or [peers] takes."""
    keys = scopes()[scope].keys
    return frozenset(key for key, since in keys.items() if version is None or in_range(version, since, ""))


@cache
def startup_parameters() -> Mapping[str, StartupParameter]:
    """The startup parameters that PgBouncer passes on, by lower-case name."""
    return records("poolers", "startup", StartupParameter)


def startup_option(name: str, version: str | None = None, ignored: tuple[str, ...] | None = None) -> Startup:
    """What PgBouncer does with `-c name=...` in libpq's `options`; else as `startup_parameter`.

    Before 1.20 `options` is refused or dropped as a whole, also for parameters that would pass.
    """
    dropped = ignored is not None and "options" in {each.strip().lower() for each in ignored}
    if dropped and name.lower() not in startup_parameters():
        return "dropped"
    whole = startup_parameter("options", version, ignored)
    return startup_parameter(name, version, ignored) if whole == "accepted" else whole


def startup_parameter(
    name: str, version: str | None = None, ignored: tuple[str, ...] | None = None
) -> Startup:
    """What PgBouncer does with a parameter of the startup packet (asyncpg's `server_settings`).

    `ignored` is the list of `ignore_startup_parameters`, None where it cannot be read. The answer
    is the same in every pool mode. "dropped" connects and has no effect. Parameters listed in
    `track_extra_parameters` are the caller's to know.
    """
    key = name.lower()
    known = startup_parameters().get(key)
    if known is not None:
        if not known.since or (version is not None and in_range(version, known.since, "")):
            return "accepted"
        if version is None:
            return "unknown"
    if ignored is None:
        return "unknown"
    return "dropped" if key in {each.strip().lower() for each in ignored} else "refused"
