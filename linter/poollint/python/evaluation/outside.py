"""Calls that leave the repository."""

from typing import TYPE_CHECKING

from poollint.python.evaluation.environment import clear_variables, environ, set_default, set_variable
from poollint.python.evaluation.objects import (
    Abstract,
    Arguments,
    DictContent,
    ExternalCall,
    ListRef,
    Result,
    Tuple,
    alternatives,
    each,
    present,
)
from poollint.python.evaluation.recording import handed_on
from poollint.python.operations.builtins_ import call_builtin
from poollint.python.operations.containers import keyword_content
from poollint.python.operations.keys import value_of
from poollint.source import Span
from poollint.values import Known, Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


_READERS = frozenset(
    [
        "builtins",
        "logging",
        "json",
        "sqlalchemy",
        "sqlmodel",
        "typing",
        "asyncio",
        "functools",
        "structlog",
        "loguru",
        "fastapi",
        "starlette",
        "pydantic",
        "pydantic_settings",
        "flask",
        "copy",
        "pprint",
        "urllib",
        "dataclasses",
        "contextlib",
        "alembic",
        "click",
        "typer",
        "re",
        "pathlib",
        "datetime",
        "os",
        "sys",
    ]
)
"""Libraries whose functions do not change the dicts and lists that they are given."""


LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "bind"})


GIVING = frozenset(
    {f"builtins.{name}" for name in ("list", "tuple", "set", "sorted", "reversed", "iter", "next", "zip")}
    | {f"builtins.{name}" for name in ("map", "filter", "enumerate", "max", "min", "sum", "getattr")}
    | {"functools.reduce", "contextlib.nullcontext", "operator.getitem"}
)
"""Functions whose result may be, or hold, what is in their arguments."""


def outside_call(machine: "Calls", call: ExternalCall) -> Abstract:
    """A call that leaves the repository."""
    name, arguments, at = call.name, call.arguments, call.at
    if name in machine.makers:
        machine.record(name, arguments, at, as_value=False)
        return Result(name, at, arguments)
    known = _environment(machine, call)
    if known is None and call.receiver is None:
        known = call_builtin(machine, name, arguments, at)
    if known is not None:
        if name in GIVING and any(isinstance(one.value, Unknown) for one in alternatives(known)):
            _given_back(machine, arguments, name, at)
        return known
    if machine.external_call is not None:
        answer = machine.external_call(call, machine)
        if answer is not None:
            return answer
    handed_on(machine, name, arguments, at)
    if name in GIVING:
        _given_back(machine, arguments, name, at)
    if name.partition(".")[0] not in _READERS and name.rpartition(".")[2] not in LOGGING:
        machine.give_away(arguments, name, at)
    return Result(name, at, arguments)


def _given_back(machine: "Calls", arguments: Arguments, name: str, at: Span) -> None:
    """Who has the result may have an item of an argument, or where there are several, an argument."""
    for value in arguments.positional:
        machine.expose(value, f"what {name} gives", at)
        alone = len(arguments.positional) == 1 and not name.startswith("contextlib")
        if not alone and not isinstance(value, ListRef | Tuple):
            machine.forget(value, f"what {name} gives", at)
    for keyword in arguments.keywords:
        machine.forget(keyword.value, f"what {name} gives", at)


def _environment(machine: "Calls", call: ExternalCall) -> Abstract | None:
    given, at = call.arguments, call.at
    name, default = given.get(0, "key"), given.get(1, "default")
    match call.name:
        case "os.getenv" | "os.environ.get" if name is not None and given.rest is None:
            fallback = Known(None, at) if default is None else default
            return each(name, lambda one: environ(machine, one, fallback, at))
        case "os.environ.setdefault" if name is not None and default is not None:
            value = each(name, lambda one: environ(machine, one, default, at))
            set_default(machine, name, value, at)
            return value
        case "os.environ.pop" if name is not None:
            value = each(name, lambda one: environ(machine, one, default, at))
            set_variable(machine, name, Unknown("a variable that the code removed", at), at)
            return value
        case "os.environ.update":
            first = machine.mapping(given.positional[0], at) if given.positional else DictContent()
            content = machine.merged(first, keyword_content(given))
            for entry in content.entries:
                set_variable(machine, value_of(entry.key, at), present(entry.value), at)
            if content.rest is not None:
                set_variable(machine, content.rest, content.rest, at)
            return Known(None, at)
        case "os.environ.clear":
            clear_variables(machine, at)
            return Known(None, at)
        case "os.putenv" | "os.unsetenv" if name is not None:
            set_variable(machine, name, Unknown("a variable that the code changes", at), at)
            return Known(None, at)
        case _:
            return None
