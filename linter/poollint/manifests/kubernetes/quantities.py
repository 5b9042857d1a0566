"""Kubernetes quantities, `500m` and `2Gi`, and the variables that are made of them."""

from math import ceil

from poollint.manifests import nodes
from poollint.values import Known, Unknown, Value

_UNITS = {
    "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40,
}  # fmt: skip


def quantity(text: str | None) -> float | None:
    """A quantity in its base unit (cores, bytes); None for what is none."""
    if text is None:
        return None
    digits = text.rstrip("mkMGTKi")
    unit = _UNITS.get(text[len(digits) :])
    plain = digits.replace(".", "", 1)
    if unit is None or len(digits) > 20 or not (plain.isascii() and plain.isdigit()):  # noqa: PLR2004
        return None
    return float(digits) * unit


def resource(reference: nodes.Node, container: nodes.Node) -> Value:
    """The value of a `resourceFieldRef`: a limit or request in units of the divisor, rounded up.

    Without a limit it is what the node has, which the files do not say.
    """
    path = nodes.text(nodes.get(reference, "resource")) or ""
    node = nodes.get(container, "resources", *path.split(".", 1))
    amount = quantity(nodes.text(node))
    divisor = quantity(nodes.text(nodes.get(reference, "divisor")) or "1")
    if node is None or amount is None or not divisor:
        return Unknown(f"{path or 'a resource'} of the running container", reference.at)
    return Known(str(ceil(round(amount / divisor, 6))), node.at)
