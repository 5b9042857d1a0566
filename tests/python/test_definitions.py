"""Names that lead to definitions, without values."""

import pytest

from poollint import expressions as e
from poollint.python.definitions import Definitions, chain_of, mentions
from poollint.python.modules import Sources
from poollint.source import SourceFile

FILES = {
    "shop/__init__.py": "from shop.db import engine as main\n",
    "shop/db.py": "import os\nengine = make()\nother: object = 3\nempty: object\n",
    "shop/deep/__init__.py": "",
    "shop/deep/more.py": "from ..db import engine\nfrom . import again\n",
    "shop/deep/again.py": "from shop.deep.more import engine as same\n",
    "space/inner.py": "value = 1\n",
    "broken.py": "def (\n",
    "circle.py": "from circle import x\n",
}


def definitions(text: str) -> Definitions:
    files = {**FILES, "app.py": text}
    return Definitions(Sources(files, lambda path: SourceFile(path, files[path]) if path in files else None))


@pytest.mark.parametrize(
    ("text", "name", "key", "rest"),
    [
        pytest.param("a = 1\n", "a", ("app.py", "a"), (), id="own"),
        pytest.param("a = 1\n", "a.b.c", ("app.py", "a"), ("b", "c"), id="attribute"),
        pytest.param("def a(): pass\n", "a", ("app.py", "a"), (), id="function"),
        pytest.param("class a: pass\n", "a", ("app.py", "a"), (), id="class"),
        pytest.param("if x:\n    a = 1\n", "a", ("app.py", "a"), (), id="under-a-condition"),
        pytest.param("try:\n    a = 1\nexcept E:\n    pass\n", "a", ("app.py", "a"), (), id="tried"),
        pytest.param("with x:\n    a = 1\n", "a", ("app.py", "a"), (), id="with"),
        pytest.param("for i in x:\n    a = 1\n", "a", ("app.py", "a"), (), id="loop"),
        pytest.param("from shop.db import engine\n", "engine", ("shop/db.py", "engine"), (), id="from"),
        pytest.param(
            "from shop.db import engine as e\n", "e.x", ("shop/db.py", "engine"), ("x",), id="alias"
        ),
        pytest.param("from shop.db import other\n", "other", ("shop/db.py", "other"), (), id="annotated"),
        pytest.param("import shop.db\n", "shop.db.engine", ("shop/db.py", "engine"), (), id="dotted"),
        pytest.param("import shop.db as d\n", "d.engine", ("shop/db.py", "engine"), (), id="module-alias"),
        pytest.param("import shop\n", "shop.main", ("shop/db.py", "engine"), (), id="re-export"),
        pytest.param("import shop\n", "shop.db.engine", ("shop/db.py", "engine"), (), id="submodule"),
        pytest.param("from shop import db\n", "db.engine", ("shop/db.py", "engine"), (), id="module-from"),
        pytest.param(
            "from shop.deep import more\n", "more.engine", ("shop/db.py", "engine"), (), id="relative"
        ),
        pytest.param(
            "from shop.deep import more\n",
            "more.again.same",
            ("shop/db.py", "engine"),
            (),
            id="relative-module",
        ),
        pytest.param(
            "from space import inner\n", "inner.value", ("space/inner.py", "value"), (), id="namespace"
        ),
    ],
)
def test_found(text: str, name: str, key: tuple[str, str], rest: tuple[str, ...]) -> None:
    names = definitions(text)
    space = names.module("app.py")
    assert space is not None
    found = names.find(tuple(name.split(".")), space)
    assert found is not None
    assert (found.key, found.rest) == (key, rest)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("", "a", id="unbound"),
        pytest.param("import os\n", "os.environ", id="outside"),
        pytest.param("import shop.db\n", "shop.deep", id="another-module"),
        pytest.param("import shop.db\n", "shop.db", id="module-itself"),
        pytest.param("from shop.db import nothing\n", "nothing", id="not-there"),
        pytest.param("from shop.db import empty\n", "empty", id="only-annotated"),
        pytest.param("from broken import x\n", "x", id="unreadable"),
        pytest.param("from circle import x\n", "x", id="circle"),
        pytest.param("from .....nowhere import x\n", "x", id="above-the-root"),
        pytest.param("with x as a:\n    pass\n", "a", id="with-target"),
        pytest.param("for a in x:\n    pass\n", "a", id="loop-target"),
    ],
)
def test_not_found(text: str, name: str) -> None:
    names = definitions(text)
    space = names.module("app.py")
    assert space is not None
    assert names.find(tuple(name.split(".")), space) is None
    assert names.find((), space) is None


FUNCTION = """\
from asyncio import run
import os.path
a = b = c = 1


def f(b):
    global c
    c = 2
    a = 3
    import shop.db as d

    def inner(x):
        y = 1
"""


@pytest.mark.parametrize(
    ("name", "key"),
    [
        pytest.param("a", ("app.py", "a"), id="local"),
        pytest.param("b", None, id="parameter"),
        pytest.param("c", ("app.py", "c"), id="global"),
        pytest.param("d.engine", ("shop/db.py", "engine"), id="local-import"),
        pytest.param("inner", ("app.py", "inner"), id="inner-function"),
        pytest.param("y", ("app.py", "y"), id="name-of-an-inner-function"),
        pytest.param("x", None, id="parameter-of-an-inner-function"),
        pytest.param("f", ("app.py", "f"), id="outer"),
    ],
)
def test_function(name: str, key: tuple[str, str] | None) -> None:
    names = definitions(FUNCTION)
    space = names.module("app.py")
    assert space is not None
    (function,) = space.bound["f"]
    assert isinstance(function, e.FunctionDef)
    found = names.find(tuple(name.split(".")), names.inside(function, space))
    assert (None if found is None else found.key) == key
    if name in ("a", "c"):
        assert found is not None
        assert (found.space.outer is None) == (name == "c")


@pytest.mark.parametrize(
    ("name", "dotted"),
    [
        pytest.param("run", "asyncio.run", id="from"),
        pytest.param("os.path.join", "os.path.join", id="dotted"),
        pytest.param("d.engine", "shop.db.engine", id="alias"),
        pytest.param("print", "print", id="unbound"),
        pytest.param("a", "", id="bound"),
        pytest.param("b.run", "", id="parameter"),
    ],
)
def test_outside(name: str, dotted: str) -> None:
    names = definitions(FUNCTION)
    space = names.module("app.py")
    assert space is not None
    (function,) = space.bound["f"]
    assert isinstance(function, e.FunctionDef)
    assert names.outside(tuple(name.split(".")), names.inside(function, space)) == dotted


def test_outside_of_a_relative_import() -> None:
    names = definitions("from . import x\n")
    space = names.module("app.py")
    assert space is not None
    assert names.outside(("x",), space) == ""


def test_missing_module() -> None:
    assert definitions("").module("nowhere.py") is None


def test_mentions() -> None:
    module = definitions("f(a.b.c, g().h, [d])\n").sources.module("app.py")
    assert isinstance(module, e.Module)
    assert list(mentions(*module.body)) == [("f",), ("a", "b", "c"), ("g",), ("d",)]
    assert chain_of(e.Literal(1, (1, 1, 1, 1))) == ()
