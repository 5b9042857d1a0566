"""Calls of repository functions: their bodies are interpreted with the arguments."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from poollint import expressions as e
from poollint.python.evaluation.binding import bound_arguments
from poollint.python.evaluation.driving import blank
from poollint.python.evaluation.frames import Exit, Frame
from poollint.python.evaluation.machine import DEPTH, Recursive
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Arguments,
    Branch,
    DictContent,
    Function,
    Result,
    alternatives,
    choice,
)
from poollint.python.evaluation.store import Cell
from poollint.source import Span
from poollint.values import Known, Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls

COROUTINE = "coroutine"
"""What the call of an `async` function gives: a `Result` of this name with the value inside."""


_KEEPING = frozenset(
    [
        "lru_cache",
        "cache",
        "cached",
        "wraps",
        "staticmethod",
        "classmethod",
        "property",
        "cached_property",
        "abstractmethod",
        "override",
        "final",
        "contextmanager",
        "asynccontextmanager",
        "fixture",
        "inject",
        "retry",
        "singleton",
        "computed_field",
        "field_validator",
        "validator",
        "model_validator",
        "root_validator",
        "get",
        "post",
        "put",
        "delete",
        "patch",
        "route",
        "on_event",
        "listens_for",
        "task",
        "shared_task",
        "command",
        "middleware",
        "group",
        "cache_resource",
        "hybrid_property",
        "total_ordering",
        "field_serializer",
        "before_serving",
        "after_serving",
        "no_type_check",
        "callback",
        "abstractproperty",
        "beartype",
        "typechecked",
    ]
)
"""Decorators (by the last part of their names) after which a call still gives what the function gives."""


_CAPTURING = (e.FunctionDef, e.ClassDef, e.Lambda)
_MEMOS = frozenset(["functools.lru_cache", "functools.cache"])


def call_function(machine: "Calls", function: Function, arguments: Arguments, at: Span) -> Abstract:
    """Interprets a function's body with these arguments; once where the function keeps its result."""
    if arguments != Arguments() or not _MEMOS.intersection(function.decorators):
        return _interpreted(machine, function, arguments, at)
    cell = (function.scopes[-1], f"{function.name}()")
    kept = machine.variable(cell)
    if any(branch.value == ABSENT for branch in alternatives(kept)):
        kept = _interpreted(machine, function, arguments, at)
        machine.store.write(cell, kept)
    return kept


def _interpreted(machine: "Calls", function: Function, arguments: Arguments, at: Span) -> Abstract:
    if any(frame.function == function for frame in machine.frames):
        raise Recursive(function)
    if len(machine.frames) >= DEPTH:
        machine.give_away(arguments, "calls nested too deeply", at)
        return Unknown("calls nested too deeply", at)
    machine.reached.add((function.path, function.at))
    store, kept = (
        machine.store,
        (len(machine.frames), len(machine.stack), len(machine.guards), machine.loops, machine.muted),
    )
    mark, newest = store.mark(), store.next
    space = machine.namespace()
    frame = Frame(
        function.path,
        "function",
        (space, *function.scopes),
        tuple(function.name.split(".")),
        store.mark(),
        function=function,
        owner=function.owner,
        decorators=function.decorators,
        is_async=isinstance(function.node, e.FunctionDef) and function.node.is_async,
        guards=len(machine.guards),
    )
    recording = store.record()
    records = set(machine.records)
    try:
        for name, value in bound_arguments(machine, function, arguments, at):
            store.write((space, name), value)
        parameters = function.node.parameters
        if parameters:
            frame.receiver = machine.variable((space, parameters[0].name))
        machine.frames.append(frame)
        machine.stack.append(at)
        result = _run_function(machine, function, frame, at)
    except Recursive as error:
        if error.function != function:
            raise
        store.undo(mark)
        written = store.recorded(recording)
        del machine.frames[kept[0] :], machine.stack[kept[1] :], machine.guards[kept[2] :]
        machine.loops, machine.muted = kept[3], kept[4]
        for key, record in machine.records.items():
            if key not in records:
                record.call = blank(record.call)
        why = f"the function {function.name} calls itself"
        _forget_cells(machine, [cell for cell in written if cell[0] <= newest], Unknown(why, at))
        machine.give_away(arguments, why, at)
        return Unknown(why, at)
    store.stop(recording)
    if not _captured(machine, function):
        store.drop(space, frame.mark)
    machine.frames.pop()
    machine.stack.pop()
    machine.frame.pending |= frame.pending
    return result


def _captured(machine: "Calls", function: Function) -> bool:
    """Whether something inside a function may see its names after it returned."""
    known = machine.sources.traits.captured
    if function.at not in known:
        inside = e.walk(*e.children(function.node))
        known[function.at] = any(isinstance(node, _CAPTURING) for node in inside)
    return known[function.at]


def _forget_cells(machine: "Calls", cells: Iterable[Cell], why: Unknown) -> None:
    """What a function that calls itself has written is known no longer."""
    for cell in cells:
        content = machine.store.read(cell)
        if not cell[1]:
            machine.store.write(cell, DictContent((), why))
        elif not isinstance(content, Unknown):
            machine.store.write(cell, why)


def _run_function(machine: "Calls", function: Function, frame: Frame, at: Span) -> Abstract:
    store = machine.store
    newest = frame.scopes[0]
    node = function.node
    if isinstance(node, e.Lambda):
        return machine.evaluate(node.body)
    alive = machine.block(node.body)
    returns = [each_ for each_ in frame.exits if each_.kind == "return"]
    if not returns:
        value: Abstract = Known(None, at) if alive else Unknown("a function that does not return", at)
    else:
        if alive:
            none = Known(None, Span(function.path, *node.at))
            returns.append(Exit("return", none, store.since(frame.mark), "", frame.mark))
        store.undo(frame.mark)
        store.join([(one.condition, one.delta) for one in returns], newest - 1)
        value = choice(Branch(one.value, one.condition) for one in returns)
    if node.is_generator:
        value = Unknown("what a generator gives", at)
    odd = next((name for name in function.decorators if name.rpartition(".")[2] not in _KEEPING), None)
    if odd is not None:
        value = Unknown(f"what a decorator makes of {function.name} ({odd})", at)
    if node.is_async and not node.is_generator:
        return Result(COROUTINE, at, Arguments((value,)))
    return value
