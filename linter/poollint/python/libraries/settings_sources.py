"""In which order a settings class of pydantic asks its sources.

Sources: https://docs.pydantic.dev/latest/concepts/pydantic_settings/#customise-settings-sources and
the 1.10 documentation of `customise_sources`. Files of secrets and files named `.env` are not read.
"""

from collections.abc import Iterator
from enum import Enum, auto

from poollint.expressions import Display, Expression, FunctionDef, Name, Return, Starred, walk
from poollint.python.evaluation import classes
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import Class, Function


class Source(Enum):
    """Where a settings class may find the value of a field."""

    GIVEN = auto()
    """The arguments of the call."""
    ENVIRONMENT = auto()
    OTHER = auto()
    """A source that the project adds: a file, a vault."""


USUAL = (Source.GIVEN, Source.ENVIRONMENT)
"""The order of a class that does not say otherwise, the strongest first."""
_NAMES = {"init_settings": Source.GIVEN, "env_settings": Source.ENVIRONMENT}
_IGNORED = frozenset({"dotenv_settings", "file_secret_settings"})


def sources_of(cls: Class, machine: Machine) -> tuple[Source, ...]:
    """The sources of a class, the strongest first; each once."""
    inner = machine.variable((cls.id, "Config"))
    for owner, name in ((cls, "settings_customise_sources"), (inner, "customise_sources")):
        method = classes.class_attribute(machine, owner, name) if isinstance(owner, Class) else None
        if isinstance(method, Function) and isinstance(method.node, FunctionDef):
            return _order(method.node)
    return USUAL


def _order(node: FunctionDef) -> tuple[Source, ...]:
    """What the only `return` of a method says; anything may come first where it is no plain sequence."""
    returned = [each.value for each in walk(*node.body) if isinstance(each, Return)]
    display = returned[0] if len(returned) == 1 else None
    if not isinstance(display, Display):
        return (Source.OTHER, *USUAL)
    order = tuple(dict.fromkeys(_sources(display.items)))
    first = order.index(Source.ENVIRONMENT) if Source.ENVIRONMENT in order else len(order)
    # What stands behind the environment gives no more than another default, which proves as little.
    return tuple(each for index, each in enumerate(order) if each is not Source.OTHER or index < first)


def _sources(items: tuple[Expression, ...]) -> Iterator[Source]:
    for item in items:
        name = item.id if isinstance(item, Name) else ""
        if name not in _IGNORED:
            yield _NAMES.get(name, Source.OTHER)
        if isinstance(item, Starred):
            yield from USUAL
