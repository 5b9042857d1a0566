"""The diagnostic format of reviewdog: `DiagnosticResult` as JSON."""

import json

from poollint.findings import Finding, Report
from poollint.reporters import Options
from poollint.reporters.json_document import url
from poollint.reporters.masking import masked
from poollint.reporters.summary import unreported
from poollint.source import Span


def render(report: Report, options: Options) -> str:
    """All findings; skipped files are diagnostics without a code."""
    diagnostics = [_diagnostic(each) for each in report.findings]
    diagnostics += [
        {"message": f"skipped: {each.why}", "location": _location(each.at), "severity": "WARNING"}
        for each in unreported(report)
    ]
    source = {"name": "poollint"}
    del options  # reviewdog wants paths from the root
    return json.dumps({"source": source, "diagnostics": diagnostics}, indent=2) + "\n"


def _diagnostic(finding: Finding) -> dict[str, object]:
    code: dict[str, object] = {"value": finding.rule.code}
    link = url(finding)
    if link and link.startswith("https://"):
        code["url"] = link
    return {
        "message": masked(f"{finding.rule.name}: {finding.problem.message}"),
        "location": _location(finding.problem.at),
        "severity": str(finding.severity).upper(),
        "code": code,
        "related_locations": [
            {"message": masked(note.message), "location": _location(note.at)}
            for note in finding.problem.notes
        ],
    }


def _location(at: Span) -> dict[str, object]:
    start, end = ({"line": line, "column": column} for line, column in _ends(at))
    return {"path": at.path, "range": {"start": start, "end": end}}


def _ends(at: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    return (at.line, at.column), (at.end_line, at.end_column)
