"""Containers in what is not known whole: whoever takes them out may change them."""

import pytest

from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.modules import Sources
from poollint.source import SourceFile, Span
from poollint.values import Known, OneOf, Unknown, Value

BEFORE = "import os\nu = os.getenv('POOLLINT_LETTERS')\nn = int(u or 2)\nd = {'a': 1}\n"


def worth(code: str) -> Value:
    sources = Sources(["app.py"], lambda path: SourceFile(path, code) if path == "app.py" else None)
    return Evaluator(sources).constants("app.py")["x"]


def alternatives(value: Value) -> tuple[Value, ...]:
    return value.values if isinstance(value, OneOf) else (value,)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("for o in [d] * n:\n    o['a'] = 2", id="a list repeated"),
        pytest.param("for o in (d,) * n:\n    o['a'] = 2", id="a tuple repeated"),
        pytest.param("for o in n * [d]:\n    o['a'] = 2", id="a number times a list"),
        pytest.param("for o in sorted([d], key=len):\n    o['a'] = 2", id="sorted"),
        pytest.param("for o in map(lambda v: v, [d]):\n    o['a'] = 2", id="map"),
        pytest.param("for o in filter(None, [d]):\n    o['a'] = 2", id="filter"),
        pytest.param("for o in [d][:n]:\n    o['a'] = 2", id="a slice of a list"),
        pytest.param("for o in (d, d)[:n]:\n    o['a'] = 2", id="slice of tuple"),
        pytest.param("for o in [*u, d]:\n    o['a'] = 2", id="behind a starred sequence"),
        pytest.param("for o in (*u, d):\n    o['a'] = 2", id="a tuple behind a starred sequence"),
        pytest.param("m = {u: 3, 'k': d}\nfor o in m.values():\n    o['a'] = 2", id="values"),
        pytest.param("m = {}\nm[u] = d\nfor o in m.values():\n    o['a'] = 2", id="unknown key"),
        pytest.param("m = {u: d}\nm[u]['a'] = 2", id="unknown key display"),
        pytest.param("m = {u: 1, 'k': d}\nm.get(u)['a'] = 2", id="get"),
        pytest.param("m = {'k': d}\nm.pop(u)['a'] = 2", id="pop unknown"),
        pytest.param("m = {u: 1, 'k': d}\nm[u]['a'] = 2", id="item unknown rest"),
        pytest.param("m = {}\nm.setdefault(u, d)['a'] = 2", id="setdefault"),
        pytest.param("for o in [d] + list(u):\n    o['a'] = 2", id="lists together"),
        pytest.param("q = list(u)\nq += [d]\nq[-1]['a'] = 2", id="a list added in place"),
        pytest.param("q = [*u]\nq.append(d)\nq[-1]['a'] = 2", id="append"),
        pytest.param("q = [1]\nq.insert(n, d)\nq[0]['a'] = 2", id="insert"),
        pytest.param("q = [d]\nq.pop()['a'] = 2", id="pop"),
        pytest.param("q = [1]\nq[n] = d\nq[0]['a'] = 2", id="setitem list"),
        pytest.param("[o.update(a=2) for o in [d] * n]", id="a comprehension that changes"),
        pytest.param("for o in [d for i in range(n)]:\n    o['a'] = 2", id="a comprehension over a range"),
        pytest.param(
            "for o in [d for i in (1, 2) if u]:\n    o['a'] = 2", id="a comprehension with a condition"
        ),
        pytest.param("for o in {i: d for i in range(n)}.values():\n    o['a'] = 2", id="comp dict"),
        pytest.param("q = [d]\nif u:\n    q.append(3)\nq[0]['a'] = 2", id="lists of two lengths"),
        pytest.param("q = [d]\nfor i in range(n):\n    q.append(3)\nq[0]['a'] = 2", id="loop list"),
        pytest.param("m = {'k': d}\nfor i in range(n):\n    m['j'] = 3\nm['k']['a'] = 2", id="loop dict"),
        pytest.param(
            "m = {'k': 3}\nfor i in range(n):\n    if i:\n        m['k']['a'] = 2\n    m['k'] = d",
            id="loop dict same",
        ),
        pytest.param("e = {}\nfor i in range(n):\n    e['a'] = 2\n    e = d", id="loop name"),
        pytest.param("next(iter([d] * n))['a'] = 2", id="next"),
        pytest.param("max(d, {}, key=len)['a'] = 2", id="max"),
        pytest.param("max([d], key=len)['a'] = 2", id="max list"),
        pytest.param("import functools\nfunctools.reduce(lambda a, b: a, [d])['a'] = 2", id="reduce"),
        pytest.param(
            "import contextlib\nwith contextlib.nullcontext(d) as o:\n    o['a'] = 2", id="nullcontext"
        ),
        pytest.param("def f(*a):\n    a[-1]['a'] = 2\nf(*u, d)", id="star args"),
        pytest.param("def f(p, q=None):\n    q and q.update(a=2)\nf(*[1] * n, d)", id="star args2"),
        pytest.param(
            "def f(**k):\n    for o in k.values():\n        o['a'] = 2\nf(**{u: 1}, z=d)", id="kwargs"
        ),
        pytest.param("for o in dict([(u, d)]).values():\n    o['a'] = 2", id="dict of pairs"),
        pytest.param("for i, o in zip(u, [d]):\n    o['a'] = 2", id="zip"),
        pytest.param("for i, o in enumerate([d] * n):\n    o['a'] = 2", id="enumerate"),
        pytest.param("for o in reversed([d], ):\n    o['a'] = 2", id="reversed"),
        pytest.param("match [d] * n:\n    case [o, *_]:\n        o['a'] = 2", id="match"),
        pytest.param("match {u: d}:\n    case {'2': o}:\n        o['a'] = 2", id="match2"),
        pytest.param("match {'k': d}:\n    case {'k': o}:\n        o['a'] = 2", id="match3"),
        pytest.param("for o in (u or [d]):\n    o['a'] = 2", id="unknown or list"),
        pytest.param("def f(o):\n    o['a'] = 2\nlist(map(f, [d]))", id="closure"),
        pytest.param("o, *r = [d] * n\no['a'] = 2", id="unpack"),
        pytest.param("for o in sum([[d], [d]], []):\n    o['a'] = 2", id="sum"),
        pytest.param("def f():\n    return [d] * n\nf()[0]['a'] = 2", id="global fn"),
        pytest.param("class C:\n    o = d\ngetattr(C, u, d)['a'] = 2", id="class attr"),
        pytest.param("m = {u: 1, 'k': d}\nfor k, o in m.items():\n    o['a'] = 2", id="items"),
        pytest.param("import copy\nfor o in copy.copy([d] * n):\n    o['a'] = 2", id="copy"),
        pytest.param("q = list(filter(None, [d]))\nq[0]['a'] = 2", id="subscripted result"),
        pytest.param("m = {u: 1, 'k': d}\nm.setdefault('k', {})['a'] = 2", id="setdefault rest"),
        pytest.param("f = lambda o=d: o\nf(*u)['a'] = 2", id="lambda default"),
        pytest.param(
            "q = [[d] if os.getenv(str(i)) else [] for i in range(3)]\nq[0 if u else 1][0]['a'] = 2",
            id="too many",
        ),
        pytest.param("{u: print}[u](o=d)", id="keyword of an unknown function"),
        pytest.param(
            "import threading\np = threading.local()\np.o = d\np.o['a'] = 2", id="kept by a stranger"
        ),
        pytest.param(
            "import threading\np = threading.local()\np.__dict__['o'] = d\np.o['a'] = 2",
            id="an item of a stranger",
        ),
        pytest.param("def f(*a):\n    a[-1].update(a=2)\nf(*[1] * n, *[d])", id="spread behind a sequence"),
        pytest.param("max([], default=d)['a'] = 2", id="max with a default"),
        pytest.param("list(reversed([d]))[:n][0]['a'] = 2", id="reversed and cut"),
    ],
)
def test_what_is_changed_through_another_holder_is_known_no_longer(code: str) -> None:
    value = worth(f"{BEFORE}{code}\nx = d['a']\n")
    assert any(
        isinstance(one, Unknown) or one == Known(2, Span("app.py", 1, 1, 1, 2)) for one in alternatives(value)
    ), value


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("for o in (1, 2):\n    y = d['a']", id="only read in a loop"),
        pytest.param("for k in sorted(d):\n    pass", id="its keys are sorted"),
        pytest.param("y = len([d, d])", id="its length"),
        pytest.param("print('%s' % d)\ny = '%s %s' % (d, n)", id="printed"),
        pytest.param("for o in [dict(d)] * n:\n    o['a'] = 2", id="a copy is changed"),
        pytest.param("q = [{}] * n\nfor o in q:\n    o['a'] = 2", id="another list"),
        pytest.param("for i in range(n):\n    e = d\n    y = e['a']", id="taken anew in a loop"),
        pytest.param("match d:\n    case y:\n        pass", id="matched whole"),
        pytest.param("m = {'k': d, 'j': 3}\ny = m['k']['a']\nm.get('j')", id="read out of an item"),
        pytest.param("import logging\nlogging.info('%s', d)", id="logged"),
    ],
)
def test_what_is_only_looked_at_stays_known(code: str) -> None:
    assert worth(f"{BEFORE}{code}\nx = d['a']\n") == Known(1, Span("app.py", 1, 1, 1, 2))
