"""Files below a folder that no git lists: a walk that honours `.gitignore` files."""

import os
from collections.abc import Iterator

from poollint.globs import Glob, decision, globs
from poollint.source import Skipped, Span

PASSED_OVER = frozenset(
    {".git", ".hg", ".svn", ".tox", ".nox", ".venv", "__pycache__", "node_modules", "site-packages"}
)
"""Folders of tools and of other people's code: never part of the project, whether ignored or not."""


def walk(root: str, start: str) -> Iterator[str | Skipped]:
    """The files below a folder, both relative to the root; symbolic links are not followed.

    `start` is empty for the root itself. Folders that cannot be listed are given as Skipped.
    """
    stack = [(start, _above(root, start))]
    while stack:
        folder, rules = stack.pop()
        prefix = f"{folder}/" if folder else ""
        try:
            with os.scandir(os.path.join(root, folder)) as entries:
                found = list(entries)
        except OSError as error:
            yield Skipped(Span(folder or ".", 1, 1, 1, 1), f"folder cannot be read: {error.strerror}")
            continue
        if any(entry.name == ".gitignore" for entry in found):
            rules = (*rules, *_patterns(root, prefix))
        for entry in found:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in PASSED_OVER and not decision(rules, f"{path}/"):
                    stack.append((path, rules))
            elif entry.is_file(follow_symlinks=False) and not decision(rules, path):
                yield path


def _above(root: str, start: str) -> tuple[Glob, ...]:
    """What the folders above the start ignore; nothing when that is the start itself, which was asked for."""
    parts = start.split("/")
    folders = ["".join(f"{part}/" for part in parts[:count]) for count in range(len(parts))] if start else []
    rules = tuple(rule for folder in folders for rule in _patterns(root, folder))
    return () if decision(rules, f"{start}/") else rules


def _patterns(root: str, prefix: str) -> tuple[Glob, ...]:
    """The patterns of the folder's ignore file: later ones win, so do those of deeper folders."""
    try:
        with open(os.path.join(root, prefix, ".gitignore"), encoding="utf-8", errors="replace") as file:
            return globs(file.read().splitlines(), prefix)
    except OSError:  # one that cannot be read ignores nothing
        return ()
