"""Which commands a shell text finally starts, along each way through it. Bounded, never executed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from poollint.facts import Environment
from poollint.manifests.shell.builtins import (
    CHANGING,
    DECLARING,
    absolute,
    assigned,
    assigned_by_expansion,
    declared,
)
from poollint.manifests.shell.conditions import Tester, joined
from poollint.manifests.shell.expansion import Scope, fields, likely, spaced, text
from poollint.manifests.shell.parser import parse
from poollint.manifests.shell.paths import Launch, Path, State, merged
from poollint.manifests.shell.syntax import (
    Block,
    Broken,
    Case,
    Chain,
    Choice,
    Conditional,
    Function,
    Group,
    If,
    Loop,
    Node,
    Not,
    Simple,
)
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Known, OneOf, Value

MOST_WAYS = 64
MOST_WORDS = 1_000
MOST_CONDITIONS = 3
FAILED = "failed"
MOST_STEPS = 20_000
MOST_TURNS = 32
DEEPEST_CALL = 8

# Commands that start nothing that lives on; they are left out, so that setup does not count.
TOOLS = frozenset(
    word
    for row in (
        "apk apt apt-get awk basename base64 cat chgrp chmod chown cp curl cut date df dirname docker du",
        "echo egrep envsubst find getopts git grep groupadd head hostname id install jq kill killall let",
        "ln ls mkdir mktemp more mv nc netstat nproc openssl pg_isready pgrep pip pip3 pkill printenv",
        "printf ps psql pwd read readlink realpath redis-cli rm rmdir sed seq sleep sort stat stty sync",
        "tail tar tee touch tr type uname uniq unzip useradd usermod uuidgen wait wc wget which whoami",
        "yes",
    )
    for word in row.split()
)
_ASKING = frozenset(("command", "egrep", "grep", "pgrep", "type", "which"))
_SILENT = frozenset(("[", "test", ":", "true", "false", "trap", "ulimit", "umask", "hash", "alias", "shopt"))


@dataclass(frozen=True, slots=True)
class Way:
    """The commands along one way, and the condition under which it is taken (for people)."""

    launches: tuple[Launch, ...]
    condition: str


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways through a text, at least one, and what of it could not be read."""

    ways: tuple[Way, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a shell text runs.

    `open` says that variables may be set that are not in `environment`. `find` gives a file of the
    image by its path; paths are joined with `directory` before.
    """

    environment: Environment
    open: bool
    directory: str
    find: Callable[[str], SourceFile | None]


def ways_through(
    source: str,
    arguments: tuple[Value, ...],
    surroundings: Surroundings,
    place: Callable[[int], Span],
    script: str = "sh",
) -> Ways:
    """The ways through a shell text; `place` gives the place of a line of it."""
    start = State(
        variables=surroundings.environment,
        exported=frozenset(surroundings.environment),
        arguments=arguments,
        directory=surroundings.directory,
    )
    walk = _Walk(surroundings, place, script, _Account())
    try:
        paths = walk.block(parse(source), [Path(start)])
    except _Exhausted as why:
        return Ways((Way((), ""),), (Skipped(place(1), str(why)),))
    except RecursionError:
        return Ways((Way((), ""),), (Skipped(place(1), "nested too deeply"),))
    going = [path for path in paths if path.stopped != FAILED] or paths[:1]
    started = [path for path in going if path.launches or path.stopped != "exit"] or going[:1]
    ways = tuple(Way(path.launches, " and ".join(path.conditions[-MOST_CONDITIONS:])) for path in started)
    return Ways(ways, tuple(walk.account.skipped))


class _Exhausted(Exception):  # noqa: N818 - an end, not an error
    """More steps or ways than are followed."""


@dataclass(slots=True)
class _Account:
    steps: int = 0
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Walk:
    surroundings: Surroundings
    place: Callable[[int], Span]
    script: str
    account: _Account
    depth: int = 0

    def block(self, block: Block, paths: list[Path]) -> list[Path]:
        for node in block:
            going = [path for path in paths if not path.stopped]
            if not going:
                break
            ended = [path for path in paths if path.stopped]
            paths = merged([*ended, *(after for path in going for after in self.node(node, path))])
            if len(paths) > MOST_WAYS:
                raise _Exhausted(f"more than {MOST_WAYS} ways through the script")
        return paths

    def node(self, node: Node, path: Path) -> list[Path]:
        self.account.steps += 1
        if self.account.steps > MOST_STEPS:
            raise _Exhausted(f"more than {MOST_STEPS} steps in the script")
        match node:
            case Simple():
                return self.simple(node, path)
            case Conditional() | Function():
                return [self.defined(node, path) if isinstance(node, Function) else path]
            case If():
                return self.branches(node, path)
            case Case():
                return self.case(node, path)
            case Loop():
                return self.loop(node, path)
            case Group():
                return self.group(node, path)
            case Chain():
                return self.chain(node, path)
            case Not():
                return self.node(node.node, path)
            case Broken():
                self.account.skipped.append(Skipped(self.place(node.line), f"shell: {node.why}"))
                return [path]

    def defined(self, node: Function, path: Path) -> Path:
        functions = {**path.state.functions, node.name: node.body}
        return replace(path, state=replace(path.state, functions=functions))

    # --- decisions ---

    def decision(self, node: Node, path: Path) -> bool | None:
        """What a condition says, where it is a test."""
        match node:
            case Conditional(words=words):
                tester = Tester(self.surroundings.open, patterns=True)
                return tester.test([text(word, self.scope(path.state, node.line)) for word in words])
            case Simple(words=(first, *rest)) if first.bare in ("[", "test"):
                scope = self.scope(path.state, node.line)
                expanded = [each for word in rest for each in fields(word, scope)]
                inner = expanded[:-1] if first.bare == "[" else expanded
                return Tester(self.surroundings.open).test(inner)
            case Simple(words=(first,)) if first.bare in ("true", "false", ":"):
                return first.bare != "false"
            case Not(node=inner_node):
                inner_says = self.decision(inner_node, path)
                return None if inner_says is None else not inner_says
            case Chain(left=left, right=right, both=both):
                return joined((self.decision(left, path), self.decision(right, path)), both=both)
            case _:
                return None

    def branches(self, node: If, path: Path) -> list[Path]:
        found: list[Path] = []
        here = [path]
        for arm in node.arms:
            before = self.block(arm.condition, here)
            found.extend(each for each in before if each.stopped)
            here = [each for each in before if not each.stopped]
            taken: list[Path] = []
            passed: list[Path] = []
            for each in here:
                says = self.decision(arm.condition[-1], each) if arm.condition else None
                if says is not False:
                    taken.append(each.under(arm.text) if says is None else each)
                if says is not True:
                    passed.append(each.under(f"not {arm.text}") if says is None else each)
            found.extend(self.block(arm.body, taken))
            here = passed
        return [*found, *self.block(node.otherwise, here)]

    def case(self, node: Case, path: Path) -> list[Path]:
        scope = self.scope(path.state, node.subject.line)
        subject = text(node.subject, scope)
        says = Tester(self.surroundings.open, patterns=True)
        known = says.decided(subject)
        found: list[Path] = []
        for choice in node.choices:
            matches = None if known is None else self.matches(known, choice, says, scope)
            if matches is False:
                continue
            shown = " or ".join(likely(text(each, scope)) or "..." for each in choice.patterns)
            inside = path if matches else path.under(f"{node.text} is {shown}")
            found.extend(self.block(choice.body, [inside]))
            if matches or any(each.bare == "*" for each in choice.patterns):
                return found
        return [*found, path.under(f"{node.text} is something else") if found else path]

    def matches(self, known: str, choice: Choice, tester: Tester, scope: Scope) -> bool | None:
        patterns = [tester.decided(text(each, scope)) for each in choice.patterns]
        if any(each is not None and tester.matches(known, each) for each in patterns):
            return True
        return None if None in patterns else False

    def chain(self, node: Chain, path: Path) -> list[Path]:
        before = self.node(node.left, path)
        says = self.decision(node.left, path)
        found = [each for each in before if each.stopped]
        going = [each for each in before if not each.stopped]
        if says is (not node.both):
            return before
        if says is node.both or (node.both and not _is_test(node.left)):
            return [*found, *self.block((node.right,), going)]
        # Not decided, or `command || fallback`: what runs beside what went before is one more way.
        shown = node.left.text if isinstance(node.left, Simple | Conditional) else ""
        failed = going if _is_test(node.left) else [path]
        other = self.block(
            (node.right,), [each.under(shown if node.both else f"not {shown}") for each in failed]
        )
        changed = [each for each in other if each.launches != path.launches or each.stopped == "exit"]
        return [*found, *going, *(changed or (other if _is_test(node.left) else []))]

    # --- compounds ---

    def loop(self, node: Loop, path: Path) -> list[Path]:
        if not node.name:
            many = any(isinstance(each, Group) and each.background for each in node.body)
            before = self.block(node.condition, [path])
            return [after for each in before for after in self.turned(node.body, each, many=many)]
        scope = self.scope(path.state, 0)
        words = None if node.words is None else [each for word in node.words for each in fields(word, scope)]
        turns = list(path.state.arguments) if words is None else words
        known = all(isinstance(each, Known) for each in turns) and len(turns) <= MOST_TURNS
        paths = [path]
        for turn in turns if known else turns[:1]:
            paths = [
                after
                for each in paths
                for after in self.turned(node.body, each.knowing({node.name: turn}), many=not known)
            ]
        return paths

    def turned(self, body: Block, path: Path, *, many: bool) -> list[Path]:
        """One turn of a loop; with `many`, what it starts may be started again."""
        if path.stopped:
            return [path]
        found = self.block(body, [path])
        if not many:
            return found
        return [_changed(each, path, many="started in a loop") for each in found]

    def group(self, node: Group, path: Path) -> list[Path]:
        paths = self.block(node.body, [path])
        if not node.inner:
            return paths
        if node.background:
            paths = [_changed(each, path, background=True) for each in paths]
        return [replace(each, state=path.state, stopped="") for each in paths]

    # --- commands ---

    def scope(self, state: State, line: int) -> Scope:
        return Scope(state.variables, self.place(line), state.arguments, state.arrays, self.script)

    def simple(self, node: Simple, path: Path) -> list[Path]:
        scope = self.scope(path.state, node.line)
        path = assigned_by_expansion(node.words, path, scope)
        words = tuple(each for word in node.words for each in fields(word, scope))
        if len(words) > MOST_WORDS:
            raise _Exhausted(f"a command of more than {MOST_WORDS} words")
        if not words:
            return [assigned(node.assignments, path, scope)]
        first = words[0].value if isinstance(words[0], Known) else None
        name = first if isinstance(first, str) else ""
        if name in path.state.functions:
            return self.called(path.state.functions[name], words[1:], path)
        local = assigned(node.assignments, path, scope).state.variables
        extra = frozenset(each.name for each in node.assignments)
        match name:
            case "exec":
                return self.executed(words[1:], local, extra, path, scope)
            case "exit" | "return":
                status = likely(words[1]) if len(words) > 1 else None
                failed = name == "exit" and status not in (None, "", "0") and isinstance(words[1], Known)
                return [replace(path, stopped=FAILED if failed else name)]
            case _ if name in CHANGING:
                return [CHANGING[name](words[1:], path)]
            case "source" | ".":
                return self.sourced(words[1:], path)
            case "eval":
                return self.evaluated(words[1:], path, node.line)
            case "command" | "builtin":
                shown = len(words) > 1 and (likely(words[1]) or "").startswith("-")
                return [path] if shown else [self.launched(words[1:], local, extra, path, scope)]
            case _ if name in DECLARING:
                return [declared(name, node.words[1:], path, scope)]
            case _ if name in _SILENT or name.rpartition("/")[2] in TOOLS:
                return [path]
            case _:
                return [self.launched(words, local, extra, path, scope)]

    def launched(
        self,
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

    def executed(
        self,
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
        return [replace(self.launched(words, variables, extra, path, scope), stopped="exit")]

    def called(self, body: Block, arguments: tuple[Value, ...], path: Path) -> list[Path]:
        if self.depth >= DEEPEST_CALL:
            return [path]
        inner = replace(path, state=replace(path.state, arguments=arguments))
        found: list[Path] = []
        for each in replace(self, depth=self.depth + 1).block(body, [inner]):
            state = replace(each.state, arguments=path.state.arguments)
            found.append(replace(each, state=state, stopped="" if each.stopped == "return" else each.stopped))
        return found

    def sourced(self, words: tuple[Value, ...], path: Path) -> list[Path]:
        name = likely(words[0]) if words else None
        found = self.surroundings.find(absolute(name, path.state.directory)) if name else None
        if found is None or self.depth >= DEEPEST_CALL:
            return [path]
        inner = replace(self, place=line_of(found), depth=self.depth + 1)
        paths = inner.block(parse(found.text), [path])
        return [replace(each, stopped="" if each.stopped == "return" else each.stopped) for each in paths]

    def evaluated(self, words: tuple[Value, ...], path: Path, line: int) -> list[Path]:
        source = spaced(words, self.place(line))
        if not isinstance(source, Known) or self.depth >= DEEPEST_CALL:
            return [path]
        inner = replace(self, depth=self.depth + 1)
        return inner.block(parse(str(source.value), line, self.depth), [path])


def _changed(path: Path, before: Path, *, background: bool = False, many: str = "") -> Path:
    """The same way with marks on what was started since `before`."""
    old, new = path.launches[: len(before.launches)], path.launches[len(before.launches) :]
    marked = (replace(each, background=background or each.background, many=many or each.many) for each in new)
    return replace(path, launches=(*old, *marked))


def _is_test(node: Node) -> bool:
    """Whether a command only asks, and starts nothing."""
    match node:
        case Conditional() | Simple(words=()):
            return True
        case Simple(words=(first, *_)):
            return first.bare in _SILENT or first.bare in _ASKING
        case Not(node=inner):
            return _is_test(inner)
        case Chain():
            return _is_test(node.left) and _is_test(node.right)
        case _:
            return False


def line_of(source: SourceFile) -> Callable[[int], Span]:
    """The place of a line of a file."""
    lines = source.lines()

    def place(number: int) -> Span:
        length = len(lines[number - 1]) if 0 < number <= len(lines) else 0
        return Span(source.path, max(number, 1), 1, max(number, 1), length + 1)

    return place
