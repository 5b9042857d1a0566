"""How a settings class of pydantic names its variables: prefix, delimiter, case."""

from poollint.frozen import frozen
from poollint.python.evaluation import classes
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import Abstract, Class, DictRef
from poollint.python.libraries.settings_sources import USUAL, Source, sources_of
from poollint.source import Span
from poollint.values import Known, Unknown


@frozen
class Config:
    """What `model_config`, `class Config` and class keywords say."""

    prefix: str = ""
    delimiter: str = ""
    exact: bool = False
    by_name: bool = False
    lost: Unknown | None = None
    """Why the prefix is not known: then no variable's name is."""
    sources: tuple[Source, ...] = USUAL
    """The strongest first."""


def settings_config(cls: Class, machine: Machine) -> Config:
    """The configuration of a settings class, merged over its bases as pydantic merges it."""
    merged = _config_values(cls, machine)

    def text(*names: str) -> str:
        value = next((merged[name] for name in names if name in merged), None)
        return value.value if isinstance(value, Known) and isinstance(value.value, str) else ""

    def flag(*names: str) -> bool:
        return any(isinstance(value := merged.get(name), Known) and value.value is True for name in names)

    return Config(
        text("env_prefix"),
        text("env_nested_delimiter"),
        flag("case_sensitive"),
        flag("populate_by_name", "validate_by_name", "allow_population_by_field_name"),
        _lost(merged.get("env_prefix"), cls),
        sources_of(cls, machine),
    )


_KEYS = (
    "env_prefix",
    "env_nested_delimiter",
    "case_sensitive",
    "populate_by_name",
    "validate_by_name",
    "allow_population_by_field_name",
)


def _config_values(cls: Class, machine: Machine) -> dict[str, Abstract]:
    merged: dict[str, Abstract] = {}
    for base in reversed(classes.lineage(cls)):
        if isinstance(base, Class):
            merged |= _own_values(base, machine)
    return merged | {each.name: each.value for each in classes.keywords(machine, cls) if each.name in _KEYS}


def _lost(prefix: Abstract | None, cls: Class) -> Unknown | None:
    if prefix is None or isinstance(prefix, Known | Unknown):
        return prefix if isinstance(prefix, Unknown) else None
    return Unknown("a prefix of variables that is not known", Span(cls.path, *cls.node.at))


def _own_values(cls: Class, machine: Machine) -> dict[str, Abstract]:
    found: dict[str, Abstract] = {}
    own = machine.lazily(machine.variable((cls.id, "model_config")), Span(cls.path, *cls.node.at))
    if isinstance(own, DictRef):
        entries = machine.dict_of(own).entries
        found |= {str(entry.key): entry.value for entry in entries if entry.key in _KEYS}
    inner = machine.variable((cls.id, "Config"))
    if isinstance(inner, Class):
        at = Span(cls.path, *cls.node.at)
        names = {field.name for field in classes.fields(machine, inner)} & set(_KEYS)
        values = {key: machine.lazily(machine.attribute(inner, key, at), at) for key in names}
        found |= {key: value for key, value in values.items() if isinstance(value, Known | Unknown)}
    return found
