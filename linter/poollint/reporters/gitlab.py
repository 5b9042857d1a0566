"""GitLab's code quality report: the part of CodeClimate's issue format that GitLab reads."""

import json

from poollint.findings import Finding, Report
from poollint.reporters import Options
from poollint.reporters.masking import masked
from poollint.reporters.summary import unreported
from poollint.rule import Severity

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def render(report: Report, options: Options) -> str:
    """An array of issues; skipped files are issues too."""
    del options  # GitLab shows all of it its own way
    issues = [_issue(each) for each in report.findings]
    issues += [
        {
            "type": "issue",
            "check_name": "skipped",
            "description": f"skipped: {each.why}",
            "categories": ["Bug Risk"],
            "severity": "minor",
            "fingerprint": f"skipped:{each.at.path}",
            "location": {"path": each.at.path, "lines": {"begin": each.at.line}},
        }
        for each in unreported(report)
    ]
    return json.dumps(issues, indent=2) + "\n"


def _issue(finding: Finding) -> dict[str, object]:
    at = finding.problem.at
    return {
        "type": "issue",
        "check_name": f"{finding.rule.code} {finding.rule.name}",
        "description": masked(finding.problem.message),
        "content": {"body": finding.rule.doc},
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": finding.fingerprint,
        "location": {"path": at.path, "lines": {"begin": at.line, "end": at.end_line}},
        "other_locations": [
            {"path": note.at.path, "lines": {"begin": note.at.line, "end": note.at.end_line}}
            for note in finding.problem.notes
        ],
    }
