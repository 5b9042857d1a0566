"""Which files a project has, their bytes and their text."""

import os
import subprocess
from pathlib import Path

import pytest

from poollint.project import GitError, Project, folders, open_project, read_file, root_of
from poollint.project.disk import LARGEST
from poollint.project.roots import from_here

KLINGON = "declares the encoding klingon, which Python does not know"


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def is_python(path: str) -> bool:
    return path.endswith(".py")


def paths(project: Project) -> list[str]:
    return list(project.paths)


# --- which files there are ---


def test_a_repository_has_its_tracked_and_new_files(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"a.py": "", "b/c.py": "", ".gitignore": "*.log", "x.log": ""})
    git(tmp_path, "add", "a.py")

    assert paths(open_project(str(tmp_path), [str(tmp_path)])) == [".gitignore", "a.py", "b/c.py"]


def test_only_tracked_files_are_the_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"a.py": "", "new.py": ""})
    git(tmp_path, "add", "a.py")

    assert paths(open_project(str(tmp_path), [str(tmp_path)], tracked_only=True)) == ["a.py"]


def test_only_tracked_files_need_git(tmp_path: Path) -> None:
    with pytest.raises(GitError):
        open_project(str(tmp_path), [str(tmp_path)], tracked_only=True)


def test_a_folder_without_git_is_walked(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".gitignore": "*.log\nbuild/\n",
            "a.py": "",
            "x.log": "",
            "build/a.py": "",
            "sub/.gitignore": "!keep.log\nno.py\n",
            "sub/keep.log": "",
            "sub/no.py": "",
            "sub/yes.py": "",
            "node_modules/x/y.yaml": "",
            ".venv/z.py": "",
        },
    )

    found = paths(open_project(str(tmp_path), [str(tmp_path)]))

    assert found == [".gitignore", "a.py", "sub/.gitignore", "sub/keep.log", "sub/yes.py"]


def test_ignore_files_above_the_start_count(tmp_path: Path) -> None:
    write(
        tmp_path,
        {".gitignore": "b.py", "x/.gitignore": "c.py", "x/y/a.py": "", "x/y/b.py": "", "x/y/c.py": ""},
    )

    assert paths(open_project(str(tmp_path), [str(tmp_path / "x" / "y")])) == ["x/y/a.py"]


def test_a_broken_repository_is_walked(tmp_path: Path) -> None:
    write(tmp_path, {".git": "no repository", "a.py": ""})

    assert "a.py" in paths(open_project(str(tmp_path), [str(tmp_path)]))


def test_paths_mix_folders_and_files(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"a/x.py": "", "ab/y.py": "", "c/z.py": "", "d.py": ""})

    found = paths(open_project(str(tmp_path), [str(tmp_path / "a"), str(tmp_path / "d.py")]))

    assert found == ["a/x.py", "d.py"]


def test_a_named_file_is_taken_even_if_ignored(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {".gitignore": "gen*", "gen.py": "", "generated/x.py": ""})

    assert paths(open_project(str(tmp_path), [str(tmp_path / "gen.py")])) == ["gen.py"]
    assert paths(open_project(str(tmp_path), [str(tmp_path / "generated")])) == ["generated/x.py"]


def test_excluded_paths_are_passed_over_even_when_named(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "testdata/b.py": ""})
    everything = [str(tmp_path), str(tmp_path / "testdata" / "b.py")]

    assert paths(open_project(str(tmp_path), everything, exclude=["**/testdata/**"])) == ["a.py"]


def test_links_are_not_followed_twice(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.py": "engine"})
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "b.py").symlink_to(tmp_path / "a" / "x.py")
    project = open_project(str(tmp_path), [str(tmp_path)])

    assert [file.path for file in project.matching(is_python, [b"engine"])] == ["a/x.py"]


def test_links_in_a_repository_are_not_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"a.py": "engine"})
    (tmp_path / "b.py").symlink_to("a.py")
    project = open_project(str(tmp_path), [str(tmp_path)])

    assert [file.path for file in project.matching(is_python, [b"engine"])] == ["a.py"]
    assert project.skipped == ()


def test_a_folder_that_must_not_be_read_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": "", "b/c.py": ""})
    scan = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("b"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    project = open_project(str(tmp_path), [str(tmp_path)])

    assert paths(project) == ["a.py"]
    assert [str(each.at) for each in project.skipped] == ["b:1"]


# --- where it begins ---


def test_root_is_the_work_tree(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"a/b/c.py": ""})

    assert root_of([str(tmp_path / "a" / "b" / "c.py")]) == str(tmp_path)


def test_root_without_git_holds_all_paths(tmp_path: Path) -> None:
    write(tmp_path, {"x/a/1.py": "", "x/b/2.py": ""})

    assert root_of([str(tmp_path / "x" / "a" / "1.py"), str(tmp_path / "x" / "b")]) == str(tmp_path / "x")


def test_folders_lead_from_the_root_to_the_paths(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"a/b/c.py": ""})

    assert list(folders(str(tmp_path), [str(tmp_path / "a" / "b")])) == ["", "a/", "a/b/"]


def test_folders_begin_in_the_working_directory_without_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a/b/c.py": ""})
    monkeypatch.chdir(tmp_path)

    assert list(folders(str(tmp_path / "a" / "b"), ["a/b"])) == ["../../", "../", ""]


def test_paths_are_shown_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a/x.py": "", "b/y.py": ""})
    monkeypatch.chdir(tmp_path / "a")

    assert [from_here(str(tmp_path))(path) for path in ("a/x.py", "b/y.py")] == ["x.py", "../b/y.py"]
    assert from_here(str(tmp_path / "a"))("x.py") == "x.py"


# --- bytes and text ---


def test_a_file_is_decoded_only_when_a_needle_is_in_it() -> None:
    project = Project.of({"a.py": "create_engine()", "b.py": b"\xff\xfe no text", "c.yaml": "create_engine"})

    assert [file.path for file in project.matching(is_python, [b"create_engine"])] == ["a.py"]
    assert project.skipped == ()


def test_without_needles_all_wanted_files_match() -> None:
    project = Project.of({"b.py": "", "a.py": "", "c.yaml": ""})

    assert [file.path for file in project.matching(is_python, [])] == ["a.py", "b.py"]


def test_several_filters_read_each_file_once() -> None:
    read: list[str] = []
    held = {"a.py": b"x", "b.yaml": b"x y", "c.txt": b"x"}

    def read_bytes(path: str) -> bytes:
        read.append(path)
        return held[path]

    project = Project("", held, read_bytes, reachable=held.__contains__)
    python, either, yaml = project.sift(
        [
            (is_python, [b"x"]),
            (lambda path: path != "c.txt", [b"x"]),
            (lambda path: "yaml" in path, [b"y", b"z"]),
        ]
    )

    assert [[file.path for file in files] for files in (python, either, yaml)] == [
        ["a.py"],
        ["a.py", "b.yaml"],
        ["b.yaml"],
    ]
    assert read == ["a.py", "b.yaml"]


@pytest.mark.parametrize(
    ("path", "data", "text"),
    [
        pytest.param("a.py", "é".encode(), "é", id="UTF-8"),
        pytest.param("a.py", b"\xef\xbb\xbfx", "x", id="byte order mark"),
        pytest.param("a.py", b"# coding: latin-1\n\xe9", "# coding: latin-1\né", id="PEP 263"),
        pytest.param("a.py", b"#\n# vim: coding=cp1252\n\x80", "#\n# vim: coding=cp1252\n€", id="line 2"),
        pytest.param("a.py", b"x\n# coding: nonsense\n", "x\n# coding: nonsense\n", id="behind code"),
        pytest.param("a.yaml", b"a: \xe9", "a: é", id="Latin-1 in a manifest"),
        pytest.param("a.yaml", "a: é".encode("utf-16"), "a: é", id="UTF-16 in a manifest"),
        pytest.param("a.yaml", b"\x00\x00\xfe\xff" + "a".encode("utf-32-be"), "a", id="UTF-32 in a manifest"),
        pytest.param("a.py", b"a\r\nb", "a\r\nb", id="line ends stay"),
    ],
)  # fmt: skip
def test_text(path: str, data: bytes, text: str) -> None:
    file = Project.of({path: data}).lookup(path)

    assert file is not None
    assert file.text == text


@pytest.mark.parametrize(
    ("path", "data", "why"),
    [
        pytest.param("a.py", b"x\n\xe9", "is not valid utf-8 (line 2)", id="Latin-1 without a declaration"),
        pytest.param("a.py", b"# coding: klingon\n", KLINGON, id="unknown encoding"),
        pytest.param("a.py", b"a\0b", "contains NUL bytes", id="NUL in Python"),
        pytest.param("a.yaml", b"a\0b", "contains NUL bytes", id="NUL in YAML"),
        pytest.param("a.yaml", b"\xef\xbb\xbf\xff", "is not valid utf-8 (line 1)", id="mark only"),
        pytest.param("a.py", b"#" * 1_000_001, "too large to parse (1000 kB)", id="large module"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_listed(path: str, data: bytes, why: str) -> None:
    project = Project.of({path: data})

    assert project.matching(lambda _: True, []) == []
    assert project.lookup(path) is None
    assert [(each.at.full, each.why) for each in project.skipped] == [(f"{path}:1:1", why)]


def test_needles_are_found_in_utf_16() -> None:
    project = Project.of({"a.yaml": "kind: Pod".encode("utf-16")})

    assert [file.text for file in project.matching(lambda _: True, [b"kind:"])] == ["kind: Pod"]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.yaml").open("wb") as file:
        file.truncate(LARGEST + 1)
    project = open_project(str(tmp_path), [str(tmp_path)])

    assert project.matching(lambda _: True, []) == []
    assert [each.why for each in project.skipped] == ["too large (16 MB)"]


def test_pipes_and_vanished_files_are_passed_over(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"gone.py": "", "swapped.py": ""})
    git(tmp_path, "add", ".")
    (tmp_path / "gone.py").unlink()
    (tmp_path / "swapped.py").unlink()
    os.mkfifo(tmp_path / "swapped.py")
    project = open_project(str(tmp_path), [str(tmp_path)])

    assert project.matching(is_python, []) == []
    assert project.skipped == ()


def test_a_file_that_must_not_be_read_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": ""})
    project = open_project(str(tmp_path), [str(tmp_path)])

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)

    assert project.lookup("a.py") is None
    assert [each.why for each in project.skipped] == ["cannot be read: Permission denied"]


def test_a_read_that_fails_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": "x"})
    project = open_project(str(tmp_path), [str(tmp_path)])

    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", fail)

    assert project.lookup("a.py") is None
    assert [each.why for each in project.skipped] == ["cannot be read: Input/output error"]


def test_short_reads_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": "abcdef"})
    project = open_project(str(tmp_path), [str(tmp_path)])
    read = os.read
    monkeypatch.setattr(os, "read", lambda handle, size: read(handle, min(size, 2)))

    file = project.lookup("a.py")

    assert file is not None
    assert file.text == "abcdef"


def test_a_file_that_shrinks_is_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": "abcdef"})
    project = open_project(str(tmp_path), [str(tmp_path)])
    answers = iter([b"abc", b""])
    monkeypatch.setattr(os, "read", lambda _handle, _size: next(answers))

    file = project.lookup("a.py")

    assert file is not None
    assert file.text == "abc"


# --- looking up ---


def test_lookups_reach_beyond_the_paths(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"a/x.py": "", "b/y.py": "1", ".gitignore": "*.env", "b/z.env": "SECRET=1"})
    project = open_project(str(tmp_path), [str(tmp_path / "a")])

    found = {
        path: project.lookup(path) is not None for path in ("b/y.py", "b/../b/y.py", "b/z.env", "b/none.py")
    }

    assert found == {"b/y.py": True, "b/../b/y.py": True, "b/z.env": False, "b/none.py": False}


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../secret"])
def test_lookups_stay_in_the_project(tmp_path: Path, path: str) -> None:
    write(tmp_path, {"secret": "x", "project/a.py": ""})
    root = tmp_path / "project"

    assert open_project(str(root), [str(root)]).lookup(path) is None


def test_a_link_gives_the_file_behind_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"base/x.yaml": "a: 1", "../outside.yaml": "x"})
    (tmp_path / "link.yaml").symlink_to("base/x.yaml")
    (tmp_path / "folder").symlink_to("base", target_is_directory=True)
    (tmp_path / "out.yaml").symlink_to("../outside.yaml")
    project = open_project(str(tmp_path), [str(tmp_path)])

    found = {path: project.lookup(path) for path in ("link.yaml", "folder/x.yaml", "out.yaml")}

    assert {path: file and file.path for path, file in found.items()} == {
        "link.yaml": "base/x.yaml",
        "folder/x.yaml": "base/x.yaml",
        "out.yaml": None,
    }


def test_lookups_are_remembered() -> None:
    project = Project.of({"a.py": "x"})

    assert project.lookup("a.py") is project.lookup("./a.py")


def test_containing() -> None:
    project = Project.of({"a.py": "make_engine", "b.py": "other", "c.yaml": "make_engine"})

    assert project.containing(b"make_engine", ".py") == ("a.py",)
    assert project.containing(b"make_engine", "") == ("a.py", "c.yaml")
    assert project.containing(b"make_engine", ".py") == ("a.py",)


@pytest.mark.parametrize(
    ("kept", "reads"),
    [
        pytest.param(0, ["a.py", "b.py"] * 2, id="nothing"),
        pytest.param(4, ["a.py", "b.py", "b.py"], id="the-first"),
        pytest.param(8, ["a.py", "b.py"], id="all"),
    ],
)
def test_bytes_are_kept_up_to_a_bound(kept: int, reads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poollint.project.KEPT", kept)
    files = {"a.py": b"make", "b.py": b"made"}
    seen: list[str] = []

    def read(path: str) -> bytes:
        seen.append(path)
        return files[path]

    project = Project("", files, read, reachable=files.__contains__)

    assert project.containing(b"make", ".py") == ("a.py",)
    assert project.containing(b"made", ".py") == ("b.py",)
    assert seen == reads


def test_standard_input_is_yaml(tmp_path: Path) -> None:
    project = open_project(str(tmp_path), ["-"], stdin=("", b"kind: Pod"))

    found = project.matching(lambda path: path.endswith(".yaml"), [b"kind:"])

    assert [(file.path, file.text) for file in found] == [("<stdin>", "kind: Pod")]
    assert project.paths == ("<stdin>",)


def test_standard_input_may_have_a_name(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "old"})
    project = open_project(str(tmp_path), ["-"], stdin=("app.py", b"new"))

    assert [file.text for file in project.matching(is_python, [])] == ["new"]


def test_single_files_are_read_before_the_project(tmp_path: Path) -> None:
    write(tmp_path, {"a.toml": "x", "b.toml": b"a\0"})

    file = read_file(str(tmp_path), "a.toml")

    assert file is not None
    assert (file.path, file.text) == ("a.toml", "x")
    assert read_file(str(tmp_path), "none.toml") is None
    with pytest.raises(OSError, match=r"b\.toml: contains NUL bytes"):
        read_file(str(tmp_path), "b.toml")


def test_folders_above_need_no_ignore_file(tmp_path: Path) -> None:
    write(tmp_path, {"x/a.py": ""})

    assert paths(open_project(str(tmp_path), [str(tmp_path / "x")])) == ["x/a.py"]


def test_a_file_is_decoded_once() -> None:
    project = Project.of({"a.py": "x"})

    assert project.matching(is_python, [])[0] is project.matching(is_python, [b"x"])[0]
