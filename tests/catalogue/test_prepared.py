from typing import Literal

import pytest

from poollint.catalogue.prepared import Case, prepared_records, prepared_statements

NEW, OLD = "0.32.0", "0.30.0"


def asyncpg(
    version: str,
    *,
    scs: bool = True,
    pscs: bool = True,
    names: Literal["default", "unique", "empty"] = "default",
    profile: Literal["no-ps", "ps"] = "no-ps",
    mode: Literal["transaction", "statement"] = "transaction",
    autocommit: bool = False,
    pooled: bool = True,
    pre_ping: bool = False,
) -> Case:
    return Case(
        driver="asyncpg",
        version=version,
        profile=profile,
        mode=mode,
        autocommit=autocommit,
        pooled=pooled,
        pre_ping=pre_ping,
        statement_cache=scs,
        prepared_cache=pscs,
        names=names,
    )


def psycopg(threshold: Literal["default", "zero", "none"], **rest: bool) -> Case:
    return Case(
        driver="psycopg",
        version="3.3.9",
        profile="ps" if rest.get("ps") else "no-ps",
        mode="statement" if rest.get("statement") else "transaction",
        pooled=not rest.get("null_pool"),
        threshold=threshold,
    )


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        pytest.param(asyncpg(NEW), "wrong-answers", id="default"),
        pytest.param(asyncpg(NEW, pooled=False), "wrong-answers", id="default-null-pool"),
        pytest.param(asyncpg(NEW, autocommit=True), "wrong-answers", id="default-autocommit"),
        pytest.param(asyncpg(NEW, pscs=False), "fail", id="pscs"),
        pytest.param(asyncpg(NEW, pscs=False, autocommit=True), "wrong-answers", id="pscs-auto"),
        pytest.param(asyncpg(NEW, scs=False), "ok", id="scs"),
        pytest.param(asyncpg(NEW, scs=False, pscs=False), "ok", id="both"),
        pytest.param(asyncpg(NEW, scs=False, pscs=False, autocommit=True), "ok", id="both-auto"),
        pytest.param(asyncpg(NEW, scs=False, pscs=False, names="empty"), "ok", id="both-empty"),
        pytest.param(asyncpg(NEW, scs=False, pscs=False, names="unique"), "ok", id="both-uuid"),
        pytest.param(
            asyncpg(NEW, scs=False, pscs=False, names="unique", autocommit=True),
            "fail",
            id="both-uuid-auto",
        ),
        pytest.param(asyncpg(NEW, pscs=False, names="unique"), "ok", id="pscs-uuid"),
        pytest.param(asyncpg(NEW, pscs=False, names="unique", pre_ping=True), "fail", id="pscs-uuid-ping"),
        pytest.param(asyncpg(NEW, names="unique"), "fail", id="uuid"),
        pytest.param(asyncpg(NEW, names="unique", pooled=False), "ok", id="uuid-null-pool"),
        pytest.param(asyncpg(NEW, scs=False, names="unique"), "fail", id="scs-uuid"),
        pytest.param(asyncpg(NEW, names="empty", profile="ps"), "fail", id="empty-with-caches"),
        pytest.param(asyncpg(NEW, profile="ps"), "ok", id="ps-default"),
        pytest.param(asyncpg(NEW, profile="ps", pscs=False), "ok", id="ps-pscs"),
        pytest.param(asyncpg(NEW, scs=False, pscs=False, profile="ps"), "ok", id="ps-both"),
        pytest.param(asyncpg(NEW, mode="statement", profile="ps"), "fail", id="statement"),
        pytest.param(
            asyncpg(NEW, mode="statement", scs=False, pscs=False, autocommit=True),
            "ok",
            id="statement-auto",
        ),
        pytest.param(asyncpg("0.31.0", scs=False, pscs=False), "ok", id="031-both"),
        pytest.param(asyncpg(OLD), "wrong-answers", id="old-default"),
        pytest.param(asyncpg(OLD, scs=False), "wrong-answers", id="old-scs"),
        pytest.param(asyncpg(OLD, scs=False, pscs=False), "fail", id="old-both"),
        pytest.param(
            asyncpg(OLD, scs=False, pscs=False, autocommit=True), "wrong-answers", id="old-both-auto"
        ),
        pytest.param(asyncpg(OLD, scs=False, pscs=False, names="unique"), "ok", id="old-both-uuid"),
        pytest.param(asyncpg(OLD, scs=False, pscs=False, names="empty"), "ok", id="old-both-empty"),
        pytest.param(asyncpg(OLD, pscs=False, names="unique"), "fail", id="old-pscs-uuid"),
        pytest.param(asyncpg(OLD, scs=False, pscs=False, profile="ps"), "ok", id="old-ps"),
        pytest.param(asyncpg("0.27.0", scs=False, pscs=False, names="empty"), "fail", id="027-both-empty"),
        pytest.param(psycopg("default"), "wrong-answers", id="psycopg"),
        pytest.param(psycopg("default", null_pool=True), "fail", id="psycopg-null-pool"),
        pytest.param(psycopg("zero"), "wrong-answers", id="psycopg-zero"),
        pytest.param(psycopg("none"), "ok", id="psycopg-none"),
        pytest.param(psycopg("default", ps=True), "ok", id="psycopg-ps"),
        pytest.param(psycopg("none", statement=True), "fail", id="psycopg-statement"),
        pytest.param(Case(driver="psycopg2", version="2.9", profile="no-ps"), "ok", id="psycopg2"),
        pytest.param(Case(driver="pg8000", version="1.31", profile="no-ps"), "ok", id="pg8000"),
    ],
)
def test_the_truth_table(case: Case, outcome: str) -> None:
    row = prepared_statements(case)
    assert row is not None
    assert row.outcome == outcome


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(Case(driver="aiomysql", version="0.3", profile="no-ps"), id="mysql"),
        pytest.param(
            Case(driver="psycopg2", version="2.9", profile="no-ps", mode="statement"), id="not-tried"
        ),
        pytest.param(asyncpg(NEW, scs=False, names="empty"), id="empty-with-one-cache"),
        pytest.param(asyncpg(OLD, names="unique", pooled=False), id="old-uuid-null-pool"),
    ],
)
def test_what_was_not_tried_has_no_verdict(case: Case) -> None:
    assert prepared_statements(case) is None


@pytest.mark.parametrize(
    ("case", "schema_change", "builds_up"),
    [
        pytest.param(asyncpg(NEW, scs=False, pscs=False), False, False, id="both"),
        pytest.param(asyncpg(NEW, scs=False), True, False, id="scs-alone"),
        pytest.param(asyncpg(NEW, scs=False, pscs=False, names="unique"), False, True, id="uuid"),
        pytest.param(asyncpg(NEW, profile="ps"), True, False, id="ps-default"),
        pytest.param(psycopg("none"), False, False, id="psycopg-none"),
    ],
)
def test_what_else_happens(case: Case, schema_change: bool, builds_up: bool) -> None:
    row = prepared_statements(case)
    assert row is not None
    assert (row.schema_change, row.builds_up) == (schema_change, builds_up)


def test_failures_name_the_error() -> None:
    for row in prepared_records().values():
        assert bool(row.error) == (row.outcome != "ok")
