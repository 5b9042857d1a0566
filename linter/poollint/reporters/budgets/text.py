"""Budgets for the terminal: a bar, the equation and what would fit, for each database and pooler."""

from collections.abc import Iterator, Sequence
from math import inf

from poollint.budget import Budget, Verdict, database_budgets, pooler_budgets, verdict
from poollint.equation import figure, fits, inputs, table
from poollint.facts import Database
from poollint.topology import Topology
from poollint.values import bounds, likely_bounds

BAR = 40
"""Characters of a bar that is full."""


def render(topologies: Sequence[Topology]) -> str:
    """All budgets, environment by environment; a line where there is none."""
    lines = [line for topology in topologies for line in _environment(topology)]
    return "\n".join(lines or ["No database or pooler was found, so there is no budget."]).rstrip() + "\n"


def _environment(topology: Topology) -> Iterator[str]:
    budgets = (*database_budgets(topology), *pooler_budgets(topology))
    if topology.environment and budgets:
        yield f"# {topology.environment}"
        yield ""
    for budget in budgets:
        yield from _budget(budget)
        yield ""


def _budget(budget: Budget) -> Iterator[str]:
    server = budget.server
    kind = server.provider if isinstance(server, Database) else server.product
    yield f"{server.name} ({kind}, {server.at})"
    yield f"  {bar(budget.peak, budget.accepted)}  {_share(budget)}"
    if not budget.terms:
        yield "  no client was linked to it: poollint inspect"
        return
    yield from (f"  {line}".rstrip() for line in table(budget))
    advice = fits(budget)
    if advice:
        yield f"  fits: {advice}"
    at_once = budget.total(bounds, in_use=True).least
    yield f"  {verdict(budget)}: at least {figure(at_once)} can be in use at once; {inputs(budget)}"


def bar(used: float, accepted: float) -> str:
    """`[####    ]`: how full a server is; what does not fit is shown as full, what is not known as `?`."""
    if inf in (used, accepted) or accepted <= 0:
        return f"[{'?' * BAR}]"
    filled = min(BAR, round(BAR * used / accepted))
    return f"[{'█' * filled}{'░' * (BAR - filled)}]"


def _share(budget: Budget) -> str:
    used, accepted = budget.peak, budget.accepted
    if inf in (used, accepted):
        return f"{figure(used)} of {figure(accepted)} connections"
    share = f" ({used / accepted:.0%})" if accepted > 0 else ""
    least = likely_bounds(budget.capacity).least
    limit = figure(accepted) if least == accepted else f"{figure(least)} to {figure(accepted)}"
    over = ", over" if verdict(budget) in (Verdict.PROVEN, Verdict.LIKELY) else ""
    return f"{figure(used)} of {limit} connections{share}{over}"
