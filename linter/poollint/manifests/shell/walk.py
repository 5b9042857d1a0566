"""The control flow of a script: decisions, loops and groups."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from poollint.frozen import frozen
from poollint.manifests.shell.conditions import Tester, joined
from poollint.manifests.shell.expansion import Scope, fields, likely, text
from poollint.manifests.shell.launching import ASKING, SILENT, Exhausted, Surroundings, simple
from poollint.manifests.shell.paths import Path, State, merged
from poollint.manifests.shell.syntax import (
    Block,
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
from poollint.source import Skipped, Span
from poollint.values import Known

MOST_WAYS = 64
MOST_STEPS = 20_000
MOST_TURNS = 32


@dataclass(slots=True)
class Account:
    """What a walk has cost and what it could not read."""

    steps: int = 0
    skipped: list[Skipped] = field(default_factory=list)


@frozen
class Walk:
    """Follows all ways at once; raises Exhausted where they become too many."""

    surroundings: Surroundings
    place: Callable[[int], Span]
    script: str
    account: Account
    depth: int = 0

    def block(self, block: Block, paths: list[Path]) -> list[Path]:
        for node in block:
            going = [path for path in paths if not path.stopped]
            if not going:
                break
            ended = [path for path in paths if path.stopped]
            paths = merged([*ended, *(after for path in going for after in self.node(node, path))])
            if len(paths) > MOST_WAYS:
                raise Exhausted(f"more than {MOST_WAYS} ways through the script")
        return paths

    def node(self, node: Node, path: Path) -> list[Path]:
        self.account.steps += 1
        if self.account.steps > MOST_STEPS:
            raise Exhausted(f"more than {MOST_STEPS} steps in the script")
        match node:
            case Simple():
                return simple(self, node, path)
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
            case _:  # broken
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

    def scope(self, state: State, line: int) -> Scope:
        return Scope(state.variables, self.place(line), state.arguments, state.arrays, self.script)

    def deeper(self, place: Callable[[int], Span] | None = None) -> "Walk":
        return replace(self, place=place or self.place, depth=self.depth + 1)


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
            return first.bare in SILENT or first.bare in ASKING
        case Not(node=inner):
            return _is_test(inner)
        case Chain():
            return _is_test(node.left) and _is_test(node.right)
        case _:
            return False
