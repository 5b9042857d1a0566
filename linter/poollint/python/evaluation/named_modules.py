"""Modules that code imports by a name that it computes."""

from typing import TYPE_CHECKING

from poollint.python.evaluation.objects import Abstract, Branch, External, ModuleRef, choice
from poollint.source import Span
from poollint.values import FromEnv, Known, Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


def named_module(machine: "Calls", name: Abstract, at: Span) -> Abstract:
    """The module of a name; one that a variable names is known only by the variable's default."""
    if isinstance(name, FromEnv) and isinstance(name.default, Known):
        unset = Branch(named_module(machine, name.default, at), f"{name.variable} is not set")
        return choice([unset, Branch(Unknown(f"the module that {name.variable} names", at))])
    if not isinstance(name, Known) or not isinstance(name.value, str) or name.value.startswith("."):
        return Unknown("a module whose name is not known", at)
    path = machine.sources.find(name.value, machine.frame.path)
    return External(name.value) if path is None else ModuleRef(path)
