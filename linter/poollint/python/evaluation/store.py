"""The memory of the interpreter: what every name, attribute and container holds, with undo and join.

A cell is `(id of a namespace or container, name)`; the name is empty for the content of a container.
Every write is logged, so that an arm of a condition can be run, taken back and joined with another.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Branch,
    Choice,
    Content,
    DictContent,
    DictEntry,
    DictRef,
    Key,
    ListContent,
    ListRef,
    Tuple,
    alternatives,
    choice,
)
from poollint.source import Span
from poollint.values import Unknown

Cell: TypeAlias = tuple[int, str]
Delta: TypeAlias = Mapping[Cell, Content]
_NOWHERE = Span("", 1, 1, 1, 1)


class Store:
    """Cells with a log of what they held before."""

    def __init__(self) -> None:
        self.cells: dict[Cell, Content] = {}
        self.log: list[tuple[Cell, Content]] = []
        self.names: dict[int, dict[str, None]] = {}
        self.next = 0
        self.first = 0
        self.history: list[tuple[Cell, Content]] = []
        self.recordings: list[int] = []

    def allocate(self) -> int:
        """A new id; larger than all before."""
        self.next += 1
        return self.next

    def allocate_below(self) -> int:
        """A new id; smaller than all before, and so older than every condition."""
        self.first -= 1
        return self.first

    def read(self, cell: Cell) -> Content:
        """What a cell holds; `ABSENT` if nothing."""
        return self.cells.get(cell, ABSENT)

    def write(self, cell: Cell, content: Content) -> None:
        """Sets a cell."""
        if cell not in self.cells:
            self.names.setdefault(cell[0], {})[cell[1]] = None
        self.log.append((cell, self.cells.get(cell, ABSENT)))
        self.cells[cell] = content
        if self.recordings:
            self.history.append((cell, content))

    def record(self) -> int:
        """From now on every write is kept, also what is taken back; gives the number of this recording."""
        self.recordings.append(len(self.history))
        return len(self.recordings) - 1

    def recorded(self, number: int) -> dict[Cell, list[Content]]:
        """What was written during a recording, which ends with all that began later."""
        found: dict[Cell, list[Content]] = {}
        for cell, content in self.history[self.recordings[number] :]:
            found.setdefault(cell, []).append(content)
        self.stop(number)
        return found

    def stop(self, number: int) -> None:
        """Ends a recording, and all that began later."""
        del self.recordings[number:]
        if not number:
            self.history.clear()

    def cells_of(self, number: int) -> list[Cell]:
        """The cells that a namespace ever had, in the order in which they came."""
        return [(number, name) for name in self.names.get(number, ())]

    def drop(self, number: int, mark: int) -> None:
        """Forgets a namespace that was made since a moment and that nothing leads to any more."""
        if number in self.names:
            self.log[mark:] = [entry for entry in self.log[mark:] if entry[0][0] != number]
            for name in self.names.pop(number):
                del self.cells[number, name]

    def mark(self) -> int:
        """A moment to come back to."""
        return len(self.log)

    def since(self, mark: int) -> Delta:
        """The cells that were written since a moment, with what they hold now."""
        return {cell: self.read(cell) for cell, _ in self.log[mark:]}

    def undo(self, mark: int) -> None:
        """Back to a moment."""
        while len(self.log) > mark:
            cell, before = self.log.pop()
            self.cells[cell] = before

    def apply(self, delta: Delta) -> None:
        """Writes all of it."""
        for cell, content in delta.items():
            self.write(cell, content)

    def forget(self, values: Iterable[Abstract], why: Unknown) -> None:
        """The containers in these values, and all inside them, hold something else from now on."""
        done: set[int] = set()
        stack = list(values)
        while stack:
            for branch in alternatives(stack.pop()):
                match branch.value:
                    case DictRef(id=number) | ListRef(id=number) if number not in done:
                        done.add(number)
                        content = self.read((number, ""))
                        stack += held(content)
                        listed = isinstance(branch.value, ListRef)
                        self.write((number, ""), ListContent((), why) if listed else DictContent((), why))
                    case Tuple(items=items):
                        stack += items

    def join(self, outcomes: Sequence[tuple[str, Delta]], newest: int) -> None:
        """One state for several ends of the same beginning, each with its condition.

        `newest` is the largest id at the beginning: a newer object is joined only from the outcomes
        in which it was made.
        """
        if len(outcomes) == 1:
            self.apply(outcomes[0][1])
            return
        made = [({cell[0] for cell in delta}, text, delta) for text, delta in outcomes]
        lost: list[Abstract] = []
        for cell in dict.fromkeys(cell for _, delta in outcomes for cell in delta):
            before = self.read(cell)
            ends = [
                (text, delta.get(cell, before))
                for ids, text, delta in made
                if cell[0] <= newest or cell[0] in ids
            ]
            content = joined(ends)
            self.write(cell, content)
            if isinstance(content, ListContent) and content.rest is not None:
                lost += (item for _, end in ends for item in held(end))
        if lost:
            self.forget(lost, Unknown("an item of a list that depends on a condition", _NOWHERE))


def held(content: Content) -> tuple[Abstract, ...]:
    """The items of a list, or the values of a dict."""
    if isinstance(content, ListContent):
        return content.items
    return tuple(entry.value for entry in content.entries) if isinstance(content, DictContent) else ()


def joined(outcomes: Iterable[tuple[str, Content]]) -> Content:
    """The contents of one cell at several ends as one content."""
    ends = list(outcomes)
    first = ends[0][1]
    if not isinstance(first, Choice | ListContent) and all(content is first for _, content in ends):
        return first
    dicts = [(text, content) for text, content in ends if isinstance(content, DictContent)]
    lists = [content for _, content in ends if isinstance(content, ListContent)]
    if dicts:
        return join_dicts(dicts)
    if lists:
        if len({len(content.items) for content in lists}) == 1 and not any(c.rest for c in lists):
            columns = zip(*(content.items for content in lists), strict=True)
            return ListContent(tuple(choice(map(Branch, column)) for column in columns))
        return ListContent((), Unknown("a list that depends on a condition", _NOWHERE))
    return choice(
        Branch(content, text) for text, content in ends if not isinstance(content, DictContent | ListContent)
    )


def join_dicts(ends: Sequence[tuple[str, DictContent]]) -> DictContent:
    """Dicts of several ends as one; what only some have may be absent."""
    first = ends[0][1]
    if all(content == first and content.entries == first.entries for _, content in ends):
        return first
    found: dict[tuple[type, Key], DictEntry] = {}
    for _, content in ends:
        for entry in content.entries:
            found.setdefault((type(entry.key), entry.key), entry)
    rest = next((content.rest for _, content in ends if content.rest), None)
    entries = []
    for entry in found.values():
        values = []
        for text, content in ends:
            same = lookup(content, entry.key)
            # What one end might hold besides may be under this key too.
            missing: Abstract = (
                ABSENT if content.rest is None else choice([Branch(ABSENT), Branch(content.rest)])
            )
            values.append(Branch(missing if same is None else same.value, text))
        entries.append(DictEntry(entry.key, choice(values), entry.at))
    return DictContent(tuple(entries), rest)


def lookup(content: DictContent, key: Key) -> DictEntry | None:
    """The entry of a key, as Python compares keys."""
    return next((entry for entry in content.entries if entry.key == key), None)
