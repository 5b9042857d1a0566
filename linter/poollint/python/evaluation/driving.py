"""The maker calls that a function leads to."""

from dataclasses import replace
from typing import TYPE_CHECKING

from poollint import expressions as e
from poollint.python.evaluation.callers import callers, in_bodies
from poollint.python.evaluation.constructing import constructors
from poollint.python.evaluation.frames import Frame, Record
from poollint.python.evaluation.machine import UNCALLED, Exhausted, Recursive
from poollint.python.evaluation.objects import Arguments, Class, Function, Instance, MakerCall
from poollint.python.evaluation.reasons import reasons
from poollint.python.evaluation.settle import settle_instances
from poollint.source import Span
from poollint.values import Entry, Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


FURTHEST = 3
"""Wrappers around wrappers that are followed to their callers."""
MOST_STEPS = 400_000
"""Steps in the callers of one file's functions, all rounds together; then no more callers are tried."""


def drive(
    machine: "Calls", function: Function, owner: Class | None, above: tuple[Function, ...]
) -> list[Record]:
    """The maker calls that a function leads to, by its callers where they decide the arguments."""
    found = _interpreted(machine, function, owner)
    if not found or len(above) >= FURTHEST or function in above:
        return found
    if not any(depends(record.call) for record in found):
        return found
    better: list[Record] = []
    for caller, caller_owner in callers(machine, function, owner):
        if machine.driven_steps > MOST_STEPS:
            return found + better
        better += (
            record
            for record in drive(machine, caller, caller_owner, (*above, function))
            if any(one.path == function.path and one.at == function.at for one in record.functions)
        )
    better += in_bodies(machine, function, owner)
    if not better and owner is not None and _takes_an_object(function):
        for constructor in constructors(machine, owner):
            better += interpret(machine, function, owner, constructor)
    places = {record.call.at for record in better}
    return [record for record in found if record.call.at not in places] + better


def _interpreted(machine: "Calls", function: Function, owner: Class | None) -> list[Record]:
    """What a function leads to by itself; interpreted once for all ways to it that follow the same names."""
    key = (function.path, function.at, sum(map(len, machine.followed.values())))
    if key not in machine.driven:
        machine.driven[key] = interpret(machine, function, owner)
        machine.driven_steps += machine.steps
    return machine.driven[key]


def _takes_an_object(function: Function) -> bool:
    return not {"builtins.staticmethod", "builtins.classmethod"}.intersection(function.decorators)


def interpret(
    machine: "Calls", function: Function, owner: Class | None, constructor: Function | None = None
) -> list[Record]:
    """Runs a function as if somebody called it, with arguments of which nothing is known.

    The object of a method is what the constructor makes, if one is given.
    """
    store = machine.store
    outer, machine.records = machine.records, {}
    reached, machine.reached = machine.reached, set()
    machine.frames, machine.stack, machine.guards, machine.loops, machine.steps = [], [], [], 0, 0
    store.log, store.history, store.recordings = [], [], []
    path = function.path
    at = function.at
    machine.frames.append(Frame(path, "module", function.scopes[-1:], (), 0))
    unknown = Arguments((), (), Unknown(UNCALLED, at))
    try:
        given = unknown
        if owner is not None and "builtins.staticmethod" not in function.decorators:
            receiver: Instance | Class = owner
            if constructor is not None:
                receiver = _made_by(machine, owner, constructor, at)
            elif "builtins.classmethod" not in function.decorators:
                receiver = _object(machine, owner, unknown, at, function)
            given = replace(unknown, positional=(receiver,))
        machine.stack.clear()
        made = machine.call_function(function, given, at)
        if isinstance(made, Function) and (made.path, made.at) not in machine.reached:
            machine.call_function(made, unknown, made.at)  # a function inside, for others to call
    except (Exhausted, Recursive, RecursionError):
        for record in machine.records.values():
            record.call = blank(record.call)
    store.undo(0)
    found = list(machine.records.values())
    for record in found:  # without the place of the call that nobody wrote
        record.call = replace(record.call, calls=record.call.calls[:-1])
    machine.records, machine.frames = outer, []
    machine.reached |= reached
    return found


def _object(machine: "Calls", owner: Class, unknown: Arguments, at: Span, function: Function) -> Instance:
    """An object of a class, made with arguments that are not known, at any later time."""
    if function.node.at == _constructor(owner):
        return Instance(machine.namespace(), owner, known=False)
    with machine.unheard():
        made = machine.instantiate(owner, unknown, at)
    if not isinstance(made, Instance):
        return Instance(machine.namespace(), owner, known=False)
    settle_instances(machine, made, set())
    return made


def _made_by(machine: "Calls", owner: Class, constructor: Function, at: Span) -> Instance:
    """What a class method makes, at any later time."""
    with machine.unheard():
        made = machine.call_function(constructor, Arguments((owner,)), at)
    if not isinstance(made, Instance):
        return Instance(machine.namespace(), owner, known=False)
    settle_instances(machine, made, set())
    return made


def _constructor(owner: Class) -> e.Place | None:
    own = [one for one in owner.node.body if isinstance(one, e.FunctionDef) and one.name == "__init__"]
    return own[0].at if own else None


def blank(call: MakerCall) -> MakerCall:
    """Of an interpretation that was not finished: only that the call is there."""
    why = Unknown("code that is too long or calls itself", call.at)
    return replace(
        call,
        positional=tuple(why for _ in call.positional),
        keywords=tuple(Entry(entry.key, why, entry.at, entry.condition) for entry in call.keywords),
        rest=call.rest or why,
    )


def depends(call: MakerCall) -> bool:
    """Whether anything that the maker is given comes from a parameter that is not known."""
    values = [*call.positional, *(entry.value for entry in call.keywords)]
    loose = call.rest is not None and call.rest.why == UNCALLED
    return loose or any(UNCALLED in why for value in values for why in reasons(value))
