"""A container of a pooler -> Pooler, by the variables of its image."""

from poollint.catalogue.pgbouncer import setting_default, settings
from poollint.catalogue.poolers import Image, RecognisedImage, products
from poollint.catalogue.versions import version_key
from poollint.facts import (
    UNKNOWN_RELEASE,
    Argument,
    Container,
    Pooler,
    Release,
    Route,
    Variable,
    Workload,
)
from poollint.source import Span
from poollint.values import Default, Known, Unknown, Value, mapped

PGBOUNCER = "pgbouncer"


def pooler(
    found: RecognisedImage, container: Container, workload: Workload, hosts: tuple[str, ...]
) -> Pooler:
    """What a pooler's container does, by its variables, its image's defaults and the product's."""
    image = found.image
    release = _release(found, container)
    given = tuple(_given(image, container))
    return Pooler(
        at=container.at,
        product=image.product,
        name=workload.name,
        version=release,
        mode=_mode(given, image, release, container),
        instances=workload.pods.maximum,
        hosts=hosts,
        port=_port(image, container),
        settings=given,
        routes=tuple(_route(image, container)),
        scope=workload.scope,
    )


def _given(image: Image, container: Container) -> list[Argument]:
    own = {variable.name: variable for variable in container.environment}
    found = [
        Argument(name, _typed(own[variable].value), own[variable].at)
        for name, variable in image.environment.items()
        if variable in own
    ]
    refused = [
        Argument(key, _typed(own[variable].value), own[variable].at)
        for variable, key in image.refused.items()
        if variable in own
    ]
    return found + refused


def _typed(value: Value) -> Value:
    return mapped(value, number_or_text, "")


def number_or_text(known: Known) -> Value:
    """PgBouncer's settings are texts; whole numbers become numbers."""
    text = str(known.value).strip()
    return Known(int(text) if text.isdecimal() else text, known.origin)


def default_of(name: str, image: Image | None, release: Release, at: Span) -> Value:
    """What is in force where nothing sets it: the image's default, else the pooler's by its version."""
    if image is not None and name in image.defaults:
        return number_or_text(Known(image.defaults[name], Default(f"image {image.name}", image.source[0])))
    text = setting_default(name, str(release) or None)
    if text is None:
        return Unknown(f"the default of {name} depends on the version of PgBouncer", at)
    label = f"PgBouncer {release}".strip()
    return number_or_text(Known(text, Default(label, settings()[name].source[0])))


def _mode(given: tuple[Argument, ...], image: Image, release: Release, container: Container) -> Value:
    for argument in given:
        if argument.name == "pool_mode":
            return argument.value
    if image.product == PGBOUNCER and image.settings_known:
        return default_of("pool_mode", image, release, container.at)
    product = products().get(image.product)
    if product is None or product.mode in ("unknown", "tunnel") or not image.settings_known:
        return Unknown(f"the configuration of {image.product} is not in the files", container.at)
    return Known(product.mode, Default(product.title, product.source[0]))


def _port(image: Image, container: Container) -> Value | None:
    given = container.variables().get(image.port_variable)
    if given is not None:
        return _typed(given)
    return None if image.port is None else Known(image.port, Default(f"image {image.name}", image.source[0]))


def _route(image: Image, container: Container) -> list[Route]:
    own: dict[str, Variable] = {variable.name: variable for variable in container.environment}
    if image.host_variable not in own:
        return []
    host = own[image.host_variable]
    unknown = Unknown("the pooler's own connection", host.at)
    return [Route("*", host.value, unknown, unknown, host.at)]


def _release(found: RecognisedImage, container: Container) -> Release:
    if not found.version:
        return UNKNOWN_RELEASE
    origin = container.image.origin if isinstance(container.image, Known) else None
    return Release(version_key(found.version), origin if isinstance(origin, Span) else container.at)
