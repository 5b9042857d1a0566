"""SARIF 2.1.0, for code scanning.

Regions stand on one line, because viewers mark whole blocks otherwise. The fingerprint is our own: made of
logical names, it survives moved lines.
"""

import json
from collections.abc import Sequence
from urllib.parse import quote

from poollint.findings import Finding, Report
from poollint.reporters import Options
from poollint.reporters.json_document import url
from poollint.reporters.masking import masked
from poollint.rule import Note, Rule, Severity
from poollint.source import Skipped, Span

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, options: Options) -> str:
    """One run. Suppressed and baselined findings are in it, marked as such."""
    findings = sorted((*report.findings, *report.suppressed, *report.baselined), key=lambda each: each.order)
    rules = sorted({each.rule.code: each.rule for each in findings}.values(), key=lambda rule: rule.code)
    indices = {rule.code: index for index, rule in enumerate(rules)}
    known = {each.fingerprint for each in report.baselined}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "poollint",
                        "version": options.version,
                        "semanticVersion": options.version,
                        "rules": [_rule(each) for each in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the project."}}},
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [_notification(each) for each in report.skipped],
                    }
                ],
                "results": [_result(each, indices, known) for each in findings],
            }
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    help_uri = next((source for source in rule.sources if source.startswith("https://")), None)
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.doc, "markdown": rule.doc},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["sqlalchemy", "connection-pool"], "name": rule.name},
        **({"helpUri": help_uri} if help_uri else {}),
    }


def _result(finding: Finding, indices: dict[str, int], known: set[str]) -> dict[str, object]:
    problem = finding.problem
    related = [_related(number, note) for number, note in enumerate(problem.notes)]
    return {
        "ruleId": finding.rule.code,
        "ruleIndex": indices[finding.rule.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(masked(problem.message), problem.notes)},
        "locations": [_location(problem.at)],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:1"},
        "suppressions": _suppressions(finding, known),
        "properties": {
            "confidence": str(problem.confidence),
            "environments": list(finding.environments),
            "url": url(finding),
        },
    }


def _message(text: str, notes: Sequence[Note]) -> str:
    """The message, with links to the related locations by their numbers."""
    safe = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    links = ", ".join(f"[{note.at}]({number})" for number, note in enumerate(notes))
    return f"{safe} (see {links})" if links else safe


def _related(number: int, note: Note) -> dict[str, object]:
    return {"id": number, "message": {"text": masked(note.message)}, **_location(note.at)}


def _location(at: Span) -> dict[str, object]:
    region: dict[str, object] = {"startLine": at.line, "startColumn": at.column}
    if at.end_line == at.line and at.end_column > at.column:
        region["endColumn"] = at.end_column
    place = {"uri": quote(at.path.encode("utf-8", "surrogateescape")), "uriBaseId": "SRCROOT"}
    return {"physicalLocation": {"artifactLocation": place, "region": region}}


def _suppressions(finding: Finding, known: set[str]) -> list[dict[str, object]]:
    if finding.suppressed is not None:
        return [{"kind": "inSource", "justification": finding.suppressed}]
    if finding.baselined or finding.fingerprint in known:
        return [{"kind": "external", "justification": "in the baseline"}]
    return []


def _notification(skipped: Skipped) -> dict[str, object]:
    return {
        "level": "warning",
        "message": {"text": f"skipped: {skipped.why}"},
        "locations": [_location(skipped.at)],
    }
