from collections.abc import Iterator

from poollint.catalogue.pools import engine_defaults
from poollint.catalogue.versions import version_key
from poollint.rule import Note, Problem, Severity, rule
from poollint.source import Span
from poollint.topology import Topology
from poollint.values import Known, confidence, possible
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
    """The URL begins with `postgres://`, which no dialect of SQLAlchemy serves.

    Heroku and others hand out such URLs, and libpq takes them. SQLAlchemy does not since 1.4; the program fails at start:

        sqlalchemy.exc.NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgres

    or, with a driver, `Can't load plugin: sqlalchemy.dialects:postgres.asyncpg`.

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

    The scheme reaches the engine: a `.replace("postgres://", "postgresql://")` on the way is followed and heals it. A URL that a
    manifest sets counts in the workload that runs the engine. Silent where the project pins SQLAlchemy below 1.4.

    ## When to ignore it

    When the code replaces the scheme in a way that poollint does not follow.
    """
    defaults = engine_defaults()
    since = version_key(defaults.dead_since)
    for engine, _ in judged(topology):
        if engine.sqlalchemy and engine.sqlalchemy.numbers < since:
            continue
        for leaf in possible(engine.url.driver):
            if not isinstance(leaf, Known) or leaf.value not in defaults.dead_schemes:
                continue
            scheme = str(leaf.value)
            better = scheme.replace("postgres", "postgresql", 1)
            elsewhere = isinstance(leaf.origin, Span) and leaf.origin.path != engine.url.at.path
            yield Problem(
                engine.url.at,
                f"'{engine.name}' gets a URL that begins with {scheme}://, which SQLAlchemy does not know",
                subject=(engine.name, scheme),
                label=f"write {better}://",
                notes=(Note(leaf.origin, "the URL"),) if elsewhere and isinstance(leaf.origin, Span) else (),
                confidence=min(confidence(engine.url.driver), confidence(leaf)),
            )
