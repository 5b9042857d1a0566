"""Simple commands: the shell's own change its state, all others are started."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from poollint.facts import Environment
from poollint.frozen import frozen
from poollint.manifests.shell.builtins import (
    CHANGING,
    DECLARING,
    absolute,
    assigned,
    assigned_by_expansion,
    declared,
)
from poollint.manifests.shell.expansion import Scope, fields, likely, spaced
from poollint.manifests.shell.parser import parse
from poollint.manifests.shell.paths import Launch, Path, State
from poollint.manifests.shell.syntax import Block, Simple
from poollint.source import SourceFile, Span
from poollint.values import Known, OneOf, Value

MOST_WORDS = 1_000
FAILED = "failed"
DEEPEST_CALL = 8

# Commands that start nothing that lives on; they are left out, so that setup does not count.
TOOLS = frozenset(
    word
    for row in (
        "apk apt apt-get awk basename base64 cat chgrp chmod chown cp curl cut date df dirname docker du",
        "echo egrep envsubst find getopts git grep groupadd head hostname id install jq kill killall let",
        "ln ls mkdir mktemp more mv nc netstat nproc openssl pg_isready pgrep pip pip3 pkill printenv",
        "printf ps psql pwd read readlink realpath redis-cli rm rmdir sed seq sleep sort stat stty sync",
        "tail tar tee touch tr type uname uniq unzip useradd usermod uuidgen wc wget which whoami",
        "yes",
    )
    for word in row.split()
)
ASKING = frozenset(("command", "egrep", "grep", "pgrep", "type", "which"))
SILENT = frozenset(("[", "test", ":", "true", "false", "trap", "ulimit", "umask", "hash", "alias", "shopt"))


@frozen
class Surroundings:
    """Where a shell text runs.

    `open` says that variables may be set that are not in `environment`. `find` gives a file of the
    image by its path; paths are joined with `directory` before.
    """

    environment: Environment
    open: bool
    directory: str
    find: Callable[[str], SourceFile | None]


class Walker(Protocol):
    """What a command may ask of the walk that it is met on."""

    @property
    def surroundings(self) -> Surroundings: ...
    @property
    def place(self) -> Callable[[int], Span]: ...
    @property
    def depth(self) -> int: ...
    def block(self, block: Block, paths: list[Path]) -> list[Path]:
        """The ways through commands, for each way to them."""
        ...

    def scope(self, state: State, line: int) -> Scope:
        """What words may refer to."""
        ...

    def deeper(self, place: Callable[[int], Span] | None = None) -> "Walker":
        """The walk inside a function or a file."""
        ...


class Exhausted(Exception):  # noqa: N818 - an end, not an error
    """More steps or ways than are followed."""


def simple(walk: Walker, node: Simple, path: Path) -> list[Path]:
    """A command: what it changes in the shell, or what it starts."""
    scope = walk.scope(path.state, node.line)
    path = assigned_by_expansion(node.words, path, scope)
    words = tuple(each for word in node.words for each in fields(word, scope))
    if len(words) > MOST_WORDS:
        raise Exhausted(f"a command of more than {MOST_WORDS} words")
    if not words:
        return [assigned(node.assignments, path, scope)]
    first = words[0].value if isinstance(words[0], Known) else None
    name = first if isinstance(first, str) else ""
    if name in path.state.functions:
        return _called(walk, path.state.functions[name], words[1:], path)
    local = assigned(node.assignments, path, scope).state.variables
    extra = frozenset(each.name for each in node.assignments)
    match name:
        case "exec":
            return _executed(words[1:], local, extra, path, scope)
        case "exit" | "return":
            status = next(iter(words[1:]), None)
            failed = name == "exit" and isinstance(status, Known) and status.value not in ("", "0")
            return [replace(path, stopped=FAILED if failed else name)]
        case "wait":
            ended = tuple(each if each.background else replace(each, ended=True) for each in path.launches)
            return [replace(path, launches=ended)]
        case _ if name in CHANGING:
            return [CHANGING[name](words[1:], path)]
        case "source" | ".":
            return _sourced(walk, words[1:], path)
        case "eval":
            return _evaluated(walk, words[1:], path, node.line)
        case "command" | "builtin":
            shown = len(words) > 1 and (likely(words[1]) or "").startswith("-")
            return [path] if shown else [_launched(words[1:], local, extra, path, scope)]
        case _ if name in DECLARING:
            return [declared(name, node.words[1:], path, scope)]
        case _ if name in SILENT or name.rpartition("/")[2] in TOOLS:
            return [path]
        case _:
            return [_launched(words, local, extra, path, scope)]


def _launched(
    words: tuple[Value, ...],
    variables: Mapping[str, Value],
    extra: frozenset[str],
    path: Path,
    scope: Scope,
) -> Path:
    if not words or (likely(words[0]) is None and not isinstance(words[0], OneOf)):
        return path
    seen = path.state.exported | extra
    environment = {name: value for name, value in variables.items() if name in seen}
    launch = Launch(words, environment, path.state.directory, scope.at)
    return replace(path, launches=(*path.launches, launch))


def _executed(
    words: tuple[Value, ...],
    variables: Mapping[str, Value],
    extra: frozenset[str],
    path: Path,
    scope: Scope,
) -> list[Path]:
    while words and (likely(words[0]) or "") in ("-a", "-c", "-l"):
        words = words[2:] if likely(words[0]) == "-a" else words[1:]
    if not words:  # only redirections
        return [path]
    return [replace(_launched(words, variables, extra, path, scope), stopped="exit")]


def _called(walk: Walker, body: Block, arguments: tuple[Value, ...], path: Path) -> list[Path]:
    if walk.depth >= DEEPEST_CALL:
        return [path]
    inner = replace(path, state=replace(path.state, arguments=arguments))
    found: list[Path] = []
    for each in walk.deeper().block(body, [inner]):
        state = replace(each.state, arguments=path.state.arguments)
        found.append(replace(each, state=state, stopped="" if each.stopped == "return" else each.stopped))
    return found


def _sourced(walk: Walker, words: tuple[Value, ...], path: Path) -> list[Path]:
    name = likely(words[0]) if words else None
    found = walk.surroundings.find(absolute(name, path.state.directory)) if name else None
    if found is None or walk.depth >= DEEPEST_CALL:
        return [path]
    inner = walk.deeper(line_of(found))
    paths = inner.block(parse(found.text), [path])
    return [replace(each, stopped="" if each.stopped == "return" else each.stopped) for each in paths]


def _evaluated(walk: Walker, words: tuple[Value, ...], path: Path, line: int) -> list[Path]:
    source = spaced(words, walk.place(line))
    if not isinstance(source, Known) or walk.depth >= DEEPEST_CALL:
        return [path]
    inner = walk.deeper()
    return inner.block(parse(str(source.value), line, walk.depth), [path])


def line_of(source: SourceFile) -> Callable[[int], Span]:
    """The place of a line of a file."""
    lines = source.lines()

    def place(number: int) -> Span:
        length = len(lines[number - 1]) if 0 < number <= len(lines) else 0
        return Span(source.path, max(number, 1), 1, max(number, 1), length + 1)

    return place
