# ruff: noqa: E501, S102 - tables of code, which the test executes
"""Operators, names, calls and statements: what is said of `x` against what Python itself makes of it."""

import pytest

from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.modules import Sources
from poollint.source import SourceFile
from poollint.values import Known, OneOf, Symbol, Unknown, Value


def worth(code: str) -> Value:
    sources = Sources(["app.py"], lambda path: SourceFile(path, code) if path == "app.py" else None)
    return Evaluator(sources).constants("app.py")["x"]


ENUM = "from enum import Enum\nclass E(str, Enum):\n    A = 'a'\n    B = 'b'\nclass P(Enum):\n    A = 1\n    B = 2\n"
MANY = "import os\n" + "\n".join(f"{n} = '1' if os.getenv('{n}') else '2'" for n in "abcdefgh") + "\n"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            "x = (6 & 3) + (6 | 3) + (6 ^ 3) + (1 << 4) + (64 >> 2) + 7 % 4 + 7 // 2 + 2 ** 3",
            id="every sign",
        ),
        pytest.param("x = 'ab' * 3 + 2 * 'c'", id="a text times a number"),
        pytest.param("x = 2.5 * 2 + 2 ** 0.5", id="numbers with points"),
        pytest.param("x = '%5s' % 'a'", id="percent with one text"),
        pytest.param("x = -True + +True", id="signs of truth values"),
        pytest.param("x = ~5 if False else -(-5)", id="two signs"),
        pytest.param("x = not 'a'", id="not"),
        pytest.param("x = not []", id="not of an empty list"),
        pytest.param("x = (not {'a': 1}) or (not {})", id="not of dicts"),
        pytest.param("x = bool(len) and 1", id="a builtin is true"),
        pytest.param("def f():\n    return 0\nx = 1 if f else 2", id="a defined function is true"),
        pytest.param(
            "class C:\n    pass\nx = (1 if C else 2) + (1 if C() else 2)", id="classes and objects are true"
        ),
        pytest.param("x = 1 if () else 2", id="an empty tuple"),
        pytest.param("x = 1 < 2 < 3", id="a chain"),
        pytest.param("x = 1 < 2 > 3", id="a chain that breaks"),
        pytest.param("x = 1 <= 2 and 3 >= 4", id="comparisons"),
        pytest.param("x = None is None", id="None is None"),
        pytest.param("y = 5\nx = y is not None", id="a number is not None"),
        pytest.param("x = len is not None", id="a builtin is not None"),
        pytest.param("def f():\n    pass\nx = f != None", id="a function is not None"),
        pytest.param("x = [] is None", id="a list is not None"),
        pytest.param("class C:\n    pass\nx = C() is not None", id="an object is not None"),
        pytest.param(
            "class C:\n    pass\nclass D:\n    pass\nx = (C == C) and (C is not D)", id="classes compared"
        ),
        pytest.param("import os\nx = os.path is os.path", id="the same from elsewhere"),
        pytest.param("x = (1, 'a') == (1, 'a')", id="equal tuples"),
        pytest.param("x = (1, 2) != (1, 3)", id="different tuples"),
        pytest.param(ENUM + "x = P.A == P.A", id="a member is itself"),
        pytest.param(ENUM + "x = P.A is P.B", id="another member"),
        pytest.param(ENUM + "x = E.A == 'a' and 'b' == E.B", id="mixed members are texts"),
        pytest.param(ENUM + "x = P.A is None", id="a member is not None"),
        pytest.param("x = 'a' in ('a', 'b')", id="in a tuple"),
        pytest.param("x = 'c' not in ['a', 'b']", id="not in a list"),
        pytest.param("x = 'a' in {'a': 1} and 'b' not in {'a': 1}", id="in a dict"),
        pytest.param("x = 'bc' in 'abcd'", id="in a text"),
        pytest.param("y = 1\nx = y is True", id="one is not True"),
        pytest.param(
            "x = 0\nmatch 1:\n    case True:\n        x = 1\n    case 1:\n        x = 2",
            id="case True is an identity",
        ),
        pytest.param(
            "x = 0\nmatch 0:\n    case None | False:\n        x = 1\n    case 0 | 5:\n        x = 2",
            id="case None and False",
        ),
        pytest.param("x = 0\nmatch 'b':\n    case 'a':\n        x = 1", id="no case fits"),
        pytest.param("match 5:\n    case y:\n        x = y", id="a capture"),
        pytest.param("x = [1] + [2]\nx = len(x)", id="lists together"),
        pytest.param("x = (1,) + (2, 3)\nx = x[2]", id="tuples together"),
        pytest.param("x = [1]\nx += (2, 3)\nx = sum(x)", id="a list extended"),
        pytest.param("x = [1, 2]\nx *= 2\nx = 5", id="a list repeated, then something else"),
        pytest.param("x = {'a': 1}\nx |= {'a': 2}\nx = x['a']", id="a dict updated"),
        pytest.param("x = [*(1, 2), 3][0:2][1]", id="starred items"),
        pytest.param("x = (*[1, 2], 3)[-1]", id="starred items of a tuple"),
        pytest.param("x = [i * j for i in (1, 2) for j in (3, 4) if i < 2][1]", id="two clauses"),
        pytest.param("x = sum(i for i in (1, 2, 3) if i != 2)", id="a generator"),
        pytest.param("x = f'{1.5:.2f}{\"a\":>{3}}'", id="a nested format"),
        pytest.param("x = 1\ndel x\nx = 2", id="deleted and bound again"),
        pytest.param("a = b = 1\ndel a, b\nx = 3", id="two deleted"),
        pytest.param("(a, [b, *c]) = (1, (2, 3, 4))\nx = a + b + len(c)", id="unpacked within"),
        pytest.param("x = 1\nassert x\nx = 2", id="an assertion"),
        pytest.param(
            "def f():\n    y = 1\n    def g():\n        nonlocal y\n        y = 5\n    g()\n    return y\nx = f()",
            id="nonlocal",
        ),
        pytest.param("y = 1\ndef f():\n    global y\n    y = y + 4\n    return y\nx = f()", id="global"),
        pytest.param(
            "def f():\n    try:\n        return 1\n    finally:\n        pass\nx = f()",
            id="return through finally",
        ),
        pytest.param(
            "def f():\n    try:\n        return 1\n    finally:\n        return 2\nx = f()",
            id="finally that returns",
        ),
        pytest.param(
            "x = 0\nfor i in (1, 2, 3):\n    if i == 2:\n        continue\n    x += i\nelse:\n    x += 10",
            id="continue and else",
        ),
        pytest.param(
            "x = 0\nfor i in (1, 2, 3):\n    if i == 2:\n        break\n    x += i\nelse:\n    x += 10",
            id="break past else",
        ),
        pytest.param(
            "class C:\n    def __init__(self):\n        self.a = 1\nc = C()\nc.a += 1\nx = c.a",
            id="an attribute augmented",
        ),
        pytest.param(
            "class C:\n    def __call__(self, n):\n        return n + 1\nx = C()(4)", id="an object called"
        ),
        pytest.param(
            "from functools import partial\nx = partial(dict, a=1, b=2)(b=3)['b']", id="later keywords win"
        ),
        pytest.param(
            "from functools import lru_cache\nn = 1\n@lru_cache\ndef f():\n    return n\nf()\nn = 2\nf.cache_clear()\nx = f()",
            id="a cleared cache",
        ),
        pytest.param(
            "from functools import lru_cache\nn = 1\n@lru_cache\ndef f():\n    return n\nf()\nn = 2\nx = f()",
            id="a cache that is kept",
        ),
        pytest.param(
            "from dataclasses import dataclass, field\n@dataclass\nclass C:\n    a: int = field(kw_only=True)\n    b: int = 7\nx = C(1, a=2).b * 10 + C(1, a=2).a",
            id="a field by name only",
        ),
        pytest.param(
            "from dataclasses import dataclass, field\n@dataclass(kw_only=True)\nclass C:\n    a: int\n    b: int = field(default=7, init=False)\nx = C(a=2).a + C(a=2).b",
            id="all by name, one not at all",
        ),
        pytest.param(
            "from dataclasses import dataclass\nfrom typing import ClassVar\n@dataclass\nclass C:\n    k: ClassVar[int] = 9\n    a: int = 1\n    def __post_init__(self):\n        self.a = self.a * 2\nx = C(5).a + C.k",
            id="post init, class variable",
        ),
        pytest.param(
            "from typing import NamedTuple\nclass C(NamedTuple):\n    a: int\n    b: int = 2\na, b = C(1)\nx = a + b",
            id="a named tuple unpacked",
        ),
        pytest.param(
            "def f(a, /, b, *, c=3):\n    return a * 100 + b * 10 + c\nx = f(1, b=2)",
            id="kinds of parameters",
        ),
        pytest.param("def f(**k):\n    return k\nx = f(**{'a': 1}, b=2)['b']", id="keywords collected"),
        pytest.param("def f(*a):\n    return a[1]\nx = f(*[1, 2])", id="a sequence spread"),
        pytest.param("def f():\n    pass\nx = f()", id="nothing returned"),
        pytest.param("def f(a):\n    if a:\n        return 1\nx = f(0)", id="falls off the end"),
        pytest.param(
            "class A:\n    def f(self):\n        return 1\nclass B(A):\n    def f(self):\n        return super().f() + 1\nx = B().f()",
            id="super",
        ),
        pytest.param(
            "class C:\n    def __init__(self):\n        self._n = 1\n    @property\n    def n(self):\n        return self._n\n    @n.setter\n    def n(self, v):\n        self._n = v * 2\nc = C()\nc.n = 4\nx = c.n",
            id="a setter",
        ),
        pytest.param(
            "from contextlib import suppress\nx = 1\nwith suppress(ValueError):\n    x = 2\nx = 3",
            id="suppress",
        ),
        pytest.param("import math as m\nx = m.floor(2.7)", id="a module under another name"),
        pytest.param("x = (lambda *a, **k: len(a) + len(k))(1, 2, c=3)", id="a lambda that collects"),
        pytest.param("from os import *\nx = len('abc')", id="a star import and a builtin"),
        pytest.param("x = 5\nwhile x > 100:\n    x = 1\nx = 2", id="a while loop, then something else"),
        pytest.param("x = 1 or undefined", id="or that stops"),
        pytest.param("x = 0 and undefined", id="and that stops"),
        pytest.param("x = '' 'a' ''", id="joined literals"),
        pytest.param("x = f''", id="an empty text with no parts"),
        pytest.param("x = int(True) if isinstance(True, bool) else 0\nx = 4", id="isinstance"),
        pytest.param(
            "def f(*, a=1):\n    return a\nfrom functools import partial\nx = partial(f, a=2)()",
            id="partial by name",
        ),
        pytest.param(
            "import json\nx = json.loads('{\"a\": [1, 2.5, null, true, {}]}')['a'][1]", id="a document"
        ),
        pytest.param(
            "class A:\n    def f(self):\n        return 1\nclass B(A):\n    pass\nclass C(A):\n    def f(self):\n        return 3\nclass D(B, C):\n    pass\nx = D().f()",
            id="a diamond",
        ),
        pytest.param("y = 'a' * 3\nx = y != 5", id="texts and numbers differ"),
        pytest.param("x = 5\nx **= 2\nx //= 3\nx %= 5", id="augmented signs"),
        pytest.param("x = [(i, j) for i, j in [(1, 2)] if i if j][0][1]", id="two conditions"),
        pytest.param("x = (i for i in ())\nx = 3", id="over nothing"),
    ],
)
def test_what_is_known_is_what_python_makes(code: str) -> None:
    space: dict[str, object] = {"__name__": "app"}
    exec(code, space)
    said = worth(code)
    assert isinstance(said, Known), said
    assert (said.value, type(said.value)) == (space["x"], type(space["x"]))


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("x = 'a' * 100_001", id="a text too long"),
        pytest.param("x = 100_001 * 'a'", id="a text too long, the other way round"),
        pytest.param("x = '%200000d' % 5", id="a width too long"),
        pytest.param("x = 1 << 1_000_000", id="a number too large"),
        pytest.param("x = 2 ** -1_000_000", id="an exponent too small"),
        pytest.param("a = 'a' * 60_000\nx = a + a", id="two texts too long together"),
        pytest.param("x = 'a' + 1", id="a text and a number"),
        pytest.param("x = 'a' - 1", id="no such operator"),
        pytest.param("x = -'ab'", id="the sign of a text"),
        pytest.param("x = +'ab'", id="plus of a text"),
        pytest.param("x = -[1]", id="the sign of a list"),
        pytest.param("x = ~5", id="inverted"),
        pytest.param("x = 3 @ 4", id="a matrix product"),
        pytest.param("x = 5 + (lambda: 1)", id="a number and a function"),
        pytest.param("class C:\n    pass\nx = C() + 1", id="an object of a class"),
        pytest.param("x = b'abc'", id="bytes"),
        pytest.param("x = 1j", id="a complex number"),
        pytest.param("x = 1 < 'a'", id="not ordered"),
        pytest.param("y = 1000\nx = y is 1000", id="the same number, or an equal one"),
        pytest.param("x = 1 in 5", id="in a number"),
        pytest.param("x = 1 in (lambda: 1)", id="in a function"),
        pytest.param("import y\nx = y.a in {'a': 1}", id="an unknown key in a dict"),
        pytest.param("import y\nx = 'a' in y.d", id="in what is not known"),
        pytest.param("import y\nx = 'a' in [*y.d]", id="in an unknown list"),
        pytest.param("import y\nx = y.a in ('a', 'b')", id="an unknown item"),
        pytest.param("import y\nx = 'a' in {**y.d}", id="in a dict of which nothing is known"),
        pytest.param("import os\nx = 'A_VARIABLE' in os.environ", id="in the environment"),
        pytest.param("import y\nx = not y.a", id="not of what is not known"),
        pytest.param("import y\nx = 1 < y.a < 3", id="a chain that is not decided"),
        pytest.param("import y\nx = {i for i in (1, 2)}", id="a set"),
        pytest.param("import y\nx = [i for i in y.z]", id="a comprehension over what is not known"),
        pytest.param("import y\nx = [i for i in (1, 2) if y.z]", id="a condition not decided"),
        pytest.param("import y\nx = [*y.z, 1]", id="unknown items"),
        pytest.param("import y\nx = (*y.z, 1)", id="unknown items of a tuple"),
        pytest.param("import y\na, b = y.z\nx = a", id="unpacked of what is not known"),
        pytest.param("a, b = (1, 2, 3)\nx = a", id="too many to unpack"),
        pytest.param("def f():\n    yield 1\nx = f()", id="a generator"),
        pytest.param("def f():\n    y = yield [1]\n    return y\nx = list(f())[0]", id="sent to a generator"),
        pytest.param("def f():\n    raise ValueError\nx = f()", id="only raises"),
        pytest.param("def f(a):\n    return a\nx = f()", id="an argument missing"),
        pytest.param("x = (1).nothing()", id="no such method"),
        pytest.param("x = (1, 2).count(1)", id="a method of a tuple"),
        pytest.param(
            "from functools import lru_cache\n@lru_cache\ndef f():\n    return 1\nx = f.cache_info()",
            id="what a cache says",
        ),
        pytest.param("import y\nx = y.f([1])", id="a stranger's answer"),
        pytest.param("x = 5()", id="a number called"),
        pytest.param("class C:\n    pass\nx = C()()", id="an object that cannot be called"),
        pytest.param(
            "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\nx = C().a",
            id="a field missing",
        ),
        pytest.param("class C:\n    def __new__(cls):\n        return 5\nx = C()", id="a class with __new__"),
        pytest.param(
            "class M(type):\n    def __call__(cls):\n        return 7\nclass C(metaclass=M):\n    pass\nx = C()",
            id="a class with a metaclass",
        ),
        pytest.param("import y\nx = [1]\ny.f(x, **y.k)\nx = x[0]", id="given to a stranger"),
        pytest.param("from y import *\nfrom z import *\nx = w + 1", id="two star imports"),
        pytest.param("from ..outside import a\nx = a", id="outside the project"),
        pytest.param("def a(n):\n    return b(n)\ndef b(n):\n    return a(n)\nx = a(1)", id="circular calls"),
        pytest.param(
            "def f(d):\n    d['a'] = 2\n    return f(d)\nd = {'a': 1}\nf(d)\nx = d['a']",
            id="changed in a recursion",
        ),
        pytest.param(
            "import y\nd = [{'a': 1}] * 1\nfor i in y.z:\n    d.append(i)\nx = d[0]",
            id="a list changed in a loop",
        ),
        pytest.param("with open('f') as x:\n    pass", id="a file"),
        pytest.param("try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    x = error", id="an exception"),
        pytest.param("x = {'a': {'b': 1}}['a']['c']", id="no such key"),
        pytest.param("async def f():\n    return 1\nx = f()", id="a coroutine"),
        pytest.param("x = (lambda: 1) in {'a': 1}", id="a function as a key"),
        pytest.param("x = 'a' < len", id="a builtin is not ordered"),
        pytest.param("import y\nx = (1, y.a) == (1, 2)", id="a tuple known in part"),
        pytest.param("import y\nx = y.a is y.b", id="others from elsewhere"),
        pytest.param("import os\nx = 5 in f\"{os.environ['A']}-b\"", id="a number in a text"),
        pytest.param(
            "import os\nx = 'q' < f\"{os.environ['A']}-b\"", id="a text known in part is not ordered"
        ),
        pytest.param("import os\nx = f\"b-{os.environ['A']}\" == 'b-5'", id="a text that may be equal"),
        pytest.param("import os\nx = 3 * f\"b-{os.environ['A']}\"", id="a text known in part, three times"),
        pytest.param("import os\nx = (lambda: 1) in os.environ", id="a function in the environment"),
        pytest.param("from math import *\nx = [sqrt, 5] * 2 @ 3", id="products of lists"),
    ],
)
def test_what_is_not_known_stays_unknown(code: str) -> None:
    assert isinstance(worth(code), Unknown)


@pytest.mark.parametrize(
    ("code", "possible"),
    [
        pytest.param(
            "import os\nx = (1 if os.getenv('A') else 2) + (10 if os.getenv('B') else 20)",
            {11, 21, 12, 22},
            id="two choices",
        ),
        pytest.param(
            "import os\na = 'u' if os.getenv('A') else 'v'\nx = f'{a}-{a}'",
            {"u-u", "u-v", "v-u", "v-v"},
            id="a text with choices",
        ),
        pytest.param(
            "import os\na = 1 if os.getenv('A') else 2\nx = -a", {-1, -2}, id="the sign of a choice"
        ),
        pytest.param(
            "import os\na = 1 if os.getenv('A') else 2\nx = a == 1", {True, False}, id="a choice compared"
        ),
        pytest.param(
            "import os\na = 1 if os.getenv('A') else 2\nx = 1 == a",
            {True, False},
            id="compared with a choice",
        ),
        pytest.param(
            "import os\na = 1 if os.getenv('A') else 2\nx = not (a == 1)", {True, False}, id="not of a choice"
        ),
        pytest.param(
            "import os\na = [1] if os.getenv('A') else [2]\nx = (a + [5])[0]", {1, 2}, id="a choice of lists"
        ),
        pytest.param(
            "import os\na = [1] if os.getenv('A') else [2]\nx = ([5] + a)[1]",
            {1, 2},
            id="a choice of lists behind",
        ),
        pytest.param(
            "import os\na = ('b',) if os.getenv('A') else ('c',)\nx = 'b' in a",
            {True, False},
            id="in a choice",
        ),
        pytest.param(
            "import os\na = (1, 2) if os.getenv('A') else (3, 4)\nb, x = a", {2, 4}, id="a choice unpacked"
        ),
        pytest.param(
            "import os\ndef f():\n    if os.getenv('A'):\n        return 1\nx = f()",
            {1, None},
            id="returned sometimes",
        ),
        pytest.param(
            "import os\ndef f(a=5):\n    return a\nk = {}\nif os.getenv('A'):\n    k['a'] = 1\nx = f(**k)",
            {1, 5},
            id="an argument given sometimes",
        ),
        pytest.param(
            "import os\nfrom dataclasses import dataclass\n@dataclass\nclass C:\n    a: int = 5\nk = {}\nif os.getenv('A'):\n    k['a'] = 1\nx = C(**k).a",
            {1, 5},
            id="a field given sometimes",
        ),
        pytest.param(
            "import os\nx = 1\nmatch os.getenv('A'):\n    case 'a':\n        x = 2\n    case str() if len('a') > 5:\n        x = 3",
            {1, 2, 3},
            id="a case with a guard",
        ),
        pytest.param(
            "import os\nx = 0\nfor i in (1, 2):\n    if os.getenv('A'):\n        break\n    x = i",
            {0, 1, 2},
            id="a break not decided",
        ),
        pytest.param(
            "import os\nx = 0\nfor i in (1, 2):\n    if os.getenv('A'):\n        continue\n    x = i",
            {0, 1, 2},
            id="a continue not decided",
        ),
        pytest.param("import os\nx = 1\nx += 1 if os.getenv('A') else 2", {2, 3}, id="a choice added"),
        pytest.param(
            "import os\nf = int if os.getenv('A') else float\nx = str(f('5'))",
            {"5", "5.0"},
            id="a choice called",
        ),
    ],
)
def test_every_possibility_is_kept(code: str, possible: set[str | float | None]) -> None:
    said = worth(code)
    assert isinstance(said, OneOf), said
    kept = [one.value for one in said.values if isinstance(one, Known) and not isinstance(one.value, Symbol)]
    assert len(kept) == len(said.values)
    assert set(kept) == possible


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(MANY + "x = a + b + c + d + e + f + g + h", id="texts"),
        pytest.param(
            MANY + "x = int(a) * int(b) * int(c) * int(d) * int(e) + int(f) + int(g) + int(h)", id="numbers"
        ),
    ],
)
def test_too_many_possibilities_are_no_constant(code: str) -> None:
    assert not isinstance(worth(code), Known)
