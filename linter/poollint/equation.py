"""A budget for people: the equation as a table, what it rests on, and what is not known."""

from collections.abc import Iterator, Sequence
from math import floor, inf

from poollint.budget import Budget
from poollint.facts import Database
from poollint.frozen import frozen
from poollint.source import Span
from poollint.terms import SUPPOSED, Term, is_sized
from poollint.values import (
    Bounds,
    Confidence,
    Default,
    Documented,
    FromEnv,
    Known,
    OneOf,
    Unknown,
    Value,
    bounds,
    confidence,
    likely_bounds,
)

NOT_COUNTED = "   not in the peak"
"""What a row says of which another takes the place: it ends before that starts, or is its alternative."""


@frozen
class Inputs:
    """How many numbers of a budget come from where."""

    read: int
    documented: int
    assumed: int
    unknown: int
    supposed: int = 0

    def __str__(self) -> str:
        parts = (
            (self.read, "read from files"),
            (self.documented, "from documented defaults"),
            (self.assumed, "assumed from the default of a variable"),
            (self.unknown, "not known"),
            (self.supposed, "supposed"),
        )
        shown = [f"{count} {what}" for count, what in parts if count]
        plural = "input" if sum(count for count, _ in parts) == 1 else "inputs"
        return f"{plural}: {', '.join(shown)}"


def inputs(budget: Budget) -> Inputs:
    """Count the operands of the ceiling by where they come from."""
    operands = [value for _, value in _operands(budget)]
    values = [value for value in operands if not _is_supposed(value)]
    return Inputs(
        read=sum(isinstance(value, Known) and isinstance(value.origin, Span) for value in values),
        documented=sum(
            isinstance(value, Known) and isinstance(value.origin, Default | Documented) for value in values
        )
        + sum(_is_documented_range(value) for value in values),
        assumed=sum(
            isinstance(value, FromEnv | OneOf)
            and likely_bounds(value).most < inf
            and not _is_documented_range(value)
            for value in values
        )
        + sum(term.client is not None and term.client.confidence < Confidence.HIGH for term in budget.terms),
        unknown=sum(not isinstance(value, Known) and likely_bounds(value).most == inf for value in values),
        supposed=len(operands) - len(values),
    )


def _is_supposed(value: Value) -> bool:
    return isinstance(value, Known) and value.origin == SUPPOSED


def _is_documented_range(value: Value) -> bool:
    """Whether a vendor documents from where to where a number lies."""
    return isinstance(value, OneOf) and all(
        isinstance(each, Known) and isinstance(each.origin, Documented) for each in value.values
    )


def sureness(budget: Budget) -> Confidence:
    """The confidence of the weakest operand."""
    operands = (confidence(value) for _, value in _operands(budget))
    ways = (term.client.confidence for term in budget.terms if term.client is not None)
    return min((*operands, *ways), default=Confidence.HIGH)


def _operands(budget: Budget) -> Iterator[tuple[str, Value]]:
    """The numbers of the ceiling, and what each is."""
    for term in budget.counted:
        yield from _operands_of(term)
    yield f"the limit of '{budget.server.name}'", budget.limit
    yield f"the reserve of '{budget.server.name}'", budget.reserved


def _operands_of(term: Term) -> Iterator[tuple[str, Value]]:
    if term.client is not None:
        pool = term.client.engine.pool
        if is_sized(pool):
            yield f"pool_size in '{term.name}'", pool.size
            yield f"max_overflow in '{term.name}'", pool.overflow
        else:
            yield f"the class of the pool in '{term.name}'", pool.cls
        yield f"the processes of '{term.name}'", term.processes
        yield f"the copies of '{term.name}'", term.pods
    elif term.pooler is not None:
        yield f"what '{term.name}' opens", term.each
        yield f"the instances of '{term.name}'", term.pods
    else:
        yield f"the connections of '{term.name}'", term.each


def unknowns(budget: Budget) -> tuple[str, ...]:
    """The factors that no file tells, and why, each once: `the processes of 'worker' (...)`."""
    found = [
        f"{what} ({why})"
        for term in budget.counted
        if likely_bounds(term.each).least < inf
        for what, value in _operands_of(term)
        if (why := _why_unknown(value))
    ]
    why = _why_unknown(budget.limit)
    limit = [f"the limit of '{budget.server.name}' ({why})"] if why else []
    return tuple(dict.fromkeys([*found, *limit]))


def _why_unknown(value: Value) -> str:
    match value:
        case Unknown():
            return value.why
        case FromEnv(default=None):
            return f"{value.variable} is not set in the files"
        case FromEnv(default=default) if default is not None:
            return _why_unknown(default)
        case OneOf():
            return next((why for each in value.values if (why := _why_unknown(each))), "")
        case _:
            return ""


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


def is_unlimited(term: Term) -> bool:
    """Whether nothing limits what one process opens."""
    return bounds(term.each).least == inf


def _count(value: Value) -> str:
    return "unlimited" if bounds(value).least == inf else span(likely_bounds(value))


def _pods(term: Term) -> str:
    return figure(term.running(likely_bounds, rollout=True).most)


def total(terms: Sequence[Term]) -> str:
    """What clients can open together during a rollout: a number, `∞` without a limit, `?` if not known."""
    if any(is_unlimited(term) for term in terms):
        return "∞"
    return figure(sum(term.total(likely_bounds, rollout=True).most for term in terms))


def peak(budget: Budget) -> str:
    """The configured ceiling, as `total` writes it; of clients that exclude each other the largest counts."""
    return "∞" if any(is_unlimited(term) for term in budget.counted) else figure(budget.peak)


def is_rollout_known(budget: Budget) -> bool:
    """Whether the files or a documented default say how many copies each rollout adds."""
    return all(likely_bounds(term.surge).most < inf for term in budget.terms)


def planned(budget: Budget) -> int | None:
    """How many connections the configuration wants to see used at most, if it says so."""
    server = budget.server
    if not isinstance(server, Database) or server.share is None or budget.accepted == inf:
        return None
    return floor(likely_bounds(budget.capacity).least * likely_bounds(server.share).least)


def row_labels(terms: Sequence[Term]) -> tuple[str, ...]:
    """The names of terms; `or` stands before one that is never there together with the one before it."""
    before = ("", *(term.exclusive for term in terms))
    return tuple(
        f"or {term.name}" if term.exclusive and term.exclusive == above else term.name
        for term, above in zip(terms, before, strict=False)
    )


def table(budget: Budget) -> tuple[str, ...]:
    """The equation as lines of equal columns; the first is the head, the last the capacity.

    The figures are the configured ceiling during a rollout, defaults believed. A share that the
    configuration plans for follows the capacity.
    """
    labels = row_labels(budget.terms)
    name = max(*map(len, labels), len(budget.server.name), len("budget"))
    parts = max((len(term.parts) for term in budget.terms), default=0)
    capacity = span(likely_bounds(budget.capacity))
    last = max(6, len(capacity))
    blank = " " * (name + parts + 4)
    counted = budget.counted
    rows = [
        f"{label:<{name}}  {term.parts:<{parts}}  {_count(term.each):^11}  ×  "
        f"{_count(term.processes):^9}  ×  {_pods(term):^4}  = {total([term]):>{last}}"
        f"{'' if any(term is each for each in counted) else NOT_COUNTED}"
        for label, term in zip(labels, budget.terms, strict=True)
    ]
    width = len(blank) + 38
    accepted = budget.accepted
    over = f"   {budget.peak / accepted:.1f}× over" if 0 < accepted < budget.peak < inf else ""
    limit = f"{budget.server.name:<{name}}  {_capacity(budget)}"
    plan = planned(budget)
    wanted = f"{'':<{name}}  of which the configuration plans for"
    return (
        f"{blank}per process     processes     pods  {'total':>{last + 2}}",
        *rows,
        f"{'peak':<{width}}{peak(budget):>{last}}",
        f"{limit:<{width}}{capacity:>{last}}{over}".rstrip(),
        *(() if plan is None else (f"{wanted:<{width}}{plan:>{last}}",)),
    )


def _capacity(budget: Budget) -> str:
    limit = _count(budget.limit)
    if not isinstance(budget.server, Database):
        return f"{limit} clients admitted"
    return f"{limit} max_connections − {_count(budget.reserved)} reserved"
