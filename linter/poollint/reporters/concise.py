"""One line a finding, for editors and for `grep`."""

from poollint.findings import Finding, Report
from poollint.reporters import Options, shown
from poollint.reporters.lines import visible
from poollint.reporters.masking import masked
from poollint.reporters.summary import amount, statistics, totals, unreported
from poollint.rule import Measure


def render(report: Report, options: Options) -> str:
    """The report as text: the findings, what was skipped, and the counts."""
    findings = [_finding(each, options) for each in shown(report, options)]
    skipped = [
        f"{options.show(each.at.path)}:{each.at.line}:{each.at.column}: skipped: {each.why}"
        for each in unreported(report)
    ]
    counts = [] if options.quiet else [*statistics(report, options), totals(report, options)]
    return "".join(f"{line}\n" for line in (*map(visible, (*findings, *skipped)), *counts))


def _finding(finding: Finding, options: Options) -> str:
    at = finding.problem.at
    said = compared(finding.problem.measure) if finding.problem.measure else masked(finding.problem.message)
    others = dict.fromkeys(f"{options.show(note.at.path)}:{note.at.line}" for note in finding.problem.notes)
    others.pop(f"{options.show(at.path)}:{at.line}", None)
    also = f" (also {', '.join(others)})" if others else ""
    silenced = f" [suppressed: {finding.suppressed}]" if finding.suppressed is not None else ""
    rule = f"{finding.severity} {finding.rule.code} {finding.rule.name}"
    return f"{options.show(at.path)}:{at.line}:{at.column}: {rule}: {said}{also}{silenced}"


def compared(measure: Measure) -> str:
    """`2040 > 397`."""
    sign = ">" if measure.value > measure.limit else "<" if measure.value < measure.limit else "="
    return f"{amount(measure.value)} {sign} {amount(measure.limit)}"
