"""POOL602: keys that PgBouncer refuses to start with."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL602"


def ini(*lines: str) -> dict[str, str]:
    text = "\n".join(lines)
    return {"pgbouncer/pgbouncer.ini": f"[databases]\nshop = host=db\n\n[pgbouncer]\n{text}\n"}


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        pytest.param(("pool_size = 20",), 1, id="of-a-database"),
        pytest.param(("defualt_pool_size = 20",), 1, id="misspelt"),
        pytest.param(("whatever = 1", "other = 2"), 2, id="two"),
        pytest.param(("default_pool_size = 20", "pool_mode = transaction"), 0, id="known"),
        pytest.param((), 0, id="none"),
    ],
)
def test_file(
    lines: tuple[str, ...], count: int, shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]
) -> None:
    assert shown(CODE, ini(*lines)) == ("error high",) * count


def test_version_decides(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    for version, count in (("1.20.1", 1), ("1.25.1", 0)):
        services = (
            f"services:\n  pgbouncer:\n    image: edoburu/pgbouncer:v{version}-p0\n"
            '    environment: {DB_HOST: db, MAX_PREPARED_STATEMENTS: "10"}\n'
        )
        assert len(shown(CODE, {"compose.yaml": services})) == count, version


def test_other_product(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    services = (
        "services:\n  pooler:\n    image: ghcr.io/pgdogdev/pgdog:0.1.2\n    environment: {POOL_SIZE: '1'}\n"
    )
    assert shown(CODE, {"compose.yaml": services}) == ()


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        pytest.param("defualt_pool_size = 20", " (did you mean default_pool_size?)", id="near"),
        pytest.param("zzz = 20", "", id="nothing-near"),
    ],
)
def test_message(
    line: str, hint: str, findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]
) -> None:
    (found,) = findings(CODE, ini(line))
    name = line.partition(" ")[0]
    assert found.problem.message == f"PgBouncer 'pgbouncer' does not know {name} and will not start{hint}"
