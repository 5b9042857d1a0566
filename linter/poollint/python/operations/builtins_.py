"""The functions of Python and its standard library whose results can be told."""

from typing import TYPE_CHECKING

from poollint.python.evaluation import classes
from poollint.python.evaluation.named_modules import named_module
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Arguments,
    Class,
    DictContent,
    External,
    Function,
    Instance,
    Partial,
    Result,
    each,
)
from poollint.python.operations.copies import copied, from_json_text
from poollint.python.operations.pure import MOST, PURE, pure_call
from poollint.python.operations.scalars import constant
from poollint.python.operations.sequences import folded, produced_items, sequence
from poollint.python.operations.texts import as_text
from poollint.python.operations.types_of_objects import getattr_of, isinstance_of, setattr_of, super_of
from poollint.source import Span
from poollint.values import Known, Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


def call_builtin(machine: "Calls", name: str, arguments: Arguments, at: Span) -> Abstract | None:
    """The result of a known function; None for others, and for calls that are not understood."""
    if arguments.rest is not None and name != "builtins.dict":
        return None
    given = arguments.positional
    pure = PURE.get(name)
    if pure is not None and 0 < len(given) <= MOST.get(name, 1) and not arguments.keywords:
        return pure_call(machine, name, pure, given, at)
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
            return sequence(machine, name, arguments, at)
        case "builtins.zip" | "builtins.enumerate" | "builtins.range":
            return produced_items(machine, name, arguments, at)
        case "builtins.max" | "builtins.min" | "builtins.sum" | "builtins.any" | "builtins.all":
            return folded(machine, name, arguments, at)
        case "builtins.getattr" if len(given) >= 2:  # noqa: PLR2004 - an object and a name
            return getattr_of(machine, given, at)
        case "builtins.setattr" if len(given) == 3:  # noqa: PLR2004 - an object, a name and a value
            setattr_of(machine, given, at)
            return Known(None, at)
        case "builtins.vars" | "builtins.globals" | "builtins.locals":
            return Unknown("all names as a dict", at)
        case "builtins.isinstance" if len(given) == 2:  # noqa: PLR2004
            return isinstance_of(machine, given[0], given[1], at)
        case "builtins.callable" if len(given) == 1 and isinstance(given[0], Function | Class):
            return Known(True, at)  # noqa: FBT003 - the value itself
        case "builtins.super":
            return super_of(machine, given, at)
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
            return copied(machine, given[0], at, {} if name == "copy.deepcopy" else None)
        case "json.loads" if len(given) == 1 and not arguments.keywords:
            return from_json_text(machine, given[0], at)
        case "importlib.import_module" if len(given) == 1 and not arguments.keywords:
            return each(given[0], lambda one: named_module(machine, one, at))
        case "asyncio.run" | "anyio.run" if given:
            return _awaited(machine, given, at)
        case "operator.or_" if len(given) == 2:  # noqa: PLR2004
            return machine.operate(given[0], "|", given[1], at)
        case "sys.exit" | "builtins.print":
            return Known(None, at)
        case _:
            return None


def _string(machine: "Calls", value: Abstract, at: Span) -> Abstract:
    def one(part: Abstract) -> Abstract:
        if isinstance(part, Instance):
            method = classes.class_attribute(machine, part.cls, "__str__")
            if isinstance(method, Function):
                return machine.call(method, Arguments((part,)), at)
        return as_text(part, at)

    return each(value, one)


def _dict(machine: "Calls", arguments: Arguments, at: Span) -> Abstract:
    from poollint.python.operations.containers import keyword_content  # noqa: PLC0415 - the other way round at the top

    content = machine.mapping(arguments.positional[0], at) if arguments.positional else DictContent()
    return machine.new_dict_of(machine.merged(content, keyword_content(arguments)), at)


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
