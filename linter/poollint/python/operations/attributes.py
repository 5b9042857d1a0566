"""Attributes and items: reading and writing them, on whatever the interpreter knows."""

from poollint.python.evaluation import classes
from poollint.python.evaluation.environment import environ, set_variable
from poollint.python.evaluation.names import Names
from poollint.python.evaluation.objects import (
    ABSENT,
    Absent,
    Abstract,
    Arguments,
    Bound,
    Branch,
    Choice,
    Class,
    DictContent,
    DictEntry,
    DictRef,
    External,
    ExternalCall,
    Function,
    Instance,
    ListContent,
    ListRef,
    Member,
    Method,
    ModuleRef,
    Result,
    Super,
    Tuple,
    alternatives,
    choice,
    each,
    present,
)
from poollint.python.evaluation.store import lookup
from poollint.python.operations.keys import key_of, lost_key
from poollint.python.operations.scalars import absent_to, lift, plain
from poollint.source import Span
from poollint.values import FromEnv, Known, Symbol, Unknown

ENVIRONMENTS = frozenset({"os.environ", "os.environb", "environ.environ"})


class Attributes(Names):
    """The part of the machine that reads and writes attributes and items."""

    # --- attributes ---

    def attribute(self, value: Abstract, name: str, at: Span) -> Abstract:
        """`value.name`"""
        value = self.lazily(value, at)
        if isinstance(value, Choice):
            return self.apart(value, lambda part: self.attribute(part, name, at))
        match value:
            case Unknown():
                return value
            case Known(value=Symbol(name=symbol)):
                return External(f"{symbol}.{name}")
            case External(name=whole) if name == "__name__" and whole.rpartition(".")[2][:1].isupper():
                return Known(whole.rpartition(".")[2], at)
            case External(name=whole):
                return External(f"{whole}.{name}")
            case ModuleRef(path=path):
                if self.frames and not path.endswith("/") and not self.follows(self.frame.path, name):
                    return self.unfollowed(self.frame.path, name, at)
                return self.member(path, name, at)
            case Class():
                return self._of_class(value, name, at)
            case Instance():
                return self._of_instance(value, name, at)
            case Member():
                return self._of_member(value, name, at)
            case Super(owner=owner, receiver=receiver):
                return self._of_super(owner, receiver, name, at)
            case Function() if name == "__name__":
                return Known(value.name.rpartition(".")[2], at)
            case Absent():
                return Unknown(f"{name} of something that is not there", at)
            case _:
                return Method(value, name)

    def _of_class(self, cls: Class, name: str, at: Span) -> Abstract:
        if name == "__name__":
            return Known(cls.node.name, at)
        value = classes.class_attribute(self, cls, name)
        mixed = classes.enumeration(cls)
        if mixed is not None and value != ABSENT and not isinstance(value, Function) and name[0] != "_":
            return Member(cls, name, present(value), mixed)
        if value == ABSENT:
            return Unknown(f"{cls.name} has no {name}", at)
        if name in classes.VALIDATING and isinstance(value, Unknown) and classes.is_model(cls):
            return Method(cls, name)

        def bind(part: Abstract) -> Abstract:
            if "builtins.classmethod" in classes.decorators(part):
                return Bound(part, cls)
            return part

        return self.lazily(each(present(value), bind), at)

    def _of_instance(self, instance: Instance, name: str, at: Span) -> Abstract:
        own = self.variable((instance.id, name))
        shared = classes.class_attribute(self, instance.cls, name)
        if classes.is_property(shared) and (own == ABSENT or not classes.is_cached(shared)):
            value = self.call(shared, Arguments((instance,)), at)
            if classes.is_cached(shared):
                self.store.write((instance.id, name), value)
            return value
        if own != ABSENT and not any(branch.value == ABSENT for branch in alternatives(own)):
            return self.lazily(own, at)
        if shared == ABSENT:
            if name == "__class__":
                return instance.cls
            if own != ABSENT:
                return self.lazily(present(own), at)
            if name == "__dict__":
                return Unknown("the attributes of an object as a dict", at)
            stand_in = classes.class_attribute(self, instance.cls, "__getattr__")
            if isinstance(stand_in, Function) and not name.startswith("__"):
                return self.call(stand_in, Arguments((instance, Known(name, at))), at)
            return Unknown(f"an attribute of {instance.cls.name} that is not set where we looked", at)

        def bind(part: Abstract) -> Abstract:
            return _bound(part, instance, instance.cls) if isinstance(part, Function) else part

        value = each(shared, bind)
        if not instance.known and not isinstance(value, Bound | Function | Class):
            why = Unknown(f"a base class of {instance.cls.name} may set {name}", at)
            value = choice([Branch(value), Branch(why)])
        return self.lazily(present(absent_to(own, value)), at)

    def _of_member(self, member: Member, name: str, at: Span) -> Abstract:
        if name in ("value", "_value_"):
            return member.value
        if name == "name":
            return Known(member.name, at)
        shared = classes.class_attribute(self, member.cls, name)
        if classes.is_property(shared):
            return self.call(shared, Arguments((member,)), at)
        if isinstance(shared, Function):
            return _bound(shared, member, member.cls)
        if shared == ABSENT and member.mixed:
            return Method(member.value, name)
        return Unknown(f"{name} of a member of {member.cls.name}", at)

    def _of_super(self, owner: Class, receiver: Abstract, name: str, at: Span) -> Abstract:
        cls = receiver.cls if isinstance(receiver, Instance) else receiver
        if not isinstance(cls, Class):
            cls = owner
        value = classes.class_attribute(self, cls, name, after=owner)
        if value == ABSENT:
            return External(f"builtins.object.{name}")
        if isinstance(value, Unknown):
            return Method(Unknown(value.why, at), name)
        if classes.is_property(value):
            return self.call(value, Arguments((receiver,)), at)
        if not isinstance(value, Function) or name == "__new__":
            return value
        return _bound(value, receiver, cls)

    def set_attribute(self, value: Abstract, name: str, new: Abstract, at: Span) -> None:
        """`value.name = new`"""
        several = isinstance(value, Choice)
        for branch in alternatives(value):
            owner = branch.value
            match owner:
                case Instance():
                    self._set_on_instance(owner, name, new, at, several=several)
                case Class(id=space):
                    self._set_cell((space, name), new, several=several)
                case ModuleRef(path=path) if not path.endswith("/"):
                    self._set_cell((self.space_to_set(path), name), new, several=several)
                case _:  # an object of which nothing is kept
                    self.forget(new, f"kept as {name} of what is not known", at)

    def _set_on_instance(
        self, instance: Instance, name: str, new: Abstract, at: Span, *, several: bool
    ) -> None:
        setter = classes.class_attribute(self, instance.cls, f"{name}.setter")
        if isinstance(setter, Function) and new != ABSENT:
            self.call(setter, Arguments((instance, new)), at)
            return
        if isinstance(classes.class_attribute(self, instance.cls, "__setattr__"), Function):
            new = Unknown("set through __setattr__", at)
        self._set_cell((instance.id, name), new, several=several)

    def _set_cell(self, cell: tuple[int, str], new: Abstract, *, several: bool) -> None:
        self.store.write(cell, choice([Branch(self.variable(cell)), Branch(new)]) if several else new)

    # --- items ---

    def item(self, value: Abstract, key: Abstract, at: Span) -> Abstract:
        """`value[key]`"""
        value = self.lazily(value, at)
        if isinstance(value, Choice):
            return self.apart(value, lambda part: self.item(part, key, at))
        match value:
            case External(name=name) if name in ENVIRONMENTS:
                return each(key, lambda part: environ(self, part, None, at))
            case DictRef():
                return each(key, lambda part: self._of_dict(value, part, at))
            case ListRef():
                content = self.list_of(value)
                if content.rest is not None:
                    return content.rest
                return each(key, lambda part: self._of_sequence(content.items, part, at, listed=True))
            case Tuple(items=items) if value.kind == "tuple":
                return each(key, lambda part: self._of_sequence(items, part, at, listed=False))
            case Known(value=str()) | FromEnv() if plain(key):
                return lift([value, key], lambda args: args[0][args[1]], "an item", at)  # type: ignore[index]
            case Class():
                return self._of_generic(value, key, at)
            case Instance():
                return self._of_object(value, key, at)
            case External() | Result():
                return self.outside_call(
                    ExternalCall(f"{_outside_name(value)}.__getitem__", Arguments((key,)), at, value)
                )
            case Unknown():
                return value
            case _:
                return Unknown("an item of what is not known", at)

    def _of_generic(self, cls: Class, key: Abstract, at: Span) -> Abstract:
        mixed = classes.enumeration(cls)
        if mixed is None:
            return cls
        if isinstance(key, Known) and isinstance(key.value, str):
            return self._of_class(cls, key.value, at)
        every = classes.members(self, cls, mixed=mixed)
        return choice(map(Branch, every)) if every else Unknown(f"a member of {cls.name}", at)

    def _of_object(self, instance: Instance, key: Abstract, at: Span) -> Abstract:
        if classes.is_named_tuple(instance.cls) and isinstance(key, Known) and isinstance(key.value, int):
            names = [one.name for one in classes.fields(self, instance.cls) if one.annotation is not None]
            if -len(names) <= key.value < len(names):
                return self.attribute(instance, names[key.value], at)
        method = classes.class_attribute(self, instance.cls, "__getitem__")
        if isinstance(method, Function):
            return self.call(method, Arguments((instance, key)), at)
        return Unknown(f"an item of {instance.cls.name}", at)

    def _of_dict(self, ref: DictRef, key: Abstract, at: Span) -> Abstract:
        content = self.dict_of(ref)
        if key_of(key) == ABSENT:
            if isinstance(key, Unknown) and key.why in self.passed:
                return key
            if content.rest is not None:
                self.expose(ref, "an item under a key that is not known", at)
                return content.rest
            every = [Branch(present(entry.value)) for entry in content.entries]
            return choice(every) if every else Unknown("a key that is not in the dict", at)
        found = self.entry(content, key, at)
        return Unknown("a key that is not in the dict", at) if found == ABSENT else present(found)

    def entry(self, content: DictContent, key: Abstract, at: Span) -> Abstract:
        """The value under a constant key; `Absent`, or a choice with it, where it may be missing."""
        constant = key_of(key)
        if isinstance(constant, Absent):  # pragma: no cover - nobody asks so
            return Unknown("a key that is not known", at)
        found = lookup(content, constant)
        missing: Abstract = ABSENT
        if content.rest is not None:
            missing = choice([Branch(content.rest), Branch(ABSENT)])
        return missing if found is None else absent_to(found.value, missing)

    def _of_sequence(self, items: tuple[Abstract, ...], key: Abstract, at: Span, *, listed: bool) -> Abstract:
        match key:
            case Known(value=int() as index):
                if -len(items) <= index < len(items):
                    return items[index]
                return Unknown("an index outside of the sequence", at)
            case Tuple(kind="slice", items=bounds) if all(map(plain, bounds)):
                low, high, step = (
                    bound.value if isinstance(bound, Known) and isinstance(bound.value, int) else None
                    for bound in bounds
                )
                if step == 0:
                    return Unknown("a slice without a step", at)
                part = items[low:high:step]
                return self.new_list_of(ListContent(part), at) if listed else Tuple(part, at)
            case FromEnv() if items:
                return choice(map(Branch, items))
            case _:
                return self.lost("an item of a sequence", at, Tuple(items, at))

    def set_item(self, value: Abstract, key: Abstract, new: Abstract, at: Span) -> None:
        """`value[key] = new`"""
        if at in self.watched:
            self.watched[at](new)
        several = isinstance(value, Choice)
        for branch in alternatives(self.lazily(value, at)):
            match branch.value:
                case DictRef() as ref:
                    self._set_in_dict(ref, key, new, at, several=several)
                case ListRef() as ref:
                    self._set_in_list(ref, key, new, at, several=several)
                case External(name=name) if name in ENVIRONMENTS:
                    set_variable(self, key, new, at, several=several)
                case Instance() as instance:
                    name = "__delitem__" if new == ABSENT else "__setitem__"
                    method = classes.class_attribute(self, instance.cls, name)
                    if isinstance(method, Function):
                        given = (instance, key) if new == ABSENT else (instance, key, new)
                        self.call(method, Arguments(given), at)
                case _ if at not in self.watched:  # an object of which nothing is kept
                    self.forget(new, "kept as an item of what is not known", at)

    def _set_in_dict(self, ref: DictRef, key: Abstract, new: Abstract, at: Span, *, several: bool) -> None:
        content = self.dict_of(ref)
        constant = key_of(key)
        if isinstance(constant, Absent):
            self.forget(new, "under a key that is not known", at)
            why = lost_key(key, "an item set under a key that is not known", at)
            parts = (ABSENT,) if new == ABSENT else (why,)
            entries = tuple(
                DictEntry(entry.key, choice(map(Branch, (entry.value, *parts))), entry.at)
                for entry in content.entries
            )
            rest = content.rest if new == ABSENT else why
            self.store.write((ref.id, ""), DictContent(entries, rest))
            return
        before = lookup(content, constant)
        if several:
            old = (
                before.value
                if before is not None
                else choice([Branch(ABSENT), *([Branch(content.rest)] if content.rest else [])])
            )
            new = choice([Branch(old), Branch(new)])
        self.store.write((ref.id, ""), with_entry(content, DictEntry(constant, new, at)))

    def _set_in_list(self, ref: ListRef, key: Abstract, new: Abstract, at: Span, *, several: bool) -> None:
        content = self.list_of(ref)
        known = isinstance(key, Known) and isinstance(key.value, int) and new != ABSENT and not several
        if known and content.rest is None and isinstance(key, Known) and isinstance(key.value, int):
            items = list(content.items)
            if -len(items) <= key.value < len(items):
                items[key.value] = new
                self.store.write((ref.id, ""), ListContent(tuple(items)))
                return
        self.forget(Tuple((ref, new), at), "a list that was changed", at)


def _bound(function: Function, receiver: Abstract, cls: Class) -> Abstract:
    names = classes.decorators(function)
    if "builtins.staticmethod" in names:
        return function
    return Bound(function, cls if "builtins.classmethod" in names else receiver)


def _outside_name(value: External | Result) -> str:
    return value.name if isinstance(value, External) else f"{value.of}()"


def with_entry(content: DictContent, entry: DictEntry) -> DictContent:
    """A dict with an item set (deleted when it is `Absent` and nothing else may be under the key)."""
    entries = list(content.entries)
    index = next((i for i, each_ in enumerate(entries) if each_.key == entry.key), None)
    gone = entry.value == ABSENT and content.rest is None
    if index is None:
        if not gone:
            entries.append(entry)
    elif gone:
        del entries[index]
    else:
        entries[index] = DictEntry(entries[index].key, entry.value, entry.at)
    return DictContent(tuple(entries), content.rest)
