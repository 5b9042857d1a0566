"""Statements: what they do to the state, and whether execution goes on behind them."""

from collections.abc import Callable

from poollint import expressions as e
from poollint.python.machine import Exit, Frame, Machine
from poollint.python.objects import (
    ABSENT,
    Abstract,
    Binding,
    Branch,
    Choice,
    Class,
    Content,
    DictContent,
    DictEntry,
    External,
    Function,
    Instance,
    ListContent,
    ListRef,
    Result,
    Tuple,
    alternatives,
    choice,
)
from poollint.python.scalars import compare
from poollint.python.store import Cell, joined
from poollint.source import Span
from poollint.values import FromEnv, Known, Unknown

UNROLLED = 32
"""Items of a known sequence up to which a loop is run item by item."""
ROUNDS = 5
"""Runs of a loop's body until no more names change in it; each run finds some."""


def block(machine: Machine, body: tuple[e.Statement, ...]) -> bool:
    """Runs statements; false when the end is not reached (return, raise, break, continue)."""
    depth = len(machine.guards)
    alive = True
    for statement in body:
        if not run(machine, statement):
            alive = False
            break
    del machine.guards[depth:]
    return alive


def run(machine: Machine, statement: e.Statement) -> bool:
    """Runs one statement."""
    machine.step()
    match statement:
        case e.Assign():
            value = machine.evaluate(statement.value)
            for target in statement.targets:
                assign(machine, target, value)
        case e.AnnAssign(value=value) if value is not None:
            assign(machine, statement.target, machine.evaluate(value))
        case e.AugAssign():
            augmented(machine, statement)
        case e.Delete():
            for target in statement.targets:
                assign(machine, target, ABSENT)
        case e.ExpressionStatement():
            machine.evaluate(statement.value)
            return not _never_returns(statement.value)
        case e.Return():
            value = Known(None, machine.frame.span(statement.at))
            _leave(machine, "return", machine.evaluate(statement.value) if statement.value else value)
            return False
        case e.Raise():
            if statement.value is not None:
                machine.evaluate(statement.value)
            return False
        case e.Assert():
            return machine.truth(machine.evaluate(statement.test)) is not False
        case e.Jump():
            _leave(machine, statement.kind, ABSENT)
            return False
        case e.Declaration():
            names = machine.frame.globals if statement.kind == "global" else machine.frame.nonlocals
            names.update(statement.names)
        case e.Import():
            machine.import_(statement)
        case e.If():
            return _if(machine, statement)
        case e.Loop():
            return _loop(machine, statement)
        case e.With():
            return _with(machine, statement)
        case e.Try():
            return _try(machine, statement)
        case e.Match():
            return _match(machine, statement)
        case e.FunctionDef():
            _function(machine, statement)
        case e.ClassDef():
            _class(machine, statement)
        case e.OpaqueStatement():
            for name in statement.names:
                machine.bind(
                    name, Unknown(statement.why, machine.frame.span(statement.at)), _at(machine, statement)
                )
    return True


def _at(machine: Machine, node: e.Statement | e.Expression) -> Span:
    return machine.frame.span(node.at)


def _never_returns(expression: e.Expression) -> bool:
    return (
        isinstance(expression, e.Call)
        and isinstance(expression.function, e.Attribute)
        and isinstance(expression.function.value, e.Name)
        and (expression.function.value.id, expression.function.name) in (("sys", "exit"), ("os", "_exit"))
    )


def _leave(machine: Machine, kind: str, value: Abstract) -> None:
    """Notes a way out of the innermost function or loop, with the state that it leaves with."""
    frame = machine.frame
    mark = frame.mark if kind == "return" else frame.loops[-1] if frame.loops else frame.mark
    texts = [guard.text for guard in machine.guards[frame.guards :] if guard.text]
    frame.exits.append(Exit(kind, value, machine.store.since(mark), " and ".join(texts), mark))


# --- assignment ---


def assign(machine: Machine, target: e.Expression, value: Abstract) -> None:
    """Binds a target; `ABSENT` deletes it."""
    at = _at(machine, target)
    match target:
        case e.Name(id=name):
            machine.bind(name, value, at)
            _bound(machine, name, value)
        case e.Attribute():
            machine.set_attribute(machine.evaluate(target.value), target.name, value, at)
            owner = target.value.id if isinstance(target.value, e.Name) else "..."
            _bound(machine, f"{owner}.{target.name}", value)
        case e.Subscript():
            owner_value = machine.evaluate(target.value)
            key = machine.evaluate(target.index)
            machine.set_item(owner_value, key, value, machine.frame.span(target.index.at))
        case e.Display(items=items):
            _unpack(machine, items, value, at)
        case e.Starred():
            assign(machine, target.value, value)
        case _:
            return


def _unpack(machine: Machine, targets: tuple[e.Expression, ...], value: Abstract, at: Span) -> None:
    if value == ABSENT:
        for target in targets:
            assign(machine, target, ABSENT)
        return
    columns: list[list[Branch]] = [[] for _ in targets]
    for branch in alternatives(value):
        items = machine.iterate(branch.value, at)
        why = (
            branch.value if isinstance(branch.value, Unknown) else Unknown("an item of what is not known", at)
        )
        for index, one in enumerate(_spread(machine, targets, items, at, why)):
            columns[index].append(Branch(one, branch.condition))
    for target, column in zip(targets, columns, strict=True):
        assign(machine, target, choice(column))


def _spread(
    machine: Machine,
    targets: tuple[e.Expression, ...],
    items: tuple[Abstract, ...] | None,
    at: Span,
    why: Unknown,
) -> list[Abstract]:
    star = next((index for index, each in enumerate(targets) if isinstance(each, e.Starred)), None)
    if items is None or (len(items) != len(targets) if star is None else len(items) < len(targets) - 1):
        return [why for _ in targets]
    if star is None:
        return list(items)
    behind = len(targets) - star - 1
    middle = items[star : len(items) - behind]
    tail = items[len(items) - behind :]
    return [*items[:star], machine.new_list_of(ListContent(middle), at), *tail]


def _bound(machine: Machine, target: str, value: Abstract) -> None:
    """Remembers where the result of a maker was kept."""
    for branch in alternatives(value):
        result = branch.value
        if isinstance(result, Result) and result.of in machine.makers:
            frame = machine.frame
            binding = Binding(frame.path, frame.names, target)
            for key, record in machine.records.items():
                if key[0] == result.at and binding not in record.bound:
                    record.bound.append(binding)


def augmented(machine: Machine, statement: e.AugAssign) -> None:
    """`target sign= value`"""
    at = _at(machine, statement)
    left = machine.evaluate(statement.target)
    right = machine.evaluate(statement.value)
    assign(machine, statement.target, machine.augment(left, statement.sign, right, at))


# --- branches ---


def _if(machine: Machine, statement: e.If) -> bool:
    test = machine.evaluate(statement.test)
    decided = machine.truth(test)
    if decided is not None:
        return block(machine, statement.then if decided else statement.otherwise)
    machine.undecided(test)
    return machine.split(
        machine.frame.span(statement.test.at).full,
        [
            (statement.text, lambda: _arm(machine, statement.test, statement.then, holds=True)),
            (
                negation(statement.text),
                lambda: _arm(machine, statement.test, statement.otherwise, holds=False),
            ),
        ],
    )


def _arm(machine: Machine, test: e.Expression, body: tuple[e.Statement, ...], *, holds: bool) -> bool:
    refine(machine, test, holds=holds)
    return block(machine, body)


def negation(text: str) -> str:
    """`not text`, for people."""
    if text.startswith("not ") and " and " not in text and " or " not in text:
        return text.removeprefix("not ")
    return f"not {text}" if text.replace(".", "").replace("_", "").isalnum() else f"not ({text})"


def refine(machine: Machine, test: e.Expression, *, holds: bool) -> None:
    """Leaves out what a name cannot be where a condition on it holds (or does not)."""
    match test:
        case e.Unary(sign="not", operand=operand):
            refine(machine, operand, holds=not holds)
        case e.Logical(sign=sign) if (sign == "and") == holds:
            refine(machine, test.left, holds=holds)
            refine(machine, test.right, holds=holds)
        case e.Name():
            _filter(machine, test, lambda value: machine.truth(value) is not (not holds))
        case e.Compare(left=e.Name() as name, rights=((sign, e.Literal(value=value)),)) if sign in (
            "is",
            "is not",
            "==",
            "!=",
        ) and not isinstance(value, bytes):
            at = machine.frame.span(test.at)
            other = Known(value, at)
            _filter(
                machine,
                name,
                lambda one: machine.truth(compare(one, sign, other, at)) is not (not holds),
            )
        case _:
            return


def _filter(machine: Machine, name: e.Name, fits: Callable[[Abstract], bool]) -> None:
    frame = machine.frame
    cell = (frame.scopes[0], name.id)
    value = machine.variable(cell)
    if name.id in frame.globals or value == ABSENT:
        return
    kept = []
    for branch in alternatives(value):
        one = branch.value
        if isinstance(one, FromEnv) and one.default is not None and isinstance(one.default, Known):
            if not fits(one.default):
                one = FromEnv(one.variables, None, one.convert, one.origin)
            kept.append(Branch(one, branch.condition))
        elif fits(one):
            kept.append(branch)
    if kept and len(kept) <= len(alternatives(value)):
        machine.store.write(cell, choice(kept))


def _match(machine: Machine, statement: e.Match) -> bool:
    subject = machine.evaluate(statement.subject)
    arms: list[tuple[str, Callable[[], bool]]] = []
    exhaustive = False
    for case in statement.cases:
        decided = _matches(machine, subject, case)
        if decided is False:
            continue
        arms.append((case.text, lambda case=case: _case(machine, subject, case)))  # type: ignore[misc]
        if decided:
            exhaustive = True
            break
    if not exhaustive:
        arms.append(("", lambda: True))
    if len(arms) == 1:
        return arms[0][1]()
    return machine.split(machine.frame.span(statement.subject.at).full, arms)


def _matches(machine: Machine, subject: Abstract, case: e.Case) -> bool | None:
    if case.guard is not None:
        return None
    if case.always:
        return True
    if case.values is None:
        return None
    at = machine.frame.span(case.at)
    found = [
        machine.truth(machine.compare(subject, _sign(each), machine.evaluate(each), at))
        for each in case.values
    ]
    if True in found:
        return True
    return None if None in found else False


def _sign(pattern: e.Expression) -> str:
    """None, True and False are compared by identity."""
    alone = isinstance(pattern, e.Literal) and (pattern.value is None or isinstance(pattern.value, bool))
    return "is" if alone else "=="


def _case(machine: Machine, subject: Abstract, case: e.Case) -> bool:
    at = machine.frame.span(case.at)
    for name in case.captures:
        machine.bind(name, subject if case.always else Unknown("a part of a matched object", at), at)
    if case.guard is not None:
        machine.evaluate(case.guard)
    return block(machine, case.body)


# --- loops ---


def _loop(machine: Machine, loop: e.Loop) -> bool:
    frame = machine.frame
    over = machine.evaluate(loop.over) if loop.target is not None else None
    items = machine.iterate(over, _at(machine, loop.over)) if over is not None else None
    if loop.target is not None and items is not None and len(items) <= UNROLLED:
        return _unrolled(machine, loop, items)
    if over is not None:
        _exposed(machine, over, _at(machine, loop.over))
    store = machine.store
    newest = store.next
    machine.loops += 1
    start = store.mark()
    for _ in range(ROUNDS):
        before, exits = store.mark(), len(frame.exits)
        written = _rehearse(machine, loop)
        store.undo(before)
        del frame.exits[exits:]
        if not _widen(machine, written, newest, loop):
            break
    else:
        written = _rehearse(machine, loop)
        _widen(machine, written, newest, loop)
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
    if jumps:
        ways: list[tuple[str, Callable[[], bool]]] = [("", lambda: True)]
        ways += [("", lambda jump=jump: _resume(machine, jump)) for jump in jumps]  # type: ignore[misc]
        machine.split("", ways)
    alive = block(machine, loop.otherwise)
    return alive or any(jump.kind == "break" for jump in jumps)


def _resume(machine: Machine, jump: Exit) -> bool:
    machine.store.apply(jump.delta)
    return True


def _turn(machine: Machine, loop: e.Loop) -> bool:
    """One run of the body, with nothing known of the item."""
    at = _at(machine, loop.over)
    if loop.target is None:
        machine.evaluate(loop.over)
    else:
        assign(machine, loop.target, Unknown("an item of a loop", at))
    return block(machine, loop.body)


def _rehearse(machine: Machine, loop: e.Loop) -> dict[Cell, list[Content]]:
    """What the body writes, wherever it stops."""
    recorder: dict[Cell, list[Content]] = {}
    depth = len(machine.store.recorders)
    machine.store.recorders.append(recorder)
    frame = machine.frame
    frame.loops = [*frame.loops, machine.store.mark()]
    with machine.unheard():
        _turn(machine, loop)
    frame.loops = frame.loops[:-1]
    del machine.store.recorders[depth:]
    return recorder


def _widen(machine: Machine, written: dict[Cell, list[Content]], newest: int, loop: e.Loop) -> bool:
    """Forgets what a body changes; true when that is news."""
    at = _at(machine, loop.over)
    why = Unknown("changed in a loop", at)
    news = False
    for cell in written:
        if cell[0] > newest:
            continue
        content = machine.store.read(cell)
        new: Content
        if isinstance(content, DictContent):
            entries = tuple(DictEntry(entry.key, why, entry.at) for entry in content.entries)
            loose = tuple(
                DictEntry(each.key, choice([Branch(why), Branch(ABSENT)]), each.at) for each in entries
            )
            new = DictContent(loose, why)
        elif isinstance(content, ListContent):
            new = ListContent((), why)
        else:
            machine.forget(content, why.why, at)
            new = choice([Branch(why), Branch(ABSENT)]) if content == ABSENT or _maybe(content) else why
        if new != content:
            machine.store.write(cell, new)
            news = True
    return news


def _maybe(content: Abstract) -> bool:
    return isinstance(content, Choice) and any(branch.value == ABSENT for branch in content.alternatives)


def _exposed(machine: Machine, over: Abstract, at: Span) -> None:
    """What a loop variable stands for may be changed through it."""
    for branch in alternatives(over):
        if isinstance(branch.value, ListRef):
            for item in machine.list_of(branch.value).items:
                machine.forget(item, "changed in a loop", at)
        elif isinstance(branch.value, Tuple):
            machine.forget(branch.value, "changed in a loop", at)


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
        going = block(machine, loop.body)
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
    alive = alive and block(machine, loop.otherwise)
    if not left:
        return alive
    ends = [("", jump.delta) for jump in left]
    if alive:
        ends.append(("", store.since(start)))
    store.undo(start)
    store.join(ends, newest)
    return True


# --- with, try ---


def _with(machine: Machine, statement: e.With) -> bool:
    swallows = False
    for value, target in statement.items:
        manager = machine.evaluate(value)
        at = machine.frame.span(value.at)
        swallows = swallows or any(_swallows(branch.value) for branch in alternatives(manager))
        if target is not None:
            assign(machine, target, _entered(manager, at))
    if not swallows:
        return block(machine, statement.body)
    return _guarded(machine, lambda: block(machine, statement.body), [("", lambda: True)])


def _swallows(manager: Abstract) -> bool:
    """Whether a context manager may end an exception: of a library only those that say so."""
    match manager:
        case Result(of=name) | External(name=name):
            return "suppress" in name or "raises" in name
        case Instance() | Function():
            return True
        case _:
            return False


def _entered(manager: Abstract, at: Span) -> Abstract:
    if isinstance(manager, Result) and manager.of.endswith("closing"):
        return manager.arguments.get(0) or Unknown("what a context manager gives", at)
    return Unknown("what a context manager gives", at)


def _guarded(
    machine: Machine, body: Callable[[], bool], handlers: list[tuple[str, Callable[[], bool]]]
) -> bool:
    """A body that may stop anywhere, and what goes on from there."""
    store = machine.store
    recorder: dict[Cell, list[Content]] = {}
    newest = store.next

    def whole() -> bool:
        depth = len(store.recorders)
        store.recorders.append(recorder)
        try:
            return body()
        finally:
            del store.recorders[depth:]

    def from_anywhere(handler: Callable[[], bool]) -> bool:
        for cell, contents in list(recorder.items()):
            if cell[0] <= newest:
                store.write(cell, joined([("", store.read(cell)), *(("", each) for each in contents)]))
            else:
                store.write(cell, joined(("", each) for each in contents))
        return handler()

    arms: list[tuple[str, Callable[[], bool]]] = [("", whole)]
    for text, handler in handlers:
        arms.append((text, lambda handler=handler: from_anywhere(handler)))  # type: ignore[misc]
    return machine.split("", arms)


def _try(machine: Machine, statement: e.Try) -> bool:
    frame = machine.frame
    exits = len(frame.exits)

    def body() -> bool:
        return block(machine, statement.body)

    def handled(handler: e.Handler) -> bool:
        if handler.name:
            at = machine.frame.span(handler.at)
            machine.bind(handler.name, Unknown("an exception", at), at)
        alive = block(machine, handler.body)
        if handler.name and alive:
            machine.bind(handler.name, ABSENT, machine.frame.span(handler.at))
        return alive

    def unhandled() -> bool:
        block(machine, statement.final)
        return False

    handlers: list[tuple[str, Callable[[], bool]]] = [
        ("", lambda handler=handler: handled(handler))  # type: ignore[misc]
        for handler in statement.handlers
    ]
    if statement.final:
        handlers.append(("", unhandled))

    def normal() -> bool:
        return body() and block(machine, statement.otherwise)

    alive = _guarded(machine, normal, handlers)
    if not statement.final:
        return alive
    _replay(machine, statement.final, exits)
    return alive and block(machine, statement.final)


def _replay(machine: Machine, final: tuple[e.Statement, ...], first: int) -> None:
    """`finally` also runs on the way out of a `return`, `break` or `continue`."""
    frame = machine.frame
    left = frame.exits[first:]
    del frame.exits[first:]
    for each in left:
        mark = machine.store.mark()
        machine.store.apply(each.delta)
        if block(machine, final):
            delta = {**each.delta, **machine.store.since(mark)}
            frame.exits.append(Exit(each.kind, each.value, delta, each.condition, each.mark))
        machine.store.undo(mark)


# --- definitions ---


def parameters_of(machine: Machine, parameters: tuple[e.Parameter, ...]) -> tuple[tuple[str, Abstract], ...]:
    """The defaults, evaluated where the function is defined."""
    return tuple(
        (parameter.name, machine.evaluate(parameter.default))
        for parameter in parameters
        if parameter.default is not None
    )


def _function(machine: Machine, node: e.FunctionDef) -> None:
    frame = machine.frame
    at = _at(machine, node)
    decorators = tuple(machine.evaluate(decorator) for decorator in node.decorators)
    scopes = frame.scopes[1:] if frame.kind == "class" else frame.scopes
    made = Function(
        ".".join((*frame.names, node.name)),
        frame.path,
        scopes,
        node,
        at,
        parameters_of(machine, node.parameters),
        frame.owner if frame.kind == "class" else None,
    )
    accessor = next(
        (
            decorator.name
            for decorator in node.decorators
            if isinstance(decorator, e.Attribute) and decorator.name in ("setter", "deleter", "getter")
        ),
        None,
    )
    if accessor is not None and frame.kind == "class":
        machine.store.write((frame.scopes[0], f"{node.name}.{accessor}"), made)
        return
    machine.bind(node.name, machine.decorated(made, decorators, at), at)


def _class(machine: Machine, node: e.ClassDef) -> None:
    frame = machine.frame
    at = _at(machine, node)
    decorators = tuple(machine.evaluate(decorator) for decorator in node.decorators)
    bases = tuple(
        machine.evaluate(base.value if isinstance(base, e.Subscript) else base) for base in node.bases
    )
    space = machine.namespace()
    machine.store.write((space, ""), Known(node.name, at))
    outer = frame.scopes[1:] if frame.kind == "class" else frame.scopes
    names = (*frame.names, node.name)
    made = Class(space, ".".join(names), frame.path, node, outer, bases, decorators)
    inside = Frame(
        frame.path,
        "class",
        (space, *outer),
        names,
        frame.mark,
        function=frame.function,
        owner=made,
        receiver=frame.receiver,
        is_async=frame.is_async,
        decorators=frame.decorators,
        guards=frame.guards,
    )
    machine.frames.append(inside)
    block(machine, node.body)
    machine.frames.pop()
    machine.bind(node.name, machine.decorated(made, decorators, at), at)
