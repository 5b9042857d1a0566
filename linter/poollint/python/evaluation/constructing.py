"""Objects that only class methods make: `Database.from_env()`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from poollint import expressions as e
from poollint.python.evaluation import classes
from poollint.python.evaluation.objects import Class, Function

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


def constructors(machine: "Calls", owner: Class) -> tuple[Function, ...]:
    """The class methods that make every object of a class that the project makes, without arguments.

    None when a file also calls the class by its name, or derives another from it.
    """
    own = tuple(method for method in classes.methods(machine, owner) if _makes_one(method))
    if not own or machine.callers is None:
        return ()
    name = owner.name.rpartition(".")[2]
    for path in {owner.path, *machine.callers(name)}:
        module = machine.sources.module(path)
        nodes = module.body if isinstance(module, e.Module) else ()
        if any(
            _uses(node, name) for statement in nodes if statement != owner.node for node in e.walk(statement)
        ):
            return ()
    return own


def _makes_one(method: Function) -> bool:
    node = method.node
    if not isinstance(node, e.FunctionDef) or "builtins.classmethod" not in method.decorators:
        return False
    first, *others = node.parameters
    if any(one.default is None and one.kind not in ("star", "double") for one in others):
        return False
    return any(
        isinstance(inside, e.Call)
        and isinstance(inside.function, e.Name)
        and inside.function.id == first.name
        for inside in e.walk(node)
    )


def _uses(node: e.Node, name: str) -> bool:
    """Whether a piece of code calls a class by its name, or derives another from it."""
    match node:
        case e.Call(function=function):
            return name in _last(function)
        case e.ClassDef(bases=bases):
            return any(name in _last(base) for base in bases)
        case _:
            return False


def _last(expression: e.Expression) -> Iterator[str]:
    match expression:
        case e.Name(id=name) | e.Attribute(name=name):
            yield name
        case _:
            return
