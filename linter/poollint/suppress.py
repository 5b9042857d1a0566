"""Comments that silence findings, and what is wrong with such comments.

    # poollint: ignore[POOL101] the reason
    # poollint: ignore[POOL501, missing-pre-ping; until=2026-12-31] the reason
    # poollint: ignore-file[POOL3] the reason

A comment speaks about the statement or entry that it stands on, or alone above. A finding with several
places is silenced at any of them. Manifests that cannot hold comments use an annotation,
`poollint/ignore: "POOL501 the reason"`, which speaks about its document.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from poollint.findings import Finding
from poollint.frozen import frozen
from poollint.rule import Problem, Rule
from poollint.selection import names, suggestion
from poollint.source import SourceFile, Span

UNUSED, UNKNOWN, WITHOUT_REASON, EXPIRED = "POOL901", "POOL902", "POOL903", "POOL904"

_DIRECTIVE = (
    r"\s*poollint:\s*(?P<kind>[\w-]+)\s*"
    r"(?:\[(?P<rules>[^\];]*)(?:;\s*(?P<option>[^\]]*))?\])?\s*(?P<reason>.*)"
)
_ANNOTATION = r"""["']?poollint/ignore["']?\s*:\s*(?P<quote>["'])(?P<text>.*?)(?P=quote)"""
_FAR = 1 << 62


@frozen
class Directive:
    """A request to silence. `first` and `last` are the lines it speaks about; `fault` makes it void."""

    at: Span
    selectors: tuple[str, ...]
    reason: str
    first: int
    last: int
    until: date | None = None
    fault: str = ""

    def covers(self, place: Span) -> bool:
        """Whether a place has a line in what this speaks about."""
        return place.path == self.at.path and place.line <= self.last and self.first <= place.end_line


@frozen
class Outcome:
    """Findings that remain, those that are silenced (with the reason), and problems by code of the rule."""

    kept: tuple[Finding, ...]
    silenced: tuple[Finding, ...]
    problems: tuple[tuple[str, Problem], ...]


def directives(file: SourceFile) -> Iterator[Directive]:
    """The directives of a file, in order."""
    from poollint.comments import comments  # noqa: PLC0415 - late: few runs have a directive

    for comment in comments(file.path, file.text):
        match = re.match(_DIRECTIVE, comment.text)
        if match:
            at = Span(
                file.path,
                comment.line,
                comment.column,
                comment.line,
                comment.column + 1 + len(comment.text.rstrip()),
            )
            yield _directive(match, at, comment.first, comment.last)
    if file.path.endswith((".yaml", ".yml", ".json")):
        yield from _annotations(file)


def _directive(match: re.Match[str], at: Span, first: int, last: int) -> Directive:
    selectors = tuple(word for word in re.split(r"[\s,]+", match["rules"] or "") if word)
    until, fault = _until(match["option"])
    if match["kind"] == "ignore-file":
        first, last = 1, _FAR
    elif match["kind"] != "ignore":
        fault = f"'{match['kind']}' is no directive: there are ignore and ignore-file"
    if not fault and not selectors:
        fault = f"names no rule: {match['kind']}[POOL101] the reason"
    return Directive(at, selectors, match["reason"].strip(), first, last, until, fault)


def _until(option: str | None) -> tuple[date | None, str]:
    text = (option or "").strip()
    if not text:
        return None, ""
    key, sign, value = text.partition("=")
    try:
        if key.strip() == "until" and sign:
            return date.fromisoformat(value.strip()), ""
    except ValueError:
        return None, f"'{value.strip()}' is no date: until=2026-12-31"
    return None, f"'{text}' is no option: until=2026-12-31"


def _annotations(file: SourceFile) -> Iterator[Directive]:
    lines = file.lines()
    starts = [number for number, line in enumerate(lines, start=1) if line.startswith("---")]
    for number, line in enumerate(lines, start=1):
        match = re.search(_ANNOTATION, line)
        if match and not line.lstrip().startswith("#"):
            rules, _, reason = match["text"].partition(" ")
            at = Span(file.path, number, match.start() + 1, number, match.end() + 1)
            selectors = tuple(each for each in rules.split(",") if each)
            first = max((start for start in starts if start <= number), default=1)
            last = min((start - 1 for start in starts if start > number), default=len(lines))
            yield Directive(at, selectors, reason.strip(), first, last)


def apply(
    findings: Sequence[Finding],
    found: Iterable[Directive],
    *,
    rules: Sequence[Rule],
    ran: Sequence[Rule],
    mandatory: Sequence[str],
    today: date,
) -> Outcome:
    """Silence findings, and say what is wrong with directives.

    `rules` are all that exist, `ran` those of this run: a directive for a rule that did not run is not
    unused. Rules that `mandatory` selects are never silenced. A directive without a reason silences,
    and is a problem itself; one that has expired or is malformed does not silence.
    """
    every = tuple(found)
    in_force = [each for each in every if not each.fault and (each.until is None or each.until >= today)]
    asked = [(directive, selector) for directive in in_force for selector in directive.selectors]
    used: set[tuple[Directive, str]] = set()
    kept: list[Finding] = []
    silenced: list[Finding] = []
    for finding in findings:
        here = [(each, selector) for each, selector in asked if _silences(each, selector, finding)]
        used.update(here)
        if here and not any(names(each, finding.rule) for each in mandatory):
            silenced.append(replace(finding, suppressed=here[0][0].reason))
        else:
            kept.append(finding)
    problems = [each for directive in every for each in _faults(directive, rules, today)]
    problems += [
        (UNUSED, _problem(directive, f"nothing to silence here for {selector}", selector))
        for directive, selector in asked
        if (directive, selector) not in used and _all_ran(selector, rules, ran)
    ]
    ordered = sorted(problems, key=lambda each: (each[1].at, each[0], each[1].message))
    return Outcome(tuple(kept), tuple(silenced), tuple(ordered))


def _silences(directive: Directive, selector: str, finding: Finding) -> bool:
    places = (finding.problem.at, *(note.at for note in finding.problem.notes))
    return names(selector, finding.rule) and any(map(directive.covers, places))


def _all_ran(selector: str, rules: Sequence[Rule], ran: Sequence[Rule]) -> bool:
    """Whether the selector means rules, and all of them took part."""
    codes = {rule.code for rule in ran}
    meant = [rule.code for rule in rules if names(selector, rule)]
    return bool(meant) and codes.issuperset(meant)


def _faults(directive: Directive, rules: Sequence[Rule], today: date) -> Iterator[tuple[str, Problem]]:
    if directive.fault:
        yield UNKNOWN, _problem(directive, directive.fault)
        return
    for selector in directive.selectors:
        if not any(names(selector, rule) for rule in rules):
            yield (
                UNKNOWN,
                _problem(directive, f"no rule is called {selector}{suggestion(selector, rules)}", selector),
            )
    if not directive.reason:
        yield WITHOUT_REASON, _problem(directive, "a suppression needs a reason behind the bracket")
    if directive.until is not None and directive.until < today:
        yield EXPIRED, _problem(directive, f"this suppression expired on {directive.until}")


def _problem(directive: Directive, message: str, *subject: str) -> Problem:
    named = (directive.at.path, ",".join(directive.selectors), *subject)
    return Problem(directive.at, message, subject=named)
