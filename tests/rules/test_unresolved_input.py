"""POOL911: what could not be found out."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from poollint.facts import UNKNOWN_RELEASE, Database, Pooler
from poollint.findings import Finding
from poollint.source import Span
from poollint.topology import Topology, Unresolved
from poollint.values import Known, Unknown, Value
from poollint_rules.tool.unresolved_input import unresolved_input

AT, ELSEWHERE = Span("db.py", 1, 1, 1, 9), Span("db.py", 5, 1, 5, 9)
SO = "is not known, so no budget counts it"
CODE = "POOL911"


def database(limit: Value) -> Database:
    return Database(AT, "main", "postgresql", "postgresql", limit, Known(3, AT))


SIZED = database(Known(100, AT))
POOLER = Pooler(AT, "pgbouncer", "bouncer", UNKNOWN_RELEASE, Known("transaction", AT), Known(1, AT))


@pytest.mark.parametrize(
    ("unresolved", "found"),
    [
        pytest.param((), [], id="nothing"),
        pytest.param((Unresolved(AT, "a", "why"),), [(f"a {SO}: why", [])], id="one"),
        pytest.param((Unresolved(AT, "a", "why", "line"),), [(f"a {SO}: why", ["line"])], id="settled"),
        pytest.param(
            (Unresolved(AT, "a", "why"), Unresolved(AT, "b", "why"), Unresolved(AT, "c", "why")),
            [(f"a {SO}: why; 2 more like it", [])],
            id="same-reason",
        ),
        pytest.param(
            (Unresolved(AT, "a", "why"), Unresolved(AT, "b", "other"), Unresolved(ELSEWHERE, "c", "why")),
            [(f"a {SO}: why; 1 more like it", []), (f"b {SO}: other", [])],
            id="different",
        ),
    ],
)
def test_topology(unresolved: tuple[Unresolved, ...], found: list[tuple[str, list[str]]]) -> None:
    problems = unresolved_input.check(Topology(unresolved=unresolved, databases=(SIZED,)))
    assert [
        (each.message, [line for one in each.details for line in one.lines]) for each in problems
    ] == found


@pytest.mark.parametrize(
    ("topology", "count"),
    [
        pytest.param(Topology(), 0, id="no-server"),
        pytest.param(Topology(databases=(database(Unknown("size", AT)),)), 0, id="limit-unknown"),
        pytest.param(Topology(databases=(database(Unknown("size", AT)), SIZED)), 1, id="one-limit-known"),
        pytest.param(Topology(poolers=(POOLER,)), 1, id="pooler"),
    ],
)
def test_only_where_it_would_change_a_judgement(topology: Topology, count: int) -> None:
    known = replace(topology, unresolved=(Unresolved(AT, "a", "why"),))
    assert len(list(unresolved_input.check(known))) == count


@pytest.mark.parametrize(
    ("path", "text", "command", "count"),
    [
        pytest.param("app/db.py", "", "python -m app.main", 1, id="service"),
        pytest.param(
            "app/db.py",
            "from alembic import context\ncontext.configure()\n",
            "python -m app.main",
            0,
            id="migration",
        ),
        pytest.param("scripts/copy_all.py", "", "python scripts/copy_all.py", 0, id="script"),
    ],
)
def test_role(
    path: str,
    text: str,
    command: str,
    count: int,
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    made = "import os\nfrom sqlalchemy import create_engine\nengine = create_engine(os.environ['DB'])\n"
    files = {
        "app/main.py": "from app.db import engine\n",
        path: text + made,
        "compose.yaml": f"services:\n  api:\n    build: .\n    command: {command}\n"
        "  main:\n    image: postgres:16\n",
    }
    assert len(findings(CODE, files)) == count


@pytest.mark.parametrize(
    ("scheme", "count"),
    [pytest.param("postgresql", 1, id="connections"), pytest.param("bigquery", 0, id="requests-of-http")],
)
def test_dialect(
    scheme: str, count: int, findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]
) -> None:
    made = "import os\nfrom sqlalchemy import create_engine\n"
    made += f"engine = create_engine(f'{scheme}://{{os.environ[\"PROJECT\"]}}/set')\n"
    files = {
        "app/main.py": "from app.db import engine\n",
        "app/db.py": made,
        "compose.yaml": "services:\n  api:\n    build: .\n    command: uvicorn app.main:app\n"
        "  main:\n    image: postgres:16\n",
    }
    assert len(findings(CODE, files)) == count
