"""Parameters of OpenShift templates: `${NAME}` and `${{NAME}}`, with their defaults.

A parameter is a variable of the deployment, so what it is worth is `FromEnv` with a default.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from poollint.frozen import frozen
from poollint.manifests import nodes, scalars
from poollint.source import Span
from poollint.values import FromEnv, Known, Text, Unknown, Value

_REFERENCE = re.compile(r"\$\{\{(\w+)\}\}|\$\{(\w+)\}")
_SIMPLE = re.compile(r"[\w./:@%+,=-]+")
_MOST_REFERENCES = 100
_LONGEST_DEFAULT = 10_000
"""Characters. Both bound what a text can grow to; nobody's names and commands are near them."""


@frozen
class Parameter:
    """A parameter's default; None where it has none, or one that is made up at each deployment."""

    name: str
    default: str | None
    at: Span


Parameters: TypeAlias = Mapping[str, Parameter]


def parameters(node: nodes.Node | None) -> Parameters:
    """The list `parameters` of a template, by name."""
    found: dict[str, Parameter] = {}
    for item in nodes.items(node):
        name, default = nodes.text(nodes.get(item, "name")), nodes.get(item, "value")
        given = nodes.text(default)
        if name and len(given or "") <= _LONGEST_DEFAULT:
            found[name] = Parameter(name, given, item.at if default is None else default.at)
    return found


def text(node: nodes.Node | None, known: Parameters) -> str | None:
    """A text for names and labels: defaults filled in, a parameter without one left as it stands."""
    found = nodes.text(node)
    if found is None or not known or found.count("${") > _MOST_REFERENCES:
        return found
    return _REFERENCE.sub(_filling(known), found)


def line(node: nodes.Node, known: Parameters) -> str:
    """A word of a command: a parameter becomes a variable with a default, as a shell writes it."""
    found = nodes.text(node) or ""
    if not known or found.count("${") > _MOST_REFERENCES:
        return found
    return _REFERENCE.sub(_defaulting(known), found)


def _defaulting(known: Parameters) -> Callable[[re.Match[str]], str]:
    fill = _filling(known)

    def write(reference: re.Match[str]) -> str:
        default, name = fill(reference), reference[1] or reference[2]
        if default == reference[0]:
            return f"${{{name}}}"
        return f"${{{name}:-{default}}}" if _SIMPLE.fullmatch(default) else default

    return write


def _filling(known: Parameters) -> Callable[[re.Match[str]], str]:
    def fill(reference: re.Match[str]) -> str:
        parameter = known.get(reference[1] or reference[2])
        return reference[0] if parameter is None or parameter.default is None else parameter.default

    return fill


def string(node: nodes.Node, known: Parameters) -> Value:
    """A text as a value, whatever it looks like."""
    return _value(node, known, nodes.string(node), as_text=True)


def value(node: nodes.Node, known: Parameters) -> Value:
    """A scalar as a value. A parameter that is all of it has the type that its default looks like:
    the platform converts what it fills into a field that wants a number."""
    return _value(node, known, nodes.value(node), as_text=False)


def _value(node: nodes.Node, known: Parameters, plain: Value, *, as_text: bool) -> Value:
    if not known or not isinstance(node, nodes.Scalar) or not isinstance(plain, Known):
        return plain
    parts: list[str | FromEnv | Unknown] = []
    end = 0
    for reference in _REFERENCE.finditer(node.text):
        parameter = known.get(reference[1] or reference[2])
        if parameter is not None:
            parts += [node.text[end : reference.start()], _variable(parameter, node.at, as_text=as_text)]
            end = reference.end()
    if not end:
        return plain
    parts.append(node.text[end:])
    kept = tuple(part for part in parts if part)
    return kept[0] if len(kept) == 1 and not isinstance(kept[0], str) else Text(kept, node.at)


def _variable(parameter: Parameter, at: Span, *, as_text: bool) -> FromEnv:
    default = parameter.default
    constant = default if default is None or as_text else scalars.resolve(default, "", "")
    return FromEnv(
        (parameter.name,), None if default is None else Known(constant, parameter.at), "", at
    )  # fmt: skip
