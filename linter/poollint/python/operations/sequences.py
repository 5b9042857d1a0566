"""Functions over sequences: `list`, `sorted`, `zip`, `range`, `max` and their like."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from poollint.python.evaluation.objects import (
    Abstract,
    Arguments,
    ListContent,
    Tuple,
)
from poollint.python.operations.scalars import Constant, constant, lift, plain
from poollint.source import Span
from poollint.values import Known, Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls
from poollint.python.operations.pure import number_of


def sequence(machine: "Calls", name: str, arguments: Arguments, at: Span) -> Abstract | None:
    given = arguments.positional
    items = machine.iterate(given[0], at) if given else ()
    if items is None or arguments.keywords:
        return Unknown(f"{name[9:]} of what is not known", at)
    if name == "builtins.sorted":
        kinds = {type(item.value) for item in items if isinstance(item, Known)}
        if not all(map(plain, items)) or len(kinds) > 1 or kinds & {type(None)}:
            return Unknown("a sorted list", at)
        items = tuple(sorted(items, key=_sortable))
    if name == "builtins.reversed":
        items = items[::-1]
    if name in ("builtins.list", "builtins.sorted"):
        return machine.new_list_of(ListContent(items), at)
    return Tuple(items, at)


def _sortable(item: Abstract) -> tuple[float, str]:
    value = item.value if isinstance(item, Known) else None
    return (0, value) if isinstance(value, str) else (number_of(value) if plain(item) else 0, "")  # type: ignore[arg-type]


def produced_items(machine: "Calls", name: str, arguments: Arguments, at: Span) -> Abstract:
    given = arguments.positional
    unknown = Unknown(f"{name[9:]} of what is not known", at)
    if arguments.keywords:
        return unknown
    if name == "builtins.range":
        numbers = [one.value for one in given if isinstance(one, Known) and isinstance(one.value, int)]
        if len(numbers) != len(given) or not 0 < len(numbers) <= 3 or 0 in numbers[2:]:  # noqa: PLR2004
            return unknown
        produced = range(*numbers)
        if produced[64:]:  # more than is unrolled; the length itself may be too large for `len`
            return unknown
        return Tuple(tuple(constant(number, at) for number in produced), at)
    columns = [machine.iterate(one, at) for one in given]
    known = [column for column in columns if column is not None]
    if len(known) != len(columns) or not columns:
        return unknown
    if name == "builtins.enumerate":
        return (
            Tuple(tuple(Tuple((Known(i, at), item), at) for i, item in enumerate(known[0])), at)
            if (len(known) == 1)
            else unknown
        )
    return Tuple(tuple(Tuple(row, at) for row in zip(*known, strict=False)), at)


def folded(machine: "Calls", name: str, arguments: Arguments, at: Span) -> Abstract:
    given = arguments.positional
    short = name[9:]
    unknown = Unknown(f"{short} of what is not known", at)
    default = arguments.keyword("default")
    if any(keyword.name != "default" for keyword in arguments.keywords) or not given:
        return unknown
    items: tuple[Abstract, ...] | None = given
    if len(given) == 1 or short in ("sum", "any", "all"):
        items = machine.iterate(given[0], at)
    if items is None:
        return unknown
    if short in ("any", "all"):
        decided = [machine.truth(item) for item in items]
        ends = short == "any"
        if ends in decided:
            return Known(ends, at)
        return unknown if None in decided else Known(not ends, at)
    if not items and short != "sum":
        return default or Unknown(f"{short} of nothing", at)
    compute: Callable[[Sequence[Constant]], object]
    if short == "sum":
        start = given[1:2]
        items = (*start, *items)
        compute = lambda values: sum(map(number_of, values))  # noqa: E731 - one of three
    elif short == "max":
        compute = lambda values: max(values)  # type: ignore[type-var]  # noqa: E731, PLW0108 - see above
    else:
        compute = lambda values: min(values)  # type: ignore[type-var]  # noqa: E731, PLW0108 - see above
    if not items:
        return Known(0, at)
    return lift(items, compute, short, at)
