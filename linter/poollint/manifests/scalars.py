"""What a YAML scalar is: the types of YAML 1.1, which Kubernetes and Docker Compose read."""

import re
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["str", "int", "float", "bool", "null"]

_LONGEST_NUMBER = 40
"""Characters; 2 ** 64 has twenty digits, and the separators are not limited by YAML."""

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "yes": True,
    "on": True,
    "false": False,
    "no": False,
    "off": False,
}
_INTEGER = re.compile(
    r"""(?P<sign>[-+]?)(?:
        0b(?P<binary>[01_]+) | 0o(?P<modern>[0-7_]+) | 0(?P<octal>[0-7_]+) | 0x(?P<hex>[0-9a-fA-F_]+)
        | (?P<sixty>[1-9][0-9_]*(?::[0-5]?[0-9])+) | (?P<decimal>0|[1-9][0-9_]*))""",
    re.VERBOSE,
)
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_BASES = {"binary": 2, "modern": 8, "octal": 8, "hex": 16, "decimal": 10}


def standard(tag: str) -> Kind | None:
    """The type that an explicit tag stands for; None for a tag of an application (`!Ref`)."""
    match tag.removeprefix("tag:yaml.org,2002:"):
        case "str" | "!" | "binary" | "timestamp":
            return "str"
        case "int" | "float" | "bool" | "null" as kind:
            return kind
        case _:
            return None


def resolve(text: str, tag: str, style: str) -> str | int | float | bool | None:
    """The constant that a scalar stands for; the text itself where it looks like nothing else.

    Quoted and block scalars are strings unless they are tagged. Not-a-number stays a string, since
    it equals nothing, and so does what is too long for a number.
    """
    kind = standard(tag) if tag else None
    if kind == "str" or (kind is None and (style or tag)):
        return text
    if text.lower() in _WORDS and text in (text.lower(), text.upper(), text.capitalize()):
        return _WORDS[text.lower()]
    if len(text) > _LONGEST_NUMBER or text[0] not in "-+.0123456789":
        return text
    if found := _INTEGER.fullmatch(text):
        return _integer(found)
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    if _INFINITY.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def _integer(found: re.Match[str]) -> int | str:
    form = found.lastgroup or ""
    digits = found[form].replace("_", "")
    if not digits:
        return found[0]
    number = 0
    if form == "sixty":
        for part in digits.split(":"):
            number = number * 60 + int(part)
    else:
        number = int(digits, _BASES[form])
    return -number if found["sign"] == "-" else number
