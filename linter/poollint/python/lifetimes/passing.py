"""Engines that a function makes for itself and leaves behind."""

from collections.abc import Iterator, Sequence

from poollint import expressions as e
from poollint.facts import Engine, Made, Passing
from poollint.python.definitions import chain_of
from poollint.python.lifetimes.surroundings import Surroundings
from poollint.source import Span

_KEEPS = ("set", "register", "configure", "bind", "init", "add", "append", "put")
"""How functions begin that keep what they are given."""
_READS = ("read_sql", "read_database")
"""How functions of pandas and Polars begin that give back what they read, and nothing of the engine."""
_ROUNDS = 3
"""Assignments from one name to the next that are followed."""


def passing(engines: Sequence[Engine], around: Surroundings) -> Iterator[Passing]:
    """The engines that neither leave their function, nor that of a caller who gets them from a wrapper."""
    for engine in engines:
        calls = (engine.at, *engine.made_for) if engine.made is Made.FACTORY else ()
        if any(_stays(call, around) for call in calls):
            yield Passing(engine.at, engine.made_for)


def _stays(call: Span, around: Surroundings) -> bool:
    """Whether what a call gives stays in the functions around it: one of them, at least."""
    module = around.module(call.path)
    stay = [not _escapes(each, module, call) for each in functions_around(module, call)] if module else []
    return bool(stay) and all(stay)


def functions_around(module: e.Module, at: Span) -> list[e.FunctionDef]:
    """The functions in which the call at a place stands, outermost first."""
    stack: list[tuple[e.Node, list[e.FunctionDef]]] = [(each, []) for each in module.body]
    while stack:
        node, functions = stack.pop()
        if isinstance(node, e.Call) and module.span(node.at) == at:
            return functions
        inner = [*functions, node] if isinstance(node, e.FunctionDef) else functions
        stack.extend((each, inner) for each in e.children(node))
    return []


def _escapes(function: e.FunctionDef, module: e.Module, at: Span) -> bool:
    """Whether the engine leaves by return or yield, in an attribute, a global or a call that keeps it."""
    statements = [*e.walk(*function.body)]
    names: set[str] = set()
    for _ in range(_ROUNDS):
        for node in statements:
            if isinstance(node, e.Assign | e.AnnAssign) and _has(node.value, names, module, at):
                targets = node.targets if isinstance(node, e.Assign) else (node.target,)
                if any(not isinstance(each, e.Name) for each in targets):
                    return True
                names.update(each.id for each in targets if isinstance(each, e.Name))
            elif isinstance(node, e.FunctionDef) and not names.isdisjoint(_named(node)):
                names.add(node.name)
    return any(_lets_go(node, names, module, at) for node in statements)


def _lets_go(node: e.Node, names: set[str], module: e.Module, at: Span) -> bool:
    match node:
        case e.Return(value=value) | e.Yield(value=value):
            return _has(value, names, module, at)
        case e.Declaration(names=declared):
            return not names.isdisjoint(declared)
        case e.Call(function=function, arguments=arguments):
            last = function.name if isinstance(function, e.Attribute) else "".join(chain_of(function))
            keeps = last.lower().lstrip("_").startswith(_KEEPS)
            return keeps and any(_has(each.value, names, module, at) for each in arguments)
        case _:
            return False


def _named(function: e.FunctionDef) -> set[str]:
    return {node.id for node in e.walk(*function.body) if isinstance(node, e.Name)}


def _has(node: e.Expression | None, names: set[str], module: e.Module, at: Span) -> bool:
    """Whether the engine, or what was made with it, is in a value; the result of its methods is not."""
    match node:
        case None | e.Compare():
            return False
        case e.Name(id=name):
            return name in names
        case e.Attribute(value=value, name=name):
            return name == "sync_engine" and _has(value, names, module, at)
        case e.Call(function=function, arguments=arguments):
            if isinstance(function, e.Attribute) and function.name.startswith(_READS):
                return False
            if module.span(node.at) == at or (isinstance(function, e.Name) and function.id in names):
                return True
            return any(_has(each.value, names, module, at) for each in arguments)
        case e.DictDisplay(items=items):
            return any(_has(each.value, names, module, at) for each in items)
        case e.Display(items=values):
            return any(_has(each, names, module, at) for each in values)
        case e.Await(value=value) | e.Starred(value=value) | e.Walrus(value=value):
            return _has(value, names, module, at)
        case e.Conditional(then=then, otherwise=otherwise):
            return _has(then, names, module, at) or _has(otherwise, names, module, at)
        case e.Logical(left=left, right=right):
            return _has(left, names, module, at) or _has(right, names, module, at)
        case _:
            return False
