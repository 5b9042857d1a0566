"""Engines that live no longer than one call."""

import pytest

from poollint.config import Config
from poollint.facts import Passing
from poollint.project import Project
from poollint.run import understand

HEAD = "from sqlalchemy import create_engine, inspect\nfrom elsewhere import make, keep, Session, app\n\n\n"


def passes(body: str) -> bool:
    text = HEAD + "def check(url, items):\n    " + body.replace("\n", "\n    ") + "\n"
    (topology,) = understand(Project.of({"db.py": text}), Config())
    assert len(topology.engines) == 1
    return any(isinstance(each, Passing) for each in topology.lifetimes)


MADE = "engine = create_engine(url)\n"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(MADE + "engine.connect()", id="used"),
        pytest.param(MADE + "return None", id="nothing-returned"),
        pytest.param(MADE + "with engine.connect() as c:\n    return c.scalar('x') == 1", id="answer"),
        pytest.param(MADE + "return inspect(url).names", id="something-else"),
        pytest.param(MADE + "return engine.url", id="attribute"),
        pytest.param(MADE + "return engine.connect()", id="result-of-a-method"),
        pytest.param("create_engine(url).connect()", id="no-name"),
        pytest.param(MADE + "app.metadata.create_all(engine)", id="handed-to-a-worker"),
        pytest.param(MADE + "app.version = 3", id="other-attribute"),
        pytest.param(MADE + "global other\nother = 3", id="other-global"),
        pytest.param(MADE + "def inner():\n    return 3\nreturn inner", id="function-without-it"),
        pytest.param(MADE + "return engine == 3", id="comparison"),
        pytest.param(MADE + "frame = app.read_sql('x', engine)\nreturn frame", id="what-was-read"),
    ],
)
def test_passing(body: str) -> None:
    assert passes(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("return create_engine(url)", id="returned"),
        pytest.param(MADE + "return engine", id="by-name"),
        pytest.param(MADE + "yield engine", id="yielded"),
        pytest.param(MADE + "return (other := engine)", id="walrus"),
        pytest.param(MADE + "return engine.sync_engine", id="inner-engine"),
        pytest.param(MADE + "other = engine\nreturn other", id="alias"),
        pytest.param(MADE + "other: object = engine\nreturn other", id="annotated-alias"),
        pytest.param(MADE + "factory = make(bind=engine)\nreturn factory()", id="session"),
        pytest.param(MADE + "return make(engine)", id="wrapped"),
        pytest.param(MADE + "return engine, 3", id="tuple"),
        pytest.param(MADE + "return {'engine': engine}", id="dict"),
        pytest.param(MADE + "return engine if items else None", id="conditional"),
        pytest.param(MADE + "return items or engine", id="logical"),
        pytest.param(MADE + "app.state.engine = engine", id="attribute"),
        pytest.param("app.state.engine = create_engine(url)", id="attribute-at-once"),
        pytest.param("items['a'] = create_engine(url)", id="item"),
        pytest.param(MADE + "Session.configure(bind=engine)", id="configured"),
        pytest.param(MADE + "keep()\nsetattr(app, 'engine', engine)", id="setattr"),
        pytest.param(MADE + "items.append(engine)", id="appended"),
        pytest.param(MADE + "def inner():\n    return engine.connect()\nreturn inner", id="closure"),
    ],
)
def test_staying(body: str) -> None:
    assert not passes(body)


def test_nested_function() -> None:
    assert passes("def inner():\n    engine = create_engine(url)\n    engine.connect()\ninner()")


def test_a_caller_of_a_wrapper_that_leaves_the_engine_behind() -> None:
    text = HEAD + (
        "def made(url):\n    return create_engine(url)\n\n\n"
        "def check():\n    probe = made('postgresql://a/b')\n    probe.connect()\n\n\n"
        "def start():\n    kept = made('postgresql://c/d')\n    return kept\n"
    )

    (topology,) = understand(Project.of({"db.py": text}), Config())

    found = [each.made_for[0].line for each in topology.lifetimes if isinstance(each, Passing)]
    assert found == [text[: text.index("made('postgresql://a/b")].count("\n") + 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "class Loader:\n"
            "    def load(self, url):\n        return self.read(url)\n\n"
            "    def read(self, url):\n"
            "        engine = create_engine(url)\n        frame = app.read_sql('x', engine)\n"
            "        return frame\n\n\n"
            "def run():\n    return Loader().load('postgresql://a/b')\n",
            True,
            id="method-of-a-method",
        ),
        pytest.param(
            "class Exporter:\n    def __init__(self, url):\n        self.engine = create_engine(url)\n\n\n"
            "class Backup:\n    def __init__(self, url):\n        self.exporter = Exporter(url)\n\n\n"
            "def run():\n    backup = Backup('postgresql://a/b')\n    backup.start()\n",
            True,
            id="object-of-a-call",
        ),
        pytest.param(
            "class Exporter:\n    def __init__(self, url):\n        self.engine = create_engine(url)\n\n\n"
            "class Backup:\n    def __init__(self, url):\n        self.exporter = Exporter(url)\n\n\n"
            "backup = Backup('postgresql://a/b')\n",
            False,
            id="object-of-the-module",
        ),
        pytest.param(
            "class Exporter:\n    def __init__(self, url):\n        self.engine = create_engine(url)\n\n\n"
            "def start(app):\n    app.state.exporter = Exporter('postgresql://a/b')\n",
            False,
            id="object-that-is-kept",
        ),
        pytest.param(
            "class Exporter:\n    def __init__(self, url):\n        self.engine = create_engine(url)\n",
            False,
            id="object-of-which-nothing-is-known",
        ),
    ],
)
def test_what_leads_to_the_engine(text: str, expected: bool) -> None:
    (topology,) = understand(Project.of({"db.py": HEAD + text}), Config())
    assert any(isinstance(each, Passing) for each in topology.lifetimes) is expected
