"""Passwords do not leave the files: what a report must not print is replaced by `***`."""

import re
from dataclasses import replace

from poollint.values import FromEnv, Known, OneOf, Text, Value, one_of

HIDDEN = "***"

_SECRET_NAME = re.compile(
    r"(?:password|passwd|passphrase|pwd|pass|secret|token|credentials?|(?:api|access|private|secret|signing"
    r"|encryption|auth|account)[-_.]?key)$",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"(?<=://)([^\s/:@]*):[^\s/@]+(?=@)")
_PLAIN = re.compile(r"|[0-9.]+|true|false|yes|no|on|off|none|null", re.IGNORECASE)


def masked(name: str, value: Value) -> Value:
    """A variable's value without passwords, by its name and by the URLs in it.

    Numbers and switches stay, whatever the name; so do the parts that are not known.
    """
    match value:
        case Known(value=str() as text):
            return replace(value, value=_hidden(name, text))
        case Text():
            parts = (_hidden(name, part) if isinstance(part, str) else part for part in value.parts)
            return replace(value, parts=tuple(parts))
        case FromEnv(default=default) if default is not None:
            return replace(value, default=masked(name, default))
        case OneOf():
            return one_of(replace(each, value=masked(name, each.value)) for each in value.alternatives)
        case _:
            return value


def _hidden(name: str, text: str) -> str:
    if _SECRET_NAME.search(name) and not _PLAIN.fullmatch(text):
        return HIDDEN
    return _IN_URL.sub(rf"\1:{HIDDEN}", text) if "://" in text else text
