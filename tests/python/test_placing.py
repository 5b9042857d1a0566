"""What has no place of its own stands where it is given."""

import pytest

from poollint.facts import Engine
from poollint.project import Project
from poollint.python import NEEDLES, read_python
from poollint.python.engines.placing import placed
from poollint.source import Span
from poollint.values import FromEnv, Known, OneOf, Symbol, Unknown, Value, origin_of


def engine(text: str) -> Engine:
    project = Project.of({"app.py": text})
    (found,) = read_python(project.matching(lambda path: path.endswith(".py"), NEEDLES), project).engines
    return found


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        pytest.param("poolclass=NullPool", ["app.py:6"], id="class of a library"),
        pytest.param("poolclass=NullPool if X else StaticPool", ["app.py:6", "app.py:6"], id="one of two"),
        pytest.param("**{'poolclass': NullPool}", ["app.py:6"], id="in a mapping"),
        pytest.param("", ["default: SQLAlchemy"], id="documented default"),
    ],
)
def test_a_pool_class_stands_where_it_is_given(arguments: str, lines: list[str]) -> None:
    found = engine(
        "from os import environ\nfrom sqlalchemy import create_engine\n"
        "from sqlalchemy.pool import NullPool, StaticPool\n"
        f"X = environ['X'] == 'y'\ne = create_engine('postgresql://h/d',\n  {arguments})"
    )
    leaves = found.pool.cls.values if isinstance(found.pool.cls, OneOf) else (found.pool.cls,)

    assert [str(origin_of(each)) for each in leaves] == lines


def test_a_mapping_of_classes_of_libraries() -> None:
    found = engine(
        "import ssl\nfrom sqlalchemy import create_engine\n"
        "e = create_engine('postgresql://h/d', connect_args={\n  'cls': ssl.SSLContext})"
    )

    assert [(each.name, str(origin_of(each.value))) for each in found.connect_args] == [("cls", "app.py:4")]


NOWHERE = Span("", 1, 1, 1, 1)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(FromEnv(("P",), Known(Symbol("a.B"), NOWHERE), "", NOWHERE), id="default of a variable"),
        pytest.param(FromEnv(("P",), None, "", NOWHERE), id="variable"),
        pytest.param(Unknown("an object", NOWHERE), id="unknown"),
    ],
)
def test_what_has_no_place_gets_one(value: Value) -> None:
    at = Span("db.py", 6, 3, 6, 9)
    found = placed(value, at)

    assert (found, origin_of(found)) == (value, at)
    if isinstance(found, FromEnv) and found.default is not None:
        assert origin_of(found.default) == at
