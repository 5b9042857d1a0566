# ruff: noqa: E501 - tables of code
"""Attributes, items, containers, texts and builtins: what Python itself gives, or nothing."""

import libcst as cst
import pytest

from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.evaluation.objects import ABSENT, External
from poollint.python.modules import Sources
from poollint.python.syntax.literals import number, string, template_text
from poollint.source import SourceFile, Span
from poollint.values import Alternative, FromEnv, Known, OneOf, Symbol, Text, Unknown, Value

AT = Span("v.yaml", 3, 1, 3, 3)


def worth(code: str, environment: dict[str, Value] | None = None, **others: str) -> Value:
    files = {"app.py": code, **{f"{name}.py": text for name, text in others.items()}}
    sources = Sources(files, lambda path: SourceFile(path, files[path]) if path in files else None)
    return Evaluator(sources, environment).constants("app.py")["x"]


def possible(value: Value) -> set[str]:
    """The alternatives as short texts; `?` for what is not known, `$A:5` for a variable and its default."""
    match value:
        case Known(value=known) if not isinstance(known, Symbol):
            return {repr(known)}
        case FromEnv(variables=names, default=default):
            return {f"${'|'.join(names)}" + ("" if default is None else f":{'/'.join(possible(default))}")}
        case Text(parts=parts):
            return {
                "".join(part if isinstance(part, str) else f"{{{min(possible(part))}}}" for part in parts)
            }
        case OneOf():
            return {text for one in value.values for text in possible(one)}
        case _:
            return {"?"}


CLASSES = """
class B:
    a = 1
    def __init__(self, n=0):
        self.n = n
    @property
    def p(self):
        return self.n + 1
    @p.setter
    def p(self, value):
        self.n = value * 2
    @classmethod
    def c(cls):
        return cls.a
    @staticmethod
    def s():
        return 7
    def m(self):
        return 8
class C(B):
    a = 2
    class D:
        pass
    @property
    def p(self):
        return super().p + 10
    @classmethod
    def c(cls):
        return super().c() + 20
    @staticmethod
    def s():
        return 9
    def m(self):
        return super().m() + super().s()
    def k(self):
        return super().c()
"""
ENUMS = """
from enum import Enum
class E(str, Enum):
    A = 'a'
    B = 'b'
    @property
    def p(self):
        return self.value * 2
    def m(self):
        return self.name
    @classmethod
    def c(cls):
        return cls.B
    @staticmethod
    def s():
        return 5
class F(Enum):
    A = 1
"""
TUPLES = "from typing import NamedTuple\nclass T(NamedTuple):\n    k = 9\n    a: int\n    b: int = 2\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(CLASSES + "x = B(3).__class__.__name__", "B", id="class of an object"),
        pytest.param("def f(): pass\nx = f.__name__", "f", id="name of a function"),
        pytest.param("from fractions import Fraction\nx = Fraction.__name__", "Fraction", id="name of an imported class"),
        pytest.param(CLASSES + "x = C(3).p", 14, id="property behind super"),
        pytest.param(CLASSES + "b = B(3)\nb.p = 5\nx = b.n", 10, id="setter"),
        pytest.param(CLASSES + "x = C.c()", 22, id="class method behind super"),
        pytest.param(CLASSES + "x = C(1).c()", 22, id="class method of an object"),
        pytest.param(CLASSES + "x = C(1).k()", 2, id="class method behind super of an object"),
        pytest.param(CLASSES + "x = C(1).s()", 9, id="static method of an object"),
        pytest.param(CLASSES + "x = C(1).m()", 15, id="method and static method behind super"),
        pytest.param(CLASSES + "class G(C):\n    def m(self):\n        return super(C, self).m()\nx = G().m()", 8, id="super of another class"),
        pytest.param("class B:\n    def __new__(cls):\n        return 3\nclass C(B):\n    def f(self):\n        return super().__new__(C)\nx = C.f(C)", 3, id="new behind super"),
        pytest.param("class C:\n    def __getattr__(self, name):\n        return name * 2\nx = C().ab", "abab", id="stand-in for attributes"),
        pytest.param("class C:\n    pass\nC.a = 5\nx = C().a", 5, id="set on a class"),
        pytest.param("from enum import Enum\nclass M:\n    def f(self):\n        return 3\nclass F(M, Enum):\n    A = 1\n    def f(self):\n        return super().f()\nx = F.A.f()", 3, id="super of a member"),
        pytest.param("class C:\n    def __setitem__(self, k, v):\n        self.n = k + v\n    def __delitem__(self, k):\n        self.d = k\n    def __getitem__(self, k):\n        return k + 1\nc = C()\nc[1] = 2\ndel c[5]\nx = c.n + c.d + c[1]", 10, id="items of an object"),
        pytest.param("class C:\n    f = lambda self: 4\nx = C().f()", 4, id="lambda as a method"),
        pytest.param(ENUMS + "x = E['A'].value + E.A.p + E.A.m() + E.A.upper()", "aaaAA", id="member"),
        pytest.param(ENUMS + "x = E.A.c().value + str(E.A.s())", "b5", id="class and static method of a member"),
        pytest.param(ENUMS + "x = len(E.A.value) + int(E.A == 'a')", 2, id="mixed member"),
        pytest.param(TUPLES + "x = T(5)[0] * 10 + T(5)[-1]", 52, id="items of a named tuple"),
        pytest.param(TUPLES + "a, b = T(5)\nx = a + b", 7, id="unpacked named tuple"),
        pytest.param("class C:\n    pass\nx = len([C[0] for C in ((1, 2), (3,))])", 2, id="item of a tuple"),
        pytest.param("a = [1, 2, 3]\nb = a[1:]\na[1] = 9\nx = b[0] + (1, 2, 3)[::-1][0]", 5, id="slices"),
        pytest.param("a = [1, 2]\na[-1] = 5\nx = a[1]", 5, id="set in a list"),
        pytest.param("a = [1]\na.extend((2, 3))\na.insert(0, 7)\nb = a.copy()\na.clear()\nx = len(a) * 10 + b[0] + len(b)", 11, id="list methods"),
        pytest.param("d = {'a': 1}\nd.clear()\nx = len(d)", 0, id="cleared dict"),
        pytest.param("d = {'a': 1, 'b': 2}\nx = d.pop('a') + d.pop('z', 5) + sum(d.values()) + len(list(d.keys())) + len(d.items())", 10, id="pop and views"),
        pytest.param("d = {}\nx = d.pop('a', None)", None, id="pop with a default"),
        pytest.param("d = {'a': 1}\nd.update([('b', 2)], c=3)\nx = d['b'] + d['c']", 5, id="update with pairs"),
        pytest.param("x = len(dict(()))", 0, id="dict of no pairs"),
        pytest.param("d = {True: 1}\ndel d[True]\nx = d.get(1, 4)", 4, id="deleted"),
        pytest.param("x = sum([1, 2] + [3]) + len((1,) + (2,))", 8, id="joined sequences"),
        pytest.param("x = ''.join(c + '.' for c in 'abc')", "a.b.c.", id="characters"),
        pytest.param("x = float('1.5') + float(2) + int('ff', 16) + round(2.25, 1) + round(True)", 261.7, id="numbers"),
        pytest.param("import math\nx = math.floor(2.5) + math.trunc(-2.5) + math.sqrt(16) + ord('a')", 101.0, id="mathematics"),
        pytest.param("x = str() + str(int()) + str(bool()) + str(float())", "0False0.0", id="without arguments"),
        pytest.param("x = repr('a') + str(None) + str([1] and 1.5)", "'a'None1.5", id="texts of values"),
        pytest.param("class C:\n    def __str__(self):\n        return 'c'\nx = f'{C()}' + str(C())", "cc", id="text of an object"),
        pytest.param("x = sorted((3, 1, 2))[0] + sorted([2.5, 1.5])[1] + list(reversed([1, 2]))[0] + tuple('9')[0].count('9')", 6.5, id="sequences"),
        pytest.param("x = sorted(('b', 'a'))[0] + ''.join(list('cd'))", "acd", id="sequences of texts"),
        pytest.param("x = len(list()) + len(tuple())", 0, id="empty sequences"),
        pytest.param("x = sum(range(1, 6, 2)) + sum(range(3))", 12, id="range"),
        pytest.param("x = ''.join(f'{i}{a}{b}' for i, (a, b) in enumerate(zip('ab', 'cde')))", "0ac1bd", id="enumerate and zip"),
        pytest.param("x = f'{any([0, 1])}{all([1, 0])}{any([])}{all(())}'", "TrueFalseFalseTrue", id="any and all"),
        pytest.param("x = max([], default=4) + min((3, 2)) + sum([1], 10) + sum([])", 17, id="folds"),
        pytest.param("class C:\n    pass\nx = callable(C) and callable(len.__class__ and C)", True, id="callable"),
        pytest.param("class C:\n    pass\nc = C()\nsetattr(c, 'a', 3)\nx = c.a + getattr(c, 'b', 4)", 7, id="setattr and getattr"),
        pytest.param("class B:\n    pass\nclass C(B):\n    pass\nx = f'{isinstance(C(), B)}{isinstance(B(), C)}{isinstance(C(), (C, int))}'", "TrueFalseTrue", id="types of objects"),
        pytest.param("x = f'{isinstance(5, int)}{isinstance(5, str)}{isinstance({}, dict)}{isinstance([], dict)}{isinstance([], list)}{isinstance({}, object)}{isinstance(5, dict)}'", "TrueFalseTrueFalseTrueTrueFalse", id="types of values"),
        pytest.param("import os\nx = isinstance(f'a{os.sep}', str)", True, id="type of a text with a hole"),
        pytest.param("class C:\n    def f(self):\n        return 3\n    g = property(f)\n    s = staticmethod(len)\nx = C().g", 3, id="property called"),
        pytest.param("from functools import lru_cache\ndef f():\n    return 4\ng = lru_cache(f)\nx = g()", 4, id="cache called"),
        pytest.param("from typing import cast\nx = cast(int, 4)", 4, id="cast"),
        pytest.param("import operator\nx = operator.or_({'a': 1}, {'b': 2})['b']", 2, id="or as a function"),
        pytest.param("import sys\nx = print('')", None, id="print"),
        pytest.param("import copy\nd = {'a': {'b': 1}}\ne = copy.copy(d)\nd['a']['b'] = 2\nd['c'] = 3\nx = e['a']['b'] * 10 + len(e)", 21, id="shallow copy"),
        pytest.param("import copy\nd = [{'b': [1]}, ({},)]\ne = copy.deepcopy(d)\nd[0]['b'][0] = 2\nd[1][0]['z'] = 1\nx = e[0]['b'][0] * 10 + len(e[1][0])", 10, id="deep copy"),
        pytest.param("import copy\na = [1]\nd = copy.deepcopy({'p': a, 'q': a})\nd['p'].append(2)\nx = len(d['q'])", 2, id="deep copy keeps what is shared"),
        pytest.param("import copy\nl = [[1]]\nm = copy.copy(l)\nl.append(2)\nl[0].append(3)\nx = len(m) * 10 + len(m[0]) + copy.copy(5)", 17, id="shallow copy of a list"),
        pytest.param("import json\nx = json.loads('{\"a\": [null, 1.5]}')['a'][1]", 1.5, id="json"),
        pytest.param("import asyncio\nasync def f(a):\n    return a\nx = asyncio.run(f(3))", 3, id="run"),
        pytest.param("from datetime import timedelta\nx = timedelta(1, 2, minutes=1).total_seconds() + timedelta().total_seconds()", 86462.0, id="seconds of days"),
        pytest.param("x = ','.join(['a', 'b']) + ' a '.strip() + 'a'.replace('a', 'b', 1)", "a,bab", id="text methods"),
        pytest.param("x = 'abc'.startswith(('x', 'a'))", True, id="tuple given to a text method"),
        pytest.param("x = '{0}{0}{a!r:>4}|{{}}'.format(1, a='b')", "11 'b'|{}", id="format"),
        pytest.param("x = '%d|%s%%' % (2.9, 'a')", "2|a%", id="percent"),
        pytest.param("x = '\\x41\\N{DIGIT ONE}' + f'\\x42{1}' + r'\\x' + rf'\\y{2}'", "A1B1\\x\\y2", id="escapes"),
        pytest.param("x = f'''a\n{1}{{}}'''", "a\n1{}", id="text between replacements"),
        pytest.param("x = 1_000 + 0x10 + 1e3 + .5", 2016.5, id="numerals"),
        pytest.param("from urllib.parse import quote, unquote, unquote_plus\nx = quote('a/b c') + unquote('%41') + unquote_plus('a+b')", "a/b%20cAa b", id="quoting"),
    ],
)  # fmt: skip
def test_as_python_computes_it(code: str, expected: object) -> None:
    names: dict[str, object] = {"__name__": "app"}
    exec(compile(code, "app.py", "exec"), names)  # noqa: S102 - code of the table above
    assert names["x"] == expected
    value = worth(code)
    assert isinstance(value, Known), value
    assert (type(value.value), value.value) == (type(expected), expected)


UNSURE = "import y, os\nclass C:\n    a = 1\nE = os.environ['E']\n"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("x = y.z.a", id="attribute of an import that is missing"),
        pytest.param("x = C.b", id="attribute that a class has not"),
        pytest.param("from typing import NamedTuple\nclass T(NamedTuple):\n    a: int\nx = T(5)[9]", id="item outside of a named tuple"),
        pytest.param("x = dict(undefined)['a']", id="unbound name as a dict"),
        pytest.param("x = f'{C()}'", id="object as a text"),
        pytest.param("x = C().b", id="attribute that an object has not"),
        pytest.param("x = C().__dict__", id="attributes as a dict"),
        pytest.param("x = getattr(C(), '__dict__', 5)", id="a default is not taken for what every object has"),
        pytest.param("class G:\n    def __getattr__(self, n):\n        return y.z\nx = getattr(G(), 'a', 5)", id="a default is not taken where something stands in"),
        pytest.param("class G:\n    def __setattr__(self, n, v):\n        pass\ng = G()\ng.a = 1\nx = g.a", id="set through __setattr__"),
        pytest.param("class G(y.Z):\n    def f(self):\n        return super().f()\nx = G().f()", id="super of a foreign class"),
        pytest.param("class G:\n    def f(self):\n        return super().f()\nx = G().f()", id="super of nothing"),
        pytest.param("class G(C):\n    def f(self):\n        def g():\n            return 1\n        return super().zzz\nx = G().f()", id="attribute that super has not"),
        pytest.param("x = super().a", id="super outside of a method"),
        pytest.param("from enum import Enum\nclass F(Enum):\n    A = 1\nx = F.A.zzz", id="attribute that a member has not"),
        pytest.param("from enum import Enum\nclass F(Enum):\n    pass\nx = F[E]", id="member of an empty enumeration"),
        pytest.param("from enum import Enum\nclass F(Enum):\n    A = 1\nx = f'{F.A}'", id="member as a text"),
        pytest.param("x = C()[0]", id="item of an object without items"),
        pytest.param("x = {1, 2}[0]", id="item of a set"),
        pytest.param("x = [1][5]", id="index outside"),
        pytest.param("x = [1]['a']", id="index that is a text"),
        pytest.param("x = (1, 2)[::0][0]", id="slice without a step"),
        pytest.param("x = [1][y.z]", id="index that is not known"),
        pytest.param("x = y.z['a']", id="item of a stranger"),
        pytest.param("x = [y.z, *y.w][0]", id="item of a list with strangers"),
        pytest.param("x = {}[E]", id="item of an empty dict"),
        pytest.param("x = {'a': 1, **y.z}[E]", id="item of a dict with strangers"),
        pytest.param("x = {'a': 1, **y.z}.get(E, 1)", id="get from a dict with strangers"),
        pytest.param("a = [1]\na[5] = 2\nx = a[0]", id="list set outside"),
        pytest.param("a = [1, 2]\ndel a[0]\nx = a[0]", id="list with a deletion"),
        pytest.param("a = [1]\na[E] = 2\nx = a[0]", id="list set somewhere"),
        pytest.param("a = [2, 1]\na.sort()\nx = a[0]", id="sorted in place"),
        pytest.param("a = [2, 1]\nx = a.index(1)", id="index of an item"),
        pytest.param("a = [1, *y.z]\na.append(2)\nx = a[0]", id="appended to a list with strangers"),
        pytest.param("a = [1]\na.extend(y.z)\nx = a[0]", id="extended by strangers"),
        pytest.param("a = [*y.z] + [1]\nx = a[0]", id="strangers in front"),
        pytest.param("d = {'a': 1}\nx = d.popitem()", id="popitem"),
        pytest.param("d = {'a': 1}\nd.popitem()\nx = d['a']", id="dict after popitem"),
        pytest.param("d = {'a': 1}\nx = d.setdefault(E, 2)", id="setdefault under any key"),
        pytest.param("d = {'a': 1}\nx = d.pop(E)", id="pop of any key"),
        pytest.param("x = {}.pop('a')", id="pop of nothing"),
        pytest.param("d = {**y.z}\nx = d.items()", id="items of a dict with strangers"),
        pytest.param("x = len({**y.z})", id="length of a dict with strangers"),
        pytest.param("x = dict(E)['a']", id="variable as a dict"),
        pytest.param("x = dict(C())['a']", id="object as a dict"),
        pytest.param("x = dict(C)['a']", id="class as a dict"),
        pytest.param("x = dict(y.z())['a']", id="result as a dict"),
        pytest.param("x = dict([('a', 1, 2)])['a']", id="triples as a dict"),
        pytest.param("x = dict([(E, 1)])['a']", id="pairs with unknown keys"),
        pytest.param("x = dict([])['a']", id="no pairs"),
        pytest.param("d = {'a': 1}\nif E:\n    del d['a']\nx = len(list(d))", id="length that depends"),
        pytest.param("a, b = C()\nx = a", id="object unpacked"),
        pytest.param("x = int(None)", id="int of None"),
        pytest.param("x = float(None)", id="float of None"),
        pytest.param("x = int('1' * 5000)", id="int too long"),
        pytest.param("x = abs('a')", id="absolute text"),
        pytest.param("x = ord(1)", id="ord of a number"),
        pytest.param("x = len(5)", id="length of a number"),
        pytest.param("x = len(C())", id="length of an object"),
        pytest.param("x = bool(y.z())", id="truth of a result"),
        pytest.param("x = sorted([1, 'a'])[0]", id="sorted mixture"),
        pytest.param("x = sorted([1, 2], reverse=True)[0]", id="sorted by an option"),
        pytest.param("x = list(y.z)[0]", id="list of a stranger"),
        pytest.param("x = sum(range(100))", id="long range"),
        pytest.param("x = sum(range(10 ** 30))", id="endless range"),
        pytest.param("x = list(range(1, 5, 0))[0]", id="range without a step"),
        pytest.param("x = list(range('a'))[0]", id="range of a text"),
        pytest.param("x = list(enumerate('ab', start=1))[0][0]", id="enumerate from a start"),
        pytest.param("x = list(enumerate('ab', 'cd'))[0][0]", id="enumerate of two"),
        pytest.param("x = list(zip('ab', y.z))[0][0]", id="zip with a stranger"),
        pytest.param("x = max([])", id="largest of nothing"),
        pytest.param("x = max(1, 2, key=y.z)", id="largest by a key"),
        pytest.param("x = max(*y.z)", id="largest of strangers"),
        pytest.param("x = min(y.z)", id="smallest of a stranger"),
        pytest.param("x = any([0, y.z])", id="any with a stranger"),
        pytest.param("x = sum(['a'])", id="sum of texts"),
        pytest.param("x = getattr(C, E)", id="attribute by an unknown name"),
        pytest.param("x = C()\nsetattr(x, E, 2)\nx = x.b", id="set by an unknown name"),
        pytest.param("x = globals()['C']", id="all names"),
        pytest.param("x = isinstance(y.z, str)", id="type of a stranger"),
        pytest.param("class G(y.z()):\n    pass\nx = isinstance(G(), C)", id="type of an object with a strange base"),
        pytest.param("x = isinstance(f'a{E}', dict)", id="text and another type"),
        pytest.param("import copy\nx = copy.copy(C()).a", id="copy of an object"),
        pytest.param("import json\nx = json.loads(E)", id="json of a variable"),
        pytest.param("import json\nx = json.loads(y.z)", id="json of a stranger"),
        pytest.param("import json\nx = json.loads('{')", id="no json"),
        pytest.param("import json\nx = json.loads('" + "1" * 5000 + "')", id="json of a number too long"),
        pytest.param("import asyncio\nx = asyncio.run(5)", id="a number awaited"),
        pytest.param("import asyncio\nx = asyncio.run(y.z)", id="a stranger awaited"),
        pytest.param("from datetime import timedelta\nx = timedelta(years=1).total_seconds()", id="timedelta of years"),
        pytest.param("from datetime import timedelta\nx = timedelta(*y.z).total_seconds()", id="timedelta of strangers"),
        pytest.param("from datetime import timedelta\nx = timedelta(minutes='a').total_seconds()", id="timedelta of a text"),
        pytest.param("from distutils.util import strtobool\nx = strtobool('maybe')", id="neither true nor false"),
        pytest.param("x = 'a'.encode()", id="bytes of a text"),
        pytest.param("x = 'a'.translate({})", id="text method that is not followed"),
        pytest.param("x = 'a'.startswith((E, 'b'))", id="text method with an unknown tuple"),
        pytest.param("x = ','.join([1])", id="numbers joined"),
        pytest.param("x = ','.join({'a', 'b'})", id="set joined"),
        pytest.param("x = None .lower()", id="method of None"),
        pytest.param("x = f'a{E}'.lower()", id="text with a hole in lower case"),
        pytest.param("x = f'a{E}'.count(E)", id="unknown text counted"),
        pytest.param("x = f'a{E}'.startswith('ab')", id="start in a hole"),
        pytest.param("x = f' a{E}'.strip()", id="blanks stripped"),
        pytest.param("x = f'a{E}'.strip()", id="blanks of a hole stripped"),
        pytest.param("x = f'a{E}'.removeprefix('b')", id="other prefix"),
        pytest.param("x = f'a{E}'.removeprefix()", id="no prefix given"),
        pytest.param("x = f'a{E}'.replace('ab', 'c')", id="replaced into a hole"),
        pytest.param("x = f'{E}b'.replace('ab', 'c')", id="replaced out of a hole"),
        pytest.param("x = f'{E}b{E}'.replace('abc', 'd')", id="replaced between holes"),
        pytest.param("x = f'{5:99999}'", id="very wide"),
        pytest.param("x = f'{C}'", id="class as a text"),
        pytest.param("from decimal import Decimal\nx = f'{Decimal}'", id="imported class as a text"),
        pytest.param("z = f'a{E}'\nx = f'{z:>9}'", id="text with a hole in a format"),
        pytest.param("x = f'{y.z!r}'", id="stranger as a text"),
        pytest.param("x = f'{[1]!r}'", id="list as a text"),
        pytest.param("x = '{'.format(1)", id="template that Python rejects"),
        pytest.param("x = '{}{}'.format(1)", id="template with too few"),
        pytest.param("x = '{:{}}'.format(1, 2)", id="nested template"),
        pytest.param("x = E.format(1)", id="unknown template"),
        pytest.param("x = '%s' % (1, E)", id="too many for a template"),
        pytest.param("x = '%x %s' % (1, E)", id="other sign in a template"),
        pytest.param("x = f'\\N{NO SUCH CHARACTER}{E}'", id="escape that Python rejects in an f-string"),
        pytest.param("x = '\\N{NO SUCH CHARACTER}'", id="escape that Python rejects"),
        pytest.param("x = b'a'", id="bytes"),
        pytest.param("x = os.environ[y.z]", id="variable without a name"),
    ],
)  # fmt: skip
def test_what_is_not_known_stays_so(code: str) -> None:
    value = worth(UNSURE + code)
    assert all("?" in text or text.startswith("$") for text in possible(value)), value


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("x = {'a': 1, 'b': 2}.get(E, 3)", {"1", "2", "3"}, id="get by a variable"),
        pytest.param("x = [1, 2][int(E)]", {"1", "2"}, id="index by a variable"),
        pytest.param("k = 'a' if E else 'b'\nx = {'a': 1}.get(k, 3)", {"1", "3"}, id="get by one of two keys"),
        pytest.param("d = {'a': 1}\nd[E] = 2\nx = d['a']", {"1", "?"}, id="set under any key"),
        pytest.param("d = {'a': 1}\ndel d[E]\nx = d.get('a', 4)", {"1", "4"}, id="deleted under any key"),
        pytest.param("x = dict([('a', 1), (E, 2)])['a']", {"?"}, id="pairs under any key"),
        pytest.param("x = {'a': 1, E: 2}['a']", {"1", "?"}, id="display with any key"),
        pytest.param("a, b = {'k': 1}, {'k': 2}\nc = a if E else b\nc['k'] = 3\nx = a['k']", {"1", "3"}, id="one of two dicts set"),
        pytest.param("a, b = {}, {'k': 2}\nc = a if E else b\nc['k'] = 3\nx = a.get('k', 0)", {"0", "3"}, id="one of two dicts filled"),
        pytest.param("a, b = {**y.z}, {}\nc = a if E else b\nc['k'] = 3\nx = a.get('k', 0)", {"0", "3", "?"}, id="one of two dicts filled, one with strangers"),
        pytest.param("class G:\n    a = 1\nclass H:\n    a = 2\nc = G if E else H\nc.a = 3\nx = G.a", {"1", "3"}, id="one of two classes set"),
        pytest.param("class G:\n    def f(self):\n        self.a = 1\nx = G().__class__ == G", {"True"}, id="class of an object"),
        pytest.param("class G:\n    def __init__(self):\n        if E:\n            self.a = 1\nx = G().a", {"1"}, id="attribute set sometimes"),
        pytest.param("class G(y.Z):\n    a = 1\nx = G().a", {"1", "?"}, id="attribute that a foreign base may set"),
        pytest.param("d = {'a': 1} if E else None\nx = {'b': 2, **d}['b']", {"2"}, id="mapping or None"),
        pytest.param("d = {'a': 1} if E else {'a': 2}\nx = dict(d)['a']", {"1", "2"}, id="one of two mappings"),
        pytest.param("def f(**k):\n    return dict(**k)\nd = {}\nif E:\n    d['a'] = 1\nx = f(**d).get('a', 5)", {"1", "5"}, id="keyword given sometimes"),
        pytest.param("d = {**y.z}\nd.update({'a': 1} if E else {})\nx = d.get('a', 0)", {"0", "1", "?"}, id="sometimes over strangers"),
        pytest.param("s = 'a' if E else [1, 2]\nx = len(s)", {"1", "2"}, id="length of one of two"),
        pytest.param("s = {} if E else 5\nx = isinstance(s, dict)", {"True", "False"}, id="type of one of two"),
        pytest.param("import json\ns = '1' if E else '2'\nx = json.loads(s)", {"1", "2"}, id="json of one of two"),
        pytest.param("x = isinstance(E, str)", {"True"}, id="type of a variable"),
        pytest.param("x = E.encode().decode()", {"$E"}, id="variable as bytes and back"),
        pytest.param("x = E.get_secret_value()", {"$E"}, id="secret"),
        pytest.param("x = E[0]", {"$E"}, id="character of a variable"),
        pytest.param("x = f'a{E}'.startswith('a')", {"True"}, id="known start"),
        pytest.param("x = f'ab{E}'.startswith('ac')", {"False"}, id="other start"),
        pytest.param("x = f'{E}a'.removeprefix('')", {"{$E}a"}, id="empty prefix of a hole"),
        pytest.param("x = f'ab{E}'.removeprefix('a')", {"b{$E}"}, id="prefix removed"),
        pytest.param("x = f'a{E}b'.strip()", {"a{$E}b"}, id="nothing to strip"),
        pytest.param("x = f'a{E}'.lstrip()", {"a{$E}"}, id="nothing to strip on the left"),
        pytest.param("x = f'a/{y.z}'.replace('a/', 'b/')", {"b/{?}"}, id="replaced beside a stranger"),
        pytest.param("p = os.getenv('P', 'a')\nx = f'/{p}'.replace('a', 'b')", {"/{$P:'b'}"}, id="replaced in a default"),
        pytest.param("x = '{}-{}'.format(1, E)", {"1-{$E}"}, id="format with a hole"),
        pytest.param("x = '%d%%%s' % (2.9, E)", {"2%{$E}"}, id="percent with a hole"),
        pytest.param("x = '%d%s' % (True, E)", {"1{$E}"}, id="truth as a number"),
        pytest.param("x = '%d%s' % ('a', E)", {"{?}{$E}"}, id="text as a number"),
        pytest.param("z = 'a' if E else 'b'\nx = f'{z:>2}'", {"' a'", "' b'"}, id="one of two formatted"),
        pytest.param("x = f'{E:>4}'", {"{$E}"}, id="variable formatted"),
        pytest.param("os.environ['Q'] = 'a'\nx = os.environ['Q'] + os.getenv('Q')", {"'aa'"}, id="set by the code"),
        pytest.param("if E:\n    os.environ['Q'] = 'a'\nx = os.getenv('Q', 'b')", {"'a'", "$Q:'b'"}, id="set by the code sometimes"),
        pytest.param("os.environ[y.z] = 'a'\nx = os.environ['Q']", {"$Q", "?"}, id="another variable set"),
        pytest.param("os.environ['Q'] = 'a'\nos.environ[y.z] = 'b'\nx = os.environ['Q']", {"'a'", "?"}, id="any variable set after it"),
        pytest.param("os.environ[y.z] = 'b'\nos.environ['Q'] = 'a'\nx = os.environ['Q']", {"'a'"}, id="any variable set before it"),
        pytest.param("os.environ.update(y.z)\nx = os.getenv('Q', 'b')", {"$Q:'b'", "?"}, id="updated with anything"),
        pytest.param("os.environ['Q'] = 'a'\nos.environ.clear()\nx = os.getenv('Q', 'b')", {"?"}, id="all variables removed"),
        pytest.param("os.environ.clear()\nos.environ['Q'] = 'a'\nx = os.getenv('Q', 'b')", {"'a'"}, id="set after all were removed"),
        pytest.param("os.environ.setdefault(y.z, 'a')\nx = os.getenv('Q', 'b')", {"$Q:'b'", "?"}, id="any default set"),
        pytest.param("os.environ['Q'] = 'a'\nos.environ.setdefault(y.z, 'b')\nx = os.getenv('Q')", {"'a'"}, id="any default after a value"),
        pytest.param("import importlib\nx = importlib.import_module(y.z).a", {"?"}, id="module of any name"),
        pytest.param("import importlib\nx = importlib.import_module('.a').b", {"?"}, id="relative module by name"),
        pytest.param("from enum import Enum\nclass F(Enum):\n    A = 1\n    B = 2\nx = {F.A: 5, F.B: 6}[F.B]", {"6"}, id="members as keys"),
        pytest.param("from enum import Enum\nclass F(str, Enum):\n    A = 'a'\nx = {F.A: 5}['a']", {"5"}, id="a member that is a text is the text's key"),
        pytest.param("from enum import Enum\nclass F(Enum):\n    A = 'a'\nx = {F.A: 5}.get('a', 7)", {"7"}, id="a plain member is not its value"),
        pytest.param("from enum import Enum\nclass F(Enum):\n    A = 1\nx = F.A in {F.A: 5}", {"True"}, id="a member in a dict"),
        pytest.param("from enum import Enum\nclass F(Enum):\n    A = 1\nx = [k.name for k in {F.A: 5}][0]", {"'A'"}, id="members from a loop over a dict"),
        pytest.param("from enum import Enum\nclass F(Enum):\n    A = 1\nd = {F.A: 5}\nd[F.A] = 6\nx = d.pop(F.A)", {"6"}, id="a member's item set and taken"),
        pytest.param("d = os.environ if E else {}\nd['Q'] = 'a'\nx = os.getenv('Q', 'b')", {"'a'", "$Q:'b'"}, id="set or not"),
        pytest.param("v = os.getenv('Q', [1])\nx = v if isinstance(v, str) else v[0]", {"$Q", "1", "?"}, id="list as default"),
        pytest.param("from distutils.util import strtobool\nx = strtobool(os.getenv('Q', 'Yes'))", {"$Q:1"}, id="text of truth"),
        pytest.param("import anyio\nasync def f(a=1):\n    return a\nx = anyio.run(f, 5)", {"5"}, id="run with arguments"),
        pytest.param("import asyncio\nx = asyncio.run(y.z())", {"?"}, id="result awaited"),
        pytest.param("y.z.a = 1\nx = 2", {"2"}, id="set on a stranger"),
        pytest.param("c = C()\nc[1] = 5\nx = 2", {"2"}, id="item set on an object without items"),
        pytest.param("d = {}\nif E:\n    del d['a']\nx = len(d)", {"0"}, id="deleted what is not there"),
        pytest.param("x = int(os.getenv('A', '5')).lower()", {"$A"}, id="number in lower case"),
        pytest.param("x = f'{os.getenv(\"Q\", y.z)}'", {"{$Q}"}, id="class as default in a text"),
        pytest.param("class G:\n    a = 3\nc = G if E else C\nx = c.a", {"1", "3"}, id="attribute of one of two"),
        pytest.param("y.z['a'] = 1\nx = 2", {"2"}, id="item set on a stranger"),
        pytest.param("import typing\nx = typing.cast(C, C)[int].a", {"1"}, id="generic class"),
        pytest.param("from enum import Enum\nclass F(str, Enum):\n    A = 'a'\n    B = 'b'\nx = F[E]", {"'a'", "'b'"}, id="member by a variable"),
    ],
)  # fmt: skip
def test_what_is_known_in_part(code: str, expected: set[str]) -> None:
    assert possible(worth(UNSURE + code)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(Known(True, AT), {"'True'"}, id="no text"),
        pytest.param(Unknown("a secret", AT), {"$P"}, id="unknown"),
        pytest.param(OneOf((Alternative(Known("a", AT)), Alternative(Known("b", AT)))), {"'a'", "'b'"}, id="one of two"),
    ],
)  # fmt: skip
def test_a_variable_that_is_given(given: Value, expected: set[str]) -> None:
    assert possible(worth("import os\nx = os.getenv('P', 'z')", {"P": given})) == expected


def test_questions_that_only_other_parts_ask() -> None:
    evaluator = Evaluator(Sources({}, lambda _: None))
    assert evaluator.attribute(Known(Symbol("a.B"), AT), "c", AT) == External("a.B.c")
    assert isinstance(evaluator.attribute(ABSENT, "c", AT), Unknown)
    assert isinstance(evaluator.environ((), None, AT), Unknown)
    assert evaluator.environ((), Known(5, AT), AT) == Known(5, AT)


def test_an_attribute_set_on_a_file_that_cannot_be_read_is_lost() -> None:
    assert possible(worth("import broken\nbroken.a = 5\nx = broken.a", broken="def (")) == {"?"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("0b11", 3, id="binary"),
        pytest.param("1_0.5", 10.5, id="float"),
        pytest.param("0777", None, id="old octal"),
        pytest.param("1.5.2", None, id="two points"),
        pytest.param("1" * 5000, None, id="too long"),
    ],
)
def test_numerals(written: str, expected: float | None) -> None:
    assert number(written) == expected


def test_texts_of_the_source() -> None:
    assert string(cst.SimpleString(r"b'\x41'")) == b"A"
    whole = cst.ensure_type(cst.parse_expression("f'{a}'"), cst.FormattedString)
    assert template_text(whole.parts[0], whole) is None
