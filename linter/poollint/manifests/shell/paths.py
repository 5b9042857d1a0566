"""Where a walk through a script has come: its variables and what it has started."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from poollint.facts import Environment
from poollint.frozen import frozen
from poollint.manifests.shell.syntax import Block
from poollint.source import Span
from poollint.values import Alternative, FromEnv, Origin, Value, one_of, origin_of

LONGEST_CONDITION = 60


@frozen
class Launch:
    """A command that is started: its words, the variables it sees and its working directory.

    `many` says why it may be started more than once, empty when it is started once. `background`
    says that what follows does not wait for its end; `ended` that the script goes on to wait for others.
    """

    words: tuple[Value, ...]
    environment: Environment
    directory: str
    at: Span
    many: str = ""
    background: bool = False
    ended: bool = False


@frozen
class State:
    """What the shell knows at one point. `exported` are the variables that programs see."""

    variables: Mapping[str, Value]
    exported: frozenset[str]
    arguments: tuple[Value, ...]
    directory: str
    arrays: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    functions: Mapping[str, Block] = field(default_factory=dict)


@frozen
class Path:
    """One way so far. `stopped` is `exit`, `return`, `failed` or empty while it goes on."""

    state: State
    launches: tuple[Launch, ...] = ()
    conditions: tuple[str, ...] = ()
    stopped: str = ""

    def under(self, condition: str) -> "Path":
        """The same way where a condition holds that the files do not decide."""
        short = " ".join(condition.split())[:LONGEST_CONDITION]
        new = short and short not in self.conditions
        return replace(self, conditions=(*self.conditions, short)) if new else self

    def knowing(self, variables: Mapping[str, Value]) -> "Path":
        """The same way with variables set."""
        return replace(self, state=replace(self.state, variables={**self.state.variables, **variables}))


def merged(paths: Iterable[Path]) -> list[Path]:
    """Ways that have started the same become one; a variable that differs is one of its values."""
    found: list[Path] = []
    for path in paths:
        at = next((i for i, each in enumerate(found) if _alike(each, path)), None)
        if at is None:
            found.append(path)
        else:
            found[at] = _both(found[at], path)
    return found


def _alike(left: Path, right: Path) -> bool:
    return left.stopped == right.stopped and left.launches == right.launches


def _both(left: Path, right: Path) -> Path:
    shared = tuple(each for each in left.conditions if each in right.conditions)
    if left.state == right.state:
        return replace(left, conditions=shared)
    variables = dict(left.state.variables)
    for name in dict.fromkeys((*left.state.variables, *right.state.variables)):
        one, other = left.state.variables.get(name), right.state.variables.get(name)
        known = one or other
        if one != other and known is not None:
            variables[name] = one_of(
                Alternative(_or_unset(name, value, origin_of(known)), _last(path))
                for value, path in ((one, left), (other, right))
            )
    state = replace(
        left.state,
        variables=variables,
        exported=left.state.exported | right.state.exported,
        arrays={**right.state.arrays, **left.state.arrays},
        functions={**right.state.functions, **left.state.functions},
    )
    return replace(left, state=state, conditions=shared)


def _or_unset(name: str, value: Value | None, origin: Origin) -> Value:
    """A variable where a way does not set it: what the process is started with."""
    if value is not None:
        return value
    return FromEnv((name,), None, "", origin)


def _last(path: Path) -> str:
    return path.conditions[-1] if path.conditions else ""
