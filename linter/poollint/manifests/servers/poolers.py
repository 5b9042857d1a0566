"""A container of a pooler -> Pooler, by the variables of its image."""

import re
from collections.abc import Iterator
from dataclasses import replace

from poollint.catalogue.pgbouncer import setting_default, settings
from poollint.catalogue.poolers import Image, RecognisedImage, images, products
from poollint.catalogue.servers import split_image
from poollint.catalogue.versions import version_key
from poollint.facts import UNKNOWN_RELEASE, Argument, Container, Pooler, Release, Route, Variable, Workload
from poollint.manifests.servers.settings import whole_number
from poollint.manifests.shell.numbers import number
from poollint.source import Span
from poollint.values import Default, FromEnv, Known, OneOf, Text, Unknown, Value, mapped

PGBOUNCER = "pgbouncer"
_JUDGED = (
    "client_idle_timeout",
    "default_pool_size",
    "ignore_startup_parameters",
    "max_client_conn",
    "max_db_connections",
    "max_prepared_statements",
    "reserve_pool_size",
    "track_extra_parameters",
)
"""The settings whose defaults somebody would believe."""
_CALLED = re.compile(r"(?:^|[/_.-])(pgbouncer|pgcat|pgdog|odyssey)$")
_VERSION = re.compile(r"v?(\d+\.\d+(?:\.\d+)?)(?![\w.])")
_HOLE = "\0"
"""Stands for a part of a text that is not known."""


def pooler(
    found: RecognisedImage, container: Container, workload: Workload, hosts: tuple[str, ...]
) -> Pooler:
    """What a pooler's container does, by its variables, its image's defaults and the product's.

    Where its configuration may stand in what is not among the files, no default is believed.
    """
    image = found.image
    release = _release(found, container)
    routes = tuple(_routes(image, container))
    unread = _unread(image, container, routes)
    given = tuple(_given(image, container))
    return Pooler(
        at=container.at,
        product=image.product,
        name=workload.name,
        version=release,
        mode=_mode(given, image, release, container, unread),
        instances=workload.pods.maximum,
        hosts=hosts,
        port=_port(image, container),
        settings=(*given, *_others(given, image, container, unread)),
        routes=routes,
        scope=workload.scope,
    )


def _unread(image: Image, container: Container, routes: tuple[Route, ...]) -> str:
    """Why settings may stand where nobody looked; empty where the variables are all."""
    if not image.settings_known:
        return f"the configuration of {image.product} is not in the files"
    for _, target in container.mounts:
        if target.rstrip("/").endswith((".ini", "/pgbouncer", "/pgbouncer/conf")):
            return f"the configuration in {target} is not among the files"
    if image.host_variable and not routes:
        return "no variable says where it leads, so a file must"
    return "variables that are not in the files may set it" if container.open_environment else ""


def _others(
    given: tuple[Argument, ...], image: Image, container: Container, unread: str
) -> Iterator[Argument]:
    """The settings that no variable gives and that are not PgBouncer's defaults."""
    names = {argument.name for argument in given}
    for name in _JUDGED if unread else image.defaults:
        if name not in names:
            value = (
                Unknown(unread, container.at)
                if unread
                else default_of(name, image, UNKNOWN_RELEASE, container.at)
            )
            yield Argument(name, value, container.at)


def hint(reference: str, workload: Workload) -> RecognisedImage | None:
    """The pooler that an image which nobody knows, or else its workload, is called after.

    `registry.example/infra/pgbouncer:1.23` is one, a `pgbouncer-exporter` is none.
    """
    repository, tag = split_image(reference)
    for name in (repository, "" if repository else workload.name):
        called = _CALLED.search(name)
        if called is not None:
            image = next(each for each in images().values() if each.product == called[1])
            version = _VERSION.match(tag)
            return RecognisedImage(image, version[1] if version is not None else None)
    return None


def by_name(
    found: RecognisedImage, container: Container, workload: Workload, hosts: tuple[str, ...]
) -> Pooler:
    """A pooler of which only the name is known: neither its settings nor where it leads."""
    image = replace(found.image, settings_known=False, environment={}, refused={}, host_variable="",
                    port=None, port_variable="", url_variables=())  # fmt: skip
    return replace(pooler(RecognisedImage(image, found.version), container, workload, hosts), certain=False)


def _given(image: Image, container: Container) -> Iterator[Argument]:
    own = {variable.name: variable for variable in container.environment}
    known = image.environment.items()
    refused = ((key, variable) for variable, key in image.refused.items())
    for name, variable in (*known, *refused):
        if variable in own and own[variable].value != Known("", container.at):
            yield Argument(name, typed(own[variable].value), own[variable].at)


def typed(value: Value) -> Value:
    """A setting's text as a number where it is one, alternative by alternative."""
    return mapped(value, number_or_text, "")


def number_or_text(known: Known) -> Value:
    """PgBouncer's settings are texts; whole numbers become numbers."""
    text = str(known.value).strip()
    found = whole_number(text, known.origin)
    return found if isinstance(found, Known) else Known(text, known.origin)


def mode_of(value: Value) -> Value:
    """A pool mode as the facts spell it: PgBouncer takes it in any case."""
    return mapped(value, lambda known: Known(str(known.value).strip().lower(), known.origin), "")


def default_of(name: str, image: Image | None, release: Release, at: Span) -> Value:
    """What is in force where nothing sets it: the image's default, else the pooler's by its version."""
    if image is not None and name in image.defaults:
        return number_or_text(Known(image.defaults[name], Default(f"image {image.name}", image.source[0])))
    text = setting_default(name, str(release) or None)
    if text is None:
        return Unknown(f"the default of {name} depends on the version of PgBouncer", at)
    label = f"PgBouncer {release}".strip()
    return number_or_text(Known(text, Default(label, settings()[name].source[0])))


def _mode(
    given: tuple[Argument, ...], image: Image, release: Release, container: Container, unread: str
) -> Value:
    for argument in given:
        if argument.name == "pool_mode":
            return mode_of(argument.value)
    if unread:
        return Unknown(unread, container.at)
    if image.product == PGBOUNCER:
        return default_of("pool_mode", image, release, container.at)
    product = products().get(image.product)
    if product is None or product.mode in ("unknown", "tunnel"):
        return Unknown(f"the configuration of {image.product} is not in the files", container.at)
    return Known(product.mode, Default(product.title, product.source[0]))


def _port(image: Image, container: Container) -> Value | None:
    given = container.variables().get(image.port_variable)
    if given is not None:
        return typed(given)
    return None if image.port is None else Known(image.port, Default(f"image {image.name}", image.source[0]))


def _release(found: RecognisedImage, container: Container) -> Release:
    try:
        numbers = version_key(found.version or "")
    except ValueError:
        return UNKNOWN_RELEASE
    origin = container.image.origin if isinstance(container.image, Known) else None
    return Release(numbers, origin if isinstance(origin, Span) else container.at)


# --- where it leads ---


def _routes(image: Image, container: Container) -> Iterator[Route]:
    own: dict[str, Variable] = {variable.name: variable for variable in container.environment}
    url = next((own[name] for name in image.url_variables if name in own), None)
    if url is not None:
        for each in _written(url.value).split(","):
            yield _route_of_url(each, url.at, image)
    elif image.host_variable in own:
        host = own[image.host_variable]
        port, database = own.get(image.host_port_variable), own.get(image.database_variable)
        name = None if database is None else database.value
        yield Route(
            name=str(name.value) if isinstance(name, Known) and name.value else "*",
            host=host.value,
            port=_behind_image(image) if port is None else number(port.value),
            database=name or Unknown("the one that the client asks for", host.at),
            at=host.at,
        )


def _route_of_url(url: str, at: Span, image: Image) -> Route:
    """The route of `scheme://user:password@host:port/database`, of which parts may not be known."""
    server, _, database = url.partition("://")[2].rpartition("@")[2].partition("/")
    host, _, port = server.partition(":")
    database = database.partition("?")[0]
    return Route(
        name=database if database and _HOLE not in database else "*",
        host=_known(host, at),
        port=whole_number(port, at) if port else _behind_image(image),
        database=_known(database, at),
        at=at,
    )


def _behind_image(image: Image) -> Value:
    """The port that the image's script writes where it is told none."""
    where = Default(f"image {image.name}", image.source[0])
    return Unknown("the image decides", where) if image.host_port is None else Known(image.host_port, where)


def _known(text: str, at: Span) -> Value:
    unknown = not text or _HOLE in text
    return Unknown("a part of the pooler's URL that is not known", at) if unknown else Known(text, at)


def _written(value: Value) -> str:
    """A text with its likely parts, and a mark for each that is not known."""
    match value:
        case Known(value=known):
            return str(known)
        case FromEnv(default=default) if default is not None:
            return _written(default)
        case Text(parts=parts):
            return "".join(part if isinstance(part, str) else _written(part) for part in parts)
        case OneOf(alternatives=alternatives):
            return _written(alternatives[0].value)
        case _:
            return _HOLE
