"""Libraries that read the environment through calls: environs, django-environ, decouple, Starlette."""

from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import Absent, Abstract, Arguments, External, ExternalCall
from poollint.python.libraries.conversions import converted, from_environment

_ENVS = ("environs.Env()", "environs.env", "environ.Env()", "environ.FileAwareEnv()", "goodconf.Env()")
_CONFIGS = (
    "decouple.config",
    "decouple.AutoConfig()",
    "decouple.Config()",
    "starlette.config.Config()",
    "prettyconf.config",
)
_KINDS = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    **dict.fromkeys(("str", "unicode", "url", "db_url", "path", "uuid"), "str"),
    **dict.fromkeys(("list", "tuple"), "list"),
    "json": "json",
}
_CASTS = {"builtins.int": "int", "builtins.float": "float", "builtins.bool": "bool", "builtins.str": "str"}


def accessor_call(call: ExternalCall, machine: Machine) -> Abstract | None:
    """What such a call reads; None for any other call, and for a kind that is not followed."""
    name = call.name.removesuffix(".__call__")
    env = next((each for each in _ENVS if name == each or name.startswith(f"{each}.")), None)
    if env is not None:
        method = name.removeprefix(env).removeprefix(".")
        return _read(call, machine, _KINDS.get(method) if method else _cast(call.arguments, "cast"))
    if name in _CONFIGS and _is_reading(call):
        return _read(call, machine, _cast(call.arguments, "cast"))
    return None


def _is_reading(call: ExternalCall) -> bool:
    """Whether a configuration object is asked, not made: `Config(".env")` makes one."""
    return call.receiver is not None or call.name in {"decouple.config", "prettyconf.config"}


def _cast(arguments: Arguments, name: str) -> str | None:
    """The conversion that a call names; None for a function of the project's own."""
    cast = arguments.keyword(name)
    if cast is None or isinstance(cast, Absent):
        return "str"
    return (
        _CASTS.get(cast.name, "str" if cast.name.endswith((".Secret", ".URL", ".DatabaseURL")) else None)
        if isinstance(cast, External)
        else None
    )


def _read(call: ExternalCall, machine: Machine, kind: str | None) -> Abstract | None:
    key = call.arguments.get(0, "name")
    if kind is None or key is None:
        return None
    name = getattr(key, "value", None)
    if not isinstance(name, str):
        return None
    position = 2 if call.name.startswith("starlette.") else 1
    default = call.arguments.get(position, "default")
    if default is not None and not call.name.startswith(_ENVS):
        default = converted(default, kind, machine, call.at)  # these convert their defaults too
    return from_environment(machine, (name,), default, kind, call.at)
