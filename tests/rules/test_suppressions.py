"""POOL901 to POOL904: what is wrong with comments that silence."""

from datetime import date

import pytest

from poollint.config import Config
from poollint.project import Project
from poollint.run import lint
from poollint.topology import Topology
from poollint_rules import RULES

COMMENTS = ("POOL901", "POOL902", "POOL903", "POOL904")


@pytest.mark.parametrize("code", COMMENTS)
def test_topology_alone_says_nothing(code: str) -> None:
    (rule,) = (each for each in RULES if each.code == code)
    assert list(rule.check(Topology())) == []


@pytest.mark.parametrize(
    ("code", "comment", "expected"),
    [
        pytest.param("POOL902", "ignore[POOL999] a reason", ("warning high",), id="no-such-rule"),
        pytest.param("POOL902", "ignore[POOL101] a reason", (), id="known"),
        pytest.param("POOL903", "ignore[POOL101]", ("warning high",), id="no-reason"),
        pytest.param("POOL903", "ignore[POOL101] a reason", (), id="reason"),
        pytest.param(
            "POOL904", "ignore[POOL101; until=2026-11-19] a reason", ("warning high",), id="yesterday"
        ),
        pytest.param("POOL904", "ignore[POOL101; until=2026-11-20] a reason", (), id="today"),
    ],
)
def test_comment(
    code: str,
    comment: str,
    expected: tuple[str, ...],
) -> None:
    text = (
        "from sqlalchemy import create_engine\n"
        f"engine = create_engine('postgresql://app@db/x')  # poollint: {comment}\n"
    )
    found = lint(Project.of({"db.py": text}), RULES, Config(), today=date(2026, 11, 20)).findings
    assert (
        tuple(f"{each.severity} {each.problem.confidence}" for each in found if each.rule.code == code)
        == expected
    )
