"""Calls: of functions and classes of the repository, and of everything else."""

from abc import abstractmethod
from dataclasses import replace

from poollint import expressions as e
from poollint.python import classes
from poollint.python.builtins_ import call_builtin
from poollint.python.containers import Containers, keyword_content
from poollint.python.environment import environ, set_variable, variable
from poollint.python.events import blank
from poollint.python.flow import block
from poollint.python.machine import DEPTH, Exit, Frame, Record, Recursive
from poollint.python.objects import (
    ABSENT,
    Abstract,
    Arguments,
    Bound,
    Branch,
    Choice,
    Class,
    ClassField,
    Content,
    DictContent,
    DictRef,
    External,
    ExternalCall,
    Function,
    Instance,
    Keyword,
    ListRef,
    MakerCall,
    Method,
    Partial,
    Result,
    Tuple,
    alternatives,
    choice,
    each,
    present,
)
from poollint.python.scalars import absent_to
from poollint.python.store import Cell
from poollint.python.texts import text_method
from poollint.source import Span
from poollint.values import Entry, FromEnv, Known, Symbol, Text, Unknown, Value

COROUTINE = "coroutine"
"""What the call of an `async` function gives: a `Result` of this name with the value inside."""
_READERS = frozenset(
    [
        "builtins",
        "logging",
        "json",
        "sqlalchemy",
        "sqlmodel",
        "typing",
        "asyncio",
        "functools",
        "structlog",
        "loguru",
        "fastapi",
        "starlette",
        "pydantic",
        "pydantic_settings",
        "flask",
        "copy",
        "pprint",
        "urllib",
        "dataclasses",
        "contextlib",
        "alembic",
        "click",
        "typer",
        "re",
        "pathlib",
        "datetime",
        "os",
        "sys",
    ]
)
"""Libraries whose functions do not change the dicts and lists that they are given."""
_LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "bind"})
_KEEPING = frozenset(
    [
        "lru_cache",
        "cache",
        "cached",
        "wraps",
        "staticmethod",
        "classmethod",
        "property",
        "cached_property",
        "abstractmethod",
        "override",
        "final",
        "contextmanager",
        "asynccontextmanager",
        "fixture",
        "inject",
        "retry",
        "singleton",
        "computed_field",
        "field_validator",
        "validator",
        "model_validator",
        "root_validator",
        "get",
        "post",
        "put",
        "delete",
        "patch",
        "route",
        "on_event",
        "listens_for",
        "task",
        "shared_task",
        "command",
        "middleware",
        "group",
        "cache_resource",
        "hybrid_property",
        "total_ordering",
        "field_serializer",
        "before_serving",
        "after_serving",
        "no_type_check",
        "callback",
        "abstractproperty",
        "beartype",
        "typechecked",
    ]
)
"""Decorators (by the last part of their names) after which a call still gives what the function gives."""

_MEMOS = frozenset(["functools.lru_cache", "functools.cache"])


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
                return self.call(inner, _before(receiver, arguments), at)
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
                    return self.call(method, _before(function, arguments), at)
        why = function.why if isinstance(function, Unknown) else "a call of what is not known"
        self._note_receiver(arguments, why)
        self.give_away(arguments, why, at)
        return Unknown(why, at)

    def _note_receiver(self, arguments: Arguments, why: str) -> None:
        """What gets an engine and was not looked up may wrap it."""
        for value in arguments.positional:
            if why in self.passed and isinstance(value, Result) and value.of in self.makers:
                for key, record in self.records.items():
                    if key[0] == value.at:
                        record.pending |= {why}

    def give_away(self, arguments: Arguments, why: str, at: Span) -> None:
        """Containers among the arguments may be changed by whoever gets them."""
        for value in (*arguments.positional, *(keyword.value for keyword in arguments.keywords)):
            self.forget(value, f"given to {why}", at)

    # --- functions ---

    def call_function(self, function: Function, arguments: Arguments, at: Span) -> Abstract:
        """Interprets a function's body with these arguments; once where the function keeps its result."""
        if arguments != Arguments() or not _MEMOS.intersection(function.decorators):
            return self._interpreted(function, arguments, at)
        cell = (function.scopes[-1], f"{function.name}()")
        kept = self.variable(cell)
        if any(branch.value == ABSENT for branch in alternatives(kept)):
            kept = self._interpreted(function, arguments, at)
            self.store.write(cell, kept)
        return kept

    def _interpreted(self, function: Function, arguments: Arguments, at: Span) -> Abstract:
        if any(frame.function == function for frame in self.frames):
            raise Recursive(function)
        if len(self.frames) >= DEPTH:
            self.give_away(arguments, "calls nested too deeply", at)
            return Unknown("calls nested too deeply", at)
        self.reached.add((function.path, function.at))
        store, kept = (
            self.store,
            (len(self.frames), len(self.stack), len(self.guards), self.loops, self.muted),
        )
        recorder: dict[Cell, list[Content]] = {}
        mark, newest = store.mark(), store.next
        space = self.namespace()
        frame = Frame(
            function.path,
            "function",
            (space, *function.scopes),
            tuple(function.name.split(".")),
            store.mark(),
            function=function,
            owner=function.owner,
            decorators=function.decorators,
            is_async=isinstance(function.node, e.FunctionDef) and function.node.is_async,
            guards=len(self.guards),
        )
        recorders = len(store.recorders)
        store.recorders.append(recorder)
        records = set(self.records)
        try:
            for name, value in self.bound_arguments(function, arguments, at):
                store.write((space, name), value)
            parameters = function.node.parameters
            if parameters:
                frame.receiver = self.variable((space, parameters[0].name))
            self.frames.append(frame)
            self.stack.append(at)
            result = self._run_function(function, frame, at)
        except Recursive as error:
            if error.function != function:
                raise
            store.undo(mark)
            del store.recorders[recorders:]
            del self.frames[kept[0] :], self.stack[kept[1] :], self.guards[kept[2] :]
            self.loops, self.muted = kept[3], kept[4]
            for key, record in self.records.items():
                if key not in records:
                    record.call = blank(record.call)
            return self._given_up(function, arguments, set(recorder), newest, at)
        del store.recorders[recorders:]
        self.frames.pop()
        self.stack.pop()
        if self.frames:
            self.frame.pending |= frame.pending
        return result

    def _given_up(
        self, function: Function, arguments: Arguments, cells: set[tuple[int, str]], newest: int, at: Span
    ) -> Abstract:
        why = f"the function {function.name} calls itself"
        for cell in cells:
            if cell[0] <= newest:
                content = self.store.read(cell)
                if not cell[1]:
                    self.store.write(cell, DictContent((), Unknown(why, at)))
                elif not isinstance(content, Unknown):
                    self.store.write(cell, Unknown(why, at))
        self.give_away(arguments, why, at)
        return Unknown(why, at)

    def _run_function(self, function: Function, frame: Frame, at: Span) -> Abstract:
        store = self.store
        newest = frame.scopes[0]
        node = function.node
        if isinstance(node, e.Lambda):
            return self.evaluate(node.body)
        alive = block(self, node.body)
        returns = [each_ for each_ in frame.exits if each_.kind == "return"]
        if not returns:
            value: Abstract = Known(None, at) if alive else Unknown("a function that does not return", at)
        else:
            if alive:
                none = Known(None, Span(function.path, *node.at))
                returns.append(Exit("return", none, store.since(frame.mark), "", frame.mark))
            store.undo(frame.mark)
            store.join([(one.condition, one.delta) for one in returns], newest - 1)
            value = choice(Branch(one.value, one.condition) for one in returns)
        if node.is_generator:
            value = Unknown("what a generator gives", at)
        odd = next((name for name in function.decorators if name.rpartition(".")[2] not in _KEEPING), None)
        if odd is not None:
            value = Unknown(f"what a decorator makes of {function.name} ({odd})", at)
        if node.is_async and not node.is_generator:
            return Result(COROUTINE, at, Arguments((value,)))
        return value

    def bound_arguments(
        self, function: Function, arguments: Arguments, at: Span
    ) -> list[tuple[str, Abstract]]:
        """The parameters with what they get."""
        parameters = function.node.parameters
        defaults = dict(function.defaults)
        positional = list(arguments.positional)
        named = {keyword.name: keyword for keyword in arguments.keywords}
        bound: list[tuple[str, Abstract]] = []
        for parameter in parameters:
            name = parameter.name
            if parameter.kind == "star":
                star: Abstract = Tuple(tuple(positional), at) if arguments.rest is None else arguments.rest
                bound.append((name, star))
                positional = []
                continue
            if parameter.kind == "double":
                left = tuple(keyword for keyword in arguments.keywords if keyword.name in named)
                content = keyword_content(Arguments((), left, arguments.rest))
                bound.append((name, self.new_dict_of(content, at)))
                continue
            default = defaults.get(name, ABSENT)
            if parameter.kind in ("positional", "either") and positional:
                value: Abstract = positional.pop(0)
            elif parameter.kind != "positional" and name in named:
                keyword = named.pop(name)
                value = keyword.value
                if keyword.condition is not None:
                    value = choice([Branch(value, keyword.condition), Branch(default)])
            elif arguments.rest is not None:
                value = choice([Branch(default), Branch(arguments.rest)])
            else:
                value = default
            missing = Unknown(f"the argument {name} that the call does not give", at)
            value = present(absent_to(value, arguments.rest or missing))
            bound.append((name, value))
        return bound

    # --- classes ---

    def instantiate(self, cls: Class, arguments: Arguments, at: Span) -> Abstract:
        """An object of a repository class."""
        lost = next((base for base in classes.lineage(cls) if isinstance(base, Unknown)), None)
        if lost is not None and lost.why in self.passed:
            return Unknown(lost.why, at)
        mixed = classes.enumeration(cls)
        if mixed is not None:
            given = arguments.get(0)
            return (
                Unknown(f"a member of {cls.name}", at)
                if given is None
                else each(given, lambda one: classes.member_of(self, cls, one, at, mixed=mixed))
            )
        foreign = (*classes.foreign(cls), *classes.decorator_names(cls))
        for base in foreign:
            if base in self.makers:
                self.record(base, arguments, at, as_value=False)
        meta = next((one for one in classes.keywords(self, cls) if one.name == "metaclass"), None)
        odd = meta is not None and meta.value != External("abc.ABCMeta")
        odd = odd or isinstance(classes.class_attribute(self, cls, "__new__"), Function)
        given_by_hook = self.instance_of(cls, arguments, self) if foreign and self.instance_of else None
        instance = Instance(self.namespace(), cls, known=bool(given_by_hook) or not (foreign or odd))
        self.store.write((instance.id, ""), Known(cls.name, at))
        constructor = classes.class_attribute(self, cls, "__init__")
        if given_by_hook is not None:
            for name, value in given_by_hook.items():
                self.store.write((instance.id, name), value)
        elif isinstance(constructor, Function):
            self.call(constructor, _before(instance, arguments), at)
        elif self._has_fields(cls):
            self._fill(instance, arguments, at)
        else:
            self.give_away(arguments, cls.name, at)
        if odd:
            why = Unknown(f"an object of {cls.name} may have been made before", at)
            for cell in self.store.cells_of(instance.id)[1:]:
                old = self.variable(cell)
                if old != ABSENT:
                    self.store.write(cell, choice([Branch(old), Branch(why)]))
        return instance

    def _has_fields(self, cls: Class) -> bool:
        return any(
            isinstance(base, Class) and (classes.is_dataclass(base) or classes.is_named_tuple(base))
            for base in classes.lineage(cls)
        )

    def _fill(self, instance: Instance, arguments: Arguments, at: Span) -> None:
        """What the generated `__init__` of a dataclass or named tuple does."""
        cls = instance.cls
        positional = list(arguments.positional)
        only_named = classes.option(cls, "kw_only") not in (None, Known(False, at))  # noqa: FBT003
        names = {keyword.name: keyword for keyword in arguments.keywords}
        for one in classes.fields(self, cls):
            if one.annotation is None or _class_variable(one.annotation):
                continue
            default, taken = self._default(one, at)
            if not taken:
                value: Abstract = default
            elif positional and not (only_named or _only_named(one)):
                value = positional.pop(0)
            elif one.name in names:
                keyword = names[one.name]
                value = keyword.value
                if keyword.condition is not None:
                    value = choice([Branch(value, keyword.condition), Branch(default)])
            elif arguments.rest is not None:
                value = choice([Branch(default), Branch(arguments.rest)])
            else:
                value = default
            missing = Unknown(f"the field {one.name} that the call does not give", at)
            self.store.write((instance.id, one.name), present(absent_to(value, arguments.rest or missing)))
        after = classes.class_attribute(self, cls, "__post_init__")
        if isinstance(after, Function):
            rest = Unknown("an InitVar of a dataclass", at)
            self.call(after, Arguments((instance,), (), rest if len(after.node.parameters) > 1 else None), at)

    def _default(self, one: ClassField, at: Span) -> tuple[Abstract, bool]:
        """The default of a dataclass field, and whether the constructor takes the field."""
        default = one.default
        if default is None:
            return ABSENT, True
        if not isinstance(default, Result) or default.of != "dataclasses.field":
            return default, True
        options = default.arguments
        taken = options.keyword("init")
        factory = options.keyword("default_factory")
        value = options.keyword("default")
        if factory is not None:
            value = self.call(factory, Arguments(), at)
        no = isinstance(taken, Known) and taken.value is False
        return ABSENT if value is None else value, not no

    # --- everything else ---

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
                    self._disposed(receiver)
                return self.outside_call(ExternalCall(f"{of}().{name}", arguments, at, receiver))
            case Function(scopes=scopes, name=function) if name == "cache_clear":
                self.store.write((scopes[-1], f"{function}()"), ABSENT)
                return Known(None, at)
            case Tuple():
                return Unknown(f"the method {name} of a tuple", at)
        if name not in _LOGGING:
            self.give_away(arguments, f"the method {name} of what is not known", at)
        return Unknown(f"the method {name} of what is not known", at)

    def as_tuple(self, value: Abstract) -> Abstract:
        """A list as the tuple of its items; other values as they are."""
        if isinstance(value, ListRef) and self.list_of(value).rest is None:
            return Tuple(self.list_of(value).items, value.at)
        return value

    def outside_call(self, call: ExternalCall) -> Abstract:
        """A call that leaves the repository."""
        name, arguments, at = call.name, call.arguments, call.at
        if name in self.makers:
            self.record(name, arguments, at, as_value=False)
            return Result(name, at, arguments)
        known = self._environment(call)
        if known is None and call.receiver is None:
            known = call_builtin(self, name, arguments, at)
        if known is not None:
            return known
        if self.external_call is not None:
            answer = self.external_call(call, self)
            if answer is not None:
                return answer
        self._handed_on(name, arguments, at)
        if name.partition(".")[0] not in _READERS and name.rpartition(".")[2] not in _LOGGING:
            self.give_away(arguments, name, at)
        return Result(name, at, arguments)

    def _environment(self, call: ExternalCall) -> Abstract | None:
        given, at = call.arguments, call.at
        name, default = given.get(0, "key"), given.get(1, "default")
        match call.name:
            case "os.getenv" | "os.environ.get" if name is not None and given.rest is None:
                fallback = Known(None, at) if default is None else default
                return each(name, lambda one: environ(self, one, fallback, at))
            case "os.environ.setdefault" if name is not None and default is not None:
                value = each(name, lambda one: environ(self, one, default, at))
                set_variable(self, name, value)
                return value
            case "os.environ.pop" if name is not None:
                value = each(name, lambda one: environ(self, one, default, at))
                set_variable(self, name, Unknown("a variable that the code removed", at))
                return value
            case "os.environ.update":
                content = self.mapping(given.positional[0], at) if given.positional else DictContent()
                for entry in self.merged(content, keyword_content(given)).entries:
                    set_variable(self, Known(entry.key, at), entry.value)
                return Known(None, at)
            case "os.putenv" | "os.unsetenv" | "os.environ.clear" if name is not None:
                set_variable(self, name, Unknown("a variable that the code changes", at))
                return Known(None, at)
            case _:
                return None

    def environ(self, names: tuple[str, ...], default: Abstract | None, at: Span) -> Abstract:
        """What the first of these variables gives that is set; exact names. See `environment`."""
        return variable(self, names, default, at)

    def _handed_on(self, name: str, arguments: Arguments, at: Span) -> None:
        """A maker that is given to something outside, which will call it with the other arguments."""
        for index, value in enumerate(arguments.positional):
            maker, first = _maker(value)
            if maker in self.makers:
                behind = Arguments(arguments.positional[index + 1 :], arguments.keywords, arguments.rest)
                given = merged_arguments(first, behind) if name != "functools.partial" else first
                self.record(maker, given, at, as_value=True)
                return

    def record(self, callee: str, arguments: Arguments, at: Span, *, as_value: bool) -> None:
        """Notes that a maker is called here."""
        if self.muted:
            return
        frame = self.frame
        around = [one for one in reversed(self.frames) if one.kind == "function" and one.path == frame.path]
        nested = [one for one in around if frame.names[: len(one.names)] == one.names]
        call = MakerCall(
            at,
            callee,
            tuple(map(self.value, arguments.positional)),
            tuple(
                Entry(keyword.name, self.value(keyword.value), keyword.at, keyword.condition)
                for keyword in arguments.keywords
            ),
            arguments.rest,
            calls=tuple(reversed(self.stack)),
            functions=frame.names,
            decorators=tuple(name for one in nested for name in one.decorators if " " not in name),
            is_async=any(one.is_async for one in nested),
            loop=self.loops > 0,
            conditions=tuple(self.guards),
            as_value=as_value,
        )
        key = (at, call.calls, callee)
        before = self.records.get(key)
        functions = tuple(one.function for one in reversed(self.frames) if one.function is not None)
        if before is None:
            pending = frozenset(why for one in self.frames for why in one.pending)
            self.records[key] = Record(call, [], functions, pending=pending)
        else:
            before.call = joined_calls(before.call, call)

    def _disposed(self, result: Result) -> None:
        for key, record in self.records.items():
            if key[0] == result.at and record.call.functions == self.frame.names:
                record.disposed = True

    @abstractmethod
    def value(self, value: Abstract) -> Value:
        """What an abstract value is worth for facts."""

    @abstractmethod
    def has(self, value: Abstract, name: str) -> bool | None:
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


def _before(first: Abstract, arguments: Arguments) -> Arguments:
    return replace(arguments, positional=(first, *arguments.positional))


def _maker(value: Abstract) -> tuple[str, Arguments]:
    match value:
        case External(name=name):
            return name, Arguments()
        case Partial(function=External(name=name), arguments=arguments):
            return name, arguments
        case _:
            return "", Arguments()


def _only_named(one: ClassField) -> bool:
    options = one.default.arguments if isinstance(one.default, Result) else Arguments()
    asked = options.keyword("kw_only")
    return isinstance(asked, Known) and asked.value is True


def _class_variable(annotation: e.Expression) -> bool:
    base = annotation.value if isinstance(annotation, e.Subscript) else annotation
    name = base.name if isinstance(base, e.Attribute) else base.id if isinstance(base, e.Name) else ""
    return name == "ClassVar"


def merged_arguments(first: Arguments, second: Arguments) -> Arguments:
    """`partial(f, *first)(*second)`: later keywords win."""
    later = {keyword.name for keyword in second.keywords if keyword.condition is None}
    kept = tuple(keyword for keyword in first.keywords if keyword.name not in later)
    clash = {keyword.name: keyword for keyword in kept}
    merged: list[Keyword] = [keyword for keyword in kept if keyword.name not in _conditional(second)]
    for keyword in second.keywords:
        before = clash.get(keyword.name)
        if keyword.condition is not None and before is not None:
            value = choice([Branch(keyword.value, keyword.condition), Branch(before.value)])
            merged.append(Keyword(keyword.name, value, keyword.at, before.condition))
        else:
            merged.append(keyword)
    rest = first.rest or second.rest
    if second.rest is not None:
        why = second.rest
        merged = [
            keyword
            if keyword in second.keywords
            else replace(keyword, value=choice([Branch(keyword.value), Branch(why)]))
            for keyword in merged
        ]
    return Arguments((*first.positional, *second.positional), tuple(merged), rest)


def _conditional(arguments: Arguments) -> frozenset[str]:
    return frozenset(keyword.name for keyword in arguments.keywords if keyword.condition is not None)


def joined_calls(first: MakerCall, second: MakerCall) -> MakerCall:
    """One call that was reached twice in one way (in a loop), with all that it may be given."""
    from poollint.values import Alternative, one_of  # noqa: PLC0415 - rare

    if (first.positional, first.keywords, first.rest) == (second.positional, second.keywords, second.rest):
        return first

    def both(one: Value, other: Value) -> Value:
        return one_of([Alternative(one), Alternative(other)])

    positional = first.positional
    rest = first.rest or second.rest
    if len(first.positional) == len(second.positional):
        positional = tuple(map(both, first.positional, second.positional))
    else:
        rest = rest or Unknown("a call that is made in several ways", first.at)
    others = {entry.key: entry for entry in second.keywords}
    keywords = []
    for entry in first.keywords:
        other = others.pop(entry.key, None)
        if other is None:
            keywords.append(replace(entry, condition=entry.condition or ""))
        else:
            condition = entry.condition if other.condition is None else entry.condition or other.condition
            keywords.append(replace(entry, value=both(entry.value, other.value), condition=condition))
    keywords += (replace(entry, condition=entry.condition or "") for entry in others.values())
    return replace(first, positional=positional, keywords=tuple(keywords), rest=rest)
