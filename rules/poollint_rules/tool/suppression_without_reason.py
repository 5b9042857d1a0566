from collections.abc import Iterator

from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology


@rule(code="POOL903", severity=Severity.WARNING, since="0.1.0", sources=())
def suppression_without_reason(_topology: Topology) -> Iterator[Problem]:
    """A comment silences a finding and does not say why.

    The finding is silenced. In a year nobody knows whether somebody had thought about it, so nobody dares to remove the
    comment, and nobody can tell when its reason is gone.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    # poollint: ignore[missing-pre-ping]
    engine = create_engine(os.environ["DATABASE_URL"])
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    # poollint: ignore[missing-pre-ping] every unit of work is retried after a disconnect
    engine = create_engine(os.environ["DATABASE_URL"])
    ```

    ## How it is decided

    Nothing stands behind the closing bracket.

    ## When to ignore it

    Switch the rule off in the configuration if your team does not want reasons: `ignore = ["suppression-without-reason"]`.
    """
    return iter(())  # decided in poollint.suppress
