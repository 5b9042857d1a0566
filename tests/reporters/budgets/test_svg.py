"""Budgets as a picture: well-formed, complete in itself, nothing over anything else."""

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from poollint.facts import Argument
from poollint.reporters.budgets import render
from poollint.reporters.budgets.drawing import Edge, Node, drawing
from poollint.source import Span
from poollint.topology import Topology
from poollint.values import Known, Unknown

HERE = Span("compose.yaml", 1, 1, 1, 2)
SVG = "{http://www.w3.org/2000/svg}"


def parsed(*topologies: Topology) -> ET.Element:
    return ET.fromstring(render("svg", topologies))  # noqa: S314 - our own text


def texts(picture: ET.Element, kind: str | None = None) -> list[str]:
    return ["".join(each.itertext()) for each in picture.iter(f"{SVG}text") if each.get("class") == kind]


def test_a_shop_as_boxes_and_arrows(shop: tuple[Topology, ...]) -> None:
    picture = parsed(*shop)

    assert texts(picture) == ["web", "jobs", "pgbouncer", "main", "archive"]
    assert texts(picture, "label") == ["114", "30", "30"]
    assert texts(picture, "title") == ["compose:compose.yaml"]
    assert texts(picture, "detail") == [
        "1 copy × 19 processes", "1 copy × 5 processes", "114 of 100", "60 of 97", "accepts 97",
    ]  # fmt: skip
    assert [each.get("class") for each in picture.iter(f"{SVG}rect")] == [
        "client", "client", "pooler over", "database", "database",
    ]  # fmt: skip


def test_a_picture_needs_nothing_from_outside(shop: tuple[Topology, ...]) -> None:
    text = render("svg", shop).replace("http://www.w3.org/2000/svg", "")

    assert not re.search(r"https?:|href|<script|@import|url\(", text)


def test_boxes_lie_in_the_picture_and_apart(shop: tuple[Topology, ...]) -> None:
    picture = parsed(*shop)
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))
    boxes = [
        tuple(float(each.get(key, -1)) for key in ("x", "y", "width", "height"))
        for each in picture.iter(f"{SVG}rect")
    ]

    for x, y, across, down in boxes:
        assert 0 <= x < x + across <= width
        assert 0 <= y < y + down <= height
    for number, (x, y, across, down) in enumerate(boxes):
        for x2, y2, across2, down2 in boxes[number + 1 :]:
            assert x + across <= x2 or x2 + across2 <= x or y + down <= y2 or y2 + down2 <= y


def test_an_arrow_that_skips_the_poolers_stays_in_its_row(shop: tuple[Topology, ...]) -> None:
    arrows = [each.get("d", "") for each in parsed(*shop).iter(f"{SVG}path")][1:]

    assert [arrow for arrow in arrows if "H514" in arrow] == [arrows[1]]
    (topology,) = shop
    direct = replace(topology, poolers=(), clients=(replace(topology.clients[1], poolers=()),))
    assert " H" not in "".join(each.get("d", "") for each in list(parsed(direct).iter(f"{SVG}path"))[1:])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("a<b>&c", "a<b>&c", id="escaped"),
        pytest.param("x" * 24, "x" * 24, id="as long as the box"),
        pytest.param("x" * 25, "x" * 25 + "x" * 23 + "…", id="shortened, with the whole name as its title"),
    ],
)
def test_names_are_shown_as_they_are(shop: tuple[Topology, ...], name: str, shown: str) -> None:
    (topology,) = shop
    jobs = topology.clients[1]
    odd = replace(jobs, workload=replace(jobs.workload, name=name))

    assert shown in texts(parsed(replace(topology, clients=(odd,))))


def test_environments_stand_below_each_other(shop: tuple[Topology, ...]) -> None:
    one, two = parsed(*shop), parsed(*shop, replace(shop[0], environment=""), Topology(environment="empty"))

    assert float(two.get("height", 0)) == 2 * float(one.get("height", 0))
    assert [each.get("transform") for each in two.iter(f"{SVG}g")] == ["translate(0 0)", "translate(0 202)"]
    assert texts(two, "title") == ["compose:compose.yaml"]


def test_nothing_found_is_said() -> None:
    assert texts(parsed(Topology())) == ["No database or pooler was found."]


def test_what_is_not_known_is_no_alarm_and_what_has_no_limit_is(shop: tuple[Topology, ...]) -> None:
    (topology,) = shop
    jobs = topology.clients[1]
    open_end = replace(jobs, program=replace(jobs.program, processes=Unknown("left to the node", HERE)))
    endless = replace(
        jobs, engine=replace(jobs.engine, pool=replace(jobs.engine.pool, overflow=Known(-1, HERE)))
    )

    def main(topology: Topology) -> Node:
        return next(each for each in drawing(topology).nodes if each.name == "main")

    unknown = main(replace(topology, clients=(open_end,)))
    unlimited = main(replace(topology, clients=(endless,)))
    assert (unknown.detail, unknown.is_over) == ("? of 97", False)
    assert (unlimited.detail, unlimited.is_over) == ("∞ of 97", True)


def test_engines_of_one_workload_share_an_arrow(shop: tuple[Topology, ...]) -> None:
    (topology,) = shop
    jobs = topology.clients[1]

    found = drawing(replace(topology, clients=(jobs, jobs), poolers=()))

    assert [(each.name, each.detail) for each in found.nodes] == [
        ("jobs", "1 copy × 5 processes"), ("main", "60 of 97"), ("archive", "accepts 97"),
    ]  # fmt: skip
    assert found.edges == (Edge(0, 1, "60"),)


def test_declared_clients_are_drawn(shop: tuple[Topology, ...]) -> None:
    (topology,) = shop
    database = replace(topology.databases[1], others=(Argument("metabase", Known(9, HERE), HERE),))

    found = drawing(Topology(databases=(database,)))

    assert [(each.kind, each.name, each.detail) for each in found.nodes] == [
        ("client", "metabase", "declared"), ("database", "archive", "9 of 97"),
    ]  # fmt: skip
    assert found.edges == (Edge(0, 1, "9"),)


def test_pods_and_single_processes_are_called_so(
    understood: Callable[[int], tuple[Topology, ...]],
) -> None:
    (topology,) = understood(1)
    web = topology.clients[0]
    pods = replace(web.workload.pods, maximum=Known(2, HERE), surge=Known(1, HERE))
    client = replace(web, workload=replace(web.workload, platform="kubernetes", pods=pods))

    found = drawing(replace(topology, clients=(client,)))

    assert found.nodes[0].detail == "3 pods × 1 process"
    assert found.edges[0].label == "18"
