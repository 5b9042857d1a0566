"""Settings of a server on its command line: `-c name=value`, `-N 400`, `--max-connections=400`."""

from collections.abc import Iterable, Iterator, Sequence

from poollint.facts import Container
from poollint.manifests.shell.expansion import Scope, text
from poollint.manifests.shell.numbers import number
from poollint.manifests.shell.parser import expandable
from poollint.source import Span
from poollint.values import Known, Origin, Unknown, Value

DIGITS_AT_MOST = 18
"""Of a count: PostgreSQL's own integers have ten."""
_QUOTES = "\"'"


def words(container: Container) -> Iterator[tuple[str, Span]]:
    """The words of a container's entrypoint and command with their places, texts for a shell split."""
    for command in (container.entrypoint, container.command):
        if command is not None:
            for index, word in enumerate(command.words):
                yield from ((part, command.place(index)) for part in word.split())


def flag(container: Container, names: Sequence[str]) -> Value | None:
    """The value of a flag in any of its spellings (`-N 400`, `-N400`, `--name=400`), the last one given."""
    found: Value | None = None
    given = [*words(container)]
    for index, (word, at) in enumerate(given):
        following = given[index + 1][0] if index + 1 < len(given) else ""
        for name in names:
            written = _flag_text(word, name, following)
            if written is not None:
                found = count(written, at, container)
    return found


def _flag_text(word: str, name: str, following: str) -> str | None:
    if word == name:
        return following
    if word.startswith(f"{name}="):
        return word.removeprefix(f"{name}=")
    short = not name.startswith("--") and word.startswith(name)
    return word.removeprefix(name) if short else None


def setting(container: Container, name: str) -> Value | None:
    """The number of `-c name=value` (also `-cname=value` and `--name=value`), the last one given."""
    found = setting_text(container, name)
    return None if found is None else count(*found, container)


def setting_text(container: Container, name: str) -> tuple[str, Span] | None:
    """The same as it is written, with the place of the command."""
    found: tuple[str, Span] | None = None
    for word, at in words(container):
        key, equals, written = word.strip(_QUOTES).removeprefix("--").partition("=")
        bare = key.replace("-", "_").lower()
        if equals and name in (bare, bare.removeprefix("_c")):
            found = written.strip(_QUOTES), at
    return found


def count(written: str, at: Span, container: Container) -> Value:
    """A whole number in the container's variables, or Unknown with the text that is none."""
    plain = written.strip(_QUOTES)
    return number(expanded(plain, at, container)) if "$" in plain else whole_number(plain, at)


def whole_number(written: str, at: Origin) -> Value:
    """A text of digits as a number, anything else as Unknown."""
    if written.isdecimal() and len(written) <= DIGITS_AT_MOST:
        return Known(int(written), at)
    return Unknown(f"'{written[:40]}' is no number", at)


def expanded(written: str, at: Span, container: Container) -> Value:
    """A word with its variables replaced by the container's, `${NAME:-default}` and `$(NAME)`."""
    return text(expandable(written, at.line), Scope(container.variables(), at, references=True))


def first_known(values: Iterable[Value | None]) -> Value | None:
    """The first of several that was given at all."""
    return next((value for value in values if value is not None), None)
