"""Calls: of functions and classes of the repository, and of everything else."""

from abc import abstractmethod
from dataclasses import replace

from poollint.python.evaluation import classes
from poollint.python.evaluation.binding import before, merged_arguments
from poollint.python.evaluation.environment import variable
from poollint.python.evaluation.functions import call_function
from poollint.python.evaluation.instantiating import instantiate
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Arguments,
    Bound,
    Choice,
    Class,
    DictRef,
    External,
    ExternalCall,
    Function,
    Instance,
    ListRef,
    Method,
    Partial,
    Result,
    Tuple,
)
from poollint.python.evaluation.outside import LOGGING, outside_call
from poollint.python.evaluation.recording import note_disposal, note_receiver, record
from poollint.python.operations.containers import Containers, arguments_of
from poollint.python.operations.texts import text_method
from poollint.source import Span
from poollint.values import FromEnv, Known, Symbol, Text, Unknown, Value


class Calls(Containers):
    """The part of the machine that calls."""

    def call(self, function: Abstract, arguments: Arguments, at: Span) -> Abstract:
        """Calls whatever it is."""
        self.step()
        function = self.lazily(function, at)
        if isinstance(function, Choice):
            return self.apart(function, lambda part: self.call(part, arguments, at))
        match function:
            case Function():
                return self.call_function(function, arguments, at)
            case Bound(function=inner, receiver=receiver):
                return self.call(inner, before(receiver, arguments), at)
            case Partial(function=inner, arguments=first):
                return self.call(inner, merged_arguments(first, arguments), at)
            case Class():
                return self.instantiate(function, arguments, at)
            case External(name=name):
                return self.outside_call(ExternalCall(name, arguments, at))
            case Method(receiver=receiver, name=name):
                return self.call_method(receiver, name, arguments, at)
            case Result(of=of):
                return self.outside_call(ExternalCall(f"{of}()", arguments, at, function))
            case Known(value=Symbol(name=name)):
                return self.outside_call(ExternalCall(name, arguments, at))
            case Instance(cls=cls):
                method = classes.class_attribute(self, cls, "__call__")
                if isinstance(method, Function):
                    return self.call(method, before(function, arguments), at)
        why = function.why if isinstance(function, Unknown) else "a call of what is not known"
        note_receiver(self, arguments, why)
        self.give_away(arguments, why, at)
        return Unknown(why, at)

    def give_away(self, arguments: Arguments, why: str, at: Span) -> None:
        """Containers among the arguments may be changed by whoever gets them."""
        for value in (*arguments.positional, *(keyword.value for keyword in arguments.keywords)):
            self.forget(value, f"given to {why}", at)

    def call_function(self, function: Function, arguments: Arguments, at: Span) -> Abstract:
        """Interprets a function's body with these arguments; once where the function keeps its result."""
        return call_function(self, function, arguments, at)

    def instantiate(self, cls: Class, arguments: Arguments, at: Span) -> Abstract:
        """An object of a repository class."""
        return instantiate(self, cls, arguments, at)

    def call_method(self, receiver: Abstract, name: str, arguments: Arguments, at: Span) -> Abstract:
        """A method of a value that is no repository object."""
        match receiver:
            case DictRef():
                return self.dict_method(receiver, name, arguments, at)
            case ListRef():
                return self.list_method(receiver, name, arguments, at)
            case Known(value=str()) | FromEnv() | Text():
                if self.external_call is not None and not hasattr(str, name):
                    found = self.external_call(ExternalCall(f"text.{name}", arguments, at, receiver), self)
                    if found is not None:
                        return found
                listed = replace(arguments, positional=tuple(map(self.as_tuple, arguments.positional)))
                return text_method(receiver, name, listed, at)
            case Result(of=of):
                if of in self.makers and name == "dispose":
                    note_disposal(self, receiver)
                return self.outside_call(ExternalCall(f"{of}().{name}", arguments, at, receiver))
            case Function(scopes=scopes, name=function) if name == "cache_clear":
                self.store.write((scopes[-1], f"{function}()"), ABSENT)
                return Known(None, at)
            case Tuple():
                return Unknown(f"the method {name} of a tuple", at)
            case Class() if name in classes.VALIDATING:
                given = self.mapping(arguments.get(0, "obj") or Unknown("nothing to validate", at), at)
                return self.instantiate(receiver, arguments_of(given), at)
        if name not in LOGGING:
            self.give_away(arguments, f"the method {name} of what is not known", at)
        return Unknown(f"the method {name} of what is not known", at)

    def as_tuple(self, value: Abstract) -> Abstract:
        """A list as the tuple of its items; other values as they are."""
        if isinstance(value, ListRef) and self.list_of(value).rest is None:
            return Tuple(self.list_of(value).items, value.at)
        return value

    def outside_call(self, call: ExternalCall) -> Abstract:
        """A call that leaves the repository."""
        return outside_call(self, call)

    def environ(self, names: tuple[str, ...], default: Abstract | None, at: Span) -> Abstract:
        """What the first of these variables gives that is set; exact names. See `environment`."""
        return variable(self, names, default, at)

    def record(self, callee: str, arguments: Arguments, at: Span, *, as_value: bool) -> None:
        """Notes that a maker is called here."""
        record(self, callee, arguments, at, as_value=as_value)

    @abstractmethod
    def value(self, value: Abstract) -> Value:
        """What an abstract value is worth for facts."""

    @abstractmethod
    def has(self, value: Instance | Class, name: str) -> bool | None:
        """Whether an object or class has an attribute; None when that is not certain."""

    def decorated(self, made: Abstract, decorators: tuple[Abstract, ...], at: Span) -> Abstract:
        """A function or class after its decorators (outermost first)."""
        for decorator in reversed(decorators):
            if isinstance(decorator, Function | Class | Bound | Partial):
                made = self.call(decorator, Arguments((made,)), at)
            elif isinstance(made, Function):
                name = _decorator_name(decorator)
                made = replace(made, decorators=(name, *made.decorators))
            elif not isinstance(made, Class):
                made = Unknown("what a decorator makes of a function", at)
        return made


def _decorator_name(decorator: Abstract) -> str:
    """The dotted name of a decorator; the reason where it is not known (it has blanks)."""
    match decorator:
        case External(name=name) | Result(of=name):
            return name
        case Unknown(why=why):
            return why
        case _:
            return ""
