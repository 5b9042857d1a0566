"""The hops between an engine and its database that end idle connections."""

from collections.abc import Iterator
from dataclasses import replace

from poollint.catalogue.hosts import ManagedHost, recognise_host
from poollint.catalogue.poolers import products
from poollint.catalogue.vendors import IdleTimeout, idle_timeout
from poollint.facts import Database, Engine, Pooler
from poollint.frozen import frozen
from poollint.source import Span
from poollint.topology import Client
from poollint.values import Confidence, Known, Value, confidence, number, possible
from poollint_rules.engines import dialects


@frozen
class Hop:
    """Something on the way that ends connections after so many idle seconds, and how sure that is.

    `silent` says that it drops packets without telling the ends. `at` is the place that shows the hop.
    """

    name: str
    seconds: float
    at: Span
    silent: bool
    confidence: Confidence

    @property
    def says(self) -> str:
        """A clause for messages: `RDS Proxy closes them after 1800 idle seconds`."""
        verb = "drops" if self.silent else "closes"
        return f"{self.name} {verb} them after {self.seconds:g} idle seconds"


SURENESS = {"high": Confidence.HIGH, "medium": Confidence.MEDIUM}


def shortest_idle_limit(engine: Engine, client: Client | None) -> Hop | None:
    """The hop with the shortest limit, None when no limit is known. Low-confidence facts do not count."""
    known = (hop for hop in idle_limits(engine, client) if hop.confidence > Confidence.LOW)
    return min(known, key=lambda hop: hop.seconds, default=None)


def idle_limits(engine: Engine, client: Client | None) -> Iterator[Hop]:
    """Every hop with an idle limit: poolers, managed hosts, the database's own, declared limits."""
    yield from _by_host(engine)
    if dialects(engine) <= {"mysql", "mariadb"} and dialects(engine):
        yield _documented(idle_timeout("mysql"), engine.url.at)
    if client is not None:
        for hop in _on_the_way(client):
            yield replace(hop, confidence=min(hop.confidence, client.confidence))


def _on_the_way(client: Client) -> Iterator[Hop]:
    for pooler in client.poolers:
        yield from _by_pooler(pooler)
    if client.database is not None:
        yield from _by_database(client.database)


def managed_hosts(engine: Engine) -> Iterator[tuple[ManagedHost, Span]]:
    """The managed services that the host of the URL may name, and where the name stands."""
    port, database = number(engine.url.port), engine.url.database
    name = database.value if isinstance(database, Known) else None
    for leaf in possible(engine.url.host):
        if isinstance(leaf, Known) and isinstance(leaf.value, str):
            host = recognise_host(
                leaf.value, None if port is None else int(port), name if isinstance(name, str) else None
            )
            if host is not None:
                yield host, leaf.origin if isinstance(leaf.origin, Span) else engine.url.at


def is_direct(client: Client) -> bool:
    """Whether the way to the database is known, and no pooler is on it."""
    if client.poolers or client.database is None:
        return False
    return all(host.role == "direct" for host, _ in managed_hosts(client.engine))


def _by_host(engine: Engine) -> Iterator[Hop]:
    for host, at in managed_hosts(engine):
        if host.hop:
            yield _documented(idle_timeout(host.hop), at)


def _documented(limit: IdleTimeout, at: Span) -> Hop:
    sure = SURENESS.get(limit.confidence, Confidence.LOW)
    return Hop(limit.title, limit.value, at, limit.how == "silent", sure)


def _by_pooler(pooler: Pooler) -> Iterator[Hop]:
    setting = pooler.setting("client_idle_timeout")
    if setting is not None:
        yield from _configured(f"{pooler.product} '{pooler.name}'", setting.value, setting.at)
    elif (product := products().get(pooler.product)) is not None and product.client_idle_timeout:
        sure = SURENESS.get(product.confidence, Confidence.LOW)
        yield Hop(product.title, product.client_idle_timeout, pooler.at, silent=False, confidence=sure)


def _by_database(database: Database) -> Iterator[Hop]:
    if database.idle_timeout is not None:
        yield from _configured(f"'{database.name}'", database.idle_timeout, database.at)


def _configured(name: str, value: Value, at: Span) -> Iterator[Hop]:
    seconds = number(value)
    if seconds is not None and seconds > 0:
        yield Hop(name, seconds, at, silent=False, confidence=confidence(value))
