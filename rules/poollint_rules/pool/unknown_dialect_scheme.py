from collections.abc import Iterator

from poollint.catalogue.drivers import driver_of_scheme
from poollint.catalogue.pools import engine_defaults
from poollint.catalogue.versions import version_key
from poollint.rule import Note, Problem, Severity, rule
from poollint.source import Span
from poollint.topology import Topology
from poollint.values import Confidence, Known, confidence, possible
from poollint_rules.engines import judged


@rule(
    code="POOL206",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/changelog/changelog_14.html",
        "experiment: postgres:// and postgres+asyncpg:// on SQLAlchemy 2.0.57 and 2.1.9",
    ),
    scope="file",
)
def unknown_dialect_scheme(topology: Topology) -> Iterator[Problem]:
    """The URL begins with a scheme that no dialect of SQLAlchemy serves, such as `postgres://`.

    Heroku and others hand out `postgres://` URLs, and libpq takes them. SQLAlchemy does not since 1.4; the program fails at start:

        sqlalchemy.exc.NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgres

    or, with a driver, `Can't load plugin: sqlalchemy.dialects:postgres.asyncpg`. So do `pgsql://`, `postgresql+psycopg3://` (the
    driver is called `psycopg`), `sqlite3://` and schemes in capitals.

    ## Bad

    ```python title="db.py"
    from sqlalchemy import create_engine

    engine = create_engine("postgres://app@db/shop", pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    from sqlalchemy import create_engine

    engine = create_engine("postgresql://app@db/shop", pool_pre_ping=True)
    ```

    ## How it is decided

    The scheme is one of a list of those that were tried, or a known one in capitals; other unknown schemes may belong to a
    dialect of a third party. The scheme reaches the engine: a `.replace("postgres://", "postgresql://")` on the way is followed and heals it. A URL that a
    manifest sets counts in the workload that runs the engine. `postgres://` is silent where the project pins SQLAlchemy below 1.4. A scheme that never worked
    is silent as the default of a variable: it says "set me".

    ## When to ignore it

    When the code replaces the scheme in a way that poollint does not follow.
    """
    defaults = engine_defaults()
    since = version_key(defaults.dead_since)
    for engine, _ in judged(topology):
        legal = bool(engine.sqlalchemy) and engine.sqlalchemy.numbers < since
        for leaf in possible(engine.url.driver):
            if not isinstance(leaf, Known):
                continue
            scheme = str(leaf.value)
            better = _meant(scheme)
            was_legal = scheme in defaults.dead_schemes
            sure = min(confidence(engine.url.driver), confidence(leaf))
            if not better or (legal and was_legal) or not (was_legal or sure is Confidence.HIGH):
                continue
            elsewhere = isinstance(leaf.origin, Span) and leaf.origin.path != engine.url.at.path
            yield Problem(
                engine.url.at,
                f"'{engine.name}' gets a URL that begins with {scheme}://, which SQLAlchemy does not know",
                subject=(engine.name, scheme),
                label=f"write {better}://",
                notes=(Note(leaf.origin, "the URL"),) if elsewhere and isinstance(leaf.origin, Span) else (),
                confidence=sure,
            )


def _meant(scheme: str) -> str:
    """The scheme that was meant by one that no dialect serves, empty for all others."""
    defaults, small = engine_defaults(), scheme.lower()
    if scheme in defaults.dead_schemes:
        return scheme.replace("postgres", "postgresql", 1)
    if scheme != small and (driver_of_scheme(small) is not None or small in defaults.bare_schemes):
        return small
    return defaults.no_schemes.get(scheme, "")
