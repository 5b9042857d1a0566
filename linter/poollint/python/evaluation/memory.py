"""The objects of an interpretation in its store: made, read, and forgotten."""

from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Content,
    DictContent,
    DictRef,
    ListContent,
    ListRef,
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
        done: set[int] = set()
        stack = [value]
        while stack:
            top = stack.pop()
            for branch in alternatives(top):
                match branch.value:
                    case DictRef(id=id_) if id_ not in done:
                        done.add(id_)
                        stack += (entry.value for entry in self.dict_of(branch.value).entries)
                        self.store.write((id_, ""), DictContent((), Unknown(why, at)))
                    case ListRef(id=id_) if id_ not in done:
                        done.add(id_)
                        stack += self.list_of(branch.value).items
                        self.store.write((id_, ""), ListContent((), Unknown(why, at)))
                    case Tuple(items=items):
                        stack += items
