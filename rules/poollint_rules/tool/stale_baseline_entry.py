from collections.abc import Iterator

from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology


@rule(code="POOL905", severity=Severity.WARNING, since="0.1.0", sources=())
def stale_baseline_entry(_topology: Topology) -> Iterator[Problem]:
    """The baseline lists a finding that is not found any more.

    The problem was mended and its entry stayed. When it comes back, the baseline hides it, and nobody hears of it.

    ## Bad

    ```toml title="poollint.toml"
    baseline = ".poollint-baseline.json"
    ```

    ```json title=".poollint-baseline.json"
    {
      "schema": "poollint-baseline/1",
      "findings": [
        {
          "fingerprint": "0123456789abcdef0123456789abcdef",
          "rule": "POOL201",
          "severity": "error",
          "path": "db.py",
          "message": "pool_size=0 lets 'db:engine' open connections without any limit",
          "excess": null
        }
      ]
    }
    ```

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## Good

    ```json title=".poollint-baseline.json"
    {"schema": "poollint-baseline/1", "findings": []}
    ```

    ## How it is decided

    No finding of the run has the entry's fingerprint. An entry of a rule that did not take part in the run gives no finding.

    ## When to ignore it

    Delete the entry instead: `poollint baseline prune`.
    """
    return iter(())  # decided in poollint.baseline, when all findings are known
