# ruff: noqa: E501 - tables of code
"""What snippets are worth: a table from the last assignment to `x` to its value, as short text."""

import pytest

from poollint.python.evaluate import Evaluator
from poollint.python.modules import Sources
from poollint.source import SourceFile, Span
from poollint.values import FromEnv, Known, OneOf, Record, Symbol, Text, Unknown, Value


def shown(value: Value) -> str:
    match value:
        case Known(value=Symbol() as symbol):
            return f"<{symbol.name}>"
        case Known(value=known):
            return repr(known)
        case FromEnv(variables=names, default=default):
            return f"${'|'.join(names)}" + ("" if default is None else f":{shown(default)}")
        case OneOf():
            return " / ".join(sorted(shown(one) for one in value.values))
        case Text(parts=parts):
            return "".join(part if isinstance(part, str) else "{" + shown(part) + "}" for part in parts)
        case Record(entries=entries, rest=rest):
            items = [
                f"{each.key}{'' if each.condition is None else '?'}={shown(each.value)}" for each in entries
            ]
            return "{" + " ".join([*items, *(["**"] if rest else [])]) + "}"
        case Unknown():
            return "?"


def evaluator(files: dict[str, str], environment: dict[str, Value] | None = None) -> Evaluator:
    sources = Sources(files, lambda path: SourceFile(path, files[path]) if path in files else None)
    return Evaluator(sources, environment)


def worth(code: str, environment: dict[str, Value] | None = None) -> str:
    return shown(evaluator({"app.py": code}, environment).constants("app.py")["x"])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("x = 60 * 30", "1800", id="product"),
        pytest.param("x = -1", "-1", id="negative"),
        pytest.param("x = 7 / 2", "3.5", id="quotient"),
        pytest.param("x = 1 / 0", "?", id="division by zero"),
        pytest.param("x = 10 ** 10 ** 10", "?", id="too large to compute"),
        pytest.param("import math\nx = math.ceil(100 / 8)", "13", id="ceil"),
        pytest.param("x = max(1, min(20, 7))", "7", id="max and min"),
        pytest.param("x = sum([1, 2]) + len((1, 2)) + abs(-2) + round(2.6)", "10", id="folds"),
        pytest.param("x = int('5') + int(2.9) + int(True)", "8", id="int"),
        pytest.param("x = int('five')", "?", id="int that fails"),
        pytest.param("x = 'Postgres://h'.lower().replace('postgres://', 'postgresql://')", "'postgresql://h'", id="text"),
        pytest.param("x = '5,10'.split(',')[1]", "'10'", id="split"),
        pytest.param("a, b = '5,10'.split(',')\nx = int(a) + int(b)", "15", id="unpacked"),
        pytest.param("a, *b = (1, 2, 3)\nx = b[1]", "3", id="starred"),
        pytest.param("x = f'{5:03d}-{\"a\"!r}'", "\"005-'a'\"", id="format"),
        pytest.param("x = '%s:%d' % ('h', 5)", "'h:5'", id="percent"),
        pytest.param("x = '{}:{p}'.format('h', p=5)", "'h:5'", id="str.format"),
        pytest.param("import os\nx = f\"pg://{os.environ['U']}@{os.getenv('H', 'db')}/x\"", "pg://{$U}@{$H:'db'}/x", id="holes"),
        pytest.param("import os\nx = int(os.getenv('P', '5'))", "$P:5", id="variable"),
        pytest.param("import os\nx = int(os.environ['P'])", "$P", id="variable without default"),
        pytest.param("import os\nx = os.getenv('P')", "$P:None", id="variable or None"),
        pytest.param("from os import environ as e\nx = e.get('P', 'a')", "$P:'a'", id="environ under another name"),
        pytest.param("import os\nx = int(os.getenv('P') or 5)", "$P:5", id="or"),
        pytest.param("import os\nx = os.getenv('A') or os.getenv('B') or 'c'", "$A|B:'c'", id="or or"),
        pytest.param("import os\nx = os.getenv('A', os.getenv('B', 'c'))", "$A|B:'c'", id="nested defaults"),
        pytest.param("import os\nx = os.getenv('D', 'False').lower() == 'true'", "$D:False", id="truth text"),
        pytest.param("import os\nx = bool(os.getenv('D', 'False'))", "$D:True", id="bool of a text"),
        pytest.param("import os\nx = os.getenv('D', 'no') in ('yes', '1')", "$D:False", id="in"),
        pytest.param("import os\nos.environ['P'] = '9'\nx = int(os.environ['P'])", "9", id="set by the code"),
        pytest.param("import os\nx = 1 if os.getenv('A') else 2", "1 / 2", id="undecided"),
        pytest.param("A = False\nx = 1 if A else 2", "2", id="decided"),
        pytest.param("from typing import TYPE_CHECKING\nx = 1\nif TYPE_CHECKING:\n    x = 2", "1", id="type checking"),
        pytest.param("x = (y := 5) + y", "10", id="walrus"),
        pytest.param("d = {'a': 1}\nx = d['a'] + d.get('b', 2)", "3", id="dict"),
        pytest.param("d = {'a': 1}\nx = d['b']", "?", id="missing key"),
        pytest.param("d = dict(a=1, **{'b': 2})\nx = {**d, 'a': 3} | {'c': 4}", "{a=3 b=2 c=4}", id="dict forms"),
        pytest.param(
            "x = {'a': 1}\nx.update(b=2)\nx.setdefault('a', 5)\nx.setdefault('c', 3)\nx.pop('b')\ndel x['a']",
            "{c=3}",
            id="dict methods",
        ),
        pytest.param("import os\nx = {}\nif os.getenv('A'):\n    x['a'] = 1", "{a?=1}", id="added sometimes"),
        pytest.param("import os\nx = {'a': 0}\nif os.getenv('A'):\n    x['a'] = 1", "{a=0 / 1}", id="changed sometimes"),
        pytest.param("import os\nx = {'a': 1}\nif os.getenv('A'):\n    del x['a']", "{a?=1}", id="deleted sometimes"),
        pytest.param("import y\nx = {'a': 1, **y.z}", "{a=1 / ? **}", id="unknown splat behind"),
        pytest.param("import y\nx = {**y.z, 'a': 1}", "{a=1 **}", id="unknown splat before"),
        pytest.param("import y\nx = {'a': 1}\ny.change(x)", "{**}", id="given to a stranger"),
        pytest.param("import logging\nx = {'a': 1}\nlogging.info(x)", "{a=1}", id="given to a logger"),
        pytest.param("d = {'a': 1}\nx = d\nd['a'] = 2", "{a=2}", id="alias"),
        pytest.param("d = {'a': 1}\nx = d.copy()\nd['a'] = 2", "{a=1}", id="copy"),
        pytest.param("x = {k: v for k, v in {'a': 1, 'b': None}.items() if v is not None}", "{a=1}", id="comprehension"),
        pytest.param("x = 0\nfor i in (1, 2, 3):\n    x += i", "6", id="known loop"),
        pytest.param("import y\nx = 0\nfor i in y.z:\n    x = x + 1", "?", id="unknown loop"),
        pytest.param("x = 1\nfor i in (1, 2):\n    if i == 1:\n        break\n    x = 5", "1", id="break"),
        pytest.param("x = 1\nwhile f():\n    x = 2\n", "2 / ?", id="while"),
        pytest.param("def f(a, b=2, *c, d=4, **e):\n    return a + b + len(c) + d + len(e)\nx = f(1, 2, 3, z=5)", "9", id="call"),
        pytest.param("def f(a):\n    if a:\n        return 1\n    return 2\nx = f(0)", "2", id="decided return"),
        pytest.param("def f(n):\n    return f(n - 1)\nx = f(3)", "?", id="recursion"),
        pytest.param("from functools import partial\ndef f(a, b):\n    return a - b\nx = partial(f, b=1)(5)", "4", id="partial"),
        pytest.param("from functools import lru_cache\n@lru_cache\ndef f():\n    return 5\nx = f()", "5", id="cached"),
        pytest.param("def twice(f):\n    def g(*a, **k):\n        return f(*a, **k) * 2\n    return g\n@twice\ndef f(a):\n    return a\nx = f(3)", "6", id="decorator"),
        pytest.param("import y\n@y.strange\ndef f():\n    return 5\nx = f()", "?", id="strange decorator"),
        pytest.param("x = (lambda a, b=2: a * b)(4)", "8", id="lambda"),
        pytest.param("async def f():\n    return 5\nx = f()", "?", id="not awaited"),
        pytest.param("import asyncio\nasync def f():\n    return 5\nasync def g():\n    return await f()\nx = asyncio.run(g())", "5", id="awaited"),
        pytest.param("class C:\n    a = 1\n    b = a + 1\nx = C.b", "2", id="class attribute"),
        pytest.param("class C:\n    def __init__(self, n=3):\n        self.n = n\n    def two(self):\n        return self.n * 2\nx = C(4).two()", "8", id="method"),
        pytest.param("class B:\n    n = 1\nclass C(B):\n    @property\n    def m(self):\n        return self.n + 1\nx = C().m", "2", id="property"),
        pytest.param("class B:\n    def __init__(self, n):\n        self.n = n\nclass C(B):\n    def __init__(self):\n        super().__init__(7)\nx = C().n", "7", id="super"),
        pytest.param("from functools import cached_property\nclass C:\n    @cached_property\n    def m(self):\n        return 3\nx = C().m", "3", id="cached property"),
        pytest.param("class C:\n    @staticmethod\n    def f(a):\n        return a\n    @classmethod\n    def g(cls):\n        return cls.f(2)\nx = C.g()", "2", id="static and class method"),
        pytest.param("from dataclasses import dataclass, field\n@dataclass(frozen=True)\nclass C:\n    a: int\n    b: int = 2\n    c: dict = field(default_factory=dict)\nx = C(1).a + C(1, b=5).b", "6", id="dataclass"),
        pytest.param("from typing import NamedTuple\nclass C(NamedTuple):\n    a: int\n    b: int = 2\nx = C(5).b + C(5)[0]", "7", id="named tuple"),
        pytest.param("from enum import Enum\nclass C(Enum):\n    A = 5\nx = C.A.value", "5", id="enumeration"),
        pytest.param("from enum import Enum\nclass C(str, Enum):\n    A = 'a'\nx = C('a') == 'a'", "True", id="mixed enumeration"),
        pytest.param("from datetime import timedelta\nx = timedelta(minutes=5).total_seconds()", "300.0", id="timedelta"),
        pytest.param("import json\nx = json.loads('{\"a\": [1, 2]}')['a'][1]", "2", id="json"),
        pytest.param("class C:\n    a = 1\nx = getattr(C, 'a') + getattr(C, 'b', 2)", "3", id="getattr"),
        pytest.param("from urllib.parse import quote_plus\nx = quote_plus('p@ss')", "'p%40ss'", id="quoted"),
        pytest.param("from sqlalchemy.pool import NullPool\nx = NullPool", "<sqlalchemy.pool.NullPool>", id="external"),
        pytest.param("from sqlalchemy.pool import NullPool, QueuePool\nP = {'a': NullPool, 'b': QueuePool}\nx = P['a']", "<sqlalchemy.pool.NullPool>", id="dict of classes"),
        pytest.param("import os\nP = {'a': 1, 'b': 2}\nx = P[os.environ['K']]", "1 / 2", id="key of the environment"),
        pytest.param("x = 1\ndef f():\n    global x\n    x = 2", "1 / ?", id="global changed later"),
        pytest.param("x = {'a': 1}\ndef f():\n    x['a'] = 2", "{a=1 / ? **}", id="item changed later"),
        pytest.param("x = {'a': 1}\ndef f():\n    x = {}\n    x['a'] = 2", "{a=1}", id="a local of the same name"),
        pytest.param("try:\n    x = 1\n    f()\n    x = 2\nexcept Exception:\n    pass", "1 / 2", id="try"),
        pytest.param("x = 1\ntry:\n    f()\nfinally:\n    x = 2", "2", id="finally"),
        pytest.param("x = 5\nmatch x:\n    case 5:\n        x = 'five'\n    case _:\n        x = 'other'", "'five'", id="match"),
        pytest.param("import os\nx = os.getenv('P')\nif x is None:\n    x = '5'", "$P / '5'", id="refined"),
        pytest.param("x = [1]\nx.append(2)\nx = x[-1]", "2", id="list"),
        pytest.param("import os\nx = 'sqlite' in f\"sqlite://{os.environ['F']}\"", "True", id="in a text with holes"),
        pytest.param("import os\nx = f\"postgres://{os.environ['F']}\".replace('postgres://', 'postgresql://')", "postgresql://{$F}", id="replaced"),
        pytest.param("x = None\nx = x or 5", "5", id="default for None"),
        pytest.param("x = __name__ == '__main__'", "?", id="name"),
        pytest.param("x = undefined", "?", id="undefined"),
    ],
)  # fmt: skip
def test_worth(code: str, expected: str) -> None:
    assert worth(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("import os\nx = int(os.getenv('P', '5')) * 2", "40", id="converted"),
        pytest.param("import os\nx = 1 if os.getenv('P') == '20' else 2", "1", id="decided"),
        pytest.param("import os\nx = os.getenv('A') or os.getenv('P')", "$A:'20'", id="second of two"),
        pytest.param("import os\nx = 'P' in os.environ", "True", id="in"),
    ],
)
def test_worth_where_a_variable_is_set(code: str, expected: str) -> None:
    assert worth(code, {"P": Known("20", Span("v.yaml", 3, 1, 3, 3))}) == expected


def test_a_set_variable_says_where_and_through_what() -> None:
    value = evaluator(
        {"app.py": "import os\nx = int(os.environ['P'])"}, {"P": Known("20", Span("v.yaml", 3, 1, 3, 3))}
    ).constants("app.py")["x"]
    assert isinstance(value, Known)
    assert value.origin == Span("v.yaml", 3, 1, 3, 3)
    assert [str(span) for span in value.through] == ["app.py:2"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"app.py": "from config import P as x", "config.py": "P = 5"}, "5", id="sibling"),
        pytest.param({"app.py": "from pkg import x", "pkg/__init__.py": "from .c import x", "pkg/c.py": "x = 5"}, "5", id="re-export"),
        pytest.param({"app.py": "from pkg import c\nx = c.y", "pkg/__init__.py": "", "pkg/c.py": "y = 5"}, "5", id="submodule"),
        pytest.param({"app.py": "import pkg.c\nx = pkg.c.y", "pkg/c.py": "y = 5"}, "5", id="namespace package"),
        pytest.param({"app.py": "from c import *\nx = y", "c.py": "y = 5\n_z = 6"}, "5", id="star"),
        pytest.param({"app.py": "from c import *\nx = _z", "c.py": "y = 5\n_z = 6"}, "?", id="star leaves private names"),
        pytest.param({"app.py": "from a import y as x", "a.py": "from b import z\ny = 5", "b.py": "from a import y\nz = y"}, "5", id="circle"),
        pytest.param({"app.py": "from broken import y as x", "broken.py": "def ("}, "?", id="a file that does not parse"),
        pytest.param({"app.py": "import c\nc.y = 6\nx = c.y", "c.py": "y = 5"}, "6", id="set from outside"),
    ],
)  # fmt: skip
def test_other_modules(files: dict[str, str], expected: str) -> None:
    assert shown(evaluator(files).constants("app.py")["x"]) == expected
