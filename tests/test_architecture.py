"""The architecture: which part may import which, who may touch the outside, and what stays late."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [
    path.relative_to(ROOT).as_posix()
    for folder in ("linter/poollint", "rules/poollint_rules")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
RULES = [path for path in FILES if path.startswith("rules/")]
ENGINE = [path for path in FILES if path.startswith("linter/")]

READERS = ("manifests", "python")
OUTSIDE = {
    "asyncio",
    "http",
    "multiprocessing",
    "pathlib.Path",
    "shutil",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
}
"""Libraries whose use is a look at the disk, the clock, other processes or the network."""

MAY_TOUCH_THE_OUTSIDE = ("cli", "project", "probe")
UNSAFE_YAML = {"load", "load_all", "unsafe_load", "unsafe_load_all", "full_load", "full_load_all"}
MAY_CALL_OS = {"os.path", "os.fspath"}


def part(path: str) -> str:
    """`python` of linter/poollint/python/code.py, `facts` of linter/poollint/facts.py."""
    return Path(path).with_suffix("").parts[2]


def tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"))


def imports(path: str) -> Iterator[str]:
    """The modules that a file imports, wherever the statement stands, but not for type checking."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{name.name}" for name in names)


def top_level(path: str) -> Iterator[str]:
    """The libraries that importing a file imports."""
    for node in tree(path).body:
        match node:
            case ast.Import(names=names):
                yield from (name.name.split(".")[0] for name in names)
            case ast.ImportFrom(module=str(module)):
                yield module.split(".")[0]


def starts(names: Iterator[str], *prefixes: str) -> set[str]:
    return {name for name in names for prefix in prefixes if name == prefix or name.startswith(f"{prefix}.")}


@pytest.mark.parametrize("path", RULES)
def test_a_rule_sees_facts_only(path: str) -> None:
    forbidden = (
        "libcst",
        "yaml",
        "click",
        "pathlib",
        "os",
        "sys",
        "sqlalchemy",
        "subprocess",
        "datetime",
    )
    readers = tuple(f"poollint.{reader}" for reader in READERS)

    assert not starts(imports(path), *forbidden, *readers, "poollint.project", "poollint.cli", "poollint.run")


@pytest.mark.parametrize("path", [path for path in ENGINE if part(path) in READERS])
def test_a_reader_judges_nothing(path: str) -> None:
    above = (
        "topology",
        "rule",
        "run",
        "findings",
        "budget",
        "equation",
        "linking",
        "cli",
        "config",
        "reporters",
    )

    assert not starts(imports(path), *(f"poollint.{name}" for name in above))


@pytest.mark.parametrize("path", ENGINE)
def test_only_the_command_line_knows_rules(path: str) -> None:
    if part(path) != "cli":
        assert not starts(imports(path), "poollint_rules", "poollint.cli") or part(path) == "__main__"


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        pytest.param("frozen", set(), id="frozen"),
        pytest.param("levels", set(), id="levels"),
        pytest.param("source", {"frozen"}, id="source"),
        pytest.param("values", {"frozen", "levels", "source"}, id="values"),
        pytest.param("facts", {"frozen", "source", "values", "facts"}, id="facts"),
        pytest.param("topology", {"frozen", "source", "values", "facts"}, id="topology"),
        pytest.param("rule", {"frozen", "levels", "source", "values", "topology"}, id="rule"),
        pytest.param("findings", {"frozen", "source", "rule", "topology"}, id="findings"),
        pytest.param("globs", {"frozen"}, id="globs"),
        pytest.param("comments", {"frozen", "comments"}, id="comments"),
        pytest.param("project", {"frozen", "source", "globs", "project"}, id="project"),
        pytest.param("config", {"frozen", "levels", "source", "toml_places", "config"}, id="config"),
    ],
)
def test_what_the_core_rests_on(name: str, allowed: set[str]) -> None:
    used = {
        imported.split(".")[1]
        for path in ENGINE
        if part(path) == name
        for imported in starts(imports(path), "poollint")
        if "." in imported
    }

    assert used <= allowed


@pytest.mark.parametrize(
    "path", [path for path in FILES if part(path) in {"source", "values", "expressions", "facts", "topology"}]
)
def test_a_fact_is_frozen(path: str) -> None:
    assert "dataclasses.dataclass" not in set(imports(path))


COMPILES = {"frozen": {"exec"}}
"""Who makes code, and never of what it reads: the constructors of records, of the names of their fields."""


@pytest.mark.parametrize("path", FILES)
def test_who_touches_the_outside(path: str) -> None:
    if path.startswith("rules/") or part(path) not in MAY_TOUCH_THE_OUTSIDE:
        assert not starts(imports(path), *OUTSIDE)
        assert set(_calls_of_the_outside(path)) <= COMPILES.get(part(path), set())


def _calls_of_the_outside(path: str) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        match node:
            case ast.Call(
                func=ast.Name(id="print" | "open" | "input" | "exec" | "eval" | "__import__" as name)
            ):
                yield name
            case ast.Attribute(value=ast.Name(id="sys"), attr="exit" | "stdout" | "stderr" | "argv" as name):
                yield f"sys.{name}"
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if f"os.{name}" not in MAY_CALL_OS:
                yield f"os.{name}"
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="date" | "datetime"), attr="today" | "now" as name)
            ):
                yield f"datetime.{name}"


@pytest.mark.parametrize("path", FILES)
def test_yaml_is_loaded_safely(path: str) -> None:
    calls = {
        node.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "yaml"
    }

    assert not calls & UNSAFE_YAML


@pytest.mark.parametrize("path", FILES)
def test_imports_are_absolute_and_names_say_something(path: str) -> None:
    assert not [node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.level]
    assert {"utils", "util", "helpers", "helper", "common", "manager", "misc"}.isdisjoint(
        Path(path).with_suffix("").parts
    )


@pytest.mark.parametrize("path", FILES)
def test_any_is_not_used(path: str) -> None:
    assert "typing.Any" not in set(imports(path))


# --- what stays late ---


def modules_after(*words: str, folder: Path = ROOT) -> set[str]:
    """The modules in memory after a command."""
    script = (
        "import sys\n"
        "from poollint.cli import main\n"
        "try:\n"
        f"    main({list(words)!r})\n"
        "except SystemExit:\n"
        "    print('\\n--modules--', *sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(done.stdout.rpartition("--modules--")[2].split())


HEAVY = {"libcst", "yaml", "sqlalchemy"}


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--version"], id="version"),
        pytest.param(["--help"], id="help"),
        pytest.param(["check", "--help"], id="help of check"),
        pytest.param(["inspect", "--help"], id="help of inspect"),
        pytest.param(["nonsense"], id="a command that does not exist"),
    ],
)
def test_help_is_light(words: list[str]) -> None:
    assert not modules_after(*words) & {*HEAVY, "poollint_rules", "poollint.run"}


def test_the_version_loads_next_to_nothing() -> None:
    ours = {name for name in modules_after("--version") if name.startswith("poollint")}

    assert ours == {"poollint", "poollint.cli"}


def test_a_run_without_engines_and_manifests_is_light(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "b.yaml").write_text("x: 1\n")

    assert not modules_after("check", folder=tmp_path) & HEAVY
