"""Budgets for programs: every field, and null where a number is not known or not limited."""

import json
from dataclasses import replace

from poollint.reporters.budgets import render
from poollint.source import Span
from poollint.topology import Topology
from poollint.values import Known, Unknown

HERE = Span("compose.yaml", 1, 1, 1, 2)


def test_a_shop_for_programs(shop: tuple[Topology, ...]) -> None:
    document = json.loads(render("json", shop))

    assert document["schema"] == "poollint-budget/1"
    main, archive, pgbouncer = document["budgets"]
    assert {key: value for key, value in pgbouncer.items() if key not in {"terms", "limit", "reserved"}} == {
        "environment": "compose:compose.yaml",
        "server": "pgbouncer",
        "kind": "pooler",
        "path": "compose.yaml",
        "line": 12,
        "capacity": 100,
        "peak": 114,
        "steady": 114,
        "at_once": 114,
        "verdict": "proven",
        "planned": None,
        "unknown": [],
        "fits": "max_client_conn ≥ 114 in 'pgbouncer' (peak 114); or pool_size + max_overflow ≤ 5 in 'web', "
        "as 3 + 2 or split 70/30 as 4 + 1 (peak 95)",
        "remedies": [
            {
                "says": "max_client_conn ≥ 114 in 'pgbouncer'",
                "peak": 114,
                "what_if": ["max_client_conn.pgbouncer=114"],
            },
            {
                "says": "pool_size + max_overflow ≤ 5 in 'web', as 3 + 2 or split 70/30 as 4 + 1",
                "peak": 95,
                "what_if": ["pool_size.web=3", "max_overflow.web=2"],
            },
            {"says": "4 + 1 in 'web'", "peak": 95, "what_if": ["pool_size.web=4", "max_overflow.web=1"]},
        ],
    }
    assert (main["kind"], main["server"], main["limit"]["value"], main["reserved"]["value"]) == (
        "database", "main", 100, 3,
    )  # fmt: skip
    assert (main["fits"], main["remedies"], main["verdict"]) == (None, [], "fits")
    assert (archive["terms"], archive["peak"]) == ([], 0)


def test_a_term_has_every_factor_with_its_origin(shop: tuple[Topology, ...]) -> None:
    main, _, _ = json.loads(render("json", shop))["budgets"]
    jobs, pgbouncer = main["terms"]

    assert {key: jobs[key] for key in ("name", "engine", "peak")} == {
        "name": "jobs",
        "engine": "shop.db:engine",
        "peak": 30,
    }
    assert jobs["per_process"] == {"kind": "known", "value": 6, "origin": "shop/db.py:3"}
    assert jobs["processes"] == {"kind": "known", "value": 5, "origin": "compose.yaml:9"}
    assert (jobs["pods"]["value"], jobs["surge"]["value"]) == (1, 0)
    assert (pgbouncer["engine"], pgbouncer["peak"]) == (None, 30)


def test_what_is_not_known_or_not_limited_is_null(shop: tuple[Topology, ...]) -> None:
    (topology,) = shop
    jobs = topology.clients[1]
    unknown = Unknown("the size is not in the files", HERE)
    database = replace(topology.databases[0], max_connections=unknown, share=Known(0.5, HERE))
    endless = replace(jobs.engine, pool=replace(jobs.engine.pool, size=Known(0, HERE)))
    client = replace(jobs, engine=endless, database=database)

    (found,) = json.loads(render("json", (Topology(clients=(client,), databases=(database,)),)))["budgets"]

    assert found["environment"] is None
    assert (found["capacity"], found["peak"], found["planned"]) == (None, None, None)
    assert found["unknown"] == ["the limit of 'main' (the size is not in the files)"]
    assert found["verdict"] == "not decidable"


def test_nothing_found_is_an_empty_list() -> None:
    assert json.loads(render("json", (Topology(),))) == {"schema": "poollint-budget/1", "budgets": []}
