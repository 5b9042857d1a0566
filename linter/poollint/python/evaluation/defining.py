"""Definitions of functions and classes."""

from poollint import expressions as e
from poollint.python.evaluation.frames import Frame
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    Abstract,
    Class,
    Function,
)
from poollint.values import Known


def parameters_of(machine: Machine, parameters: tuple[e.Parameter, ...]) -> tuple[tuple[str, Abstract], ...]:
    """The defaults, evaluated where the function is defined."""
    return tuple(
        (parameter.name, machine.evaluate(parameter.default))
        for parameter in parameters
        if parameter.default is not None
    )


def define_function(machine: Machine, node: e.FunctionDef) -> None:
    frame = machine.frame
    at = machine.frame.span(node.at)
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
    machine.bind(node.name, machine.decorated(made, decorators, at))


def define_class(machine: Machine, node: e.ClassDef) -> None:
    frame = machine.frame
    at = machine.frame.span(node.at)
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
    machine.block(node.body)
    machine.frames.pop()
    machine.bind(node.name, machine.decorated(made, decorators, at))
