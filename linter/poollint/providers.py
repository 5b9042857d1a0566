"""What the catalogue knows about vendors, as pages: limits, reserved slots, idle timeouts, hosts."""

from collections.abc import Iterator
from itertools import chain

from poollint.catalogue.hosts import hosts
from poollint.catalogue.limits import LimitTable, limit_tables, reserves
from poollint.catalogue.loader import Sourced
from poollint.catalogue.vendors import idle_timeouts


def names() -> tuple[str, ...]:
    """Every vendor or product that has a fact, in alphabetical order."""
    return tuple(
        sorted(
            {
                *(table.provider for table in limit_tables().values()),
                *(limit.vendor for limit in idle_timeouts().values()),
                *(host.provider for host in hosts().values()),
            }
        )
    )


def page(name: str) -> str:
    """Everything about one vendor, each fact with its source and date. Empty for an unknown name."""
    lines = list(chain(_limits(name), _reserved(name), _timeouts(name), _hosts(name)))
    return "\n".join([name, *(f"  {line}" for line in lines)]) + "\n" if lines else ""


def _limits(name: str) -> Iterator[str]:
    for table in limit_tables().values():
        if table.provider == name:
            yield f"max_connections, {table.engine}: {_formula(table)}"
            for size, connections in table.connections.items():
                yield f"    {size:<24} {connections}"
            for start, least in table.steps:
                yield f"    from {start:<19g} {least:g}"
            yield from _evidence(table)


def _formula(table: LimitTable) -> str:
    cap = f", at most {table.cap}" if table.cap is not None else ""
    if table.bytes_per_connection is not None:
        return f"memory / {table.bytes_per_connection} bytes{cap}"
    if table.connections_per_gib is not None:
        return f"{table.connections_per_gib} a GiB{cap}"
    return f"{table.default} by default" if table.default is not None else f"by size{cap}"


def _reserved(name: str) -> Iterator[str]:
    for reserve in reserves().values():
        if reserve.provider == name:
            likely = f", likely {reserve.likely}" if reserve.likely != reserve.value else ""
            yield f"reserved, {reserve.engine}: {reserve.value}{likely}"
            yield from _evidence(reserve)


def _timeouts(name: str) -> Iterator[str]:
    for limit in idle_timeouts().values():
        if limit.vendor == name:
            seconds = f"{limit.value} s" if limit.value else "none"
            yield f"idle timeout, {limit.title}: {seconds} ({limit.how})"
            yield from _evidence(limit)


def _hosts(name: str) -> Iterator[str]:
    for host in hosts().values():
        if host.provider == name:
            mode = f", {host.mode}" if host.mode != "none" else ""
            ports = f" on port {', '.join(map(str, host.ports))}" if host.ports else ""
            yield f"host {host.pattern}{ports}: {host.role}{mode}"
            yield from _evidence(host)


def _evidence(fact: Sourced) -> Iterator[str]:
    for source in fact.source:
        yield f"    {source}"
    yield f"    read {fact.read.isoformat()}, confidence {fact.confidence}"
    if fact.note:
        yield f"    {fact.note}"
