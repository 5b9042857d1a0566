"""A budget for people: the equation as a table, what it rests on, and what would fit."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, inf

from poollint.budget import Budget, Term
from poollint.facts import Database
from poollint.source import Span
from poollint.values import (
    Bounds,
    Confidence,
    Default,
    Documented,
    FromEnv,
    Known,
    OneOf,
    Value,
    bounds,
    confidence,
    likely_bounds,
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """How many numbers of a budget come from where."""

    read: int
    documented: int
    assumed: int
    unknown: int

    def __str__(self) -> str:
        parts = (
            (self.read, "read from files"),
            (self.documented, "from documented defaults"),
            (self.assumed, "assumed from the default of a variable"),
            (self.unknown, "not known"),
        )
        shown = [f"{count} {what}" for count, what in parts if count]
        plural = "input" if self.read + self.documented + self.assumed + self.unknown == 1 else "inputs"
        return f"{plural}: {', '.join(shown)}"


def inputs(budget: Budget) -> Inputs:
    """Count the operands of the ceiling by where they come from."""
    values = [*_operands(budget)]
    return Inputs(
        read=sum(isinstance(value, Known) and isinstance(value.origin, Span) for value in values),
        documented=sum(
            isinstance(value, Known) and isinstance(value.origin, Default | Documented) for value in values
        ),
        assumed=sum(
            isinstance(value, FromEnv | OneOf) and likely_bounds(value).most < inf for value in values
        ),
        unknown=sum(not isinstance(value, Known) and likely_bounds(value).most == inf for value in values),
    )


def sureness(budget: Budget) -> Confidence:
    """The confidence of the weakest operand."""
    return min((confidence(value) for value in _operands(budget)), default=Confidence.HIGH)


def _operands(budget: Budget) -> Iterator[Value]:
    for term in budget.terms:
        if term.client is not None:
            yield term.client.engine.pool.size
            yield term.client.engine.pool.overflow
        else:
            yield term.each
        yield term.processes
        yield term.pods
    yield budget.limit
    yield budget.reserved


def figure(number: float) -> str:
    """A count for people: whole, `?` where it is not known."""
    return "?" if number == inf else f"{number:g}"


def span(found: Bounds) -> str:
    """A number or a range of numbers."""
    return (
        figure(found.most)
        if found.most in (found.least, inf)
        else (f"{figure(found.least)} to {figure(found.most)}")
    )


def _count(value: Value) -> str:
    return "unlimited" if bounds(value).least == inf else span(likely_bounds(value))


def _pods(term: Term) -> str:
    return figure((likely_bounds(term.pods) + likely_bounds(term.surge)).most)


def table(budget: Budget) -> tuple[str, ...]:
    """The equation as lines of equal columns; the first is the head, the last the capacity.

    The figures are the configured ceiling during a rollout, defaults believed.
    """
    name = max((len(term.name) for term in budget.terms), default=0)
    name = max(name, len(budget.server.name), len("budget"))
    parts = max((len(term.parts) for term in budget.terms), default=0)
    blank = " " * (name + parts + 4)
    rows = [
        f"{term.name:<{name}}  {term.parts:<{parts}}  {_count(term.each):^11}  ×  "
        f"{_count(term.processes):^9}  ×  {_pods(term):^4}  = "
        f"{figure(term.total(likely_bounds, rollout=True).most):>6}"
        for term in budget.terms
    ]
    width = len(blank) + 38
    peak = f"{'peak':<{width}}{figure(budget.peak):>6}"
    accepted = budget.accepted
    capacity = f"{budget.server.name:<{name}}  {_capacity(budget)}"
    over = f"   {budget.peak / accepted:.1f}× over" if accepted < budget.peak < inf else ""
    last = f"{capacity:<{width}}{span(likely_bounds(budget.capacity)):>6}{over}"
    return (f"{blank}per process     processes     pods     total", *rows, peak, last.rstrip())


def _capacity(budget: Budget) -> str:
    limit = _count(budget.limit)
    if not isinstance(budget.server, Database):
        return f"{limit} clients admitted"
    return f"{limit} max_connections − {_count(budget.reserved)} reserved"


def fits(budget: Budget) -> str:
    """What would fit at the same number of processes and pods, in one clause; empty when it fits.

    Checked by its own arithmetic: the peak that it names is at most the capacity.
    """
    capacity, peak = likely_bounds(budget.capacity).least, budget.peak
    if not budget.terms or peak <= capacity or capacity == inf:
        return ""
    largest = max(budget.terms, key=lambda term: term.total(likely_bounds, rollout=True).most)
    rest = sum(term.total(likely_bounds, rollout=True).most for term in budget.terms if term is not largest)
    units = largest.copies(likely_bounds, rollout=True).most
    room = capacity - rest
    if not 0 < units < inf or rest == inf:
        return ""
    per_process = floor(room / units)
    if per_process >= 1:
        return (
            f"pool_size + max_overflow ≤ {per_process} in '{largest.name}' "
            f"(peak {figure(per_process * units + rest)})"
        )
    return f"no pool fits beside the other clients: fewer processes or pods of '{largest.name}'"
