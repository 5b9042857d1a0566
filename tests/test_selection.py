"""Which rules run, with which severity, and where."""

import pytest

from poollint.config import Config
from poollint.rule import Rule, Severity
from poollint.selection import ignored_at, selected, severity_of, unknown


def a_rule(code: str, name: str, *, preview: bool = False, pedantic: bool = False) -> Rule:
    return Rule(
        code, name, Severity.WARNING, "0", (), "Doc.", lambda _: iter(()), preview=preview, pedantic=pedantic
    )


RULES = (
    a_rule("POOL101", "missing-pre-ping"),
    a_rule("POOL301", "engine-per-request"),
    a_rule("POOL302", "engine-shared-by-event-loops"),
    a_rule("POOL307", "connection-held-across-io", preview=True),
    a_rule("POOL212", "overflow-dwarfs-pool", pedantic=True),
)
ALL = ["POOL101", "POOL301", "POOL302"]


@pytest.mark.parametrize(
    ("config", "codes"),
    [
        pytest.param(Config(), ALL, id="the default"),
        pytest.param(Config(select=("POOL1",)), ["POOL101"], id="beginning of a code"),
        pytest.param(Config(select=("missing-pre-ping", "POOL302")), ["POOL101", "POOL302"], id="name, code"),
        pytest.param(Config(ignore=("POOL3",)), ["POOL101"], id="ignored"),
        pytest.param(Config(ignore=("POOL3",), extend_select=("POOL302",)), [ALL[0], ALL[2]], id="longer"),
        pytest.param(Config(select=("POOL3",), ignore=("POOL3",)), [], id="of equal ones ignore wins"),
        pytest.param(Config(select=("POOL301",), ignore=("engine-per-request",)), [], id="a name is a code"),
        pytest.param(Config(preview=True), [*ALL, "POOL307"], id="preview"),
        pytest.param(Config(pedantic=True), [*ALL, "POOL212"], id="pedantic"),
        pytest.param(Config(extend_select=("POOL307",)), [*ALL, "POOL307"], id="preview by code"),
        pytest.param(Config(select=("overflow-dwarfs-pool",)), ["POOL212"], id="pedantic by name"),
        pytest.param(Config(select=("POOL2",)), [], id="a beginning does not select pedantic rules"),
    ],
)  # fmt: skip
def test_selected(config: Config, codes: list[str]) -> None:
    assert [rule.code for rule in selected(RULES, config)] == codes


@pytest.mark.parametrize(
    ("selector", "wrong"),
    [
        pytest.param("POOL1", [], id="beginning"),
        pytest.param("missing-pre-ping", [], id="name"),
        pytest.param(
            "missing-preping", ["missing-preping (did you mean missing-pre-ping?)"], id="misspelled"
        ),
        pytest.param("pool101", ["pool101 (did you mean POOL101?)"], id="small letters"),
        pytest.param("E501", ["E501"], id="of another tool"),
    ],
)
def test_unknown(selector: str, wrong: list[str]) -> None:
    assert unknown([selector, selector], RULES) == wrong


def test_severity() -> None:
    config = Config(severity={"POOL3": Severity.ERROR})

    assert severity_of(RULES[1], None, config) is Severity.ERROR
    assert severity_of(RULES[0], None, config) is Severity.WARNING
    assert severity_of(RULES[0], Severity.INFO, config) is Severity.INFO


def test_ignored_by_path() -> None:
    config = Config(per_file_ignores={"scripts/*.py": ("POOL3",)})

    assert ignored_at(RULES[1], "scripts/a.py", config)
    assert not ignored_at(RULES[0], "scripts/a.py", config)
    assert not ignored_at(RULES[1], "app/a.py", config)
