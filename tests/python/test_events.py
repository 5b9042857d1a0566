# ruff: noqa: E501 - tables of code
"""Which engines a file makes, with what, and how they were reached."""

from collections.abc import Iterable

import pytest

from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.evaluation.objects import MakerCall
from poollint.python.modules import Sources
from poollint.source import SourceFile
from poollint.values import FromEnv, Known, OneOf, Unknown, Value

MAKERS = frozenset({"sqlalchemy.create_engine", "sqlalchemy.ext.asyncio.create_async_engine"})


def shown(value: Value) -> str:
    match value:
        case Known(value=known):
            return str(known)
        case FromEnv(variables=names, default=default):
            return "$" + "|".join(names) + ("" if default is None else f":{shown(default)}")
        case OneOf():
            return "/".join(sorted(map(shown, value.values)))
        case Unknown():
            return "?"
        case _:
            return type(value).__name__


def sources_of(files: dict[str, str]) -> Sources:
    return Sources(files, lambda path: SourceFile(path, files[path]) if path in files else None)


def events(files: dict[str, str] | str, path: str = "app.py") -> tuple[MakerCall, ...]:
    texts = {"app.py": files} if isinstance(files, str) else files

    def callers(name: str) -> Iterable[str]:
        return [each for each, text in texts.items() if name in text]

    return Evaluator(sources_of(texts), {}, makers=MAKERS, callers=callers).events(path)


def line(call: MakerCall) -> str:
    words = [shown(value) for value in call.positional]
    words += [
        f"{entry.key}{'' if entry.condition is None else '?'}={shown(entry.value)}" for entry in call.keywords
    ]
    return " ".join(words + (["**"] if call.rest else []))


HEAD = "from sqlalchemy import create_engine\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("create_engine('u', pool_size=5)", ["u pool_size=5"], id="plain"),
        pytest.param("f().sa.create_engine('u')", [], id="a method of what a call gives"),
        pytest.param("import sqlalchemy as sa\nsa.create_engine('u')", ["u"], id="through the module"),
        pytest.param("from sqlalchemy import create_engine as ce\nce('u')", ["u"], id="another name"),
        pytest.param("def create_engine(a):\n    return a\ncreate_engine('u')", [], id="a function of that name"),
        pytest.param("def f():\n    return create_engine('u')", ["u"], id="never called"),
        pytest.param("def f(u, n=5):\n    return create_engine(u, n=n)", ["? n=5/?"], id="parameters"),
        pytest.param("def f(u, **k):\n    return create_engine(u, **k)\nf('a', n=1)\nf('b')", ["a n=1", "b"], id="two calls"),
        pytest.param("def g():\n    f('a')\ndef f(u):\n    return create_engine(u)", ["a"], id="called by a function"),
        pytest.param("class D:\n    def __init__(self, u):\n        self.e = create_engine(u)\ndef g():\n    D('a')", ["a"], id="constructor"),
        pytest.param("class D:\n    n = 5\n    def go(self):\n        create_engine('u', n=self.n)", ["u n=5"], id="method never called"),
        pytest.param("class D:\n    def __init__(self):\n        self.n = 5\n    def go(self):\n        create_engine('u', n=self.n)\n    def set(self, n):\n        self.n = n", ["u n=5/?"], id="attribute set elsewhere"),
        pytest.param("k = {'n': 1}\nif z:\n    k['m'] = 2\ncreate_engine('u', **k)", ["u n=1 m?=2"], id="conditional keyword"),
        pytest.param("for u in ('a', 'b'):\n    create_engine(u)", ["a/b"], id="known loop"),
        pytest.param("[create_engine(u) for u in z]", ["?"], id="comprehension"),
        pytest.param("from dependency_injector import providers\nproviders.Singleton(create_engine, 'u', n=1)", ["u n=1"], id="handed on"),
        pytest.param("from functools import partial\npartial(create_engine, n=1)('u')", ["u n=1"], id="partial"),
        pytest.param("e = None\ndef get():\n    global e\n    if e is None:\n        e = create_engine('u')\n    return e", ["u"], id="guarded global"),
        pytest.param("def f(n):\n    create_engine('u', n=n)\n    f(n - 1)\nf(3)", ["? n=? **"], id="recursion"),
        pytest.param("create_engine('a', n=1)\ndef f(n):\n    create_engine('u', n=n)\n    f(n - 1)\nf(3)", ["? n=? **", "a n=1"], id="recursion beside another call"),
        pytest.param("class C:\n    n = 5\n    @classmethod\n    def go(cls):\n        return create_engine('u', n=cls.n)", ["u n=5"], id="class method never called"),
        pytest.param("def f(n):\n    return create_engine('u', n=n)\ndef g():\n    create_engine('v')\n    return f(5)", ["u n=5", "v"], id="a caller that makes one of its own"),
        pytest.param("for n in (1, 2):\n    create_engine('u', n=n)", ["u n=1/2"], id="known loop over a keyword"),
        pytest.param("create_engine('v')\nn = 1\n" + "while z:\n    for i in range(30):\n        n = n + i\n" * 400, ["v"], id="a call before a body takes too many steps"),
        pytest.param("try:\n    def f():\n        return create_engine('a')\nexcept ImportError:\n    def f():\n        return create_engine('b')", ["a", "b"], id="functions in a try"),
        pytest.param("with z:\n    def f():\n        return create_engine('a')", ["a"], id="a function in a with"),
        pytest.param("def f():\n    return create_engine('a')\nf = 5", ["a"], id="a function whose name is bound anew"),
        pytest.param("class C:\n    def f(self):\n        return create_engine('a')\n    f = 5", ["a"], id="a method whose name is bound anew"),
        pytest.param("class C:\n    def f(self):\n        return create_engine('a')\nC = 5", [], id="a class whose name is bound anew"),
        pytest.param("def f(n):\n    create_engine('u', n=n)\n    while z:\n" + "        for i in range(30):\n            n = n + i\n" * 400, ["? n=? **"], id="a function that takes too many steps"),
        pytest.param("n = 1\ndef f(n):\n    return create_engine('u', n=n)\nf(1)\nfor u in ('a', 'b'):\n    create_engine(u)\n" + "while z:\n    for i in range(30):\n        n = n + i\n" * 400, ["? **", "? n=? **"], id="a body that takes too many steps"),
        pytest.param("for u in ('a', 'a'):\n    create_engine(u, n=1)", ["a n=1"], id="a loop that gives the same twice"),
        pytest.param("for k in ({'n': 1}, {'m': 2}):\n    create_engine('u', **k)", ["u n?=1 m?=2"], id="a loop over keywords"),
        pytest.param("for a in (('u',), ('u', 5)):\n    create_engine(*a)", ["u **"], id="a loop over positional arguments"),
        pytest.param("from functools import partial\nk = {}\nif z:\n    k['n'] = 2\npartial(create_engine, n=1)('u', **k)", ["u n=1/2"], id="a keyword given sometimes over that of a partial"),
        pytest.param("from functools import partial\npartial(create_engine, n=1)('u', **z)", ["u n=1/? **"], id="strange keywords over those of a partial"),
        pytest.param("from functools import partial\nfrom dependency_injector import providers\nproviders.Singleton(partial(create_engine, n=1), 'u', m=2)", ["u n=1 m=2"], id="a partial handed on"),
    ],
)  # fmt: skip
def test_arguments(code: str, expected: list[str]) -> None:
    assert sorted(map(line, events(HEAD + code))) == expected


def test_callers_in_other_files_decide() -> None:
    files = {
        "app/__init__.py": "",
        "app/db.py": HEAD + "def make(u, n):\n    return create_engine(u, n=n)\n",
        "app/main.py": "from app.db import make\nfrom app.config import N\nengine = make('u', N)\n",
        "app/config.py": "import app.unrelated\nN = 7\n",
        "app/unrelated.py": "",
    }
    (call,) = events(files, "app/db.py")
    assert line(call) == "u n=7"
    assert [str(span) for span in call.calls] == ["app/main.py:3"]
    assert [(each.path, each.target) for each in call.bound] == [("app/main.py", "engine")]


def test_nothing_is_parsed_that_no_argument_leads_to() -> None:
    files = {
        "app.py": HEAD + "from config import N\nfrom log import setup\nimport models\nsetup(models.Base)\n"
        "create_engine('u', n=N)\n",
        "config.py": "from log import setup\nsetup()\nN = 5\n",
        "log.py": "def setup(*a): pass\n",
        "models.py": "class Base: pass\n",
    }
    sources = sources_of(files)
    (call,) = Evaluator(sources, makers=MAKERS).events("app.py")
    assert line(call) == "u n=5"
    assert set(sources.parsed) == {"app.py", "config.py"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"app.py": "from base import Base\nclass S(Base):\n    n = 3\ns = S()\ncreate_engine(s.u, n=s.n)", "base.py": "class Base:\n    u = 'v'\n"}, ["v n=3"], id="a base class of an object"),
        pytest.param({"app.py": "from base import Base\nclass S(Base):\n    def go(self):\n        return create_engine(self.u, n=self.n)", "base.py": "class Base:\n    u = 'v'\n    def __init__(self):\n        self.n = 5\n"}, ["v n=5"], id="a base class whose method nobody calls"),
        pytest.param({"app.py": "import os\nfrom c import N\ncreate_engine('u', n=os.getenv('A', N))", "c.py": "N = 5"}, ["u n=$A:5"], id="a default of a variable"),
        pytest.param({"app.py": "import os\nfrom c import N\ncreate_engine('u', n=int(os.getenv('A', N)))", "c.py": "N = '5'"}, ["u n=$A:5"], id="a default of a converted variable"),
        pytest.param({"app.py": "from c import K\nd = {'a': 'u', 'b': 'v'}\ncreate_engine(d[K])", "c.py": "K = 'b'"}, ["v"], id="a key of a dict"),
        pytest.param({"app.py": "import c\nc.sa.create_engine('u')", "c.py": "import sqlalchemy as sa"}, ["u"], id="the maker through another module"),
        pytest.param({"app.py": "from c import lazily\nsa = lazily('sqlalchemy')\nsa.create_engine('u')", "c.py": "from importlib import import_module\ndef lazily(name):\n    return import_module(name)"}, ["u"], id="a module that a function imports"),
        pytest.param({"app.py": "from c import *\ncreate_engine('u', n=N)", "c.py": "N = 5"}, ["u n=5"], id="a name from a star"),
        pytest.param({"app.py": "create_engine('v')\nfrom c import wrap\nwrap(create_engine('u', n=1))", "c.py": "def wrap(e):\n    return e"}, ["u n=1", "v"], id="a wrapper of the second of two"),
        pytest.param({"app.py": "from c import N\nif N:\n    create_engine('u')", "c.py": "N = 0"}, [], id="a condition"),
        pytest.param({"app.py": "from c import wrap\nwrap(create_engine('u', n=1))\ncreate_engine('v')", "c.py": "def wrap(e):\n    return e"}, ["u n=1", "v"], id="a wrapper of one of two"),
        pytest.param({"app.py": "def make(n):\n    return create_engine('u', n=n)", "bad.py": "make(", "other.py": "# make is a word here\n"}, ["u n=?"], id="callers that cannot be read, or do not call"),
    ],
)  # fmt: skip
def test_imported_names_are_looked_up(files: dict[str, str], expected: list[str]) -> None:
    files = {**files, "app.py": HEAD + files["app.py"]}
    assert sorted(map(line, events(files))) == expected


def test_without_a_search_for_callers_the_file_itself_is_searched() -> None:
    code = HEAD + "def f(n):\n    return create_engine('u', n=n)\ndef g():\n    return f(5)\n"
    (call,) = Evaluator(sources_of({"app.py": code}), makers=MAKERS).events("app.py")
    assert line(call) == "u n=5"


def test_after_many_steps_no_more_callers_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    code = HEAD + "def f(n):\n    return create_engine('u', n=n)\ndef g():\n    return f(5)\n"
    assert list(map(line, events(code))) == ["u n=5"]
    monkeypatch.setattr("poollint.python.evaluation.driving.MOST_STEPS", 0)
    assert list(map(line, events(code))) == ["u n=?"]


def test_branches_exclude_each_other() -> None:
    one, two = events(
        HEAD + "import os\nif os.getenv('A'):\n    create_engine('a')\nelse:\n    create_engine('b')"
    )
    (first,), (second,) = one.conditions, two.conditions
    assert first.group == second.group
    assert (first.arm, second.arm) == (0, 1)
    assert (first.text, second.text) == ("os.getenv('A')", "not (os.getenv('A'))")


def test_an_early_return_excludes_the_rest() -> None:
    one, two = events(
        HEAD + "def f(z):\n    if z:\n        return create_engine('a')\n    return create_engine('b')"
    )
    assert one.conditions[0].group == two.conditions[0].group
    assert one.conditions[0].arm != two.conditions[0].arm


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("e = create_engine('u')", ((), (), False, False, False), id="module"),
        pytest.param("async def f():\n    e = create_engine('u')\n    await e.dispose()", (("f",), (), True, False, True), id="disposed"),
        pytest.param("from functools import lru_cache\n@lru_cache(maxsize=1)\ndef f():\n    return create_engine('u')", (("f",), ("functools.lru_cache",), False, False, False), id="cached"),
        pytest.param("class C:\n    def m(self):\n        for u in z:\n            create_engine(u)", (("C", "m"), (), False, True, False), id="loop"),
    ],
)  # fmt: skip
def test_surroundings(code: str, found: tuple[object, ...]) -> None:
    (call,) = events(HEAD + code)
    assert (call.functions, call.decorators, call.is_async, call.loop, call.disposed) == found


def test_a_file_without_a_maker_is_left_alone() -> None:
    assert events("import os\nx = 1") == ()
    assert events("f(create_engine=1)") == ()
    assert events({"app.py": "create_engine("}) == ()


def test_a_function_that_is_called_twice_makes_one_engine_of_two_names() -> None:
    (call,) = events(HEAD + "def f():\n    return create_engine('u')\na = f()\nb = f()")
    assert [one.target for one in call.bound] == ["a", "b"]


def test_only_the_engine_that_is_disposed_of_is() -> None:
    code = "def f():\n    a = create_engine('a')\n    b = create_engine('b')\n    b.dispose()\n"
    assert [call.disposed for call in events(HEAD + code)] == [False, True]
