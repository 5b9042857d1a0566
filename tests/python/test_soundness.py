# ruff: noqa: E501, PLR0915, S311 - code as text; dice of a test
"""The interpreter against Python itself: generated modules are interpreted, and executed."""

import builtins
import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.evaluation.objects import MakerCall
from poollint.python.modules import Sources
from poollint.source import SourceFile, Span
from poollint.values import FromEnv, Known, OneOf, Record, Text, Unknown, Value

MAKERS = frozenset({"sqlalchemy.create_engine"})
VARIABLES = ("E1", "E2", "E3")


class _Writer:
    """Random modules in the language that people write around engines."""

    def __init__(self, dice: random.Random, *, holding: bool = False) -> None:
        self.dice = dice
        self.holding = holding
        self.lines: list[str] = [
            "import os",
            "from functools import partial",
            "from sqlalchemy import create_engine",
        ]
        self.functions: list[tuple[str, int]] = []
        self.depth = 0

    def pick(self, *choices: str) -> str:
        return self.dice.choice(choices)

    def number(self, level: int = 0) -> str:
        number = str(self.dice.randint(-3, 12))
        if level > 2:
            return self.pick(number, self.pick("a", "b", "c"))
        one, two = self.number(level + 1), self.number(level + 1)
        return self.pick(
            number,
            number,
            self.pick("a", "b", "c"),
            f"({one} {self.pick('+', '-', '*')} {two})",
            f"({one} {self.pick('//', '%', '/')} {self.dice.randint(1, 5)})",
            f"{self.pick('max', 'min')}({one}, {two})",
            f"int('{self.dice.randint(0, 9)}' + '{self.pick('', '1', '0')}')",
            f"({one} if {self.test(level + 1)} else {two})",
            f"({one} {self.pick('or', 'and')} {two})",
            f"{self.pick('m', 'n')}.get({self.key()}, {one})",
            f"(m[{self.key()}] if {self.key()} in m and {self.dice.random() < 0.1} else 5)",
            f"len({self.pick('m', 'n', 'q')})",
            f"len(os.getenv({self.variable()}, '{self.dice.randint(0, 9)}'))",
            f"int(os.getenv({self.variable()}, '4').isdigit())",
            f"(int(os.environ.get({self.variable()}) or {number}) if os.getenv('E1', '7').isdigit() else 3)",
            f"sum([{one}, {two}])",
            f"abs({one})",
            f"o.{self.pick('size', 'kept', 'twice')}",
            f"C.{self.pick('size', 'limit')}",
            f"(a := {one})" if level < 2 and self.dice.random() < 0.3 else number,
            f"{self.pick('m', 'n')}.setdefault({self.key()}, {one})",
            f"{self.pick('m', 'n')}.pop({self.key()}, {one})",
            f"(q[{self.dice.randint(-2, 1)}] if len(q) > 1 else 0)",
            self.applied(level),
        )

    def applied(self, level: int) -> str:
        if not self.functions:
            return "3"
        name, count = self.dice.choice(self.functions)
        given = [self.number(level + 1) for _ in range(self.dice.randint(0, count))]
        return f"{name}({', '.join(given)})"

    def key(self) -> str:
        return self.pick("'k1'", "'k2'", "'k3'", "'k4'")

    def variable(self) -> str:
        return self.pick(*(f"'{name}'" for name in VARIABLES))

    def text(self, level: int = 0) -> str:
        literal = self.pick("'1'", "'x'", "'True'", "'False'", "''", "'a:b'")
        if level > 2:
            return literal
        one, two = self.text(level + 1), self.text(level + 1)
        return self.pick(
            literal,
            f"str({self.number(level + 1)})",
            f"f'{{{self.number(level + 1).replace(chr(39), chr(34))}}}x'" if level == 5 else literal,
            f"({one} + {two})",
            f"{one}.{self.pick('lower', 'upper', 'strip')}()",
            f"{one}.replace('a', 'b')",
            f"{one}.split(':')[0]",
            f"os.getenv({self.variable()}, {literal})",
            f"({one} or {two})",
            f"'%s-%s' % ({one}, {self.number(level + 1)})",
            f"'{{}}/{{}}'.format({one}, {two})",
        )

    def test(self, level: int = 0) -> str:
        if level > 2:
            return self.pick("True", "False", "a", "u")
        return self.pick(
            f"{self.number(level + 1)} {self.pick('<', '>', '==', '!=', '>=')} {self.number(level + 1)}",
            f"os.getenv({self.variable()}) {self.pick('is None', 'is not None')}",
            f"os.environ.get({self.variable()}, 'no').lower() == 'yes'",
            f"{self.key()} in {self.pick('m', 'n')}",
            f"not {self.pick('a', 'm', 'q', 'u')}",
            f"bool(os.getenv({self.variable()}, 'False'))",
            f"{self.variable()} in os.environ",
            f"({self.test(level + 1)} {self.pick('and', 'or')} {self.test(level + 1)})",
            f"{self.text(level + 1)} in ('1', 'x', 'True')",
            "u is None",
            "u",
        )

    def mapping(self, level: int = 0) -> str:
        if level > 2:
            return self.pick("m", "n", "{}")
        one, two = self.mapping(level + 1), self.mapping(level + 1)
        return self.pick(
            f"{{{self.key()}: {self.number(1)}, {self.key()}: {self.number(1)}}}",
            f"dict(k1={self.number(1)}, **{{{self.key()}: {self.number(1)}}})",
            f"{{**{one}, {self.key()}: {self.number(1)}}}",
            f"({one} | {two})",
            f"dict({one})",
            f"{self.pick('m', 'n')}.copy()",
            f"({one} if {self.test(1)} else {two})",
            f"{{k: v for k, v in {self.pick('m', 'n')}.items() if v {self.pick('> 3', 'is not None', '!= a')}}}",
            "m",
            "n",
        )

    def dicts(self) -> str:
        """A sequence of dicts of which the interpreter knows the items, some of them, or none."""
        one, two = self.pick("m", "n"), self.pick("m", "n")
        return self.pick(
            f"[{one}] * t",
            f"t * ({one}, {two})",
            f"sorted([{one}, {two}], key=len)",
            f"map(lambda v: v, [{one}, {two}])",
            f"filter(None, ({one}, {two}))",
            f"[{one}, {two}][:t]",
            f"[*h, {one}]",
            f"(*[{{}}] * t, {one})",
            f"[{one} for _ in range(t)]",
            f"[{one} for v in (1, 2) if t > v]",
            f"{{str(t): {one}, 'k1': {two}}}.values()",
            f"dict([(str(t), {one}), ('k2', {two})]).values()",
            f"[v for _, v in zip('ab', [{one}, {two}])]",
            f"[max({one}, {two}, key=len)]",
            f"[next(iter([{one}] * t))]",
            "h",
            "h",
            "w.values()",
            f"[w.get(str(t), {one})]",
            f"[w.setdefault(str(t), {one})]",
            f"[w.pop(str(t), {one})]",
        )

    def hand_round(self, indent: str, *, inside: bool) -> None:
        """Dicts go into other containers, and are changed through these."""
        one, changed = self.pick("m", "n"), f"[{self.key()}] = {self.number()}"
        line = self.lines.append
        kind = self.dice.randint(0, 7)
        if kind <= 1:
            line(f"{indent}for o1 in {self.dicts()}:")
            line(f"{indent}    o1{changed}")
        elif kind == 2:
            line(f"{indent}h = {self.pick(f'[{one}]', f'list({self.dicts()})')}")
        elif kind == 3:
            line(
                f"{indent}{self.pick(f'h.append({one})', f'h.insert(t, {one})', f'h += [{one}]', f'h[0:1] = [{one}]')}"
            )
        elif kind == 4:
            line(
                f"{indent}{self.pick(f'w[str(t)] = {one}', f'w[{self.key()}] = {one}', f'w = {{{self.key()}: {one}}}')}"
            )
        elif kind == 5:
            line(f"{indent}{{str(t): change}}[str(t)]({one}{self.pick('', ', *h')})")
        elif kind == 6:
            line(f"{indent}change(*[{{}}] * t, {one})")
        else:
            line(f"{indent}for {self.pick('i', one)} in {self.pick('h[:]', 'range(t)')}:")
            self.body(indent, inside=inside, loop=True)

    def statement(self, indent: str, *, inside: bool = False, loop: bool = False) -> None:
        line = self.lines.append
        kind = self.dice.randint(0, 22)
        if self.holding and self.depth < 3 and self.dice.random() < 0.4:
            self.hand_round(indent, inside=inside)
            return
        nested = self.depth < 3
        if kind <= 3:
            line(f"{indent}{self.pick('a', 'b', 'c')} = {self.number()}")
        elif kind == 4:
            line(f"{indent}{self.pick('a', 'b', 'c')} {self.pick('+=', '-=', '*=')} {self.number()}")
        elif kind == 5:
            line(f"{indent}{self.pick('m', 'n')} = {self.mapping()}")
        elif kind == 6:
            line(f"{indent}{self.pick('m', 'n')}[{self.key()}] = {self.number()}")
        elif kind == 7:
            line(f"{indent}{self.pick('m', 'n')}.update({self.mapping()})")
        elif kind == 8:
            line(f"{indent}{self.pick('m', 'n')}.pop({self.key()}, None)")
        elif kind == 9:
            line(f"{indent}{self.pick('m', 'n')} |= {self.mapping()}")
        elif kind == 10:
            line(f"{indent}u = {self.pick('None', 'os.getenv(' + self.variable() + ')', self.number())}")
        elif kind in (11, 12, 13) and nested:
            line(f"{indent}if {self.test()}:")
            self.body(indent, inside=inside, loop=loop)
            if self.dice.random() < 0.6:
                line(f"{indent}else:")
                self.body(indent, inside=inside, loop=loop)
        elif kind == 14 and nested:
            over = self.pick("(1, 2, 3)", "q", "list(m)", "range(3)", "os.getenv('E1', 'ab')", "m.values()")
            line(f"{indent}for i in {over}:")
            self.body(indent, inside=inside, loop=True)
        elif kind == 15 and nested:
            line(f"{indent}try:")
            self.body(indent, inside=inside, loop=loop)
            line(f"{indent}except Exception:")
            self.body(indent, inside=inside, loop=loop)
            if self.dice.random() < 0.3:
                line(f"{indent}finally:")
                self.body(indent, inside=inside, loop=False)
        elif kind == 16 and inside:
            line(f"{indent}return {self.number()}")
        elif kind == 17 and loop:
            line(f"{indent}{self.pick('break', 'continue')}")
        elif kind == 18:
            line(f"{indent}o.{self.pick('size', 'kept')} = {self.number()}")
        elif kind == 19:
            line(f"{indent}q.append({self.number()})" if not loop else f"{indent}q = [1, {self.number()}]")
        elif kind == 20:
            name, key = self.pick("m", "n"), self.key()
            line(f"{indent}if {key} in {name}: del {name}[{key}]")
        elif kind == 21 and self.functions:
            line(f"{indent}{self.applied(0)}")
        else:
            self.make(indent)

    def make(self, indent: str) -> None:
        given = self.pick(
            f"x={self.number()}",
            f"x={self.number()}, **{self.mapping()}",
            f"**{self.mapping()}",
            f"s={self.text()}",
        )
        self.lines.append(f"{indent}create_engine({self.text()}, {given})")

    def body(self, indent: str, *, inside: bool, loop: bool) -> None:
        self.depth += 1
        for _ in range(self.dice.randint(1, 3)):
            self.statement(indent + "    ", inside=inside, loop=loop)
        self.depth -= 1

    def function(self, index: int) -> None:
        count = self.dice.randint(0, 2)
        names = [f"p{i}" for i in range(count)]
        parameters = ", ".join(f"{name}={self.dice.randint(0, 9)}" for name in names)
        self.lines.append(f"def f{index}({parameters}):")
        shared = [each for each in ("a", "b", "m", "u", "q") if self.dice.random() < 0.4]
        shared += ["h", "w", "t"] if self.holding else []
        if shared:
            self.lines.append(f"    global {', '.join(shared)}")
        for each in ("a", "b", "c", "m", "n", "u", "q"):
            if each not in shared:
                value = {"m": "{'k1': 4}", "n": "{}", "u": "None", "q": "[7]"}.get(each, "2")
                self.lines.append(
                    f"    {each} = {self.dice.choice(names) if names and value == '2' else value}"
                )
        for _ in range(self.dice.randint(1, 4)):
            self.statement("    ", inside=True)
        self.functions.append((f"f{index}", count))

    def module(self) -> str:
        self.lines += ["a, b, c, u = 1, 2, 3, None", "m = {'k1': 1}", "n = {'k2': 2, 'k3': 3}", "q = [5, 6]"]
        self.lines += [
            "class C:",
            "    size = 4",
            "    limit = size * 2",
            "    def __init__(self, kept=1):",
            "        self.kept = kept",
            "        self.size = self.size + kept",
            "    @property",
            "    def twice(self):",
            "        return self.kept * 2",
            "    def change(self, by):",
            "        self.kept += by",
            "o = C(2)",
        ]
        if self.holding:
            self.lines += [
                "t = int(hash('a') != hash('b')) + 1",
                "h, w = [m], {'k4': n}",
                "def change(*given):",
                "    given[-1]['k1'] = 9",
            ]
        for index in range(self.dice.randint(0, 3)):
            self.function(index)
        for _ in range(self.dice.randint(2, 9)):
            self.statement("")
        self.make("")
        return "\n".join(self.lines) + "\n"


@dataclass(frozen=True)
class _Made:
    line: int
    arguments: tuple[object, ...]
    keywords: Mapping[str, object]


class _Endless(BaseException):  # no Exception: generated code catches these
    """Raised where a generated module takes too long."""


def _execute(code: str, environment: Mapping[str, str]) -> list[_Made]:
    """Runs generated code with a maker that notes its arguments, up to the first exception."""
    made: list[_Made] = []

    def create_engine(*arguments: object, **keywords: object) -> object:
        line = sys._getframe(1).f_lineno  # noqa: SLF001
        made.append(_Made(line, arguments, dict(keywords)))
        if len(made) > 200:
            raise _Endless
        return object()

    fake_os = SimpleNamespace(
        environ=dict(environment), getenv=lambda name, default=None: environment.get(name, default)
    )

    def importer(name: str, *_: object) -> object:
        known = {"os": fake_os, "sqlalchemy": SimpleNamespace(create_engine=create_engine)}
        return known[name] if name in known else __import__(name)

    scope: dict[str, object] = {
        "__builtins__": {**vars(builtins), "__import__": importer},
        "__name__": "generated",
    }
    steps = 0

    def watch(frame: object, event: str, argument: object) -> object:  # noqa: ARG001
        nonlocal steps
        steps += 1
        if steps > 20_000:
            raise _Endless
        return watch

    before = sys.gettrace()
    sys.settrace(watch)  # type: ignore[arg-type]
    try:
        exec(compile(code, "generated.py", "exec"), scope)  # noqa: S102 - code that this test wrote
    except (Exception, _Endless):  # noqa: BLE001, S110 - whatever generated code raises ends it
        pass
    finally:
        sys.settrace(before)
    return made


def _fits(value: Value, actual: object, environment: Mapping[str, str]) -> bool:
    match value:
        case Known(value=known):
            return type(known) is type(actual) and known == actual
        case Unknown():
            return True
        case OneOf():
            return any(_fits(one, actual, environment) for one in value.values)
        case FromEnv(variables=names, default=default):
            if any(name in environment for name in names):
                return True
            return default is None or _fits(default, actual, environment)
        case Text(parts=parts):
            return isinstance(actual, str) and _fits_text(list(parts), actual, environment)
        case Record(entries=entries, rest=rest):
            return isinstance(actual, dict) and _covers_items(
                {entry.key: (entry.value, entry.condition) for entry in entries}, rest, actual, environment
            )


def _fits_text(parts: list[str | FromEnv | Unknown], actual: str, environment: Mapping[str, str]) -> bool:
    if not parts:
        return actual == ""
    first, *others = parts
    if isinstance(first, str):
        return actual.startswith(first) and _fits_text(others, actual[len(first) :], environment)
    return any(
        _fits(first, actual[:cut], environment) or not isinstance(first, FromEnv)
        for cut in range(len(actual) + 1)
        if _fits_text(others, actual[cut:], environment)
    )


def _covers_items(
    entries: Mapping[str, tuple[Value, str | None]],
    rest: Unknown | None,
    actual: Mapping[str, object],
    environment: Mapping[str, str],
) -> bool:
    for name, given_ in actual.items():
        if name in entries:
            if not _fits(entries[name][0], given_, environment):
                return False
        elif rest is None:
            return False
    return all(name in actual or condition is not None for name, (_, condition) in entries.items())


def _covers(call: MakerCall, made: _Made, environment: Mapping[str, str]) -> bool:
    if call.at.line != made.line or len(call.positional) != len(made.arguments):
        return False
    entries = {entry.key: (entry.value, entry.condition) for entry in call.keywords}
    arguments = zip(call.positional, made.arguments, strict=True)
    return all(_fits(value, actual, environment) for value, actual in arguments) and _covers_items(
        entries, call.rest, made.keywords, environment
    )


def _evaluator(code: str, environment: Mapping[str, Value]) -> Evaluator:
    sources = Sources(
        ["generated.py"], lambda path: SourceFile(path, code) if path == "generated.py" else None
    )
    return Evaluator(sources, environment, makers=MAKERS)


def check(code: str, environment: Mapping[str, str]) -> None:
    """Every engine that Python makes is one that the interpreter said, with and without the variables."""
    made = _execute(code, environment)
    set_by = {name: Known(text, Span("values.yaml", 1, 1, 1, 2)) for name, text in environment.items()}
    for given_ in ({}, set_by):
        calls = _evaluator(code, given_).events("generated.py")
        for one in made:
            assert any(_covers(call, one, environment) for call in calls), (one, given_, code)


ENVIRONMENTS = st.dictionaries(
    st.sampled_from(VARIABLES), st.sampled_from(["1", "7", "yes", "", "False", "x"]), max_size=3
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.integers(0, 2**32), ENVIRONMENTS)
def test_what_is_said_is_what_python_does(seed: int, environment: dict[str, str]) -> None:
    check(_Writer(random.Random(seed)).module(), environment)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.integers(0, 2**32), ENVIRONMENTS)
def test_what_is_held_by_what_is_not_known_may_be_changed(seed: int, environment: dict[str, str]) -> None:
    check(_Writer(random.Random(seed), holding=True).module(), environment)
