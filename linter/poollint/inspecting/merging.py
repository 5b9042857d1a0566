"""Several environments as one, for listings."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from poollint.topology import Topology

_Item = TypeVar("_Item")


def union(every: Sequence[Topology]) -> Topology:
    """Everything in any of the topologies; what stands at the same place under the same name once.

    A workload that environments make different (an overlay's replicas, another command) is told as often.
    """
    return Topology(
        engines=_once((each for one in every for each in one.engines), lambda each: each),
        workloads=_once(
            (each for one in every for each in one.workloads), lambda each: replace(each, scope="")
        ),
        poolers=_once((each for one in every for each in one.poolers), lambda each: (each.at, each.name)),
        databases=_once((each for one in every for each in one.databases), lambda each: (each.at, each.name)),
        clients=tuple(each for one in every for each in one.clients),
        unresolved=_once(
            (each for one in every for each in one.unresolved), lambda each: (each.at, each.what)
        ),
        skipped=_once((each for one in every for each in one.skipped), lambda each: (each.at, each.why)),
    )


def _once(items: Iterable[_Item], identity: Callable[[_Item], Hashable]) -> tuple[_Item, ...]:
    found: dict[Hashable, _Item] = {}
    for item in items:
        found.setdefault(identity(item), item)
    return tuple(found.values())
