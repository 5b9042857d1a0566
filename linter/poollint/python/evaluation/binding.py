"""Arguments: what the parameters of a function get, and calls in two steps."""

from dataclasses import replace
from typing import TYPE_CHECKING

from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Arguments,
    Branch,
    Function,
    Keyword,
    Tuple,
    choice,
    present,
)
from poollint.python.operations.containers import keyword_content
from poollint.python.operations.scalars import absent_to
from poollint.source import Span
from poollint.values import Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


def bound_arguments(
    machine: "Calls", function: Function, arguments: Arguments, at: Span
) -> list[tuple[str, Abstract]]:
    """The parameters with what they get."""
    parameters = function.node.parameters
    defaults = dict(function.defaults)
    positional = list(arguments.positional)
    named = {keyword.name: keyword for keyword in arguments.keywords}
    bound: list[tuple[str, Abstract]] = []
    for parameter in parameters:
        name = parameter.name
        if parameter.kind == "star":
            star: Abstract = Tuple(tuple(positional), at)
            if arguments.rest is not None:
                star = machine.lost(arguments.rest.why, at, star) if positional else arguments.rest
            bound.append((name, star))
            positional = []
            continue
        if parameter.kind == "double":
            left = tuple(keyword for keyword in arguments.keywords if keyword.name in named)
            content = keyword_content(Arguments((), left, arguments.rest))
            bound.append((name, machine.new_dict_of(content, at)))
            continue
        default = defaults.get(name, ABSENT)
        if parameter.kind in ("positional", "either") and positional:
            value: Abstract = positional.pop(0)
        elif parameter.kind != "positional" and name in named:
            keyword = named.pop(name)
            value = keyword.value
            if keyword.condition is not None:
                value = choice([Branch(value, keyword.condition), Branch(default)])
        elif arguments.rest is not None:
            value = choice([Branch(default), Branch(arguments.rest)])
        else:
            value = default
        missing = Unknown(f"the argument {name} that the call does not give", at)
        value = present(absent_to(value, arguments.rest or missing))
        bound.append((name, value))
    return bound


def before(first: Abstract, arguments: Arguments) -> Arguments:
    return replace(arguments, positional=(first, *arguments.positional))


def merged_arguments(first: Arguments, second: Arguments) -> Arguments:
    """`partial(f, *first)(*second)`: later keywords win."""
    later = {keyword.name for keyword in second.keywords if keyword.condition is None}
    kept = tuple(keyword for keyword in first.keywords if keyword.name not in later)
    clash = {keyword.name: keyword for keyword in kept}
    merged: list[Keyword] = [keyword for keyword in kept if keyword.name not in _conditional(second)]
    for keyword in second.keywords:
        before = clash.get(keyword.name)
        if keyword.condition is not None and before is not None:
            value = choice([Branch(keyword.value, keyword.condition), Branch(before.value)])
            merged.append(Keyword(keyword.name, value, keyword.at, before.condition))
        else:
            merged.append(keyword)
    rest = first.rest or second.rest
    if second.rest is not None:
        why = second.rest
        merged = [
            keyword
            if keyword in second.keywords
            else replace(keyword, value=choice([Branch(keyword.value), Branch(why)]))
            for keyword in merged
        ]
    return Arguments((*first.positional, *second.positional), tuple(merged), rest)


def _conditional(arguments: Arguments) -> frozenset[str]:
    return frozenset(keyword.name for keyword in arguments.keywords if keyword.condition is not None)
