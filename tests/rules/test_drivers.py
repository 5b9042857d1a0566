"""The driver of an engine, by the catalogue's name."""

import pytest

from poollint.config import Config
from poollint.project import Project
from poollint.run import understand
from poollint_rules.drivers import driver_name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("postgresql+asyncpg://db/x", "asyncpg", id="named"),
        pytest.param("mysql://db/x", "mysqldb", id="one-in-every-version"),
        pytest.param("sqlite:///x", "pysqlite", id="sqlite"),
        pytest.param("postgresql://db/x", None, id="version-decides"),
        pytest.param("firebird+fdb://db/x", None, id="not-known"),
    ],
)
def test_driver_name(url: str, name: str | None) -> None:
    text = f"from sqlalchemy import create_engine\nengine = create_engine({url!r})\n"
    (topology,) = understand(Project.of({"db.py": text}), Config())
    assert driver_name(topology.engines[0]) == name
