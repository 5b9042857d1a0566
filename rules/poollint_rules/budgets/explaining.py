"""How the budget rules show a sum: its first place, the places of its operands, the equation."""

from collections.abc import Iterator
from math import inf

from poollint.budget import Budget
from poollint.equation import figure, inputs, sureness, table
from poollint.facts import Database
from poollint.remedies import fits, unit
from poollint.rule import Detail, Measure, Note, Problem, Severity
from poollint.source import Span
from poollint.terms import Term
from poollint.values import Confidence, Known, Value, likely_bounds, origin_of


def largest(budget: Budget) -> Term:
    """The term that adds most. The budget has at least one."""
    return max(budget.terms, key=lambda term: term.total(likely_bounds, rollout=True).most)


def primary_place(budget: Budget) -> Span:
    """Where the largest term gets its copies from, else where its engine is made."""
    term = largest(budget)
    for value in (term.pods, term.processes):
        if isinstance(value, Known) and isinstance(value.origin, Span):
            return value.origin
    return term.at


def label(budget: Budget) -> str:
    """What stands under the primary place."""
    term = largest(budget)
    pods = likely_bounds(term.pods).most
    running = term.running(likely_bounds, rollout=True).most
    if term.pooler is not None:
        return f"{figure(pods)} {'instance' if pods == 1 else 'instances'}"
    if term.client is None:
        return f"{figure(likely_bounds(term.each).most)} connections that no file shows"
    if pods == 1 and not isinstance(origin_of(term.pods), Span):
        processes = likely_bounds(term.processes).most
        return f"{figure(processes)} {'process' if processes == 1 else 'processes'}"
    more = f", {figure(running)} during a rolling update" if running > pods else ""
    return f"{figure(pods)} {unit(term, int(pods) if pods < inf else 2)}{more}"


def notes(budget: Budget) -> Iterator[Note]:
    """The places of pool sizes, process counts and the limit, each once."""
    yield from dict.fromkeys(_notes(budget))


def _notes(budget: Budget) -> Iterator[Note]:
    for term in budget.terms:
        if term.client is None:
            continue
        engine = term.client.engine
        for name, says in (("pool_size", "kept open per process"), ("max_overflow", "more under load")):
            argument = engine.argument(name)
            value = engine.pool.size if name == "pool_size" else engine.pool.overflow
            at = engine.at if argument is None else argument.at
            number = figure(likely_bounds(value).most)
            by_default = " by default" if argument is None else ""
            yield Note(at, f"{number} {says}{by_default}{_through(value, at)}", "engine")
        yield from _note(term.client.program.processes, f"processes of '{term.name}'", "workload")
    if isinstance(budget.server, Database):
        yield from _note(budget.limit, "max_connections", "database")


def _note(value: Value, what: str, role: str) -> Iterator[Note]:
    if isinstance(value, Known) and isinstance(value.origin, Span):
        yield Note(value.origin, f"{figure(likely_bounds(value).most)} {what}", role)


def _through(value: Value, at: Span) -> str:
    if isinstance(value, Known) and isinstance(value.origin, Span) and value.origin != at:
        return f" (set in {value.origin})" if value.origin.path != at.path else ""
    return ""


def details(budget: Budget) -> Iterator[Detail]:
    """The equation, and what would fit."""
    yield Detail("budget", table(budget), table=True)
    advice = fits(budget)
    if advice:
        before = f"; or PgBouncer in transaction mode before '{budget.server.name}'"
        yield Detail("fits", (advice + (before if isinstance(budget.server, Database) else ""),))


def because(budget: Budget) -> str:
    """What the confidence rests on."""
    return str(inputs(budget))


def names(budget: Budget) -> str:
    """`'api' and 'worker'`, largest first."""
    ordered = sorted(budget.terms, key=lambda term: -term.total(likely_bounds, rollout=True).most)
    quoted = list(dict.fromkeys(f"'{term.name}'" for term in ordered))
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def accepted(budget: Budget) -> str:
    """`397`, or `at most 109` where the vendor documents a range."""
    room = likely_bounds(budget.capacity)
    return figure(room.most) if room.least == room.most else f"at most {figure(room.most)}"


def overdrawn(
    budget: Budget, message: str, severity: Severity | None, sure: Confidence | None = None
) -> Problem:
    """The problem of a sum that is too large, with its equation, its places and what would fit.

    An error is proven by the files, so its confidence is high; else the weakest operand decides.
    """
    proven = Confidence.HIGH if severity is Severity.ERROR else sureness(budget)
    return Problem(
        primary_place(budget),
        message,
        subject=(budget.server.name,),
        label=label(budget),
        notes=tuple(notes(budget)),
        details=tuple(details(budget)),
        confidence=proven if sure is None else sure,
        because=because(budget),
        severity=severity,
        measure=Measure(budget.peak, budget.accepted, "connections"),
    )
