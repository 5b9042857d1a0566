"""What YAML and JSON documents consist of, with places, and questions about it that never fail."""

from dataclasses import field
from typing import TypeAlias

from poollint.frozen import frozen
from poollint.manifests import scalars
from poollint.source import Span
from poollint.values import Known, Unknown, Value


@frozen
class Scalar:
    """A leaf. `tag` is the explicit one (`!Ref`), empty for none; `style` is that of the YAML
    specification: empty for plain, else one of `'`, `"`, `|`, `>`."""

    text: str
    tag: str
    style: str
    at: Span

    @property
    def templated(self) -> bool:
        """Whether a template engine has yet to replace a part: `{{ x }}`, `{% x %}`, not `${{ x }}`."""
        return "{%" in self.text or "{{" in self.text.replace("${{", "")


@frozen
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    tag: str
    at: Span


@frozen
class Entry:
    """A key as it is written, the place of the key, and the node behind it."""

    key: str
    at: Span
    node: "Node"


@frozen
class Mapping:
    """A mapping with merge keys resolved: own entries in order, then merged ones. No key twice."""

    entries: tuple[Entry, ...]
    tag: str
    at: Span
    index: dict[str, Entry] = field(compare=False, repr=False)


Node: TypeAlias = Mapping | Sequence | Scalar


# --- questions: None where the document says nothing of the kind ---


def get(node: Node | None, *path: str | int) -> Node | None:
    """The node behind keys and positions; None where one of them is missing."""
    for step in path:
        match node, step:
            case Mapping(), str() if step in node.index:
                node = node.index[step].node
            case Sequence(), int() if -len(node.items) <= step < len(node.items):
                node = node.items[step]
            case _:
                return None
    return node


def entry(node: Node | None, key: str) -> Entry | None:
    """The entry with that key, for the place of the key."""
    return node.index.get(key) if isinstance(node, Mapping) else None


def entries(node: Node | None) -> tuple[Entry, ...]:
    """The entries of a mapping; none for anything else."""
    return node.entries if isinstance(node, Mapping) else ()


def items(node: Node | None) -> tuple[Node, ...]:
    """The items of a sequence; none for anything else."""
    return node.items if isinstance(node, Sequence) else ()


def places(node: Node) -> tuple[Span, ...]:
    """Where the items of a list stand: all of them in one line, else each on its own."""
    return () if node.at.line == node.at.end_line else tuple(item.at for item in items(node))


def text(node: Node | None) -> str | None:
    """A scalar as it is written, without quotes; None for null, collections and nothing."""
    return None if not isinstance(node, Scalar) or is_null(node) else node.text


def integer(node: Node | None) -> int | None:
    """A whole number by YAML 1.1 (`0x10`, `1_000`); a quoted one is a string and gives None."""
    found = _plain(node)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def boolean(node: Node | None) -> bool | None:
    """True or false by YAML 1.1 (`yes`, `Off`); a quoted one is a string and gives None."""
    found = _plain(node)
    return found if isinstance(found, bool) else None


def is_null(node: Node | None) -> bool:
    """Whether a key has an empty value: nothing, `~` or `null`."""
    return isinstance(node, Scalar) and _plain(node) is None


def value(node: Node) -> Value:
    """A node as a value: quotes make strings, YAML 1.1 decides the rest; Unknown with the reason."""
    if not isinstance(node, Scalar):
        return Unknown(f"a {type(node).__name__.lower()}, not a single value", node.at)
    if node.templated:
        return Unknown("filled in by a template", node.at)
    if node.tag and scalars.standard(node.tag) is None:
        return Unknown(f"computed by the tag {node.tag}", node.at)
    return Known(_plain(node), node.at)


def string(node: Node) -> Value:
    """As `value`, but the text whatever it looks like: what an environment variable gets."""
    found = value(node)
    return Known(node.text, node.at) if isinstance(node, Scalar) and isinstance(found, Known) else found


def _plain(node: Node | None) -> str | int | float | bool | None:
    return scalars.resolve(node.text, node.tag, node.style) if isinstance(node, Scalar) else ""
