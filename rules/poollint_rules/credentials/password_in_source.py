from collections.abc import Iterator

from poollint.facts import Engine, Role
from poollint.rule import Note, Problem, Severity, rule
from poollint.source import Span
from poollint.topology import Topology
from poollint.values import Confidence, FromEnv, Known, OneOf, possible
from poollint_rules.engines import is_networked

OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@rule(
    code="POOL701",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=("https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls",),
)
def password_in_source(topology: Topology) -> Iterator[Problem]:
    """The password of a database stands in the source.

    Everybody who can read the repository can read the database, and so can everybody who gets a copy of the image, a log of the
    build or an old fork. It stays in the history when the line is gone. Rotating it takes a release, so it is not rotated, until

        FATAL: password authentication failed for user "app"

    says that somebody did. poollint prints such a password nowhere: every report shows `***`.

    ## Bad

    ```python title="db.py"
    from sqlalchemy import create_engine

    engine = create_engine("postgresql+psycopg2://app:hunter2@db.example.com/shop", pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## How it is decided

    The URL of an engine has a literal password in Python. The default of an environment variable counts with medium confidence:
    production may set the variable. Silent for a database on the same machine (`localhost`), for a placeholder (`password`, the name of
    the user or of the database), for tests, and for SQLite. Passwords in manifests are not judged: they are masked before anything looks at them.

    ## When to ignore it

    For the throw-away database of a development setup. Change a password that was ever real; ignoring the line does not take it back.
    """
    seen: set[Span] = set()
    for engine in topology.engines:  # as the code alone says: what an environment sets does not stand here
        at = engine.url.password_at
        if at is None or at in seen or engine.role is Role.TEST:
            continue
        if not is_networked(engine) or _is_own_machine(engine):
            continue
        seen.add(at)
        elsewhere = (at.path, at.line) != (engine.at.path, engine.at.line)
        yield Problem(
            at,
            f"the password of '{engine.name}' stands here in plain text",
            subject=(engine.name, at.path),
            label="a literal password",
            notes=(Note(engine.at, "the engine that uses it", "engine"),) if elsewhere else (),
            confidence=Confidence.MEDIUM
            if isinstance(engine.url.value, FromEnv | OneOf)
            else Confidence.HIGH,
        )


def _is_own_machine(engine: Engine) -> bool:
    return all(isinstance(leaf, Known) and leaf.value in OWN_MACHINE for leaf in possible(engine.url.host))
