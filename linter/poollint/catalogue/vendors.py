"""Idle limits of the hops between a program and its database, and single numbers of vendors."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

from poollint.catalogue.loader import Documented, Number, records
from poollint.frozen import frozen

Cut = Literal["fin", "rst", "silent", "unknown"]
"""How an idle connection ends: closed at once (`fin`), reset at once or by the next packet
(`rst`), or forgotten without a word, so that the next packet vanishes (`silent`)."""


@frozen(kw_only=True)
class IdleTimeout(Documented[int]):
    """After how many seconds without traffic a hop ends a connection; 0 is never."""

    value: int
    unit: str = "s"
    how: Cut
    vendor: str
    configurable: bool
    title: str


@cache
def idle_timeouts() -> Mapping[str, IdleTimeout]:
    """Every hop with a documented limit, by name: `rds-proxy`, `aws-nlb`, `azure-nat`, ..."""
    return records("vendors", "idle_timeout", IdleTimeout)


def idle_timeout(hop: str) -> IdleTimeout:
    """The limit of one hop. Raises KeyError for a hop that the catalogue does not know."""
    return idle_timeouts()[hop]


@cache
def facts() -> Mapping[str, Number]:
    """Single documented numbers, by name: `rds-iam-token-lifetime`, `linux-tcp-retries`, ..."""
    return records("vendors", "fact", Number)


def fact(name: str) -> Documented[int]:
    """One documented number. Raises KeyError for an unknown name."""
    return facts()[name]
