"""What Python code computes: an interpreter over summaries that knows when it does not know.

It follows names, attributes, items, calls of repository functions and classes, conditions and loops,
as Python would, and gives for every expression what is certain: a constant, one of several, a text with
holes, or `Unknown` with the reason. Code is never imported or executed.
"""

from collections.abc import Mapping

from poollint import expressions as e
from poollint.python import classes
from poollint.python.builtins_ import timedelta_seconds, unwrapped
from poollint.python.calls import Calls
from poollint.python.events import ROUNDS, maker_calls
from poollint.python.flow import assign, negation, parameters_of, refine
from poollint.python.machine import Frame
from poollint.python.objects import (
    ABSENT,
    Absent,
    Abstract,
    Arguments,
    Bound,
    Branch,
    Choice,
    Class,
    ClassField,
    DictContent,
    DictEntry,
    DictRef,
    External,
    ExternalCall,
    Function,
    Instance,
    Keyword,
    ListContent,
    ListRef,
    MakerCall,
    Member,
    Method,
    Partial,
    Result,
    Tuple,
    alternatives,
    choice,
    each,
    present,
)
from poollint.python.scalars import (
    as_condition,
    binary,
    compare,
    constant,
    joined_text,
    negated,
    signed,
    truth,
)
from poollint.python.store import lookup
from poollint.python.texts import as_text, percent
from poollint.source import Span
from poollint.values import (
    Alternative,
    Entry,
    FromEnv,
    Known,
    Record,
    Symbol,
    Text,
    Unknown,
    Value,
    one_of,
)

NESTED = 8
"""Dicts in dicts that are shown as values."""


class Evaluator(Calls):
    """The interpreter. See `Machine` for what it is made from."""

    def events(self, path: str, *, rounds: int = ROUNDS) -> tuple[MakerCall, ...]:
        """The calls of makers that stand in a file, with what they are given.

        `rounds` bounds how far imported names are followed; in one round none is.
        """
        return maker_calls(self, path, rounds=rounds)

    # --- questions from outside ---

    def constants(self, path: str) -> Mapping[str, Value]:
        """The names that a file binds at module level, as they are after its body ran."""
        self.follow_all = True
        space = self.load(path)
        if space is None:
            return {}
        names = [name for _, name in self.store.cells_of(space)]
        return {name: self.value(self.global_value(path, name)) for name in dict.fromkeys(names)}

    def global_value(self, path: str, name: str) -> Abstract:
        """A module-level name, followed to where it is defined."""
        return self.member(path, name, Span(path, 1, 1, 1, 1))

    def value(self, value: Abstract) -> Value:
        """What an abstract value is worth for facts: objects become symbols or `Unknown`."""
        return self._value(value, NESTED)

    def _value(self, value: Abstract, depth: int) -> Value:
        match value:
            case Known() | FromEnv() | Text() | Unknown():
                return value
            case Choice():
                parts = [
                    Alternative(self._value(branch.value, depth), branch.condition)
                    for branch in value.alternatives
                    if not isinstance(branch.value, Absent)
                ]
                return one_of(parts)
            case DictRef(at=at):
                if depth == 0:
                    return Unknown("dicts nested too deeply", at)
                return self._record(self.dict_of(value), at, depth - 1)
            case External(name=name):
                return Known(Symbol(name), _NOWHERE)
            case Function(name=name, path=path, at=at):
                return Known(Symbol(f"{self.sources.dotted(path)}.{name}"), at)
            case Class(name=name, path=path, node=node):
                return Known(Symbol(f"{self.sources.dotted(path)}.{name}"), Span(path, *node.at))
            case Member(value=inner, mixed=True):
                return self._value(inner, depth)
            case Member(cls=cls):
                return Unknown(f"a member of {cls.name}", Span(cls.path, *cls.node.at))
            case Result(of=of, at=at):
                return Unknown(f"what {of} gives", at)
            case ListRef(at=at) | Tuple(at=at):
                return Unknown("a list", at)
            case Instance(cls=cls):
                return Unknown(f"an object of {cls.name}", Span(cls.path, *cls.node.at))
            case Partial(function=inner) | Bound(function=inner):
                return self._value(inner, depth)
            case Method(receiver=Result(of=of, at=at), name=name):
                return Unknown(f"{name} of what {of} gives", at)
            case _:
                return Unknown("an object", _NOWHERE)

    def _record(self, content: DictContent, at: Span, depth: int) -> Value:
        entries = []
        rest = content.rest
        for entry in content.entries:
            if not isinstance(entry.key, str):
                rest = rest or Unknown("keys that are no texts", entry.at)
                continue
            if entry.value == ABSENT:
                continue
            condition = given_when(entry.value)
            value = self._value(present(entry.value), depth)
            entries.append(Entry(entry.key, value, entry.at, condition))
        return Record(tuple(entries), at, rest)

    def fields(self, cls: Class) -> tuple[ClassField, ...]:
        """The names that class bodies bind or annotate, of bases first, overridden ones replaced."""
        return classes.fields(self, cls)

    def external_bases(self, cls: Class) -> tuple[str, ...]:
        """Dotted names of the bases outside the repository that may do something."""
        return classes.foreign(cls)

    def keywords(self, cls: Class) -> tuple[Keyword, ...]:
        """The keywords of the class statement and of those of its bases, own ones first."""
        return classes.keywords(self, cls)

    def methods(self, cls: Class) -> tuple[Function, ...]:
        """The functions that a class and its repository bases define."""
        return classes.methods(self, cls)

    def resolve(self, expression: e.Expression, cls: Class) -> Abstract:
        """The value of an expression in the scope of a class body: an annotation, for example."""
        return classes.resolve(self, expression, cls)

    def convert(self, value: Abstract, to: str, at: Span) -> Abstract:
        """`int`, `float`, `str` or `bool` of every alternative, as Python's functions do it."""
        return self.call(External(f"builtins.{to}"), Arguments((value,)), at)

    def new_dict(self, items: Mapping[str, Abstract], at: Span) -> DictRef:
        """A dict with these items."""
        entries = tuple(DictEntry(key, value, at) for key, value in items.items())
        return self.new_dict_of(DictContent(entries), at)

    def dict_items(self, ref: DictRef) -> tuple[tuple[DictEntry, ...], Unknown | None]:
        """What a dict holds; a value that may be missing is a choice with `Absent`."""
        content = self.dict_of(ref)
        return content.entries, content.rest

    def has(self, value: Abstract, name: str) -> bool | None:
        """Whether an object or class has an attribute; None when that is not certain."""
        if isinstance(value, Instance):
            own = self.variable((value.id, name))
            shared = classes.class_attribute(self, value.cls, name)
            both = each(own, lambda part: shared if part == ABSENT else part)
        elif isinstance(value, Class):
            both = classes.class_attribute(self, value, name)
        else:
            return None
        missing = [branch.value == ABSENT for branch in alternatives(both)]
        return True if not any(missing) else False if all(missing) else None

    # --- decisions ---

    def truth(self, value: Abstract) -> bool | None:
        """What `if value` decides; None when it does not."""
        match value:
            case Choice():
                decided = {self.truth(branch.value) for branch in value.alternatives}
                return decided.pop() if len(decided) == 1 else None
            case DictRef():
                content = self.dict_of(value)
                if any(_sure(entry.value) for entry in content.entries):
                    return True
                return None if content.rest or content.entries else False
            case ListRef():
                items = self.list_of(value)
                return None if items.rest else bool(items.items)
            case Instance(cls=cls, known=True):
                special = [
                    classes.class_attribute(self, cls, name)
                    for name in ("__bool__", "__len__", "__getattr__")
                ]
                fields = classes.is_named_tuple(cls)
                return True if not fields and all(one == ABSENT for one in special) else None
            case _:
                return truth(value)

    # --- expressions ---

    def evaluate(self, expression: e.Expression) -> Abstract:
        """The value of an expression in the innermost frame."""
        self.step()
        frame = self.frame
        at = Span(frame.path, *expression.at)
        match expression:
            case e.Literal(value=value):
                return Unknown("bytes", at) if isinstance(value, bytes) else constant(value, at)
            case e.Name(id=name):
                return self.lookup(name, at)
            case e.Attribute():
                return self.attribute(self.evaluate(expression.value), expression.name, at)
            case e.Subscript():
                return self._subscript(expression, at)
            case e.Slice():
                parts = (expression.lower, expression.upper, expression.step)
                bounds = tuple(Known(None, at) if part is None else self.evaluate(part) for part in parts)
                return Tuple(bounds, at, "slice")
            case e.Call():
                return self._call(expression, at)
            case e.DictDisplay():
                return self._dict(expression, at)
            case e.Display():
                return self._display(expression, at)
            case e.Comprehension():
                return self._comprehension(expression, at)
            case e.Binary():
                left, right = self.evaluate(expression.left), self.evaluate(expression.right)
                return self.operate(left, expression.sign, right, at)
            case e.Unary(sign="not"):
                operand = self.evaluate(expression.operand)
                decided = self.truth(operand)
                return Known(not decided, at) if decided is not None else negated(operand, at)
            case e.Unary(sign=sign):
                return each(self.evaluate(expression.operand), lambda one: signed(sign, one, at))
            case e.Logical():
                return self._logical(expression, at)
            case e.Compare():
                return self._compare(expression, at)
            case e.Conditional():
                return self._conditional(expression)
            case e.Format():
                return joined_text([self._piece(part, at) for part in expression.parts], at)
            case e.Lambda():
                defaults = parameters_of(self, expression.parameters)
                scopes = frame.scopes[1:] if frame.kind == "class" else frame.scopes
                name = ".".join((*frame.names, "<lambda>"))
                return Function(name, frame.path, scopes, expression, at, defaults)
            case e.Walrus():
                walrus = self.evaluate(expression.value)
                assign(self, expression.target, walrus)
                return walrus
            case e.Await():
                return each(self.evaluate(expression.value), lambda part: unwrapped(part, at))
            case e.Yield():
                if expression.value is not None:
                    self.forget(self.evaluate(expression.value), "given out by a generator", at)
                return Unknown("what is sent to a generator", at)
            case e.Starred():
                return self.evaluate(expression.value)
            case e.Opaque(why=why):
                return Unknown(why, at)

    def _subscript(self, expression: e.Subscript, at: Span) -> Abstract:
        value = self.evaluate(expression.value)
        return self.item(value, self.evaluate(expression.index), at)

    def _piece(self, part: "str | e.Replacement", at: Span) -> Abstract:
        if isinstance(part, str):
            return Known(part, at)
        spec = joined_text([self._piece(one, at) for one in part.spec.parts], at) if part.spec else None
        value = self.evaluate(part.value)
        if spec is not None and not (isinstance(spec, Known) and isinstance(spec.value, str)):
            return Unknown("a format that is not known", at)
        text = spec.value if isinstance(spec, Known) and isinstance(spec.value, str) else ""
        if not part.conversion and not text:
            return self.call(External("builtins.str"), Arguments((value,)), self.frame.span(part.at))
        return as_text(value, self.frame.span(part.at), text, part.conversion)

    def _call(self, expression: e.Call, at: Span) -> Abstract:
        function = self.evaluate(expression.function)
        positional: list[Abstract] = []
        content = DictContent()
        rest: Unknown | None = None
        for argument in expression.arguments:
            value = self.evaluate(argument.value)
            where = self.frame.span(argument.at)
            if argument.star == "*":
                items = self.iterate(value, where) if not isinstance(value, Choice) else None
                if items is None:
                    rest = (
                        value if isinstance(value, Unknown) else Unknown("arguments from a sequence", where)
                    )
                else:
                    positional += items
            elif argument.star == "**":
                # A key may come once only, else Python fails: what is there already stays as it is.
                more = self.mapping(value, where)
                rest = rest or more.rest
                content = self.merged(content, DictContent(more.entries))
            elif argument.name:
                content = self.put(content, Known(argument.name, where), value, where)
            else:
                positional.append(value)
        keywords = tuple(
            Keyword(entry.key, present(entry.value), entry.at, given_when(entry.value))
            for entry in content.entries
            if isinstance(entry.key, str) and entry.value != ABSENT
        )
        return self.call(function, Arguments(tuple(positional), keywords, rest), at)

    def _dict(self, expression: e.DictDisplay, at: Span) -> Abstract:
        content = DictContent()
        for item in expression.items:
            where = self.frame.span(item.at)
            if item.key is None:
                content = self.merged(content, self.mapping(self.evaluate(item.value), where))
            else:
                key = self.evaluate(item.key)
                content = self.put(content, key, self.evaluate(item.value), where)
        return self.new_dict_of(content, at)

    def _display(self, expression: e.Display, at: Span) -> Abstract:
        items: list[Abstract] = []
        lost: Unknown | None = None
        for item in expression.items:
            value = self.evaluate(item)
            if isinstance(item, e.Starred):
                inside = self.iterate(value, at) if not isinstance(value, Choice) else None
                if inside is None:
                    lost = Unknown("items that are not known", at)
                else:
                    items += inside
            else:
                items.append(value)
        if expression.kind == "list":
            return self.new_list_of(ListContent((), lost) if lost else ListContent(tuple(items)), at)
        return lost or Tuple(tuple(items), at, expression.kind)

    def _logical(self, expression: e.Logical, at: Span) -> Abstract:
        left = self.evaluate(expression.left)
        stops = expression.sign == "or"
        decided = self.truth(left)
        if decided is stops:
            return left
        if decided is not None:
            return self.evaluate(expression.right)
        results: list[Abstract] = []

        def right() -> bool:
            refine(self, expression.left, holds=not stops)
            results.append(self.evaluate(expression.right))
            return True

        self.split("", [("", lambda: True), ("", right)])
        behind = results[0]
        return choice(
            branch for one in alternatives(left) for branch in self._short(one, behind, at, stops=stops)
        )

    def _short(self, left: Branch, right: Abstract, at: Span, *, stops: bool) -> list[Branch]:
        """`left or right` (or `and`, when `stops` is false) for one alternative on the left."""
        value = left.value
        decided = self.truth(value)
        if decided is stops:
            return [left]
        if decided is not None:
            return [Branch(right, left.condition)]
        if stops and isinstance(value, FromEnv):
            return [Branch(self._env_or(value, one.value, at), one.condition) for one in alternatives(right)]
        return [left, Branch(right, left.condition)]

    def _env_or(self, value: FromEnv, right: Abstract, at: Span) -> Abstract:
        """`variable or right`: the right one when the variable is not set, or empty."""
        default = value.default
        if default is not None and truth(default if isinstance(default, Known) else _UNDECIDED) is True:
            # The default counts, but an empty variable still leads to the right one.
            return choice([Branch(value), Branch(right)]) if default != right else value
        if default is not None and not isinstance(default, Known):
            return choice([Branch(value), Branch(right)])
        match right:
            case FromEnv():
                variables = tuple(dict.fromkeys((*value.variables, *right.variables)))
                return FromEnv(variables, right.default, _or(value), at)
            case Known() | Text():
                return FromEnv(value.variables, right, _or(value), at)
            case External(name=name):
                return FromEnv(value.variables, Known(Symbol(name), at), _or(value), at)
            case _:
                left = FromEnv(value.variables, None, value.convert, value.origin)
                return choice([Branch(left), Branch(right, f"{value.variable} is not set")])

    def _compare(self, expression: e.Compare, at: Span) -> Abstract:
        left = self.evaluate(expression.left)
        results: list[Abstract] = []
        for sign, right in expression.rights:
            value = self.evaluate(right)
            results.append(self.compare(left, sign, value, at))
            left = value
        if len(results) == 1:
            return results[0]
        decided = [self.truth(one) for one in results]
        if False in decided:
            return Known(False, at)  # noqa: FBT003 - the value itself
        return Known(True, at) if None not in decided else Unknown("a comparison", at)  # noqa: FBT003

    def compare(self, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
        """`left sign right` for comparisons."""
        if isinstance(left, Choice):
            return choice(
                Branch(self.compare(one.value, sign, right, at), one.condition) for one in left.alternatives
            )
        if isinstance(left, Member) and left.mixed and not isinstance(right, Member):
            left = left.value
        if isinstance(right, Member) and right.mixed and not isinstance(left, Member):
            right = right.value
        if sign in ("in", "not in"):
            if isinstance(right, Choice):
                return choice(
                    Branch(self.compare(left, sign, one.value, at), one.condition)
                    for one in right.alternatives
                )
            inside = self._contains(left, right, at)
            if inside is not None:
                holds = self.truth(inside)
                if sign == "in":
                    return inside
                return Known(not holds, at) if holds is not None else negated(inside, at)
        return compare(left, sign, right, at)

    def _contains(self, left: Abstract, right: Abstract, at: Span) -> Abstract | None:
        match right:
            case External(name="os.environ"):
                return self._set_in_environment(left, at)
            case DictRef():
                content = self.dict_of(right)
                if not isinstance(left, Known) or isinstance(left.value, Symbol):
                    return Unknown("a key that is not known", at)
                found = lookup(content, left.value)
                if found is None:
                    return content.rest or Known(False, at)  # noqa: FBT003 - the value itself
                certain = _sure(found.value)
                return Known(True, at) if certain else Unknown("whether a key is there", at)  # noqa: FBT003
            case Tuple() | ListRef():
                items = right.items if isinstance(right, Tuple) else self.iterate(right, at)
                if items is None:
                    return Unknown("the items of a list", at)
                return as_condition(left, [self.compare(left, "==", item, at) for item in items], items, at)
            case Known(value=str()) | Text() | FromEnv() | Unknown():
                return None
            case _:
                return Unknown("what is in an object", at)

    def _set_in_environment(self, name: Abstract, at: Span) -> Abstract:
        if isinstance(name, Known) and isinstance(name.value, str) and name.value in self.environment:
            return Known(True, at)  # noqa: FBT003 - the value itself
        return Unknown("whether a variable is set", at)

    def _conditional(self, expression: e.Conditional) -> Abstract:
        test = self.evaluate(expression.test)
        decided = self.truth(test)
        if decided is not None:
            return self.evaluate(expression.then if decided else expression.otherwise)
        self.undecided(test)
        results: list[Branch] = []

        def arm(part: e.Expression, text: str, *, holds: bool) -> bool:
            refine(self, expression.test, holds=holds)
            results.append(Branch(self.evaluate(part), text))
            return True

        text, other = expression.text, negation(expression.text)
        self.split(
            self.frame.span(expression.test.at).full,
            [
                (text, lambda: arm(expression.then, text, holds=True)),
                (other, lambda: arm(expression.otherwise, other, holds=False)),
            ],
        )
        return choice(results)

    def operate(self, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
        """`left sign right`"""
        for index, side in enumerate((left, right)):
            if isinstance(side, Choice) and any(
                not isinstance(one.value, Known | FromEnv | Text | Unknown) for one in side.alternatives
            ):
                if index == 0:
                    return each(left, lambda one: self.operate(one, sign, right, at))
                return each(right, lambda one: self.operate(left, sign, one, at))
        left = left.value if isinstance(left, Member) and left.mixed else left
        right = right.value if isinstance(right, Member) and right.mixed else right
        match left, right:
            case (DictRef(), _) | (_, DictRef()) if sign == "|":
                return self.new_dict_of(self.merged(self.mapping(left, at), self.mapping(right, at)), at)
            case (ListRef() | Tuple(), ListRef() | Tuple()) if sign == "+" and type(left) is type(right):
                items = self.items_of((left, right), at)
                if items is None:
                    return Unknown("a list of which not all is known", at)
                listed = isinstance(left, ListRef)
                return self.new_list_of(ListContent(items), at) if listed else Tuple(items, at)
            case (Known(value=str() as template), Choice() | Tuple() | FromEnv() | Text() | Unknown()) if (
                sign == "%"
            ):
                return each(right, lambda one: percent(template, one, at))
            case (Instance(cls=cls), _):
                return Unknown(f"the operator {sign} of {cls.name}", at)
            case _:
                return binary(left, sign, right, at)

    def augment(self, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
        """`left sign= right`"""
        if isinstance(left, Choice):
            return self.apart(left, lambda part: self.augment(part, sign, right, at))
        if isinstance(left, DictRef) and sign == "|":
            self.dict_method(left, "update", Arguments((right,)), at)
            return left
        if isinstance(left, ListRef):
            self.list_method(left, "extend" if sign == "+" else "multiply", Arguments((right,)), at)
            return left
        return self.operate(left, sign, right, at)

    def outside_call(self, call: ExternalCall) -> Abstract:
        """A call that leaves the repository."""
        receiver = call.receiver
        if isinstance(receiver, Result) and receiver.of == "datetime.timedelta":
            seconds = timedelta_seconds(receiver)
            if seconds is not None and call.name.endswith(".total_seconds"):
                return seconds
        return super().outside_call(call)

    # --- comprehensions ---

    def _comprehension(self, expression: e.Comprehension, at: Span) -> Abstract:
        """Item by item over known sequences; otherwise once, for its effects, with nothing known."""
        outer = self.frame
        frame = Frame(
            outer.path,
            "function",
            (self.namespace(), *(outer.scopes[1:] if outer.kind == "class" else outer.scopes)),
            outer.names,
            self.store.mark(),
            function=outer.function,
            owner=outer.owner,
            receiver=outer.receiver,
            decorators=outer.decorators,
            is_async=outer.is_async,
            guards=outer.guards,
        )
        first = self.evaluate(expression.clauses[0].iterable)
        self.frames.append(frame)
        self.loops += 1
        found: list[tuple[Abstract | None, Abstract, bool]] = []
        known = self._clauses(expression, 0, first, found, certain=True)
        self.loops -= 1
        self.frames.pop()
        if not known:
            why = Unknown("a comprehension over what is not known", at)
            return self.new_dict_of(DictContent((), why), at) if expression.kind == "dict" else why
        if expression.kind == "dict":
            content = DictContent()
            for key, value, certain in found:
                given = value if certain else choice([Branch(value), Branch(ABSENT)])
                one = key if key is not None else Unknown("a key", at)
                where = one.origin if isinstance(one, Known) and isinstance(one.origin, Span) else at
                if certain:
                    content = self.put(content, one, given, where)
                else:
                    single = self.put(DictContent(), one, given, where)
                    content = self.merged(content, single)
            return self.new_dict_of(content, at)
        if not all(certain for _, _, certain in found) or expression.kind == "set":
            return Unknown("a comprehension with a condition that is not decided", at)
        values = tuple(value for _, value, _ in found)
        return self.new_list_of(ListContent(values), at) if expression.kind == "list" else Tuple(values, at)

    def _clauses(
        self,
        expression: e.Comprehension,
        index: int,
        over: Abstract,
        found: list[tuple[Abstract | None, Abstract, bool]],
        *,
        certain: bool,
    ) -> bool:
        clause = expression.clauses[index]
        at = self.frame.span(clause.at)
        items = self.iterate(over, at) if not isinstance(over, Choice) else None
        known = items is not None and len(items) <= _UNROLLED
        for item in items if items is not None and known else (Unknown("an item of a comprehension", at),):
            assign(self, clause.target, item)
            tests = [self.truth(self.evaluate(condition)) for condition in clause.conditions]
            if False in tests and known:
                continue
            sure = certain and None not in tests
            if index + 1 < len(expression.clauses):
                inner = self.evaluate(expression.clauses[index + 1].iterable)
                known = self._clauses(expression, index + 1, inner, found, certain=sure) and known
            else:
                key = self.evaluate(expression.key) if expression.key is not None else None
                found.append((key, self.evaluate(expression.value), sure))
        return known


_UNROLLED = 32
_NOWHERE = Span("", 1, 1, 1, 1)
_UNDECIDED = Unknown("", _NOWHERE)


def _or(left: FromEnv) -> str:
    return left.convert or "or"


def _sure(value: Abstract) -> bool:
    return not any(branch.value == ABSENT for branch in alternatives(value))


def given_when(value: Abstract) -> str | None:
    """The condition under which something is given at all; None for always."""
    if _sure(value):
        return None
    texts = [branch.condition for branch in alternatives(value) if branch.value != ABSENT]
    return " or ".join(dict.fromkeys(text for text in texts if text))
