"""`poollint-inspect/1` of another repository -> topologies, one an environment."""

from collections.abc import Iterable

from poollint.exchange.clients import read_client
from poollint.exchange.nodes import Node, parse
from poollint.exchange.servers import read_database, read_pooler
from poollint.exchange.workloads import read_engines, read_workloads
from poollint.frozen import frozen
from poollint.topology import Topology

FORMAT = "poollint-inspect/1"


@frozen
class Document:
    """The facts of another repository. `name` is that of its file and stands before each of its paths."""

    name: str
    topologies: tuple[Topology, ...]


def read_document(name: str, text: str) -> Document:
    """What `poollint inspect --output-format json` wrote. Raises ExchangeError, which names the key."""
    top = parse(name, text)
    if top.get("schema").content != FORMAT:
        top.get("schema").fail(f'must be "{FORMAT}"')
    return Document(name, tuple(_topologies(top)))


def merged(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The documents as a set, in an order that does not depend on that in which they were given."""
    return tuple(sorted(set(documents), key=lambda each: (each.name, repr(each))))


def _topologies(top: Node) -> Iterable[Topology]:
    engines, workloads = read_engines(top.get("engines")), read_workloads(top.get("workloads"))
    poolers = [(read_pooler(node), node.get("environments").texts()) for node in top.get("poolers").items()]
    databases = [
        (read_database(node), node.get("environments").texts()) for node in top.get("databases").items()
    ]
    clients = list(top.get("clients").items())
    for environment in top.get("environments").texts():
        here = Topology(
            environment=environment,
            poolers=tuple(pooler for pooler, names in poolers if environment in names),
            databases=tuple(database for database, names in databases if environment in names),
        )
        yield Topology(
            environment=environment,
            poolers=here.poolers,
            databases=here.databases,
            clients=tuple(
                read_client(node, here, engines, workloads)
                for node in clients
                if _environment(node) == environment
            ),
        )


def _environment(client: Node) -> str:
    return client.get("environment").text() if "environment" in client.table() else ""
