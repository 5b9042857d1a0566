"""What the lab shows to be refused is found, and what it shows to be accepted is not."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from poollint.config import Config
from poollint.project import Project
from poollint.run import lint
from poollint_rules import RULES

TABLES = Path(__file__).parents[1] / "lab" / "arguments"
IMPORTS = """\
from uuid import uuid4

from sqlalchemy import create_engine, engine_from_config
from sqlalchemy.ext.asyncio import AsyncEngine, async_engine_from_config, create_async_engine
from sqlalchemy.pool import (
    AssertionPool, AsyncAdaptedQueuePool, NullPool, QueuePool, SingletonThreadPool, StaticPool
)
"""
RELEASE = {"2.0": "sqlalchemy==2.0.57", "newest": "sqlalchemy==2.1.9"}
JUDGING = [rule for rule in RULES if "POOL202" <= rule.code <= "POOL208"]


def rows() -> list[tuple[str, Mapping[str, object]]]:
    return [
        (f"{path.stem}-{row['id']}-{row.get('sqlalchemy', '')}", row)
        for path in sorted(TABLES.glob("*.toml"))
        for row in tomllib.loads(path.read_text("utf-8"))["row"]
    ]


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in rows()])
def test_row(row: Mapping[str, object]) -> None:
    release = RELEASE.get(str(row.get("sqlalchemy", "2.0")), "")
    files = {"db.py": f"{IMPORTS}{row['source']}\n", "requirements.txt": release}
    report = lint(Project.of(files), JUDGING, Config(), today=date(2026, 11, 20))
    codes = row["codes"]
    assert isinstance(codes, list)
    judged = {rule.code for rule in JUDGING}
    assert {found.rule.code for found in (*report.findings, *report.hidden)} == judged.intersection(codes)
