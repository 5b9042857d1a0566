"""`@frozen` gives what `@dataclass(frozen=True, slots=True)` gives."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from poollint.frozen import frozen


@frozen
class Place:
    path: str
    line: int = 1
    note: str = field(default="", compare=False)
    hidden: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Model:
    path: str
    line: int = 1
    note: str = field(default="", compare=False)
    hidden: str = field(default="", repr=False)


@frozen
class Other:
    path: str
    line: int = 1


@frozen
class Nothing:
    pass


@frozen(kw_only=True)
class Named:
    name: str
    note: str = ""


@frozen(kw_only=True)
class Valued(Named):
    value: int
    more: Mapping[str, int] = field(default_factory=dict)


def test_it_is_made_and_shown_as_a_dataclass_is() -> None:
    for kind in (Place, Model):
        made = kind("a", 2, hidden="h")

        assert repr(made) == f"{kind.__name__}(path='a', line=2, note='')"
        assert [each.name for each in fields(made)] == ["path", "line", "note", "hidden"]
        assert kind.__match_args__ == ("path", "line", "note", "hidden")
        assert replace(made, line=3) == kind("a", 3, hidden="h")
        assert not hasattr(made, "__dict__")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(Place("a"), Place("a"), True, id="same-fields"),
        pytest.param(Place("a"), Place("a", note="n"), True, id="what-does-not-compare"),
        pytest.param(Place("a"), Place("b"), False, id="another-path"),
        pytest.param(Place("a"), Place("a", hidden="h"), False, id="what-is-not-shown"),
        pytest.param(Place("a"), Other("a"), False, id="another-class"),
        pytest.param(Place("a"), ("a", 1, ""), False, id="a-tuple"),
        pytest.param(Nothing(), Nothing(), True, id="no-fields"),
    ],
)
def test_equal_records_are_one_key(one: object, other: object, *, same: bool) -> None:
    assert (one == other) is same
    assert len({one, other}) == (1 if same else 2)


def test_fields_by_name_come_from_the_base_too() -> None:
    made = Valued(name="a", value=1)

    assert (made.name, made.note, made.value, made.more) == ("a", "", 1, {})
    assert made == replace(made, note="")
    assert repr(made).endswith("Valued(name='a', note='', value=1, more={})")
    with pytest.raises(TypeError, match="positional"):
        Valued("a", 1)  # type: ignore[call-arg, arg-type]
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


@pytest.mark.parametrize("name", ["line", "hidden", "other"])
def test_what_is_made_stays_as_it_is(name: str) -> None:
    made = Place("a")

    with pytest.raises(FrozenInstanceError, match=f"{name} of a Place stays as it is"):
        setattr(made, name, 5)
    with pytest.raises(FrozenInstanceError):
        delattr(made, name)

    assert made == Place("a")


@pytest.mark.parametrize("kind", [Place, Model])
@pytest.mark.parametrize(
    "arguments",
    [pytest.param({}, id="too-few"), pytest.param({"path": "a", "more": "b"}, id="too-many")],
)
def test_arguments_that_do_not_fit(kind: type[Place] | type[Model], arguments: Mapping[str, str]) -> None:
    with pytest.raises(TypeError):
        kind(**arguments)  # type: ignore[arg-type]
