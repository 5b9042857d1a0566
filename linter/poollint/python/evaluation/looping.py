"""Loops: item by item over a known sequence, otherwise until nothing more changes."""

from collections.abc import Iterable

from poollint import expressions as e
from poollint.python.evaluation.assigning import assign
from poollint.python.evaluation.frames import Exit
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Branch,
    Choice,
    Content,
    DictContent,
    DictEntry,
    DictRef,
    ListContent,
    ListRef,
    Tuple,
    alternatives,
    choice,
)
from poollint.python.evaluation.store import Cell, held
from poollint.values import Unknown

UNROLLED = 32
"""Items of a known sequence up to which a loop is run item by item."""


def loop_(machine: Machine, loop: e.Loop) -> bool:
    frame = machine.frame
    over = machine.evaluate(loop.over) if loop.target is not None else None
    items = machine.iterate(over, machine.frame.span(loop.over.at)) if over is not None else None
    if loop.target is not None and items is not None and len(items) <= UNROLLED:
        return _unrolled(machine, loop, items)
    if over is not None:
        machine.expose(over, "changed in a loop", machine.frame.span(loop.over.at))
    store = machine.store
    newest = store.next
    machine.loops += 1
    start = store.mark()
    news = True
    while news:  # each run of the body may find more names that change in it
        before, exits = store.mark(), len(frame.exits)
        written = _rehearse(machine, loop)
        store.undo(before)
        del frame.exits[exits:]
        news = _widen(machine, written, newest, loop)
    widened = store.since(start)
    store.undo(start)
    once = frame.loops
    frame.loops = [*once, store.mark()]
    exits = len(frame.exits)

    def through() -> bool:
        store.apply(widened)
        return _turn(machine, loop)

    def past() -> bool:
        store.apply(widened)
        return True

    machine.split("", [("", through), ("", past)])
    jumps = [each for each in frame.exits[exits:] if each.kind != "return"]
    frame.exits[exits:] = [each for each in frame.exits[exits:] if each.kind == "return"]
    frame.loops = once
    machine.loops -= 1
    again = [("", jump.delta) for jump in jumps if jump.kind == "continue"]
    if again:
        again.append(("", store.since(start)))
        store.undo(start)
        store.join(again, newest)
    alive = machine.block(loop.otherwise)
    return _left(machine, [jump for jump in jumps if jump.kind == "break"], start, newest, alive=alive)


def _left(machine: Machine, breaks: list[Exit], start: int, newest: int, *, alive: bool) -> bool:
    """Joins the ends of a loop: behind its `else`, and behind each `break`, which passes that by."""
    if not breaks:
        return alive
    store = machine.store
    ends = [("", jump.delta) for jump in breaks]
    if alive:
        ends.append(("", store.since(start)))
    store.undo(start)
    store.join(ends, newest)
    return True


def _turn(machine: Machine, loop: e.Loop) -> bool:
    """One run of the body, with nothing known of the item."""
    at = machine.frame.span(loop.over.at)
    if loop.target is None:
        machine.evaluate(loop.over)
    else:
        assign(machine, loop.target, Unknown("an item of a loop", at))
    return machine.block(loop.body)


def _rehearse(machine: Machine, loop: e.Loop) -> dict[Cell, list[Content]]:
    """What the body writes, wherever it stops."""
    recording = machine.store.record()
    frame = machine.frame
    frame.loops = [*frame.loops, machine.store.mark()]
    with machine.unheard():
        _turn(machine, loop)
    frame.loops = frame.loops[:-1]
    return machine.store.recorded(recording)


def _widen(machine: Machine, written: dict[Cell, list[Content]], newest: int, loop: e.Loop) -> bool:
    """Forgets what a body changes; true when that is news."""
    at = machine.frame.span(loop.over.at)
    why = Unknown("changed in a loop", at)
    news = False
    for cell, contents in written.items():
        if cell[0] > newest:
            continue
        content = machine.store.read(cell)
        older = _older((content, *contents), newest)
        new: Content
        if isinstance(content, DictContent):
            value = choice([Branch(why), Branch(ABSENT)])
            machine.store.forget(older, why)
            new = DictContent(tuple(DictEntry(each.key, value, each.at) for each in content.entries), why)
        elif isinstance(content, ListContent):
            machine.store.forget(older, why)
            new = ListContent((), why)
        else:
            machine.store.forget((one for one in older if isinstance(one, Tuple)), why)
            missing = [Branch(ABSENT)] if content == ABSENT or _maybe(content) else []
            new = choice(
                [
                    Branch(why),
                    *map(Branch, (one for one in older if isinstance(one, DictRef | ListRef))),
                    *missing,
                ]
            )
        if new != content:
            machine.store.write(cell, new)
            news = True
    return news


def _older(contents: Iterable[Content], newest: int) -> list[Abstract]:
    """The containers that a cell held at any time in a loop, and that were there before it."""
    parts = (
        part
        for one in contents
        for part in (held(one) or (one,))
        if not isinstance(part, DictContent | ListContent)
    )
    return [
        branch.value
        for part in parts
        for branch in alternatives(part)
        if isinstance(branch.value, Tuple)
        or (isinstance(branch.value, DictRef | ListRef) and branch.value.id <= newest)
    ]


def _maybe(content: Abstract) -> bool:
    return isinstance(content, Choice) and any(branch.value == ABSENT for branch in content.alternatives)


def _unrolled(machine: Machine, loop: e.Loop, items: tuple[Abstract, ...]) -> bool:
    """A loop over a known sequence, item by item."""
    frame = machine.frame
    store = machine.store
    newest = store.next
    kept = frame.loops
    start = store.mark()
    frame.loops = [*kept, start]
    machine.loops += 1
    left: list[Exit] = []
    alive = True
    for item in items:
        exits = len(frame.exits)
        turn = store.mark()
        assign(machine, loop.target or loop.over, item)
        going = machine.block(loop.body)
        jumps = [each for each in frame.exits[exits:] if each.kind != "return"]
        frame.exits[exits:] = [each for each in frame.exits[exits:] if each.kind == "return"]
        left += [jump for jump in jumps if jump.kind == "break"]
        ways = [jump.delta for jump in jumps if jump.kind == "continue"]
        if going:
            ways.append(store.since(start))
        store.undo(turn if len(ways) == 1 and going else start)
        if not ways:
            alive = False
            break
        if len(ways) == 1 and going:
            store.apply(ways[0])
        else:
            store.join([("", way) for way in ways], newest)
    frame.loops = kept
    machine.loops -= 1
    alive = alive and machine.block(loop.otherwise)
    return _left(machine, left, start, newest, alive=alive)
