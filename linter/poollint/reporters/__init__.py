"""How a report is shown: each format is a pure function of the report and a few options."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from poollint.frozen import frozen

if TYPE_CHECKING:
    from poollint.findings import Finding, Report


def as_is(path: str) -> str:
    """A path as the report has it: relative to the project's root."""
    return path


@frozen
class Options:
    """What a format may be told.

    `show` turns a path into what a person in the working directory would write; formats for machines
    keep paths relative to the root. `suppressed` shows silenced findings too, marked as such;
    `statistics` counts by rule, `quiet` leaves out all but findings. `untouched` findings were left out
    because no changed line has part in them.
    """

    show: Callable[[str], str] = as_is
    colors: bool = False
    suppressed: bool = False
    statistics: bool = False
    quiet: bool = False
    untouched: int = 0
    version: str = "0"


Reporter: TypeAlias = "Callable[[Report, Options], str]"

FORMATS: Mapping[str, str] = {
    "full": "poollint.reporters.full",
    "concise": "poollint.reporters.concise",
    "json": "poollint.reporters.json_document",
    "jsonl": "poollint.reporters.json_lines",
    "sarif": "poollint.reporters.sarif",
    "github": "poollint.reporters.github",
    "gitlab": "poollint.reporters.gitlab",
    "junit": "poollint.reporters.junit",
    "rdjson": "poollint.reporters.rdjson",
    "azure": "poollint.reporters.azure",
    "markdown": "poollint.reporters.markdown",
}
"""The module of each format; its `render` is the reporter. Only the one that is used is imported."""


def reporter(name: str) -> Reporter:
    """The reporter of a format. Raises KeyError for an unknown one."""
    render: Reporter = import_module(FORMATS[name]).render
    return render


def nothing(listed: int) -> str:
    """What there is to say about so many files without an engine and without a manifest."""
    return f"Nothing to check: no engine and no manifest in {listed} {'file' if listed == 1 else 'files'}."


NOTHING_FOUND = "0 findings"
"""What a format without sentences says then."""


def shown(report: "Report", options: Options) -> "list[Finding]":
    """The findings that a format lists, in order."""
    silenced = report.suppressed if options.suppressed else ()
    return sorted([*report.findings, *silenced], key=lambda each: each.order)
