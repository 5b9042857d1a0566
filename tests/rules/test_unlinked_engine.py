"""POOL912: an engine that no workload runs."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL912"
ENGINE = "from sqlalchemy import create_engine\nengine = create_engine('{}')\n"
PYTHON = "services:\n  api:\n    build: ./app\n    command: gunicorn app.main:app\n"
LINKED = f"{PYTHON}  db:\n    image: postgres:16\n"
BOUNCED = f"{PYTHON}  bouncer:\n    image: edoburu/pgbouncer:1.23\n"
IMAGE_ONLY = "services:\n  cache:\n    image: redis:7\n"
MIGRATION = "services:\n  api:\n    build: ./app\n    command: alembic upgrade head\n"


@pytest.mark.parametrize(
    ("path", "url", "manifest", "count"),
    [
        pytest.param("reports/db.py", "postgresql://app@db/x", LINKED, 1, id="unlinked"),
        pytest.param("reports/db.py", "postgresql://app@db/x", BOUNCED, 1, id="only-a-pooler"),
        pytest.param("reports/db.py", "postgresql://app@db/x", PYTHON, 0, id="no-server"),
        pytest.param("app/main.py", "postgresql://app@db/x", LINKED, 0, id="linked"),
        pytest.param("reports/db.py", "postgresql://app@db/x", IMAGE_ONLY, 0, id="no-python"),
        pytest.param("reports/db.py", "postgresql://app@db/x", MIGRATION, 0, id="only-migrations"),
        pytest.param("reports/db.py", "postgresql://app@db/x", "", 0, id="no-manifest"),
        pytest.param("reports/db.py", "sqlite:///x.db", LINKED, 0, id="sqlite"),
        pytest.param("scripts/load.py", "postgresql://app@db/x", LINKED, 0, id="script"),
        pytest.param("tests/db.py", "postgresql://app@db/x", LINKED, 0, id="test"),
    ],
)
def test_project(
    path: str, url: str, manifest: str, count: int, shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]
) -> None:
    files = {"app/main.py": "app = None\n", path: ENGINE.format(url), "compose.yaml": manifest}
    assert shown(CODE, files) == ("info high",) * count


def test_engine_of_one_call(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    text = "from sqlalchemy import create_engine\n\n\ndef check(url):\n    create_engine(url).connect()\n"
    files = {"app/main.py": "app = None\n", "reports/db.py": text, "compose.yaml": LINKED}
    assert shown(CODE, files) == ()


def test_message(findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]) -> None:
    files = {
        "app/main.py": "app = None\n",
        "reports/db.py": ENGINE.format("postgresql://app@db/x"),
        "compose.yaml": LINKED,
    }
    (found,) = findings(CODE, files)
    assert found.problem.message == (
        "no workload that the manifests show runs 'reports.db:engine', so no budget counts it"
    )
    assert found.problem.details[0].lines == (
        '[[tool.poollint.workloads]] name = "..."; engines = ["reports.db:engine"]',
    )


def test_engine_that_another_environment_runs(
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = {
        "app/main.py": "app = None\n",
        "reports/db.py": ENGINE.format("postgresql://app@db/x"),
        "compose.yaml": LINKED,
        "reports/compose.yaml": LINKED.replace("./app", ".").replace("app.main:app", "reports.db:engine"),
    }
    assert shown(CODE, files) == ()
