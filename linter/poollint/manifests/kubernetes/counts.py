"""Whole numbers in fields, annotations and settings, as values."""

from poollint.manifests import nodes, scalars
from poollint.manifests.kubernetes import templates
from poollint.manifests.kubernetes.objects import Object
from poollint.values import Known, Unknown, Value, mapped


def number(node: nodes.Node | None, owner: Object, otherwise: Value) -> Value:
    """A whole number of a field, from 0 on; `otherwise` where the field is missing or empty."""
    if node is None or nodes.is_null(node):
        return otherwise
    return mapped(templates.value(node, owner.parameters), whole, "")


def number_in_text(node: nodes.Node | None, owner: Object, otherwise: Value) -> Value:
    """As `number`, but quoted as well: annotations and server parameters are texts."""
    if node is None or nodes.is_null(node):
        return otherwise
    return mapped(templates.value(node, owner.parameters), lambda known: whole(typed(known)), "")


def whole(known: Known) -> Value:
    """The constant if it is a whole number from 0 on."""
    if isinstance(known.value, int) and not isinstance(known.value, bool) and known.value >= 0:
        return known
    return Unknown(f"{str(known.value)[:40]!r} is no whole number", known.origin)


def typed(known: Known) -> Known:
    """A text of decimal digits as the number that it stands for; anything else as it is."""
    if isinstance(known.value, str) and known.value.isascii() and known.value.isdecimal():
        number = scalars.resolve(known.value.lstrip("0") or "0", "", "")
        return Known(number, known.origin, known.through)
    return known
