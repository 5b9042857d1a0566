"""Dicts and lists: their methods, and every way to see a value as a mapping."""

from collections.abc import Sequence

from poollint.python.evaluation import classes
from poollint.python.evaluation.exporting import given_when
from poollint.python.evaluation.objects import (
    ABSENT,
    Absent,
    Abstract,
    Arguments,
    Branch,
    Choice,
    DictContent,
    DictEntry,
    DictRef,
    Instance,
    Keyword,
    ListContent,
    ListRef,
    Result,
    Tuple,
    alternatives,
    choice,
    present,
)
from poollint.python.evaluation.store import join_dicts, lookup
from poollint.python.operations.attributes import Attributes, with_entry
from poollint.python.operations.keys import key_of, lost_key, value_of
from poollint.python.operations.scalars import absent_to
from poollint.source import Span
from poollint.values import FromEnv, Known, Unknown


class Containers(Attributes):
    """The part of the machine that knows dicts and lists."""

    def mapping(self, value: Abstract, at: Span) -> DictContent:
        """What a value brings as a mapping (`**value`, `dict(value)`, `update(value)`)."""
        value = self.lazily(value, at)
        if isinstance(value, Choice):
            ends = [
                (branch.condition, self.mapping(branch.value, at))
                for branch in value.alternatives
                if not (isinstance(branch.value, Known) and branch.value.value is None)  # Python fails
            ]
            return join_dicts(ends) if ends else DictContent()
        match value:
            case DictRef():
                return self.dict_of(value)
            case Unknown():
                return DictContent((), value)
            case FromEnv():
                return DictContent((), Unknown(f"the content of {value.variable}", at))
            case Instance():
                return DictContent((), Unknown(f"an object of {value.cls.name} as a mapping", at))
            case Result(of=name):
                return DictContent((), Unknown(f"what {name} gives", at))
            case Tuple() | ListRef():
                return self._pairs(value, at)
            case _:
                return DictContent((), Unknown("an object as a mapping", at))

    def _pairs(self, value: Tuple | ListRef, at: Span) -> DictContent:
        content = DictContent()
        for pair in self.iterate(value, at) or (ABSENT,):
            items = None if pair == ABSENT else self.iterate(pair, at)
            if items is None or len(items) != 2 or not _keyed(items[0]):  # noqa: PLR2004 - a pair
                empty = pair == ABSENT and isinstance(value, Tuple)
                return (
                    DictContent()
                    if empty
                    else DictContent((), self.lost("pairs that are not known", at, value))
                )
            content = self.put(content, items[0], items[1], at)
        return content

    def put(self, content: DictContent, key: Abstract, value: Abstract, at: Span) -> DictContent:
        """A dict with one more item; under a key that is not known, anything may have changed."""
        constant = key_of(key)
        if not isinstance(constant, Absent):
            return with_entry(content, DictEntry(constant, value, at))
        self.forget(value, "under a key that is not known", at)
        why = lost_key(key, "an item under a key that is not known", at)
        entries = tuple(
            DictEntry(entry.key, choice([Branch(entry.value), Branch(why)]), entry.at)
            for entry in content.entries
        )
        return DictContent(entries, why)

    def merged(self, first: DictContent, second: DictContent) -> DictContent:
        """`{**first, **second}`"""
        content = first
        if second.rest is not None:
            why = second.rest
            content = DictContent(
                tuple(
                    DictEntry(entry.key, choice([Branch(entry.value), Branch(why)]), entry.at)
                    for entry in first.entries
                ),
                why,
            )
        for entry in second.entries:
            before = lookup(content, entry.key)
            behind: Abstract = before.value if before is not None else ABSENT
            if before is None and first.rest is not None:
                behind = choice([Branch(first.rest), Branch(ABSENT)])
            value = absent_to(entry.value, behind)
            content = with_entry(content, DictEntry(entry.key, value, entry.at))
        return content

    # --- iteration ---

    def iterate(self, value: Abstract, at: Span) -> tuple[Abstract, ...] | None:
        """What a loop over the value sees, in order; None when that is not known."""
        value = self.lazily(value, at)
        match value:
            case Tuple(items=items, kind=kind):
                return items if kind == "tuple" else None
            case ListRef():
                content = self.list_of(value)
                return None if content.rest else content.items
            case DictRef():
                entries = self.certain(value)
                return None if entries is None else tuple(value_of(entry.key, entry.at) for entry in entries)
            case Known(value=str() as text) if len(text) <= 32:  # noqa: PLR2004 - as many as are unrolled
                return tuple(Known(character, at) for character in text)
            case Instance():
                return self.tuple_items(value)
            case _:
                return None

    def tuple_items(self, instance: Instance) -> tuple[Abstract, ...] | None:
        """The items of a named tuple."""
        if not classes.is_named_tuple(instance.cls):
            return None
        names = [one.name for one in classes.fields(self, instance.cls) if one.annotation is not None]
        return tuple(self.attribute(instance, name, one_at(instance)) for name in names)

    def certain(self, ref: DictRef) -> tuple[DictEntry, ...] | None:
        """The items of a dict when all of them are sure and there are no others."""
        content = self.dict_of(ref)
        if content.rest is not None:
            return None
        for entry in content.entries:
            if any(branch.value == ABSENT for branch in alternatives(entry.value)):
                return None
        return content.entries

    # --- methods ---

    def dict_method(self, ref: DictRef, name: str, arguments: Arguments, at: Span) -> Abstract:
        """`dict.name(...)`"""
        content = self.dict_of(ref)
        none = Known(None, at)
        key = arguments.get(0)
        match name:
            case "get" if key is not None:
                found = self._get(content, key, arguments.get(1) or none, at)
                if found is content.rest:
                    self.expose(ref, "an item under a key that is not known", at)
                    self.forget(arguments.get(1) or none, "an item under a key that is not known", at)
                return found
            case "setdefault" if key is not None:
                default = arguments.get(1) or none
                if not _keyed(key):
                    self.set_item(ref, key, default, at)
                    return self.lost("an item under a key that is not known", at, ref)
                value = absent_to(self.entry(content, key, at), default)
                self.set_item(ref, key, value, at)
                return value
            case "pop" if key is not None:
                if not _keyed(key):
                    self.set_item(ref, key, ABSENT, at)
                    return self.lost(
                        "an item under a key that is not known", at, ref, *arguments.positional[1:]
                    )
                found = self.entry(content, key, at)
                self.store.write((ref.id, ""), _without(content, key))
                fallback = arguments.get(1)
                if fallback is not None:
                    return absent_to(found, fallback)
                return Unknown("a key that is not in the dict", at) if found == ABSENT else present(found)
            case "update":
                for given in arguments.positional:
                    content = self.merged(content, self.mapping(given, at))
                content = self.merged(content, keyword_content(arguments))
                self.store.write((ref.id, ""), content)
                return none
            case "copy":
                return self.new_dict_of(content, at)
            case "clear":
                self.store.write((ref.id, ""), DictContent())
                return none
            case "items" | "keys" | "values":
                return self._view(ref, name, at)
            case _:
                why = f"the method {name} of a dict"
                self.forget(ref, why, at)
                return Unknown(why, at)

    def _get(self, content: DictContent, key: Abstract, default: Abstract, at: Span) -> Abstract:
        if isinstance(key, Choice):
            return choice(
                Branch(self._get(content, part.value, default, at), part.condition)
                for part in key.alternatives
            )
        if _keyed(key):
            return absent_to(self.entry(content, key, at), default)
        if content.rest is not None:
            return content.rest
        return choice([*(Branch(present(entry.value)) for entry in content.entries), Branch(default)])

    def _view(self, ref: DictRef, name: str, at: Span) -> Abstract:
        entries = self.certain(ref)
        if entries is None:
            return self.lost(f"the {name} of a dict that is not known whole", at, ref)
        match name:
            case "keys":
                return Tuple(tuple(value_of(entry.key, entry.at) for entry in entries), at)
            case "values":
                return Tuple(tuple(entry.value for entry in entries), at)
            case _:
                pairs = (Tuple((value_of(entry.key, entry.at), entry.value), at) for entry in entries)
                return Tuple(tuple(pairs), at)

    def list_method(self, ref: ListRef, name: str, arguments: Arguments, at: Span) -> Abstract:
        """`list.name(...)`"""
        content = self.list_of(ref)
        given = arguments.get(0)
        none = Known(None, at)
        if content.rest is None and not arguments.rest:
            match name:
                case "append" if given is not None:
                    self.store.write((ref.id, ""), ListContent((*content.items, given)))
                    return none
                case "extend" if given is not None and (more := self.iterate(given, at)) is not None:
                    self.store.write((ref.id, ""), ListContent((*content.items, *more)))
                    return none
                case "copy":
                    return self.new_list_of(content, at)
                case "clear":
                    self.store.write((ref.id, ""), ListContent())
                    return none
                case "insert" if given == Known(0, at) and (second := arguments.get(1)) is not None:
                    self.store.write((ref.id, ""), ListContent((second, *content.items)))
                    return none
        if name not in ("index", "count", "copy"):
            self.forget(ref, f"a list after {name}", at)
            for one in arguments.positional:
                self.forget(one, f"a list after {name}", at)
        return none if name in ("append", "extend", "insert", "sort") else Unknown(f"{name} of a list", at)

    def items_of(self, values: Sequence[Abstract], at: Span) -> tuple[Abstract, ...] | None:
        """Several iterables one after the other."""
        found: list[Abstract] = []
        for value in values:
            items = self.iterate(value, at)
            if items is None:
                return None
            found += items
        return tuple(found)


def one_at(instance: Instance) -> Span:
    """A place for what has none of its own: the class."""
    return Span(instance.cls.path, *instance.cls.node.at)


def _keyed(key: Abstract) -> bool:
    return key_of(key) != ABSENT


def _without(content: DictContent, key: Abstract) -> DictContent:
    kept = (entry for entry in content.entries if entry.key != key_of(key))
    return DictContent(tuple(kept), content.rest)


def keyword_content(arguments: Arguments) -> DictContent:
    """The keywords of a call as a dict."""
    entries = []
    for keyword in arguments.keywords:
        value = keyword.value
        if keyword.condition is not None:
            value = choice([Branch(value, keyword.condition), Branch(ABSENT)])
        entries.append(DictEntry(keyword.name, value, keyword.at))
    return DictContent(tuple(entries), arguments.rest)


def arguments_of(content: DictContent) -> Arguments:
    """A mapping as the keywords of a call; keys that are no texts are left out."""
    keywords = (
        Keyword(entry.key, present(entry.value), entry.at, given_when(entry.value))
        for entry in content.entries
        if isinstance(entry.key, str) and entry.value != ABSENT
    )
    return Arguments((), tuple(keywords), content.rest)
