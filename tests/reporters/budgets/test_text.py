"""Budgets for the terminal, to the character."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from poollint.budget import Budget, database_budgets
from poollint.reporters.budgets import render
from poollint.reporters.budgets.text import bar, filling, judgement
from poollint.source import Span
from poollint.topology import Topology
from poollint.values import Alternative, Documented, Known, Unknown, Value, one_of

HERE = Span("k8s/main.yaml", 8, 13, 8, 15)
SIZE = Unknown("not in the files", HERE)

SHOP = """\
# compose:compose.yaml

main (postgresql, compose.yaml:15)
  [█████████████████████████░░░░░░░░░░░░░░░]  60 of 97 connections (62%)
                             per process     processes     pods     total
  jobs       4 + 2                6       ×      5      ×   1    =     30
  pgbouncer  30 + 0 default      30       ×      1      ×   1    =     30
  peak                                                                 60
  main       100 max_connections − 3 reserved                          97
  verdict: fits
  inputs: 4 read from files, 4 from documented defaults

archive (postgresql, compose.yaml:17)
  accepts 97 connections; no client here was linked to it

pgbouncer (pgbouncer, compose.yaml:12)
  [████████████████████████████████████████]  114 of 100 connections (114%), over
                    per process     processes     pods     total
  web        4 + 2       6       ×     19      ×   1    =    114
  peak                                                       114
  pgbouncer  100 clients admitted                            100   1.1× over
  fits: max_client_conn ≥ 114 in 'pgbouncer' (peak 114); or \
pool_size + max_overflow ≤ 5 in 'web', as 3 + 2 or split 70/30 as 4 + 1 (peak 95)
  verdict: too many, proven: 114 can be in use at once
  session mode: only 30 have a server connection at once, the others wait
  inputs: 3 read from files, 3 from documented defaults
"""


def test_a_shop_as_a_person_reads_it(shop: tuple[Topology, ...]) -> None:
    assert render("text", shop) == SHOP


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_environments_that_look_the_same_are_shown_once(form: str, shop: tuple[Topology, ...]) -> None:
    (alone,) = shop
    staging = replace(alone, environment="staging")
    other = replace(alone, environment="bare", clients=())
    text = render(form, (alone, staging, other))

    assert text.count("compose:compose.yaml, staging") == 1
    assert text.count("114") == render(form, shop).count("114")
    assert text.index("bare") > text.index("staging")


def test_a_pooler_in_session_mode_with_room_for_all_says_nothing_of_it(
    understood: Callable[[int], tuple[Topology, ...]],
) -> None:
    text = render("text", understood(4))

    assert "24 of 100 connections (24%)" in text
    assert "session mode" not in text


def test_a_project_without_manifests_has_no_environment(
    shop: tuple[Topology, ...],
) -> None:
    (topology,) = shop
    database = topology.databases[0]

    text = render("text", (Topology(databases=(replace(database, max_connections=SIZE),)),))

    assert text == (
        "main (postgresql, compose.yaml:15)\n"
        "  how many connections it accepts is not known; no client here was linked to it\n"
    )


def test_nothing_found_is_said() -> None:
    assert render("text", (Topology(environment="k8s"),)) == (
        "No database or pooler was found, so there is no budget.\n"
    )


@pytest.mark.parametrize(
    ("used", "accepted", "filled"),
    [
        pytest.param(0, 100, 0, id="empty"),
        pytest.param(50, 100, 20, id="half"),
        pytest.param(100, 100, 40, id="full"),
        pytest.param(900, 100, 40, id="too much"),
        pytest.param(5, 0, 40, id="nothing accepted"),
    ],
)
def test_a_bar_is_as_long_as_a_server_is_full(used: int, accepted: int, filled: int) -> None:
    assert bar(used, accepted) == f"[{'█' * filled}{'░' * (40 - filled)}]"


@pytest.fixture
def budget(shop: tuple[Topology, ...]) -> Callable[[Mapping[str, Value]], Budget]:
    """A budget of `jobs` alone: 6 connections x 5 processes x 1 copy, with some numbers replaced."""

    def make(changes: Mapping[str, Value]) -> Budget:
        found, *_ = database_budgets(shop[0])
        term, limit = found.terms[0], changes.get("limit", Known(100, HERE))
        term = replace(
            term,
            each=changes.get("each", term.each),
            processes=changes.get("processes", term.processes),
            pods=changes.get("pods", term.pods),
            surge=changes.get("surge", term.surge),
        )
        return replace(found, terms=(term,), limit=limit, reserved=Known(0, HERE), capacity=limit)

    return make


RANGE = one_of(Alternative(Known(number, Documented("rds", "a page", certain=False))) for number in (25, 35))
UNLIMITED = Known(float("inf"), HERE)


@pytest.mark.parametrize(
    ("changes", "filled", "judged"),
    [
        pytest.param({}, "30 of 100 connections (30%)", "fits", id="fits"),
        pytest.param(
            {"surge": Known(1, HERE)},
            "60 of 100 connections (60%)",
            "fits, also during a rollout",
            id="fits during a rollout",
        ),
        pytest.param(
            {"surge": SIZE},
            "30 of 100 connections (30%)",
            "fits between rollouts, of which it is not known how many copies they add",
            id="fits, and nobody knows what a rollout adds",
        ),
        pytest.param(
            {"surge": Known(3, HERE)},
            "120 of 100 connections (120%), over",
            "too many, likely during a rollout; proven is that 5 can be in use at once",
            id="too many during a rollout",
        ),
        pytest.param(
            {"pods": Known(5, HERE)},
            "150 of 100 connections (150%), over",
            "too many, likely; proven is that 25 can be in use at once",
            id="likely",
        ),
        pytest.param(
            {"pods": Known(21, HERE)},
            "630 of 100 connections (630%), over",
            "too many, proven: 105 can be in use at once",
            id="proven",
        ),
        pytest.param(
            {"limit": RANGE},
            "30 of 25 to 35 connections (86%), perhaps over",
            "too many, likely; proven is that 5 can be in use at once",
            id="within a range",
        ),
        pytest.param(
            {"limit": Known(0, HERE)},
            "30 of 0 connections, over",
            "too many, proven: 5 can be in use at once",
            id="nothing accepted",
        ),
        pytest.param(
            {"each": UNLIMITED},
            "no limit on what its clients open; it accepts 100 connections",
            "not decidable: 'jobs' has no limit",
            id="unlimited",
        ),
        pytest.param(
            {"each": UNLIMITED, "limit": SIZE},
            "no limit on what its clients open",
            "not decidable: 'jobs' has no limit; the limit of 'main' (not in the files) not known",
            id="unlimited, and the limit is not known",
        ),
        pytest.param(
            {"processes": Unknown("left to the node", HERE)},
            "the peak is not known; it accepts 100 connections",
            "not decidable: the processes of 'jobs' (left to the node) not known",
            id="not known",
        ),
        pytest.param(
            {"each": Unknown("no number", HERE)},
            "the peak is not known; it accepts 100 connections",
            "not decidable",
            id="not known, without a reason in the operands",
        ),
        pytest.param(
            {"limit": SIZE},
            "30 connections; how many it accepts is not known",
            "not decidable: the limit of 'main' (not in the files) not known",
            id="the limit is not known",
        ),
    ],
)
def test_a_budget_in_two_lines(
    budget: Callable[[Mapping[str, Value]], Budget], changes: dict[str, Value], filled: str, judged: str
) -> None:
    found = budget(changes)

    assert filling(found).rpartition("]  ")[2] == filled
    assert judgement(found) == judged


@pytest.mark.parametrize(
    ("share", "judged"),
    [
        pytest.param(0.3, "fits", id="as planned"),
        pytest.param(0.2, "fits, but 10 more than the configuration plans for", id="more than planned"),
    ],
)
def test_a_plan_lowers_nothing_but_is_said(
    budget: Callable[[Mapping[str, Value]], Budget],
    shop: tuple[Topology, ...],
    share: float,
    judged: str,
) -> None:
    database = replace(shop[0].databases[0], share=Known(share, HERE))

    assert judgement(replace(budget({}), server=database)) == judged
