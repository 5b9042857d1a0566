"""Path patterns, against git itself where it is there to ask."""

import subprocess
from pathlib import Path

import pytest

from poollint.globs import decision, globs


@pytest.mark.parametrize(
    ("patterns", "path", "expected"),
    [
        pytest.param(["*.py"], "a/b.py", True, id="a name at any depth"),
        pytest.param(["*.py"], "a.pyc", None, id="all of the name"),
        pytest.param(["/a.py"], "b/a.py", None, id="anchored"),
        pytest.param(["a/*.py"], "a/b/c.py", None, id="a star stays in its folder"),
        pytest.param(["a/**/c.py"], "a/c.py", True, id="two stars may be nothing"),
        pytest.param(["a/**/c.py"], "a/x/y/c.py", True, id="two stars are folders"),
        pytest.param(["**/testdata/**"], "x/testdata/a/b.yaml", True, id="what is below a folder"),
        pytest.param(["**/testdata/**"], "testdata/", None, id="not the folder itself"),
        pytest.param(["build/"], "build", None, id="a folder, not a file"),
        pytest.param(["build/"], "x/build/a.py", True, id="a folder at any depth takes what is below"),
        pytest.param(["build"], "build/a.py", True, id="a plain name takes what is below"),
        pytest.param(["*.py", "!keep.py"], "keep.py", False, id="taken back"),
        pytest.param(["!keep.py", "*.py"], "keep.py", True, id="the last one decides"),
        pytest.param(["# note", "", "  "], "# note", None, id="comments and blanks"),
        pytest.param([r"\#x"], "#x", True, id="an escaped sign"),
        pytest.param(["a[0-9].py"], "a7.py", True, id="a class"),
        pytest.param(["a[!0-9].py"], "a7.py", None, id="a negated class"),
        pytest.param(["a[[:alpha:]].py"], "ax.py", True, id="a named class"),
        pytest.param(["a?c"], "a/c", None, id="a question mark is no slash"),
        pytest.param(["x "], "x", True, id="blanks at the end are dropped"),
    ],
)
def test_decision(patterns: list[str], path: str, expected: bool | None) -> None:
    assert decision(globs(patterns), path) is expected


def test_patterns_of_a_folder_reach_no_further() -> None:
    patterns = globs(["*.py"], "sub/")

    assert decision(patterns, "sub/deep/a.py") is True
    assert decision(patterns, "a.py") is None


PATTERNS = [
    "*.log",
    "/top",
    "mid/dle",
    "a/**",
    "**/b",
    "c/**/d",
    "e?",
    "f[a-c]g",
    "!f[b]g",
    "h*i/",
    r"j\*",
    "k[!x]",
]
PATHS = [
    "x.log", "d/x.log", "top", "d/top", "mid/dle", "d/mid/dle", "a/x", "a/y/z", "b", "x/b", "c/d", "c/x/d",
    "c/x/y/d", "ef", "e", "e/f", "fag", "fbg", "fdg", "hi/x", "hxi", "j*", "jx", "kx", "ky", "mid/dle/deep",
]  # fmt: skip


def test_git_agrees(tmp_path: Path) -> None:
    def git(*words: str, stdin: str = "") -> str:
        done = subprocess.run(
            ["git", *words], cwd=tmp_path, input=stdin, capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    git("init", "-q")
    (tmp_path / ".gitignore").write_text("\n".join(PATTERNS))
    ignored = set(git("check-ignore", "--no-index", "--stdin", stdin="\n".join(PATHS)).splitlines())

    assert {path for path in PATHS if decision(globs(PATTERNS), path)} == {
        path.strip('"') for path in ignored
    }
