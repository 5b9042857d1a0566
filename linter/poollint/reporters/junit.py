"""JUnit XML: a test case a finding, so that dashboards of test results show it."""

import re
from collections.abc import Iterable
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from poollint.findings import Finding, Report
from poollint.reporters import Options
from poollint.reporters.masking import masked
from poollint.reporters.summary import unreported

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, options: Options) -> str:
    """One suite a file; a clean run is one case that passes, because empty results look like a failure."""
    by_path = groupby(report.findings, key=lambda each: each.problem.at.path)
    suites = [_suite(path, list(findings), options) for path, findings in by_path]
    skipped = [
        f'    <testcase name={_attribute(options.show(each.at.path))} classname="poollint">'
        f"<skipped message={_attribute(each.why)}/></testcase>\n"
        for each in unreported(report)
    ]
    if skipped:
        suites.append(_wrapped("skipped", "".join(skipped), len(skipped), failures=0, skips=len(skipped)))
    if not suites:
        suites = [
            _wrapped("poollint", '    <testcase name="poollint" classname="poollint"/>\n', 1, failures=0)
        ]
    total = max(1, len(report.findings) + len(skipped))
    head = f'<testsuites name="poollint" tests="{total}" failures="{len(report.findings)}" errors="0">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{"".join(suites)}</testsuites>\n'


def _suite(path: str, findings: Iterable[Finding], options: Options) -> str:
    cases = [_case(each, options) for each in findings]
    return _wrapped(options.show(path), "".join(cases), len(cases), failures=len(cases))


def _wrapped(name: str, cases: str, tests: int, *, failures: int, skips: int = 0) -> str:
    counts = f'tests="{tests}" failures="{failures}" errors="0" skipped="{skips}"'
    return f"  <testsuite name={_attribute(name)} {counts}>\n{cases}  </testsuite>\n"


def _case(finding: Finding, options: Options) -> str:
    problem = finding.problem
    name = f"{finding.rule.code} {finding.rule.name} {options.show(problem.at.path)}:{problem.at.line}"
    places = (f"{options.show(note.at.path)}:{note.at.line}: {note.message}" for note in problem.notes)
    text = masked("\n".join([problem.message, *places]))
    opened = (
        f"<failure message={_attribute(masked(problem.message))} type={_attribute(str(finding.severity))}>"
    )
    return (
        f"    <testcase name={_attribute(name)} classname={_attribute(finding.rule.name)}>\n"
        f"      {opened}{escape(_NOT_XML.sub('?', text))}</failure>\n"
        "    </testcase>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("?", text))
