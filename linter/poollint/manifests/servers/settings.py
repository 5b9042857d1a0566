"""Settings of a server on its command line: `-c name=value`, `-N 400`, `--max-connections=400`."""

import re
from collections.abc import Iterable, Iterator, Sequence

from poollint.facts import Command, Container
from poollint.values import Known, Unknown, Value

_DIGITS = re.compile(r"\d+")


def words(container: Container) -> Iterator[tuple[str, Command]]:
    """The words of a container's entrypoint and command, each with its command."""
    for command in (container.entrypoint, container.command):
        if command is not None:
            split = " ".join(command.words).split() if command.shell else command.words
            yield from ((word, command) for word in split)


def flag(container: Container, names: Sequence[str]) -> Value | None:
    """The value of a flag in any of its spellings (`-N 400`, `-N400`, `--name=400`), the last one given."""
    found: Value | None = None
    given = [*words(container)]
    for index, (word, command) in enumerate(given):
        for name in names:
            following = given[index + 1][0] if index + 1 < len(given) else ""
            text = _flag_text(word, name, following)
            if text is not None:
                found = whole_number(text, command)
    return found


def _flag_text(word: str, name: str, following: str) -> str | None:
    if word == name:
        return following
    if word.startswith(f"{name}="):
        return word.removeprefix(f"{name}=")
    short = len(name) == len("-N") and word.startswith(name)
    return word.removeprefix(name) if short else None


def setting(container: Container, name: str) -> Value | None:
    """The value of `-c name=value` (also `-cname=value` and `--name=value`), the last one given."""
    found: Value | None = None
    for word, command in words(container):
        bare = word.removeprefix("-c").removeprefix("--").strip()
        key, equals, text = bare.partition("=")
        if equals and key.strip().replace("-", "_").lower() == name:
            found = whole_number(text.strip(" '\""), command)
    return found


def whole_number(text: str, command: Command) -> Value:
    """A count, or Unknown with the text that is none."""
    if _DIGITS.fullmatch(text):
        return Known(int(text), command.at)
    return Unknown(f"'{text}' is no number", command.at)


def first_known(values: Iterable[Value | None]) -> Value | None:
    """The first of several that was given at all."""
    return next((value for value in values if value is not None), None)
