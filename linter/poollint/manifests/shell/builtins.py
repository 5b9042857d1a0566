"""What the shell's own commands change: variables, arguments and the directory."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from poollint.manifests.shell.expansion import Scope, behind, fields, joined, likely, text
from poollint.manifests.shell.paths import Path
from poollint.manifests.shell.syntax import Assignment, Parameter, Word
from poollint.values import Text, Value

MOST_ITEMS = 1_000
"""Items of an array."""
DECLARING = frozenset(("export", "declare", "typeset", "readonly", "local"))


def absolute(path: str, directory: str) -> str:
    """A path as seen from a directory, without `.` and `..`."""
    whole = path if path.startswith("/") else f"{directory}/{path}"
    found: list[str] = []
    for part in whole.split("/"):
        if part == "..":
            del found[-1:]
        elif part not in ("", "."):
            found.append(part)
    return ("/" if whole.startswith("/") else "") + "/".join(found)


def assigned(assignments: Iterable[Assignment], path: Path, scope: Scope) -> Path:
    """`a=1 b=(x y) c+=z`, from left to right."""
    for each in assignments:
        here = replace(scope, variables=path.state.variables, arrays=path.state.arrays)
        if each.array:
            items = tuple(item for word in each.words for item in fields(word, here))
            before = path.state.arrays.get(each.name, ()) if each.append else ()
            arrays = {**path.state.arrays, each.name: (*before, *items)[:MOST_ITEMS]}
            path = replace(path, state=replace(path.state, arrays=arrays))
        else:
            value = text(each.words[0], here)
            old = path.state.variables.get(each.name) if each.append else None
            path = path.knowing({each.name: value if old is None else joined((old, value), here.at)})
    return path


def assigned_by_expansion(words: Iterable[Word], path: Path, scope: Scope) -> Path:
    """`: ${WORKERS:=4}` assigns."""
    for word in words:
        for part in word.parts:
            if isinstance(part, Parameter) and part.operator in (":=", "="):
                path = path.knowing({part.name: text(Word((part,), word.line), scope)})
    return path


def declared(name: str, words: Iterable[Word], path: Path, scope: Scope) -> Path:
    """`export A=b C`, and its relatives that do not export."""
    names: set[str] = set()
    for word in words:
        value = text(word, scope)
        whole = value.prefix if isinstance(value, Text) else likely(value) or ""
        key, sign, _ = whole.partition("=")
        if key.isidentifier():
            names.add(key)
            if sign:
                path = path.knowing({key: behind(value, len(key) + 1)})
    if name != "export":
        return path
    return replace(path, state=replace(path.state, exported=path.state.exported | names))


def _moved(words: tuple[Value, ...], path: Path) -> Path:
    target = likely(words[0]) if words else None
    if target is None:
        return path
    return replace(path, state=replace(path.state, directory=absolute(target, path.state.directory)))


def _reset(words: tuple[Value, ...], path: Path) -> Path:
    first = (likely(words[0]) or "-") if words else "-"
    if first == "--":
        words = words[1:]
    elif first.startswith(("-", "+")):
        return path
    return replace(path, state=replace(path.state, arguments=words))


def _shifted(words: tuple[Value, ...], path: Path) -> Path:
    given = (likely(words[0]) or "") if words else "1"
    count = int(given) if given.isdecimal() and len(given) < 4 else 1  # noqa: PLR2004 - digits of a small number
    return replace(path, state=replace(path.state, arguments=path.state.arguments[count:]))


def _unset(words: tuple[Value, ...], path: Path) -> Path:
    gone = {likely(each) for each in words}
    kept = {key: value for key, value in path.state.variables.items() if key not in gone}
    return replace(path, state=replace(path.state, variables=kept))


CHANGING: Mapping[str, Callable[[tuple[Value, ...], Path], Path]] = {
    "cd": _moved,
    "set": _reset,
    "shift": _shifted,
    "unset": _unset,
}
"""Commands that only change the state, by name; they get the words behind the name."""
