"""The functions and containers in which an engine runs, as the catalogue knows them."""

from collections.abc import Iterator
from math import inf

from poollint.catalogue.platforms import Runtime, runtimes
from poollint.facts import Engine, Invocation
from poollint.frozen import frozen
from poollint.source import Span
from poollint.terms import ceiling, per_process
from poollint.topology import Client, Topology
from poollint.values import Bounds, Confidence, combine, likely_bounds
from poollint_rules.hops import SURENESS

CATALOGUED = {"lambda": "aws-lambda", "google-cloud-functions": "cloud-functions-1"}
"""What readers call a platform, where the catalogue has another name for it."""


@frozen
class Place:
    """A cloud function in which an engine runs."""

    runtime: Runtime
    name: str
    at: Span

    @property
    def confidence(self) -> Confidence:
        """How sure the catalogue is about the platform."""
        return SURENESS.get(self.runtime.confidence, Confidence.LOW)


def runtime_of(platform: str) -> Runtime | None:
    """The platform of the catalogue, None for Kubernetes, compose and others that are no runtime."""
    return runtimes().get(CATALOGUED.get(platform, platform))


def functions(topology: Topology, engine: Engine, client: Client | None) -> Iterator[Place]:
    """The cloud functions that run an engine: what is deployed decides, else the entry points in the code."""
    if client is not None:
        found = runtime_of(client.workload.platform)
        if found is not None and found.kind == "function":
            yield Place(found, client.workload.name, client.workload.at)
        return
    for each in topology.lifetimes:
        if isinstance(each, Invocation) and each.engine == engine.at:
            found = runtime_of(each.handler.platform)
            if found is not None:
                yield Place(found, each.handler.name, each.handler.at)


def connections(engine: Engine, client: Client | None) -> Bounds:
    """How many connections one process can open, defaults believed; unlimited ones count from 0."""
    value = (
        combine(engine.pool.size, engine.pool.overflow, ceiling, "+")
        if client is None
        else per_process(client)
    )
    found = likely_bounds(value)
    return Bounds(0, inf) if found.most == inf else found
