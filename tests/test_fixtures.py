"""Whole small projects: what a person reads about each, to the character, and whether its sums are right."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import groupby
from math import inf
from pathlib import Path

import pytest

from poollint.budget import Budget, database_budgets, pooler_budgets
from poollint.cli import main
from poollint.cli.settings import settings
from poollint.project import open_project
from poollint.remedies import remedies
from poollint.run import understand
from poollint.supposing import parse, supposed
from poollint.topology import Topology
from poollint.values import likely_bounds

FIXTURES = Path(__file__).parent.parent / "fixtures"
COMMANDS = {"expected.txt": "check", "budget.txt": "budget"}
PROJECTS = sorted(each.name for each in FIXTURES.iterdir() if each.is_dir())

ROW = re.compile(
    r"^  (?P<name>\S+) +(?P<parts>\S.*?)  +(?P<each>unlimited|[\d?]+) +× +(?P<processes>[\d?]+) +"
    r"× +(?P<pods>[\d?]+) += +(?P<total>[\d?∞]+)(?P<out>   not in the peak)?$"
)
PEAK = re.compile(r"^  peak +(?P<peak>[\d?∞]+)$")
DATABASE = re.compile(
    r"^  (?P<name>\S+) +(?P<limit>[\d?]+(?: to \d+)?) max_connections − (?P<reserved>\d+) reserved +"
    r"(?P<capacity>[\d?]+(?: to \d+)?)(?:   (?P<over>[\d.]+)× over)?$"
)
POOLER = re.compile(
    r"^  (?P<name>\S+) +(?P<limit>[\d?]+) clients admitted +(?P<capacity>[\d?]+)"
    r"(?:   (?P<over>[\d.]+)× over)?$"
)
FILLING = re.compile(
    r"^  \[(?P<bar>[█░]{40})\]  (?P<used>\d+) of (?:\d+ to )?(?P<accepted>\d+) connections "
    r"\((?P<share>\d+)%\)"
    r"(?P<over>, over|, perhaps over)?$"
)
PARTS = re.compile(r"^\(?(\d+)(?: default)? \+ (\d+)(?: default)?\)?(?: × (\d+))?(?:, at most (\d+))?$")


@pytest.fixture(params=PROJECTS)
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A project in a folder of its own, as somebody would check it out, which is the working directory."""
    name: str = request.param
    shutil.copytree(FIXTURES / name, tmp_path / name, ignore=shutil.ignore_patterns(*COMMANDS))
    monkeypatch.chdir(tmp_path / name)
    for variable in ("FORCE_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(variable, raising=False)
    return name


def topologies() -> tuple[Topology, ...]:
    """What is understood of the project in the working directory."""
    chosen = settings((".",), None, {}, isolated=False)
    return understand(open_project(chosen.root, (".",), exclude=chosen.config.exclude), chosen.config)


@pytest.mark.parametrize("file", COMMANDS)
def test_a_project_reads_as_it_is_kept(
    project: str, file: str, update: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([COMMANDS[file], "."])
    printed = capsys.readouterr()

    kept = FIXTURES / project / file
    if update:
        kept.write_text(printed.out, encoding="utf-8")
    assert printed.out == kept.read_text(encoding="utf-8")
    assert printed.err == ""


def test_every_project_says_what_it_shows() -> None:
    """Exactly one file of each begins with a comment of one sentence about the project."""
    for name in PROJECTS:
        said = [
            line
            for path in sorted((FIXTURES / name).rglob("*"))
            if path.is_file() and path.name not in COMMANDS
            for line in path.read_text(encoding="utf-8").splitlines()[:1]
            if line.startswith("# ")
        ]
        assert len(said) == 1, (name, said)


def blocks(text: str) -> Iterator[list[str]]:
    """The budgets of an output, each as its lines."""
    for is_empty, lines in groupby(text.splitlines(), key=lambda line: not line):
        block = list(lines)
        if not is_empty and not block[0].startswith("# "):
            yield block


@pytest.mark.parametrize("name", PROJECTS)
def test_every_printed_sum_can_be_recomputed(name: str) -> None:
    kept = (FIXTURES / name / "budget.txt").read_text(encoding="utf-8")

    assert sum(check_block(block) for block in blocks(kept)) == kept.count("\n  peak ")


def check_block(block: list[str]) -> int:
    """Recompute a budget from what is printed; how many equations it has."""
    rows = [found for line in block if (found := ROW.match(line))]
    for row in rows:
        check_row(row)
    peaks = [found["peak"] for line in block if (found := PEAK.match(line))]
    if not peaks:
        assert not rows
        return 0
    (peak,) = peaks
    assert rows
    assert len(rows) == sum("×" in line and "=" in line for line in block)
    counted = [row["total"] for row in rows if not row["out"]]
    if peak == "∞":
        assert "∞" in counted
    elif peak == "?":
        assert "?" in counted
    else:
        assert int(peak) == sum(map(int, counted))
    (capacity,) = [found for line in block if (found := DATABASE.match(line) or POOLER.match(line))]
    check_capacity(capacity, peak)
    check_filling(block[1], capacity["capacity"], peak)
    return 1


def printed(format_name: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        main(["budget", "--output-format", format_name, "."])
    return capsys.readouterr().out


def number(value: dict[str, object] | None) -> float | None:
    """A number of a JSON output; None where it is not one known number."""
    found = None if value is None or value["kind"] != "known" else value["value"]
    return found if isinstance(found, int | float) else None


def test_every_sum_in_json_can_be_recomputed(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(printed("json", capsys))

    assert document["budgets"], project
    for budget in document["budgets"]:
        for term in budget["terms"]:
            factors = [number(term[name]) for name in ("per_process", "processes", "pods", "surge")]
            if None not in factors:
                each, processes, pods, surge = (factor or 0 for factor in factors)
                whole = each * processes * (pods + surge)
                assert term["peak"] == (None if whole == inf else whole), (project, term)
        peaks = [term["peak"] for term in budget["terms"] if term["in_peak"]]
        assert budget["peak"] == (None if None in peaks else sum(peaks)), (project, budget["server"])
        limit, reserved = number(budget["limit"]), number(budget["reserved"])
        if limit is not None and reserved is not None:
            assert budget["capacity"] == limit - reserved


MARKDOWN_ROW = re.compile(
    r"^\| (?P<name>.+?)(?P<out> \(not in the peak\))? \| .* = (?P<each>\S+) \| (?P<processes>\S+) "
    r"\| (?P<pods>\S+) \| (?P<total>\S+) \|$"
)


def test_every_sum_in_markdown_can_be_recomputed(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    counted: list[str] = []
    peaks = 0
    for line in printed("markdown", capsys).splitlines():
        if line.startswith("### "):
            counted = []
        elif row := MARKDOWN_ROW.match(line):
            check_product(row)
            counted += [] if row["out"] else [row["total"]]
        elif line.startswith("| **peak**"):
            peaks += 1
            peak = line.split("**")[3]
            assert peak in counted if peak in "∞?" else int(peak) == sum(map(int, counted)), (project, line)
    kept = (FIXTURES / project / "budget.txt").read_text(encoding="utf-8")
    assert peaks == kept.count("\n  peak ")


def check_row(row: re.Match[str]) -> None:
    check_product(row)
    each = row["each"]
    parts = PARTS.match(row["parts"])
    if parts and each.isdecimal():
        size, overflow, pairs, cap = (int(group) if group else None for group in parts.groups())
        whole = ((size or 0) + (overflow or 0)) * (pairs or 1)
        assert int(each) == (whole if cap is None else min(whole, cap)), row[0]


def check_product(row: re.Match[str]) -> None:
    each, processes, pods, total = row["each"], row["processes"], row["pods"], row["total"]
    if each == "unlimited":
        assert total == "∞"
    elif "?" in {each, processes, pods}:
        assert total == "?"
    else:
        assert int(each) * int(processes) * int(pods) == int(total), row[0]


def check_capacity(found: re.Match[str], peak: str) -> None:
    limits, capacities = ends(found["limit"]), ends(found["capacity"])
    reserved = int(found.groupdict().get("reserved") or 0)
    assert capacities == [limit - reserved for limit in limits]
    if peak.isdecimal() and capacities and int(peak) > capacities[-1]:
        assert found["over"] == f"{int(peak) / capacities[-1]:.1f}"
    else:
        assert found["over"] is None


def ends(text: str) -> list[int]:
    """A number as itself, a range as both its ends, a question mark as nothing."""
    return [int(number) for number in text.split(" to ") if number != "?"]


def check_filling(line: str, capacity: str, peak: str) -> None:
    found = FILLING.match(line)
    numbers = ends(capacity)
    if found is None:
        assert "?" in {peak, capacity} or peak == "∞"
        return
    accepted, used = numbers[-1], int(peak)
    assert (int(found["used"]), int(found["accepted"])) == (used, accepted)
    assert int(found["share"]) == round(100 * used / accepted)
    assert found["bar"].count("█") == min(40, round(40 * used / accepted))
    assert found["over"] == (", over" if used > accepted else ", perhaps over" if used > numbers[0] else None)


def every_budget(found: tuple[Topology, ...]) -> list[Budget]:
    return [
        budget for topology in found for budget in (*database_budgets(topology), *pooler_budgets(topology))
    ]


def test_what_would_fit_does_fit(project: str) -> None:
    before = topologies()

    for number, budget in enumerate(every_budget(before)):
        for remedy in remedies(budget):
            changed = supposed(before, map(parse, remedy.what_if))
            after = every_budget(changed)[number]

            assert after.peak == remedy.peak, (project, remedy)
            assert after.peak <= likely_bounds(after.capacity).least, (project, remedy)


@pytest.mark.parametrize(
    ("says", "least"),
    [
        pytest.param(lambda text: text.startswith("All good: peak "), 4, id="clean"),
        pytest.param(lambda text: "POOL501" in text, 5, id="too many connections"),
        pytest.param(lambda text: "POOL201" in text, 1, id="an unbounded pool"),
        pytest.param(lambda text: "POOL502" in text, 1, id="too many during a rollout"),
        pytest.param(lambda text: "POOL504" in text, 1, id="left to the CPU count"),
        pytest.param(lambda text: "POOL405" in text, 1, id="session mode"),
        pytest.param(lambda text: "POOL406" in text, 1, id="client limit"),
        pytest.param(lambda text: "POOL910" in text, 1, id="unreadable"),
        pytest.param(lambda text: " suppressed" in text, 1, id="suppressed"),
    ],
)
def test_the_projects_show_what_they_are_for(says: Callable[[str], bool], least: int) -> None:
    found = [
        name for name in PROJECTS if says((FIXTURES / name / "expected.txt").read_text(encoding="utf-8"))
    ]

    assert len(found) >= least
