"""The text for people, to the character."""

import re
from dataclasses import replace
from typing import Protocol

import pytest

from poollint.findings import Finding, Report
from poollint.reporters import Options, reporter
from poollint.rule import Detail, Note, Problem, Rule, Severity
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Confidence


class Reports(Protocol):
    def __call__(self, *findings: Finding, listed: int = 412) -> Report: ...


OVERCOMMITTED = """\
error[POOL501] database-overcommitted: 'api' and 'worker' can open 2040 connections to 'main'; it accepts 397
   --> k8s/api/hpa.yaml:11:16
    |
 11 |   maxReplicas: 12
    |                ^^ 12 pods, 15 during a rolling update (maxSurge 25%)
    |
   ::: src/app/db.py:9:9
    |
  9 |         pool_size=20,
    |         ------------ 20 kept open per process
 10 |         max_overflow=10,
    |         --------------- 10 more under load
    |
   = budget                   per process   processes   pods     total
       api     20 + 10            30     ×     4     ×   15   =   1800
       worker   5 + 10 default    15     ×     8     ×    2   =    240
       peak                                                       2040
       main    400 max_connections − 3 reserved                    397   5.1× over
   = fits: pool_size + max_overflow ≤ 2 at 15 pods (peak 360); or PgBouncer in transaction mode before 'main'
   = confidence: high (11 inputs read from files, 1 from configuration, 0 assumed)
   = help: poollint explain POOL501
"""


def full(report: Report, options: Options | None = None) -> str:
    return reporter("full")(report, options or Options())


def test_a_finding_and_the_counts(report_of: Reports, overcommitted: Finding, unpinged: Finding) -> None:
    report = replace(
        report_of(overcommitted, unpinged),
        suppressed=(unpinged,) * 3,
        baselined=(unpinged,) * 4,
        hidden=(_unsure(unpinged),) * 2,
    )

    text = full(report)

    assert text.startswith(OVERCOMMITTED + "\n")
    assert text.endswith(
        "\n"
        "2 findings: 1 error, 1 warning · 1 fixable with --fix · "
        "3 suppressed, 4 in baseline, 2 hidden (low confidence)\n"
        "Checked 1 database in 412 files · 1 input unresolved: poollint inspect\n"
    )


def _unsure(finding: Finding) -> Finding:
    return replace(finding, problem=replace(finding.problem, confidence=Confidence.LOW))


def test_a_place_over_several_lines_is_marked_on_its_first(report_of: Reports, unpinged: Finding) -> None:
    assert full(report_of(unpinged)).startswith(
        """\
warning[POOL101] missing-pre-ping: no pre-ping
  --> src/app/db.py:8:10
   |
 8 | engine = create_engine(
   |          ^^^^^^^^^^^^^^
   |
  = confidence: medium
  = help: poollint explain POOL101

1 finding: 1 warning · 1 fixable with --fix
"""
    )


def test_nothing_found(report_of: Reports) -> None:
    assert full(report_of()) == "All good. 1 database. · 1 input unresolved: poollint inspect\n"


def test_quiet_and_nothing_found(report_of: Reports) -> None:
    assert full(report_of(), Options(quiet=True)) == ""


def test_quiet_leaves_the_findings(report_of: Reports, unpinged: Finding) -> None:
    text = full(report_of(unpinged), Options(quiet=True))

    assert text.endswith("  = help: poollint explain POOL101\n")


def test_nothing_to_check(empty: Report) -> None:
    assert full(empty) == "Nothing to check: no engine and no manifest in 412 files.\n"


def test_findings_without_facts(empty: Report, unpinged: Finding) -> None:
    assert full(replace(empty, findings=(unpinged,))).endswith("Checked nothing in 412 files\n")


def test_hidden_for_another_reason(report_of: Reports, unpinged: Finding) -> None:
    assert "1 hidden ·" in full(replace(report_of(), hidden=(unpinged,)))


def test_statistics_count_by_rule(report_of: Reports, unpinged: Finding, overcommitted: Finding) -> None:
    text = full(report_of(unpinged, unpinged, overcommitted), Options(statistics=True))

    assert "\n2  POOL101  missing-pre-ping\n1  POOL501  database-overcommitted\n\n3 findings" in text


def test_what_a_change_did_not_touch_is_counted(report_of: Reports) -> None:
    assert "7 in what did not change" in full(report_of(), Options(untouched=7))


def test_informational_findings_have_no_plural(report_of: Reports, unpinged: Finding) -> None:
    info = replace(unpinged, severity=Severity.INFO)

    assert "\n2 findings: 2 info · 2 fixable with --fix\n" in full(report_of(info, info))


def test_suppressed_findings_are_shown_on_demand(report_of: Reports, unpinged: Finding) -> None:
    report = replace(
        report_of(), suppressed=(replace(unpinged, suppressed="batch"), replace(unpinged, suppressed=""))
    )

    assert "POOL101" not in full(report)
    assert "  = suppressed: batch\n" in full(report, Options(suppressed=True))
    assert "  = suppressed: without a reason\n" in full(report, Options(suppressed=True))


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        pytest.param(("prod", "staging"), "prod, staging", id="two"),
        pytest.param(("a", "b", "c", "d"), "a, b, c, d", id="one more than are named"),
        pytest.param(("a", "b", "c", "d", "e"), "a, b, c and 2 more", id="many"),
    ],
)
def test_environments_are_named(
    names: tuple[str, ...], shown: str, report_of: Reports, unpinged: Finding
) -> None:
    finding = replace(unpinged, environments=names)

    assert f"  = environments: {shown}\n" in full(report_of(finding))


def test_skipped_files_are_listed_unless_they_are_findings(report_of: Reports, unpinged: Finding) -> None:
    report = replace(report_of(), skipped=(Skipped(Span("x.py", 3, 1, 3, 1), "syntax error"),))
    unreadable = replace(
        unpinged,
        rule=_named(unpinged.rule, "unreadable-file"),
        problem=Problem(Span("x.py", 3, 1, 3, 1), "cannot be read", ("x.py",)),
    )

    assert full(report).startswith("skipped x.py:3: syntax error\n")
    assert "skipped" not in full(replace(report, findings=(unreadable,)))


def _named(rule: Rule, name: str) -> Rule:
    return replace(rule, name=name)


def test_paths_are_shown_from_the_working_directory(report_of: Reports, unpinged: Finding) -> None:
    assert "--> ../src/app/db.py:8:10\n" in full(report_of(unpinged), Options(show=lambda path: f"../{path}"))


def test_colors_are_codes_around_the_same_text(report_of: Reports, overcommitted: Finding) -> None:
    report = report_of(overcommitted)
    colored = full(report, Options(colors=True))

    assert colored.startswith("\x1b[1;31merror[POOL501]\x1b[0m \x1b[1mdatabase-overcommitted")
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == full(report)
    assert "\x1b" not in full(report)


def problem(
    text: str, *places: tuple[int, int, int], path: str = "a.py", label: str = ""
) -> tuple[Report, str]:
    """A report on a text, the first place primary, the others notes; and its excerpts."""
    first, *others = (Span(path, line, column, line, end) for line, column, end in places)
    found = Problem(first, "x", (), label, tuple(Note(at, "note") for at in others))
    finding = Finding(_RULE, found, Severity.WARNING, "")
    report = Report((finding,), (), (), (), (), (), {path: SourceFile(path, text)}, 1)
    return report, re.split("\n +=", full(report))[0].partition("\n")[2]


_RULE = Rule("POOL999", "some-rule", Severity.WARNING, "0.1.0", (), "Doc.", lambda _: iter(()))


def test_a_password_is_never_shown() -> None:
    line = 'engine = create_engine("postgresql://app:hunter2@db/shop", pool_size=5)'
    column = line.index("pool_size") + 1

    _, text = problem(line, (1, column, column + 11))

    assert text == (
        "  --> a.py:1:60\n"
        "   |\n"
        ' 1 | engine = create_engine("postgresql://app:***@db/shop", pool_size=5)\n'
        "   |                                                        ^^^^^^^^^^^\n"
        "   |"
    )


def test_tabs_and_wide_letters_keep_the_marks_below() -> None:
    assert problem("\tx = '数' + y\n", (1, 12, 13))[1].split("\n")[2:4] == [
        " 1 |     x = '数' + y",
        "   |                ^",
    ]


def test_combining_marks_take_no_room() -> None:
    assert problem("e\u0301 = y\n", (1, 6, 7))[1].split("\n")[2:4] == [" 1 | e\u0301 = y", "   |     ^"]


def test_terminals_are_given_nothing_to_obey() -> None:
    text = problem("x = '\x1b[2J'\n", (1, 1, 2), label="\x1b[0m")[1]

    assert "\x1b" not in text
    assert r"'\x1b[2J'" in text


def test_what_cannot_be_printed_is_written_as_a_code() -> None:
    assert problem("x = '\u2028\udcff'\n", (1, 1, 2))[1].split("\n")[2] == r" 1 | x = '\u2028\xff'"


def test_long_lines_are_cut_around_the_place() -> None:
    line = "x" * 300 + "HERE" + "y" * 300
    shown, marks = problem(line, (1, 301, 305))[1].split("\n")[2:4]

    assert len(shown) < 180
    assert shown[marks.index("^") : marks.rindex("^") + 1] == "HERE"
    assert shown[5] == shown[-1] == "…"


def test_the_beginning_of_a_long_line_stays() -> None:
    shown, marks = problem("HERE" + "y" * 300, (1, 1, 5))[1].split("\n")[2:4]

    assert (shown[5:9], marks[5:9]) == ("HERE", "^^^^")


def test_the_end_of_a_long_line_stays() -> None:
    shown, marks = problem("x" * 300 + "HERE", (1, 301, 305))[1].split("\n")[2:4]

    assert (shown[-4:], marks[-4:]) == ("HERE", "^^^^")


def test_places_beyond_the_text_do_no_harm() -> None:
    assert problem("x", (7, 9, 9))[1].split("\n")[2:4] == [" 7 |", "   | ^"]


def test_files_that_are_not_there_show_labels_alone(report_of: Reports, overcommitted: Finding) -> None:
    report = replace(report_of(overcommitted), files={})

    assert "   --> k8s/api/hpa.yaml:11:16\n    |\n    | ^ 12 pods, 15 during" in full(report)


LINES = "".join(f"line {number}\n" for number in range(1, 40))


def test_lines_between_marks() -> None:
    text = problem(LINES, (1, 1, 2), (11, 1, 2), (13, 1, 2), (17, 1, 2), (17, 3, 4), (30, 1, 2))[1]

    assert text == (
        "   --> a.py:1:1\n"
        "    |\n"
        "  1 | line 1\n"
        "    | ^\n"
        "    |\n"
        "   ::: a.py:11:1\n"
        "    |\n"
        " 11 | line 11\n"
        "    | - note\n"
        " 12 | line 12\n"
        " 13 | line 13\n"
        "    | - note\n"
        " ...\n"
        " 17 | line 17\n"
        "    | - note\n"
        "    |   - note\n"
        "    |\n"
        "   ::: a.py:30:1\n"
        "    |\n"
        " 30 | line 30\n"
        "    | - note\n"
        "    |"
    )


def test_a_detail_that_its_title_would_cover(report_of: Reports, unpinged: Finding) -> None:
    details = (Detail("order", ("first", "second")), Detail("nothing", ()))
    finding = replace(unpinged, problem=replace(unpinged.problem, details=details))

    assert "  = order:\n      first\n      second\n  = nothing\n" in full(report_of(finding))
