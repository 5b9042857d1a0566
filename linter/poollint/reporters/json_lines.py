"""The findings as JSON, one a line, for programs that read a stream."""

import json

from poollint.findings import Report
from poollint.reporters import Options, shown
from poollint.reporters.json_document import finding


def render(report: Report, options: Options) -> str:
    """One object a finding, then one for each file that was skipped."""
    skipped = [{"skipped": each.at.path, "line": each.at.line, "why": each.why} for each in report.skipped]
    objects = [*map(finding, shown(report, options)), *skipped]
    return "".join(f"{json.dumps(each)}\n" for each in objects)
