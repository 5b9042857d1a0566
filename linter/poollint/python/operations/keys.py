"""Keys of dicts: constants, and the members of enumerations."""

from poollint.python.evaluation.objects import ABSENT, Absent, Abstract, Key, Member
from poollint.source import Span
from poollint.values import Known, Symbol, Unknown


def key_of(value: Abstract) -> Key | Absent:
    """The key that a value is; `Absent` for what is not known, or is no key that is kept.

    A member that is also a text or a number is the same key as that.
    """
    if isinstance(value, Member):
        return key_of(value.value) if value.mixed else value
    known = isinstance(value, Known) and not isinstance(value.value, Symbol)
    return value.value if known else ABSENT  # type: ignore[union-attr,return-value]


def lost_key(key: Abstract, why: str, at: Span) -> Unknown:
    """Why nothing is known of what stands under a key that is not known."""
    return Unknown(key.why if isinstance(key, Unknown) else why, at)


def value_of(key: Key, at: Span) -> Abstract:
    """What a loop over a dict sees of a key."""
    return key if isinstance(key, Member) else Known(key, at)
