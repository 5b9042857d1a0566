"""`dispose()` in the hooks that run in a forked child."""

from collections.abc import Iterator, Sequence

from poollint import expressions as e
from poollint.facts import Disposal, Engine
from poollint.python.definitions import Space, chain_of
from poollint.python.lifetimes.surroundings import Surroundings, engine_names

NEEDLES = (b"post_fork", b"post_worker_init", b"postfork", b"worker_process_init")
_FUNCTIONS = {"post_fork": "gunicorn's post_fork", "post_worker_init": "gunicorn's post_worker_init"}
_DECORATORS = {
    "celery.signals.worker_process_init.connect": "celery's worker_process_init",
    "uwsgidecorators.postfork": "uwsgi's postfork",
}
_INNER = frozenset({"sync_engine", "engine"})
"""Attributes of an async engine, or of an extension, that hold the engine to be disposed of."""


def disposals(engines: Sequence[Engine], around: Surroundings) -> Iterator[Disposal]:
    """The disposals that close connections of the parent: those without `close=False`."""
    if not engines:
        return
    held = engine_names(engines, around.sources)
    for module in around.modules(NEEDLES, engines):
        outer = around.definitions.module(module.path)
        for node in e.walk(*module.body):
            if outer is None or not isinstance(node, e.FunctionDef):
                continue
            hook = _hook(node, outer, around)
            inside = around.definitions.inside(node, outer)
            for call in _disposing(node) if hook else ():
                found = around.definitions.find(chain_of(call.function)[:-1], inside)
                if found is None or not _INNER.issuperset(found.rest):
                    continue
                for engine in held(found.key):
                    yield Disposal(module.span(call.at), hook, engine)


def _hook(node: e.FunctionDef, space: Space, around: Surroundings) -> str:
    for decorator in node.decorators:
        called = decorator.function if isinstance(decorator, e.Call) else decorator
        chain = chain_of(called)
        found = _DECORATORS.get(around.definitions.outside(chain, space)) if chain else None
        if found is not None:
            return found
    return _FUNCTIONS.get(node.name, "")


def _disposing(node: e.FunctionDef) -> Iterator[e.Call]:
    for each in e.walk(*node.body):
        if isinstance(each, e.Call) and chain_of(each.function)[-1:] == ("dispose",):
            close = next((one.value for one in each.arguments if one.name == "close" or not one.name), None)
            if close is None or (isinstance(close, e.Literal) and close.value is True):
                yield each
