"""What a piece of Python says, as data: the language between the parser and the interpreter.

Trees are plain, frozen and hashable; they hold no text and no parser node. Every node has a place
(`line, column, end line, end column`, from 1, the end exclusive); the path belongs to the module.
What is outside the language is `Opaque` with its reason.
"""

from collections.abc import Iterator
from dataclasses import fields
from typing import Literal as OneString
from typing import TypeAlias, cast, get_args

from poollint.frozen import frozen
from poollint.source import Span

Place: TypeAlias = tuple[int, int, int, int]
Constant: TypeAlias = str | int | float | bool | bytes | None


@frozen
class Literal:
    """A constant as written; `bytes` too."""

    value: Constant
    at: Place


@frozen
class Name:
    """A name that is read, or the target of a binding."""

    id: str
    at: Place


@frozen
class Attribute:
    """`value.name`"""

    value: "Expression"
    name: str
    at: Place


@frozen
class Subscript:
    """`value[index]`"""

    value: "Expression"
    index: "Expression"
    at: Place


@frozen
class Slice:
    """`lower:upper:step`, only inside a subscript."""

    lower: "Expression | None"
    upper: "Expression | None"
    step: "Expression | None"
    at: Place


@frozen
class Argument:
    """An argument of a call: `value`, `name=value`, `*value` or `**value`. The place is of all of it."""

    value: "Expression"
    name: str
    star: OneString["", "*", "**"]
    at: Place


@frozen
class Call:
    """`function(arguments)`"""

    function: "Expression"
    arguments: tuple[Argument, ...]
    at: Place


@frozen
class Item:
    """`key: value` of a dict display, or `**value` when there is no key. The place is the key's."""

    key: "Expression | None"
    value: "Expression"
    at: Place


@frozen
class DictDisplay:
    """`{key: value, **mapping}`"""

    items: tuple[Item, ...]
    at: Place


@frozen
class Display:
    """A list, tuple or set display."""

    kind: OneString["list", "tuple", "set"]
    items: tuple["Expression", ...]
    at: Place


@frozen
class Comprehension:
    """A comprehension; `key` only of a dict. A generator expression is of kind `generator`."""

    kind: OneString["list", "set", "dict", "generator"]
    key: "Expression | None"
    value: "Expression"
    clauses: tuple["Clause", ...]
    at: Place


@frozen
class Clause:
    """`for target in iterable if conditions`"""

    target: "Expression"
    iterable: "Expression"
    conditions: tuple["Expression", ...]
    at: Place


@frozen
class Binary:
    """`left sign right`, with the sign as Python writes it."""

    left: "Expression"
    sign: str
    right: "Expression"
    at: Place


@frozen
class Unary:
    """`sign operand`: `-`, `+`, `~` or `not`."""

    sign: str
    operand: "Expression"
    at: Place


@frozen
class Logical:
    """`a and b`, `a or b`."""

    sign: OneString["and", "or"]
    left: "Expression"
    right: "Expression"
    at: Place


@frozen
class Compare:
    """`left sign right sign right ...`, each sign as Python writes it (`not in`, `is not`)."""

    left: "Expression"
    rights: tuple[tuple[str, "Expression"], ...]
    at: Place


@frozen
class Conditional:
    """`then if test else otherwise`; `text` is the condition as written, on one line."""

    test: "Expression"
    text: str
    then: "Expression"
    otherwise: "Expression"
    at: Place


@frozen
class Replacement:
    """`{value!conversion:spec}` in an f-string; `conversion` is empty, `r`, `s` or `a`."""

    value: "Expression"
    conversion: str
    spec: "Format | None"
    at: Place


@frozen
class Format:
    """An f-string, or a concatenation with one in it: texts, replacements and plain expressions."""

    parts: tuple["str | Replacement", ...]
    at: Place


@frozen
class Lambda:
    """`lambda parameters: body`"""

    parameters: tuple["Parameter", ...]
    body: "Expression"
    at: Place


@frozen
class Walrus:
    """`(target := value)`"""

    target: "Expression"
    value: "Expression"
    at: Place


@frozen
class Await:
    """`await value`"""

    value: "Expression"
    at: Place


@frozen
class Yield:
    """`yield value`, `yield from value`"""

    value: "Expression | None"
    delegates: bool
    at: Place


@frozen
class Starred:
    """`*value` in a display or a target."""

    value: "Expression"
    at: Place


@frozen
class Opaque:
    """What the language has no words for."""

    why: str
    at: Place


Expression: TypeAlias = (
    Literal
    | Name
    | Attribute
    | Subscript
    | Slice
    | Call
    | DictDisplay
    | Display
    | Comprehension
    | Binary
    | Unary
    | Logical
    | Compare
    | Conditional
    | Format
    | Lambda
    | Walrus
    | Await
    | Yield
    | Starred
    | Opaque
)


@frozen
class Parameter:
    """A parameter: how it takes its argument, and its default."""

    name: str
    kind: OneString["positional", "either", "star", "keyword", "double"]
    annotation: Expression | None
    default: Expression | None
    at: Place


@frozen
class Assign:
    """`targets = value`"""

    targets: tuple[Expression, ...]
    value: Expression
    at: Place


@frozen
class AnnAssign:
    """`target: annotation = value`"""

    target: Expression
    annotation: Expression
    value: Expression | None
    at: Place


@frozen
class AugAssign:
    """`target sign= value`, the sign without `=`."""

    target: Expression
    sign: str
    value: Expression
    at: Place


@frozen
class Delete:
    """`del targets`"""

    targets: tuple[Expression, ...]
    at: Place


@frozen
class ExpressionStatement:
    """An expression for its effect."""

    value: Expression
    at: Place


@frozen
class Return:
    """`return value`"""

    value: Expression | None
    at: Place


@frozen
class Raise:
    """`raise value`"""

    value: Expression | None
    at: Place


@frozen
class Assert:
    """`assert test`"""

    test: Expression
    at: Place


@frozen
class Jump:
    """`break` or `continue`"""

    kind: OneString["break", "continue"]
    at: Place


@frozen
class Declaration:
    """`global names` or `nonlocal names`"""

    kind: OneString["global", "nonlocal"]
    names: tuple[str, ...]
    at: Place


@frozen
class Imported:
    """`name as bound`; for `import a.b` without `as`, `bound` is `a`. The name `*` binds everything."""

    name: str
    bound: str
    at: Place


@frozen
class Import:
    """`import a.b as c` (`module` is None) or `from ..module import name` with its number of dots."""

    module: str | None
    dots: int
    names: tuple[Imported, ...]
    at: Place


@frozen
class If:
    """`if test: then else: otherwise`; `text` is the condition as written, on one line."""

    test: Expression
    text: str
    then: tuple["Statement", ...]
    otherwise: tuple["Statement", ...]
    at: Place


@frozen
class Loop:
    """`for target in over` or `while over` (then `target` is None)."""

    target: Expression | None
    over: Expression
    body: tuple["Statement", ...]
    otherwise: tuple["Statement", ...]
    at: Place


@frozen
class With:
    """`with value as target, ...: body`"""

    items: tuple[tuple[Expression, Expression | None], ...]
    body: tuple["Statement", ...]
    at: Place


@frozen
class Handler:
    """`except kind as name: body`"""

    kind: Expression | None
    name: str
    body: tuple["Statement", ...]
    at: Place


@frozen
class Try:
    """`try` with its handlers, `else` and `finally`."""

    body: tuple["Statement", ...]
    handlers: tuple[Handler, ...]
    otherwise: tuple["Statement", ...]
    final: tuple["Statement", ...]
    at: Place


@frozen
class Case:
    """A case of a match. `values` are the constants that its pattern is, `None` when it is something
    else; `captures` are the names that it binds; `always` is true for `_` and a bare name."""

    values: tuple[Expression, ...] | None
    captures: tuple[str, ...]
    always: bool
    guard: Expression | None
    text: str
    body: tuple["Statement", ...]
    at: Place


@frozen
class Match:
    """`match subject: cases`"""

    subject: Expression
    cases: tuple[Case, ...]
    at: Place


@frozen
class FunctionDef:
    """A function. The place is from `def` (or `async`) to the end of the head's name."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple["Statement", ...]
    decorators: tuple[Expression, ...]
    returns: Expression | None
    is_async: bool
    is_generator: bool
    at: Place


@frozen
class ClassDef:
    """A class. `bases` are the positional ones, `keywords` the named ones (`metaclass=`, ...)."""

    name: str
    bases: tuple[Expression, ...]
    keywords: tuple[Argument, ...]
    body: tuple["Statement", ...]
    decorators: tuple[Expression, ...]
    at: Place


@frozen
class OpaqueStatement:
    """A statement without words here; it may bind these names to anything."""

    why: str
    names: tuple[str, ...]
    at: Place


Statement: TypeAlias = (
    Assign
    | AnnAssign
    | AugAssign
    | Delete
    | ExpressionStatement
    | Return
    | Raise
    | Assert
    | Jump
    | Declaration
    | Import
    | If
    | Loop
    | With
    | Try
    | Match
    | FunctionDef
    | ClassDef
    | OpaqueStatement
)


@frozen
class Module:
    """What one file says. `names` are the names that each statement of the body mentions, `attributes`
    the attributes, both with everything inside it."""

    path: str
    body: tuple[Statement, ...]
    names: tuple[frozenset[str], ...] = ()
    attributes: tuple[frozenset[str], ...] = ()

    def span(self, at: Place) -> Span:
        """A place of this module as a place in the project."""
        return Span(self.path, *at)


Node: TypeAlias = (
    Expression | Statement | Argument | Item | Clause | Replacement | Parameter | Imported | Handler | Case
)

_NODES: tuple[type, ...] = get_args(Node)


_PARTS: dict[type, tuple[str, ...]] = {
    kind: tuple(part.name for part in fields(kind) if part.name != "at") for kind in _NODES
}


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node, in the order of the text."""
    for name in _PARTS[type(node)]:
        value = getattr(node, name)
        if type(value) in _PARTS:
            yield value
        elif isinstance(value, tuple):
            yield from _nodes(value)


def _nodes(value: tuple[object, ...]) -> Iterator[Node]:
    for each in value:
        if type(each) in _PARTS:
            yield cast("Node", each)
        elif isinstance(each, tuple):
            yield from _nodes(each)


def walk(*roots: Node) -> Iterator[Node]:
    """The nodes and everything inside them, functions and classes included."""
    stack: list[Node] = list(roots)[::-1]
    while stack:
        node = stack.pop()
        yield node
        stack.extend([*children(node)][::-1])
