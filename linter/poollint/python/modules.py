"""Dotted names -> files, as Python would find them in a repository; files -> summaries, on demand.

Nothing is imported and nothing is parsed before a name leads to it. Where the roots of the import path
lie is not written anywhere, so a name is sought from the folder of the importing file upwards, and then
in every other folder that could be a root, if there is just one.
"""

import re
import sys
from collections.abc import Iterable
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING

from poollint.python.evaluation.traits import Traits
from poollint.python.words import has_word
from poollint.reading import Lookup, Memory
from poollint.source import Skipped, SourceFile

if TYPE_CHECKING:
    from poollint.expressions import Module

INSTALLED = frozenset(
    {"sqlalchemy", "sqlmodel", "alembic", "pydantic", "pydantic_settings", "flask_sqlalchemy", "environs"}
)
"""Libraries that folders are often named after; only a file of the library itself means the folder."""

SOURCE_ROOTS = frozenset({"src", "lib"})
"""Folders that stand on the import path, even where somebody has put an `__init__.py` into them."""
SPREAD = 3
"""How many names a module of a namespace package has at least to be found wherever it lies."""


class Sources:
    """The Python files of a project."""

    def __init__(self, paths: Iterable[str], lookup: Lookup, memory: Memory | None = None) -> None:
        self.paths = frozenset(path for path in paths if path.endswith((".py", ".pyi")))
        self.lookup = lookup
        self.memory = memory
        self._modules: dict[str, Module | Skipped | None] = {}
        self.followed: dict[str, dict[str, set[str]]] = {}
        """For each file that was asked about: the imported names, by file, that turned out to matter."""
        self._found: dict[tuple[str, str], str | None] = {}
        self._said: dict[tuple[str, str], bool] = {}
        self.traits = Traits()

    @property
    def parsed(self) -> tuple[str, ...]:
        """The files that were parsed or remembered, in the order in which they were needed."""
        return tuple(self._modules)

    def module(self, path: str) -> "Module | Skipped | None":
        """What a file says; parsed at most once. None when there is no such file."""
        if path not in self._modules:
            source = self.lookup(path)
            self._modules[path] = None if source is None else _summary(source, self.memory)
        return self._modules[path]

    def says(self, path: str, words: re.Pattern[str]) -> bool:
        """Whether the code of a file holds words; costs a tenth of parsing it."""
        key = (path, words.pattern)
        if key not in self._said:
            source = self.lookup(path)
            self._said[key] = source is not None and has_word(source.text, words)
        return self._said[key]

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that has a Python file somewhere below, without a slash at the end."""
        found: set[str] = set()
        for path in self.paths:
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def _roots(self) -> dict[str, tuple[str, ...]]:
        """A top-level name -> the folders in which it is a module or a package."""
        found: dict[str, set[str]] = {}
        for path in self.paths:
            folder, _, file = path.rpartition("/")
            if file == "__init__.py":
                folder, _, name = folder.rpartition("/")
            else:
                name = file.removesuffix(".py")
            if not self._package(folder) or folder.rpartition("/")[2] in SOURCE_ROOTS:
                found.setdefault(name, set()).add(folder)
        return {name: tuple(sorted(folders)) for name, folders in found.items()}

    def _package(self, folder: str) -> bool:
        return f"{folder}/__init__.py" in self.paths

    def _at(self, folder: str, parts: list[str]) -> str | None:
        """The file or folder of a dotted name below a folder."""
        base = "/".join([folder, *parts] if folder else parts)
        for path in (f"{base}/__init__.py", f"{base}.py"):
            if path in self.paths:
                return path
        return f"{base}/" if base in self.folders else None

    def find(self, dotted: str, importer: str) -> str | None:
        """The file of a module; a folder (with `/` at the end) for a namespace package; None outside."""
        key = (dotted, importer)
        if key not in self._found:
            self._found[key] = self._find(dotted, importer)
        return self._found[key]

    def _find(self, dotted: str, importer: str) -> str | None:
        parts = dotted.split(".")
        top = parts[0]
        if top in sys.stdlib_module_names or (top in INSTALLED and f"{top}/" not in importer):
            return None
        ways = [importer.rpartition("/")[0]]
        while ways[-1]:
            ways.append(ways[-1].rpartition("/")[0])
        ordered = [way for way in ways if not self._package(way)] + [
            way for way in ways if self._package(way)
        ]
        candidates = [found for way in ordered if (found := self._at(way, parts)) is not None]
        others = [found for way in self._near(top, importer) if (found := self._at(way, parts)) is not None]
        candidates += others
        files = [found for found in candidates if not found.endswith("/")]
        return next(iter(files or self._spread(parts) or candidates), None)

    def _spread(self, parts: list[str]) -> list[str]:
        """The file of a module of a namespace package whose parts lie in several folders, if it is one."""
        if len(parts) < SPREAD:
            return []
        inside = "/".join(parts)
        ends = (f"/{inside}.py", f"/{inside}/__init__.py")
        found = [
            path
            for path in self._named.get(parts[-1], ())
            if (end := next((each for each in ends if path.endswith(each)), ""))
            and self._is_root(path.removesuffix(end), parts[0])
        ]
        return found if len(found) == 1 else []

    def _is_root(self, folder: str, top: str) -> bool:
        """Whether a folder can be on the import path for a namespace package."""
        return not self._package(folder) and not self._package(f"{folder}/{top}")

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        """The last part of a module's name -> the files that have it."""
        found: dict[str, list[str]] = {}
        for path in self.paths:
            folder, _, file = path.rpartition("/")
            name = folder.rpartition("/")[2] if file == "__init__.py" else file.removesuffix(".py")
            found.setdefault(name, []).append(path)
        return found

    def _near(self, top: str, importer: str) -> tuple[str, ...]:
        """The roots with that module that share most with the importing file, if that is one."""
        roots = self._roots.get(top, ())

        def shared(root: str) -> int:
            return len([a for a, b in zip(root.split("/"), importer.split("/"), strict=False) if a == b])

        most = max(map(shared, roots), default=0)
        best = tuple(root for root in roots if shared(root) == most)
        return best if len(best) == 1 else ()

    def file_of(self, dotted: str, near: str) -> str | None:
        """The file that defines a module, looked for from a folder of the project upwards."""
        found = self.find(dotted, f"{near}/x.py" if near else "x.py")
        return None if found is None or found.endswith("/") else found

    def relative(self, importer: str, dots: int, module: str) -> str | None:
        """The file of `from ..module import`, by the folder of the importing file."""
        base = dirname(importer)
        for _ in range(dots - 1):
            if not base:
                return None
            base = dirname(base)
        if module:
            return self._at(base, module.split("."))
        if f"{base}/__init__.py" in self.paths:
            return f"{base}/__init__.py"
        return f"{base}/"

    def submodule(self, path: str, name: str) -> str | None:
        """The file of a module inside a package, given the package's `__init__.py` or folder."""
        if path.endswith("/"):
            return self._at(path.removesuffix("/"), [name])
        folder, _, file = path.rpartition("/")
        return self._at(folder, [name]) if file == "__init__.py" else None

    def dotted(self, path: str) -> str:
        """The name under which a file is imported, as far as the folders tell."""
        folder, _, file = path.rpartition("/")
        name = file.removesuffix(".py")
        parts = [] if name in ("", "__init__") else [name]
        packaged = self._package(folder)
        while folder:
            folder, _, last = folder.rpartition("/")
            above = f"{folder}/{last}" if folder else last
            if packaged and not self._package(above):
                break
            if not last.isidentifier() or last in SOURCE_ROOTS:
                break
            parts.insert(0, last)
        return ".".join(parts)


def _summary(source: SourceFile, memory: Memory | None) -> "Module | Skipped":
    from poollint.python.syntax.summaries import summary  # noqa: PLC0415 - late: paths need no expressions

    return summary(source, memory)
