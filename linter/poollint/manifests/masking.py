"""Passwords do not leave the files: what a report must not print is replaced by `***`."""

from dataclasses import replace

from poollint.passwords import HIDDEN, hidden_in_urls, is_secret
from poollint.values import FromEnv, Known, OneOf, Text, Value, one_of


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
    return HIDDEN if is_secret(name, text) else hidden_in_urls(text)
