"""The startup parameters that an engine sends, and what a pooler does with them."""

import re
from collections.abc import Iterator

from poollint.catalogue.pgbouncer import Startup, startup_option, startup_parameter
from poollint.facts import Argument, Engine, Pooler
from poollint.frozen import frozen
from poollint.source import Span
from poollint.values import Known, Record

_OPTION = re.compile(r"(?:-c\s*|--)([A-Za-z_][\w.]*)\s*=")


@frozen
class Sent:
    """A parameter of the startup packet: asyncpg's `server_settings`, or `-c name=...` in libpq's `options`."""

    name: str
    at: Span
    in_options: bool


def sent(engine: Engine) -> Iterator[Sent]:
    """Every startup parameter that the engine's arguments name."""
    settings = engine.connect_arg("server_settings")
    if settings is not None and isinstance(settings.value, Record):
        yield from (Sent(entry.key, entry.at, in_options=False) for entry in settings.value.entries)
    options = engine.connect_arg("options")
    if options is not None:
        yield from _in_options(options)


def _in_options(options: Argument) -> Iterator[Sent]:
    if isinstance(options.value, Known) and isinstance(options.value.value, str):
        for match in _OPTION.finditer(options.value.value):
            yield Sent(match[1], options.at, in_options=True)


def fate(parameter: Sent, pooler: Pooler) -> Startup:
    """Whether the pooler accepts, refuses or drops a parameter; unknown for other poolers than PgBouncer."""
    if pooler.product != "pgbouncer":
        return "unknown"
    ignored = pooler.setting("ignore_startup_parameters")
    listed: tuple[str, ...] | None = ()
    if ignored is not None:
        text = ignored.value.value if isinstance(ignored.value, Known) else None
        listed = tuple(text.split(",")) if isinstance(text, str) else None
    tracked = pooler.setting("track_extra_parameters")
    if tracked is not None and (
        not isinstance(tracked.value, Known) or parameter.name in str(tracked.value.value)
    ):
        return "unknown"
    ask = startup_option if parameter.in_options else startup_parameter
    return ask(parameter.name, str(pooler.version) or None, listed)
