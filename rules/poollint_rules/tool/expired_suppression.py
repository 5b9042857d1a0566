from collections.abc import Iterator

from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology


@rule(code="POOL904", severity=Severity.WARNING, since="0.1.0", sources=())
def expired_suppression(_topology: Topology) -> Iterator[Problem]:
    """A comment silenced a finding until a day that has passed.

    It does not silence any more: what it was meant for is reported again beside this.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    # poollint: ignore[missing-pre-ping; until=2020-12-31] the proxy is replaced in December
    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## How it is decided

    The day behind `until=` is before today. On that day itself the comment still holds.

    ## When to ignore it

    Mend the problem, or give the comment a new day.
    """
    return iter(())  # decided in poollint.suppress
