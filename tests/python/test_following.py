# ruff: noqa: E501 - tables of code
"""Names over several files, hooks of forked children, and questions to code without engines."""

import pytest

from poollint.config import Config
from poollint.facts import Disposal
from poollint.project import Project
from poollint.python.engineless import EnginelessCode
from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.modules import Sources
from poollint.run import understand
from poollint.source import SourceFile
from poollint.values import Known, OneOf, Symbol, Unknown, Value

LONG = "while z:\n    for i in range(30):\n        n = n + i\n" * 400


def worth(files: dict[str, str]) -> Value:
    sources = Sources(files, lambda path: SourceFile(path, files[path]) if path in files else None)
    return Evaluator(sources).constants("app.py")["x"]


def shown(value: Value) -> object:
    if isinstance(value, Known) and isinstance(value.value, Symbol):
        return f"<{value.value.name}>"
    assert isinstance(value, Known), value
    return value.value


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"app.py": "from c import *\nx = n", "c.py": "n = 5"}, 5, id="star"),
        pytest.param(
            {"app.py": "from importlib import import_module\nx = import_module('c').n", "c.py": "n = 5"},
            5,
            id="a module by name",
        ),
        pytest.param(
            {"app.py": "n = 1\nfrom c import *\nx = n", "c.py": "n = 5"}, 5, id="a star that replaces"
        ),
        pytest.param(
            {"app.py": "n = 1\nfrom c import *\nx = n", "c.py": "m = 5"}, 1, id="a star that does not"
        ),
        pytest.param({"app.py": "_n = 1\nfrom c import *\nx = _n", "c.py": "_n = 5"}, 1, id="a private name"),
        pytest.param(
            {"app.py": "_n = 1\nfrom c import *\nx = _n", "c.py": "__all__ = ('_n',)\n_n = 5"},
            5,
            id="a private name in __all__",
        ),
        pytest.param(
            {"app.py": "n = 1\nfrom c import *\nx = n", "c.py": "__all__ = ('m',)\nn = m = 5"},
            1,
            id="not in __all__",
        ),
        pytest.param(
            {"app.py": "from c import *\nx = n", "c.py": "from d import *", "d.py": "n = 6"},
            6,
            id="a star through a star",
        ),
        pytest.param(
            {"app.py": "from c import n\nx = n", "c.py": "from d import *", "d.py": "n = 6"},
            6,
            id="a name through a star",
        ),
        pytest.param(
            {"app.py": "from c import *\nfrom d import *\nx = n", "c.py": "n = 5", "d.py": "n = 6"},
            6,
            id="the later star",
        ),
        pytest.param(
            {"app.py": "from c import *\nx = len((1, 2))", "c.py": "n = 5"}, 2, id="a builtin behind a star"
        ),
        pytest.param({"app.py": "from y import *\nx = n", "c.py": ""}, "<y.n>", id="a star from outside"),
        pytest.param(
            {"app.py": "import p.c\nx = p.c.n", "p/__init__.py": "", "p/c.py": "n = 5"}, 5, id="a submodule"
        ),
        pytest.param(
            {"app.py": "import p.c as q\nx = q.n", "p/__init__.py": "", "p/c.py": "n = 5"},
            5,
            id="a submodule under another name",
        ),
        pytest.param(
            {"app.py": "from p import c\nx = c.n", "p/__init__.py": "", "p/c.py": "n = 5"},
            5,
            id="a submodule from a package",
        ),
        pytest.param(
            {"app.py": "from p import c\nx = c.n", "p/__init__.py": "from . import c", "p/c.py": "n = 5"},
            5,
            id="a package that imports its own",
        ),
        pytest.param(
            {"app.py": "from ns import c\nx = c.n", "ns/c.py": "n = 5"}, 5, id="a folder without a module"
        ),
        pytest.param(
            {"app.py": "from ns import d\nx = d", "ns/c.py": "n = 5"},
            "<ns.d>",
            id="what a folder does not hold",
        ),
        pytest.param({"app.py": "import ns.c\nx = ns.c.n", "ns/c.py": "n = 5"}, 5, id="through a folder"),
        pytest.param({"app.py": "import c\nx = c.__name__", "c.py": ""}, "c", id="the name of a module"),
        pytest.param(
            {"app.py": "import c\ndef f():\n    import c as d\n    return d.n\nx = f()", "c.py": "n = 5"},
            5,
            id="imported in a function",
        ),
        pytest.param(
            {"app.py": "from c import a\nn = 3\nx = a", "c.py": "a = 1\nfrom app import n"}, 1, id="a circle"
        ),
    ],
)
def test_a_name_is_followed(files: dict[str, str], expected: object) -> None:
    assert shown(worth(files)) == expected


A = "class A:\n    pass\na = A()\n"
NESTED = "class A:\n    def __init__(self, b):\n        self.b = b\nclass B:\n    def __init__(self):\n        self.n = 5\n    def m(self):\n        self.n = 9\n"


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        pytest.param(A + "a.n = 5\ndef f():\n    a.n = 6", "a.n", {5, None}, id="an attribute"),
        pytest.param(A + "a.b = A()\na.b.n = 5\ndef f():\n    a.b.n = 6", "a.b.n", {5, None}, id="an attribute of an attribute"),
        pytest.param(A + "a.d = {'k': 1}\ndef f():\n    a.d['k'] = 6", "a.d['k']", {1, None}, id="an item of an attribute"),
        pytest.param(A + "a.d = {'k': 1}\ndef f():\n    a.d = {}", "a.d['k']", {1, None}, id="a dict that is replaced"),
        pytest.param(A + "a.d = [1]\ndef f():\n    a.d.append(6)", "a.d[0]", {None}, id="a list that grows"),
        pytest.param(A + "a.n = 5\ndef f():\n    a.n.m = 6", "a.n", {5}, id="an attribute of a number"),
        pytest.param("a = 5\ndef f():\n    a.n = 6", "a", {5}, id="an attribute of a global number"),
        pytest.param("class A:\n    n = 5\ndef f():\n    A.n = 6", "A.n", {5, None}, id="an attribute of a class"),
        pytest.param("d = {'k': 1}\ndef f():\n    global d\n    d = {}", "d['k']", {1, None}, id="a global dict"),
        pytest.param("d = [1]\ndef f():\n    global d\n    d = [2]", "d[0]", {None}, id="a global list"),
        pytest.param("d = 1\ndef f():\n    global d\n    d += 1", "d", {1, None}, id="a global number, added to"),
        pytest.param("d = [1]\ndef f():\n    e = d\n    e += [2]", "d[0]", {None}, id="a global list, added to under another name"),
        pytest.param("d = 1\ndef f():\n    global d\n    a, *d = (1, 2)", "d", {1, None}, id="a starred target"),
        pytest.param(NESTED + "a = A(A(A(A(B()))))", "a.b.b.b.b.n", {5, None}, id="an object deep inside"),
        pytest.param(NESTED + "a = A(B())\na.b.b = a", "a.b.b.b.n", {5, None}, id="objects in a circle"),
        pytest.param("class A:\n    def __init__(self):\n        self.n = 5\n    def m(self, o):\n        o.n = 9\na = A()", "a.n", {5}, id="another object than the method's own"),
        pytest.param("class A:\n    def __init__(self):\n        self.d = {'k': 1}\n    def m(self):\n        self['z'] = 9\na = A()", "a.d['k']", {1}, id="an item of the object itself"),
    ],
)  # fmt: skip
def test_what_functions_may_change_later(code: str, name: str, expected: set[int | None]) -> None:
    value = worth({"app.py": f"import c\nx = c.{name}", "c.py": code})
    parts = value.values if isinstance(value, OneOf) else (value,)
    assert {shown(part) if isinstance(part, Known) else None for part in parts} == expected


def test_a_module_that_a_variable_names_may_be_another() -> None:
    code = "import os\nfrom importlib import import_module\nx = import_module(os.getenv('M', 'c')).n"
    value = worth({"app.py": code, "c.py": "n = 5"})
    assert isinstance(value, OneOf)
    one, other = value.values
    assert shown(one) == 5
    assert isinstance(other, Unknown)


@pytest.mark.parametrize(
    ("files", "known"),
    [
        pytest.param({"app.py": "import c, y\nn = c.N\nif y.z:\n    import d\n    q = d.q\nx = c.N", "c.py": "N = 5", "d.py": "import c\nc.N = 6\nq = 1"}, False, id="set by a module that is imported sometimes"),
        pytest.param({"app.py": "import c, y\nn = c.N\nif y.z:\n    import d\n    q = d.q\nx = c.N", "c.py": "N = undefined", "d.py": "import c\nc.N = 6\nq = 1"}, False, id="not known, and set by a module that is imported sometimes"),
        pytest.param({"app.py": "import c\nx = c.S.n", "c.py": "from d import *\nn = 0\n" + LONG, "d.py": "class S:\n    n = 5"}, True, id="a name that a long module does not change"),
        pytest.param({"app.py": "import c\nx = c.S.n", "c.py": "from d import *\nS.n = 6\nn = 0\n" + LONG, "d.py": "class S:\n    n = 5"}, False, id="a name of which a long module changes an attribute"),
    ],
)  # fmt: skip
def test_what_other_modules_may_change(files: dict[str, str], known: bool) -> None:
    assert isinstance(worth(files), Known) == known


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"app.py": "from c import n\nx = n", "c.py": "m = 1"}, id="not bound there"),
        pytest.param({"app.py": "import c\nx = c.n", "c.py": "def ("}, id="a module that does not parse"),
        pytest.param(
            {"app.py": "from c import *\nx = n", "c.py": "def ("}, id="a star from what does not parse"
        ),
        pytest.param({"app.py": "from c import *\nx = n", "c.py": "m = 1"}, id="a star that lacks it"),
        pytest.param({"app.py": "from .... import n\nx = n"}, id="above the root"),
        pytest.param(
            {
                "app.py": "import os\nn = [1]\nimport c\nif os.getenv('A'):\n    c.f(n)\nx = n[0]",
                "c.py": "def f(l):\n    l.append(2)",
            },
            id="a list changed elsewhere on a condition",
        ),
        pytest.param({"app.py": "a.b, c = 1, 2\nwhile True:\n    pass\nx = d"}, id="a loop without an end"),
    ],
)
def test_a_name_is_lost(files: dict[str, str]) -> None:
    assert isinstance(worth(files), Unknown)


def test_a_module_of_too_many_steps_is_given_up_whole() -> None:
    grow = "\n".join(f"def f{i}(n):\n    return sum([f{i + 1}(j) for j in range(30)])" for i in range(6))
    code = f"import os\nfrom y import z\nclass C:\n    a = 1\nn: int = 1\nC.a, n = 2, 3\n{grow}\ndef f6(n):\n    return n\nx = f0(1)\n"
    sources = Sources(["app.py"], lambda path: SourceFile(path, code) if path == "app.py" else None)
    said = Evaluator(sources).constants("app.py")
    assert {
        name: type(value) for name, value in said.items() if name in ("x", "n", "C", "z", "f0")
    } == dict.fromkeys(("x", "n", "C", "z", "f0"), Unknown)


ENGINE = "from sqlalchemy import create_engine\nengine = create_engine('postgresql://db/x')\n"
ASYNC = "from sqlalchemy.ext.asyncio import create_async_engine\nengine = create_async_engine('postgresql+asyncpg://db/x')\n"
CELERY = "from celery.signals import worker_process_init\nfrom db import engine\n"


def disposals(files: dict[str, str]) -> list[tuple[str, str]]:
    (topology,) = understand(Project.of(files), Config())
    return [(each.at.path, each.hook) for each in topology.lifetimes if isinstance(each, Disposal)]


@pytest.mark.parametrize(
    ("files", "hook"),
    [
        pytest.param(
            {
                "db.py": ENGINE,
                "conf.py": "from db import engine\ndef post_fork(server, worker):\n    engine.dispose()\n",
            },
            "gunicorn's post_fork",
            id="gunicorn",
        ),
        pytest.param(
            {
                "db.py": ENGINE,
                "conf.py": f"{CELERY}@worker_process_init.connect\ndef start(**_):\n    engine.dispose(close=True)\n",
            },
            "celery's worker_process_init",
            id="celery",
        ),
        pytest.param(
            {
                "db.py": ENGINE,
                "conf.py": f"{CELERY}@worker_process_init.connect(weak=False)\ndef start(**_):\n    engine.dispose(True)\n",
            },
            "celery's worker_process_init",
            id="celery-called",
        ),
        pytest.param(
            {
                "db.py": ASYNC,
                "conf.py": "from uwsgidecorators import postfork\nfrom db import engine\n@postfork\ndef start():\n    engine.sync_engine.dispose()\n",
            },
            "uwsgi's postfork",
            id="uwsgi-async",
        ),
    ],
)
def test_a_child_that_closes_what_its_parent_opened(files: dict[str, str], hook: str) -> None:
    assert disposals(files) == [("conf.py", hook)]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {
                "db.py": ENGINE,
                "conf.py": "from db import engine\ndef post_fork(server, worker):\n    engine.dispose(close=False)\n",
            },
            id="close-false",
        ),
        pytest.param(
            {
                "db.py": ENGINE,
                "conf.py": "from db import engine\ndef post_fork(server, worker):\n    engine.dispose(False)\n",
            },
            id="positional",
        ),
        pytest.param(
            {
                "db.py": ENGINE,
                "conf.py": "from db import engine\ndef stop():\n    engine.dispose()\n# post_fork\n",
            },
            id="another-function",
        ),
        pytest.param(
            {
                "db.py": ENGINE,
                "conf.py": "from db import engine\ndef post_fork(server, worker):\n    worker.dispose()\n",
            },
            id="another-object",
        ),
        pytest.param(
            {
                "db.py": ENGINE,
                "conf.py": "from db import engine\ndef post_fork(server, worker):\n    engine.pool.dispose()\n",
            },
            id="an-attribute",
        ),
        pytest.param(
            {
                "db.py": ENGINE,
                "conf.py": "from db import engine\ndef post_fork(server, worker):\n    (engine or worker).dispose()\n",
            },
            id="an-expression",
        ),
        pytest.param(
            {
                "db.py": ENGINE,
                "conf.py": "from db import engine\n@(lambda f: f)\ndef worker_process_init():\n    engine.dispose()\n",
            },
            id="a-decorator-without-a-name",
        ),
        pytest.param({"conf.py": "def post_fork(server, worker):\n    engine.dispose()\n"}, id="no-engine"),
    ],
)
def test_a_child_that_closes_nothing_of_its_parent(files: dict[str, str]) -> None:
    assert disposals(files) == []


def test_code_without_engines_answers_as_the_interpreter_does() -> None:
    files = {
        "main.py": "import uvicorn\nimport os\nworkers = int(os.environ['W'])\nuvicorn.run('app:app', workers=4)\n",
        "app.py": "import main\n",
        "db.py": ENGINE,
    }
    project = Project.of(files)
    code = EnginelessCode((), project)
    (topology,) = understand(project, Config())
    (engine,) = topology.engines
    at = Known("3", engine.at)
    assert (code.engines, code.lifetimes, code.handlers, code.skipped) == ((), (), (), ())
    assert code.module_path("app", "main.py") == "app.py"
    assert shown(code.constants("main.py", {"W": at})["workers"]) == 3
    assert [call.callee for call in code.calls("main.py", {})] == ["uvicorn.run"]
    assert code.reaches("app.py", engine) is None
    assert code.in_environment(engine, {}).at == engine.at
    assert not code.is_replaced(engine, {})
    assert code.skipped == ()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "os.environ.update({'A': '9'}, B='1')\nx = os.environ['A'] + os.environ['B']", "91", id="updated"
        ),
        pytest.param("os.environ.update(B='1')\nx = os.getenv('B')", "1", id="updated by name"),
        pytest.param("x = os.environ.update()", None, id="updated with nothing"),
        pytest.param("x = os.putenv('A', '1')", None, id="put"),
        pytest.param("f = lambda a, b=2: a + b\nx = f(*[1], **{'b': 5})", 6, id="a lambda with both stars"),
        pytest.param(
            "class C:\n    if True:\n        a = 1\n    class D:\n        b = 2\nx = C.a + C.D.b",
            3,
            id="classes within",
        ),
        pytest.param("x = 1\nif undefined is None:\n    import sys\n    sys.exit(1)\nx = 2", 2, id="an exit"),
        pytest.param("a, *b = [1, 2]\ndel (a, b)\nx = 4", 4, id="several deleted"),
        pytest.param(
            "def f(n):\n    assert n, 'no'\n    return n\nx = f(3)", 3, id="an assertion in a function"
        ),
    ],
)
def test_environment_and_others_are_known(code: str, expected: object) -> None:
    assert shown(worth({"app.py": f"import os\n{code}\n"})) == expected


NESTED = (
    "\n".join(f"def f{i}(d):\n    return f{i + 1}(d)" for i in range(80))
    + "\ndef f80(d):\n    return d['a']\n"
)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("os.environ.pop('A')\nx = os.environ['A'] * 1", id="removed"),
        pytest.param("os.unsetenv('A')\nx = os.environ['A'] * 1", id="unset"),
        pytest.param(f"{NESTED}x = f0({{'a': 1}})", id="calls nested too deeply"),
        pytest.param(
            "from dataclasses import dataclass\nimport y\n@dataclass\nclass C:\n    a: int\nx = C(**y.k).a",
            id="a field of what is not known",
        ),
        pytest.param(
            "import y\n@y.f[0]\ndef f():\n    return 1\nx = f()", id="a decorator of what is not known"
        ),
        pytest.param("@5\ndef f():\n    return 1\nx = f()", id="a decorator that is a number"),
        pytest.param("import y\nx = (y.a or 1)(2).b(3)", id="calls of a choice"),
        pytest.param(
            "def f(l, n):\n    l.append(n)\n    return f(l, n)\nl = [1]\nf(l, 2)\nx = l[0]",
            id="a list in a recursion",
        ),
        pytest.param(
            "n = 1\ndef f():\n    global n\n    n = 2\n    return f()\nf()\nx = n",
            id="a global in a recursion",
        ),
    ],
)
def test_environment_and_others_are_lost(code: str) -> None:
    said = worth({"app.py": f"import os\n{code}\n"})
    assert not isinstance(said, Known), said
