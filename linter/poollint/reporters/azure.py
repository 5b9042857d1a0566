"""Logging commands of Azure Pipelines. It knows errors and warnings only."""

from poollint.findings import Finding, Report
from poollint.reporters import Options
from poollint.reporters.masking import masked
from poollint.reporters.summary import unreported
from poollint.rule import Severity


def render(report: Report, options: Options) -> str:
    """One command a finding or skipped file."""
    del options  # paths from the root are linked
    lines = [_command(each) for each in report.findings]
    lines += [
        f"##vso[task.logissue type=warning;sourcepath={_property(each.at.path)};linenumber={each.at.line};"
        f"columnnumber=1]{_data(f'skipped: {each.why}')}"
        for each in unreported(report)
    ]
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding) -> str:
    at = finding.problem.at
    kind = "error" if finding.severity is Severity.ERROR else "warning"
    place = f"sourcepath={_property(at.path)};linenumber={at.line};columnnumber={at.column}"
    text = masked(f"{finding.rule.name}: {finding.problem.message}")
    return f"##vso[task.logissue type={kind};{place};code={finding.rule.code}]{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
