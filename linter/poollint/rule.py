"""A rule: a judgement on a topology, with its documentation."""

from collections.abc import Callable, Iterator
from inspect import getdoc
from typing import TYPE_CHECKING

from poollint.frozen import frozen
from poollint.levels import Severity as Severity  # noqa: PLC0414 - rules have it from here
from poollint.source import Span
from poollint.values import Confidence

if TYPE_CHECKING:
    from poollint.topology import Topology


@frozen
class Note:
    """A place that helps to explain a problem, and what it contributes.

    `role` says what the place is for programs that read the report: engine, workload, database,
    pooler, value.
    """

    at: Span
    message: str
    role: str = "value"


@frozen
class Detail:
    """A titled paragraph below a finding: the sum of a budget, what would fit.

    In a table the first line is the head of the columns; it begins with as many blanks as the title
    has letters, so that the title can stand in them.
    """

    title: str
    lines: tuple[str, ...]
    table: bool = False


@frozen
class Measure:
    """The number that is too large or too small, its limit and their unit (`connections`, `seconds`)."""

    value: float
    limit: float
    unit: str


@frozen
class Edit:
    """A change of the call at a place that mends the problem.

    `set_argument` gives a keyword a new source text, `remove` names keywords that go.
    """

    at: Span
    set_arguments: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    safe: bool = False


@frozen
class Problem:
    """What a rule found. The engine adds the rule's name, code and severity.

    `message` is one sentence with the numbers in it; `label` stands under the primary place.
    `subject` are the logical names that the problem is about (engine, workload, database): with the
    code they are its identity across moved lines. `severity` overrides the rule's own.
    """

    at: Span
    message: str
    subject: tuple[str, ...]
    label: str = ""
    notes: tuple[Note, ...] = ()
    details: tuple[Detail, ...] = ()
    confidence: Confidence = Confidence.HIGH
    because: str = ""
    """What the confidence rests on: `2 inputs read from files, 1 assumed`."""
    severity: Severity | None = None
    measure: Measure | None = None
    edit: Edit | None = None


Check = Callable[["Topology"], Iterator[Problem]]


@frozen
class Rule:
    """A judgement with everything that is said about it elsewhere."""

    code: str
    name: str
    severity: Severity
    since: str
    sources: tuple[str, ...]
    doc: str
    check: Check
    fixable: str = ""
    """safe, unsafe or empty."""
    scope: str = "project"
    """file: needs only the Python file; project: needs manifests too."""
    preview: bool = False
    pedantic: bool = False

    @property
    def summary(self) -> str:
        """The first sentence of the documentation."""
        return self.doc.splitlines()[0]


def rule(
    *,
    code: str,
    severity: Severity,
    since: str,
    sources: tuple[str, ...],
    fixable: str = "",
    scope: str = "project",
    preview: bool = False,
    pedantic: bool = False,
) -> Callable[[Check], Rule]:
    """Make a rule of a generator; its name and docstring name and document the rule.

    Raises ValueError for a function without a docstring: a rule without a page is none.
    """

    def decorate(check: Check) -> Rule:
        doc = getdoc(check)
        if not doc:
            raise ValueError(f"{check.__name__} has no documentation")
        name = check.__name__.replace("_", "-")
        return Rule(code, name, severity, since, sources, doc, check, fixable, scope, preview, pedantic)

    return decorate
