"""The text for people: each finding with the lines that it rests on."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from poollint.findings import Finding, Report
from poollint.reporters import Options, shown
from poollint.reporters.excerpts import Frame, Mark, excerpt, painted, plain
from poollint.reporters.lines import visible
from poollint.reporters.masking import masked
from poollint.reporters.summary import closing, statistics, unreported
from poollint.rule import Detail, Note
from poollint.source import Span

_NAMED = 3
"""Environments of a finding that are named."""
_CLOSE = 8
"""Lines. Notes that are nearer to each other share an excerpt."""


def render(report: Report, options: Options) -> str:
    """The report as text, with a line break at its end."""
    blocks = ["\n".join(_finding(each, report, options)) for each in shown(report, options)]
    skipped = [
        visible(f"skipped {options.show(each.at.path)}:{each.at.line}: {each.why}")
        for each in unreported(report)
    ]
    closing_lines = [] if options.quiet else [*statistics(report, options), *closing(report, options)]
    last = "\n".join([*skipped, *closing_lines])
    parts = [*blocks, *([last] if last else [])]
    return "\n\n".join(parts) + "\n" if parts else ""


def _finding(finding: Finding, report: Report, options: Options) -> Iterator[str]:
    problem = finding.problem
    paint = painted if options.colors else plain
    widest = max(at.line for at in (problem.at, *(note.at for note in problem.notes)))
    frame = Frame(len(str(widest)), paint)
    severity = str(finding.severity)
    message = visible(masked(problem.message))
    code = paint(f"{severity}[{finding.rule.code}]", severity)
    yield f"{code} {paint(f'{finding.rule.name}: {message}', 'bold')}"
    yield frame.arrow("-->", _place(problem.at, options))
    primary = Mark(problem.at, problem.label, "^", severity)
    yield from excerpt(report.files.get(problem.at.path), [primary], frame)
    for notes in _groups(problem.notes):
        yield frame.arrow(":::", _place(notes[0].at, options))
        marks = [Mark(note.at, note.message, "-", "note") for note in notes]
        yield from excerpt(report.files.get(notes[0].at.path), marks, frame)
    for detail in problem.details:
        yield from _detail(detail, frame)
    if finding.environments:
        yield frame.row(f"environments: {_environments(finding.environments)}")
    if finding.suppressed is not None:
        yield frame.row(f"suppressed: {visible(finding.suppressed) or 'without a reason'}")
    because = f" ({problem.because})" if problem.because else ""
    yield frame.row(f"confidence: {problem.confidence}{because}")
    yield frame.row(f"help: poollint explain {finding.rule.code}")


def _environments(names: Sequence[str]) -> str:
    """The first names, and how many more; JSON has them all."""
    more = len(names) - _NAMED
    return f"{', '.join(names[:_NAMED])} and {more} more" if more > 1 else ", ".join(names)


def _groups(notes: Sequence[Note]) -> Iterator[list[Note]]:
    """Notes that are close to each other in one file; files in the order in which the rule names them."""
    places = list(dict.fromkeys(note.at.path for note in notes))
    by_place = sorted(notes, key=lambda note: (places.index(note.at.path), note.at.line, note.at.column))
    for _, of_file in groupby(by_place, key=lambda note: note.at.path):
        group: list[Note] = []
        for note in of_file:
            if group and note.at.line - group[-1].at.line > _CLOSE:
                yield group
                group = []
            group.append(note)
        yield group


def _detail(detail: Detail, frame: Frame) -> Iterator[str]:
    lines = [visible(masked(line)) for line in detail.lines]
    if len(lines) == 1:
        yield frame.row(f"{detail.title}: {lines[0]}")
        return
    indent = " " * (frame.width + 5)
    head = frame.row(detail.title)
    plain_head = Frame(frame.width, plain).row(detail.title)
    first, *rest = lines or [""]
    under = (indent + first)[len(plain_head) :]
    if (indent + first)[: len(plain_head)].strip():  # the title would cover the line
        under, rest = ":", lines
    yield (head + under).rstrip()
    yield from (f"{indent}{line}".rstrip() for line in rest)


def _place(at: Span, options: Options) -> str:
    return visible(f"{options.show(at.path)}:{at.line}:{at.column}")
