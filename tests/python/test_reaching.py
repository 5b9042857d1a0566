"""Engines behind modules, wrappers, caches and classes of the project's own."""

import pytest

from poollint.facts import Engine
from poollint.inspecting.merging import union
from poollint.project import Project
from poollint.python import NEEDLES, read_python
from poollint.topology import Topology
from poollint.values import FromEnv, Known, OneOf, Symbol, Unknown, Value

SYNC = "from sqlalchemy import create_engine\n"


def engines(**files: str) -> tuple[Engine, ...]:
    """`a__b` stands for `a/b.py`."""
    project = Project.of({f"{name.replace('__', '/')}.py": text for name, text in files.items()})
    return read_python(project.matching(lambda path: path.endswith(".py"), NEEDLES), project).engines


def sizes(found: tuple[Engine, ...]) -> list[str]:
    return sorted(shown(argument.value) for each in found if (argument := each.argument("pool_size")))


def shown(value: Value) -> str:
    match value:
        case Known(value=Symbol(name=name)):
            return name
        case FromEnv(variables=(name, *_), default=default):
            return f"${name} {shown(default)}" if default else f"${name}"
        case OneOf(values=values):
            return "/".join(map(shown, values))
        case Known(value=known):
            return repr(known)
        case _:
            return "?"


def test_an_object_hands_unknown_names_on() -> None:
    wrapper = (
        "from pydantic_settings import BaseSettings\n"
        "class Settings(BaseSettings):\n    pool: int = 7\n"
        "def real():\n    return Settings()\n"
        "class Late:\n    def __getattr__(self, name):\n        return getattr(real(), name)\n"
        "settings = Late()\n"
    )
    app = SYNC + "from wrapper import settings\ne = create_engine('sqlite://', pool_size=settings.{})\n"
    assert sizes(engines(app=app.format("pool"), wrapper=wrapper)) == ["$POOL 7"]
    assert sizes(engines(app=app.format("other"), wrapper=wrapper)) == ["?"]
    assert sizes(engines(app=app.format("__doc__"), wrapper=wrapper)) == ["?"]


@pytest.mark.parametrize(
    ("decorator", "argument", "size"),
    [
        pytest.param("@lru_cache", "", "5", id="kept"),
        pytest.param("@lru_cache(maxsize=None)", "", "5", id="kept by a call"),
        pytest.param("", "", "?", id="made anew"),
        pytest.param("@lru_cache", "1", "?", id="by argument"),
    ],
)
def test_a_cached_function_gives_the_same_object(decorator: str, argument: str, size: str) -> None:
    text = (
        f"{SYNC}from functools import lru_cache\n{decorator}\ndef options(which=0):\n    return {{}}\n"
        f"options({argument})['size'] = 5\n"
        f"e = create_engine('sqlite://', pool_size=options({argument})['size'])\n"
    )
    assert sizes(engines(app=text)) == [size]


def test_a_cached_result_is_not_kept_over_branches() -> None:
    text = (
        f"{SYNC}from functools import cache\n@cache\ndef options():\n    return {{'size': 3}}\n"
        "if unsure:\n    options()\n"
        "e = create_engine('sqlite://', pool_size=options()['size'])\n"
    )
    assert sizes(engines(app=text)) == ["3"]


CONFIGURE = SYNC + "def configure(url, size):\n    create_engine(url, pool_size=size)\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("from shop import db\ndef start():\n    db.configure('sqlite://', 4)\n", id="module"),
        pytest.param(
            "def start():\n    from shop import db as base\n    base.configure('sqlite://', 4)\n", id="inside"
        ),
        pytest.param("from shop import db\ndb.configure('sqlite://', 4)\n", id="in the body"),
    ],
)
def test_callers_through_a_module(text: str) -> None:
    assert sizes(engines(shop____init__="", shop__db=CONFIGURE, shop__main=text)) == ["4"]


def test_callers_that_name_the_module_are_searched_first() -> None:
    others = {f"shop__a{number}": "def configure(): pass\n" for number in range(9)}
    main = "from shop import db\ndef start():\n    db.configure('sqlite://', 4)\n"
    assert sizes(engines(shop____init__="", shop__db=CONFIGURE, shop__zoo=main, **others)) == ["4"]


def test_models_inside_that_stand_in_another_module() -> None:
    config = (
        "from typing import Annotated\nfrom pydantic import Field\n"
        "from pydantic_settings import BaseSettings, SettingsConfigDict\nfrom parts import Database\n"
        "class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_nested_delimiter='__')\n"
        "    database: Annotated[Database, Field(default_factory=Database)]\n"
        "    other: Database | None = None\n"
    )
    parts = "from pydantic import BaseModel\nclass Database(BaseModel):\n    size: int = 6\n"
    app = (
        SYNC + "from config import Settings\ncreate_engine('sqlite://', pool_size=Settings().database.size)\n"
    )
    assert sizes(engines(app=app, config=config, parts=parts)) == ["$DATABASE__SIZE 6"]


def test_a_class_of_the_project_wraps_a_synchronous_engine() -> None:
    wrapping = "from sqlalchemy.ext.asyncio import AsyncEngine\nclass Counting(AsyncEngine):\n    pass\n"
    plain = "class Counting:\n    pass\n"
    app = (
        f"{SYNC}from wrapping import Counting\ndef make(url):\n    inner = create_engine(url)\n"
        "    return Counting(inner)\n"
    )
    assert [each.is_async for each in engines(app=app, wrapping=wrapping)] == [True]
    assert [each.is_async for each in engines(app=app, wrapping=plain)] == [False]


def test_a_subclass_of_the_flask_extension() -> None:
    app = "from routing import RoutingSQLAlchemy\ndb = RoutingSQLAlchemy()\n"
    routing = "from flask_sqlalchemy import SQLAlchemy\nclass RoutingSQLAlchemy(SQLAlchemy):\n    pass\n"
    (found,) = engines(app=app, routing=routing)
    assert (found.at.path, found.callee) == ("app.py", "flask_sqlalchemy.SQLAlchemy")
    assert engines(app=app, routing="class RoutingSQLAlchemy:\n    pass\n") == ()


def test_a_library_that_another_module_may_lack() -> None:
    compat = "try:\n    import sqlalchemy\nexcept ImportError:\n    sqlalchemy = None\n"
    app = "from compat import sqlalchemy\ne = sqlalchemy.create_engine('sqlite://', pool_size=2)\n"
    assert sizes(engines(app=app, compat=compat)) == ["2"]
    assert engines(app=app, compat="sqlalchemy = None\n") == ()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        pytest.param(
            "def outer():\n    def inner():\n        {}\n    return inner\n", ["8"], id="given back"
        ),
        pytest.param("def outer():\n    def inner():\n        {}\n    return inner()\n", ["8"], id="called"),
        pytest.param("def outer():\n    def inner():\n        {}\n    return 1\n", [], id="lost"),
    ],
)
def test_functions_inside_functions(text: str, size: list[str]) -> None:
    assert sizes(engines(app=SYNC + text.format("create_engine('sqlite://', pool_size=8)"))) == size


def test_classes_by_their_names() -> None:
    app = (
        f"{SYNC}import os\nfrom sqlalchemy.pool import NullPool, QueuePool\n"
        "kinds = {NullPool.__name__: NullPool, QueuePool.__name__: QueuePool}\n"
        "e = create_engine('postgresql://h/d', poolclass=kinds['NullPool'])\n"
    )
    (found,) = engines(app=app)
    assert shown(found.pool.cls) == "sqlalchemy.pool.NullPool"


def test_decorators_that_check_types_keep_the_result() -> None:
    app = (
        f"{SYNC}from beartype import beartype\n@beartype\ndef size() -> int:\n    return 9\n"
        "e = create_engine('sqlite://', pool_size=size())\n"
    )
    assert sizes(engines(app=app)) == ["9"]
    assert sizes(engines(app=app.replace("beartype", "strange"))) == ["?"]


def test_every_call_site_of_a_wrapper_is_listed() -> None:
    app = SYNC + "def make(size):\n    return create_engine('sqlite://', pool_size=size)\nmake(1)\nmake(2)\n"
    found = engines(app=app)
    assert sizes(found) == ["1", "2"]
    listed = union([Topology(engines=found), Topology(engines=found)]).engines
    assert sizes(listed) == ["1", "2"]
    assert not isinstance(found[0].url.driver, Unknown)


MADE = """
import os
from dataclasses import dataclass
from sqlalchemy import create_engine

@dataclass
class Database:
    size: int = 4

    @classmethod
    def from_env(cls, {parameters}):
        {statement}

    @property
    def session(self):
        def make():
            return create_engine("sqlite://", pool_size=self.size)
        return make
"""
NAMED = {"b": "from app import Database\ndef f(n):\n    return Database(n)\n"}
DERIVED = {"b": "from app import Database\nclass Other(Database):\n    pass\n"}
ANNOTATED = {"b": "from app import Database\ndef f(d: Database):\n    d.x[0]()\n"}
FROM_ENV = 'return cls(size=int(os.environ.get("SIZE", "3")))'


@pytest.mark.parametrize(
    ("parameters", "statement", "others", "size"),
    [
        pytest.param("", FROM_ENV, {}, "$SIZE 3", id="by a class method"),
        pytest.param("name='x', **more", FROM_ENV, {}, "$SIZE 3", id="by one with defaults"),
        pytest.param("name", FROM_ENV, {}, "4/?", id="by one that needs an argument"),
        pytest.param("", "return None", {}, "4/?", id="by none that makes one"),
        pytest.param("", FROM_ENV, NAMED, "4/?",
                     id="also by its name"),
        pytest.param("", FROM_ENV, {"b": "import app\ndef f(n):\n    return app.Database(n)\n"}, "4/?",
                     id="also by its name in the module"),
        pytest.param("", FROM_ENV, DERIVED, "4/?",
                     id="also through a class that derives"),
        pytest.param("", FROM_ENV, ANNOTATED, "$SIZE 3",
                     id="named in an annotation"),
        pytest.param("", "cls()\n        return make(cls)", {}, "4/?", id="by one that gives something else"),
    ],
)  # fmt: skip
def test_objects_that_class_methods_make(
    parameters: str, statement: str, others: dict[str, str], size: str
) -> None:
    text = MADE.format(parameters=parameters, statement=statement)
    assert sizes(engines(app=text, **others)) == [size]


def test_methods_are_called_through_super() -> None:
    base = (
        SYNC
        + "class Base:\n    def __init__(self, size):\n        self.e = create_engine('x', pool_size=size)\n"
    )
    own = (
        "from base import Base\nclass Own(Base):\n    def __init__(self, plus):\n"
        "        super().__init__(2 + plus)\n"
        "    def other(self):\n        return super().other()\n"
        "class Stranger(dict):\n    def __init__(self):\n        super().__init__()\n"
        "def make():\n    return Own(3)\n"
    )
    assert sizes(engines(base=base, own=own)) == ["5"]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        pytest.param(
            "sa = Late('sqlalchemy')\ne = sa.engine.create_engine('x', pool_size=3)\n", ["3"], id="lazy"
        ),
        pytest.param("sa = Late('other')\ne = sa.engine.create_engine('x', pool_size=3)\n", [], id="another"),
        pytest.param(
            "sa = [Late('sqlalchemy')]\ne = sa[0].create_engine('x', pool_size=3)\n", [], id="in-a-list"
        ),
        pytest.param(
            "a, sa = 1, Late('sqlalchemy')\ne = sa.create_engine('x', pool_size=3)\n", [], id="of-two"
        ),
    ],
)
def test_a_library_that_an_object_imports_late(text: str, made: list[str]) -> None:
    late = (
        "import importlib, types\nclass Late(types.ModuleType):\n    def __init__(self, name):\n"
        "        super().__init__(name)\n        self._name = name\n"
        "    def __getattr__(self, item):\n"
        "        return getattr(importlib.import_module(self._name), item)\n"
    )
    assert sizes(engines(app=f"from late import Late\n{text}", late=late)) == made
