"""What git knows about a repository: its files, and which lines a change touches."""

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import field

from poollint.frozen import frozen
from poollint.source import Span


class GitError(Exception):
    """Git is missing or refuses; the message is its first line."""


@frozen
class Changes:
    """The lines that a change touches, by path, as they are numbered after it.

    Where lines were only removed, both neighbours count as touched. `removed` are the files that
    the change deletes, with the text that went.
    """

    lines: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    removed: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.lines or self.removed)

    def touches(self, place: Span) -> bool:
        """Whether one of the lines of a place is changed."""
        ranges = self.lines.get(place.path, ())
        return any(first <= place.end_line and place.line <= last for first, last in ranges)


def run(root: str, *arguments: str) -> bytes:
    """What git prints. Raises GitError when it cannot be started or fails."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise GitError(f"git cannot be started: {error.strerror}") from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(lines[0] if lines else f"git {arguments[0]} failed")
    return done.stdout


def is_work_tree(folder: str) -> bool:
    """Whether a repository (or a linked work tree, or a submodule) begins in a folder."""
    return os.path.lexists(os.path.join(folder, ".git"))


def listed(root: str, *, tracked_only: bool) -> list[str]:
    """The files of a repository, relative to its root: tracked ones, and new ones that are not ignored."""
    others = () if tracked_only else ("--others", "--exclude-standard")
    output = run(root, "ls-files", "-z", "--cached", *others)
    return [path for path in os.fsdecode(output).split("\0") if path and not path.endswith("/")]


def staged(root: str) -> Changes:
    """What the next commit changes."""
    return parse_diff(run(root, *_DIFF, "--cached"))


def since(root: str, ref: str) -> Changes:
    """What the work tree changes against the commit at which it left `ref`; new files count whole."""
    base = run(root, "merge-base", ref, "HEAD").decode().strip()
    changes = parse_diff(run(root, *_DIFF, base))
    new = os.fsdecode(run(root, "ls-files", "-z", "--others", "--exclude-standard")).split("\0")
    whole = ((1, 1 << 62),)
    return Changes({**changes.lines, **{path: whole for path in new if path}}, changes.removed)


_DIFF = (
    *("-c", "core.quotePath=false", "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames"),
    *("--unified=0", "--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules"),
)


def parse_diff(diff: bytes) -> Changes:
    """The lines that a unified diff without context touches."""
    lines: dict[str, list[tuple[int, int]]] = {}
    removed: dict[str, list[str]] = {}
    old = new = ""
    left = 0
    for line in os.fsdecode(diff).split("\n"):
        if left:
            left -= not line.startswith("\\")
            if not new and line.startswith("-"):
                removed[old].append(line[1:])
        elif line.startswith("--- "):
            old = _name(line[4:])
        elif line.startswith("+++ "):
            new = _name(line[4:])
            if new:
                lines.setdefault(new, [])
            else:
                removed[old] = []
        elif line.startswith("@@ "):
            before, after = _counts(line)
            left = before[1] + after[1]
            if new:
                lines[new].append(_touched(after))
    return Changes(
        {path: tuple(ranges) for path, ranges in lines.items()},
        {path: "\n".join(text) for path, text in removed.items()},
    )


def _name(text: str) -> str:
    text = text.rstrip("\t")
    if text.startswith('"'):
        inner = text[1:-1].encode("utf-8", "surrogateescape")
        text = os.fsdecode(inner.decode("unicode_escape").encode("latin-1"))
    return "" if text == "/dev/null" else text[2:]


def _counts(header: str) -> tuple[tuple[int, int], tuple[int, int]]:
    sides = header.split(" ", 3)[1:3]
    before, after = ((*(int(part) for part in side[1:].split(",")), 1)[:2] for side in sides)
    return (before[0], before[1]), (after[0], after[1])


def _touched(after: tuple[int, int]) -> tuple[int, int]:
    start, count = after
    return (start, start + count - 1) if count else (start, start + 1)


def overlapping(changes: Changes, places: Iterable[Span]) -> bool:
    """Whether at least one of several places is changed."""
    return any(changes.touches(place) for place in places)
