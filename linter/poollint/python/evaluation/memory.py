"""The objects of an interpretation in its store: made, read, and forgotten."""

from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Content,
    DictContent,
    DictRef,
    ListContent,
    ListRef,
    Partial,
    Result,
    Tuple,
    alternatives,
)
from poollint.python.evaluation.store import Store
from poollint.source import Span
from poollint.values import Unknown


class Memory:
    """The part of the machine that holds objects."""

    store: Store

    def namespace(self) -> int:
        """A new namespace."""
        return self.store.allocate()

    def lasting(self) -> int:
        """A namespace that is as old as the run, wherever it is first needed: a module's."""
        return self.store.allocate_below()

    def new_dict_of(self, content: DictContent, at: Span) -> DictRef:
        """A dict with that content."""
        made = DictRef(self.store.allocate(), at)
        self.store.write((made.id, ""), content)
        return made

    def new_list_of(self, content: ListContent, at: Span) -> ListRef:
        """A list with that content."""
        made = ListRef(self.store.allocate(), at)
        self.store.write((made.id, ""), content)
        return made

    def dict_of(self, ref: DictRef) -> DictContent:
        """What a dict holds now."""
        content = self.store.read((ref.id, ""))
        return (
            content if isinstance(content, DictContent) else DictContent((), Unknown("a lost dict", ref.at))
        )

    def list_of(self, ref: ListRef) -> ListContent:
        """What a list holds now."""
        content = self.store.read((ref.id, ""))
        return (
            content if isinstance(content, ListContent) else ListContent((), Unknown("a lost list", ref.at))
        )

    def variable(self, cell: tuple[int, str]) -> Abstract:
        """What a name or attribute is bound to."""
        content: Content = self.store.read(cell)
        return ABSENT if isinstance(content, DictContent | ListContent) else content

    def forget(self, value: Abstract, why: str, at: Span) -> None:
        """Somebody else may change the containers in this value from now on.

        What they hold now is known no longer.
        """
        self.store.forget([value], Unknown(why, at))

    def expose(self, value: Abstract, why: str, at: Span) -> None:
        """Somebody else may change what is in this value, but not the value: its items go their own ways."""
        for branch in alternatives(value):
            match branch.value:
                case DictRef():
                    self.store.forget(
                        (entry.value for entry in self.dict_of(branch.value).entries), Unknown(why, at)
                    )
                case ListRef():
                    self.store.forget(self.list_of(branch.value).items, Unknown(why, at))
                case Tuple(items=items):
                    self.store.forget(items, Unknown(why, at))
                case Partial() | Result():
                    self.store.forget(branch.value.arguments.positional, Unknown(why, at))
                case _:
                    pass  # it holds nothing that is kept

    def lost(self, why: str, at: Span, *values: Abstract) -> Unknown:
        """A result of which nothing is known, but that the items of these values may be in it."""
        for value in values:
            self.expose(value, why, at)
        return Unknown(why, at)
