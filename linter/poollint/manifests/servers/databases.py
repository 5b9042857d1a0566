"""A container of a database server -> Database."""

import posixpath
import re
from operator import add, floordiv

from poollint.catalogue.limits import connection_limit, reserved
from poollint.catalogue.servers import Server, split_image
from poollint.catalogue.versions import version_key
from poollint.facts import UNKNOWN_RELEASE, Container, Database, Release, Workload
from poollint.manifests.servers.mounted import Configured, configured
from poollint.manifests.servers.settings import first_known, flag, setting, words
from poollint.manifests.shell.expansion import likely
from poollint.manifests.shell.numbers import number
from poollint.reading import Lookup
from poollint.source import Span
from poollint.values import Default, Known, Unknown, Value, combine

_FOR_POSTGRES = re.compile(r"pg[-_]?(\d+(?:\.\d+)*)")
_OLDEST = {"postgresql": 9, "mysql": 5}
"""Major versions: a smaller number in a tag is that of an extension."""
_PORT_FLAGS = {"postgresql": ("-p", "--port"), "mysql": ("-P", "--port")}
_PORT_VARIABLES = {"postgresql": "PGPORT", "mysql": "MYSQL_TCP_PORT"}


def runs_server(server: Server, container: Container) -> bool:
    """Whether a container starts the server of its image and not `psql`, a backup or a shell."""
    given = [word for word, _ in words(container)]
    if not given or given[0].startswith("-"):
        return True
    return any(posixpath.basename(word.strip("\"';")) in server.programs for word in given)


def database(
    server: Server, container: Container, workload: Workload, hosts: tuple[str, ...], lookup: Lookup
) -> Database:
    """What a container of a database server accepts, by its command line, files, variables and defaults."""
    files = configured(server, container, lookup)
    return Database(
        at=container.at,
        name=workload.name,
        family=server.family,
        provider=server.provider,
        max_connections=_limit(server, container, files),
        reserved=_reserved(server, container, files),
        hosts=hosts,
        port=_port(server, container, files),
        version=_release(server, container),
        idle_timeout=_idle_timeout(server, container, files),
        scope=workload.scope,
    )


def _limit(server: Server, container: Container, files: Configured) -> Value:
    variable = container.variables().get(server.limit_variable)
    given = first_known(
        (
            setting(container, server.limit_setting),
            flag(container, server.limit_flags),
            None if variable is None else number(variable),
            files.get(server.limit_setting, container.at),
        )
    )
    if given is not None:
        return given
    documented = connection_limit(server.provider, server.family)
    if documented is None:
        return Unknown(f"the default of {server.provider} is not documented", container.at)
    return Known(documented.upper, Default(server.provider, documented.source[0]))


def _reserved(server: Server, container: Container, files: Configured) -> Value:
    default = reserved(server.provider, server.family)
    total: Value = Known(0, Default(server.provider))
    given = {name: first_known((setting(container, name), files.settings.get(name)))
             for name in server.reserve_settings}  # fmt: skip
    if default is not None and given.get("superuser_reserved_connections") is None:
        total = Known(default.value, Default(server.provider, default.source[0]))
    for value in given.values():
        if value is not None:
            total = combine(value, total, add, "+")
    return total


def _port(server: Server, container: Container, files: Configured) -> Value:
    variable = container.variables().get(_PORT_VARIABLES[server.family])
    given = first_known(
        (
            setting(container, "port"),
            flag(container, _PORT_FLAGS[server.family]),
            None if variable is None else number(variable),
            files.settings.get("port"),
        )
    )
    return Known(server.port, Default(server.provider, server.source[0])) if given is None else given


def _idle_timeout(server: Server, container: Container, files: Configured) -> Value | None:
    """Seconds; PostgreSQL's setting is in milliseconds."""
    if server.family == "postgresql":
        name = "idle_session_timeout"
        given = first_known((setting(container, name), files.settings.get(name)))
        return None if given is None else combine(given, Known(1000, Default("ms")), floordiv, "/")
    return first_known((flag(container, server.idle_flags), files.settings.get("wait_timeout")))


def _release(server: Server, container: Container) -> Release:
    _, tag = split_image(likely(container.image) or "")
    named = _FOR_POSTGRES.search(tag) if server.family == "postgresql" else None
    try:
        numbers = version_key(tag if named is None else named[1])
    except ValueError:
        return UNKNOWN_RELEASE
    if numbers < (_OLDEST[server.family],):
        return UNKNOWN_RELEASE
    origin = container.image.origin if isinstance(container.image, Known) else None
    return Release(numbers, origin if isinstance(origin, Span) else container.at)
