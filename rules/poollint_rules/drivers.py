"""The driver that an engine uses, by the catalogue's name."""

from poollint.catalogue.drivers import driver_of_scheme
from poollint.catalogue.pools import engine_defaults
from poollint.catalogue.versions import version_key
from poollint.facts import Engine
from poollint.values import Known


def driver_name(engine: Engine) -> str | None:
    """`asyncpg`, `psycopg`, ... when the URL names a driver of the catalogue or its version decides, else None."""
    scheme = engine.url.driver
    if not isinstance(scheme, Known) or not isinstance(scheme.value, str):
        return None
    found = driver_of_scheme(scheme.value)
    if found is not None:
        return found.name
    by_version = engine_defaults().bare_schemes.get(scheme.value, {})
    if len(by_version) == 1:
        return next(iter(by_version.values()))
    since = [
        each for each in by_version if engine.sqlalchemy and version_key(each) <= engine.sqlalchemy.numbers
    ]
    return by_version[max(since, key=version_key)] if since else None
