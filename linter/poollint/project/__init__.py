"""Which files there are, and their bytes. Nothing else in the engine touches the disk."""

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from poollint.globs import decision, globs
from poollint.project.cache import Cache
from poollint.project.decoding import UndecodableError, decode, searchable
from poollint.project.disk import UnreadableError, read
from poollint.project.git import GitError, is_work_tree, listed
from poollint.project.roots import folders, read_file, relative, root_of
from poollint.project.walking import PASSED_OVER, walk
from poollint.source import Skipped, SourceFile, Span

STDIN = "<stdin>"
"""The path of what came by standard input."""

LARGEST_PYTHON = 1_000_000
"""Bytes of Python that are parsed; a larger module would take seconds and half a gigabyte."""

KEPT = 32_000_000
"""Bytes that are kept to be searched again and again for who calls what."""

Wants: TypeAlias = Callable[[str], bool]
Read: TypeAlias = Callable[[str], bytes | None]


class Project:
    """The files of a repository or folder.

    `root` is absolute (empty when the files are in memory). `paths` are the files that facts are
    read from: sorted, relative to the root, with forward slashes. Other files of the project can be
    looked up: an import or an `env_file` may lead there.
    """

    def __init__(
        self,
        root: str,
        paths: Iterable[str],
        read_bytes: Read,
        *,
        reachable: Callable[[str], bool],
        memory: Cache | None = None,
    ) -> None:
        self.root = root
        self.memory = memory
        self.paths = tuple(sorted(set(paths)))
        self._read = read_bytes
        self._reachable = reachable
        self._decoded: dict[str, SourceFile | None] = {}
        self._skipped: dict[str, Skipped] = {}
        self._containing: dict[tuple[bytes, str], tuple[str, ...]] = {}
        self._held: dict[str, dict[str, bytes]] = {}
        self._room = KEPT

    @classmethod
    def of(cls, files: Mapping[str, str | bytes]) -> "Project":
        """A project in memory, from texts by path."""
        held = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
        return cls("", held, held.get, reachable=held.__contains__)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What could not be read so far, and why."""
        return tuple(sorted(self._skipped.values(), key=lambda each: each.at))

    def remember(self) -> None:
        """Keep what was read for the next run."""
        if self.memory is not None:
            self.memory.save()

    def skip(self, each: Skipped) -> None:
        """Note something that could not be read. Of one file only the first reason counts."""
        self._skipped.setdefault(each.at.path, each)

    def sift(self, filters: Sequence[tuple[Wants | None, Sequence[bytes]]]) -> tuple[list[SourceFile], ...]:
        """For each pair of `wants` and needles the files that match, in order of their paths.

        `wants` sees the path; a file that it wants matches when one of the needles is among its bytes
        (without needles: always). None wants whatever another one wants. Every file is read at most
        once, and decoded only when it matches.
        """
        found: tuple[list[SourceFile], ...] = tuple([] for _ in filters)
        choosy = [(index, wants) for index, (wants, _) in enumerate(filters) if wants is not None]
        others = [index for index, (wants, _) in enumerate(filters) if wants is None]
        for path in self.paths:
            name = "stdin.yaml" if path == STDIN else path
            wanted = [index for index, wants in choosy if wants(name)]
            data = self._bytes(path) if wanted else None
            if data is None:
                continue
            for index in (*wanted, *others):
                needles = filters[index][1]
                if not needles or any(needle in data for needle in needles):
                    file = self._decode(path, data)
                    if file is not None:
                        found[index].append(file)
        return found

    def matching(self, wants: Wants, needles: Sequence[bytes]) -> list[SourceFile]:
        """The files that `wants` accepts and that contain one of the needles; see `sift`."""
        return self.sift([(wants, needles)])[0]

    def lookup(self, path: str) -> SourceFile | None:
        """A file of the project by its path, relative to the root.

        None when there is none that can be read, when git ignores it, and beyond the root. A
        symbolic link gives the file that it leads to, under that file's own path.
        """
        path = posixpath.normpath(path)
        if path not in self._decoded and not self._reachable(path):
            target = self._behind_links(path)
            self._decoded[path] = self.lookup(target) if target else None
        if path not in self._decoded:
            data = self._bytes(path)
            if data is None:
                target = self._behind_links(path)
                return self.lookup(target) if target else None
            return self._decode(path, data)
        return self._decoded[path]

    def containing(self, needle: bytes, suffix: str) -> tuple[str, ...]:
        """The paths with a suffix (`.py`; empty for all) whose bytes contain a needle."""
        key = (needle, suffix)
        if key not in self._containing:
            self._containing[key] = tuple(path for path, data in self._all(suffix) if needle in data)
        return self._containing[key]

    def _all(self, suffix: str) -> Iterator[tuple[str, bytes]]:
        """The bytes of the files with a suffix; up to `KEPT` of them are read once."""
        held = self._held.setdefault(suffix, {})
        for path in self.paths:
            if path.endswith(suffix):
                data = held.get(path)
                if data is None:
                    data = self._bytes(path) or b""
                    if self._room >= len(data):
                        self._room -= len(data)
                        held[path] = data
                yield path, data

    def _bytes(self, path: str) -> bytes | None:
        try:
            data = self._read(path)
        except UnreadableError as error:
            self.skip(Skipped(_whole(path), str(error)))
            return None
        return None if data is None else searchable(data)

    def _decode(self, path: str, data: bytes) -> SourceFile | None:
        if path not in self._decoded:
            self._decoded[path] = None
            if path.endswith(".py") and len(data) > LARGEST_PYTHON:
                self.skip(Skipped(_whole(path), f"too large to parse ({len(data) // 1000} kB)"))
            else:
                try:
                    self._decoded[path] = SourceFile(path, decode(path, data))
                except UndecodableError as error:
                    self.skip(Skipped(_whole(path), str(error)))
        return self._decoded[path]

    def _behind_links(self, path: str) -> str:
        """Where a path with links leads inside the project, empty when it has none or leads outside."""
        if not self.root or path.startswith(("../", "/")):
            return ""
        real = os.path.relpath(os.path.realpath(os.path.join(self.root, path)), self.root)
        target = real.replace(os.sep, "/")
        return "" if target == path or target.startswith("../") else target


def open_project(
    root: str,
    paths: Sequence[str],
    *,
    exclude: Sequence[str] = (),
    tracked_only: bool = False,
    stdin: tuple[str, bytes] | None = None,
    cache: str | None = None,
) -> Project:
    """The project below a root, as far as the paths say: files, folders and "-" for `stdin`.

    `cache` is the folder for what is remembered from run to run, by project; None remembers nothing.
    `stdin` is a path, empty for `<stdin>`, and what came by standard input.
    A file that is named is taken even if git ignores it. `exclude` are patterns as in `.gitignore`.
    Raises GitError when only tracked files are asked for and git cannot tell.
    """
    held = {} if stdin is None else {stdin[0] or STDIN: stdin[1]}
    starts = [relative(root, path) for path in paths if path != "-"]
    skipped: list[Skipped] = []
    files, known = _listing(root, starts, skipped, tracked_only=tracked_only)
    patterns = globs(exclude)
    kept = {
        path
        for path in files
        if not (patterns and decision(patterns, path)) and PASSED_OVER.isdisjoint(path.split("/"))
    }

    def read_bytes(path: str) -> bytes | None:
        return held[path] if path in held else read(os.path.join(root, path), follow=False)

    def reachable(path: str) -> bool:
        return path in kept or (path in known if known is not None else not path.startswith(("../", "/")))

    project = Project(
        root,
        kept | held.keys(),
        read_bytes,
        reachable=reachable,
        memory=Cache(cache, root) if cache else None,
    )
    for each in skipped:
        project.skip(each)
    return project


def _listing(
    root: str, starts: Sequence[str], skipped: list[Skipped], *, tracked_only: bool
) -> tuple[set[str], frozenset[str] | None]:
    """The files below the starts, and all files of the repository when git knows them."""
    known: frozenset[str] | None = None
    if tracked_only or is_work_tree(root):
        try:
            known = frozenset(listed(root, tracked_only=tracked_only))
        except GitError:
            if tracked_only:
                raise
    files: set[str] = set()
    for start in starts:
        if start and os.path.isfile(os.path.join(root, start)):
            files.add(start)
            continue
        prefix = f"{start}/" if start else ""
        below = {path for path in known or () if path.startswith(prefix)}
        if below or (known is not None and not start):
            files |= below
            continue
        for each in walk(root, start):  # no repository, or a folder that git ignores
            if isinstance(each, Skipped):
                skipped.append(each)
            else:
                files.add(each)
    return files, known


def _whole(path: str) -> Span:
    return Span(path, 1, 1, 1, 1)


__all__ = ["STDIN", "GitError", "Project", "folders", "open_project", "read_file", "relative", "root_of"]
