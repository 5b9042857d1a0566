"""The last lines of a report for people: how many findings, and what was looked at."""

from collections import Counter
from collections.abc import Iterable, Iterator
from math import inf

from poollint.findings import Finding, Report
from poollint.reporters import NOTHING_FOUND, Options, nothing
from poollint.rule import Severity
from poollint.source import Skipped
from poollint.values import Confidence


def plural(count: int, thing: str, many: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{count} {thing if count == 1 else many or thing + 's'}"


def amount(number: float) -> str:
    """A number for people: 20, 0.5, unbounded."""
    if number == inf:
        return "unbounded"
    return str(int(number)) if number == int(number) else f"{number:g}"


def closing(report: Report, options: Options) -> Iterator[str]:
    """The lines below all findings."""
    listed = plural(report.listed, "file")
    if report.is_empty and not report.findings:
        yield nothing(report.listed)
    elif report.findings:
        yield totals(report, options)
        yield _joined(f"Checked {_things(report)} in {listed}", unresolved(report))
    else:
        good = f"All good{_peak(report)}. {_things(report)}."
        yield _joined(good, passed_over(report, options), unresolved(report))


def totals(report: Report, options: Options) -> str:
    """`2 findings: 1 error, 1 warning · 3 suppressed`."""
    return _joined(counted(report.findings), fixable(report), passed_over(report, options))


def statistics(report: Report, options: Options) -> Iterator[str]:
    """A line for each rule with findings, if that is asked for: the most frequent first."""
    rules = Counter((each.rule.code, each.rule.name) for each in report.findings)
    if options.statistics and rules:
        width = len(str(max(rules.values())))
        for (code, name), count in sorted(rules.items(), key=lambda each: (-each[1], each[0])):
            yield f"{count:>{width}}  {code}  {name}"
        yield ""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def counted(findings: Iterable[Finding]) -> str:
    """`3 findings: 1 error, 2 warnings`."""
    severities = Counter(finding.severity for finding in findings)
    parts = [
        plural(severities[severity], str(severity), str(severity) if severity is Severity.INFO else "")
        for severity in sorted(Severity, reverse=True)
        if severities[severity]
    ]
    return f"{plural(severities.total(), 'finding')}: {', '.join(parts)}" if parts else NOTHING_FOUND


def fixable(report: Report) -> str:
    """`1 fixable with --fix`, or nothing."""
    count = sum(each.problem.edit is not None and each.problem.edit.safe for each in report.findings)
    return f"{count} fixable with --fix" if count else ""


def passed_over(report: Report, options: Options) -> str:
    """`3 suppressed, 4 in baseline, 2 hidden (low confidence)`, without what is zero."""
    unsure = all(each.problem.confidence is Confidence.LOW for each in report.hidden)
    return ", ".join(
        f"{count} {says}"
        for count, says in (
            (len(report.suppressed), "suppressed"),
            (len(report.baselined), "in baseline"),
            (len(report.hidden), "hidden (low confidence)" if unsure else "hidden"),
            (options.untouched, "in what did not change"),
        )
        if count
    )


def unresolved(report: Report) -> str:
    """`1 input unresolved: poollint inspect`, or nothing."""
    count = len({(each.at, each.what) for topology in report.topologies for each in topology.unresolved})
    return f"{plural(count, 'input')} unresolved: poollint inspect" if count else ""


def unreported(report: Report) -> Iterator[Skipped]:
    """What was skipped and is not among the findings."""
    reported = {finding.problem.at for finding in report.findings if finding.rule.name == "unreadable-file"}
    return (each for each in report.skipped if each.at not in reported)


def counts(report: Report) -> dict[str, int]:
    """How many engines, workloads, poolers and databases there are; in several environments counted once."""
    every = report.topologies
    return {
        "engines": len({each.at for topology in every for each in topology.engines}),
        "workloads": len({(each.at, each.label) for topology in every for each in topology.workloads}),
        "poolers": len({(each.at, each.name) for topology in every for each in topology.poolers}),
        "databases": len({(each.at, each.name) for topology in every for each in topology.databases}),
    }


def _things(report: Report) -> str:
    found = ", ".join(plural(count, name[:-1]) for name, count in counts(report).items() if count)
    return found or "nothing"


def _peak(report: Report) -> str:
    from poollint.budget import database_budgets  # noqa: PLC0415 - only a clean run asks

    known = [
        budget
        for topology in report.topologies
        for budget in database_budgets(topology)
        if 0 < budget.accepted < inf and budget.peak < inf and budget.terms
    ]
    if not known:
        return ""
    tightest = max(known, key=lambda budget: budget.peak / budget.accepted)
    share = round(100 * tightest.peak / tightest.accepted)
    to = f" to '{tightest.server.name}'" if len({budget.server.name for budget in known}) > 1 else ""
    return f": peak {amount(tightest.peak)} of {amount(tightest.accepted)} connections{to} ({share} %)"
