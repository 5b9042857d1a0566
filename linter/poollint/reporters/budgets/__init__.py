"""`poollint budget`: (topologies) -> str, one file a format."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeAlias

from poollint.topology import Topology

Render: TypeAlias = Callable[[Sequence[Topology]], str]

FORMATS = {
    "text": "poollint.reporters.budgets.text",
    "json": "poollint.reporters.budgets.json_document",
    "markdown": "poollint.reporters.budgets.markdown",
    "svg": "poollint.reporters.budgets.svg",
}


def render(name: str, topologies: Sequence[Topology]) -> str:
    """The budgets of all environments in a format of `FORMATS`."""
    found: Render = import_module(FORMATS[name]).render
    return found(topologies)
