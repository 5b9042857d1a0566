# ruff: noqa: E501 - tables of code
"""What snippets are worth: a table from the last assignment to `x` to its value, as short text."""

import pytest

from poollint.python.evaluation.evaluate import Evaluator
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


CATCHES = "from contextlib import contextmanager\n@contextmanager\ndef m():\n    try:\n        yield 1\n    except OSError:\n        {}\nx = 1\nwith m():\n    x = 2\n    f()\n    x = 3"
LONG = ", ".join(["d"] * 40)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("import y\nfor i in y.z:\n    if y.q:\n        x = 2\n        break\nelse:\n    x = 4", "2 / 4", id="a break passes the else of an unknown loop by"),
        pytest.param("import y\nx = 1\nfor i in y.z:\n    if y.q:\n        x = 2\n        continue\n    x = 3\nelse:\n    x = 4", "4", id="a continue does not pass the else by"),
        pytest.param("import y\nx = 1\nfor i in y.z:\n    if y.q:\n        x = 2\n        break\n    x = 3", "2 / 3 / ?", id="a break of an unknown loop"),
        pytest.param("import y\nx = 1\nfor i in y.z:\n    if y.q:\n        x = 2\n        continue\n    x = 3", "2 / 3 / ?", id="a continue of an unknown loop"),
        pytest.param("import y\nx = {'a': 1}\nwhile y.z():\n    x['a'] = 2", "{a?=2 / ? **}", id="a dict changed in a while loop"),
        pytest.param("import y\nd = [1]\nfor i in y.z:\n    d.append(i)\nx = d[0]", "?", id="a list that grows in an unknown loop"),
        pytest.param(f"d = {{'a': 1}}\nfor i in [{LONG}]:\n    i['a'] = 2\nx = d['a']", "?", id="a dict changed through an item of a long list"),
        pytest.param(f"d = {{'a': 1}}\nfor i in ({LONG}):\n    i['a'] = 2\nx = d['a']", "?", id="a dict changed through an item of a long tuple"),
        pytest.param("import y\na = b = c = d = e = f = g = 0\nfor i in y.z:\n    a = b\n    b = c\n    c = d\n    d = e\n    e = f\n    f = g\n    g = 1\nx = a", "?", id="a value that takes many rounds of a loop to come"),
        pytest.param(CATCHES.format("pass"), "1 / 2 / 3", id="a manager of the repository that goes on after an exception"),
        pytest.param(CATCHES.format("raise"), "3", id="a manager of the repository that raises again"),
        pytest.param("class C:\n    def m(self):\n        try:\n            yield\n        except OSError:\n            return\nx = 1\nwith C().m():\n    x = 2\n    f()\n    x = 3", "1 / 2 / 3", id="a method that goes on after an exception"),
        pytest.param("class M:\n    def __exit__(self, *a):\n        return True\nx = 1\nwith M():\n    x = 2\n    f()\n    x = 3", "1 / 2 / 3", id="an object that may end exceptions"),
        pytest.param("import y\nx = 1\nwith y.z as q, y.f():\n    x = 2", "2", id="a stranger's manager ends no exception"),
        pytest.param("m = (1, 2)\nx = 1\nwith m:\n    x = 2", "2", id="no manager at all"),
        pytest.param("from contextlib import closing\nwith closing(5) as x:\n    pass", "5", id="closing gives what it gets"),
        pytest.param("from contextlib import closing\nwith closing(thing=5) as x:\n    pass", "?", id="closing by name"),
        pytest.param("import y\ndef f():\n    try:\n        return y.z\n    finally:\n        y.q()\nx = f()", "<y.z>", id="finally on the way out"),
        pytest.param("import y\ndef f():\n    try:\n        y.z()\n    except ValueError:\n        raise\n    return 1\nx = f()", "1", id="raised again"),
        pytest.param("type x = int", "?", id="a type alias"),
        pytest.param("a = b = c = x = 1\ndel (a, [b])\nx = c", "1", id="several names deleted, others kept"),
        pytest.param("a = b = c = 1\ndel (a, [b])\nx = b", "?", id="several names deleted"),
        pytest.param("import y\nx = 0\nmatch y.z:\n    case {'a': 1}:\n        x = 1\n    case [1, q]:\n        x = 2", "0 / 1 / 2", id="cases of mappings and sequences"),
        pytest.param("import os\nA = os.getenv('A', 'b')\nx = 'c' if not A else A", "$A:'b' / 'c'", id="refined by not"),
        pytest.param("import y\nx = 2\nif not y.z:\n    x = 1", "1 / 2", id="not of a stranger"),
        pytest.param("import y\na = 'b' if y.z else 'c'\nx = 1\nif y.q and a is None:\n    x = a", "'b' / 'c' / 1", id="an arm that no value fits"),
        pytest.param("import y\ndef f():\n    n = yield\n    return n\nx = f()", "?", id="a bare yield"),
        pytest.param("def f():\n    yield from [1]\nx = f()", "?", id="a yield from another"),
        pytest.param("import y\nx = f'a{5:{y.z}}'", "a{?}", id="a format that is not known"),
        pytest.param("import os, y\nx = os.getenv('A', y.z) or 'c'", "$A:<y.z> / 'c'", id="or behind a default that is an object"),
        pytest.param("import os, y\nx = os.getenv('A', y.z()) or 'c'", "$A:'c' / 'c' / ?", id="or behind a default that is not known"),
        pytest.param("import os\nx = os.getenv('A', f\"a{os.environ['B']}\") or 'c'", "$A:a{$B} / 'c'", id="or behind a default known in part"),
        pytest.param("import os\nx = os.getenv('A', 'b') or 'c'", "$A:'b' / 'c'", id="or behind a default: an empty variable leads on"),
        pytest.param("import os\nx = os.getenv('A', 'b') or 'b'", "$A:'b'", id="or behind the same default"),
        pytest.param("import os\nfrom sqlalchemy.pool import NullPool\nx = os.getenv('A') or NullPool", "$A:<sqlalchemy.pool.NullPool>", id="a variable or a class from elsewhere"),
        pytest.param("import os\ndef f():\n    pass\nx = os.getenv('A') or f", "$A / <app.f>", id="a variable or a function"),
        pytest.param("import os\nx = os.getenv('A') or {'a': 1}", "$A / {a=1}", id="a variable or a dict"),
        pytest.param("import os\nd = {'a': 1} if os.getenv('A') else {'a': 2}\nd |= {'a': 3}\nx = d['a']", "1 / 2 / 3", id="a choice of dicts augmented"),
        pytest.param("import y\nx = {k: k for k in ('a', 'b') if y.z(k)}", "{a?='a' b?='b'}", id="a comprehension with an open condition"),
        pytest.param("x = {1: 2, 'a': 3}", "{a=3 **}", id="a key that is no text"),
        pytest.param("x = {'a': 1, 'b': 2}\ndel x['a']", "{b=2}", id="a deleted key"),
        pytest.param("x = {'a': {'a': {'a': {'a': {'a': {'a': {'a': {'a': {'a': 1}}}}}}}}}", "{a={a={a={a={a={a={a={a=?}}}}}}}}", id="dicts nested too deeply to show"),
        pytest.param("from functools import partial\ndef f(a): pass\nx = partial(f, 1)", "<app.f>", id="a partial as what it calls"),
        pytest.param("class C:\n    def m(self): pass\nx = C().m", "<app.C.m>", id="a bound method"),
        pytest.param("import y\nx = y.f().z", "?", id="a method of what a stranger gives"),
        pytest.param("x = [].append", "?", id="a method of a list"),
        pytest.param("x = getattr(5, 'nothing', 7)", "?", id="getattr of a number"),
        pytest.param("x = __name__", "?", id="the name of the module itself"),
        pytest.param("x = 5 if __doc__ else 6", "5 / 6", id="a docstring"),
        pytest.param("x = __package__ or 'q'", "'q' / ?", id="the package"),
        pytest.param("import y\nx = 1 if y.f().z else 2", "1 / 2", id="the truth of a method of what a stranger gives"),
        pytest.param("import os\nfrom sqlalchemy.pool import NullPool\nx = 1 if (os.getenv('A') or NullPool) else 2", "1 / 2", id="the truth of a class from elsewhere or a variable"),
        pytest.param("import os\nx = 1 if f\"{os.environ['B']}\" else 2", "1 / 2", id="the truth of a hole"),
        pytest.param("import os\nx = 1 if f\"a{os.environ['B']}\" else 2", "1", id="the truth of a text with a hole"),
        pytest.param("x = f\"{''}\"", "''", id="a text of nothing"),
        pytest.param("import os\nx = ('u' if os.getenv('A') else 'v') == 'u'", "False / True", id="a choice compared"),
        pytest.param("import os\nfrom enum import Enum\nclass E(Enum):\n    A = 1\n    B = os.getenv('B')\nx = E.A == E.B", "?", id="members that may be one"),
        pytest.param("from enum import Enum\nclass E(Enum):\n    A = 1\n    B = 1\nx = E.A is E.B", "?", id="two names of one member"),
        pytest.param("import os\nfrom enum import Enum\nclass E(Enum):\n    A = 'a'\n    B = 'b'\nx = E(os.getenv('B')).value", "'a' / 'b'", id="a member by a variable"),
        pytest.param("import os\nfrom enum import Enum\nclass E(Enum):\n    A = undefined\n    B = 'b'\nx = E(os.getenv('B')).value", "?", id="a member by a variable, values not known"),
        pytest.param("from enum import Enum\nclass E(Enum):\n    A = 'a'\nx = E('c')", "?", id="no such member"),
        pytest.param("class C:\n    def __new__(cls):\n        return super().__new__(cls)\n    def __init__(self):\n        self.a = 1\nx = C().a", "1 / ?", id="an object that may be an older one"),
        pytest.param("import y\nd = 1\ndef f(n):\n    global d\n    d = y.z\n    f(n)\nf(1)\nx = d", "?", id="a global set in a recursion"),
        pytest.param("import os\nos.environ.setdefault('A', '5')\nx = int(os.environ['A'])", "$A:5", id="a default set in the environment"),
        pytest.param("import y, os\nx = os.environ.setdefault(y.z, '5')", "?", id="a default of a variable that is not known"),
        pytest.param("import y\na = 9\ndef f():\n    if y.z:\n        a = 1\n    return a\nx = f()", "1", id="a local that hides a global"),
        pytest.param("x = 1\nt = tuple[*x]", "1", id="a starred index"),
        pytest.param("import y\nd = {'a': 1}\n(lambda: 1).info(d)\nx = d['a']", "1", id="given to a method that logs"),
        pytest.param("import os\n" + "\n".join(f"{c} = os.getenv('{c}', '1') if y.{c} else '2'" for c in "abcdefg") + "\nx = max(int(a), int(b), int(c), int(d), int(e), int(f), int(g))", "?", id="a function of too many possibilities"),
        pytest.param("x = 'b'.join(['a', 'c']).partition('b')[2]", "'c'", id="a tuple of texts"),
        pytest.param("import y\na = b = c = d = e = f = g = h = k = 0\nfor i in y.z:\n    if h:\n        k = 1\n    if g:\n        h = 1\n    if f:\n        g = 1\n    if e:\n        f = 1\n    if d:\n        e = 1\n    if c:\n        d = 1\n    if b:\n        c = 1\n    if a:\n        b = 1\n    a = 1\nx = k", "1 / ?", id="a loop that sets one thing after the other"),
        pytest.param("import y\nclass C:\n    a = 1\nsetattr(C, y.z, 5)\nx = C.a", "1 / ?", id="any attribute of a class set"),
        pytest.param("import y\nclass C:\n    a = 1\nc = C()\nsetattr(c, y.z, 5)\nx = c.a", "1 / ?", id="any attribute of an object set, a class attribute too"),
        pytest.param("import y\nclass C:\n    def m(self):\n        return 1\nc = C()\nsetattr(c, y.z, 5)\nx = c.m()", "1", id="any attribute of an object set, its methods stay"),
        pytest.param("import y\nclass C:\n    a = 1\nsetattr(y.z, y.n, 5)\nx = C.a", "1", id="any attribute of a stranger set"),
        pytest.param("from enum import Enum\nclass E(Enum):\n    A = 1\nx = E.A", "?", id="a member itself"),
        pytest.param("import y\nx = (0 if y.z else 5) or 7", "5 / 7", id="or behind a choice"),
        pytest.param("import y\nx = (0 if y.z else 5) and 7", "0 / 7", id="and behind a choice"),
        pytest.param("x = (-8) ** 0.5", "?", id="a complex number"),
        pytest.param("import y\na = 9\nclass C:\n    if y.z:\n        a = 1\n    b = a\nx = C.b", "1 / 9", id="a name of a class body that hides a global sometimes"),
        pytest.param("def f(n):\n    global d\n    d = 5\n    f(n)\nd = undefined\nf(1)\nx = d", "?", id="an unbound global set in a recursion"),
        pytest.param("class C:\n    def __new__(cls):\n        return super().__new__(cls)\n    def __init__(self):\n        self.a = self.b = 1\n        del self.a\nx = C().b", "1 / ?", id="an attribute beside one that the constructor deletes"),
        pytest.param("import y\nx = 1 if (y.a and\n          y.b) else 2", "1 / 2", id="a condition over two lines"),
    ],
)  # fmt: skip
def test_what_is_open_stays_open(code: str, expected: str) -> None:
    assert worth(code) == expected


def test_of_too_many_urls_the_schemes_are_kept() -> None:
    given = "".join(
        f"if os.getenv('A{n}'):\n    x = '{s}://{n}'\n" for n in range(30) for s in ("mysql", "sqlite")
    )
    assert worth("import os\nx = 'sqlite://'\n" + given).count("mysql://") >= 1
    several = evaluator({"app.py": "import os\nx = 'sqlite://'\n" + given}).constants("app.py")["x"]
    assert isinstance(several, OneOf)
    assert {shown(one).partition("://")[0].strip("'") for one in several.values} == {"mysql", "sqlite"}


def test_of_too_many_texts_a_part_is_left_open() -> None:
    names = "abcdef"
    code = "import os\n" + "".join(f"{c} = 'u' if os.getenv('{c}') else 'v'\n" for c in names)
    value = evaluator({"app.py": code + "x = f'{a}{b}{c}{d}{e}{f}'"}).constants("app.py")["x"]
    assert isinstance(value, OneOf)
    assert {shown(one)[:5] for one in value.values} == {"{?}{?"}


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
