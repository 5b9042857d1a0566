"""Where a project begins, and single files of it that are read before its listing."""

import os
from collections.abc import Callable, Iterator, Sequence

from poollint.project.decoding import UndecodableError, decode
from poollint.project.disk import UnreadableError, read
from poollint.project.git import is_work_tree
from poollint.source import SourceFile


def root_of(paths: Sequence[str]) -> str:
    """The folder that paths are relative to: the git work tree around them all.

    Without one, the smallest folder that holds them all.
    """
    common = _common(paths)
    folder = common
    while not is_work_tree(folder):
        above = os.path.dirname(folder)
        if above == folder:
            return common
        folder = above
    return folder


def folders(root: str, paths: Sequence[str]) -> Iterator[str]:
    """From the root down to the folder that holds all paths, relative to the root, with a slash at the end.

    Outside of git the working directory comes first when the root lies in it.
    """
    here = os.path.realpath(".")
    outside_git = not is_work_tree(root) and os.path.commonpath([here, root]) == here
    outer = here if outside_git else root
    below = os.path.relpath(_common(paths), outer)
    steps = [] if below == os.curdir else below.split(os.sep)
    for count in range(len(steps) + 1):
        folder = relative(root, os.path.join(outer, *steps[:count]))
        yield f"{folder}/" if folder else ""


def relative(root: str, path: str) -> str:
    """A path from the working directory as one from the root, with forward slashes; empty for the root."""
    found = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/")
    return "" if found == "." else found


def read_file(root: str, path: str) -> SourceFile | None:
    """One file by its path from the root; None when there is none. Links are followed.

    Raises OSError when it is there and cannot be read as text.
    """
    try:
        data = read(os.path.join(root, path), follow=True)
        return None if data is None else SourceFile(path, decode(path, data))
    except (UnreadableError, UndecodableError) as error:
        raise OSError(f"{path}: {error}") from error


def _common(paths: Sequence[str]) -> str:
    real = [os.path.realpath(path) for path in paths or ["."]]
    return os.path.commonpath([path if os.path.isdir(path) else os.path.dirname(path) for path in real])


def from_here(root: str) -> Callable[[str], str]:
    """How a path of the project is written in the working directory."""
    real = os.path.realpath(".")
    if real == root:
        return str
    return lambda path: os.path.relpath(os.path.join(root, path), real).replace(os.sep, "/")
