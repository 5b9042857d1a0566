"""Budgets for pull requests: a table for each server and a Mermaid drawing of the topology."""

from collections.abc import Iterator, Sequence

from poollint.budget import Budget, database_budgets, pooler_budgets
from poollint.equation import NOT_COUNTED, figure, is_unlimited, peak, row_labels, span, total
from poollint.remedies import fits
from poollint.reporters.budgets.drawing import Drawing, drawing
from poollint.reporters.budgets.text import alike, judgement
from poollint.topology import Topology
from poollint.values import likely_bounds


def render(topologies: Sequence[Topology]) -> str:
    """Markdown as GitHub and GitLab show it."""
    lines: list[str] = []
    for budgets, environments in alike(topologies, _environment):
        of = f" of {', '.join(environments)}" if environments else ""
        lines += [f"## Connection budget{of}", "", *budgets]
    return "\n".join(lines).rstrip() + "\n"


def _environment(topology: Topology) -> Iterator[str]:
    budgets = (*database_budgets(topology), *pooler_budgets(topology))
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
    counted = budget.counted
    for label, term in zip(row_labels(budget.terms), budget.terms, strict=True):
        remark = "" if any(term is each for each in counted) else f" ({NOT_COUNTED.strip()})"
        pods = term.running(likely_bounds, rollout=True).most
        each = "unlimited" if is_unlimited(term) else figure(likely_bounds(term.each).most)
        yield (
            f"| {label.replace('|', '&#124;')}{remark} | {term.parts} = {each} "
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
