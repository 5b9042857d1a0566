"""What a picture of a topology shows: workloads, poolers and databases with the numbers between them."""

from collections.abc import Iterator, Mapping

from poollint.budget import Budget, Server, database_budgets, pooler_budgets
from poollint.equation import figure, peak, span, total
from poollint.facts import Database
from poollint.frozen import frozen
from poollint.remedies import unit
from poollint.terms import Term
from poollint.topology import Topology
from poollint.values import likely_bounds


@frozen
class Node:
    """A box. `kind` is client, pooler or database; they stand in columns in this order."""

    number: int
    kind: str
    name: str
    detail: str
    is_over: bool = False


@frozen
class Edge:
    """An arrow between two boxes by their numbers; the label is the most connections on it."""

    start: int
    end: int
    label: str


@frozen
class Drawing:
    """Boxes and arrows in a fixed order."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def drawing(topology: Topology) -> Drawing:
    """The boxes and arrows of a topology. Workloads without a way to a server are left out.

    Servers stand in the order in which their clients come, so that few arrows cross.
    """
    budgets = (*pooler_budgets(topology), *database_budgets(topology))
    clients = list(
        dict.fromkeys(
            (term.name, _copies(term)) for budget in budgets for term in budget.counted if term.pooler is None
        )
    )
    numbers = {name: number for number, (name, _) in reversed([*enumerate(clients)])}
    nodes = [Node(number, "client", *client) for number, client in enumerate(clients)]
    servers: dict[Server, int] = {}
    first: dict[Server, int] = {}
    for budget in budgets:
        first[budget.server] = _first(budget, numbers, first)
    for budget in sorted(budgets, key=lambda each: (_kind(each) == "database", first[each.server])):
        servers[budget.server] = number = len(clients) + len(servers)
        is_over = budget.peak > budget.accepted and peak(budget) != "?"
        nodes.append(Node(number, _kind(budget), budget.server.name, _filling(budget), is_over))
    return Drawing(tuple(nodes), tuple(_edges(budgets, numbers, servers)))


def _kind(budget: Budget) -> str:
    return "database" if isinstance(budget.server, Database) else "pooler"


def _first(budget: Budget, numbers: Mapping[str, int], poolers: Mapping[Server, int]) -> int:
    """The number of the first client of a server, directly or through a pooler; after all for none."""
    return min(
        (numbers[term.name] if term.pooler is None else poolers[term.pooler] for term in budget.counted),
        default=len(numbers),
    )


def _copies(term: Term) -> str:
    if term.client is None:
        return term.parts
    pods = term.running(likely_bounds, rollout=True).most
    processes = likely_bounds(term.processes).most
    return (
        f"{figure(pods)} {unit(term, 1 if pods == 1 else 2)} × "
        f"{figure(processes)} {'process' if processes == 1 else 'processes'}"
    )


def _filling(budget: Budget) -> str:
    capacity = span(likely_bounds(budget.capacity))
    if not budget.terms:
        return f"accepts {capacity}"
    return f"{peak(budget)} of {capacity}"


def _edges(
    budgets: tuple[Budget, ...], numbers: Mapping[str, int], servers: dict[Server, int]
) -> Iterator[Edge]:
    for budget in budgets:
        by_start: dict[int, list[Term]] = {}
        for term in budget.counted:
            start = numbers[term.name] if term.pooler is None else servers[term.pooler]
            by_start.setdefault(start, []).append(term)
        for start, terms in by_start.items():
            yield Edge(start, servers[budget.server], total(terms))
