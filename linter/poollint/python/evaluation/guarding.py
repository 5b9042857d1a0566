"""`with` and `try`: bodies that may stop anywhere."""

from collections.abc import Callable

from poollint import expressions as e
from poollint.python.evaluation.assigning import assign
from poollint.python.evaluation.frames import Exit
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Bound,
    Content,
    External,
    Function,
    Instance,
    Result,
    alternatives,
)
from poollint.python.evaluation.store import Cell, joined
from poollint.source import Span
from poollint.values import Unknown


def with_(machine: Machine, statement: e.With) -> bool:
    swallows = False
    for value, target in statement.items:
        manager = machine.evaluate(value)
        at = machine.frame.span(value.at)
        swallows = swallows or any(_swallows(machine, one.value, value) for one in alternatives(manager))
        if target is not None:
            assign(machine, target, _entered(manager, at))
    if not swallows:
        return machine.block(statement.body)
    return _guarded(machine, lambda: machine.block(statement.body), [("", lambda: True)])


def _swallows(machine: Machine, manager: Abstract, value: e.Expression) -> bool:
    """Whether a context manager may end an exception: of a library only those that say so."""
    match manager:
        case Result(of=name) | External(name=name):
            return "suppress" in name or "raises" in name
        case Instance():
            return True
        case _:
            if not isinstance(value, e.Call):
                return False
            with machine.unheard():
                made_by = machine.evaluate(value.function)
            return any(_catches(one.value) for one in alternatives(made_by))


def _catches(function: Abstract) -> bool:
    """Whether a generator of the repository catches what is raised at its `yield`, and goes on."""
    if isinstance(function, Bound):
        return _catches(function.function)
    return isinstance(function, Function) and any(
        isinstance(node, e.Try)
        and any(isinstance(inner, e.Yield) for inner in e.walk(*node.body))
        and not all(handler.body and isinstance(handler.body[-1], e.Raise) for handler in node.handlers)
        for node in e.walk(function.node)
    )


def _entered(manager: Abstract, at: Span) -> Abstract:
    if isinstance(manager, Result) and manager.of.endswith("closing"):
        return manager.arguments.get(0) or Unknown("what a context manager gives", at)
    return Unknown("what a context manager gives", at)


def _guarded(
    machine: Machine, body: Callable[[], bool], handlers: list[tuple[str, Callable[[], bool]]]
) -> bool:
    """A body that may stop anywhere, and what goes on from there."""
    store = machine.store
    written: dict[Cell, list[Content]] = {}
    newest = store.next

    def whole() -> bool:
        recording = store.record()
        try:
            return body()
        finally:
            written.update(store.recorded(recording))

    def from_anywhere(handler: Callable[[], bool]) -> bool:
        for cell, contents in written.items():
            if cell[0] <= newest:
                store.write(cell, joined([("", store.read(cell)), *(("", each) for each in contents)]))
            elif cell[0] in store.names:
                store.write(cell, joined(("", each) for each in contents))
        return handler()

    arms: list[tuple[str, Callable[[], bool]]] = [("", whole)]
    for text, handler in handlers:
        arms.append((text, lambda handler=handler: from_anywhere(handler)))  # type: ignore[misc]
    return machine.split("", arms)


def try_(machine: Machine, statement: e.Try) -> bool:
    frame = machine.frame
    exits = len(frame.exits)

    def body() -> bool:
        return machine.block(statement.body)

    def handled(handler: e.Handler) -> bool:
        if handler.name:
            at = machine.frame.span(handler.at)
            machine.bind(handler.name, Unknown("an exception", at))
        alive = machine.block(handler.body)
        if handler.name and alive:
            machine.bind(handler.name, ABSENT)
        return alive

    def unhandled() -> bool:
        machine.block(statement.final)
        return False

    handlers: list[tuple[str, Callable[[], bool]]] = [
        ("", lambda handler=handler: handled(handler))  # type: ignore[misc]
        for handler in statement.handlers
    ]
    if statement.final:
        handlers.append(("", unhandled))

    def normal() -> bool:
        return body() and machine.block(statement.otherwise)

    alive = _guarded(machine, normal, handlers)
    if not statement.final:
        return alive
    _replay(machine, statement.final, exits)
    return alive and machine.block(statement.final)


def _replay(machine: Machine, final: tuple[e.Statement, ...], first: int) -> None:
    """`finally` also runs on the way out of a `return`, `break` or `continue`."""
    frame = machine.frame
    left = frame.exits[first:]
    del frame.exits[first:]
    for each in left:
        mark = machine.store.mark()
        machine.store.apply(each.delta)
        if machine.block(final):
            delta = {**each.delta, **machine.store.since(mark)}
            frame.exits.append(Exit(each.kind, each.value, delta, each.condition, each.mark))
        machine.store.undo(mark)
