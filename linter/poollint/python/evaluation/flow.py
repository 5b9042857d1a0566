"""Statements: what they do to the state, and whether execution goes on behind them."""

from poollint import expressions as e
from poollint.python.evaluation.assigning import assign, augmented
from poollint.python.evaluation.branching import if_, match_
from poollint.python.evaluation.defining import define_class, define_function
from poollint.python.evaluation.frames import Exit
from poollint.python.evaluation.guarding import try_, with_
from poollint.python.evaluation.looping import loop_
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
)
from poollint.values import Known, Unknown


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
            return if_(machine, statement)
        case e.Loop():
            return loop_(machine, statement)
        case e.With():
            return with_(machine, statement)
        case e.Try():
            return try_(machine, statement)
        case e.Match():
            return match_(machine, statement)
        case e.FunctionDef():
            define_function(machine, statement)
        case e.ClassDef():
            define_class(machine, statement)
        case e.OpaqueStatement():
            for name in statement.names:
                at = machine.frame.span(statement.at)
                machine.bind(name, Unknown(statement.why, at))
    return True


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
