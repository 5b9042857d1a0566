"""`--with FACTS.json`: two repositories that share one database, each of which fits alone."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from poollint.cli import main

DB = """\
import os

from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=10, max_overflow=5, pool_pre_ping=True)
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: 4
  strategy: {{type: Recreate}}
  template:
    spec:
      containers:
        - name: web
          image: shop/{name}:1
          command: [uvicorn, "app.main:app", --workers, "1"]
          env:
            - {{name: DATABASE_URL, value: "postgresql+asyncpg://app:hunter2@db/shop"}}
"""
CONFIGURATION = '[databases.main]\nmax-connections = {limit}\nurl-env = ["DATABASE_URL"]\n'


@dataclass(frozen=True)
class Ended:
    code: int | str | None
    out: str
    err: str


class Run(Protocol):
    def __call__(self, repository: str, *words: str) -> Ended: ...


@pytest.fixture
def poollint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in one of the repositories `shop`, `orders` and `empty`."""
    for name in ("shop", "orders"):
        files = {
            "app/db.py": DB,
            "app/main.py": "from app.db import engine\n",
            "deployment.yaml": DEPLOYMENT.format(name=name),
            "poollint.toml": CONFIGURATION.format(limit=100),
        }
        for path, text in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
    (tmp_path / "empty").mkdir()

    def run(repository: str, *words: str) -> Ended:
        monkeypatch.chdir(tmp_path / repository)
        with pytest.raises(SystemExit) as ended:
            main(words)
        captured = capsys.readouterr()
        return Ended(ended.value.code, captured.out, captured.err)

    return run


def inspected(poollint: Run, repository: str, file: Path) -> str:
    file.parent.mkdir(exist_ok=True)
    file.write_text(poollint(repository, "inspect", "--output-format", "json").out)
    return str(file)


@pytest.mark.parametrize(("here", "there"), [("shop", "orders"), ("orders", "shop")])
def test_together_they_are_too_many(here: str, there: str, poollint: Run, tmp_path: Path) -> None:
    facts = inspected(poollint, there, tmp_path / f"{there}.json")
    alone = poollint(here, "check")
    ended = poollint(here, "check", "--with", facts, "--output-format", "json")
    (found,) = json.loads(ended.out)["findings"]

    assert alone.out == "All good: peak 60 of 97 connections (62 %). 1 engine, 1 workload, 1 database.\n"
    assert (ended.code, found["code"], found["severity"]) == (1, "POOL501", "error")
    assert found["measure"] == {"value": 120, "limit": 97, "unit": "connections"}
    assert f"{there}.json:app/db.py" in ended.out
    assert "hunter2" not in ended.out


def test_a_migration_before_a_server_elsewhere_adds_nothing(poollint: Run, tmp_path: Path) -> None:
    before = poollint("shop", "budget", "--with", inspected(poollint, "orders", tmp_path / "plain.json")).out
    orders = tmp_path / "orders"
    (orders / "migrations").mkdir()
    (orders / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
    (orders / "migrations/env.py").write_text(
        "import os\nfrom alembic import context\nfrom sqlalchemy import create_engine\n"
        "context.configure(create_engine(os.environ['DATABASE_URL']).connect())\n"
    )
    text = (orders / "deployment.yaml").read_text()
    command = 'command: [sh, -c, "alembic upgrade head && uvicorn app.main:app"]'
    (orders / "deployment.yaml").write_text(
        text.replace('command: [uvicorn, "app.main:app", --workers, "1"]', command)
    )

    facts = inspected(poollint, "orders", tmp_path / "migrating.json")
    after = poollint("shop", "budget", "--with", facts).out

    peaks = [[line for line in out.splitlines() if line.startswith("  peak")] for out in (before, after)]
    assert [each[0].split() for each in peaks] == [["peak", "120"]] * 2
    assert "not in the peak" in after


def test_one_budget(poollint: Run, tmp_path: Path) -> None:
    facts = inspected(poollint, "orders", tmp_path / "orders.json")
    alone = poollint("shop", "budget").out
    together = poollint("shop", "budget", "--with", facts).out

    assert "orders" not in alone
    assert "120 of 97 connections" in together
    assert together.count("max_connections") == 1


def test_the_order_and_repetitions_make_no_difference(poollint: Run, tmp_path: Path) -> None:
    orders = inspected(poollint, "orders", tmp_path / "a" / "facts.json")
    shop = inspected(poollint, "shop", tmp_path / "b" / "facts.json")
    options = [("--with", one, "--with", other) for one, other in ((orders, shop), (shop, orders))]
    found = {poollint("empty", "check", *each, "--with", orders) for each in options}

    assert len(found) == 1
    (ended,) = found
    assert (ended.code, ended.out.count("error[POOL501]")) == (1, 1)
    assert "'orders' and 'shop' can open 120 connections to 'main'" in ended.out


def test_what_is_wrong_there_is_not_reported_here(poollint: Run, tmp_path: Path) -> None:
    (tmp_path / "orders/poollint.toml").write_text(CONFIGURATION.format(limit=20).replace("main", "other"))
    facts = inspected(poollint, "orders", tmp_path / "orders.json")

    assert poollint("orders", "check").code == 1
    assert poollint("shop", "check", "--with", facts).code == 0
    assert poollint("empty", "check", "--with", facts).code == 0


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        pytest.param("{}", [], "--with: facts.json: schema is missing", id="another document"),
        pytest.param("\udcff", [], "--with: 'utf-8' codec can't decode", id="no text"),
        pytest.param("{}", ["--scope", "file"], "--scope file", id="files alone"),
    ],
)
def test_errors(text: str, words: list[str], message: str, poollint: Run, tmp_path: Path) -> None:
    (tmp_path / "facts.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    ended = poollint("shop", "check", "--with", str(tmp_path / "facts.json"), *words)

    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_a_file_that_is_not_there(poollint: Run) -> None:
    assert poollint("shop", "budget", "--with", "nothing.json").code == 2
