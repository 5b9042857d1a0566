"""Formats for programs, against what their readers demand."""

import json
import re
from dataclasses import replace
from importlib.resources import files
from math import inf
from typing import Protocol
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from poollint.findings import Finding, Report
from poollint.reporters import FORMATS, Options, reporter
from poollint.rule import Measure, Note, Severity
from poollint.source import Skipped, Span
from poollint.topology import Topology
from poollint.values import Confidence


class Reports(Protocol):
    def __call__(self, *findings: Finding, listed: int = 412) -> Report: ...


SKIPPED = (Skipped(Span("broken.py", 3, 1, 3, 1), "syntax error: x, y"),)


@pytest.fixture
def report(report_of: Reports, overcommitted: Finding, unpinged: Finding) -> Report:
    return replace(
        report_of(overcommitted, unpinged),
        skipped=SKIPPED,
        suppressed=(replace(unpinged, suppressed="batch job", fingerprint="b" * 32),),
        baselined=(replace(unpinged, baselined=True, fingerprint="c" * 32),),
    )


def render(name: str, report: Report, options: Options | None = None) -> str:
    return reporter(name)(report, options or Options(version="0.1.0"))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_deterministic_text_without_escapes(name: str, report: Report) -> None:
    text = render(name, report)

    assert text == render(name, report)
    assert "\x1b" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_lists_what_was_skipped(name: str, report: Report) -> None:
    assert "syntax error" in render(name, report)
    assert "broken.py" in render(name, report)


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_a_password(name: str, report_of: Reports, overcommitted: Finding) -> None:
    url = "postgresql://u:hunter2@h/d"
    problem = replace(
        overcommitted.problem,
        message=url,
        label=url,
        notes=(Note(Span("src/app/db.py", 1, 1, 1, 2), url),),
        measure=None,
    )

    assert "hunter2" not in render(name, report_of(replace(overcommitted, problem=problem)))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_nothing_when_nothing_is_found(name: str, report_of: Reports) -> None:
    assert "POOL" not in render(name, report_of())


# --- JSON ---


def schema(name: str) -> jsonschema.Draft202012Validator:
    text = files("poollint").joinpath("schemas", name).read_text("utf-8")
    document = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


def test_json_is_as_published(report: Report) -> None:
    schema("report.json").validate(json.loads(render("json", report, Options(suppressed=True))))


def test_json_of_a_finding(report: Report) -> None:
    document = json.loads(render("json", report))
    first, second = document["findings"]

    assert (first["code"], first["name"]) == ("POOL501", "database-overcommitted")
    assert (first["severity"], first["confidence"]) == ("error", "high")
    assert first["primary"] == {
        "path": "k8s/api/hpa.yaml",
        "line": 11,
        "column": 16,
        "end_line": 11,
        "end_column": 18,
        "label": "12 pods, 15 during a rolling update (maxSurge 25%)",
    }
    assert first["related"][0] == {
        "role": "engine",
        "location": {"path": "src/app/db.py", "line": 9, "column": 9, "end_line": 9, "end_column": 21},
        "value": "20 kept open per process",
        "source": "src/app/db.py:9",
    }
    assert first["measure"] == {"value": 2040, "limit": 397, "unit": "connections"}
    assert first["url"] == "https://example.org/limits"
    assert second["fixes"][0]["set"] == {"pool_pre_ping": "True"}
    assert (second["measure"], second["url"]) == (None, None)
    assert document["summary"]["errors"] == document["summary"]["warnings"] == 1
    assert document["unresolved"][0]["settle"] == "processes = 4"


def test_json_has_no_infinity(report_of: Reports, overcommitted: Finding) -> None:
    problem = replace(overcommitted.problem, measure=Measure(inf, 397, "connections"))
    document = json.loads(render("json", report_of(replace(overcommitted, problem=problem))))

    assert document["findings"][0]["measure"]["value"] is None


def test_json_lines(report: Report) -> None:
    first, second, third = map(json.loads, render("jsonl", report).splitlines())

    assert (first["code"], second["code"]) == ("POOL501", "POOL101")
    assert third == {"skipped": "broken.py", "line": 3, "why": "syntax error: x, y"}


# --- concise ---


def test_concise(report: Report) -> None:
    assert render("concise", report).splitlines() == [
        (
            "k8s/api/hpa.yaml:11:16: error POOL501 database-overcommitted: 2040 > 397"
            " (also src/app/db.py:9, src/app/db.py:10)"
        ),
        "src/app/db.py:8:10: warning POOL101 missing-pre-ping: no pre-ping",
        "broken.py:3:1: skipped: syntax error: x, y",
        "2 findings: 1 error, 1 warning · 1 fixable with --fix · 1 suppressed, 1 in baseline",
    ]


def test_concise_shows_suppressed_findings(report: Report) -> None:
    text = render("concise", report, Options(suppressed=True, quiet=True))

    assert "no pre-ping [suppressed: batch job]\n" in text
    assert "findings:" not in text


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        pytest.param(Measure(inf, 100, "x"), "unbounded > 100", id="no bound"),
        pytest.param(Measure(0.5, 1, "x"), "0.5 < 1", id="too little"),
        pytest.param(Measure(2, 2, "x"), "2 = 2", id="equal"),
    ],
)
def test_concise_measures(measure: Measure, said: str, report_of: Reports, overcommitted: Finding) -> None:
    problem = replace(overcommitted.problem, measure=measure, notes=())

    assert f": {said}\n" in render("concise", report_of(replace(overcommitted, problem=problem)))


def test_concise_of_nothing(report_of: Reports) -> None:
    assert render("concise", report_of()) == "0 findings\n"


# --- SARIF ---


def test_sarif(report: Report) -> None:
    document = json.loads(render("sarif", report))
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    by_print = {each["partialFingerprints"]["primaryLocationLineHash"]: each for each in run["results"]}
    first = by_print["f" * 32 + ":1"]
    region = first["locations"][0]["physicalLocation"]["region"]

    assert document["version"] == "2.1.0"
    assert [rule["id"] for rule in driver["rules"]] == ["POOL101", "POOL501"]
    assert driver["rules"][1]["helpUri"] == "https://example.org/limits"
    assert driver["rules"][1]["help"]["markdown"].startswith("The clients of a database")
    assert "security-severity" not in json.dumps(document)
    assert driver["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "POOL501"
    assert region == {"startLine": 11, "startColumn": 16, "endColumn": 18}
    assert first["message"]["text"].endswith("(see [src/app/db.py:9](0), [src/app/db.py:10](1))")
    assert [each["id"] for each in first["relatedLocations"]] == [0, 1]
    assert first["suppressions"] == []
    assert by_print["b" * 32 + ":1"]["suppressions"] == [{"kind": "inSource", "justification": "batch job"}]
    assert by_print["c" * 32 + ":1"]["suppressions"][0]["kind"] == "external"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("skipped")


def test_sarif_regions_stand_on_one_line(report_of: Reports, unpinged: Finding) -> None:
    (result,) = json.loads(render("sarif", report_of(unpinged)))["runs"][0]["results"]

    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 8, "startColumn": 10}


def test_sarif_paths_are_uris(report_of: Reports, unpinged: Finding) -> None:
    problem = replace(unpinged.problem, at=Span("a b/é#.py", 1, 1, 1, 2), message="see [x] \\ y")
    (result,) = json.loads(render("sarif", report_of(replace(unpinged, problem=problem))))["runs"][0][
        "results"
    ]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "a%20b/%C3%A9%23.py",
        "uriBaseId": "SRCROOT",
    }
    assert result["message"]["text"] == "see \\[x\\] \\\\ y"


# --- GitHub ---


def test_github(report: Report) -> None:
    assert render("github", report).splitlines() == [
        (
            "::error file=k8s/api/hpa.yaml,line=11,col=16,endColumn=17,title=POOL501 database-overcommitted::"
            "'api' and 'worker' can open 2040 connections to 'main'; it accepts 397"
            "%0Asrc/app/db.py:9: 20 kept open per process%0Asrc/app/db.py:10: 10 more under load"
        ),
        "::warning file=src/app/db.py,line=8,endLine=11,title=POOL101 missing-pre-ping::no pre-ping",
        "::warning file=broken.py,line=3::skipped: syntax error: x, y",
    ]


def test_github_escapes(report_of: Reports, unpinged: Finding) -> None:
    problem = replace(unpinged.problem, at=Span("a,b:c%.py", 1, 2, 1, 2), message="50 %\r\nmore")
    (line,) = render("github", report_of(replace(unpinged, problem=problem))).splitlines()

    assert line == (
        "::warning file=a%2Cb%3Ac%25.py,line=1,col=2,endColumn=2,title=POOL101 missing-pre-ping"
        "::50 %25%0D%0Amore"
    )


@pytest.mark.parametrize(
    ("severity", "shown", "rest"),
    [
        pytest.param(Severity.ERROR, 10, "2 more errors", id="errors"),
        pytest.param(Severity.INFO, 9, "3 more infos", id="notices make room for the notice"),
    ],
)
def test_github_shows_the_surest_ten(
    severity: Severity, shown: int, rest: str, report_of: Reports, unpinged: Finding
) -> None:
    findings = [
        replace(unpinged, severity=severity, problem=replace(unpinged.problem, message=f"m{number}"))
        for number in range(11)
    ]
    sure = replace(findings[0], problem=replace(findings[0].problem, message="s", confidence=Confidence.HIGH))
    lines = render("github", report_of(*findings, sure)).splitlines()

    assert sum(" file=" in line for line in lines) == shown
    assert lines[0].endswith("::s")
    assert lines[-1] == f"::notice title=poollint::{rest} in the log"


# --- GitLab, rdjson, Azure, JUnit ---


def test_gitlab(report: Report) -> None:
    issues = json.loads(render("gitlab", report))

    assert [issue["severity"] for issue in issues] == ["critical", "major", "minor"]
    assert issues[0]["location"] == {"path": "k8s/api/hpa.yaml", "lines": {"begin": 11, "end": 11}}
    assert issues[0]["fingerprint"] == "f" * 32
    assert [place["lines"]["begin"] for place in issues[0]["other_locations"]] == [9, 10]
    for issue in issues:
        assert issue["type"] == "issue"
        assert {"description", "check_name", "fingerprint", "severity", "location"} <= issue.keys()


def test_rdjson(report: Report) -> None:
    document = json.loads(render("rdjson", report))
    first, second, third = document["diagnostics"]

    assert document["source"] == {"name": "poollint"}
    assert [each["severity"] for each in document["diagnostics"]] == ["ERROR", "WARNING", "WARNING"]
    assert first["location"] == {
        "path": "k8s/api/hpa.yaml",
        "range": {"start": {"line": 11, "column": 16}, "end": {"line": 11, "column": 18}},
    }
    assert first["code"] == {"value": "POOL501", "url": "https://example.org/limits"}
    assert len(first["related_locations"]) == 2
    assert second["code"] == {"value": "POOL101"}
    assert third["message"] == "skipped: syntax error: x, y"


def test_azure(report: Report) -> None:
    assert render("azure", report).splitlines() == [
        (
            "##vso[task.logissue type=error;sourcepath=k8s/api/hpa.yaml;linenumber=11;columnnumber=16;"
            "code=POOL501]database-overcommitted: 'api' and 'worker' can open 2040 connections to 'main';"
            " it accepts 397"
        ),
        (
            "##vso[task.logissue type=warning;sourcepath=src/app/db.py;linenumber=8;columnnumber=10;"
            "code=POOL101]missing-pre-ping: no pre-ping"
        ),
        (
            "##vso[task.logissue type=warning;sourcepath=broken.py;linenumber=3;columnnumber=1]"
            "skipped: syntax error: x, y"
        ),
    ]


def test_junit(report: Report) -> None:
    root = ET.fromstring(render("junit", report))  # noqa: S314 - our own output
    suites = root.findall("testsuite")

    assert root.attrib == {"name": "poollint", "tests": "3", "failures": "2", "errors": "0"}
    assert [suite.get("name") for suite in suites] == ["k8s/api/hpa.yaml", "src/app/db.py", "skipped"]
    for suite in suites:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
    failure = suites[0].find("testcase/failure")
    assert failure is not None
    assert "20 kept open per process" in (failure.text or "")
    assert suites[2].find("testcase/skipped") is not None


def test_junit_of_nothing_is_a_test_that_passes(report_of: Reports) -> None:
    root = ET.fromstring(render("junit", report_of()))  # noqa: S314 - our own output

    assert root.get("tests") == "1"
    assert root.find("testsuite/testcase") is not None
    assert root.find("testsuite/testcase/failure") is None


def test_junit_holds_any_text(report_of: Reports, unpinged: Finding) -> None:
    problem = replace(unpinged.problem, message="<&\"'\x00\x1b>")
    root = ET.fromstring(  # noqa: S314 - our own output
        render("junit", report_of(replace(unpinged, problem=problem)))
    )
    failure = root.find("testsuite/testcase/failure")

    assert failure is not None
    assert failure.get("message") == "<&\"'??>"


# --- Markdown ---


def test_markdown(report: Report) -> None:
    text = render("markdown", report, Options(suppressed=True))

    assert "### error POOL501 database-overcommitted\n" in text
    assert "### warning POOL101 missing-pre-ping (suppressed: batch job)\n" in text
    assert "- `src/app/db.py:9` 20 kept open per process" in text
    assert "| `db.yaml:1` | processes of 'web' | the command is not known |" in text
    assert re.search(r"budget:\n\n```text\n +per process", text)


def test_markdown_is_cut_below_the_limit(report_of: Reports, unpinged: Finding) -> None:
    long = replace(unpinged, problem=replace(unpinged.problem, message="x" * 10_000))
    text = render("markdown", report_of(*[long] * 200))

    assert len(text.encode()) < 1_000_000
    assert re.search(r"… and \d+ more parts: see the log.\n$", text)


def test_markdown_without_anything_unresolved(report_of: Reports) -> None:
    report = replace(report_of(), topologies=(Topology(),))

    assert "Unresolved" not in render("markdown", report)
