"""What a change touches, as git tells it."""

import subprocess
from pathlib import Path

import pytest

from poollint.project.git import Changes, GitError, overlapping, parse_diff, run, since, staged
from poollint.source import Span


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "a.py").write_text("1\n2\n3\n4\n5\n")
    (tmp_path / "old.py").write_text("engine = 1\nmore\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")
    return tmp_path


def place(path: str, line: int, end_line: int | None = None) -> Span:
    return Span(path, line, 1, end_line or line, 1)


def test_an_empty_index_changes_nothing(repository: Path) -> None:
    (repository / "a.py").write_text("not staged\n")

    assert not staged(repository.as_posix())


def test_changed_lines(repository: Path) -> None:
    (repository / "a.py").write_text("1\nnew\nnew\n3\n4\n5\n")
    git(repository, "add", ".")

    changes = staged(repository.as_posix())

    assert {line for line in range(1, 7) if changes.touches(place("a.py", line))} == {2, 3}
    assert changes.touches(place("a.py", 1, 2))
    assert not changes.touches(place("b.py", 2))
    assert overlapping(changes, [place("b.py", 1), place("a.py", 3)])
    assert not overlapping(changes, [place("b.py", 1), place("a.py", 6)])


def test_removed_lines_touch_their_neighbours(repository: Path) -> None:
    (repository / "a.py").write_text("1\n2\n4\n5\n")
    git(repository, "add", ".")

    changes = staged(repository.as_posix())

    assert {line for line in range(1, 5) if changes.touches(place("a.py", line))} == {2, 3}


def test_a_removed_file_keeps_its_text(repository: Path) -> None:
    git(repository, "rm", "-q", "old.py")

    changes = staged(repository.as_posix())

    assert changes.removed == {"old.py": "engine = 1\nmore"}
    assert changes


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("with blank.py", id="blank"),
        pytest.param("é.py", id="not ASCII"),
        pytest.param("tab\there.py", id="tab"),
        pytest.param('quo"te.py', id="quote"),
        pytest.param("b/a.py", id="prefix of git"),
    ],
)
def test_names(repository: Path, name: str) -> None:
    (repository / name).parent.mkdir(exist_ok=True)
    (repository / name).write_text("x\n")
    git(repository, "add", ".")

    assert staged(repository.as_posix()).lines == {name: ((1, 1),)}


def test_text_that_looks_like_a_diff_is_text(repository: Path) -> None:
    (repository / "a.py").write_text("1\n2\n3\n4\n5\n++ b/fake.py\n@@ -1 +1 @@\n-- a/fake.py")
    git(repository, "add", ".")

    assert staged(repository.as_posix()).lines == {"a.py": ((6, 8),)}


def test_a_file_without_a_last_line_break(repository: Path) -> None:
    (repository / "a.py").write_text("1")
    (repository / "b.py").write_text("1")
    git(repository, "add", ".")

    assert staged(repository.as_posix()).lines == {"a.py": ((1, 1),), "b.py": ((1, 1),)}


def test_since_a_branch(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "feature")
    (repository / "a.py").write_text("1\n2\nnew\n4\n5\n")
    git(repository, "commit", "-qam", "y")
    (repository / "untracked.py").write_text("x\n")
    git(repository, "checkout", "-q", "main")
    (repository / "old.py").write_text("moved on\n")
    git(repository, "commit", "-qam", "z")
    git(repository, "checkout", "-q", "feature")

    changes = since(repository.as_posix(), "main")

    assert changes.lines["a.py"] == ((3, 3),)
    assert changes.touches(place("untracked.py", 4711))
    assert not changes.touches(place("old.py", 1))


def test_an_unknown_ref_is_an_error(repository: Path) -> None:
    with pytest.raises(GitError, match="nonsense"):
        since(repository.as_posix(), "nonsense")


def test_git_may_be_missing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(GitError, match="git cannot be started"):
        run(repository.as_posix(), "status")


def test_git_may_fail_without_a_word(repository: Path) -> None:
    with pytest.raises(GitError, match="git rev-parse failed"):
        run(repository.as_posix(), "rev-parse", "-q", "--verify", "nonsense")


def test_binary_files_have_no_lines() -> None:
    diff = b"diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n"

    assert parse_diff(diff) == Changes()
