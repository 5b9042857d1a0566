"""Path patterns as `.gitignore` writes them, for ignore files and for our own configuration."""

import re
from collections.abc import Iterable

from poollint.frozen import frozen


@frozen
class Glob:
    """A pattern. `negated` ones take back what an earlier pattern matched."""

    matches: re.Pattern[str]
    negated: bool = False


def globs(lines: Iterable[str], folder: str = "") -> tuple[Glob, ...]:
    """The patterns of an ignore file that stands in a folder (empty, or with a slash at its end)."""
    return tuple(glob for glob in (_glob(line, folder) for line in lines) if glob is not None)


def decision(patterns: Iterable[Glob], path: str) -> bool | None:
    """Whether the last pattern that matches takes the path or lets it go; None when none matches.

    A folder is written with a slash at its end. A pattern that takes a folder takes what is below.
    """
    decided: bool | None = None
    for pattern in patterns:
        if pattern.matches.fullmatch(path):
            decided = not pattern.negated
    return decided


def _glob(line: str, folder: str) -> Glob | None:
    pattern = line.rstrip("\r\n")
    while pattern.endswith(" ") and not pattern.endswith("\\ "):
        pattern = pattern[:-1]
    negated = pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    only_folders = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    if not pattern or line.startswith("#"):
        return None
    below = "" if "/" in pattern else "(?:.*/)?"
    end = "/.*" if only_folders else "(?:/.*)?"
    body = _translate(pattern.removeprefix("/"))
    return Glob(re.compile(re.escape(folder) + below + body + end, re.DOTALL), negated)


_PIECE = (
    r"(?P<any>^\*\*/)|(?P<inside>/\*\*/)|(?P<all>/\*\*$)|(?P<star>\*+)|(?P<one>\?)"
    r"|\[(?P<not>[!^]?)(?P<set>\]?(?:\\.|\[:\w+:\]|[^\]\\])*)\]|\\(?P<escaped>.)|(?P<literal>.)"
)
_CLASSES = {"[:alpha:]": "a-zA-Z", "[:digit:]": "0-9", "[:alnum:]": "a-zA-Z0-9", "[:space:]": r"\s"}
_FIXED = {"any": "(?:.*/)?", "inside": "/(?:.*/)?", "all": "/.+", "star": "[^/]*", "one": "[^/]"}


def _translate(pattern: str) -> str:
    return "".join(_piece(match) for match in re.finditer(_PIECE, pattern, re.DOTALL))


def _piece(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    if kind in _FIXED:
        return _FIXED[kind]
    if kind != "set":
        return re.escape(match["escaped"] or match["literal"])
    characters = match["set"]
    for name, members in _CLASSES.items():
        characters = characters.replace(name, members)
    escaped = re.sub(r"\\(.)|([\[\]&~|])", lambda found: "\\" + (found[1] or found[2]), characters)
    return f"(?!/)[{'^' if match['not'] else ''}{escaped}]"
