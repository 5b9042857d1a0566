"""Operations on constants, and on what stands for one: exactly what Python computes, or `Unknown`."""

from collections.abc import Callable, Sequence

from poollint.python.evaluation.objects import (
    ABSENT,
    WIDEST,
    Abstract,
    Branch,
    Choice,
    Class,
    External,
    Function,
    Tuple,
    alternatives,
    choice,
    each,
)
from poollint.source import Span
from poollint.values import FromEnv, Known, OneOf, Symbol, Text, Unknown, Value

Constant = str | int | float | bool | None
LONGEST = 100_000
"""Characters of a text, or bits of a number, that are still computed."""


def constant(value: object, at: Span) -> Abstract:
    """A Python object that some computation gave."""
    if isinstance(value, str):
        return Known(value, at) if len(value) <= LONGEST else Unknown("a very long text", at)
    if value is None or isinstance(value, bool | int | float):
        return Known(value, at)
    if isinstance(value, list | tuple):
        return Tuple(tuple(constant(item, at) for item in value), at, "tuple")
    return Unknown(f"a value of type {type(value).__name__}", at)


def plain(value: Abstract) -> bool:
    """Whether it is a constant that Python code can compute with (a symbol is none)."""
    return isinstance(value, Known) and not isinstance(value.value, Symbol)


def lift(
    arguments: Sequence[Abstract],
    compute: Callable[[Sequence[Constant]], object],
    name: str,
    at: Span,
) -> Abstract:
    """A Python function of constants, for every alternative and for defaults of the environment.

    `compute` may raise what Python would raise: the result is `Unknown` with that reason.
    """
    for index, argument in enumerate(arguments):
        if isinstance(argument, Choice):
            count = len(argument.alternatives)
            width = count
            for other in arguments[index + 1 :]:
                width *= len(alternatives(other))
            if width > WIDEST * 4:
                return Unknown(f"too many possibilities of {name}", at)
            return choice(
                Branch(
                    lift([*arguments[:index], part.value, *arguments[index + 1 :]], compute, name, at),
                    part.condition,
                )
                for part in argument.alternatives
            )
    unknown = next((argument for argument in arguments if isinstance(argument, Unknown)), None)
    if unknown is not None:
        return unknown
    variables: list[str] = []
    defaults: list[Abstract | None] = []
    for argument in arguments:
        if isinstance(argument, FromEnv):
            variables += (name_ for name_ in argument.variables if name_ not in variables)
            defaults.append(inner(argument.default) if argument.default is not None else None)
        elif plain(argument):
            defaults.append(argument)
        else:
            return Unknown(f"{name} of {described(argument)}", at)
    if variables:
        given = [default for default in defaults if default is not None]
        default = lift(given, compute, name, at) if len(given) == len(defaults) else None
        if isinstance(default, Tuple):
            return Unknown(f"{name} of the environment variable {variables[0]}", at)
        failed = isinstance(default, Unknown) and default not in given
        kept = None if default is None or failed else outer(default)
        return FromEnv(tuple(variables), kept, name, at)
    first = next((argument.origin for argument in arguments if isinstance(argument, Known)), at)
    through = next((argument.through for argument in arguments if isinstance(argument, Known)), ())
    values = [argument.value for argument in arguments if isinstance(argument, Known)]
    try:
        result = compute([value for value in values if not isinstance(value, Symbol)])
    except (ArithmeticError, ValueError, TypeError, LookupError, AttributeError, MemoryError) as error:
        return Unknown(f"{name} fails: {type(error).__name__}", at)
    made = constant(result, at)
    return Known(made.value, first, through) if isinstance(made, Known) else made


def inner(value: Value) -> Abstract:
    """A value of the value domain as the interpreter keeps it."""
    if isinstance(value, OneOf):
        return choice(Branch(inner(part.value), part.condition) for part in value.alternatives)
    return value


def outer(value: Abstract) -> Value | None:
    """A scalar, or a choice of scalars, as a value; None for objects."""
    if isinstance(value, Known | FromEnv | Text | Unknown):
        return value
    if isinstance(value, External):
        return Known(Symbol(value.name), Span("", 1, 1, 1, 1))
    return None


def described(value: Abstract) -> str:
    """What it is, for a reason."""
    match value:
        case Text():
            return "a text that is known only in part"
        case External(name=name):
            return name
        case Class(name=name) | Function(name=name):
            return name
        case _:
            return "an object"


def outermost_scalars(value: Abstract) -> bool:
    """Whether every alternative is a constant or comes from the environment."""
    return all(plain(part.value) or isinstance(part.value, FromEnv) for part in alternatives(value))


def absent_to(value: Abstract, instead: Abstract) -> Abstract:
    """The value with another one where it is missing."""
    return each(value, lambda part: instead if part == ABSENT else part)
