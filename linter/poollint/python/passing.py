"""Engines that a function makes for itself and leaves behind."""

from collections.abc import Iterator, Sequence

from poollint import expressions as e
from poollint.facts import Engine, Made, Passing
from poollint.python.definitions import chain_of
from poollint.python.surroundings import Surroundings
from poollint.source import Skipped, Span


def passing(engines: Sequence[Engine], around: Surroundings) -> Iterator[Passing]:
    """The engines of functions that give nothing back and keep nothing."""
    for engine in engines:
        if engine.made is not Made.FACTORY:
            continue
        module = around.sources.module(engine.at.path)
        if module is None or isinstance(module, Skipped):
            continue
        functions = _around(module, engine.at)
        if functions and all(not _gives(function) for function in functions):
            yield Passing(engine.at)


def _around(module: e.Module, at: Span) -> list[e.FunctionDef]:
    """The functions in which the call at a place stands, outermost first."""
    stack: list[tuple[e.Node, list[e.FunctionDef]]] = [(each, []) for each in module.body]
    while stack:
        node, functions = stack.pop()
        if isinstance(node, e.Call) and module.span(node.at) == at:
            return functions
        inner = [*functions, node] if isinstance(node, e.FunctionDef) else functions
        stack.extend((each, inner) for each in e.children(node))
    return []


def _gives(function: e.FunctionDef) -> bool:
    """Whether anything may leave a function: by return or yield, in an attribute, a global or an item."""
    return any(
        (isinstance(node, e.Return) and not _is_nothing(node.value))
        or isinstance(node, e.Yield | e.Declaration)
        or (isinstance(node, e.Assign) and any(not isinstance(each, e.Name) for each in node.targets))
        or (isinstance(node, e.AnnAssign) and not isinstance(node.target, e.Name))
        or (isinstance(node, e.Call) and chain_of(node.function) == ("setattr",))
        for node in e.walk(*function.body)
    )


def _is_nothing(value: e.Expression | None) -> bool:
    return value is None or isinstance(value, e.Literal)
