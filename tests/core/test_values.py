"""The value domain: arithmetic and bounds never say more than the operands."""

from collections.abc import Callable
from math import inf
from operator import add, floordiv, mul, sub, truediv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poollint.source import Span
from poollint.values import (
    ANYTHING,
    NOTHING,
    Alternative,
    Bounds,
    Confidence,
    Default,
    Documented,
    Entry,
    FromEnv,
    Known,
    OneOf,
    Record,
    Symbol,
    Text,
    Unknown,
    Value,
    bounds,
    combine,
    confidence,
    likely_bounds,
    mapped,
    number,
    one_of,
    origin_of,
    possible,
    resolved,
)

HERE = Span("app.py", 1, 1, 1, 5)
THERE = Span("k8s.yaml", 3, 5, 3, 9)


def known(value: float | str | bool | None) -> Known:
    return Known(value, HERE)


def env(name: str, default: Value | None, convert: str = "int") -> FromEnv:
    return FromEnv((name,), default, convert, HERE)


def either(*values: Value) -> Value:
    return one_of(Alternative(value, f"condition {index}") for index, value in enumerate(values))


UNKNOWN = Unknown("read from a file at run time", HERE)
NUMBERS = st.integers(-1000, 1000).map(known)
LEAVES = st.one_of(
    NUMBERS,
    st.builds(lambda value: env("A", value), st.none() | NUMBERS),
    st.just(UNKNOWN),
)
VALUES = st.one_of(LEAVES, st.lists(LEAVES, min_size=1, max_size=4).map(lambda leaves: either(*leaves)))
OPERATIONS = st.sampled_from([(add, "+"), (sub, "-"), (mul, "*"), (floordiv, "//"), (truediv, "/")])


def concrete(value: Value, setting: int) -> list[float | None]:
    """Every number that a value can be when the variable A is set to a number; None for no number."""
    match value:
        case Known(value=int() | float() as found):
            return [found]
        case FromEnv():
            return [setting, *([] if value.default is None else concrete(value.default, setting))]
        case OneOf():
            return [each for inner in value.values for each in concrete(inner, setting)]
        case _:
            return [None]


@given(VALUES, st.integers(-1000, 1000))
def test_likely_bounds_hold_every_constant_and_default(value: Value, setting: int) -> None:
    found = likely_bounds(value)

    for leaf in possible(value):
        for each in concrete(leaf, setting):
            if isinstance(leaf, Known) and each is not None:
                assert found.least <= each <= found.most


@given(VALUES)
def test_what_is_proven_is_never_narrower_than_what_is_likely(value: Value) -> None:
    proven, likely = bounds(value), likely_bounds(value)

    assert proven.most >= likely.most
    if likely.least >= 0:
        assert proven.least <= likely.least


@given(NUMBERS, NUMBERS, OPERATIONS)
def test_arithmetic_on_constants_is_pythons(
    left: Known, right: Known, operation: tuple[Callable[[float, float], float], str]
) -> None:
    operate, sign = operation
    assert isinstance(left.value, int)
    assert isinstance(right.value, int)

    found = combine(left, right, operate, sign)

    try:
        expected = operate(left.value, right.value)
    except ZeroDivisionError:
        assert found == Unknown(f"{left.value} {sign} {right.value} has no value", HERE)
    else:
        assert found == known(expected)


@given(VALUES, VALUES)
def test_a_sum_can_be_every_sum_of_what_its_operands_can_be(left: Value, right: Value) -> None:
    found = set(possible(combine(left, right, add, "+")))

    for one in possible(left):
        for other in possible(right):
            if isinstance(one, Known) and isinstance(other, Known):
                assert combine(one, other, add, "+") in found


@given(VALUES, VALUES)
def test_confidence_of_a_result_is_at_most_that_of_its_weakest_operand(left: Value, right: Value) -> None:
    found = combine(left, right, add, "+")

    assert confidence(found) <= max(confidence(left), confidence(right))


@given(st.lists(LEAVES, min_size=1, max_size=6))
def test_alternatives_are_distinct_and_flat(leaves: list[Value]) -> None:
    found = either(*leaves, either(*leaves))

    if isinstance(found, OneOf):
        assert len(found.values) > 1
        assert not any(isinstance(value, OneOf) for value in found.values)
        assert len(set(found.values)) == len(found.values)


@pytest.mark.parametrize(
    ("value", "proven", "likely"),
    [
        pytest.param(known(20), Bounds(20, 20), Bounds(20, 20), id="constant"),
        pytest.param(known(True), ANYTHING, ANYTHING, id="a boolean is no number"),
        pytest.param(known("20"), ANYTHING, ANYTHING, id="a text is no number"),
        pytest.param(env("A", known(5)), ANYTHING, Bounds(5, 5), id="default of a variable"),
        pytest.param(env("A", None), ANYTHING, ANYTHING, id="variable without default"),
        pytest.param(either(known(1), known(9)), Bounds(1, 9), Bounds(1, 9), id="one of two"),
        pytest.param(either(known(1), env("A", known(9))), ANYTHING, Bounds(1, 9), id="constant or variable"),
        pytest.param(UNKNOWN, ANYTHING, ANYTHING, id="unknown"),
    ],
)
def test_bounds(value: Value, proven: Bounds, likely: Bounds) -> None:
    assert (bounds(value), likely_bounds(value)) == (proven, likely)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(known(20), Confidence.HIGH, id="constant"),
        pytest.param(Known(5, Default("SQLAlchemy 2.0")), Confidence.HIGH, id="default of a known version"),
        pytest.param(Known(5, Default("SQLAlchemy", certain=False)), Confidence.MEDIUM, id="default of any"),
        pytest.param(Known(5, Documented("Neon", "", certain=False)), Confidence.MEDIUM, id="weak document"),
        pytest.param(env("A", known(5)), Confidence.MEDIUM, id="default of a variable"),
        pytest.param(env("A", UNKNOWN), Confidence.LOW, id="unknown default"),
        pytest.param(env("A", None), Confidence.LOW, id="no default"),
        pytest.param(either(known(1), known(2)), Confidence.MEDIUM, id="one of two constants"),
        pytest.param(Record((), HERE), Confidence.HIGH, id="empty record"),
        pytest.param(Record((Entry("a", UNKNOWN, HERE),), HERE), Confidence.LOW, id="record with unknown"),
        pytest.param(Record((), HERE, rest=UNKNOWN), Confidence.LOW, id="record with more"),
        pytest.param(Text(("postgresql://", UNKNOWN), HERE), Confidence.LOW, id="text"),
    ],
)
def test_confidence(value: Value, expected: Confidence) -> None:
    assert confidence(value) is expected


def test_true_is_not_one() -> None:
    found = either(known(True), known(1), known(1))

    assert isinstance(found, OneOf)
    assert [value.value for value in found.values if isinstance(value, Known)] == [True, 1]


def test_equal_alternatives_are_one_value_wherever_they_stand() -> None:
    assert either(Known(5, HERE), Known(5, THERE)) == Known(5, HERE)


def test_conditions_of_nested_alternatives_are_joined() -> None:
    inner = one_of([Alternative(known(1), "debug"), Alternative(known(2), "")])

    found = one_of([Alternative(inner, "testing"), Alternative(known(3), "otherwise")])

    assert isinstance(found, OneOf)
    assert [each.condition for each in found.alternatives] == ["testing and debug", "testing", "otherwise"]


def test_one_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one alternative"):
        one_of([])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(
            env("A", known(4)), known(2), FromEnv(("A",), known(8), "A * 2", HERE), id="variable by constant"
        ),
        pytest.param(known(2), env("A", None), FromEnv(("A",), None, "2 * A", HERE), id="no default"),
        pytest.param(
            env("A", known(4)),
            env("B", known(3)),
            FromEnv(("A", "B"), known(12), "A * B", HERE),
            id="two variables",
        ),
        pytest.param(
            known("a"), known(2), Unknown("arithmetic on what is no number", HERE), id="text and number"
        ),
        pytest.param(
            Text(("a", UNKNOWN), HERE), known(2), Unknown("arithmetic on what is no number", HERE), id="text"
        ),
        pytest.param(known(2), UNKNOWN, UNKNOWN, id="unknown on the right"),
        pytest.param(
            known(2), either(known(1), known(3)), either(known(2), known(6)), id="alternatives right"
        ),
    ],
)
def test_products(left: Value, right: Value, expected: Value) -> None:
    assert combine(left, right, mul, "*") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(known(1), known(2), id="constant"),
        pytest.param(env("A", known(1), ""), FromEnv(("A",), known(2), "twice", HERE), id="variable"),
        pytest.param(env("A", None, ""), FromEnv(("A",), None, "twice", HERE), id="no default"),
        pytest.param(either(known(1), known(2)), either(known(2), known(4)), id="alternatives"),
        pytest.param(
            Record((), HERE), Unknown("twice of a value that is known only in part", HERE), id="record"
        ),
        pytest.param(UNKNOWN, UNKNOWN, id="unknown"),
    ],
)
def test_a_function_of_one_value(value: Value, expected: Value) -> None:
    def twice(found: Known) -> Value:
        assert isinstance(found.value, int)
        return Known(found.value * 2, found.origin)

    assert mapped(value, twice, "twice") == expected


def test_resolving_replaces_unconverted_variables_only() -> None:
    environment = {"B": known("text")}

    assert resolved(FromEnv(("A", "B"), None, "", HERE), environment) == known("text")
    assert resolved(FromEnv(("A",), None, "", HERE), environment) == FromEnv(("A",), None, "", HERE)
    assert resolved(env("B", None), environment) == env("B", None)
    assert resolved(either(FromEnv(("B",), None, "", HERE), known(1)), environment) == either(
        known("text"), known(1)
    )
    assert resolved(known(3), environment) == known(3)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(known(3), 3, id="constant"),
        pytest.param(known(False), None, id="boolean"),
        pytest.param(env("A", known(3)), 3, id="default"),
        pytest.param(env("A", None), None, id="no default"),
        pytest.param(either(known(1), known(2)), None, id="two"),
    ],
)
def test_number(value: Value, expected: float | None) -> None:
    assert number(value) == expected


def test_bounds_multiply_add_and_cap() -> None:
    assert Bounds(0, inf) * Bounds(2, 3) == Bounds(0, inf)
    assert NOTHING * ANYTHING == NOTHING
    assert Bounds(1, 2) + Bounds(3, inf) == Bounds(4, inf)
    assert Bounds(5, inf).capped(Bounds(1, 8)) == Bounds(1, 8)


def test_origins_and_names_for_people() -> None:
    assert str(Default("SQLAlchemy 2.0")) == "default: SQLAlchemy 2.0"
    assert str(Documented("Neon", "https://neon.com")) == "documented: Neon"
    assert str(Symbol("sqlalchemy.pool.NullPool")) == "NullPool"
    assert str(Confidence.MEDIUM) == "medium"
    assert origin_of(either(Known(1, THERE), known(2))) == THERE
    assert env("DB_POOL_SIZE", None).variable == "DB_POOL_SIZE"


def test_a_record_answers_by_key_and_a_text_by_its_beginning() -> None:
    record = Record((Entry("a", known(1), HERE),), HERE)

    assert (record.get("a"), record.get("b")) == (known(1), None)
    assert Text(("postgresql://", UNKNOWN), HERE).prefix == "postgresql://"
    assert Text((UNKNOWN, "/shop"), HERE).prefix == ""
