"""Displays of dicts and lists, and comprehensions."""

from poollint import expressions as e
from poollint.python.evaluation.assigning import assign
from poollint.python.evaluation.frames import Frame
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Branch,
    Choice,
    DictContent,
    ListContent,
    Tuple,
    choice,
)
from poollint.python.operations.containers import Containers
from poollint.source import Span
from poollint.values import (
    Known,
    Unknown,
)


def dict_display(machine: Containers, expression: e.DictDisplay, at: Span) -> Abstract:
    content = DictContent()
    for item in expression.items:
        where = machine.frame.span(item.at)
        if item.key is None:
            content = machine.merged(content, machine.mapping(machine.evaluate(item.value), where))
        else:
            key = machine.evaluate(item.key)
            content = machine.put(content, key, machine.evaluate(item.value), where)
    return machine.new_dict_of(content, at)


def display(machine: Containers, expression: e.Display, at: Span) -> Abstract:
    items: list[Abstract] = []
    lost: Unknown | None = None
    for item in expression.items:
        value = machine.evaluate(item)
        if isinstance(item, e.Starred):
            inside = machine.iterate(value, at) if not isinstance(value, Choice) else None
            if inside is None:
                lost = machine.lost("items that are not known", at, value)
            else:
                items += inside
        else:
            items.append(value)
    if lost is not None:
        machine.expose(Tuple(tuple(items), at), lost.why, at)
    if expression.kind == "list":
        return machine.new_list_of(ListContent((), lost) if lost else ListContent(tuple(items)), at)
    return lost or Tuple(tuple(items), at, expression.kind)


def comprehension(machine: Containers, expression: e.Comprehension, at: Span) -> Abstract:
    """Item by item over known sequences; otherwise once, for its effects, with nothing known."""
    outer = machine.frame
    frame = Frame(
        outer.path,
        "function",
        (machine.namespace(), *(outer.scopes[1:] if outer.kind == "class" else outer.scopes)),
        outer.names,
        machine.store.mark(),
        function=outer.function,
        owner=outer.owner,
        receiver=outer.receiver,
        decorators=outer.decorators,
        is_async=outer.is_async,
        guards=outer.guards,
    )
    first = machine.evaluate(expression.clauses[0].iterable)
    machine.frames.append(frame)
    machine.loops += 1
    found: list[tuple[Abstract | None, Abstract, bool]] = []
    known = _clauses(machine, expression, 0, first, found, certain=True)
    machine.loops -= 1
    machine.frames.pop()
    made = Tuple(tuple(value for _, value, _ in found), at)
    if not known:
        why = machine.lost("a comprehension over what is not known", at, made)
        return machine.new_dict_of(DictContent((), why), at) if expression.kind == "dict" else why
    if expression.kind == "dict":
        content = DictContent()
        for key, value, certain in found:
            given = value if certain else choice([Branch(value), Branch(ABSENT)])
            one = key if key is not None else Unknown("a key", at)
            where = one.origin if isinstance(one, Known) and isinstance(one.origin, Span) else at
            if certain:
                content = machine.put(content, one, given, where)
            else:
                single = machine.put(DictContent(), one, given, where)
                content = machine.merged(content, single)
        return machine.new_dict_of(content, at)
    if not all(certain for _, _, certain in found) or expression.kind == "set":
        return machine.lost("a comprehension with a condition that is not decided", at, made)
    return machine.new_list_of(ListContent(made.items), at) if expression.kind == "list" else made


def _clauses(
    machine: Containers,
    expression: e.Comprehension,
    index: int,
    over: Abstract,
    found: list[tuple[Abstract | None, Abstract, bool]],
    *,
    certain: bool,
) -> bool:
    clause = expression.clauses[index]
    at = machine.frame.span(clause.at)
    items = machine.iterate(over, at) if not isinstance(over, Choice) else None
    known = items is not None and len(items) <= _UNROLLED
    if not known:
        machine.expose(over, "an item of a comprehension", at)
    for item in items if items is not None and known else (Unknown("an item of a comprehension", at),):
        assign(machine, clause.target, item)
        tests = [machine.truth(machine.evaluate(condition)) for condition in clause.conditions]
        if False in tests and known:
            continue
        sure = certain and None not in tests
        if index + 1 < len(expression.clauses):
            inner = machine.evaluate(expression.clauses[index + 1].iterable)
            known = _clauses(machine, expression, index + 1, inner, found, certain=sure) and known
        else:
            key = machine.evaluate(expression.key) if expression.key is not None else None
            found.append((key, machine.evaluate(expression.value), sure))
    return known


_UNROLLED = 32
