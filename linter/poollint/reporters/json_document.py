"""The report as one JSON document; its schema is `poollint/schemas/report.json`."""

import json
from math import isinf

from poollint.findings import Finding, Report
from poollint.reporters import Options, shown
from poollint.reporters.masking import masked
from poollint.reporters.summary import counts
from poollint.rule import Edit, Measure, Note, Severity
from poollint.source import Span


def render(report: Report, options: Options) -> str:
    """The document, indented, in ASCII."""
    return json.dumps(document(report, options), indent=2) + "\n"


def document(report: Report, options: Options) -> dict[str, object]:
    """The report as JSON has it. Paths are relative to the root, lines and columns count from 1."""
    unresolved = {
        (each.at, each.what, each.why, each.settle)
        for topology in report.topologies
        for each in topology.unresolved
    }
    return {
        "schema": "poollint/1",
        "version": options.version,
        "findings": [finding(each) for each in shown(report, options)],
        "summary": {
            **{
                f"{severity}s": sum(each.severity is severity for each in report.findings)
                for severity in Severity
            },
            "suppressed": len(report.suppressed),
            "baselined": len(report.baselined),
            "hidden": len(report.hidden),
            "files": report.listed,
            **counts(report),
        },
        "unresolved": [
            {"path": at.path, "line": at.line, "what": what, "why": why, "settle": settle}
            for at, what, why, settle in sorted(unresolved)
        ],
        "skipped": [{"path": each.at.path, "line": each.at.line, "why": each.why} for each in report.skipped],
    }


def finding(each: Finding) -> dict[str, object]:
    """A finding as JSON has it."""
    problem = each.problem
    return {
        "code": each.rule.code,
        "name": each.rule.name,
        "severity": str(each.severity),
        "confidence": str(problem.confidence),
        "because": problem.because,
        "message": masked(problem.message),
        "primary": {**place(problem.at), "label": masked(problem.label)},
        "related": [_related(note) for note in problem.notes],
        "details": [
            {"title": detail.title, "lines": [masked(line) for line in detail.lines]}
            for detail in problem.details
        ],
        "measure": None if problem.measure is None else _measure(problem.measure),
        "fixes": [] if problem.edit is None else [_fix(problem.edit)],
        "subject": list(problem.subject),
        "environments": list(each.environments),
        "fingerprint": each.fingerprint,
        "suppressed": each.suppressed,
        "url": url(each),
    }


def url(each: Finding) -> str | None:
    """Where to read on: the first source of the rule."""
    return each.rule.sources[0] if each.rule.sources else None


def place(at: Span) -> dict[str, object]:
    """A place as JSON has it."""
    return {
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
    }


def _related(note: Note) -> dict[str, object]:
    return {
        "role": note.role,
        "location": place(note.at),
        "value": masked(note.message),
        "source": str(note.at),
    }


def _measure(measure: Measure) -> dict[str, object]:
    return {"value": _number(measure.value), "limit": _number(measure.limit), "unit": measure.unit}


def _number(number: float) -> float | None:
    """JSON knows no infinity: null is "without bound"."""
    return None if isinf(number) else number


def _fix(edit: Edit) -> dict[str, object]:
    return {
        "location": place(edit.at),
        "set": dict(edit.set_arguments),
        "remove": list(edit.remove),
        "safe": edit.safe,
    }
