"""What several facts are made of: arguments and releases."""

from poollint.frozen import frozen
from poollint.source import Span
from poollint.values import Default, Known, Value


@frozen
class Argument:
    """A keyword as a call or mapping gives it, and the place of `name=value`."""

    name: str
    value: Value
    at: Span


@frozen
class Release:
    """The version of a library, image or server. `numbers` is empty when it is not known."""

    numbers: tuple[int, ...]
    origin: Span | None = None

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers))

    def __bool__(self) -> bool:
        return bool(self.numbers)


UNKNOWN_RELEASE = Release(())
ONCE = Known(1, Default("one call"))
