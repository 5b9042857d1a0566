"""The environment of the process: what the code reads from it, and what it sets itself."""

from poollint.python.machine import Machine
from poollint.python.objects import ABSENT, Abstract, Branch, alternatives, choice, each
from poollint.python.scalars import inner, outer
from poollint.source import Span
from poollint.values import FromEnv, Known, Unknown

OWN = 0
"""The namespace of the variables that the code sets itself."""


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
    own = machine.variable((OWN, name))
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
        found = _unset(name, behind, at)
    return each(own, lambda part: found if part == ABSENT else part)


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


def set_variable(machine: Machine, name: Abstract, value: Abstract, *, several: bool = False) -> None:
    """`os.environ[name] = value`; a deleted one is as unknown as before."""
    if isinstance(name, Known) and isinstance(name.value, str):
        cell = (OWN, name.value)
        new = choice([Branch(machine.variable(cell)), Branch(value)]) if several else value
        machine.store.write(cell, new)
