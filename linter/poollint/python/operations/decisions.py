"""Whether scalars and objects hold, and how they compare."""

import operator
from collections.abc import Callable, Mapping, Sequence

from poollint.python.evaluation.objects import (
    Abstract,
    Bound,
    Branch,
    Choice,
    Class,
    DictRef,
    External,
    Function,
    Instance,
    ListRef,
    Member,
    Method,
    ModuleRef,
    Partial,
    Result,
    Tuple,
    choice,
)
from poollint.python.operations.scalars import Constant, lift, outermost_scalars, plain
from poollint.source import Span
from poollint.values import FromEnv, Known, Symbol, Text, Unknown


def truth(value: Abstract) -> bool | None:
    """What `if value` decides; None when it does not. Dicts, lists and instances are not asked here."""
    match value:
        case Known(value=Symbol()):
            return None
        case Known(value=constant_):
            return bool(constant_)
        case Text(parts=parts):
            return True if any(isinstance(part, str) and part for part in parts) else None
        case Method(receiver=Result()):
            return None
        case Function() | Class() | ModuleRef() | Bound() | Partial() | Method():
            return True
        case External(name="typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING"):
            return False
        case External(name=name):
            return True if name.startswith("builtins.") else None
        case Tuple(items=items):
            return bool(items)
        case _:
            return None


def negated(value: Abstract, at: Span) -> Abstract:
    """`not value` of a value that decides nothing"""
    if isinstance(value, FromEnv | Choice) and outermost_scalars(value):
        return lift([value], lambda args: not args[0], "not", at)
    return Unknown("a condition that is not decided", at)


_COMPARE: Mapping[str, Callable[[Constant, Constant], object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]
    "<=": operator.le,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
    "in": lambda a, b: operator.contains(b, a),  # type: ignore[arg-type]
    "not in": lambda a, b: not operator.contains(b, a),  # type: ignore[arg-type]
    "is": lambda a, b: a is b if a is None or b is None or isinstance(a, bool) else _same(a, b),
    "is not": lambda a, b: a is not b if a is None or b is None or isinstance(a, bool) else not _same(a, b),
}


def _same(left: Constant, right: Constant) -> bool:
    if left == right and type(left) is type(right):
        raise ValueError("equal objects may be the same or not")
    return False


def compare(left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
    """`left sign right` of scalars and objects; `in` only for texts (containers are for the caller)."""
    if isinstance(right, Choice):
        return choice(
            Branch(compare(left, sign, part.value, at), part.condition) for part in right.alternatives
        )
    objects = _compare_objects(left, sign, right)
    if objects is not None:
        return Known(objects, at)
    if isinstance(left, Text) or isinstance(right, Text):
        return _compare_text(left, sign, right, at)
    return lift([left, right], lambda args: _COMPARE[sign](args[0], args[1]), sign, at)


def _compare_objects(left: Abstract, sign: str, right: Abstract) -> bool | None:
    if sign not in ("==", "!=", "is", "is not"):
        return None
    same: bool | None = None
    definite = (Function, Class, ModuleRef, Bound, Partial, Tuple, DictRef, ListRef, Instance)
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Known) and other.value is None:
            builtin = isinstance(one, External) and one.name.startswith("builtins.")
            identity = sign in ("is", "is not") or not isinstance(one, Instance | Member)
            if (isinstance(one, (*definite, Text, Member)) or builtin) and identity:
                same = False
    if isinstance(left, Class) and isinstance(right, Class):
        same = left == right
    elif isinstance(left, External) and left == right:
        same = True
    elif isinstance(left, Member) and isinstance(right, Member):
        if left == right:
            same = True
        elif left.cls == right.cls and plain(left.value) and plain(right.value) and left.value != right.value:
            same = False
    elif isinstance(left, Tuple) and isinstance(right, Tuple) and sign in ("==", "!="):
        known = all(map(plain, (*left.items, *right.items)))
        same = (
            (left.kind, left.items) == (right.kind, right.items) if known and left.kind == "tuple" else None
        )
    if same is None:
        return None
    return same if sign in ("==", "is") else not same


def _compare_text(left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
    """What a text known in part decides: `"sqlite" in url`, `url == ""`."""
    unknown = Unknown("a text that is known only in part", at)
    if sign in ("in", "not in") and isinstance(right, Text) and isinstance(left, Known):
        found = any(isinstance(part, str) and str(left.value) in part for part in right.parts)
        return Known(sign == "in", at) if found and isinstance(left.value, str) else unknown
    one, other = (left, right) if isinstance(left, Text) else (right, left)
    if sign in ("==", "!=") and isinstance(one, Text) and isinstance(other, Known):
        text = other.value
        apart = not isinstance(text, str) or not text.startswith(one.prefix)
        return Known(sign == "!=", at) if apart else unknown
    return unknown


def as_condition(
    left: Abstract, results: Sequence[Abstract], items: Sequence[Abstract], at: Span
) -> Abstract:
    """`left in items`, given `left == item` for each."""
    decided = [truth(result) for result in results]
    if True in decided:
        return Known(True, at)  # noqa: FBT003 - the value itself
    if None not in decided:
        return Known(False, at)  # noqa: FBT003
    if isinstance(left, FromEnv) and all(map(plain, items)):
        count = len(items)
        return lift([left, *items], lambda values: values[0] in values[1 : count + 1], "in", at)
    return Unknown("whether it is one of several", at)
