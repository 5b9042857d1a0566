"""Budgets for the terminal: a bar, the equation and what would fit, for each database and pooler."""

from collections.abc import Callable, Iterator, Sequence
from math import inf

from poollint.budget import Budget, Verdict, database_budgets, pooler_budgets, verdict
from poollint.equation import (
    figure,
    inputs,
    is_rollout_known,
    is_unlimited,
    peak,
    planned,
    span,
    table,
    unknowns,
)
from poollint.facts import Database, Pooler
from poollint.remedies import fits
from poollint.server_side import server_term
from poollint.topology import Topology
from poollint.values import Known, bounds, likely_bounds

BAR = 40
"""Characters of a bar that is full."""


def render(topologies: Sequence[Topology]) -> str:
    """All budgets, environment by environment; a line where there is none."""
    lines: list[str] = []
    for budgets, environments in alike(topologies, _environment):
        if environments:
            lines += [f"# {', '.join(environments)}", ""]
        lines += budgets
    return "\n".join(lines or ["No database or pooler was found, so there is no budget."]).rstrip() + "\n"


def alike(
    topologies: Sequence[Topology], shown: Callable[[Topology], Iterator[str]]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What is shown of environments, each once, with the names of all that look so."""
    names: dict[tuple[str, ...], list[str]] = {}
    for topology in topologies:
        lines = tuple(shown(topology))
        if lines:
            names.setdefault(lines, []).extend([topology.environment] if topology.environment else [])
    return ((lines, tuple(environments)) for lines, environments in names.items())


def _environment(topology: Topology) -> Iterator[str]:
    for budget in (*database_budgets(topology), *pooler_budgets(topology)):
        yield from _budget(budget, topology)
        yield ""


def _budget(budget: Budget, topology: Topology) -> Iterator[str]:
    server = budget.server
    kind = server.provider if isinstance(server, Database) else server.product
    yield f"{server.name} ({kind}, {server.at})"
    if not budget.terms:
        accepts = "how many connections it accepts is not known"
        if budget.accepted < inf:
            accepts = f"accepts {span(likely_bounds(budget.capacity))} connections"
        yield f"  {accepts}; no client here was linked to it"
        return
    yield f"  {filling(budget)}"
    yield from (f"  {line}".rstrip() for line in table(budget))
    advice = fits(budget)
    if advice:
        yield f"  fits: {advice}"
    yield f"  verdict: {judgement(budget)}"
    yield from (f"  {line}" for line in session_mode(budget, topology))
    yield f"  {inputs(budget)}"


def session_mode(budget: Budget, topology: Topology) -> Iterator[str]:
    """What a pooler in session mode does to clients that it admits and cannot serve."""
    pooler = budget.server
    if not isinstance(pooler, Pooler) or pooler.mode != Known("session", pooler.at):
        return
    served = server_term(pooler, topology).total(likely_bounds).most
    if budget.peak > served:
        yield f"session mode: only {figure(served)} have a server connection at once, the others wait"


def filling(budget: Budget) -> str:
    """How full a server is, as a bar and a share where both are known."""
    used, accepted = budget.peak, budget.accepted
    capacity = span(likely_bounds(budget.capacity))
    if used == inf:
        many = "no limit on what its clients open" if peak(budget) == "∞" else "the peak is not known"
        return f"{many}; it accepts {capacity} connections" if accepted < inf else many
    if accepted == inf:
        return f"{figure(used)} connections; how many it accepts is not known"
    doubt = ", perhaps over" if used > likely_bounds(budget.capacity).least else ""
    over = ", over" if used > accepted else doubt
    share = f" ({used / accepted:.0%})" if accepted > 0 else ""
    return f"{bar(used, accepted)}  {figure(used)} of {capacity} connections{share}{over}"


def bar(used: float, accepted: float) -> str:
    """`[####    ]`: how full a server is; what does not fit is shown as full."""
    filled = min(BAR, round(BAR * used / accepted)) if accepted > 0 else BAR
    return f"[{'█' * filled}{'░' * (BAR - filled)}]"


def judgement(budget: Budget) -> str:
    """What the budget comes to, and what that rests on."""
    found = verdict(budget)
    at_once = budget.total(bounds, in_use=True).least
    if found is Verdict.PROVEN:
        return f"too many, proven: {figure(at_once)} can be in use at once"
    if found is Verdict.FITS:
        rollout = ", also during a rollout" if budget.steady < budget.peak else ""
        if not is_rollout_known(budget):
            rollout = " between rollouts, of which it is not known how many copies they add"
        plan = planned(budget)
        beyond = 0 if plan is None else budget.peak - plan
        too_many = f", but {figure(beyond)} more than the configuration plans for" if beyond > 0 else ""
        return f"fits{rollout}{too_many}"
    if found is Verdict.LIKELY:
        when = " during a rollout" if budget.steady <= likely_bounds(budget.capacity).least else ""
        return f"too many, likely{when}; proven is that {figure(at_once)} can be in use at once"
    endless = dict.fromkeys(f"'{term.name}' has no limit" for term in budget.terms if is_unlimited(term))
    why = [*endless, *(f"{each} not known" for each in unknowns(budget))]
    return f"not decidable: {'; '.join(why)}" if why else "not decidable"
