"""Markdown, for the summary of a job or a comment on a pull request."""

from collections.abc import Iterator
from itertools import accumulate

from poollint.budget import Budget, database_budgets
from poollint.findings import Finding, Report
from poollint.reporters import Options, shown
from poollint.reporters.masking import masked
from poollint.reporters.summary import amount, closing, unreported
from poollint.topology import Topology

_MOST = 1_000_000
"""Bytes. GitHub refuses summaries from 1 MiB on."""


def render(report: Report, options: Options) -> str:
    """The closing lines, the budgets, the findings and what is unresolved; cut where it would be too long."""
    parts = [
        "## poollint",
        "\n".join(f"{line}  " for line in closing(report, options)).rstrip(),
        *_budgets(report),
        *(_finding(each, options) for each in shown(report, options)),
        *_unresolved(report, options),
        *(f"- skipped `{options.show(each.at.path)}`: {_inline(each.why)}" for each in unreported(report)),
    ]
    return _cut(parts)


def _budgets(report: Report) -> Iterator[str]:
    rows = [
        f"| {_name(budget, topology)} | {amount(budget.peak)} | {amount(budget.accepted)} |"
        for topology in report.topologies
        for budget in database_budgets(topology)
        if budget.terms
    ]
    if rows:
        yield "\n".join(["| Database | Peak connections | Accepted |", "|---|---:|---:|", *rows])


def _name(budget: Budget, topology: Topology) -> str:
    environment = f" ({topology.environment})" if topology.environment else ""
    return _inline(f"{budget.server.name}{environment}")


def _finding(finding: Finding, options: Options) -> str:
    problem = finding.problem
    silenced = f" (suppressed: {_inline(finding.suppressed)})" if finding.suppressed is not None else ""
    lines = [
        f"### {finding.severity} {finding.rule.code} {finding.rule.name}{silenced}",
        "",
        _inline(problem.message),
        "",
        f"- `{options.show(problem.at.path)}:{problem.at.line}` {_inline(problem.label)}".rstrip(),
        *(
            f"- `{options.show(note.at.path)}:{note.at.line}` {_inline(note.message)}"
            for note in problem.notes
        ),
    ]
    for detail in problem.details:
        lines += ["", f"{detail.title}:", "", "```text", *map(masked, detail.lines), "```"]
    return "\n".join(lines)


def _unresolved(report: Report, options: Options) -> Iterator[str]:
    rows = {
        f"| `{options.show(each.at.path)}:{each.at.line}` | {_inline(each.what)} | {_inline(each.why)} |"
        for topology in report.topologies
        for each in topology.unresolved
    }
    if rows:
        yield "\n".join(["### Unresolved", "", "| Place | Input | Why |", "|---|---|---|", *sorted(rows)])


def _inline(text: str) -> str:
    return " ".join(masked(text).split()).replace("<", "&lt;").replace("|", "\\|")


def _cut(parts: list[str]) -> str:
    whole = "\n\n".join(parts) + "\n"
    if len(whole.encode("utf-8", "surrogateescape")) <= _MOST:
        return whole
    sizes = accumulate(len(part.encode("utf-8", "surrogateescape")) + 2 for part in parts)
    kept = [part for part, size in zip(parts, sizes, strict=True) if size <= _MOST - 200]
    rest = len(parts) - len(kept)
    return "\n\n".join([*kept, f"… and {rest} more parts: see the log."]) + "\n"
