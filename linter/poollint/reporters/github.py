"""Workflow commands of GitHub Actions: annotations on the lines of a pull request.

GitHub shows at most ten annotations of a level for each step; the gravest and surest come first, and a
notice counts the rest.
"""

from collections import defaultdict
from collections.abc import Iterator

from poollint.findings import Finding, Report
from poollint.reporters import Options
from poollint.reporters.masking import masked
from poollint.reporters.summary import plural, unreported
from poollint.rule import Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_MOST = 10


def render(report: Report, options: Options) -> str:
    """One command a finding or skipped file, and one for what does not fit."""
    del options  # annotations look the same everywhere
    levels: dict[Severity, list[str]] = defaultdict(list)
    for finding in sorted(report.findings, key=lambda each: (-each.problem.confidence, each.order)):
        levels[finding.severity].append(_annotation(finding))
    levels[Severity.WARNING] += [
        f"::warning file={_property(each.at.path)},line={each.at.line}::{_data(f'skipped: {each.why}')}"
        for each in unreported(report)
    ]
    lines = [
        line for severity in sorted(Severity, reverse=True) for line in _fitting(levels[severity], severity)
    ]
    return "".join(f"{line}\n" for line in lines)


def _fitting(lines: list[str], severity: Severity) -> Iterator[str]:
    # The notice about the rest is a notice itself.
    most = _MOST - 1 if severity is Severity.INFO else _MOST
    yield from lines[:most]
    if len(lines) > most:
        rest = plural(len(lines) - most, f"more {severity}", f"more {severity}s")
        yield f"::notice title=poollint::{rest} in the log"


def _annotation(finding: Finding) -> str:
    problem = finding.problem
    at = problem.at
    properties = {"file": at.path, "line": str(at.line)}
    if at.end_line == at.line:  # with columns and two lines GitHub drops the annotation
        properties |= {"col": str(at.column), "endColumn": str(max(at.column, at.end_column - 1))}
    else:
        properties["endLine"] = str(at.end_line)
    properties["title"] = f"{finding.rule.code} {finding.rule.name}"
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = "\n".join([problem.message, *(f"{note.at}: {note.message}" for note in problem.notes)])
    return f"::{_COMMANDS[finding.severity]} {told}::{_data(masked(text))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
