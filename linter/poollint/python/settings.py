"""Settings classes of pydantic, 1 and 2: which variable fills which field, and what it becomes.

Sources: https://docs.pydantic.dev/latest/concepts/pydantic_settings/ and the 1.10 documentation of
`BaseSettings`. Files named `.env` hold a developer's values and are not applied.
"""

from collections.abc import Iterator, Mapping

from poollint.python import classes
from poollint.python.conversions import converted, from_environment
from poollint.python.machine import Machine
from poollint.python.objects import (
    Absent,
    Abstract,
    Arguments,
    Branch,
    Class,
    DictContent,
    DictEntry,
    External,
    ExternalCall,
    Instance,
    Keyword,
    choice,
)
from poollint.python.settings_config import Config, settings_config
from poollint.python.settings_fields import Field, describe, is_field, kind_of
from poollint.python.settings_validators import set_by_validators, validated, validators_of
from poollint.source import Span
from poollint.values import FromEnv, Unknown

SETTINGS_BASES = frozenset(
    ["pydantic_settings.BaseSettings", "pydantic_settings.main.BaseSettings", "pydantic.BaseSettings",
     "pydantic.v1.BaseSettings", "pydantic.env_settings.BaseSettings"]
)  # fmt: skip
MODEL_BASES = frozenset(
    ["pydantic.BaseModel", "pydantic.v1.BaseModel", "pydantic.main.BaseModel", "sqlmodel.SQLModel"]
)
MODEL_DECORATORS = frozenset(["pydantic.dataclasses.dataclass"])


def instance_of(cls: Class, arguments: Arguments, machine: Machine) -> Mapping[str, Abstract] | None:
    """The attributes of a new object of a pydantic class; None for a class of another kind."""
    bases = frozenset(classes.foreign(cls))
    if not bases & (SETTINGS_BASES | MODEL_BASES) and not _is_model(cls):
        return None
    given = {each.name: each.value for each in arguments.keywords if not each.name.startswith("_")}
    if bases & SETTINGS_BASES:
        return _fill(cls, given, machine, settings_config(cls, machine), old="pydantic.BaseSettings" in bases)
    return _fill(cls, given, machine, None, old=False, rest=arguments.rest)


def _is_model(cls: Class) -> bool:
    return any(isinstance(each, External) and each.name in MODEL_DECORATORS for each in cls.decorators)


def _fill(
    cls: Class,
    given: Mapping[str, Abstract],
    machine: Machine,
    config: Config | None,
    *,
    old: bool,
    rest: Unknown | None = None,
) -> Mapping[str, Abstract]:
    filled: dict[str, Abstract] = {}
    validators = validators_of(cls, machine)
    for field in classes.fields(machine, cls):
        if is_field(field):
            described = describe(field, machine, old=old)
            value = _value(described, given, machine, config, rest)
            filled[field.name] = validated(field, value, filled, machine, validators)
    for name in set_by_validators(cls, machine):
        if name in filled:
            filled[name] = Unknown("set by a validator of the whole model", Span(cls.path, *cls.node.at))
    return filled


def _value(
    field: Field,
    given: Mapping[str, Abstract],
    machine: Machine,
    config: Config | None,
    rest: Unknown | None,
) -> Abstract:
    for name in (field.name, *field.aliases):
        if name in given:
            return converted(given[name], field.annotation.kind, machine, field.at)
    if config is None:
        missing = rest or Unknown(f"{field.name} is not given", field.at)
        if field.default is None or rest is None:
            return field.default or missing
        return choice([Branch(field.default), Branch(rest)])
    if config.lost is not None and not field.aliases:
        return config.lost
    lost = field.annotation.lost
    if lost is not None and lost.why in machine.passed:
        return lost
    names = _variables(field, config)
    if field.annotation.cls is not None:
        return _nested(field, field.annotation.cls, names, machine, config)
    kind = field.annotation.kind or kind_of(field.default)
    default = field.default
    if default is not None and kind in {"int", "float", "bool"}:
        default = converted(default, kind, machine, field.at)
    return from_environment(machine, names, default, kind, field.at, fold=not config.exact)


def _variables(field: Field, config: Config) -> tuple[str, ...]:
    own = f"{config.prefix}{field.name}"
    names = (*field.aliases, own) if config.by_name and field.aliases else field.aliases or (own,)
    return names if config.exact else tuple(name.upper() for name in names)


def _nested(field: Field, cls: Class, names: tuple[str, ...], machine: Machine, config: Config) -> Abstract:
    """A model inside: with a delimiter each of its fields has a variable of its own."""
    if not config.delimiter:
        return field.default or machine.call(cls, Arguments(), field.at)
    keywords = tuple(_nested_keywords(field, cls, names, machine, config))
    return machine.call(cls, Arguments((), keywords), field.at)


def _nested_keywords(
    field: Field, cls: Class, names: tuple[str, ...], machine: Machine, config: Config
) -> Iterator[Keyword]:
    for each in classes.fields(machine, cls):
        if not is_field(each):
            continue
        inner = describe(each, machine, old=False)
        variables = tuple(
            f"{outer}{config.delimiter}{name}" for outer in names for name in (*inner.aliases, inner.name)
        )
        if not config.exact:
            variables = tuple(name.upper() for name in variables)
        default = inner.default
        if isinstance(field.default, Instance):
            kept = machine.attribute(field.default, each.name, field.at)
            default = None if isinstance(kept, Absent) else kept
        if inner.annotation.cls is not None:
            deeper = Field(inner.name, (), default, inner.annotation, inner.at)
            yield Keyword(
                each.name, _nested(deeper, inner.annotation.cls, variables, machine, config), each.at
            )
            continue
        if isinstance(default, FromEnv):  # a settings class inside: its own variables are those people set
            variables = (*default.variables, *variables)
        kind = inner.annotation.kind or kind_of(default)
        value = from_environment(machine, variables, default, kind, each.at, fold=not config.exact)
        yield Keyword(each.name, value, each.at)


_DICTS = frozenset(
    ["SettingsConfigDict", "ConfigDict", "EngineConfig", "AsyncEngineConfig", "SQLAlchemyEngineConfig"]
)


def settings_call(call: ExternalCall, machine: Machine) -> Abstract | None:
    """Calls of libraries that only collect keywords, as the dict that they are."""
    last = call.name.rpartition(".")[2]
    if call.receiver is not None or last not in _DICTS:
        return None
    entries = tuple(DictEntry(each.name, each.value, each.at) for each in call.arguments.keywords)
    return machine.new_dict_of(DictContent(entries, call.arguments.rest), call.at)
