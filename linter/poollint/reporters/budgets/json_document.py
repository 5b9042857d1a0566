"""Budgets as JSON: every number with its origin, the totals, the verdict."""

import json
from collections.abc import Sequence
from math import inf

from poollint.budget import Budget, database_budgets, pooler_budgets, verdict
from poollint.equation import planned, unknowns
from poollint.facts import Database
from poollint.inspecting.values import value_json
from poollint.remedies import fits, remedies
from poollint.terms import Term
from poollint.topology import Topology
from poollint.values import bounds, likely_bounds


def render(topologies: Sequence[Topology]) -> str:
    """One document; a number that is not known or not limited is null."""
    document = {
        "schema": "poollint-budget/1",
        "budgets": [
            _budget(budget, topology.environment)
            for topology in topologies
            for budget in (*database_budgets(topology), *pooler_budgets(topology))
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _budget(budget: Budget, environment: str) -> dict[str, object]:
    server = budget.server
    return {
        "environment": environment or None,
        "server": server.name,
        "kind": "database" if isinstance(server, Database) else "pooler",
        "path": server.at.path,
        "line": server.at.line,
        "limit": value_json(budget.limit),
        "reserved": value_json(budget.reserved),
        "capacity": _number(likely_bounds(budget.capacity).most),
        "peak": _number(budget.peak),
        "steady": _number(budget.steady),
        "at_once": _number(budget.total(bounds, in_use=True).least),
        "verdict": str(verdict(budget)),
        "planned": planned(budget),
        "unknown": list(unknowns(budget)),
        "fits": fits(budget) or None,
        "remedies": [
            {"says": each.says, "peak": each.peak, "what_if": list(each.what_if)} for each in remedies(budget)
        ],
        "terms": [_term(term, counted=any(term is each for each in budget.counted)) for term in budget.terms],
    }


def _term(term: Term, *, counted: bool) -> dict[str, object]:
    return {
        "name": term.name,
        "engine": None if term.client is None else term.client.engine.name,
        "per_process": value_json(term.each),
        "processes": value_json(term.processes),
        "pods": value_json(term.pods),
        "surge": value_json(term.surge),
        "peak": _number(term.total(likely_bounds, rollout=True).most),
        "in_peak": counted,
    }


def _number(found: float) -> float | None:
    return None if found == inf else found
