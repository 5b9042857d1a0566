"""Flags and positional words of a command line."""

from collections.abc import Collection, Iterator, Sequence

from poollint.frozen import frozen
from poollint.manifests.shell.expansion import behind, likely
from poollint.values import FromEnv, Known, Text, Unknown, Value

# Flags of servers and task queues that take no value: the word behind one is positional.
ALONE = frozenset(
    flag
    for row in (
        "--access-log --beat --burst --check-config --daemon --date-header --debug --debugger --events",
        "--factory --log --log-access --no-access-log --no-date-header --no-debug --no-debugger --no-log",
        "--no-proxy-headers --no-reload --no-sendfile --no-server-header --no-use-colors --preload",
        "--preload-app --print-config --proxy-headers --quiet --reload --respawn-failed-workers",
        "--reuse-port --server-header --task-events --use-colors --verbose --watch --with-scheduler",
        "--with-threads --without-gossip --without-heartbeat --without-mingle --without-threads --ws -B",
        "-D -E -b -q -v",
    )
    for flag in row.split()
)
_LOOSE = frozenset(("--ws", "-b"))  # alone in one program, with a value in another


@frozen
class Options:
    """The words behind a program's name."""

    words: tuple[Value, ...]

    def value(self, flags: Collection[str]) -> Value | None:
        """The value of the last of these flags: `--flag 4`, `--flag=4`, `-f4`, `-f 4`."""
        found: Value | None = None
        for index, word in enumerate(self.words):
            for flag in flags:
                if (given := self._value_at(index, word, flag)) is not None:
                    found = given
        return found

    def _value_at(self, index: int, word: Value, flag: str) -> Value | None:
        start = beginning(word)
        if start == flag and not isinstance(word, Text):
            return self.words[index + 1] if index + 1 < len(self.words) else None
        if start.startswith(f"{flag}="):
            return behind(word, len(flag) + 1)
        short = len(flag) == 2 and flag[1] != "-"  # noqa: PLR2004 - a dash and a letter
        if short and start.startswith(flag) and (len(start) > len(flag) or isinstance(word, Text)):
            return behind(word, len(flag))
        return None

    def has(self, flags: Collection[str]) -> bool:
        """Whether one of these flags is given."""
        return any(beginning(word).partition("=")[0] in flags for word in self.words)

    def positional(self, alone: Collection[str] = ()) -> Iterator[str]:
        """Words that are neither flags nor, as far as one can tell, their values."""
        for index, word in enumerate(self.words):
            text = likely(word)
            if text is None or not text or text.startswith("-"):
                continue
            before = beginning(self.words[index - 1]) if index else ""
            glued = not before.startswith("--") and len(before) > len("-w")
            free = not before.startswith("-") or "=" in before or before in ("-", "--") or glued
            if free or before in alone or before in ALONE - _LOOSE:
                yield text

    def opaque(self) -> FromEnv | Unknown | None:
        """A word that may hold flags nobody can read: an unquoted variable between the others."""
        for index, word in enumerate(self.words):
            before = beginning(self.words[index - 1]) if index else ""
            if isinstance(word, FromEnv | Unknown) and likely(word) is None and not before.startswith("-"):
                return word
        return None


def beginning(word: Value) -> str:
    """The known beginning of a word."""
    match word:
        case Known(value=str() as text):
            return text
        case Text():
            return word.prefix
        case FromEnv():
            return likely(word) or ""
        case _:
            return ""


def texts(words: Sequence[Value]) -> tuple[str, ...]:
    """The words as far as they are likely; an unknown one is empty."""
    return tuple(likely(word) or "" for word in words)
