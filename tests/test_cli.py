"""The command line as a person meets it: what is printed where, and the exit code."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import click
import pytest

from poollint import __version__
from poollint.cli import main
from poollint.cli import output as output_module
from poollint.cli.output import colored, progress
from poollint.cli.output import write as write_out
from poollint.cli.staged import only_changed
from poollint.findings import Report
from poollint.project.git import Changes

BAD = """\
import os

from sqlalchemy import create_engine

engine = create_engine(os.environ["DATABASE_URL"], pool_size=0)
"""
GOOD = BAD.replace("pool_size=0", "pool_pre_ping=True")
UNBOUNDED = "POOL201"


@dataclass(frozen=True)
class Ended:
    code: int | str | None
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *words: str) -> Ended: ...


@pytest.fixture
def poollint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "PRE_COMMIT", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main(words)
        captured = capsys.readouterr()
        return Ended(ended.value.code, captured.out, captured.err)

    return run


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


# --- exit codes ---


def test_findings_are_1(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD})
    ended = poollint("check")

    assert ended.code == 1
    assert f"error[{UNBOUNDED}] unbounded-pool" in ended.out
    assert "--> db.py:5:" in ended.out
    assert ended.err == ""


def test_no_findings_are_0(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": GOOD})
    ended = poollint("check", "--min-severity", "warning")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("All good. 1 engine.")


@pytest.mark.parametrize(
    ("threshold", "code"),
    [
        pytest.param("error", 1, id="as grave as asked for"),
        pytest.param("info", 1, id="graver"),
        pytest.param("never", 0, id="never"),
    ],
)
def test_fail_on(threshold: str, code: int, poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD})
    ended = poollint("check", "--fail-on", threshold)

    assert ended.code == code
    assert UNBOUNDED in ended.out


def test_warnings_do_not_fail_on_error(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD})

    assert poollint("check", "--fail-on", "error", "--select", "POOL101").code == 0


@pytest.mark.parametrize("output_format", ["full", "concise", "json", "sarif", "github", "junit"])
def test_the_format_never_changes_the_exit_code(output_format: str, poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD})

    assert poollint("check", "--output-format", output_format).code == 1


def test_nothing_to_check_is_3(poollint: Run) -> None:
    assert poollint("check") == Ended(
        3, "", "poollint: nothing to check: no engine and no manifest under . (--allow-empty accepts that)\n"
    )


def test_nothing_to_check_is_said_once_where_files_were_read(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": "from sqlalchemy import create_engine\n"})
    ended = poollint("check")

    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("poollint: nothing to check: ")


def test_nothing_to_check_may_be_accepted(poollint: Run) -> None:
    ended = poollint("check", "--allow-empty")

    assert ended == Ended(0, "Nothing to check: no engine and no manifest in 0 files.\n", "")


@pytest.mark.parametrize("name", ["x.py", "a.py"], ids=["nothing-is-read", "a-file-is-read"])
@pytest.mark.parametrize("options", [(), ("-q",), ("--statistics",)], ids=" ".join)
@pytest.mark.parametrize("output_format", ["full", "concise"])
def test_nothing_is_the_same_whether_the_reporters_say_it_or_not(
    output_format: str, options: tuple[str, ...], name: str, poollint: Run, tmp_path: Path
) -> None:
    write(tmp_path, {name: "from sqlalchemy import create_engine\n" if name == "a.py" else "x = 1\n"})
    ended = poollint("check", "--allow-empty", "--output-format", output_format, *options)

    said = {"full": "Nothing to check: no engine and no manifest in 1 file.\n", "concise": "0 findings\n"}
    assert ended == Ended(0, "" if "-q" in options else said[output_format], "")


def test_programs_get_a_document_even_of_nothing(poollint: Run) -> None:
    ended = poollint("check", "--output-format", "json")

    assert (ended.code, json.loads(ended.out)["findings"]) == (3, [])


def test_a_broken_file_is_listed_and_the_rest_is_checked(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"broken.py": "create_engine((\n", "db.py": BAD})
    ended = poollint("check")

    assert ended.code == 1
    assert "unreadable-file: broken.py" in ended.out
    assert UNBOUNDED in ended.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["check", "nosuch"], "no such file or folder: nosuch", id="mistyped path"),
        pytest.param(["chekc"], "No such command 'chekc'", id="mistyped command"),
        pytest.param(["check", "--selct", "x"], "No such option '--selct'", id="mistyped option"),
        pytest.param(
            ["check", "--config", "nosuch.toml"], "File 'nosuch.toml' does not exist", id="no such file"
        ),
        pytest.param(
            ["check", "--select", "missing-preping"],
            "is called missing-preping (did you mean missing-pre-ping?)",
            id="mistyped rule",
        ),
        pytest.param(["check", "--env", "prod"], "there is no environment prod", id="unknown environment"),
        pytest.param(
            ["check", "--staged", "--diff-base", "x"],
            "--staged and --diff-base exclude each other",
            id="two comparisons",
        ),
        pytest.param(["check", "--staged", "-"], "--staged looks at the index", id="staged standard input"),
        pytest.param(["check", "--staged"], "not a git repository", id="staged without git"),
        pytest.param(
            ["check", "--diff-base", "main", "db.py"], "not a git repository", id="comparison without git"
        ),
        pytest.param(["check", "--stdin-filename", "x.yaml"], "not among the paths", id="a name for nothing"),
        pytest.param(
            ["check", "-q", "--statistics"],
            "--quiet and --statistics exclude each other",
            id="quiet statistics",
        ),
        pytest.param(
            ["check", "--no-cache", "--cache-dir", "x"],
            "--no-cache and --cache-dir exclude each other",
            id="no cache and its folder",
        ),
        pytest.param(
            ["check", "-q", "-v"], "--quiet and --verbose exclude each other", id="quiet and verbose"
        ),
        pytest.param(
            ["check", "--color", "always", "--output-format", "json"],
            "json has no colours",
            id="colours in JSON",
        ),
        pytest.param(
            ["check", "--statistics", "--output-format", "json"],
            "no place in --output-format json",
            id="statistics in JSON",
        ),
        pytest.param(
            ["check", "--show-files", "--output-format", "json"],
            "--show-files prints paths",
            id="files in JSON",
        ),
        pytest.param(["check", "--output", "pdf=x"], "--output wants FORMAT=FILE", id="unknown format"),
        pytest.param(["check", "--output", "json"], "--output wants FORMAT=FILE", id="format without a file"),
        pytest.param(
            ["check", "--isolated", "--config", "db.py"],
            "--isolated and --config exclude each other",
            id="no configuration and one",
        ),
        pytest.param(["explain"], "explain needs a rule, or --all", id="explain nothing"),
        pytest.param(
            ["explain", "--all", "POOL101"], "explain needs a rule, or --all", id="explain all and one"
        ),
        pytest.param(["explain", "POOL999"], "no rule is called POOL999", id="explain an unknown rule"),
    ],
)
def test_errors_are_one_line_and_2(words: list[str], message: str, poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD})
    ended = poollint(*words)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("poollint: ")
    assert ended.err.count("\n") == 1
    assert message in ended.err


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            {"poollint.toml": "slect = []\n"},
            'poollint.toml:1:1: slect is no key of poollint; did you mean "select"?',
            id="unknown key",
        ),
        pytest.param(
            {"poollint.toml": 'ignore = ["POOL999"]\n'},
            "poollint.toml:1:1: ignore: no rule is called POOL999",
            id="unknown rule",
        ),
        pytest.param({"poollint.toml": "x"}, "poollint.toml: is not valid TOML", id="no TOML"),
        pytest.param(
            {"poollint.toml": "", "pyproject.toml": "[tool.poollint]"},
            "both configure poollint; keep one",
            id="two files",
        ),
        pytest.param(
            {"poollint.toml": "[envs.prod]\n[envs.test]\n"},
            "there is no environment stage; there are prod, test",
            id="unknown environment",
        ),
        pytest.param({"poollint.toml": "\udcff"}, "poollint.toml: ", id="no text"),
    ],
)
def test_configuration_errors(files: dict[str, str], message: str, poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD})
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape") or b"")
    ended = poollint("check", "--env", "stage")

    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    if "no text" not in message:
        assert message in ended.err


def test_internal_errors_are_one_line(poollint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"db.py": BAD})

    def fail(*_: object, **__: object) -> Report:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("poollint.run.lint", fail)
    ended = poollint("check")

    assert ended == Ended(2, "", "poollint: internal error: RuntimeError: two lines (-v shows where)\n")
    assert "Traceback" in poollint("check", "-v").err


def test_interruption_is_130(poollint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"db.py": BAD})

    def interrupt(*_: object, **__: object) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr("poollint.run.lint", interrupt)
    ended = poollint("check")

    assert (ended.code, ended.out, ended.err.strip()) == (130, "", "")


# --- settings ---


def test_settings_of_the_file_hold(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD, "poollint.toml": f'ignore = ["{UNBOUNDED}"]\n'})

    assert UNBOUNDED not in poollint("check").out
    assert UNBOUNDED in poollint("check", "--isolated").out


def test_the_command_line_beats_the_file(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD, "poollint.toml": 'select = ["POOL101"]\n'})

    assert UNBOUNDED in poollint("check", "--select", f"POOL5,{UNBOUNDED}").out


def test_another_configuration_file(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD, "ci/strict.toml": 'select = ["POOL101"]\n'})

    assert UNBOUNDED not in poollint("check", "--config", "ci/strict.toml").out


def test_options_may_stand_in_the_environment(
    poollint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"db.py": BAD})
    monkeypatch.setenv("POOLLINT_CHECK_FAIL_ON", "never")

    assert poollint("check").code == 0


def test_the_file_nearest_the_root_of_the_repository(poollint: Run, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(
        tmp_path, {"app/db.py": BAD, "poollint.toml": 'select = ["POOL101"]\n', "app/poollint.toml": "x = 1"}
    )

    assert UNBOUNDED not in poollint("check", "app").out


def test_scope_file_runs_only_such_rules(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD})
    rules = json.loads(poollint("rules", "--output-format", "json").out)
    scopes = {rule["code"]: rule["scope"] for rule in rules}
    found = json.loads(poollint("check", "--scope", "file", "--output-format", "json").out)["findings"]

    assert {scopes[each["code"]] for each in found} == {"file"}


def test_show_files(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD, "x/a.yaml": "", "x/b.yaml": ""})

    assert poollint("check", "--show-files", "x", "db.py") == Ended(0, "db.py\nx/a.yaml\nx/b.yaml\n", "")


def test_paths_are_those_of_the_working_directory(
    poollint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"app/db.py": BAD, "x/y": ""})
    monkeypatch.chdir(tmp_path / "x")

    assert "--> ../app/db.py:5:" in poollint("check", "..").out


def test_standard_input(poollint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"))
    monkeypatch.setattr(sys, "stdin", stdin)

    assert poollint("check", "-", "--show-files").out == "<stdin>\n"


def test_standard_input_with_a_name(poollint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))

    assert "--> app/db.py:5:" in poollint("check", "-", "--stdin-filename", "app/db.py").out


# --- output ---


def test_reports_to_files_besides(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD})
    ended = poollint("check", "--output", "json=a.json", "--output", "sarif=b.sarif", "--color", "always")

    assert "\x1b[" in ended.out
    assert json.loads((tmp_path / "a.json").read_text())["schema"] == "poollint/1"
    assert json.loads((tmp_path / "b.sarif").read_text())["version"] == "2.1.0"


def test_auto_annotates_on_github(poollint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"db.py": BAD})

    assert "::error" not in poollint("check", "--output-format", "auto").out

    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    ended = poollint("check", "--output-format", "auto")

    assert f"error[{UNBOUNDED}]" in ended.out
    assert "::error file=db.py,line=5," in ended.out
    assert (tmp_path / "summary.md").read_text().startswith("## poollint\n")


def test_twice_gives_the_same_bytes(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD, "b/db.py": BAD})

    assert poollint("check") == poollint("check")


def test_suppressed_findings_are_counted_and_shown_on_demand(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD.replace("0)\n", "0)  # poollint: ignore[POOL201] one client\n")})

    assert "1 suppressed" in poollint("check").out
    assert "= suppressed: one client" in poollint("check", "--show-suppressed").out


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        pytest.param("auto", {}, True, True, id="terminal"),
        pytest.param("auto", {}, False, False, id="pipe"),
        pytest.param("auto", {"NO_COLOR": "1"}, True, False, id="NO_COLOR"),
        pytest.param("auto", {"NO_COLOR": ""}, True, True, id="an empty NO_COLOR is none"),
        pytest.param("auto", {"FORCE_COLOR": "1"}, False, True, id="FORCE_COLOR"),
        pytest.param("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False, id="NO_COLOR wins"),
        pytest.param("auto", {"TERM": "dumb"}, True, False, id="dumb terminal"),
        pytest.param("always", {"NO_COLOR": "1"}, False, True, id="asked for"),
        pytest.param("never", {"FORCE_COLOR": "1"}, True, False, id="refused"),
    ],
)
def test_colors(choice: str, environment: dict[str, str], terminal: bool, expected: bool) -> None:
    assert colored(choice, environment, terminal=terminal) is expected


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        pytest.param(Terminal(), {}, "\rwait\r\x1b[K", id="terminal"),
        pytest.param(Terminal(), {"PRE_COMMIT": "1"}, "", id="hook"),
        pytest.param(io.StringIO(), {}, "", id="pipe"),
    ],
)
def test_progress(
    stream: io.StringIO, environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRE_COMMIT", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(output_module, "_PATIENCE", 0.0)
    with progress("wait"):
        deadline = time.monotonic() + 5
        while stream.getvalue() != expected[:5] and time.monotonic() < deadline:
            time.sleep(0.001)

    assert stream.getvalue() == expected


def test_progress_is_silent_when_it_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.delenv("PRE_COMMIT", raising=False)
    monkeypatch.setattr(sys, "stderr", stream)
    with progress("wait"):
        pass

    assert stream.getvalue() == ""


# --- only what changed ---


def test_staged_reports_what_the_index_touches(poollint: Run, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"old.py": BAD, "new.py": "x = 1\n"})
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")
    write(tmp_path, {"new.py": BAD, "untracked.py": BAD})
    git(tmp_path, "add", "new.py")
    ended = poollint("check", "--staged", "--output-format", "concise", "--select", UNBOUNDED)

    assert ended.code == 1
    assert [line.split(":")[0] for line in ended.out.splitlines()[:-1]] == ["new.py"]
    assert ended.out.splitlines()[-1] == "1 finding: 1 error · 1 in what did not change"


def test_an_empty_index_reports_everything(poollint: Run, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"old.py": BAD})
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")

    assert poollint("check", "--staged").code == 1


def test_diff_base(poollint: Run, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, {"old.py": BAD})
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")
    write(tmp_path, {"new.py": BAD})
    out = poollint("check", "--diff-base", "main", "--output-format", "concise", "--select", UNBOUNDED).out

    assert out.startswith("new.py:5:")
    assert "old.py" not in out


@pytest.mark.parametrize(
    ("changes", "everything"),
    [
        pytest.param(Changes(), True, id="nothing to compare with"),
        pytest.param(Changes(lines={"x.py": ((1, 1),)}), False, id="something else"),
        pytest.param(Changes(removed={"k8s/hpa.yaml": "kind: x"}), True, id="a manifest is gone"),
        pytest.param(Changes(removed={"db.py": "engine = 1"}), True, id="an engine is gone"),
        pytest.param(Changes(removed={"test_x.py": "assert 1"}), False, id="other code is gone"),
        pytest.param(Changes(removed={"README.md": "engine"}), False, id="text is gone"),
    ],
)
def test_deletions(changes: Changes, everything: bool) -> None:
    from poollint.findings import Finding  # noqa: PLC0415
    from poollint.rule import Problem, Rule, Severity  # noqa: PLC0415
    from poollint.source import Span  # noqa: PLC0415

    rule = Rule("POOL999", "x", Severity.ERROR, "0", (), "Doc.", lambda _: iter(()))
    finding = Finding(rule, Problem(Span("a.py", 1, 1, 1, 1), "x", ()), Severity.ERROR, "")
    report = Report((finding,), (), (), (), (), (), {}, 1)

    assert only_changed(report, changes) == ((report, 0) if everything else (_without(report), 1))


def _without(report: Report) -> Report:
    from dataclasses import replace  # noqa: PLC0415

    return replace(report, findings=())


# --- other commands ---


def test_version(poollint: Run) -> None:
    import tomllib  # noqa: PLC0415

    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]

    assert __version__ == project["version"]
    assert poollint("--version") == Ended(0, f"poollint {__version__}\n", "")


@pytest.mark.parametrize(
    "command", ["", "budget", "check", "config", "config show", "explain", "inspect", "rules"]
)
def test_help(command: str, poollint: Run) -> None:
    ended = poollint(*command.split(), "--help")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Usage: poollint")


@pytest.mark.parametrize("command", ["", "config"])
def test_a_group_alone_shows_its_help(command: str, poollint: Run) -> None:
    words = command.split()

    assert poollint(*words) == poollint(*words, "--help")


def test_commands_are_completed(tmp_path: Path) -> None:
    completion = {"_POOLLINT_COMPLETE": "bash_complete", "COMP_WORDS": "poollint in", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "poollint"],
        cwd=tmp_path,
        env={**os.environ, **completion},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "plain,inspect\n"


def test_every_command_can_be_completed() -> None:
    from poollint.cli import _COMMANDS, _poollint  # noqa: PLC0415 - what completion asks

    assert _poollint.list_commands(click.Context(_poollint)) == list(_COMMANDS)


def test_rules(poollint: Run) -> None:
    lines = poollint("rules").out.splitlines()

    assert lines[0].split() == ["Code", "Name", "Severity", "Fixable", "Scope", "Since", "Status"]
    assert any(line.startswith("POOL101  missing-pre-ping ") for line in lines)


def test_explain(poollint: Run) -> None:
    by_code, by_name = poollint("explain", "POOL101"), poollint("explain", "missing-pre-ping")

    assert by_code == by_name
    assert by_code.out.startswith("# POOL101 missing-pre-ping\n")
    assert by_code.out in poollint("explain", "--all").out


def test_inspect(poollint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"db.py": BAD})
    document = json.loads(poollint("inspect", "--output-format", "json").out)

    assert [engine["name"] for engine in document["engines"]] == ["db:engine"]
    assert "db:engine  db.py:5  sync, service" in poollint("inspect").out
    assert poollint("inspect", "--env", "prod").code == 2


def test_inspect_nothing(poollint: Run) -> None:
    assert poollint("inspect") == Ended(0, "Nothing was found: no engine and no manifest.\n", "")


def test_config_show(poollint: Run, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "poollint.toml": (
                'ignore = ["POOL3"]\nfail-on = "error"\nseverity = { POOL101 = "info" }\npedantic = true\n'
                "[databases.main]\nmax-connections = 400\nbudget = 0.9\n"
                '[envs.prod]\n[[workloads]]\nmatch = "api"\n'
            )
        },
    )
    lines = poollint("config", "show", "--env", "prod").out.splitlines()

    assert lines[0] == "# poollint.toml"
    assert {
        'env = "prod"  # command line',
        'ignore = ["POOL3"]  # poollint.toml:1',
        'fail-on = "error"  # poollint.toml:2',
        'severity = { "POOL101" = "info" }  # poollint.toml:3',
        "pedantic = true  # poollint.toml:4",
        "per-file-ignores = {}  # default",
        'baseline = ""  # default',
        "[databases.main]  # poollint.toml:5",
        "max-connections = 400",
        "budget = 0.9",
        "[envs.prod]  # poollint.toml:8",
        "[[workloads]]  # poollint.toml:9",
        'match = "api"',
    } <= set(lines)


def test_config_without_a_file(poollint: Run) -> None:
    assert poollint("config", "show").out.startswith("# no configuration file\n")


def test_config_schema(poollint: Run) -> None:
    assert "databases" in json.loads(poollint("config", "schema").out)["properties"]


# --- as a process ---


def process(folder: Path, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "poollint", *words],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    with process(tmp_path, "explain", "--all") as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.read(1)
        started.stdout.close()
        complaint = started.stderr.read()

    assert (started.returncode, complaint) == (0, b"")


def test_a_closed_pipe_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        write_out("x" * 100_000)
        write_out("more")  # goes nowhere, without complaint
        monkeypatch.undo()


def test_streams_that_cannot_be_reconfigured_are_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    write_out("x")

    assert stream.getvalue() == "x"


def test_names_that_are_no_text_are_printed(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.py")).write_text(BAD)
    with process(tmp_path, "check", "--output-format", "concise") as started:
        out, err = started.communicate(timeout=60)

    assert (started.returncode, err) == (1, b"")
    assert b"\\xff.py:5:" in out


def test_control_c_says_nothing(tmp_path: Path) -> None:
    with process(tmp_path, "check", "-") as started:
        assert started.stdin is not None
        assert started.stderr is not None
        _wait_until_it_reads(started.pid)
        started.send_signal(signal.SIGINT)
        complaint = started.stderr.read()

    assert (started.returncode, complaint.strip()) == (130, b"")


def _wait_until_it_reads(pid: int) -> None:
    """Until the process sleeps in a read of its standard input, or ten seconds."""
    deadline = time.monotonic() + 10
    waits = Path(f"/proc/{pid}/wchan")
    while "pipe_read" not in waits.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)


def test_wrong_comments_can_be_ignored_by_path(poollint: Run, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "db.py": GOOD + "# poollint: ignore[nonsense] x\n",
            "poollint.toml": 'per-file-ignores = { "db.py" = ["POOL9"] }\n',
        },
    )

    assert "POOL902" not in poollint("check").out
    assert "POOL902" in poollint("check", "--isolated").out
    assert "POOL902" not in poollint("check", "--isolated", "--select", "POOL1").out


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        pytest.param((), True, id="a plain run"),
        pytest.param(("--no-cache",), False, id="no cache"),
    ],
)
def test_a_run_leaves_something_for_the_next_one(
    poollint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], kept: bool
) -> None:
    (tmp_path / "app.py").write_text(BAD)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert poollint("check", *words).code == 1
    assert (tmp_path / "home").exists() == kept
