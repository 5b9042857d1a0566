"""What is remembered from run to run, and what happens to it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from poollint.project.cache import Cache, user_folder

NAME, OTHER = "a" * 64, "b" * 64


def cache(folder: Path, root: str = "/shop") -> Cache:
    return Cache(str(folder / "cache"), root)


def the_file(folder: Path) -> Path:
    (found,) = (path for path in (folder / "cache").iterdir() if path.name != ".gitignore")
    return found


def saved(folder: Path, **entries: bytes) -> Path:
    first = cache(folder)
    for name, data in entries.items():
        first.keep(name, data)
    first.save()
    return the_file(folder)


def test_what_is_kept_is_there_in_the_next_run(tmp_path: Path) -> None:
    saved(tmp_path, **{NAME: b"one two", OTHER: b""})
    second = cache(tmp_path)

    assert (second.recall(NAME), second.recall(OTHER), second.recall("c")) == (b"one two", b"", None)
    assert second.recall(NAME) == b"one two"


def test_what_is_kept_is_there_at_once(tmp_path: Path) -> None:
    first = cache(tmp_path)
    first.keep(NAME, b"one")

    assert first.recall(NAME) == b"one"
    assert not (tmp_path / "cache").exists()


def test_a_folder_of_ours_is_no_part_of_a_work_tree(tmp_path: Path) -> None:
    saved(tmp_path, **{NAME: b"one"})

    assert (tmp_path / "cache/.gitignore").read_text() == "*\n"


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    saved(tmp_path, **{NAME: b"one"})

    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_each_project_has_its_own(tmp_path: Path) -> None:
    saved(tmp_path, **{NAME: b"one"})

    assert cache(tmp_path, "/bank").recall(NAME) is None


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path, **{NAME: b"one"})
    os.utime(path, (1, 1))
    second = cache(tmp_path)
    second.recall(NAME)
    second.save()

    assert path.stat().st_mtime == 1


def test_what_was_not_asked_for_stays(tmp_path: Path) -> None:
    saved(tmp_path, **{NAME: b"one", OTHER: b"two"})
    second = cache(tmp_path)
    second.recall(NAME)
    second.keep(NAME, b"three")
    second.save()

    third = cache(tmp_path)
    assert (third.recall(NAME), third.recall(OTHER)) == (b"three", b"two")


def test_beyond_the_limit_what_was_not_asked_for_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path, **{NAME: b"x" * 50, OTHER: b"y" * 50})
    monkeypatch.setattr("poollint.project.cache.KEPT", 200)
    second = cache(tmp_path)
    second.recall(OTHER)
    second.keep("c", b"z" * 80)
    second.save()

    third = cache(tmp_path)
    assert (third.recall(NAME), third.recall(OTHER), third.recall("c")) == (None, b"y" * 50, b"z" * 80)


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda data: data[:-3], id="cut-off"),
        pytest.param(lambda data: data.replace(b"one", b"two"), id="changed"),
        pytest.param(lambda data: data.replace(b" ", b""), id="no-blanks"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"\x00\xff\n\n \n  ", id="something-else"),
    ],
)
def test_a_broken_file_remembers_nothing(tmp_path: Path, broken: Callable[[bytes], bytes]) -> None:
    path = saved(tmp_path, **{NAME: b"one"})
    path.write_bytes(broken(path.read_bytes()))
    second = cache(tmp_path)

    assert second.recall(NAME) is None
    second.keep(NAME, b"one")
    second.save()
    assert cache(tmp_path).recall(NAME) == b"one"


def test_a_folder_in_the_place_of_the_file_is_no_error(tmp_path: Path) -> None:
    path = saved(tmp_path, **{NAME: b"one"})
    path.unlink()
    path.mkdir()
    second = cache(tmp_path)
    second.keep(NAME, b"one")
    second.save()

    assert second.recall(NAME) == b"one"
    assert cache(tmp_path).recall(NAME) is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    first = cache(tmp_path)
    first.keep(NAME, b"one")
    first.save()

    assert (tmp_path / "cache").read_text() == "a file"


def test_of_two_writers_the_later_one_wins_and_nothing_is_torn(tmp_path: Path) -> None:
    first, second = cache(tmp_path), cache(tmp_path)
    first.recall(NAME)
    second.recall(NAME)
    first.keep(NAME, b"one")
    second.keep(OTHER, b"two")
    first.save()
    second.save()
    third = cache(tmp_path)

    assert (third.recall(NAME), third.recall(OTHER)) == (None, b"two")
    assert len(list((tmp_path / "cache").iterdir())) == 2, "no temporary file is left"


@pytest.mark.parametrize(
    ("environment", "home", "expected"),
    [
        pytest.param({"XDG_CACHE_HOME": "/x"}, "/home/me", "/x/poollint", id="named"),
        pytest.param({"XDG_CACHE_HOME": "x"}, "/home/me", "/home/me/.cache/poollint", id="relative"),
        pytest.param({"XDG_CACHE_HOME": ""}, "/home/me", "/home/me/.cache/poollint", id="empty"),
        pytest.param({}, "/home/me", "/home/me/.cache/poollint", id="home"),
    ],
)
def test_the_folder_of_the_user(
    environment: dict[str, str], home: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", home)

    assert user_folder(environment) == expected


def test_a_user_without_a_home_has_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.path.expanduser", str)

    assert user_folder({}) is None
