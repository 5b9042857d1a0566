"""Methods of texts, and texts made from values: f-strings, `%`, `format`."""

from collections.abc import Callable, Mapping, Sequence
from re import findall
from string import Formatter

from poollint.python.evaluation.objects import Abstract, Arguments, Choice, Member, Tuple, each
from poollint.python.operations.arithmetic import joined_text
from poollint.python.operations.scalars import Constant, inner, lift, outer
from poollint.source import Span
from poollint.values import FromEnv, Known, Symbol, Text, Unknown

_PLAIN = frozenset(
    {
        "lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold", "replace",
        "split", "rsplit", "partition", "rpartition", "splitlines", "startswith", "endswith", "find", "rfind",
        "index", "count", "removeprefix", "removesuffix", "isdigit", "isnumeric", "isdecimal", "isalpha",
        "isalnum", "isspace", "isidentifier", "islower", "isupper", "swapcase",
    }
)  # fmt: skip
"""Methods of a text that give the same for the same constants."""
_LONGEST = 1000
_DIGITS = 3


def text_method(receiver: Abstract, name: str, arguments: Arguments, at: Span) -> Abstract:
    """`text.name(...)` for a constant, an environment variable or a text known in part."""
    given = arguments.positional
    if name == "format" and not arguments.rest:
        return formatted(receiver, arguments, at)
    if name == "join" and len(given) == 1 and isinstance(given[0], Tuple):
        return _joined(receiver, given[0], at)
    if name in ("encode", "decode"):
        return receiver if isinstance(receiver, FromEnv) else Unknown("bytes", at)
    if name == "get_secret_value":
        return receiver
    if name not in _PLAIN or arguments.rest or arguments.keywords:
        return Unknown(f"the method {name} of a text", at)
    if isinstance(receiver, Text):
        return _of_part(receiver, name, given, at)
    flat = [_spread(one) for one in given]
    if any(one is None for one in flat):
        return Unknown(f"the method {name} of a text", at)
    groups = [one for one in flat if one is not None]

    def compute(values: Sequence[Constant]) -> object:
        text, *rest = values
        if not isinstance(text, str):
            raise TypeError(name)
        parameters: list[object] = []
        for group, original in zip(groups, given, strict=True):
            part, rest = rest[: len(group)], rest[len(group) :]
            parameters.append(tuple(part) if isinstance(original, Tuple) else part[0])
        method: Callable[..., object] = getattr(text, name)  # type: ignore[explicit-any]
        return method(*parameters)

    label = _label(name, given)
    return lift([receiver, *(one for group in groups for one in group)], compute, label, at)


def _label(name: str, given: Sequence[Abstract]) -> str:
    shown = [repr(one.value) if isinstance(one, Known) else "..." for one in given]
    return f"{name}({', '.join(shown)})" if shown else name


def _spread(value: Abstract) -> list[Abstract] | None:
    if isinstance(value, Tuple):
        return list(value.items) if all(isinstance(item, Known) for item in value.items) else None
    return [value]


def _joined(separator: Abstract, items: Tuple, at: Span) -> Abstract:
    if items.kind == "set":
        return Unknown("the items of a set, joined", at)
    parts: list[Abstract] = []
    for index, item in enumerate(items.items):
        if isinstance(item, Known) and not isinstance(item.value, str):
            return Unknown("joined items that are no texts", at)
        parts += [separator, item] if index else [item]
    return joined_text(parts, at)


def _of_part(text: Text, name: str, given: Sequence[Abstract], at: Span) -> Abstract:
    """What can be said of a text with holes."""
    unknown = Unknown(f"{name} of a text that is known only in part", at)
    words = [one.value for one in given if isinstance(one, Known)]
    if len(words) != len(given) or not all(isinstance(word, str) for word in words):
        return unknown
    texts = [word for word in words if isinstance(word, str)]
    if name == "startswith" and len(texts) == 1:
        if text.prefix.startswith(texts[0]):
            return Known(True, at)  # noqa: FBT003 - the value itself
        known = len(text.prefix) >= len(texts[0]) or not texts[0].startswith(text.prefix)
        return Known(False, at) if known else unknown  # noqa: FBT003
    if name == "replace" and len(texts) > 1 and texts[0]:
        return _replaced(text, texts[0], texts[1], at)
    if name in ("strip", "lstrip") and not texts and text.prefix and not text.prefix[0].isspace():
        last = text.parts[-1]
        if name == "lstrip" or (isinstance(last, str) and not last[-1].isspace()):
            return text
    if name == "removeprefix" and len(texts) == 1 and text.prefix.startswith(texts[0]):
        behind = text.parts[1:] if text.prefix else text.parts
        return joined_text([Known(text.prefix[len(texts[0]) :], at), Text(behind, at)], at)
    return unknown


def _replaced(text: Text, old: str, new: str, at: Span) -> Abstract:
    """`replace` in the known parts; a hole stays one, unless the old text could reach into it."""
    parts: list[str | FromEnv | Unknown] = []
    for index, part in enumerate(text.parts):
        first, last = index == 0, index == len(text.parts) - 1
        if isinstance(part, str):
            before = not first and any(part.startswith(old[cut:]) for cut in range(1, len(old)))
            behind = not last and any(part.endswith(old[:cut]) for cut in range(1, len(old)))
            if before or behind or (not first and not last and part in old[1:-1]):
                return Unknown("a replacement in a text that is known only in part", at)
            parts.append(part.replace(old, new))
        elif isinstance(part, FromEnv):
            changed = lift([part], lambda values: str(values[0]).replace(old, new), "replace", at)
            parts.append(changed if isinstance(changed, FromEnv) else Unknown("a replacement", at))
        else:
            parts.append(part)
    return Text(tuple(parts), at)


def as_text(value: Abstract, at: Span, spec: str = "", conversion: str = "") -> Abstract:
    """`str(value)` or `format(value, spec)`, for what stands in an f-string."""
    if isinstance(value, Choice):
        return each(value, lambda part: as_text(part, at, spec, conversion))
    if len(spec) > _LONGEST or any(len(part) > 4 for part in _numbers(spec)):  # noqa: PLR2004 - digits
        return Unknown("a very long text", at)
    if isinstance(value, Known) and isinstance(value.value, Symbol):
        return Unknown("a class or function as a text", at)
    if isinstance(value, Known | FromEnv):
        if isinstance(value, FromEnv) and not spec and not conversion:
            kept = None if value.default is None else as_text(inner(value.default), at)
            default = None if kept is None or isinstance(kept, Unknown) else outer(kept)
            return FromEnv(value.variables, default, value.convert, value.origin)
        return lift([value], lambda values: _format(values[0], spec, conversion), "format", at)
    if isinstance(value, Text):
        return value if not spec and conversion in ("", "s") else Unknown("a formatted text", at)
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Member):
        return Unknown("a member of an enumeration as a text", at)
    return Unknown("an object as a text", at)


def _numbers(spec: str) -> list[str]:
    return "".join(character if character.isdigit() else " " for character in spec).split()


_CONVERSIONS: Mapping[str, Callable[[object], str]] = {"": str, "s": str, "r": repr, "a": ascii}


def _format(value: Constant, spec: str, conversion: str) -> str:
    if not conversion:
        return format(value, spec)
    return format(_CONVERSIONS[conversion](value), spec)


def formatted(template: Abstract, arguments: Arguments, at: Span) -> Abstract:
    """`template.format(...)` with plain fields (`{}`, `{0}`, `{name}`)."""
    unknown = Unknown("a formatted text", at)
    if not isinstance(template, Known) or not isinstance(template.value, str):
        return unknown
    parts: list[Abstract] = []
    position = 0
    try:
        fields = list(Formatter().parse(template.value))
    except ValueError:
        return unknown
    for literal, name, spec, conversion in fields:
        parts.append(Known(literal, at))
        if name is None:
            continue
        if not name:
            value = arguments.get(position)
            position += 1
        else:
            numbered = name.isdecimal() and len(name) <= _DIGITS
            value = arguments.get(int(name)) if numbered else arguments.keyword(name)
        if value is None or "{" in (spec or ""):
            return unknown
        parts.append(as_text(value, at, spec or "", conversion or ""))
    return joined_text(parts, at)


def percent(template: str, values: Abstract, at: Span) -> Abstract:
    """`template % values` where a value is not a constant: `%s` and `%d` alone."""
    items = values.items if isinstance(values, Tuple) else (values,)
    pieces = template.replace("%%", "\0").replace("%d", "%s").split("%s")
    if len(pieces) != len(items) + 1 or any("%" in piece for piece in pieces):
        return Unknown("a formatted text", at)
    parts: list[Abstract] = []
    signs = findall("%[sd]", template.replace("%%", ""))
    for index, piece in enumerate(pieces):
        parts.append(Known(piece.replace("\0", "%"), at))
        if index < len(items):
            item = items[index]
            if signs[index] == "%d":
                item = lift([item], lambda values: _whole(values[0]), "%d", at)
            parts.append(as_text(item, at))
    return joined_text(parts, at)


def _whole(value: Constant) -> int:
    if not isinstance(value, int | float):
        raise TypeError("%d of what is no number")
    return int(value)
