"""The functions of Python and its standard library whose results can be told."""

import math
from collections.abc import Callable, Mapping, Sequence
from json import loads
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from poollint.python import classes
from poollint.python.objects import (
    ABSENT,
    Abstract,
    Arguments,
    Choice,
    Class,
    DictContent,
    DictEntry,
    DictRef,
    External,
    Function,
    Instance,
    ListContent,
    ListRef,
    Member,
    Partial,
    Result,
    Super,
    Tuple,
    alternatives,
    each,
)
from poollint.python.scalars import Constant, constant, lift, plain
from poollint.python.texts import as_text
from poollint.source import Span
from poollint.values import FromEnv, Known, Text, Unknown

if TYPE_CHECKING:
    from poollint.python.calls import Calls

_LONGEST = 4000


def _int(values: Sequence[Constant]) -> object:
    first, *rest = values
    if isinstance(first, str):
        if len(first) > _LONGEST:
            raise ValueError(first[:10])
        return int(first, *(base for base in rest if isinstance(base, int)))
    if first is None:
        raise TypeError("int of None")
    return int(first)


def _float(values: Sequence[Constant]) -> object:
    if values[0] is None:
        raise TypeError("float of None")
    return float(values[0])


def _number(value: Constant) -> float:
    if isinstance(value, str) or value is None:
        raise TypeError("no number")
    return value


def _text(value: Constant) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _round(values: Sequence[Constant]) -> object:
    digits = values[1] if len(values) > 1 else None
    return round(_number(values[0]), digits) if isinstance(digits, int) else round(_number(values[0]))


_TRUE = ("y", "yes", "t", "true", "on", "1")
_FALSE = ("n", "no", "f", "false", "off", "0")


def _strtobool(values: Sequence[Constant]) -> object:
    text = _text(values[0]).lower()
    if text not in (*_TRUE, *_FALSE):
        raise ValueError(text[:10])
    return int(text in _TRUE)


_PURE: Mapping[str, Callable[[Sequence[Constant]], object]] = {
    "builtins.int": _int,
    "builtins.float": _float,
    "builtins.bool": lambda values: bool(values[0]),
    "builtins.abs": lambda values: abs(_number(values[0])),
    "builtins.round": _round,
    "builtins.ord": lambda values: ord(_text(values[0])),
    "math.ceil": lambda values: math.ceil(_number(values[0])),
    "math.floor": lambda values: math.floor(_number(values[0])),
    "math.trunc": lambda values: math.trunc(_number(values[0])),
    "math.sqrt": lambda values: math.sqrt(_number(values[0])),
    "builtins.len": lambda values: len(_text(values[0])),
    "urllib.parse.quote_plus": lambda values: quote_plus(_text(values[0])),
    "urllib.parse.quote": lambda values: quote(_text(values[0])),
    "urllib.parse.unquote": lambda values: unquote(_text(values[0])),
    "urllib.parse.unquote_plus": lambda values: unquote_plus(_text(values[0])),
    "distutils.util.strtobool": _strtobool,
    "setuptools.distutils.util.strtobool": _strtobool,
}
_MOST = {"builtins.int": 2, "builtins.round": 2}
_UNITS = {
    "weeks": 604_800.0,
    "days": 86_400.0,
    "hours": 3_600.0,
    "minutes": 60.0,
    "seconds": 1.0,
    "milliseconds": 0.001,
    "microseconds": 0.000_001,
}
_ORDER = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")


def call_builtin(machine: "Calls", name: str, arguments: Arguments, at: Span) -> Abstract | None:
    """The result of a known function; None for others, and for calls that are not understood."""
    if arguments.rest is not None and name != "builtins.dict":
        return None
    given = arguments.positional
    pure = _PURE.get(name)
    if pure is not None and 0 < len(given) <= _MOST.get(name, 1) and not arguments.keywords:
        return _pure(machine, name, pure, given, at)
    match name:
        case "builtins.str" if len(given) == 1:
            return _string(machine, given[0], at)
        case "builtins.bool" | "builtins.str" | "builtins.int" | "builtins.float" if not given:
            return constant({"bool": False, "str": "", "int": 0, "float": 0.0}[name[9:]], at)
        case "builtins.repr" if len(given) == 1:
            return as_text(given[0], at, "", "r")
        case "builtins.dict":
            return _dict(machine, arguments, at)
        case "builtins.list" | "builtins.tuple" | "builtins.sorted" | "builtins.reversed" | "builtins.iter":
            return _sequence(machine, name, arguments, at)
        case "builtins.zip" | "builtins.enumerate" | "builtins.range":
            return _produced(machine, name, arguments, at)
        case "builtins.max" | "builtins.min" | "builtins.sum" | "builtins.any" | "builtins.all":
            return _folded(machine, name, arguments, at)
        case "builtins.getattr" if len(given) >= 2:  # noqa: PLR2004 - an object and a name
            return _getattr(machine, given, at)
        case "builtins.setattr" if len(given) == 3:  # noqa: PLR2004 - an object, a name and a value
            if isinstance(given[1], Known) and isinstance(given[1].value, str):
                machine.set_attribute(given[0], given[1].value, given[2], at)
            else:
                machine.forget(given[0], "setattr with a name that is not known", at, instances=True)
            return Known(None, at)
        case "builtins.vars" | "builtins.globals" | "builtins.locals":
            return Unknown("all names as a dict", at)
        case "builtins.isinstance" if len(given) == 2:  # noqa: PLR2004
            return _isinstance(machine, given[0], given[1], at)
        case "builtins.callable" if len(given) == 1 and isinstance(given[0], Function | Class):
            return Known(True, at)  # noqa: FBT003 - the value itself
        case "builtins.super":
            return _super(machine, given, at)
        case "builtins.property" if given and isinstance(given[0], Function):
            return machine.decorated(given[0], (External(name),), at)
        case "builtins.staticmethod" | "builtins.classmethod" if given:
            return machine.decorated(given[0], (External(name),), at)
        case "functools.partial" | "functools.partialmethod" if given:
            return Partial(given[0], Arguments(given[1:], arguments.keywords))
        case "functools.lru_cache" | "functools.cache" if given and isinstance(given[0], Function):
            return machine.decorated(given[0], (External(name),), at)
        case "typing.cast" | "typing_extensions.cast" if len(given) == 2:  # noqa: PLR2004
            return given[1]
        case "copy.copy" | "copy.deepcopy" if given:
            return _copy(machine, given[0], at, {} if name == "copy.deepcopy" else None)
        case "json.loads" if len(given) == 1 and not arguments.keywords:
            return _json(machine, given[0], at)
        case "asyncio.run" | "anyio.run" if given:
            return _awaited(machine, given, at)
        case "operator.or_" if len(given) == 2:  # noqa: PLR2004
            return machine.operate(given[0], "|", given[1], at)
        case "sys.exit" | "builtins.print":
            return Known(None, at)
        case _:
            return None


def _pure(
    machine: "Calls",
    name: str,
    compute: Callable[[Sequence[Constant]], object],
    given: tuple[Abstract, ...],
    at: Span,
) -> Abstract | None:
    if name in ("builtins.len", "builtins.bool"):
        value = given[0]
        if isinstance(value, Choice) and not all(map(_scalar, (one.value for one in alternatives(value)))):
            return each(value, lambda one: _pure(machine, name, compute, (one,), at) or Unknown(name, at))
        if not _scalar(value):
            if name == "builtins.bool":
                decided = machine.truth(value)
                return Unknown("the truth of an object", at) if decided is None else Known(decided, at)
            items = machine.iterate(value, at)
            return Unknown("the length of what is not known", at) if items is None else Known(len(items), at)
    given = tuple(each(one, lambda part: part.value if isinstance(part, Member) and part.mixed else part)
                  for one in given)  # fmt: skip
    return lift(given, compute, name.rpartition(".")[2], at)


def _scalar(value: Abstract) -> bool:
    return plain(value) or isinstance(value, FromEnv | Unknown)


def _string(machine: "Calls", value: Abstract, at: Span) -> Abstract:
    def one(part: Abstract) -> Abstract:
        if isinstance(part, Instance):
            method = classes.class_attribute(machine, part.cls, "__str__")
            if isinstance(method, Function):
                return machine.call(method, Arguments((part,)), at)
        return as_text(part, at)

    return each(value, one)


def _dict(machine: "Calls", arguments: Arguments, at: Span) -> Abstract:
    from poollint.python.containers import keyword_content  # noqa: PLC0415 - the other way round at the top

    content = machine.mapping(arguments.positional[0], at) if arguments.positional else DictContent()
    return machine.new_dict_of(machine.merged(content, keyword_content(arguments)), at)


def _sequence(machine: "Calls", name: str, arguments: Arguments, at: Span) -> Abstract | None:
    given = arguments.positional
    items = machine.iterate(given[0], at) if given else ()
    if items is None or arguments.keywords:
        return Unknown(f"{name[9:]} of what is not known", at)
    if name == "builtins.sorted":
        kinds = {type(item.value) for item in items if isinstance(item, Known)}
        if not all(map(plain, items)) or len(kinds) > 1 or kinds & {type(None)}:
            return Unknown("a sorted list", at)
        items = tuple(sorted(items, key=_sortable))
    if name == "builtins.reversed":
        items = items[::-1]
    if name in ("builtins.list", "builtins.sorted"):
        return machine.new_list_of(ListContent(items), at)
    return Tuple(items, at)


def _sortable(item: Abstract) -> tuple[float, str]:
    value = item.value if isinstance(item, Known) else None
    return (0, value) if isinstance(value, str) else (_number(value) if plain(item) else 0, "")  # type: ignore[arg-type]


def _produced(machine: "Calls", name: str, arguments: Arguments, at: Span) -> Abstract:
    given = arguments.positional
    unknown = Unknown(f"{name[9:]} of what is not known", at)
    if arguments.keywords:
        return unknown
    if name == "builtins.range":
        numbers = [one.value for one in given if isinstance(one, Known) and isinstance(one.value, int)]
        if len(numbers) != len(given) or not 0 < len(numbers) <= 3 or 0 in numbers[2:]:  # noqa: PLR2004
            return unknown
        produced = range(*numbers)
        if produced[64:]:  # more than is unrolled; the length itself may be too large for `len`
            return unknown
        return Tuple(tuple(constant(number, at) for number in produced), at)
    columns = [machine.iterate(one, at) for one in given]
    known = [column for column in columns if column is not None]
    if len(known) != len(columns) or not columns:
        return unknown
    if name == "builtins.enumerate":
        return (
            Tuple(tuple(Tuple((Known(i, at), item), at) for i, item in enumerate(known[0])), at)
            if (len(known) == 1)
            else unknown
        )
    return Tuple(tuple(Tuple(row, at) for row in zip(*known, strict=False)), at)


def _folded(machine: "Calls", name: str, arguments: Arguments, at: Span) -> Abstract:
    given = arguments.positional
    short = name[9:]
    unknown = Unknown(f"{short} of what is not known", at)
    default = arguments.keyword("default")
    if any(keyword.name != "default" for keyword in arguments.keywords) or not given:
        return unknown
    items: tuple[Abstract, ...] | None = given
    if len(given) == 1 or short in ("sum", "any", "all"):
        items = machine.iterate(given[0], at)
    if items is None:
        return unknown
    if short in ("any", "all"):
        decided = [machine.truth(item) for item in items]
        ends = short == "any"
        if ends in decided:
            return Known(ends, at)
        return unknown if None in decided else Known(not ends, at)
    if not items and short != "sum":
        return default or Unknown(f"{short} of nothing", at)
    compute: Callable[[Sequence[Constant]], object]
    if short == "sum":
        start = given[1:2]
        items = (*start, *items)
        compute = lambda values: sum(map(_number, values))  # noqa: E731 - one of three
    elif short == "max":
        compute = lambda values: max(values)  # type: ignore[type-var]  # noqa: E731, PLW0108 - see above
    else:
        compute = lambda values: min(values)  # type: ignore[type-var]  # noqa: E731, PLW0108 - see above
    if not items:
        return Known(0, at)
    return lift(items, compute, short, at)


def _getattr(machine: "Calls", given: tuple[Abstract, ...], at: Span) -> Abstract:
    name = given[1]
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return Unknown("an attribute whose name is not known", at)
    found = machine.attribute(given[0], name.value, at)
    if len(given) > 2 and isinstance(found, Unknown):  # noqa: PLR2004 - with a default
        owner = given[0]
        certain = (
            isinstance(owner, Instance)
            and owner.known
            and classes.class_attribute(machine, owner.cls, "__getattr__") == ABSENT
        ) or isinstance(owner, Class)
        if certain and not name.value.startswith("__") and machine.has(owner, name.value) is False:
            return given[2]
    return found


def _isinstance(machine: "Calls", value: Abstract, kind: Abstract, at: Span) -> Abstract:
    kinds = kind.items if isinstance(kind, Tuple) else (kind,)
    if isinstance(value, Choice):
        return each(value, lambda one: _isinstance(machine, one, kind, at))
    found: list[bool | None] = [_is_a(value, one) for one in kinds]
    if True in found:
        return Known(True, at)  # noqa: FBT003 - the value itself
    return Unknown("the type of an object", at) if None in found else Known(False, at)  # noqa: FBT003


_TYPES: Mapping[str, type] = {
    "builtins.str": str,
    "builtins.int": int,
    "builtins.float": float,
    "builtins.bool": bool,
}


def _is_a(value: Abstract, kind: Abstract) -> bool | None:
    if isinstance(kind, External):
        if _certain_text(value) and kind.name in _TYPES:
            return kind.name == "builtins.str"
        if (
            plain(value)
            and isinstance(value, Known)
            and kind.name in (*_TYPES, "builtins.dict", "builtins.list")
        ):
            return kind.name in _TYPES and isinstance(value.value, _TYPES[kind.name])
        if kind.name == "builtins.object":
            return True
        if isinstance(value, DictRef | ListRef) and kind.name.startswith("builtins."):
            return kind.name == ("builtins.dict" if isinstance(value, DictRef) else "builtins.list")
    if isinstance(kind, Class) and isinstance(value, Instance):
        order = classes.lineage(value.cls)
        return True if kind in order else None if any(isinstance(one, Unknown) for one in order) else False
    return None


def _certain_text(value: Abstract) -> bool:
    """Whether it can only be a text: a variable that must be set is one as long as nothing converts it."""
    return isinstance(value, Text) or (
        isinstance(value, FromEnv) and value.default is None and not value.convert
    )


def _super(machine: "Calls", given: tuple[Abstract, ...], at: Span) -> Abstract:
    match given:
        case (Class() as owner, receiver):
            return Super(owner, receiver)
    frame = next((one for one in reversed(machine.frames) if one.owner and one.kind == "function"), None)
    if frame is None or frame.owner is None or frame.receiver is None:
        return Unknown("super() outside of a method", at)
    return Super(frame.owner, frame.receiver)


def _copy(machine: "Calls", value: Abstract, at: Span, deep: dict[int, Abstract] | None) -> Abstract:
    """`copy`, or `deepcopy` with the containers that are copied already, by their ids."""

    def inside(part: Abstract) -> Abstract:
        return part if deep is None else _copy(machine, part, at, deep)

    def one(part: Abstract) -> Abstract:
        match part:
            case DictRef(id=number) | ListRef(id=number) if deep is not None and number in deep:
                return deep[number]
            case DictRef():
                made = machine.new_dict_of(DictContent(), at)
                if deep is not None:
                    deep[part.id] = made
                content = machine.dict_of(part)
                entries = (DictEntry(each_.key, inside(each_.value), each_.at) for each_ in content.entries)
                machine.store.write((made.id, ""), DictContent(tuple(entries), content.rest))
                return made
            case ListRef():
                listed = machine.new_list_of(ListContent(), at)
                if deep is not None:
                    deep[part.id] = listed
                items = machine.list_of(part)
                copied = ListContent(tuple(map(inside, items.items)), items.rest)
                machine.store.write((listed.id, ""), copied)
                return listed
            case Tuple():
                return Tuple(tuple(map(inside, part.items)), at, part.kind)
            case Instance():
                return Unknown("a copy of an object", at)
            case _:
                return part

    return each(value, one)


def _json(machine: "Calls", value: Abstract, at: Span) -> Abstract:
    if isinstance(value, Choice):
        return each(value, lambda one: _json(machine, one, at))
    if not isinstance(value, Known) or not isinstance(value.value, str):
        variable = f" the variable {value.variable}" if isinstance(value, FromEnv) else " a text"
        return Unknown(f"JSON in{variable}", at)
    try:
        parsed: object = loads(value.value)
    except (ValueError, RecursionError):  # also of an integer with thousands of digits
        return Unknown("a text that is no JSON", at)
    return _from_json(machine, parsed, at)


def _from_json(machine: "Calls", parsed: object, at: Span) -> Abstract:
    if isinstance(parsed, dict):
        entries = (DictEntry(str(key), _from_json(machine, one, at), at) for key, one in parsed.items())
        return machine.new_dict_of(DictContent(tuple(entries)), at)
    if isinstance(parsed, list):
        return machine.new_list_of(ListContent(tuple(_from_json(machine, one, at) for one in parsed)), at)
    return constant(parsed, at)


def _awaited(machine: "Calls", given: tuple[Abstract, ...], at: Span) -> Abstract:
    value = given[0]
    if isinstance(value, Function):  # anyio.run(function, *arguments)
        value = machine.call(value, Arguments(given[1:]), at)
    return each(value, lambda one: unwrapped(one, at))


def unwrapped(value: Abstract, at: Span) -> Abstract:
    """`await value`"""
    if isinstance(value, Result):
        if value.of == "coroutine":
            return value.arguments.get(0) or ABSENT
        return value
    return value if isinstance(value, Unknown) else Unknown("what is awaited", at)


def timedelta_seconds(value: Result) -> Abstract | None:
    """The seconds of a `datetime.timedelta(...)`; None when an argument is not understood."""
    at = value.at
    parts: list[Abstract] = []
    names: list[str] = []
    for name, one in zip(_ORDER, value.arguments.positional, strict=False):
        names.append(name)
        parts.append(one)
    for keyword in value.arguments.keywords:
        if keyword.name not in _UNITS or keyword.condition is not None:
            return None
        names.append(keyword.name)
        parts.append(keyword.value)
    if value.arguments.rest is not None:
        return None

    def compute(values: Sequence[Constant]) -> object:
        from datetime import timedelta  # noqa: PLC0415 - rare

        return timedelta(**{n: _number(v) for n, v in zip(names, values, strict=True)}).total_seconds()

    return lift(parts, compute, "total_seconds", at) if parts else Known(0.0, at)
