"""A container of a database server -> Database."""

from operator import add

from poollint.catalogue.limits import connection_limit, reserved
from poollint.catalogue.servers import Server, split_image
from poollint.catalogue.versions import version_key
from poollint.facts import UNKNOWN_RELEASE, Container, Database, Release, Workload
from poollint.manifests.servers.settings import first_known, flag, setting
from poollint.source import Span
from poollint.values import Default, Known, Unknown, Value, combine, mapped


def database(server: Server, container: Container, workload: Workload, hosts: tuple[str, ...]) -> Database:
    """What a container of a database server accepts, by its command line, variables and defaults."""
    idle = flag(container, server.idle_flags)
    return Database(
        at=container.at,
        name=workload.name,
        family=server.family,
        provider=server.provider,
        max_connections=_limit(server, container),
        reserved=_reserved(server, container),
        hosts=hosts,
        port=Known(server.port, Default(server.provider, server.source[0])),
        version=_release(container),
        idle_timeout=idle,
        scope=workload.scope,
    )


def _limit(server: Server, container: Container) -> Value:
    given = first_known(
        (
            setting(container, server.limit_setting),
            flag(container, server.limit_flags),
            _variable(server, container),
        )
    )
    if given is not None:
        return given
    documented = connection_limit(server.provider, server.family)
    if documented is None:
        return Unknown(f"the default of {server.provider} is not documented", container.at)
    return Known(documented.upper, Default(server.provider, documented.source[0]))


def _variable(server: Server, container: Container) -> Value | None:
    value = container.variables().get(server.limit_variable)
    return None if value is None else mapped(value, _integer, "int")


def _integer(known: Known) -> Value:
    text = str(known.value)
    return (
        Known(int(text), known.origin)
        if text.isdecimal()
        else Unknown(f"'{text}' is no number", known.origin)
    )


def _reserved(server: Server, container: Container) -> Value:
    default = reserved(server.provider, server.family)
    total: Value = Known(0, Default(server.provider))
    given = {name: setting(container, name) for name in server.reserve_settings}
    if default is not None and given.get("superuser_reserved_connections") is None:
        total = Known(default.value, Default(server.provider, default.source[0]))
    for value in given.values():
        if value is not None:
            total = combine(value, total, add, "+")
    return total


def _release(container: Container) -> Release:
    image = container.image
    if not isinstance(image, Known) or not isinstance(image.value, str):
        return UNKNOWN_RELEASE
    _, tag = split_image(image.value)
    try:
        numbers = version_key(tag)
    except ValueError:
        return UNKNOWN_RELEASE
    return Release(numbers, image.origin if isinstance(image.origin, Span) else None)
