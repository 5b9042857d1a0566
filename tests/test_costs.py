"""What a run may cost, as counts that no machine changes: modules imported, files parsed."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from poollint.project import Project
from poollint.python import NEEDLES, read_python
from poollint.python.code import ProjectCode

LIBRARIES = frozenset({"libcst", "yaml", "sqlalchemy"})
RUN = """
import sys
from poollint.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
sys.stdout.write("\\n" + " ".join(sys.modules))
"""
ENGINE = "from sqlalchemy import create_engine\nengine = create_engine('postgresql://db/shop', pool_size=3)\n"
PLAIN = {f"app/views_{number}.py": "def view(request):\n    return request\n" for number in range(10)}
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template: {spec: {containers: [{name: api, image: api, command: [uvicorn, "app:app"]}]}}
"""


def imported(folder: Path, files: Mapping[str, str], *arguments: str) -> frozenset[str]:
    """The modules that a command has imported when it ends."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=folder, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return frozenset(done.stdout.rpartition("\n")[2].split())


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_a_question_about_the_program_imports_the_command_line_alone(option: str, tmp_path: Path) -> None:
    found = imported(tmp_path, {}, option)

    assert {name for name in found if name.startswith("poollint")} == {"poollint", "poollint.cli"}
    assert not found & LIBRARIES


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="an-empty-folder"),
        pytest.param(PLAIN, id="python-without-a-needle"),
        pytest.param(
            {**PLAIN, "openapi.yaml": "openapi: 3.1.0\n", "package.json": "{}"}, id="yaml-without-a-needle"
        ),
    ],
)
@pytest.mark.parametrize("options", [(), ("--allow-empty",)], ids=["an-error", "accepted"])
def test_a_run_without_a_needle_imports_no_reader_and_no_rule(
    files: Mapping[str, str], options: tuple[str, ...], tmp_path: Path
) -> None:
    found = imported(tmp_path, files, "check", "--isolated", *options)

    assert not found & {*LIBRARIES, "poollint.facts", "poollint.run", "poollint.linking", "poollint_rules"}
    assert not found & {"poollint.values", "poollint.rule", "poollint.findings", "poollint.reporters.full"}
    assert not {name for name in found if name.startswith(("poollint.manifests.k", "poollint.catalogue"))}


def test_manifests_alone_need_no_interpreter(tmp_path: Path) -> None:
    found = imported(tmp_path, {"k8s/api.yaml": DEPLOYMENT}, "check", "--isolated")

    assert "yaml" in found
    assert not found & {"libcst", "sqlalchemy", "poollint.expressions", "poollint.python.code"}
    assert not {name for name in found if name.startswith("poollint.manifests.functions")}


def test_engines_need_no_sqlalchemy(tmp_path: Path) -> None:
    found = imported(tmp_path, {"app/db.py": ENGINE}, "check", "--isolated")

    assert "libcst" in found
    assert not found & {"sqlalchemy", "yaml", "libcst.matchers"}


LEADING = {
    "app/db.py": "from app.config import SIZE\n" + ENGINE.replace("3", "SIZE"),
    "app/config.py": "SIZE = 3\n",
    "app/broken.py": "create_engine(",
}


@pytest.mark.parametrize("command", ["check", "inspect", "budget"])
def test_a_module_is_parsed_once_and_then_remembered(command: str, tmp_path: Path) -> None:
    first = imported(tmp_path / "shop", LEADING, command, "--isolated", "--cache-dir", "../kept")
    second = imported(tmp_path / "shop", {}, command, "--isolated", "--cache-dir", "../kept")

    assert "libcst" in first
    assert "poollint.python.evaluation.evaluate" in second
    assert not second & {*LIBRARIES, "poollint.python.syntax.summarize"}


def test_what_changed_is_parsed_again(tmp_path: Path) -> None:
    imported(tmp_path / "shop", LEADING, "check", "--isolated", "--cache-dir", "../kept")
    changed = {"app/config.py": "SIZE = 4\n"}
    found = imported(tmp_path / "shop", changed, "check", "--isolated", "--cache-dir", "../kept")

    assert "libcst" in found


@pytest.mark.parametrize("command", ["check", "inspect", "budget"])
def test_no_cache_remembers_nothing(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    for _ in range(2):
        assert "libcst" in imported(tmp_path / "shop", LEADING, command, "--isolated", "--no-cache")

    assert not (tmp_path / "kept").exists()


def test_the_folder_of_the_user_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    imported(tmp_path / "shop", LEADING, "check", "--isolated")

    assert (tmp_path / "kept/poollint/.gitignore").is_file()
    assert "libcst" not in imported(tmp_path / "shop", {}, "check", "--isolated")


def parsed(files: Mapping[str, str]) -> tuple[str, ...]:
    """The Python files that are parsed for the engines of a project."""
    project = Project.of(files)
    code = read_python(project.matching(lambda path: path.endswith(".py"), NEEDLES), project)
    assert isinstance(code, ProjectCode)
    assert code.engines
    return code.sources.parsed


@pytest.mark.parametrize(
    ("files", "more"),
    [
        pytest.param({}, (), id="nothing-named"),
        pytest.param({**PLAIN, "app/models.py": "import app.db\n"}, (), id="who-imports-the-engine"),
        pytest.param(
            {
                "app/db.py": "from app.views_1 import view\nfrom app.config import SIZE\n"
                + ENGINE.replace("3", "SIZE"),
                "app/config.py": "from app.limits import SIZE\n",
                "app/limits.py": "SIZE = 3\n",
                **PLAIN,
            },
            ("app/config.py", "app/limits.py"),
            id="names-of-the-arguments-only",
        ),
        pytest.param(
            {
                "tests/test_db.py": "from app.config import SIZE\n" + ENGINE.replace("3", "SIZE"),
                "app/config.py": "SIZE = 3\n",
            },
            ("tests/test_db.py",),
            id="no-name-of-a-test",
        ),
    ],
)  # fmt: skip
def test_a_file_without_a_needle_is_parsed_only_where_a_name_leads_to_it(
    files: Mapping[str, str], more: tuple[str, ...]
) -> None:
    assert parsed({"app/db.py": ENGINE, **files}) == ("app/db.py", *more)
    assert len(more) <= 3


@pytest.mark.parametrize(
    ("room", "reads"), [pytest.param(1_000, 2, id="kept"), pytest.param(8, 4, id="no-room-for-all-but-one")]
)
def test_files_are_read_once_however_often_they_are_searched(
    room: int, reads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poollint.project.KEPT", room)
    files = {"a.py": b"one two", "b.py": b"two three", "c.yaml": b"two"}
    read: list[str] = []
    project = Project("", files, lambda path: (read.append(path), files.get(path))[1], reachable=bool)  # type: ignore[func-returns-value]

    found = [project.containing(needle, ".py") for needle in (b"one", b"two", b"three")]

    assert found == [("a.py",), ("a.py", "b.py"), ("b.py",)]
    assert len(read) == reads
    assert project.containing(b"two", ".py") is found[1]
