"""Functions that are called again and again, and use an engine in a new event loop each time."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from poollint import expressions as e
from poollint.facts import Engine, LoopRun, Made, Role
from poollint.frozen import frozen
from poollint.python.definitions import Definitions, Found, Key, Space, chain_of, mentions
from poollint.python.engines.roles import made_by_decorator
from poollint.python.lifetimes.surroundings import Surroundings, engine_names
from poollint.source import Span

NEEDLES = (b"asyncio.run(", b".run_until_complete(")
_OFTEN = frozenset({Made.HANDLER, Made.TASK, Made.FUNCTION_HANDLER})
_DECORATOR = re.compile(r"^[ \t]*@([\w.]+)", re.MULTILINE)
_HANDS_ON = re.compile(r"(?:asyncio\.run|\.run_until_complete)\(\s*\w+\s*(?:\(\s*\*|[,)])")
"""A loop for whatever the caller gives: `asyncio.run(coroutine)`, `asyncio.run(function(*args))`."""
_HELPERS = 3
"""Functions between a task and the place that makes the loop."""
_DEFINITIONS = 200
"""Definitions that are looked at behind one loop."""


@frozen
class _Run:
    """A call that makes a loop, what runs in it, and the names that this sees."""

    at: Span
    work: tuple[e.Node, ...]
    space: Space


def loop_runs(engines: Sequence[Engine], around: Surroundings) -> Iterator[LoopRun]:
    """The loops of tasks and handlers that lead to an engine and do not dispose of it."""
    if not engines or not any(map(around.containing, NEEDLES)):
        return
    held = engine_names(engines, around.sources)
    entries = {each.name for each in around.handlers}
    for module in around.modules((*NEEDLES, *_wrappers(around)), engines):
        outer = around.definitions.module(module.path)
        if outer is None or not _may_repeat(module.path, around):
            continue
        for node in e.walk(*module.body):
            if not isinstance(node, e.FunctionDef) or node.is_async:
                continue
            caller = f"{around.sources.dotted(module.path)}.{node.name}"
            often = Made.FUNCTION_HANDLER if caller in entries else _often(node, outer, around.definitions)
            for run in _runs(node, outer, around.definitions, _HELPERS) if often is not None else ():
                for engine, through, certain in _led_to(run, around.definitions, held):
                    yield LoopRun(run.at, caller, often or Made.TASK, engine, through, certain)


def _wrappers(around: Surroundings) -> Iterator[bytes]:
    """The names of functions of services that make a loop for what they are given."""
    for path in sorted({path for needle in NEEDLES for path in around.containing(needle)}):
        source = around.sources.lookup(path)
        if source is None or around.role(path) is not Role.SERVICE or not _HANDS_ON.search(source.text):
            continue
        module = around.module(path)
        for node in module.body if module is not None else ():
            if isinstance(node, e.FunctionDef) and not node.is_async:
                yield f"{node.name}(".encode()


def _may_repeat(path: str, around: Surroundings) -> bool:
    """Whether a file has a decorator of a task or handler in its text, or is a cloud function's."""
    source = around.sources.lookup(path)
    names = _DECORATOR.findall(source.text) if source is not None else ()
    return any(made_by_decorator(name) in _OFTEN for name in names) or any(
        each.at.path == path for each in around.handlers
    )


def _often(node: e.FunctionDef, space: Space, definitions: Definitions) -> Made | None:
    """What calls a function again and again, by its decorators; None when nothing is known to."""
    for decorator in node.decorators:
        chain = chain_of(decorator.function if isinstance(decorator, e.Call) else decorator)
        found = made_by_decorator(definitions.outside(chain, space) or ".".join(chain)) if chain else None
        if found in _OFTEN:
            return found
    return None


def _runs(node: e.FunctionDef, outer: Space, definitions: Definitions, helpers: int) -> Iterator[_Run]:
    """The loops that a function makes, itself or by a synchronous function that it calls."""
    space = definitions.inside(node, outer)
    for call in e.walk(*node.body):
        if not isinstance(call, e.Call):
            continue
        at = Span(outer.path, *call.at)
        work: tuple[e.Node, ...] = tuple(each.value for each in call.arguments)
        if _makes_loop(call, space, definitions):
            yield _Run(at, work, space)
            continue
        found = _function(call, space, definitions)
        for callee in found.nodes if found is not None and helpers else ():
            if found is None or not isinstance(callee, e.FunctionDef) or callee.is_async or callee == node:
                continue
            for run in _runs(callee, found.space, definitions, helpers - 1):
                handed = run.space.opaque.intersection(chain[0] for chain in mentions(*run.work))
                yield _Run(at, work, space) if handed else run


def _function(call: e.Call, space: Space, definitions: Definitions) -> Found | None:
    chain = chain_of(call.function)
    found = definitions.find(chain, space) if chain else None
    return found if found is not None and not found.rest else None


def _makes_loop(call: e.Call, space: Space, definitions: Definitions) -> bool:
    """`asyncio.run(...)`, and `run_until_complete` on a loop that was made for it."""
    chain = chain_of(call.function)
    if chain and definitions.outside(chain, space) == "asyncio.run":
        return True
    if not isinstance(call.function, e.Attribute) or call.function.name != "run_until_complete":
        return False
    loop = call.function.value
    name = chain_of(loop)
    # a loop of the module lives on, so only locals count
    made: tuple[e.Node, ...] = space.bound.get(name[0], ()) if name else (loop,)
    return bool(made) and all(
        isinstance(each, e.Call)
        and definitions.outside(chain_of(each.function) or ("?",), space) == "asyncio.new_event_loop"
        for each in made
    )


def _led_to(
    run: _Run, definitions: Definitions, held: Callable[[Key], tuple[Span, ...]]
) -> Iterator[tuple[Span, tuple[str, ...], bool]]:
    """The engines behind a loop, the names on the way, and whether all of them are functions or values.

    None when a function on the way disposes of something: then the pool does not outlive its loop.
    """
    found: dict[Span, tuple[tuple[str, ...], bool]] = {}
    seen: set[tuple[str, e.Place]] = set()
    waiting: deque[tuple[tuple[e.Node, ...], Space, tuple[str, ...], bool]] = deque(
        [(run.work, run.space, (), True)]
    )
    while waiting and len(seen) < _DEFINITIONS:
        nodes, space, way, certain = waiting.popleft()
        for chain in mentions(*nodes):
            if certain and chain[-1] == "dispose":
                return
            target = definitions.find(chain, space)
            if target is None:
                continue
            for engine in held(target.key) if target.space.outer is None else ():
                found.setdefault(engine, (way, certain))
            for node in target.nodes:
                if (target.key[0], node.at) in seen:
                    continue
                seen.add((target.key[0], node.at))
                body, inside = _entered(node, target.space, definitions)
                further = certain and not isinstance(node, e.ClassDef)
                waiting.append((body, inside, (*way, target.key[1]), further))
    for engine, (way, certain) in found.items():
        yield engine, way, certain


def _entered(node: e.Node, space: Space, definitions: Definitions) -> tuple[tuple[e.Node, ...], Space]:
    """What is inside a definition, and the names that it sees."""
    if isinstance(node, e.FunctionDef | e.ClassDef):
        return node.body, definitions.inside(node, space)
    return (node,), space
