from collections.abc import Iterator

from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology


@rule(code="POOL901", severity=Severity.WARNING, since="0.1.0", sources=())
def unused_suppression(_topology: Topology) -> Iterator[Problem]:
    """A comment silences a rule that finds nothing there.

    The problem was mended, or the rule has become better, and the comment stayed. It will silence the next real finding at that
    place, and nobody will hear of it.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    # poollint: ignore[missing-pre-ping] the proxy never closes connections
    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## How it is decided

    Each rule that the comment names took part in the run, and none of its findings has a place in what the comment speaks
    about. A rule that was not selected, or did not run (preview, pedantic), gives no finding here.

    ## When to ignore it

    Delete the comment instead.
    """
    return iter(())  # decided in poollint.suppress, when all findings are known
