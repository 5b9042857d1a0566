"""What is noted of the calls of makers."""

from dataclasses import replace
from typing import TYPE_CHECKING

from poollint.python.evaluation.binding import merged_arguments
from poollint.python.evaluation.frames import Record
from poollint.python.evaluation.objects import (
    Abstract,
    Arguments,
    External,
    MakerCall,
    Partial,
    Result,
)
from poollint.source import Span
from poollint.values import Entry, Unknown, Value

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


def note_receiver(machine: "Calls", arguments: Arguments, why: str) -> None:
    """What gets an engine and was not looked up may wrap it."""
    for value in arguments.positional:
        if why in machine.passed and isinstance(value, Result) and value.of in machine.makers:
            for key, record in machine.records.items():
                if key[0] == value.at:
                    record.pending |= {why}


def handed_on(machine: "Calls", name: str, arguments: Arguments, at: Span) -> None:
    """A maker that is given to something outside, which will call it with the other arguments."""
    for index, value in enumerate(arguments.positional):
        maker, first = _maker(value)
        if maker in machine.makers:
            behind = Arguments(arguments.positional[index + 1 :], arguments.keywords, arguments.rest)
            given = merged_arguments(first, behind) if name != "functools.partial" else first
            record(machine, maker, given, at, as_value=True)
            return


def record(machine: "Calls", callee: str, arguments: Arguments, at: Span, *, as_value: bool) -> None:
    """Notes that a maker is called here."""
    if machine.muted:
        return
    frame = machine.frame
    around = [one for one in reversed(machine.frames) if one.kind == "function" and one.path == frame.path]
    nested = [one for one in around if frame.names[: len(one.names)] == one.names]
    call = MakerCall(
        at,
        callee,
        tuple(map(machine.value, arguments.positional)),
        tuple(
            Entry(keyword.name, machine.value(keyword.value), keyword.at, keyword.condition)
            for keyword in arguments.keywords
        ),
        arguments.rest,
        calls=tuple(reversed(machine.stack)),
        functions=frame.names,
        decorators=tuple(name for one in nested for name in one.decorators if " " not in name),
        is_async=any(one.is_async for one in nested),
        loop=machine.loops > 0,
        conditions=tuple(machine.guards),
        as_value=as_value,
    )
    key = (at, call.calls, callee)
    before = machine.records.get(key)
    functions = tuple(one.function for one in reversed(machine.frames) if one.function is not None)
    if before is None:
        pending = frozenset(why for one in machine.frames for why in one.pending)
        machine.records[key] = Record(call, [], functions, pending=pending)
    else:
        before.call = joined_calls(before.call, call)


def note_disposal(machine: "Calls", result: Result) -> None:
    for key, record in machine.records.items():
        if key[0] == result.at and record.call.functions == machine.frame.names:
            record.disposed = True


def _maker(value: Abstract) -> tuple[str, Arguments]:
    match value:
        case External(name=name):
            return name, Arguments()
        case Partial(function=External(name=name), arguments=arguments):
            return name, arguments
        case _:
            return "", Arguments()


def joined_calls(first: MakerCall, second: MakerCall) -> MakerCall:
    """One call that was reached twice in one way (in a loop), with all that it may be given."""
    from poollint.values import Alternative, one_of  # noqa: PLC0415 - rare

    if (first.positional, first.keywords, first.rest) == (second.positional, second.keywords, second.rest):
        return first

    def both(one: Value, other: Value) -> Value:
        return one_of([Alternative(one), Alternative(other)])

    positional = first.positional
    rest = first.rest or second.rest
    if len(first.positional) == len(second.positional):
        positional = tuple(map(both, first.positional, second.positional))
    else:
        rest = rest or Unknown("a call that is made in several ways", first.at)
    others = {entry.key: entry for entry in second.keywords}
    keywords = []
    for entry in first.keywords:
        other = others.pop(entry.key, None)
        if other is None:
            keywords.append(replace(entry, condition=entry.condition or ""))
        else:
            condition = entry.condition if other.condition is None else entry.condition or other.condition
            keywords.append(replace(entry, value=both(entry.value, other.value), condition=condition))
    keywords += (replace(entry, condition=entry.condition or "") for entry in others.values())
    return replace(first, positional=positional, keywords=tuple(keywords), rest=rest)
