"""The environment of the process: what the code reads from it, and what it sets itself."""

from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import ABSENT, Abstract, Branch, alternatives, choice, each, present
from poollint.python.evaluation.store import Cell
from poollint.python.operations.scalars import inner, outer
from poollint.source import Span
from poollint.values import FromEnv, Known, Unknown

OWN = 0
"""The namespace of the variables that the code sets itself."""
_ANY = "*"
"""What any variable may have become that the code did not set by its name."""
_ANY_UNSET = "?"
"""As above, for variables that the environment does not set."""


def environ(machine: Machine, name: Abstract, default: Abstract | None, at: Span) -> Abstract:
    """`os.environ[name]` (without default: Python fails when it is not set), `os.getenv(name, default)`."""
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return Unknown("an environment variable whose name is not known", at)
    return variable(machine, (name.value,), default, at)


def variable(machine: Machine, names: tuple[str, ...], default: Abstract | None, at: Span) -> Abstract:
    """The first of these variables that is set, exactly so spelled; else the default."""
    if not names:
        return default if default is not None else Unknown("no environment variable is set", at)
    name, *others = names
    own = set_by_code(machine, name)
    if own != ABSENT and not any(branch.value == ABSENT for branch in alternatives(own)):
        return own
    given = machine.environment.get(name)
    if isinstance(given, Known):
        text = given.value if isinstance(given.value, str) else str(given.value)
        found: Abstract = Known(text, given.origin, (at, *given.through))
    elif isinstance(given, Unknown):
        found = FromEnv((name,), None, "", at)
    elif given is not None:
        found = inner(given)
    else:
        behind = variable(machine, tuple(others), default, at) if others else default
        found = _or_loose(machine, _unset(name, behind, at))
    return each(own, lambda part: found if part == ABSENT else part)


def set_by_code(machine: Machine, name: str) -> Abstract:
    """What the code itself set a variable to; `Absent`, or a choice with it, where it may not have."""
    own = machine.variable((OWN, name))
    return machine.variable((OWN, _ANY)) if own == ABSENT else own


def _or_loose(machine: Machine, value: Abstract) -> Abstract:
    loose = machine.variable((OWN, _ANY_UNSET))
    return value if loose == ABSENT else choice([Branch(value), Branch(present(loose))])


def _unset(name: str, default: Abstract | None, at: Span) -> Abstract:
    if default is None:
        return FromEnv((name,), None, "", at)
    branches = []
    for branch in alternatives(default):
        behind = branch.value
        if isinstance(behind, FromEnv) and not behind.convert:
            made: Abstract = FromEnv((name, *behind.variables), behind.default, "", at)
        elif (kept := outer(behind)) is not None:
            made = FromEnv((name,), kept, "", at)
        else:
            # An object as default: either the text of the variable, or the object.
            made = choice([Branch(behind, f"{name} is not set"), Branch(FromEnv((name,), None, "", at))])
        branches.append(Branch(made, branch.condition))
    return choice(branches)


def set_variable(
    machine: Machine, name: Abstract, value: Abstract, at: Span, *, several: bool = False
) -> None:
    """`os.environ[name] = value`; a deleted one is as unknown as before.

    After a name that is not known, any variable may have another value.
    """
    if isinstance(name, Known) and isinstance(name.value, str):
        cell = (OWN, name.value)
        new = choice([Branch(machine.variable(cell)), Branch(value)]) if several else value
        machine.store.write(cell, new)
        return
    why = Unknown("a variable is set whose name is not known", at)
    for cell in _cells(machine):
        machine.store.write(cell, choice([Branch(machine.variable(cell)), Branch(why)]))


def set_default(machine: Machine, name: Abstract, value: Abstract, at: Span) -> None:
    """`os.environ.setdefault(name, ...)`, where `value` is what the variable has from then on."""
    if isinstance(name, Known):
        set_variable(machine, name, value, at)
    else:
        machine.store.write((OWN, _ANY_UNSET), Unknown("a variable is set whose name is not known", at))


def clear_variables(machine: Machine, at: Span) -> None:
    """`os.environ.clear()`"""
    for cell in _cells(machine):
        machine.store.write(cell, Unknown("a variable that the code removed", at))


def _cells(machine: Machine) -> tuple[Cell, ...]:
    named = [cell for cell in machine.store.cells_of(OWN) if cell[1] not in (_ANY, _ANY_UNSET)]
    return (OWN, _ANY), *named
