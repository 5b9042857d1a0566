"""Words without the beginning that is known, and values as words again."""

import pytest

from poollint.manifests.compose.interpolation import written_again
from poollint.manifests.shell.expansion import behind
from poollint.source import Span
from poollint.values import FromEnv, Known, Text, Unknown, Value

AT = Span("x", 1, 1, 1, 1)
N = FromEnv(("N",), None, "", AT)
UNKNOWN = Unknown("output of x", AT)


def default(value: Value) -> FromEnv:
    return FromEnv(("N",), value, "", AT)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param(Known("a=3", AT), Known("3", AT), id="text"),
        pytest.param(Known("a=", AT), Known("", AT), id="nothing-behind"),
        pytest.param(Text(("a=", N), AT), N, id="variable-behind"),
        pytest.param(Text(("a=1", N), AT), Text(("1", N), AT), id="both-behind"),
        pytest.param(default(Known("a=3", AT)), default(Known("3", AT)), id="default"),
        pytest.param(N, N, id="no-default"),
        pytest.param(UNKNOWN, UNKNOWN, id="unknown"),
    ],
)
def test_behind(word: Value, expected: Value) -> None:
    assert behind(word, len("a=")) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(Known("a", AT), "a", id="text"),
        pytest.param(Known(None, AT), "", id="nothing"),
        pytest.param(N, "${N}", id="variable"),
        pytest.param(default(Known("3", AT)), "${N:-3}", id="default"),
        pytest.param(default(N), "${N:-${N}}", id="variable-as-default"),
        pytest.param(Text(("a-", N, "-", UNKNOWN), AT), "a-${N}-$(unknown)", id="pieces"),
        pytest.param(UNKNOWN, "$(unknown)", id="unknown"),
    ],
)
def test_written_again(value: Value, expected: str) -> None:
    assert written_again(value) == expected
