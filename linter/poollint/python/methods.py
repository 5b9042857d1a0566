"""Whether anything a program loads calls a method: a class that is used does not use all of it."""

import re
from collections.abc import Callable, Iterable, Iterator

from poollint.source import Span

_METHOD = re.compile(r"^(?P<indent>[ \t]+)(?:async[ \t]+)?def[ \t]+(?P<name>\w+)")
_CLASS = r"^class[ \t]+{}[ \t]*(?:\((?P<bases>[^)]*)\))?[ \t]*:"
_PLAIN = frozenset({"object", "ABC", "Protocol", "Generic"})
"""Bases that call nothing by themselves."""


def is_method_used(
    at: Span,
    first: int,
    text: str,
    containing: Callable[[bytes], Iterable[str]],
    loaded: Callable[[str], str],
) -> bool:
    """Whether a place in a class, which starts at a line of a text, is in a method that something mentions.

    Everything but a plain method counts as used, and so does one of a class with bases that the project does
    not define: they may call it. `loaded` gives the text of a file that the program loads, else nothing.
    """
    lines = text.splitlines()[first - 1 : at.line]
    name = _method_of(lines)
    if not name or name.startswith("__"):
        return True
    mention = re.compile(rf"""\.[ \t]*{name}\b|["']{name}["']""")
    if any(mention.search(loaded(path)) for path in containing(name.encode())):
        return True
    return not _is_own(_class_of(lines), lambda needle: (loaded(path) for path in containing(needle)))


def _method_of(lines: list[str]) -> str:
    """The undecorated method that the last of some lines of a class stands in; empty for none."""
    found = [(number, match) for number, line in enumerate(lines) if (match := _METHOD.match(line))]
    if not found:
        return ""
    indent = min(len(match["indent"]) for _, match in found)
    number, match = [each for each in found if len(each[1]["indent"]) == indent][-1]
    inside = len(lines[-1]) - len(lines[-1].lstrip()) > indent
    decorated = lines[number - 1].lstrip().startswith(("@", ")"))
    return match["name"] if inside and not decorated else ""


def _class_of(lines: list[str]) -> str:
    return next(
        (match[1] for line in lines if (match := re.match(r"class[ \t]+(\w+)", line))),
        "",
    )


def _is_own(name: str, texts: Callable[[bytes], Iterator[str]]) -> bool:
    """Whether a class and all its bases are of the project."""
    waiting, seen = [name], set[str]()
    while waiting:
        current = waiting.pop()
        if current in _PLAIN or current in seen:
            continue
        seen.add(current)
        pattern = re.compile(_CLASS.format(re.escape(current)), re.MULTILINE)
        found = [match for text in texts(f"class {current}".encode()) for match in pattern.finditer(text)]
        if not found:
            return False
        waiting.extend(base for match in found for base in _bases(match["bases"] or ""))
    return True


def _bases(text: str) -> Iterator[str]:
    for each in re.sub(r"\[[^\]]*\]", "", text).split(","):
        if (base := each.strip()) and "=" not in base:
            yield base.rpartition(".")[2]
