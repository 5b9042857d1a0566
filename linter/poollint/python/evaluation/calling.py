"""The call expression: arguments with their splats."""

from poollint import expressions as e
from poollint.python.evaluation.objects import (
    Abstract,
    Arguments,
    Choice,
    DictContent,
)
from poollint.python.operations.containers import Containers, arguments_of
from poollint.source import Span
from poollint.values import (
    Known,
    Unknown,
)


def call_of(machine: Containers, expression: e.Call, at: Span) -> Abstract:
    function = machine.evaluate(expression.function)
    positional: list[Abstract] = []
    content = DictContent()
    rest: Unknown | None = None
    moved = False
    for argument in expression.arguments:
        value = machine.evaluate(argument.value)
        where = machine.frame.span(argument.at)
        if argument.star == "*":
            items = machine.iterate(value, where) if not isinstance(value, Choice) else None
            if items is None:
                machine.expose(value, "arguments from a sequence", where)
                moved = True
                rest = value if isinstance(value, Unknown) else Unknown("arguments from a sequence", where)
            else:
                positional += () if moved else items
                if moved:
                    machine.expose(value, "an argument behind a sequence", where)
        elif argument.star == "**":
            # A key may come once only, else Python fails: what is there already stays as it is.
            more = machine.mapping(value, where)
            rest = rest or more.rest
            content = machine.merged(content, DictContent(more.entries))
        elif argument.name:
            content = machine.put(content, Known(argument.name, where), value, where)
        elif moved:  # behind a sequence of unknown length its place is not known
            machine.forget(value, "an argument behind a sequence", where)
        else:
            positional.append(value)
    given = arguments_of(content)
    return machine.call(function, Arguments(tuple(positional), given.keywords, rest), at)
