"""What Python code computes: an interpreter over summaries that knows when it does not know.

It follows names, attributes, items, calls of repository functions and classes, conditions and loops,
as Python would, and gives for every expression what is certain: a constant, one of several, a text with
holes, or `Unknown` with the reason. Code is never imported or executed.
"""

from collections.abc import Mapping

from poollint import expressions as e
from poollint.python.evaluation import classes
from poollint.python.evaluation.assigning import assign
from poollint.python.evaluation.calling import call_of
from poollint.python.evaluation.calls import Calls
from poollint.python.evaluation.defining import parameters_of
from poollint.python.evaluation.events import ROUNDS, maker_calls
from poollint.python.evaluation.exporting import sure, value_of
from poollint.python.evaluation.flow import run
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Arguments,
    Choice,
    Class,
    ClassField,
    DictRef,
    External,
    ExternalCall,
    Function,
    Instance,
    ListRef,
    MakerCall,
    Result,
    Tuple,
    alternatives,
    each,
)
from poollint.python.operations.arithmetic import joined_text, signed
from poollint.python.operations.builtins_ import unwrapped
from poollint.python.operations.comparing import compare_values, comparison
from poollint.python.operations.decisions import negated, truth
from poollint.python.operations.displays import comprehension, dict_display, display
from poollint.python.operations.logic import conditional, logical
from poollint.python.operations.operating import augment, operate
from poollint.python.operations.pure import timedelta_seconds
from poollint.python.operations.scalars import constant
from poollint.python.operations.texts import as_text
from poollint.source import Span
from poollint.values import (
    Known,
    Unknown,
    Value,
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
        return value_of(self, value, NESTED)

    def fields(self, cls: Class) -> tuple[ClassField, ...]:
        """The names that class bodies bind or annotate, of bases first, overridden ones replaced."""
        return classes.fields(self, cls)

    def has(self, value: Instance | Class, name: str) -> bool | None:
        """Whether an object or class has an attribute; None when that is not certain."""
        if isinstance(value, Instance):
            own = self.variable((value.id, name))
            shared = classes.class_attribute(self, value.cls, name)
            both = each(own, lambda part: shared if part == ABSENT else part)
        else:
            both = classes.class_attribute(self, value, name)
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
                if any(sure(entry.value) for entry in content.entries):
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
                return call_of(self, expression, at)
            case e.DictDisplay():
                return dict_display(self, expression, at)
            case e.Display():
                return display(self, expression, at)
            case e.Comprehension():
                return comprehension(self, expression, at)
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
                return logical(self, expression, at)
            case e.Compare():
                return comparison(self, expression, at)
            case e.Conditional():
                return conditional(self, expression)
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
            case _:  # `Opaque`
                return Unknown(expression.why, at)

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

    def run(self, statement: e.Statement) -> bool:
        """Runs one statement."""
        return run(self, statement)

    def compare(self, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
        """`left sign right` for comparisons."""
        return compare_values(self, left, sign, right, at)

    def operate(self, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
        """`left sign right`"""
        return operate(self, left, sign, right, at)

    def augment(self, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
        """`left sign= right`: changes dicts and lists, else as `operate`."""
        return augment(self, left, sign, right, at)

    def outside_call(self, call: ExternalCall) -> Abstract:
        """A call that leaves the repository."""
        receiver = call.receiver
        if isinstance(receiver, Result) and receiver.of == "datetime.timedelta":
            seconds = timedelta_seconds(receiver)
            if seconds is not None and call.name.endswith(".total_seconds"):
                return seconds
        return super().outside_call(call)
