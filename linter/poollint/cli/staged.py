"""A report cut down to what a change touches."""

from dataclasses import replace
from typing import TYPE_CHECKING

from poollint.project.git import Changes, overlapping

if TYPE_CHECKING:
    from poollint.findings import Finding, Report


def only_changed(report: "Report", changes: Changes) -> "tuple[Report, int]":
    """The findings of which at least one place is changed, and how many others there are.

    Nothing changed means that there is nothing to compare with (CI, a hook on all files): everything
    counts. So it does when a file is deleted that may have said something about deployments or
    engines, because what is missing has no place.
    """
    if not changes or any(_mattered(path, text) for path, text in changes.removed.items()):
        return report, 0
    kept = tuple(each for each in report.findings if _is_changed(each, changes))
    return replace(report, findings=kept), len(report.findings) - len(kept)


def _mattered(path: str, text: str) -> bool:
    return "engine" in text if path.endswith(".py") else path.endswith(_MANIFESTS)


_MANIFESTS = (
    *(".yaml", ".yml", ".toml", ".ini", ".cfg", ".env", ".json", ".tf", ".tpl", ".lock"),
    *("Dockerfile", "Procfile", "Containerfile"),
)


def _is_changed(finding: "Finding", changes: Changes) -> bool:
    problem = finding.problem
    return overlapping(changes, (problem.at, *(note.at for note in problem.notes)))
