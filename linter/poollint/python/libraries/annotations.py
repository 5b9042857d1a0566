"""What a field's annotation means for the text that fills it."""

from dataclasses import replace

from poollint.expressions import Binary, Display, Expression, Literal, Subscript
from poollint.frozen import frozen
from poollint.python.evaluation import classes
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import Abstract, Class, External, Result
from poollint.values import Unknown

_KINDS = {
    **dict.fromkeys(("int", "PositiveInt", "NonNegativeInt", "NegativeInt", "conint", "StrictInt"), "int"),
    **dict.fromkeys(("float", "PositiveFloat", "NonNegativeFloat", "confloat"), "float"),
    **dict.fromkeys(("bool", "StrictBool"), "bool"),
    **dict.fromkeys(("str", "StrictStr", "constr"), "str"),
    **dict.fromkeys(("dict", "list", "tuple", "set", "Dict", "List", "Mapping", "Sequence"), "json"),
}
_WRAPPERS = frozenset(["Optional", "Union", "Annotated", "Final", "Required", "NotRequired"])


@frozen
class Annotation:
    """The conversion of a text (empty: the type decides nothing), a model inside, and `Field(...)`s."""

    kind: str = ""
    cls: Class | None = None
    metadata: tuple[Result, ...] = ()
    lost: Unknown | None = None
    """Why the type is not known."""


def read_annotation(expression: Expression | None, owner: Class, machine: Machine) -> Annotation:
    """An annotation in the module of its class; of a union the first type that decides something."""
    match expression:
        case None | Literal(value=None):
            return Annotation()
        case Literal(value=str() as name):
            return Annotation(_KINDS.get(name.split("[")[0].split("|")[0].strip(), ""))
        case Binary(left=left, sign="|", right=right):
            return _first([left, right], owner, machine)
        case Subscript(value=value, index=index):
            return _subscript(value, index, owner, machine)
        case _:
            return _named(classes.resolve(machine, expression, owner))


def _named(value: Abstract) -> Annotation:
    match value:
        case External(name=name):
            return Annotation(_KINDS.get(name.rpartition(".")[2], "str"))
        case Class():
            return Annotation(cls=value)
        case Result(of=of):
            return Annotation(_KINDS.get(of.rpartition(".")[2], ""))
        case Unknown():
            return Annotation(lost=value)
        case _:
            return Annotation()


def _subscript(value: Expression, index: Expression, owner: Class, machine: Machine) -> Annotation:
    outer = classes.resolve(machine, value, owner)
    name = outer.name.rpartition(".")[2] if isinstance(outer, External) else ""
    parts = index.items if isinstance(index, Display) else (index,)
    if name == "Literal":
        return Annotation("str")
    if name not in _WRAPPERS:
        return _named(outer)
    if name != "Annotated":
        return _first(parts, owner, machine)
    first = read_annotation(parts[0], owner, machine)
    extra = (classes.resolve(machine, part, owner) for part in parts[1:])
    details = (*first.metadata, *(each for each in extra if isinstance(each, Result)))
    return replace(first, metadata=details)


def _first(parts: list[Expression] | tuple[Expression, ...], owner: Class, machine: Machine) -> Annotation:
    read = [read_annotation(part, owner, machine) for part in parts]
    return next((each for each in read if each.kind or each.cls or each.lost), Annotation())
