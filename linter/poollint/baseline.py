"""The baseline: findings that a team knows and has put off, by fingerprint.

A sorted JSON file with one entry a finding. An entry hides its finding until the finding gets worse:
more severe, or with a measure farther from its limit.
"""

import json
from collections.abc import Iterable

from poollint.findings import Finding
from poollint.frozen import frozen
from poollint.rule import Problem, Severity
from poollint.source import SourceFile, Span

SCHEMA = "poollint-baseline/1"
STALE = "POOL905"


class BaselineError(Exception):
    """A baseline that cannot be read. The message names file and key."""


@frozen
class Entry:
    """A known finding. `excess` is how far its measure was over its limit (a ratio), None without one."""

    fingerprint: str
    rule: str
    severity: Severity
    path: str
    message: str
    excess: float | None
    at: Span


def entry_of(finding: Finding) -> Entry:
    """What the baseline keeps of a finding."""
    return Entry(
        fingerprint=finding.fingerprint,
        rule=finding.rule.code,
        severity=finding.severity,
        path=finding.problem.at.path,
        message=finding.problem.message,
        excess=excess(finding),
        at=finding.problem.at,
    )


def excess(finding: Finding) -> float | None:
    """The measure by its limit, rounded so that the file stays still; None where one is missing."""
    measure = finding.problem.measure
    return None if measure is None or not measure.limit else round(measure.value / measure.limit, 4)


def dump(entries: Iterable[Entry]) -> str:
    """The file, sorted by rule, path and fingerprint."""
    ordered = sorted(entries, key=lambda each: (each.rule, each.path, each.fingerprint))
    return (
        json.dumps(
            {
                "schema": SCHEMA,
                "findings": [
                    {
                        "fingerprint": each.fingerprint,
                        "rule": each.rule,
                        "severity": str(each.severity),
                        "path": each.path,
                        "message": each.message,
                        "excess": each.excess,
                    }
                    for each in ordered
                ],
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


def load(file: SourceFile) -> tuple[Entry, ...]:
    """The entries of a baseline. Raises BaselineError."""
    try:
        document = json.loads(file.text)
    except ValueError as error:
        raise BaselineError(f"{file.path}: not JSON: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise BaselineError(f"{file.path}: schema: is not {SCHEMA}")
    found = document.get("findings")
    if not isinstance(found, list):
        raise BaselineError(f"{file.path}: findings: is not a list")
    return tuple(_entry(each, number, file) for number, each in enumerate(found))


def _entry(given: object, number: int, file: SourceFile) -> Entry:
    where = f"{file.path}: findings[{number}]"
    if not isinstance(given, dict):
        raise BaselineError(f"{where}: is not a table")
    texts = {}
    for key in ("fingerprint", "rule", "severity", "path", "message"):
        if not isinstance(given.get(key), str):
            raise BaselineError(f"{where}.{key}: is not a text")
        texts[key] = str(given[key])
    severities = {str(severity): severity for severity in Severity}
    if texts["severity"] not in severities:
        raise BaselineError(f"{where}.severity: is none of {', '.join(severities)}")
    measured = given.get("excess")
    if not (measured is None or isinstance(measured, int | float)):
        raise BaselineError(f"{where}.excess: is not a number")
    line = _line(file, texts["fingerprint"])
    return Entry(
        fingerprint=texts["fingerprint"],
        rule=texts["rule"],
        severity=severities[texts["severity"]],
        path=texts["path"],
        message=texts["message"],
        excess=measured,
        at=Span(file.path, line, 1, line, len(file.line(line)) + 1),
    )


def _line(file: SourceFile, fingerprint: str) -> int:
    lines = enumerate(file.lines(), 1)
    return next((number for number, text in lines if f'"{fingerprint}"' in text), 1)


@frozen
class Outcome:
    """Findings that are new or worse, those that the baseline knows, and entries that found nothing."""

    fresh: tuple[Finding, ...]
    known: tuple[Finding, ...]
    stale: tuple[Entry, ...]


def apply(findings: Iterable[Finding], entries: Iterable[Entry]) -> Outcome:
    """Set the findings of a baseline aside."""
    by_fingerprint = {entry.fingerprint: entry for entry in entries}
    fresh: list[Finding] = []
    known: list[Finding] = []
    met: set[str] = set()
    for finding in findings:
        entry = by_fingerprint.get(finding.fingerprint)
        met.add(finding.fingerprint)
        (fresh if entry is None or is_worse(finding, entry) else known).append(finding)
    stale = tuple(entry for entry in by_fingerprint.values() if entry.fingerprint not in met)
    return Outcome(tuple(fresh), tuple(known), stale)


def is_worse(finding: Finding, entry: Entry) -> bool:
    """Whether a finding has become graver than its entry says."""
    now = excess(finding)
    farther = now is not None and entry.excess is not None and now > entry.excess
    return finding.severity > entry.severity or farther


def stale_problem(entry: Entry) -> Problem:
    """What is to be said about an entry that found nothing."""
    return Problem(
        entry.at,
        f"the baseline knows a {entry.rule} in {entry.path} that is not found any more",
        subject=(entry.fingerprint,),
        label="mended: poollint baseline prune",
    )
