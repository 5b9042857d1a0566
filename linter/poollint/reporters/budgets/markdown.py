"""Budgets for pull requests: a table for each server and a Mermaid drawing of the topology."""

from collections.abc import Iterator, Sequence

from poollint.budget import Budget, database_budgets, pooler_budgets
from poollint.equation import figure, is_unlimited, peak, span, total
from poollint.remedies import fits
from poollint.reporters.budgets.drawing import Drawing, drawing
from poollint.reporters.budgets.text import judgement
from poollint.topology import Topology
from poollint.values import likely_bounds


def render(topologies: Sequence[Topology]) -> str:
    """Markdown as GitHub and GitLab show it."""
    return "\n".join(line for topology in topologies for line in _environment(topology)).rstrip() + "\n"


def _environment(topology: Topology) -> Iterator[str]:
    budgets = (*database_budgets(topology), *pooler_budgets(topology))
    title = f"Connection budget of {topology.environment}" if topology.environment else "Connection budget"
    yield f"## {title}"
    yield ""
    if not budgets:
        yield "No database or pooler was found."
        yield ""
        return
    yield from _mermaid(drawing(topology))
    for budget in budgets:
        yield from _table(budget)


def _mermaid(picture: Drawing) -> Iterator[str]:
    yield "```mermaid"
    yield "flowchart LR"
    for node in picture.nodes:
        opening, closing = {"client": ("[", "]"), "pooler": ("([", "])"), "database": ("[(", ")]")}[node.kind]
        text = "<br/>".join(line.replace('"', "'") for line in (node.name, node.detail) if line)
        yield f'  n{node.number}{opening}"{text}"{closing}'
    for edge in picture.edges:
        yield f'  n{edge.start} -->|"{edge.label}"| n{edge.end}'
    yield "```"
    yield ""


def _table(budget: Budget) -> Iterator[str]:
    capacity = span(likely_bounds(budget.capacity))
    filled = f"{peak(budget)} of {capacity}" if budget.terms else f"accepts {capacity}"
    yield f"### {budget.server.name}: {filled} connections"
    yield ""
    if not budget.terms:
        yield "No client here was linked to it."
        yield ""
        return
    yield "| client | per process | processes | pods | total |"
    yield "|---|---:|---:|---:|---:|"
    for term in budget.terms:
        pods = term.running(likely_bounds, rollout=True).most
        each = "unlimited" if is_unlimited(term) else figure(likely_bounds(term.each).most)
        yield (
            f"| {term.name.replace('|', '&#124;')} | {term.parts} = {each} "
            f"| {figure(likely_bounds(term.processes).most)} | {figure(pods)} | {total([term])} |"
        )
    yield f"| **peak** | | | | **{peak(budget)}** |"
    yield ""
    yield f"Verdict: {judgement(budget)}."
    yield ""
    advice = fits(budget)
    if advice:
        yield f"Would fit: {advice}."
        yield ""
