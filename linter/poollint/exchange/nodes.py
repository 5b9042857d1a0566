"""A JSON document read with types: what does not fit is an error that names the file and the key."""

import json
from collections.abc import Iterator
from typing import Never

from poollint.frozen import frozen


class ExchangeError(ValueError):
    """A document that cannot be used: `orders.json: clients[0].engine is missing`."""


@frozen
class Node:
    """A part of a document, and its key from the top (`clients[0].engine`)."""

    document: str
    key: str
    content: object

    def fail(self, clause: str) -> Never:
        """Raises ExchangeError about this part."""
        raise ExchangeError(f"{self.document}: {self.key or 'the document'} {clause}")

    def table(self) -> dict[str, object]:
        """The part as an object."""
        if not isinstance(self.content, dict):
            self.fail("must be an object")
        return self.content

    def get(self, name: str) -> "Node":
        """A key that must be there."""
        table = self.table()
        child = Node(self.document, f"{self.key}.{name}".lstrip("."), table.get(name))
        return child if name in table else child.fail("is missing")

    def maybe(self, name: str) -> "Node | None":
        """A key that must be there and may be null."""
        child = self.get(name)
        return None if child.content is None else child

    def entries(self) -> Iterator[tuple[str, "Node"]]:
        """The keys of an object with their parts."""
        for name in self.table():
            yield name, self.get(name)

    def items(self) -> Iterator["Node"]:
        """The parts of an array."""
        if not isinstance(self.content, list):
            self.fail("must be an array")
        for index, item in enumerate(self.content):
            yield Node(self.document, f"{self.key}[{index}]", item)

    def text(self) -> str:
        """The part as a string."""
        return self.content if isinstance(self.content, str) else self.fail("must be a string")

    def texts(self) -> tuple[str, ...]:
        """The part as an array of strings."""
        return tuple(item.text() for item in self.items())

    def flag(self) -> bool:
        """The part as true or false."""
        return self.content if isinstance(self.content, bool) else self.fail("must be true or false")

    def line(self) -> int:
        """The part as the number of a line, from 1."""
        number = self.content
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            self.fail("must be a number of a line, from 1")
        return number


def parse(document: str, text: str) -> Node:
    """JSON as its top node. Raises ExchangeError for what is no JSON."""
    try:
        return Node(document, "", json.loads(text))
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"{document}: is not valid JSON: {error}") from error
