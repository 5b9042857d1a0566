"""SQL that leaves something behind in its session, which a transaction pooler does not keep."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal

from poollint.catalogue.loader import Sourced, records
from poollint.frozen import frozen


@frozen(kw_only=True)
class SessionState(Sourced):
    """A kind of statement, and what poolers do to it.

    `effect` is what a transaction pooler does: the state is `lost`, or `leaks` to other clients,
    or it is `none`. `pins` says that RDS Proxy keeps the client on its connection instead.
    `instead` is what works through a pooler.
    """

    pattern: str
    title: str
    effect: Literal["lost", "leaks", "none"]
    pins: bool
    instead: str


@cache
def session_states() -> Mapping[str, SessionState]:
    """Every kind by name: `set`, `listen`, `advisory-lock`, `temporary-table`, ..."""
    return records("poolers", "session_state", SessionState)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], SessionState], ...]:
    states = session_states().values()
    return tuple((re.compile(each.pattern, re.IGNORECASE), each) for each in states)


def session_state(sql: str) -> tuple[SessionState, ...]:
    """What one statement leaves behind in its session; nothing for most."""
    return tuple(state for pattern, state in _patterns() if pattern.search(sql))
