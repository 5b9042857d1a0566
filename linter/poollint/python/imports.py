"""Which file imports which, by a scan of the text: a second a megabyte of parsing is not spent here.

An import counts wherever it stands, also inside a function, but not under `TYPE_CHECKING`, in a
string or in a comment. What a program imports by a name that it computes is not seen.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import field
from functools import lru_cache
from typing import Protocol

from poollint.frozen import frozen
from poollint.reading import Lookup

_NO_CODE = re.compile(
    r"""\#[^\n]*|\"{3}[\s\S]*?\"{3}|'{3}[\s\S]*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
)
_TYPES_ONLY = re.compile(
    r"^(?P<indent>[ \t]*)if (?:\w+\.)?TYPE_CHECKING:[^\n]*\n(?:(?P=indent)[ \t]+[^\n]*\n|[ \t]*\n)*",
    re.MULTILINE,
)
_IMPORT = re.compile(
    r"(?:^|;)[ \t]*(?:(?:try|else|finally)[ \t]*:[ \t]*)?"
    r"(?:from[ \t]+(?P<dots>\.*)[ \t]*(?P<module>[\w.]*)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n;]*)"
    r"|import[ \t]+(?P<modules>[^\n;]+))",
    re.MULTILINE,
)
_BY_NAME = re.compile(r"""import_module\(\s*(?:["']([\w.]+)["']|(\w+))\s*[,)]""")
_SERVED = re.compile(r"""\b(?:run|Config|Granian)\(\s*(?:\#[^\n]*\s*)*["']([\w.]+):\w+["']""")
"""What a call of a server loads: https://www.uvicorn.org/deployment/#running-programmatically"""
_CELERY = re.compile(r"\b(?:include|imports|import_paths|autodiscover_tasks)\s*[=(]\s*[\[(]([^\])]*)[\])]")
_NAMED = re.compile(r"""["']([\w.]+)["']""")


class Finder(Protocol):
    """Where modules are: see `poollint.python.modules.Sources`."""

    def find(self, dotted: str, importer: str) -> str | None:
        """The file (or folder, with a slash at its end) of an absolute name in an importing file."""

    def relative(self, importer: str, dots: int, module: str) -> str | None:
        """The same for a relative name."""


@frozen
class Imports:
    """The import graph of a project, read as far as questions need it."""

    lookup: Lookup
    finder: Finder
    edges: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    trees: dict[str, tuple[dict[str, str], deque[str]]] = field(default_factory=dict, compare=False)

    def of(self, path: str) -> tuple[str, ...]:
        """The files of the project that a file imports, in the order of its text; none if it is not there."""
        if path not in self.edges:
            source = self.lookup(path)
            found = _targets(source.text, path, self.finder) if source is not None else ()
            self.edges[path] = tuple(dict.fromkeys(each for each in found if each != path))
        return self.edges[path]

    def reaches(self, start: str, goal: str) -> tuple[str, ...] | None:
        """The shortest way of imports from one file to another, both included; None if there is none."""
        before, waiting = self.trees.setdefault(start, ({start: ""}, deque([start])))
        while goal not in before and waiting:
            current = waiting.popleft()
            for target in self.of(current):
                if target not in before:
                    before[target] = current
                    waiting.append(target)
        if goal not in before:
            return None
        way = [goal]
        while before[way[-1]]:
            way.append(before[way[-1]])
        return tuple(reversed(way))


def _targets(text: str, path: str, finder: Finder) -> Iterator[str]:
    for dots, module, name in imported(text):
        yield from _files(dots, module, name, path, finder)


def _files(dots: int, module: str, name: str, path: str, finder: Finder) -> Iterator[str]:
    """The files that run when a module is imported: its packages, itself, and a submodule by name."""
    parts = module.split(".") if module else []
    names = [".".join(parts[: count + 1]) for count in range(len(parts))]
    if dots:
        names = ["", *names]
    if name:
        names.append(f"{module}.{name}" if module else name)
    for each in names:
        found = finder.relative(path, dots, each) if dots else finder.find(each, path)
        if found is not None and not found.endswith("/"):
            yield found


def imported(text: str) -> Iterator[tuple[int, str, str]]:
    """Every import of a text: its leading dots, its module, and the name taken from it (or empty)."""
    code = _TYPES_ONLY.sub("\n", _NO_CODE.sub(_blank, text)).replace("\\\n", " ")
    for match in _IMPORT.finditer(code):
        if match["modules"] is not None:
            for module in match["modules"].split(","):
                yield 0, _first_word(module), ""
            continue
        for name in match["names"].strip("() \t").split(","):
            if _first_word(name):
                yield len(match["dots"]), match["module"], _first_word(name)
    for match in _BY_NAME.finditer(text):
        for name in [match[1]] if match[1] else _texts_of(match[2], text):
            yield 0, name, ""
    for match in _SERVED.finditer(text):
        yield 0, match[1], ""
    if "elery" in text or "rocrastinate" in text:
        for block in _CELERY.finditer(text):
            for module in _NAMED.findall(block[1]):
                yield 0, module, ""
                if "autodiscover_tasks" in block[0]:
                    yield 0, module, "tasks"


def _texts_of(variable: str, text: str) -> list[str]:
    """The names of modules that a text binds to a variable, if it binds nothing else."""
    bound = re.findall(rf"""^[ \t]*{variable}[ \t]*(?::[^=\n]+)?=[ \t]*([^\n]+)""", text, re.MULTILINE)
    found = [_NAMED.fullmatch(each.strip()) for each in bound]
    return [each[1] for each in found if each is not None] if all(found) else []


def without_imports(text: str) -> str:
    """A text without its import statements: to import a name is not to use it."""
    return _IMPORT.sub("", text)


@lru_cache(maxsize=1024)
def imports_of(text: str) -> str:
    """The import statements of a text."""
    return "\n".join(match[0] for match in _IMPORT.finditer(text))


def _blank(match: re.Match[str]) -> str:
    return "" if match[0].startswith("#") else "''"


def _first_word(text: str) -> str:
    return (text.split() or [""])[0]
