"""Budgets for pull requests: tables, and a drawing that Mermaid reads."""

import re
from dataclasses import replace
from math import inf

from poollint.reporters.budgets import render
from poollint.source import Span
from poollint.topology import Topology
from poollint.values import Known

HERE = Span("compose.yaml", 1, 1, 1, 2)
SHOP = """\
## Connection budget of compose:compose.yaml

```mermaid
flowchart LR
  n0["web<br/>1 copy × 19 processes"]
  n1["jobs<br/>1 copy × 5 processes"]
  n2(["pgbouncer<br/>114 of 100"])
  n3[("main<br/>60 of 97")]
  n4[("archive<br/>accepts 97")]
  n0 -->|"114"| n2
  n1 -->|"30"| n3
  n2 -->|"30"| n3
```

### main: 60 of 97 connections

| client | per process | processes | pods | total |
|---|---:|---:|---:|---:|
| jobs | 4 + 2 = 6 | 5 | 1 | 30 |
| pgbouncer | 30 + 0 default = 30 | 1 | 1 | 30 |
| **peak** | | | | **60** |

Verdict: fits.

### archive: accepts 97 connections

No client here was linked to it.

### pgbouncer: 114 of 100 connections

| client | per process | processes | pods | total |
|---|---:|---:|---:|---:|
| web | 4 + 2 = 6 | 19 | 1 | 114 |
| **peak** | | | | **114** |

Verdict: too many, proven: 114 can be in use at once.

Would fit: max_client_conn ≥ 114 in 'pgbouncer' (peak 114); or \
pool_size + max_overflow ≤ 5 in 'web', as 3 + 2 or split 70/30 as 4 + 1 (peak 95).
"""


def test_a_shop_as_it_stands_in_a_pull_request(shop: tuple[Topology, ...]) -> None:
    assert render("markdown", shop) == SHOP


def test_every_row_has_the_cells_of_its_head(shop: tuple[Topology, ...]) -> None:
    (topology,) = shop
    odd = replace(topology.clients[1], workload=replace(topology.clients[1].workload, name='a|"b"'))

    text = render("markdown", (replace(topology, clients=(topology.clients[0], odd)),))

    assert {line.count("|") for line in text.splitlines() if line.startswith("|")} == {6}
    labels = re.findall(r'^  n\d+\S*"(.*)"\S*$', text, re.MULTILINE)
    assert len(labels) == 5
    assert not any('"' in label for label in labels)


def test_a_pool_without_limit_is_infinite(shop: tuple[Topology, ...]) -> None:
    (topology,) = shop
    jobs = topology.clients[1]
    endless = replace(jobs.engine, pool=replace(jobs.engine.pool, overflow=Known(-1, HERE)))

    text = render("markdown", (replace(topology, clients=(replace(jobs, engine=endless),)),))

    assert "### main: ∞ of 97 connections" in text
    assert "| jobs | 4 + -1 = unlimited | 5 | 1 | ∞ |" in text
    assert "| **peak** | | | | **∞** |" in text
    assert '-->|"∞"|' in text
    assert str(inf) not in text


def test_nothing_found_is_said() -> None:
    assert render("markdown", (Topology(),)) == ("## Connection budget\n\nNo database or pooler was found.\n")
