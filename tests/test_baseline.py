"""The baseline sets known findings aside until they get worse, and says when it is out of date."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from poollint.baseline import BaselineError, Entry, apply, dump, entry_of, is_worse, load
from poollint.cli.baseline import command
from poollint.cli.check import command as check
from poollint.config import Config
from poollint.findings import Finding, Report
from poollint.project import Project
from poollint.rule import Severity
from poollint.run import lint
from poollint.source import SourceFile, Span
from poollint_rules import RULES

ENGINE = 'from sqlalchemy import create_engine\n\nengine = create_engine("postgresql://db/shop"{})\n'
WORSE, MENDED = ", pool_size=0", ", pool_pre_ping=True"
NAME = ".poollint-baseline.json"
TODAY = date(2026, 11, 20)


def report(arguments: str, baseline: str | None = None, **config: object) -> Report:
    files = {"app/db.py": ENGINE.format(arguments)}
    if baseline is not None:
        files[NAME] = baseline
    keys = Config(baseline=None if baseline is None else NAME, **config)  # type: ignore[arg-type]
    return lint(Project.of(files), RULES, keys, today=TODAY)


def found(arguments: str) -> tuple[Finding, ...]:
    return report(arguments).findings


def entry(**changes: object) -> Entry:
    values: dict[str, object] = {
        "fingerprint": "f" * 32, "rule": "POOL501", "severity": Severity.WARNING, "path": "a.yaml",
        "message": "too many", "excess": 1.5, "at": Span(NAME, 1, 1, 1, 1),
    }  # fmt: skip
    return Entry(**{**values, **changes})  # type: ignore[arg-type]


def test_what_is_written_is_read_again() -> None:
    entries = tuple(entry_of(each) for each in found(WORSE))

    again = load(SourceFile(NAME, dump(entries)))

    assert [(each.fingerprint, each.rule, each.excess) for each in again] == [
        (each.fingerprint, each.rule, each.excess) for each in sorted(entries, key=lambda each: each.rule)
    ]
    assert all(f'"{each.fingerprint}"' in dump(entries).split("\n")[each.at.line - 1] for each in again)


def test_the_order_of_findings_does_not_change_the_file() -> None:
    entries = [entry_of(each) for each in found(WORSE)]

    assert len(entries) > 1
    assert dump(entries) == dump(reversed(entries))


def test_known_findings_are_set_aside_and_counted() -> None:
    known = report("", dump(entry_of(each) for each in found("")))

    assert (known.findings, [each.rule.code for each in known.baselined]) == ((), ["POOL101"])
    assert all(each.baselined for each in known.baselined)


def test_a_new_finding_is_reported_beside_known_ones() -> None:
    fresh = report(WORSE, dump(entry_of(each) for each in found("")))

    assert [each.rule.code for each in fresh.findings] == ["POOL201"]


def test_an_entry_that_finds_nothing_is_stale() -> None:
    stale = report(MENDED, dump(entry_of(each) for each in found("")))

    assert [(each.rule.code, each.problem.at.path) for each in stale.findings] == [("POOL905", NAME)]


def test_an_entry_of_a_rule_that_does_not_run_is_not_stale() -> None:
    quiet = report(MENDED, dump(entry_of(each) for each in found("")), ignore=("POOL101",))

    assert quiet.findings == ()


def test_the_baseline_does_not_silence_what_is_mandatory() -> None:
    loud = report("", dump(entry_of(each) for each in found("")), mandatory=("POOL101",))

    assert [each.rule.code for each in loud.findings if each.rule.code == "POOL101"] == ["POOL101"]


@pytest.mark.parametrize(
    ("then", "worse"),
    [
        pytest.param(entry(severity=Severity.ERROR, excess=None), False, id="as grave"),
        pytest.param(entry(severity=Severity.WARNING, excess=None), True, id="graver now"),
        pytest.param(entry(severity=Severity.ERROR, excess=1.0), False, id="no measure now"),
    ],
)
def test_worse_by_severity(then: Entry, *, worse: bool) -> None:
    (finding,) = (each for each in found(WORSE) if each.rule.code == "POOL201")

    assert is_worse(finding, then) is worse


@pytest.mark.parametrize(
    ("excess", "worse"),
    [(0.5, True), (0.0, False), (None, False)],
    ids=["nearer then", "the same", "unmeasured then"],
)
def test_worse_by_measure(excess: float | None, *, worse: bool) -> None:
    (finding,) = found(", pool_recycle=0, pool_pre_ping=True")
    now = entry_of(finding).excess

    then = entry(severity=finding.severity, excess=None if excess is None else excess - 1 if worse else now)

    assert is_worse(finding, then) is worse


def test_entries_without_findings_and_findings_without_entries() -> None:
    outcome = apply(found(""), [entry()])

    assert (len(outcome.fresh), outcome.known, outcome.stale) == (1, (), (entry(),))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("{", "not JSON", id="no JSON"),
        pytest.param("[]", "schema: is not poollint-baseline/1", id="a list"),
        pytest.param('{"schema": "x"}', "schema: is not", id="another schema"),
        pytest.param('{"schema": "poollint-baseline/1"}', "findings: is not a list", id="no findings"),
    ],
)
def test_files_that_are_no_baseline(text: str, says: str) -> None:
    with pytest.raises(BaselineError, match=says):
        load(SourceFile(NAME, text))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"rule": 5}, r"findings\[0\].rule: is not a text", id="rule"),
        pytest.param({"severity": "bad"}, r"findings\[0\].severity: is none of", id="severity"),
        pytest.param({"excess": "x"}, r"findings\[0\].excess: is not a number", id="excess"),
        pytest.param(None, r"findings\[0\]: is not a table", id="entry"),
    ],
)
def test_entries_that_are_none(changes: dict[str, object] | None, says: str) -> None:
    document = json.loads(dump([entry()]))
    document["findings"][0] = None if changes is None else {**document["findings"][0], **changes}

    with pytest.raises(BaselineError, match=says):
        load(SourceFile(NAME, json.dumps(document)))


def test_a_missing_baseline_is_an_error() -> None:
    with pytest.raises(BaselineError, match="there is no such baseline"):
        lint(Project.of({"a.py": ""}), RULES, Config(baseline=NAME), today=TODAY)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "db.py").write_text(ENGINE.format(""))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, [*words])
    return result.exit_code, result.output


def test_create_show_update_and_prune(repository: Path) -> None:
    assert run("create") == (0, f"poollint: {NAME}: 1 finding\n")
    assert run("show")[1].startswith("POOL101 db.py: 'db:engine'")
    assert CliRunner().invoke(check, ["--baseline", NAME]).exit_code == 0
    assert CliRunner().invoke(check, ["--no-baseline"]).exit_code == 1

    (repository / "db.py").write_text(ENGINE.format(MENDED + WORSE))
    assert run("prune") == (0, f"poollint: {NAME}: 0 findings\n")
    assert run("show") == (0, "The list is empty.\n")
    assert run("update") == (0, f"poollint: {NAME}: 1 finding\n")


def test_paths_count_from_the_configuration_or_from_where_the_command_stands(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = repository / "services" / "shop"
    inner.mkdir(parents=True)
    (inner / "poollint.toml").write_text('baseline = "known.json"\n')
    (repository / "db.py").rename(inner / "db.py")
    (repository / ".git").mkdir()
    monkeypatch.chdir(inner)

    assert run("create") == (0, "poollint: services/shop/known.json: 1 finding\n")
    assert CliRunner().invoke(check, []).exit_code == 0
    assert CliRunner().invoke(check, ["--baseline", str(inner / "known.json")]).exit_code == 0
    assert CliRunner().invoke(check, ["--no-baseline"]).exit_code == 1


def test_usage(repository: Path) -> None:
    assert "there is no" in run("update")[1]
    assert run("create", "--baseline", "known.json") == (0, "poollint: known.json: 1 finding\n")
    assert "exists already" in run("create", "--baseline", "known.json")[1]
    assert repository.joinpath("known.json").exists()
    assert CliRunner().invoke(check, ["--baseline", "known.json", "--no-baseline"]).exit_code == 2
