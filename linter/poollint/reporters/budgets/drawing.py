"""What a picture of a topology shows: workloads, poolers and databases with the numbers between them."""

from dataclasses import dataclass

from poollint.budget import client_term, database_budgets, pooler_budgets, server_term
from poollint.equation import figure
from poollint.facts import Database, Pooler
from poollint.topology import Client, Topology
from poollint.values import likely_bounds


@dataclass(frozen=True, slots=True)
class Node:
    """A box. `kind` is workload, pooler or database; they stand in columns in this order."""

    number: int
    kind: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow between two boxes by their numbers; the label is the most connections on it."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and arrows in a fixed order."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def drawing(topology: Topology) -> Drawing:
    """The boxes and arrows of a topology. Workloads without a way to a server are left out."""
    clients = [client for client in topology.clients if client.poolers or client.database is not None]
    names = list(dict.fromkeys(client.workload.name for client in clients))
    servers: list[Pooler | Database] = [*topology.poolers, *topology.databases]
    numbers = {server: len(names) + index for index, server in enumerate(servers)}
    accepted = {
        budget.server: figure(budget.accepted)
        for budget in (*pooler_budgets(topology), *database_budgets(topology))
    }
    nodes = [Node(index, "workload", name, _copies(name, clients)) for index, name in enumerate(names)]
    nodes += [
        Node(
            numbers[server],
            "pooler" if isinstance(server, Pooler) else "database",
            server.name,
            f"accepts {accepted[server]}",
        )
        for server in servers
    ]
    return Drawing(tuple(nodes), tuple(_edges(clients, names, numbers, topology)))


def _copies(name: str, clients: list[Client]) -> str:
    client = next(each for each in clients if each.workload.name == name)
    pods, processes = (
        likely_bounds(value).most for value in (client.workload.pods.maximum, client.program.processes)
    )
    return f"{figure(pods)} × {figure(processes)} processes"


def _edges(
    clients: list[Client], names: list[str], numbers: dict[Pooler | Database, int], topology: Topology
) -> list[Edge]:
    totals: dict[tuple[int, int], float] = {}
    for client in clients:
        first = client.poolers[0] if client.poolers else client.database
        if first is not None:
            key = (names.index(client.workload.name), numbers[first])
            peak = client_term(client).total(likely_bounds, rollout=True).most
            totals[key] = totals.get(key, 0) + peak
    for client in clients:
        if client.poolers and client.database is not None:
            pooler = client.poolers[-1]
            key = (numbers[pooler], numbers[client.database])
            totals[key] = server_term(pooler, topology).total(likely_bounds).most
    return [Edge(start, end, figure(total)) for (start, end), total in totals.items()]
