"""Objects made of others: copies, and what JSON holds."""

from json import loads
from typing import TYPE_CHECKING

from poollint.python.evaluation.objects import (
    Abstract,
    Choice,
    DictContent,
    DictEntry,
    DictRef,
    Instance,
    ListContent,
    ListRef,
    Tuple,
    each,
)
from poollint.python.operations.scalars import constant
from poollint.source import Span
from poollint.values import FromEnv, Known, Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


def copied(machine: "Calls", value: Abstract, at: Span, deep: dict[int, Abstract] | None) -> Abstract:
    """`copy`, or `deepcopy` with the containers that are copied already, by their ids."""

    def inside(part: Abstract) -> Abstract:
        return part if deep is None else copied(machine, part, at, deep)

    def one(part: Abstract) -> Abstract:
        match part:
            case DictRef(id=number) | ListRef(id=number) if deep is not None and number in deep:
                return deep[number]
            case DictRef():
                made = machine.new_dict_of(DictContent(), at)
                if deep is not None:
                    deep[part.id] = made
                content = machine.dict_of(part)
                entries = (DictEntry(each_.key, inside(each_.value), each_.at) for each_ in content.entries)
                machine.store.write((made.id, ""), DictContent(tuple(entries), content.rest))
                return made
            case ListRef():
                listed = machine.new_list_of(ListContent(), at)
                if deep is not None:
                    deep[part.id] = listed
                items = machine.list_of(part)
                listing = ListContent(tuple(map(inside, items.items)), items.rest)
                machine.store.write((listed.id, ""), listing)
                return listed
            case Tuple():
                return Tuple(tuple(map(inside, part.items)), at, part.kind)
            case Instance():
                return Unknown("a copy of an object", at)
            case _:
                return part

    return each(value, one)


def from_json_text(machine: "Calls", value: Abstract, at: Span) -> Abstract:
    if isinstance(value, Choice):
        return each(value, lambda one: from_json_text(machine, one, at))
    if not isinstance(value, Known) or not isinstance(value.value, str):
        variable = f" the variable {value.variable}" if isinstance(value, FromEnv) else " a text"
        return Unknown(f"JSON in{variable}", at)
    try:
        parsed: object = loads(value.value)
    except (ValueError, RecursionError):  # also of an integer with thousands of digits
        return Unknown("a text that is no JSON", at)
    return _from_json(machine, parsed, at)


def _from_json(machine: "Calls", parsed: object, at: Span) -> Abstract:
    if isinstance(parsed, dict):
        entries = (DictEntry(str(key), _from_json(machine, one, at), at) for key, one in parsed.items())
        return machine.new_dict_of(DictContent(tuple(entries)), at)
    if isinstance(parsed, list):
        return machine.new_list_of(ListContent(tuple(_from_json(machine, one, at) for one in parsed)), at)
    return constant(parsed, at)
