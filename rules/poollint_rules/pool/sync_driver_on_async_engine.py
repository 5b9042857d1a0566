from collections.abc import Iterator

from poollint.catalogue.drivers import Driver, driver, driver_of_scheme
from poollint.catalogue.pools import engine_defaults
from poollint.catalogue.versions import version_key
from poollint.facts import Engine
from poollint.rule import Note, Problem, Severity, rule
from poollint.source import Span
from poollint.topology import Topology
from poollint.values import Confidence, Known, confidence, origin_of
from poollint_rules.engines import judged


@rule(
    code="POOL205",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html",
        "experiment: every scheme on create_async_engine, SQLAlchemy 2.0.57 and 2.1.9",
    ),
    scope="file",
)
def sync_driver_on_async_engine(topology: Topology) -> Iterator[Problem]:
    """An async engine gets a URL whose driver is not async.

    The engine cannot be created:

        sqlalchemy.exc.InvalidRequestError: The asyncio extension requires an async driver to be used. The loaded 'psycopg2' is not async.

    A URL without a driver means the dialect's default. For `postgresql://` that is psycopg2 up to SQLAlchemy 2.0, and psycopg 3,
    which is async, from 2.1 on. For `mysql://` and `sqlite://` it is a synchronous driver in every version. The usual
    cause is a `DATABASE_URL` that a platform provides for all languages.

    ## Bad

    ```python title="db.py"
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine("postgresql+psycopg2://app@db/shop", pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine("postgresql+asyncpg://app@db/shop", pool_pre_ping=True)
    ```

    ## How it is decided

    The driver is named in the URL, or follows from its scheme and the version of SQLAlchemy in a lock file or
    requirement. Where the version is not known, `postgresql://` gives a *warning* that says "unless". A driver that
    is not in the catalogue gives no finding.

    ## When to ignore it

    When the code replaces the scheme in a way that poollint does not follow.
    """
    for engine, _ in judged(topology):
        leaf = engine.url.driver
        if not engine.is_async or not isinstance(leaf, Known) or not isinstance(leaf.value, str):
            continue
        found = driver_of_scheme(leaf.value)
        if found is not None and not found.is_async:
            yield _problem(engine, leaf.value, found.package, "")
        elif found is None:
            yield from _bare(engine, leaf.value)


def _bare(engine: Engine, scheme: str) -> Iterator[Problem]:
    by_version = engine_defaults().bare_schemes.get(scheme)
    if by_version is None:
        return
    if engine.sqlalchemy:
        since = [each for each in by_version if version_key(each) <= engine.sqlalchemy.numbers]
        name = by_version[max(since, key=version_key)]
        if not _is_async(name):
            yield _problem(engine, scheme, name, f" in SQLAlchemy {engine.sqlalchemy}")
        return
    sync = [name for name in by_version.values() if not _is_async(name)]
    newest = max(by_version, key=version_key)
    doubt = "" if len(sync) == len(by_version) else f" unless SQLAlchemy is {newest} or newer"
    yield from (_problem(engine, scheme, name, doubt) for name in sync[:1])


def _is_async(name: str) -> bool:
    found: Driver = driver(name)
    return found.is_async


def _problem(engine: Engine, scheme: str, package: str, condition: str) -> Problem:
    origin = origin_of(engine.url.driver)
    at = origin if isinstance(origin, Span) else engine.url.at
    doubtful = "unless" in condition
    return Problem(
        engine.url.at,
        f"'{engine.name}' is an async engine, but {scheme}:// loads {package}, which is not async{condition}",
        subject=(engine.name, scheme),
        label="needs an async driver",
        notes=() if at.line == engine.url.at.line and at.path == engine.url.at.path else (Note(at, scheme),),
        confidence=Confidence.MEDIUM if doubtful else confidence(engine.url.driver),
        severity=Severity.WARNING if doubtful else None,
    )
