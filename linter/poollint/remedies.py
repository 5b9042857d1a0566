"""What would fit: the smallest changes after which a budget is not overdrawn, each recomputed."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import ceil, inf

from poollint.budget import Budget
from poollint.equation import figure, is_unlimited
from poollint.facts import Pooler
from poollint.frozen import frozen
from poollint.terms import SUPPOSED, Term
from poollint.values import Known, Value, likely_bounds

USUAL_SHARE = 0.7
"""The part of a pool that is kept open where no ratio is given; the rest is overflow. A custom, no law."""
POD_PLATFORMS = ("kubernetes", "knative")


@frozen
class Remedy:
    """A change after which a budget fits while everything else stays as it is.

    `peak` is the ceiling then. `what_if` are the suppositions that `poollint budget --what-if` takes.
    A variant is named in the text of the remedy before it.
    """

    says: str
    peak: float
    what_if: tuple[str, ...]
    is_variant: bool = False


def fits(budget: Budget) -> str:
    """What would fit, in one clause; empty when it does, or when a factor is not known.

    Clients without any limit come first: until they have one, no other number matters.
    """
    if not _is_overdrawn(budget):
        return ""
    unlimited = list(dict.fromkeys(f"'{term.name}'" for term in budget.terms if is_unlimited(term)))
    if len(unlimited) > 1:
        return (
            f"nothing while {', '.join(unlimited[:-1])} and {unlimited[-1]} have no limit: give each pool one"
        )
    found = "; or ".join(
        f"{each.says} (peak {figure(each.peak)})" for each in remedies(budget) if not each.is_variant
    )
    if unlimited:
        return f"{unlimited[0]} needs a limit: {found or _nothing_found(budget)}"
    if found or budget.peak == inf:
        return found
    name = _largest(budget.terms).name
    return f"no pool fits beside the other clients: fewer processes or pods of '{name}'"


def _nothing_found(budget: Budget) -> str:
    """Why no number can be named for the one client without a limit."""
    name = next(term.name for term in budget.terms if is_unlimited(term))
    others = replace(budget, terms=tuple(term for term in budget.terms if term.name != name)).peak
    if others == inf:
        return "what the other clients open is not known"
    if others >= likely_bounds(budget.capacity).least:
        return "the other clients leave no room for it"
    copies = max(term.copies(likely_bounds, rollout=True).most for term in budget.terms if term.name == name)
    if copies < inf:
        return "its processes are too many for any"
    return "which one, depends on how often it runs, and that is not known"


def remedies(budget: Budget) -> tuple[Remedy, ...]:
    """Single changes of the largest client that make a budget fit, the mildest first."""
    if not _is_overdrawn(budget):
        return ()
    name, room = _largest(budget.terms).name, likely_bounds(budget.capacity).least
    return tuple(dict.fromkeys((*_admitting(budget), *_smaller(budget, name, int(room)))))


def _is_overdrawn(budget: Budget) -> bool:
    """Whether a budget may be too much for a limit that is known."""
    room = likely_bounds(budget.capacity)
    return bool(budget.terms) and room.most < inf and budget.peak > room.least


def _largest(terms: tuple[Term, ...]) -> Term:
    return max(terms, key=_size)


def _size(term: Term) -> float:
    return term.total(likely_bounds, rollout=True).most


def _admitting(budget: Budget) -> Iterator[Remedy]:
    """A PgBouncer that admits as many clients as there are."""
    pooler = budget.server
    if isinstance(pooler, Pooler) and pooler.product == "pgbouncer" and budget.peak < inf:
        number = ceil(budget.peak / likely_bounds(pooler.instances).least)
        yield Remedy(
            f"max_client_conn ≥ {number} in '{pooler.name}'",
            budget.peak,
            (f"max_client_conn.{pooler.name}={number}",),
        )


def _smaller(budget: Budget, name: str, room: int) -> Iterator[Remedy]:
    group = tuple(term for term in budget.terms if term.name == name)
    term = _largest(group)

    def most(change: Callable[[Term, Value], Term]) -> tuple[int, float]:
        """The largest number with which the budget fits (0: none), and the peak then."""

        def changed(number: int) -> float:
            value = Known(number, SUPPOSED)
            terms = tuple(change(each, value) if each in group else each for each in budget.terms)
            return replace(budget, terms=terms).peak

        number = bisect_right(range(1, room + 1), float(room), key=changed)
        return number, changed(number)

    if term.pooler is not None:
        number, peak = most(_opening)
        is_bouncer = term.pooler.product == "pgbouncer"
        if number and (is_bouncer or term.pooler.setting("default_pool_size") is not None):
            says = f"max_db_connections ≤ {number}" if is_bouncer else f"at most {number} server connections"
            says = f"{says} in '{name}'"
            yield Remedy(says, peak, (f"max_db_connections.{name}={number}",))
    elif term.client is not None:
        yield from _pools(term, *most(_opening))
        yield from _copies(term, *most(_copied))
        if likely_bounds(term.processes).most == inf:
            number, peak = most(_working)
            if number:
                yield Remedy(
                    f"at most {number} {'process' if number == 1 else 'processes'} of '{name}'",
                    peak,
                    (f"processes.{name}={number}",),
                )


def _opening(term: Term, number: Value) -> Term:
    return replace(term, each=number)


def _copied(term: Term, number: Value) -> Term:
    return replace(term, pods=number)


def _working(term: Term, number: Value) -> Term:
    return replace(term, processes=number)


def _pools(term: Term, number: int, peak: float) -> Iterator[Remedy]:
    """The largest pool, once in the present ratio of size and overflow, once in the usual one."""
    if not number:
        return
    copies = term.running(likely_bounds, rollout=True)
    at = f" at {figure(copies.most)} {unit(term)}" if copies.most > 1 else ""
    ratio = _ratio(term)
    usual = _split(number, USUAL_SHARE)
    size, overflow = usual if ratio is None else _split(number, ratio)
    says = f"pool_size + max_overflow ≤ {number} in '{term.name}'{at}, as {size} + {overflow}"
    if usual == (size, overflow):
        yield Remedy(says, peak, _supposing(term, size, overflow))
        return
    kept, more = usual
    yield Remedy(f"{says} or split 70/30 as {kept} + {more}", peak, _supposing(term, size, overflow))
    yield Remedy(f"{kept} + {more} in '{term.name}'", peak, _supposing(term, kept, more), is_variant=True)


def _supposing(term: Term, size: int, overflow: int) -> tuple[str, str]:
    return f"pool_size.{term.name}={size}", f"max_overflow.{term.name}={overflow}"


def _ratio(term: Term) -> float | None:
    """The part of a pool that is kept open; None where that is not known or the pool has no limit."""
    if term.client is None or likely_bounds(term.each).most == inf:
        return None
    pool = term.client.engine.pool
    size, overflow = likely_bounds(pool.size).most, likely_bounds(pool.overflow).most
    return size / (size + overflow) if 0 < size + overflow < inf else None


def _split(number: int, share: float) -> tuple[int, int]:
    size = max(1, round(number * share))
    return size, number - size


def _copies(term: Term, number: int, peak: float) -> Iterator[Remedy]:
    if 0 < number < likely_bounds(term.pods).most:
        surge = term.running(likely_bounds, rollout=True).most - likely_bounds(term.pods).most
        more = f" ({figure(surge)} more during a rollout)" if surge else ""
        says = f"at most {number} {unit(term, number)} of '{term.name}'{more}"
        yield Remedy(says, peak, (f"replicas.{term.name}={number}",))


def unit(term: Term, number: int = 2) -> str:
    """What a copy is called on the platform of a client."""
    platform = "" if term.client is None else term.client.workload.platform
    name = ("pod", "pods") if platform in POD_PLATFORMS else ("copy", "copies")
    return name[number != 1]
