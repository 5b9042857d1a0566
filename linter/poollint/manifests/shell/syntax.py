"""The tree of a shell script: words of parts, and commands of words."""

from typing import TypeAlias

from poollint.frozen import frozen


class ShellError(ValueError):
    """Text that is no shell, or more of it than is read; `line` counts from 1 in the text."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


@frozen
class Literal:
    """Characters that stand for themselves; unquoted ones were free of blanks."""

    text: str
    quoted: bool


@frozen
class Parameter:
    """`$name` or `${name<operator><argument>}`; the operator is empty for the plain form.

    Operators other than `:-`, `-`, `:=`, `=`, `:+`, `+`, `:?` and `?` are kept as they are written,
    because their result depends on the value.
    """

    name: str
    operator: str
    argument: "Word"
    quoted: bool


@frozen
class Arithmetic:
    """`$(( ... ))`."""

    text: str
    quoted: bool


@frozen
class Substitution:
    """`$(...)`, a backquoted command or `<(...)`: known only when it runs."""

    text: str
    quoted: bool


Part: TypeAlias = Literal | Parameter | Arithmetic | Substitution


@frozen
class Word:
    parts: tuple[Part, ...]
    line: int

    @property
    def bare(self) -> str | None:
        """The text of a word without quotes and expansions (what a keyword must be), else None."""
        match self.parts:
            case (Literal(text=text, quoted=False),):
                return text
            case _:
                return None


@frozen
class Assignment:
    """`name=value`, `name+=value`, `name=(a b c)`."""

    name: str
    words: tuple[Word, ...]
    array: bool
    append: bool


@frozen
class Simple:
    """A command with its assignments; `text` is its source."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    line: int
    text: str


@frozen
class Conditional:
    """`[[ ... ]]`; operators are words too."""

    words: tuple[Word, ...]
    line: int
    text: str


@frozen
class Arm:
    """A condition and what follows it; `text` is the condition's source."""

    condition: "Block"
    body: "Block"
    text: str


@frozen
class If:
    arms: tuple[Arm, ...]
    otherwise: "Block"


@frozen
class Choice:
    """One arm of a `case`: its patterns and its body."""

    patterns: tuple[Word, ...]
    body: "Block"


@frozen
class Case:
    subject: Word
    choices: tuple[Choice, ...]
    text: str


@frozen
class Loop:
    """`for name in words` (`words` None for the arguments), `while` and `until` (`name` empty)."""

    name: str
    words: tuple[Word, ...] | None
    condition: "Block"
    body: "Block"


@frozen
class Group:
    """`{ ... }`, or `( ... )` and what runs in a pipe or the background (both `inner`)."""

    body: "Block"
    inner: bool
    background: bool = False


@frozen
class Function:
    name: str
    body: "Block"


@frozen
class Chain:
    """`left && right`, `left || right`."""

    left: "Node"
    right: "Node"
    both: bool


@frozen
class Not:
    node: "Node"


@frozen
class Broken:
    """From here on the text could not be read."""

    line: int
    why: str


Node: TypeAlias = Simple | Conditional | If | Case | Loop | Group | Function | Chain | Not | Broken
Block: TypeAlias = tuple[Node, ...]
