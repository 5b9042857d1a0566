"""Why parts of a value are not known."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from poollint.values import FromEnv, OneOf, Text, Unknown, Value
from poollint.values import Record as Mapped

if TYPE_CHECKING:
    pass


def reasons(value: Value) -> Iterator[str]:
    match value:
        case Unknown(why=why):
            yield why
        case OneOf():
            for one in value.values:
                yield from reasons(one)
        case Text(parts=parts):
            yield from (part.why for part in parts if isinstance(part, Unknown))
        case Mapped(entries=entries, rest=rest):
            for entry in entries:
                yield from reasons(entry.value)
            if rest is not None:
                yield rest.why
        case FromEnv(default=default) if default is not None:
            yield from reasons(default)
        case _:
            return
