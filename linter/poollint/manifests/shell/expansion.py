"""Words to values, with the variables that are known."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import field

from poollint.frozen import frozen
from poollint.manifests.shell.numbers import LONGEST_SUM, TOKEN, number, total
from poollint.manifests.shell.parser import expandable
from poollint.manifests.shell.syntax import Arithmetic, Literal, Parameter, Part, Word
from poollint.source import Span
from poollint.values import (
    Alternative,
    FromEnv,
    Known,
    OneOf,
    Origin,
    Text,
    Unknown,
    Value,
    one_of,
)

CPUS = "CPU count of the node"
MOST_ALTERNATIVES = 16
LONGEST_WORD = 20_000
MOST_PIECES = 200

_CPU_COMMANDS = re.compile(r"\s*(nproc\b|getconf _NPROCESSORS|sysctl -n hw\.ncpu|grep -c \S*processor)")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@frozen
class Scope:
    """What words may refer to. `references` says that `$(NAME)` is a variable (Kubernetes)."""

    variables: Mapping[str, Value]
    at: Span
    arguments: tuple[Value, ...] = ()
    arrays: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    script: str = ""
    references: bool = False


def fields(word: Word, scope: Scope) -> tuple[Value, ...]:
    """The fields that a word becomes: none, one or several."""
    match word.parts:
        case (Parameter(name="@" | "*", operator=""),):
            return scope.arguments
        case (Parameter(name=name, operator=""),) if name.endswith(("[@]", "[*]")):
            return scope.arrays.get(name[:-3], (_unset(name[:-3], scope),))
        case (Parameter(quoted=False) as part,):
            return split(_parameter(part, scope))
        case _:
            return (text(word, scope),)


def text(word: Word, scope: Scope) -> Value:
    """The value of a word where blanks do not split."""
    return joined((_part(part, scope) for part in word.parts), scope.at)


def split(value: Value) -> tuple[Value, ...]:
    """An unquoted value as fields; the default of a variable is split too."""
    match value:
        case Known(value=str() as known):
            return tuple(Known(each, value.origin, value.through) for each in known.split())
        case FromEnv(default=Known(value=str() as known)) if len(known.split()) > 1:
            return tuple(
                FromEnv(value.variables, Known(each, value.origin), value.convert, value.origin)
                for each in known.split()
            )
        case Text(parts=parts):
            return _split_text(parts, value)
        case _:
            return (value,)


def _split_text(parts: tuple[str | FromEnv | Unknown, ...], value: Text) -> tuple[Value, ...]:
    found: list[list[Value]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            found[-1].append(part)
            continue
        for index, piece in enumerate(re.split(r"\s+", part)):
            if index:
                found.append([])
            if piece:
                found[-1].append(Known(piece, value.origin))
    return tuple(joined(pieces, value.origin) for pieces in found if pieces)


def joined(values: Iterable[Value], origin: Origin) -> Value:
    """Strings behind each other."""
    pieces: list[str | FromEnv | Unknown] = []
    every = list(values)
    if len(every) == 1:
        return every[0]
    for index, value in enumerate(every):
        match value:
            case OneOf() if len(value.alternatives) <= MOST_ALTERNATIVES:
                before, after = every[:index], every[index + 1 :]
                return one_of(
                    Alternative(joined([*before, each.value, *after], origin), each.condition)
                    for each in value.alternatives
                )
            case Known(value=known):
                pieces.append("" if known is None else str(known))
            case Text(parts=parts):
                pieces.extend(parts)
            case FromEnv() | Unknown():
                pieces.append(value)
            case _:  # more values than are combined
                pieces.append(Unknown("one of many values", origin))
    return _text_of(pieces, origin)


def _text_of(pieces: list[str | FromEnv | Unknown], origin: Origin) -> Value:
    merged: list[str | FromEnv | Unknown] = []
    for piece in pieces:
        before = merged[-1] if merged else None
        if isinstance(piece, str) and isinstance(before, str):
            merged[-1] = before + piece
        elif piece != "":
            merged.append(piece)
    if len(merged) > MOST_PIECES or sum(len(each) for each in merged if isinstance(each, str)) > LONGEST_WORD:
        return Unknown("longer than is followed", origin)
    match merged:
        case []:
            return Known("", origin)
        case [str() as only]:
            return Known(only, origin)
        case [FromEnv() | Unknown() as only]:
            return only
        case _:
            return Text(tuple(merged), origin)


def behind(word: Value, count: int) -> Value:
    """A word without its first characters, which are known (those of a variable by its default)."""
    match word:
        case Known(value=str() as known):
            return Known(known[count:], word.origin, word.through)
        case Text(parts=(str() as first, *_)):
            pieces = (first[count:], *word.parts[1:])
            values = (Known(each, word.origin) if isinstance(each, str) else each for each in pieces)
            return joined(values, word.origin)
        case FromEnv(default=default) if default is not None:
            return FromEnv(word.variables, behind(default, count), word.convert, word.origin)
        case _:
            return word


def likely(value: Value) -> str | None:
    """The string that a value is when the defaults of variables hold; None when it is not known."""
    match value:
        case Known(value=str() as known):
            return known
        case FromEnv(default=default) if default is not None:
            return likely(default)
        case Text(parts=parts):
            pieces = [part if isinstance(part, str) else likely(part) for part in parts]
            known_pieces = [piece for piece in pieces if piece is not None]
            return "".join(known_pieces) if len(known_pieces) == len(pieces) else None
        case _:
            return None


def _part(part: Part, scope: Scope) -> Value:
    match part:
        case Literal():
            return Known(part.text, scope.at)
        case Parameter():
            return _parameter(part, scope)
        case Arithmetic():
            return arithmetic(part.text, scope)
        case _:  # a substitution
            if scope.references and _IDENTIFIER.fullmatch(part.text):
                return scope.variables.get(part.text) or _unset(part.text, scope)
            if _CPU_COMMANDS.match(part.text):
                return Unknown(CPUS, scope.at)
            return Unknown(f"output of {part.text.strip()[:40]}", scope.at)


def _unset(name: str, scope: Scope) -> Value:
    return FromEnv((name,), None, "", scope.at)


def _base(name: str, scope: Scope) -> Value | None:
    if name.isdigit():
        index = int(name[:4])
        if index == 0:
            return Known(scope.script, scope.at)
        return scope.arguments[index - 1] if index <= len(scope.arguments) else None
    match name:
        case "@" | "*":
            return spaced(scope.arguments, scope.at)
        case "#":
            return Known(str(len(scope.arguments)), scope.at)
        case "?" | "$" | "!" | "-":
            return Unknown("known only at run time", scope.at)
        case _:
            if name.endswith(("[@]", "[*]")) and name[:-3] in scope.arrays:
                return spaced(scope.arrays[name[:-3]], scope.at)
            return scope.variables.get(name)


def spaced(values: tuple[Value, ...], at: Span) -> Value:
    """Values with a blank between them."""
    separated = [each for value in values for each in (Known(" ", at), value)]
    return joined(separated[1:], at)


def _parameter(part: Parameter, scope: Scope) -> Value:
    base = _base(part.name, scope)
    match part.operator:
        case "" | ":?" | "?":
            if base is None:
                return Known("", scope.at) if part.name.isdigit() else _unset(part.name, scope)
            return base
        case ":-" | ":=" | "-" | "=":
            default = text(part.argument, scope)
            if base is None and part.name.isdigit():
                return default
            return _defaulted(base or _unset(part.name, scope), default, part.operator)
        case ":+" | "+":
            return _alternative(base, text(part.argument, scope), part, scope)
        case other:
            return _changed(base, other, scope)


def _defaulted(base: Value, default: Value, sign: str) -> Value:
    match base:
        case Known(value="" | None) if sign.startswith(":"):
            return default
        case FromEnv(default=None):
            return FromEnv(base.variables, default, base.convert, base.origin)
        case OneOf():
            return one_of(
                Alternative(_defaulted(each.value, default, sign), each.condition)
                for each in base.alternatives
            )
        case _:
            return base


def _alternative(base: Value | None, word: Value, part: Parameter, scope: Scope) -> Value:
    nothing = Known("", scope.at)
    match base:
        case Known(value=known):
            return word if known or not part.operator.startswith(":") else nothing
        case None if part.name.isdigit():
            return nothing
        case _:
            return one_of((Alternative(nothing, f"no {part.name}"), Alternative(word, part.name)))


def _changed(base: Value | None, sign: str, scope: Scope) -> Value:
    """`${x#prefix}`, `${x%suffix}`, `${x^^}`, `${x,,}` of a known string; others are not computed."""
    known = base.value if isinstance(base, Known) else None
    if isinstance(known, str):
        plain = sign.lstrip("#%")
        if sign in ("^^", ",,"):
            return Known(known.upper() if sign == "^^" else known.lower(), scope.at)
        if sign == "#length":
            return Known(str(len(known)), scope.at)
        if sign[:1] in ("#", "%") and not re.search(r"[*?\[\]$\"'\\]", plain):
            return Known(known.removeprefix(plain) if sign[0] == "#" else known.removesuffix(plain), scope.at)
    return Unknown(f"an expansion with {sign[:20]}", scope.at)


def arithmetic(expression: str, scope: Scope) -> Value:
    """`2 * WORKERS + 1`: sums and products with brackets; others are Unknown."""
    tokens: list[str | Value] = []
    for part in expandable(expression[:LONGEST_SUM]).parts:
        if isinstance(part, Literal):
            tokens += TOKEN.findall(part.text)
        else:
            tokens.append(number(_part(part, scope)))
    value = total(tokens, scope.at, lambda name: scope.variables.get(name) or _unset(name, scope))
    return Unknown(f"$(({expression.strip()[:40]}))", scope.at) if value is None else value
