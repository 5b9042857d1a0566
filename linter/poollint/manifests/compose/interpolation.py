"""`${VARIABLE}` in a compose file: replaced before anything else, by the shell's variables and `.env`."""

from poollint.facts import Environment
from poollint.frozen import frozen
from poollint.manifests.masking import masked
from poollint.manifests.nodes import Node, Scalar
from poollint.manifests.shell.expansion import Scope, likely, text
from poollint.manifests.shell.parser import expandable
from poollint.source import Span
from poollint.values import FromEnv, Known, Text, Unknown, Value

_DOLLAR = "\ue000"  # of the private use area: stands for `$$`, which is a dollar


@frozen
class Interpolation:
    """The variables of the `.env` file beside the first file of a project."""

    variables: Environment

    def value(self, written: str, at: Span) -> Value:
        """A text with its variables replaced; those nobody sets stay as variables of the environment."""
        if "$" not in written:
            return Known(written, at)
        word = expandable(written.replace("$$", _DOLLAR), at.line)
        return _with_dollars(text(word, Scope(self.variables, at)))

    def of(self, node: Node | None) -> Value | None:
        """The same for a scalar; None for anything else."""
        return self.value(node.text, node.at) if isinstance(node, Scalar) else None

    def string(self, node: Node | None) -> str | None:
        """The likely text of a scalar."""
        value = self.of(node)
        return None if value is None else likely(value)

    def line(self, written: str, at: Span) -> str:
        """The same as text without passwords; variables nobody sets are written as variables again."""
        shown = Interpolation({name: masked(name, value) for name, value in self.variables.items()})
        return written_again(shown.value(written, at))


def written_again(value: Value) -> str:
    """Shell text that means the value."""
    match value:
        case Known(value=known):
            return "" if known is None else str(known)
        case FromEnv(variables=(name, *_), default=default):
            return f"${{{name}}}" if default is None else f"${{{name}:-{written_again(default)}}}"
        case Text(parts=parts):
            return "".join(part if isinstance(part, str) else written_again(part) for part in parts)
        case _:
            return "$(unknown)"


def _with_dollars(value: Value) -> Value:
    match value:
        case Known(value=str() as known):
            return Known(known.replace(_DOLLAR, "$"), value.origin, value.through)
        case Text(parts=parts):
            whole = (part.replace(_DOLLAR, "$") if isinstance(part, str) else part for part in parts)
            return Text(tuple(_part(part) for part in whole), value.origin)
        case FromEnv(default=default) if default is not None:
            return FromEnv(value.variables, _with_dollars(default), value.convert, value.origin)
        case _:
            return value


def _part(part: str | FromEnv | Unknown) -> str | FromEnv | Unknown:
    if isinstance(part, FromEnv) and part.default is not None:
        return FromEnv(part.variables, _with_dollars(part.default), part.convert, part.origin)
    return part
