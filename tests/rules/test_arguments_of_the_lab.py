"""What the lab shows to be refused is found, and what it shows to be accepted is not."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from poollint.findings import Finding
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
JUDGED = [rule.code for rule in RULES if "POOL202" <= rule.code <= "POOL208"]


def rows() -> list[tuple[str, Mapping[str, object]]]:
    return [
        (f"{path.stem}-{row['id']}-{row.get('sqlalchemy', '')}", row)
        for path in sorted(TABLES.glob("*.toml"))
        for row in tomllib.loads(path.read_text("utf-8"))["row"]
    ]


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in rows()])
def test_row(
    row: Mapping[str, object], findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]
) -> None:
    release = RELEASE.get(str(row.get("sqlalchemy", "2.0")), "")
    files = {"db.py": f"{IMPORTS}{row['source']}\n", "requirements.txt": release}
    codes = row["codes"]
    assert isinstance(codes, list)
    found = [code for code in JUDGED if findings(code, files)]
    assert found == [code for code in codes if code in JUDGED]
