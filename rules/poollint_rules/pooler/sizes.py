"""How many server connections a pooler has for its clients."""

from operator import mul

from poollint.budget import Budget
from poollint.facts import Pooler
from poollint.frozen import frozen
from poollint.server_side import opened
from poollint.source import Span
from poollint.values import Value, combine
from poollint_rules.pooler.prepared import pool_mode


@frozen
class ServerPool:
    """The server connections of a session-mode pooler for the databases that are asked for."""

    connections: Value
    at: Span


def server_pool(pooler: Pooler, budget: Budget) -> ServerPool | None:
    """The pool behind a pooler whose clients all are in session mode, else None."""
    modes = {pool_mode(term.client.engine, pooler) for term in budget.terms if term.client is not None}
    if modes != {"session"}:
        return None
    each = opened(pooler, (term.client for term in budget.terms if term.client is not None))
    given = pooler.setting("default_pool_size")
    return ServerPool(combine(each, pooler.instances, mul, "*"), pooler.at if given is None else given.at)
