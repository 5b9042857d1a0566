"""Flask-SQLAlchemy: configuration classes, assignments, binds, and what the release decides."""

import pytest

from poollint.facts import Engine
from poollint.project import Project
from poollint.python import NEEDLES, read_python
from poollint.source import Span
from poollint.values import FromEnv, Known, OneOf, Scalar, Unknown, Value

AT = Span("app.py", 1, 1, 1, 1)
DB = "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"
CONFIG = "import os\nclass Config:\n    SQLALCHEMY_DATABASE_URI = os.getenv('DB', 'postgresql://h/d')\n"


def known(value: Scalar) -> Known:
    return Known(value, AT)


def engines(**files: str) -> tuple[Engine, ...]:
    held = {name.replace("__", "/") + ".py": text for name, text in files.items() if name != "pins"}
    project = Project.of(held | {"requirements.txt": files.get("pins", "")})
    return read_python(project.matching(lambda path: path.endswith(".py"), NEEDLES), project).engines


def arguments(engine: Engine) -> dict[str, Value]:
    return {argument.name: argument.value for argument in engine.arguments}


@pytest.mark.parametrize(
    ("config", "pins", "found"),
    [
        pytest.param("", "", {}, id="none"),
        pytest.param(
            "    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 3}\n", "", {"pool_size": known(3)}, id="options"
        ),
        pytest.param("    SQLALCHEMY_POOL_SIZE = 3\n", "flask-sqlalchemy==3.1.1", {}, id="ignored-in-3"),
        pytest.param(
            "    SQLALCHEMY_POOL_SIZE = 3\n",
            "flask-sqlalchemy==2.5.1",
            {"pool_size": known(3)},
            id="read-in-2",
        ),
        pytest.param("    SQLALCHEMY_POOL_SIZE = None\n", "flask-sqlalchemy==2.5.1", {}, id="none-in-2"),
        pytest.param("    SQLALCHEMY_ENGINE_OPTIONS = None\n", "", {}, id="options-none"),
    ],
)
def test_configuration_class(config: str, pins: str, found: dict[str, Value]) -> None:
    (engine,) = engines(app=DB, config=CONFIG + config, pins=pins)
    assert engine.callee == "flask_sqlalchemy.SQLAlchemy"
    assert engine.name == "app:db"
    assert engine.url.driver == FromEnv(("DB",), known("postgresql"), "driver of the URL", AT)
    assert arguments(engine) == found
    assert engine.pool.size == found.get("pool_size", known(5))


@pytest.mark.parametrize(
    ("pins", "size"),
    [
        pytest.param("flask-sqlalchemy==3.1.1", 3, id="configuration-wins"),
        pytest.param("flask-sqlalchemy==2.5.1", 9, id="constructor-wins"),
    ],
)
def test_options_of_the_constructor(pins: str, size: int) -> None:
    text = DB.replace("SQLAlchemy()", "SQLAlchemy(engine_options={'pool_size': 9, 'pool_recycle': 60})")
    (engine,) = engines(
        app=text, config=f"{CONFIG}    SQLALCHEMY_ENGINE_OPTIONS = {{'pool_size': 3}}\n", pins=pins
    )
    assert arguments(engine) == {"pool_size": known(size), "pool_recycle": known(60)}


def test_binds_are_engines_of_their_own() -> None:
    binds = "    SQLALCHEMY_BINDS = {'a': 'sqlite://', 'b': {'url': 'mysql://h', 'pool_size': 2}, 'c': {}}\n"
    found = engines(app=DB, config=CONFIG + binds)
    assert [engine.name for engine in found] == ["app:db", "app:db.a", "app:db.b", "app:db.c"]
    assert found[1].url.driver == known("sqlite")
    assert (found[2].url.driver, found[2].pool.size) == (known("mysql"), known(2))
    assert isinstance(found[3].url.driver, Unknown)


def test_assigned_configuration() -> None:
    (engine,) = engines(
        app=DB,
        main=(
            "import os\nfrom app import db\ndef create_app(app):\n"
            "    app.config['SQLALCHEMY_DATABASE_URI'] = os.environ['DB']\n"
            "    app.config['SQLALCHEMY_ENGINE_OPTIONS'] = {'pool_size': 3}\n    app.config['X'] = 1\n"
        ),
    )
    assert engine.url.variables == ("DB",)
    assert engine.pool.size == known(3)


@pytest.mark.parametrize(
    "config",
    [
        pytest.param("", id="nothing"),
        pytest.param("class TestConfig:\n    SQLALCHEMY_DATABASE_URI = 'sqlite://'\n", id="test-class"),
        pytest.param("def SQLALCHEMY_DATABASE_URI(:\n", id="broken"),
    ],
)
def test_configuration_that_is_not_read(config: str) -> None:
    (engine,) = engines(app=DB, config=config)
    assert isinstance(engine.url.value, Unknown)
    assert isinstance(engine.pool.size, Unknown)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param("f()", id="unknown"),
        pytest.param("{**f()}", id="open"),
        pytest.param("f if f else {}", id="either"),
        pytest.param("5 if f else os.getenv('O')", id="no-mapping"),
    ],
)
def test_options_that_are_not_all_read(options: str) -> None:
    config = f"from o import f\n{CONFIG}    SQLALCHEMY_ENGINE_OPTIONS = {options}\n"
    (engine,) = engines(app=DB, config=config)
    assert isinstance(engine.splat, Unknown)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("    if f():\n        {}", id="if"),
        pytest.param("    try:\n        {}    except OSError:\n        pass\n", id="try"),
    ],
)
@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("SQLALCHEMY_ENGINE_OPTIONS = {'pool_pre_ping': True}\n", id="plain"),
        pytest.param("SQLALCHEMY_ENGINE_OPTIONS: dict = {'pool_pre_ping': True}\n", id="annotated"),
    ],
)
def test_options_that_a_class_sets_on_a_condition(body: str, statement: str) -> None:
    (engine,) = engines(app=DB, config=f"from o import f\n{CONFIG}{body.format(statement)}")
    assert isinstance(engine.splat, Unknown)
    assert engine.pool.pre_ping != known(value=False)


def test_options_that_a_base_sets_on_a_condition() -> None:
    base = "from o import f\nclass Base:\n    if f():\n        SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 3}\n"
    (engine,) = engines(app=DB, config=base + CONFIG.replace("class Config", "class Config(Base)"))
    assert isinstance(engine.splat, Unknown)


def test_other_names_under_a_condition_say_nothing() -> None:
    (engine,) = engines(app=DB, config=f"from o import f\n{CONFIG}    if f():\n        DEBUG = True\n")
    assert engine.splat is None


def test_options_of_a_neighbour_may_hold_too() -> None:
    config = f"{CONFIG}    SQLALCHEMY_ENGINE_OPTIONS = {{'pool_pre_ping': True}}\n"
    start = "from app import db\ndef create(app):\n    app.config['SQLALCHEMY_DATABASE_URI'] = str(url())\n"
    near, far = engines(a__app=DB, a__a=start, a__config=config, b__app=DB, b__b=start)
    assert isinstance(near.splat, Unknown)
    assert far.splat is None


def test_the_nearest_configuration_counts() -> None:
    near, far = engines(
        a__app=DB, a__config=CONFIG, b__app=DB, b__config=CONFIG.replace("postgresql://h/d", "sqlite://")
    )
    assert near.url.driver == FromEnv(("DB",), known("postgresql"), "driver of the URL", AT)
    assert far.url.driver == FromEnv(("DB",), known("sqlite"), "driver of the URL", AT)


CURRENT = """
from alembic import context
from flask import current_app
from sqlalchemy import engine_from_config
config = context.config
config.set_main_option("sqlalchemy.url", current_app.config{how})
engine_from_config(config.get_section("alembic"))
"""


@pytest.mark.parametrize(
    ("how", "setting", "variables"),
    [
        pytest.param('.get("SQLALCHEMY_DATABASE_URI")', "os.environ['SHOP']", ("SHOP",), id="get"),
        pytest.param('["SQLALCHEMY_DATABASE_URI"]', "os.environ['SHOP']", ("SHOP",), id="item"),
        pytest.param(
            '["SQLALCHEMY_DATABASE_URI"]',
            "os.environ['A'] if unsure() else os.environ['B']",
            ("A", "B"),
            id="one of two",
        ),
        pytest.param('["SQLALCHEMY_DATABASE_URI"]', "{'a': 1}", (), id="no text"),
        pytest.param('.get("OTHER")', "os.environ['SHOP']", (), id="another key"),
        pytest.param(".get(key)", "os.environ['SHOP']", (), id="a key that is not known"),
    ],
)
def test_migrations_that_ask_the_application(how: str, setting: str, variables: tuple[str, ...]) -> None:
    configuration = f"import os\nclass Config:\n    SQLALCHEMY_DATABASE_URI = {setting}\n"
    project = Project.of({"migrations/env.py": CURRENT.replace("{how}", how), "config.py": configuration})
    (found,) = read_python(project.matching(lambda path: path.endswith(".py"), NEEDLES), project).engines
    assert found.url.variables == variables


def test_migrations_of_an_application_without_configuration() -> None:
    text = CURRENT.replace("{how}", '["SQLALCHEMY_DATABASE_URI"]')
    project = Project.of({"migrations/env.py": text})
    (found,) = read_python(project.matching(lambda path: path.endswith(".py"), NEEDLES), project).engines
    assert found.url.variables == ()


def test_a_configuration_that_asks_for_itself() -> None:
    text = CURRENT.replace("{how}", '["SQLALCHEMY_DATABASE_URI"]')
    configuration = (
        "from flask import current_app\nclass Config:\n"
        "    SQLALCHEMY_DATABASE_URI = current_app.config['SQLALCHEMY_DATABASE_URI']\n"
    )
    project = Project.of({"migrations/env.py": text, "config.py": configuration})
    (found,) = read_python(project.matching(lambda path: path.endswith(".py"), NEEDLES), project).engines
    assert isinstance(found.url.value, Unknown)


SOMETIMES = Unknown("given under a condition", AT)


@pytest.mark.parametrize(
    ("body", "pins", "values"),
    [
        pytest.param("    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 1} if f else {}\n", "",
                     [known(1), SOMETIMES], id="either"),
        pytest.param("    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 1} if f else {'pool_size': 2}\n", "",
                     [known(1), known(2)], id="one-of-two"),
        pytest.param("    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 1} if f else None\n", "",
                     [known(1), SOMETIMES], id="or-none"),
        pytest.param(
            "    SQLALCHEMY_POOL_SIZE = 3\n    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 1} if f else {}\n",
            "flask-sqlalchemy==2.5.1",
            [known(1), known(3)],
            id="over-another",
        ),
        pytest.param(
            "    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 1}\n"
            "class Production(Config):\n    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 2}\n",
            "",
            [known(1), known(2)],
            id="two-classes",
        ),
        pytest.param(
            "    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 1}\n"
            "class Production(Config):\n    A = 1\nP = Production\n",
            "",
            [known(1)],
            id="inherited",
        ),
        pytest.param(
            "class Production(Config):\n    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 2}\n",
            "",
            [known(2), SOMETIMES],
            id="one-class-of-two",
        ),
        pytest.param(
            "    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 1}\n"
            "class Testing(Config):\n    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 2}\n",
            "",
            [known(1)],
            id="for-tests",
        ),
    ],
)  # fmt: skip
def test_options_of_several_ways(body: str, pins: str, values: list[Value]) -> None:
    (engine,) = engines(app=DB, config=f"from o import f\n{CONFIG}{body}", pins=pins)
    value = arguments(engine)["pool_size"]
    assert set(value.values if isinstance(value, OneOf) else (value,)) == set(values)


FACTORY = """
import os
class Settings:
    def __init__(self, name="shop"):
        self.size = 7
        self.url = f"postgresql://{os.environ['DB_HOST']}/{name}"

def create_app(app, other):
    settings = Settings()
    app.config["DEBUG"] = True
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.url
    if other:
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": settings.size}
    return app
"""


def test_what_a_factory_assigns() -> None:
    (engine,) = engines(app=DB, factory=FACTORY)
    assert engine.url.driver == known("postgresql")
    assert engine.url.variables == ("DB_HOST",)
    assert arguments(engine) == {"pool_size": known(7)}


def test_a_factory_that_never_gets_there() -> None:
    (engine,) = engines(
        app=DB, factory="def f(app):\n    return\n    app.config['SQLALCHEMY_DATABASE_URI'] = app.x\n"
    )
    assert isinstance(engine.url.value, Unknown)


def test_a_factory_may_change_what_a_class_says() -> None:
    config = f"{CONFIG}    SQLALCHEMY_ENGINE_OPTIONS = {{'pool_size': 3}}\n"
    (engine,) = engines(app=DB, config=config, factory=FACTORY)
    assert engine.url.variables == ("DB",)
    assert isinstance(engine.url.driver, OneOf)
    assert isinstance(arguments(engine)["pool_size"], OneOf)


def test_binds_of_two_classes() -> None:
    binds = (
        "    SQLALCHEMY_BINDS = {'a': {'url': 'sqlite://'}}\n"
        "class Production(Config):\n    SQLALCHEMY_BINDS = {'a': {'url': 'mysql://h/d'}}\n"
    )
    _, bind = engines(app=DB, config=CONFIG + binds)
    assert isinstance(bind.url.driver, OneOf)
    assert set(bind.url.driver.values) == {known("sqlite"), known("mysql")}
