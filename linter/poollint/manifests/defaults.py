"""Documented defaults as values, from the catalogue: what holds where a manifest is silent."""

from poollint.catalogue.loader import Sourced
from poollint.catalogue.platforms import platform_default
from poollint.values import Default, Known


def default(name: str, of: str = "Kubernetes") -> Known:
    """The catalogue's default of that name. Raises KeyError for an unknown one."""
    record = platform_default(name)
    return Known(record.value, origin(record, of))


def origin(record: Sourced, of: str) -> Default:
    """A record of the catalogue as the origin of a value."""
    return Default(of, record.source[0], certain=record.confidence in ("high", "medium"))
