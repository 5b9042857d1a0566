import pytest

from poollint.catalogue.limits import connection_limit, machine_memory, reserved


@pytest.mark.parametrize(
    ("provider", "engine", "size", "expected"),
    [
        pytest.param("aurora", "postgresql", "db.r6g.large", (1722, 1802, 1722), id="aurora"),
        pytest.param("aurora", "postgresql", "r5.2xlarge", (5000, 5000, 5000), id="aurora-cap"),
        pytest.param("aurora", "postgresql", "db.r7g.large", (1585, 1802, None), id="aurora-new"),
        pytest.param("aurora", "mysql", "db.r6g.2xlarge", (3000, 3000, 3000), id="aurora-mysql"),
        pytest.param("rds", "postgresql", "db.r6g.large", (1585, 1802, None), id="rds"),
        pytest.param("rds", "postgresql", "db.t3.medium", (396, 450, None), id="rds-small"),
        pytest.param("rds", "postgresql", "db.m5.24xlarge", (4400, 5000, None), id="rds-cap"),
        pytest.param("rds", "mysql", "db.m5.xlarge", (1201, 1365, None), id="rds-mysql"),
        pytest.param("cloud-sql", "postgresql", "db-custom-1-3840", (100, 100, 100), id="sql"),
        pytest.param("cloud-sql", "postgresql", "db-custom-8-30720", (600, 600, 600), id="sql-30"),
        pytest.param("cloud-sql", "postgresql", "db-custom-2-13312", (400, 400, 400), id="sql-13"),
        pytest.param("cloud-sql", "postgresql", "db-f1-micro", (25, 25, 25), id="sql-micro"),
        pytest.param("cloud-sql", "mysql", "db-n1-standard-2", (4000, 4000, 4000), id="sql-my"),
        pytest.param("aurora-serverless-v2", "postgresql", "8", (1669, 1802, 1669), id="acu-8"),
        pytest.param("aurora-serverless-v2", "postgresql", "2", (189, 450, None), id="acu-2"),
        pytest.param("aurora-serverless-v2", "postgresql", "0.5", (89, 112, None), id="acu-half"),
        pytest.param("aurora-serverless-v2", "mysql", "10", (1000, 2000, None), id="acu-mysql"),
        pytest.param("azure", "postgresql", "GP_Standard_D2s_v3", (859, 859, 859), id="azure"),
        pytest.param("azure", "postgresql", "Standard_E4ds_v5", (3437, 3437, 3437), id="azure-e"),
        pytest.param("azure", "postgresql", "B_Standard_B1ms", (50, 50, 50), id="azure-b"),
        pytest.param("neon", "postgresql", "1", (419, 419, 419), id="neon"),
        pytest.param("neon", "postgresql", "0.25 CU", (104, 104, 104), id="neon-quarter"),
        pytest.param("neon", "postgresql", "1.5", (419, 839, None), id="neon-between"),
        pytest.param("neon", "postgresql", "16", (4000, 4000, 4000), id="neon-large"),
        pytest.param("supabase", "postgresql", "ci_micro", (60, 60, 60), id="supabase"),
        pytest.param("digitalocean", "postgresql", "db-s-2vcpu-4gb", (100, 100, None), id="do"),
        pytest.param("heroku", "postgresql", "standard-4", (500, 500, 500), id="heroku"),
        pytest.param("postgresql", "postgresql", None, (100, 100, 100), id="postgresql"),
        pytest.param("mysql", "mysql", None, (151, 151, 151), id="mysql"),
        pytest.param("mariadb", "mysql", None, (151, 151, 151), id="mariadb"),
    ],
)
def test_limits(provider: str, engine: str, size: str | None, expected: tuple[int, int, int | None]) -> None:
    found = connection_limit(provider, engine, size)
    assert found is not None
    assert (found.lower, found.upper, found.documented) == expected


@pytest.mark.parametrize(
    ("provider", "engine", "size"),
    [
        pytest.param("rds", "postgresql", "db.zz9.large", id="unknown-class"),
        pytest.param("rds", "postgresql", "db.r6g.huge", id="unknown-size"),
        pytest.param("rds", "postgresql", "large", id="no-class"),
        pytest.param("rds", "postgresql", None, id="size-missing"),
        pytest.param("rds", "oracle", "db.r6g.large", id="other-engine"),
        pytest.param("alloydb", "postgresql", "4", id="not-established"),
        pytest.param("azure", "postgresql", "Standard_DC2ads_v5", id="confidential-family"),
        pytest.param("neon", "postgresql", "0.1", id="below-the-first-step"),
        pytest.param("cloud-sql", "postgresql", "db-perf-optimized-N-4", id="enterprise-plus"),
        pytest.param("supabase", "postgresql", "giant", id="supabase-unknown"),
    ],
)
def test_undocumented_limits_are_none(provider: str, engine: str, size: str | None) -> None:
    assert connection_limit(provider, engine, size) is None


@pytest.mark.parametrize(
    ("least", "lower", "upper"),
    [
        pytest.param(None, 5000, 5000, id="unknown-minimum"),
        pytest.param(1.0, 5000, 5000, id="minimum-1"),
        pytest.param(0.5, 2000, 2000, id="minimum-half"),
        pytest.param(0.0, 2000, 2000, id="minimum-0"),
    ],
)
def test_a_low_minimum_caps_aurora_serverless(least: float | None, lower: int, upper: int) -> None:
    found = connection_limit("aurora-serverless-v2", "postgresql", "32", least_scale=least)
    assert found is not None
    assert (found.lower, found.upper, found.documented) == (lower, upper, lower)


def test_a_cap_also_holds_between_documented_sizes() -> None:
    found = connection_limit("aurora-serverless-v2", "postgresql", "20", least_scale=0.5)
    assert found is not None
    assert (found.lower, found.upper, found.documented) == (2000, 2000, None)


@pytest.mark.parametrize(
    ("provider", "engine", "surely", "likely"),
    [
        ("postgresql", "postgresql", 3, 3),
        ("azure", "postgresql", 15, 15),
        ("neon", "postgresql", 7, 7),
        ("digitalocean", "postgresql", 3, 3),
        ("rds", "postgresql", 3, 5),
        ("aurora", "postgresql", 3, 6),
        ("mysql", "mysql", 0, 0),
    ],
)
def test_reserves(provider: str, engine: str, surely: int, likely: int) -> None:
    found = reserved(provider, engine)
    assert found is not None
    assert (found.value, found.likely) == (surely, likely)


def test_an_unknown_reserve_is_none() -> None:
    assert reserved("alloydb") is None


def test_machine_memory() -> None:
    assert machine_memory("rds", "r4.large") == 15.25
    assert machine_memory("rds", "r4.tiny") is None
    assert machine_memory("azure", "r4.large") is None
