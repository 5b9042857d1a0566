from collections.abc import Iterator

from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology


@rule(code="POOL902", severity=Severity.WARNING, since="0.1.0", sources=())
def unknown_rule_in_suppression(_topology: Topology) -> Iterator[Problem]:
    """A comment that silences names no rule, or cannot be understood.

    It silences nothing: the finding that it was meant for is still reported, or the rule was renamed and the comment is a leftover.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    # poollint: ignore[mising-pre-ping] the proxy never closes connections
    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    # poollint: ignore[missing-pre-ping] the proxy never closes connections
    engine = create_engine(os.environ["DATABASE_URL"])
    ```

    ## How it is decided

    What stands between the brackets is no code (`POOL101`), no beginning of one (`POOL1`) and no name (`missing-pre-ping`);
    or there are no brackets; or the word before them is neither `ignore` nor `ignore-file`; or the date behind `until=` is no date.

    ## When to ignore it

    Never: write the name as `poollint rules` prints it.
    """
    return iter(())  # decided in poollint.suppress
