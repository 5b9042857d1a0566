import pytest

from poollint.catalogue.session_state import session_state


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        pytest.param("SET statement_timeout = '5s'", ["set"], id="set"),
        pytest.param("  set search_path to tenant", ["set"], id="lower-case"),
        pytest.param("SET SESSION jit = off", ["set"], id="set-session"),
        pytest.param("LISTEN jobs", ["listen"], id="listen"),
        pytest.param("SELECT pg_advisory_lock(1)", ["advisory-lock"], id="lock"),
        pytest.param("SELECT pg_try_advisory_lock_shared(1)", ["advisory-lock"], id="try-lock"),
        pytest.param("DECLARE c CURSOR WITH HOLD FOR SELECT 1", ["with-hold"], id="cursor"),
        pytest.param("PREPARE q AS SELECT 1", ["prepare"], id="prepare"),
        pytest.param("CREATE TEMP TABLE t (a int)", ["temporary-table"], id="temporary"),
        pytest.param("LOAD 'auto_explain'", ["load"], id="load"),
        pytest.param("SELECT nextval('s')", ["sequence"], id="sequence"),
        pytest.param("SET LOCAL statement_timeout = '5s'", [], id="set-local"),
        pytest.param("SET TRANSACTION READ ONLY", [], id="set-transaction"),
        pytest.param("SET CONSTRAINTS ALL DEFERRED", [], id="set-constraints"),
        pytest.param("UPDATE t SET a = 1", [], id="update"),
        pytest.param("SELECT pg_advisory_xact_lock(1)", [], id="transaction-lock"),
        pytest.param("SELECT pg_try_advisory_xact_lock(1)", [], id="try-transaction-lock"),
        pytest.param("PREPARE TRANSACTION 'a'", [], id="two-phase"),
        pytest.param("CREATE TEMP TABLE t (a int)\nON COMMIT DROP", [], id="on-commit-drop"),
        pytest.param("CREATE TABLE t (a int)", [], id="table"),
        pytest.param("NOTIFY jobs", [], id="notify"),
        pytest.param("SELECT 1", [], id="select"),
    ],
)
def test_statements(sql: str, names: list[str]) -> None:
    assert [state.name for state in session_state(sql)] == names
