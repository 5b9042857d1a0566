"""A rule is made of a documented generator."""

from collections.abc import Iterator

import pytest

from poollint.rule import Check, Problem, Rule, Severity, rule
from poollint.topology import Topology


def documented(_topology: Topology) -> Iterator[Problem]:
    """Something is wrong.

    More about it.
    """
    return iter(())


def undocumented(_topology: Topology) -> Iterator[Problem]:
    return iter(())


def made(check: Check) -> Rule:
    decorate = rule(code="POOL999", severity=Severity.INFO, since="0.1.0", sources=())
    return decorate(check)


def test_name_and_summary_come_from_the_function() -> None:
    found = made(documented)

    assert (found.name, found.summary, str(found.severity)) == ("documented", "Something is wrong.", "info")
    assert list(found.check(Topology())) == []


def test_a_rule_without_a_page_is_none() -> None:
    with pytest.raises(ValueError, match="undocumented has no documentation"):
        made(undocumented)
