"""Settings classes of pydantic, 1 and 2: which variable fills which field, and what it becomes.

Sources: https://docs.pydantic.dev/latest/concepts/pydantic_settings/ and the 1.10 documentation of
`BaseSettings`. Files named `.env` hold a developer's values and are not applied.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from poollint.python.evaluation import classes
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    Absent,
    Abstract,
    Arguments,
    Branch,
    Class,
    DictContent,
    DictEntry,
    DictRef,
    External,
    ExternalCall,
    Instance,
    Keyword,
    choice,
    each,
)
from poollint.python.libraries.conversions import converted, from_environment
from poollint.python.libraries.settings_config import Config, settings_config
from poollint.python.libraries.settings_fields import Field, describe, is_field, kind_of
from poollint.python.libraries.settings_sources import Source
from poollint.python.libraries.settings_validators import set_by_validators, validated, validators_of
from poollint.source import Span
from poollint.values import FromEnv, Known, Unknown

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
    given = {one.name: one for one in arguments.keywords if not one.name.startswith("_")}
    config = settings_config(cls, machine) if bases & SETTINGS_BASES else None
    return _fill(cls, given, machine, config, old="pydantic.BaseSettings" in bases, rest=arguments.rest)


def _is_model(cls: Class) -> bool:
    return any(isinstance(each, External) and each.name in MODEL_DECORATORS for each in cls.decorators)


def _fill(
    cls: Class,
    given: Mapping[str, Keyword],
    machine: Machine,
    config: Config | None,
    *,
    old: bool,
    rest: Unknown | None,
) -> Mapping[str, Abstract]:
    filled: dict[str, Abstract] = {}
    validators = validators_of(cls, machine)
    for field in classes.fields(machine, cls):
        if is_field(field):
            described = describe(field, machine, old=old)
            value = _value(described, given, machine, config, rest)
            filled[field.name] = validated(field, value, filled, machine, validators.get(field.name, ()))
    for name, always in set_by_validators(cls, machine).items():
        if name in filled:
            why = Unknown("set by a validator of the whole model", Span(cls.path, *cls.node.at))
            filled[name] = why if always else _or_unknown(filled[name], why)
    return filled


def _value(
    field: Field,
    given: Mapping[str, Keyword],
    machine: Machine,
    config: Config | None,
    rest: Unknown | None,
) -> Abstract:
    """What the strongest source has that has anything; else the default."""
    value = field.default
    if value is not None and _scalar_kind(field) in {"int", "float", "bool"}:
        value = converted(value, _scalar_kind(field), machine, field.at)
    for source in reversed((Source.GIVEN,) if config is None else config.sources):
        if source is Source.GIVEN:
            value = _given(field, given, value, machine, rest)
        elif source is Source.OTHER:
            value = _or_unknown(value, Unknown("a source of settings that the project adds", field.at))
        elif config is not None:  # pragma: no branch - only a configuration has other sources
            value = _from_environment(field, value, machine, config)
    return Unknown(f"{field.name} is not given", field.at) if value is None else value


def _given(
    field: Field,
    given: Mapping[str, Keyword],
    behind: Abstract | None,
    machine: Machine,
    rest: Unknown | None,
) -> Abstract | None:
    """A keyword of the call by that name, or what the call may give besides."""
    name = next((name for name in (field.name, *field.aliases) if name in given), None)
    if name is None:
        return behind if rest is None else _or_unknown(behind, rest)
    keyword, cls = given[name], field.annotation.cls
    if cls is not None and classes.enumeration(cls) is not None:
        value = each(keyword.value, lambda one: _member(cls, one, machine, field.at))
    else:
        value = converted(keyword.value, field.annotation.kind, machine, field.at)
    if keyword.condition is None:
        return value
    missing = Unknown(f"{field.name} is not given", field.at) if behind is None else behind
    return choice([Branch(value, keyword.condition), Branch(missing)])


def _or_unknown(value: Abstract | None, why: Unknown) -> Abstract:
    return why if value is None else choice([Branch(value), Branch(why)])


def _scalar_kind(field: Field) -> str:
    return field.annotation.kind or kind_of(field.default)


def _from_environment(field: Field, default: Abstract | None, machine: Machine, config: Config) -> Abstract:
    if config.lost is not None and not field.aliases:
        return config.lost
    lost = field.annotation.lost
    if lost is not None and lost.why in machine.passed:
        return lost
    names = _variables(field, config)
    cls = field.annotation.cls
    if cls is None:
        return from_environment(machine, names, default, _scalar_kind(field), field.at, fold=not config.exact)
    read = _nested if classes.enumeration(cls) is None else _named_member
    return read(replace(field, default=default), cls, names, machine, config)


def _named_member(
    field: Field, cls: Class, names: tuple[str, ...], machine: Machine, config: Config
) -> Abstract:
    """The member of an enumeration whose value a variable holds."""
    text = from_environment(machine, names, None, "", field.at, fold=not config.exact)
    if not isinstance(text, FromEnv):
        return each(text, lambda one: _member(cls, one, machine, field.at))
    unset = [] if field.default is None else [Branch(field.default, f"{text.variable} is not set")]
    every = classes.members(machine, cls, mixed=bool(classes.enumeration(cls)))
    return choice([*unset, *(Branch(one, f"{text.variable} is {one.name}") for one in every)])


def _member(cls: Class, value: Abstract, machine: Machine, at: Span) -> Abstract:
    if not isinstance(value, Known | FromEnv):
        return value
    return classes.member_of(machine, cls, value, at, mixed=bool(classes.enumeration(cls)))


def _variables(field: Field, config: Config) -> tuple[str, ...]:
    own = f"{config.prefix}{field.name}"
    names = (*field.aliases, own) if config.by_name and field.aliases else field.aliases or (own,)
    return names if config.exact else tuple(name.upper() for name in names)


def _nested(field: Field, cls: Class, names: tuple[str, ...], machine: Machine, config: Config) -> Abstract:
    """A model inside: with a delimiter each of its fields has a variable, else all are one JSON."""
    if config.delimiter:
        keywords = tuple(_nested_keywords(field, cls, names, machine, config))
        return machine.call(cls, Arguments((), keywords), field.at)
    text = from_environment(machine, names, None, "json", field.at, fold=not config.exact)
    if not isinstance(text, FromEnv):
        return each(text, lambda one: _of_json(cls, one, machine, field.at))
    if field.default is not None:
        return field.default
    return machine.call(cls, Arguments((), (), Unknown(f"JSON in {text.variable}", field.at)), field.at)


def _of_json(cls: Class, value: Abstract, machine: Machine, at: Span) -> Abstract:
    if not isinstance(value, DictRef):
        return value if isinstance(value, Unknown) else Unknown("JSON that is no mapping", at)
    content = machine.dict_of(value)
    keywords = tuple(Keyword(str(entry.key), entry.value, entry.at) for entry in content.entries)
    return machine.call(cls, Arguments((), keywords), at)


def _nested_keywords(
    field: Field, cls: Class, names: tuple[str, ...], machine: Machine, config: Config
) -> Iterator[Keyword]:
    for one in classes.fields(machine, cls):
        if not is_field(one):
            continue
        inner = describe(one, machine, old=False)
        variables = tuple(
            f"{outer}{config.delimiter}{name}" for outer in names for name in (*inner.aliases, inner.name)
        )
        if not config.exact:
            variables = tuple(name.upper() for name in variables)
        default = inner.default
        if isinstance(field.default, Instance):
            kept = machine.attribute(field.default, one.name, field.at)
            default = None if isinstance(kept, Absent) else kept
        if isinstance(default, FromEnv):  # a settings class inside: its own variables are those people set
            variables = (*default.variables, *variables)
        deeper = Field(inner.name, variables, default, inner.annotation, one.at)
        value = _from_environment(deeper, default, machine, replace(config, by_name=False))
        yield Keyword(one.name, value, one.at)


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
