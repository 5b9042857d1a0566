"""What CloudFormation's functions are worth: `!Ref`, `!Sub`, `!GetAtt`, `!Join`, `!If`, `!FindInMap`...

A parameter is a variable of the deployment with its default. The endpoint of a database or proxy of
the template becomes its logical name (`Proxy.Endpoint`), which the fact about it has among its hosts.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from poollint.catalogue.servers import servers
from poollint.manifests import nodes
from poollint.manifests.functions.stacks import Resource, Stack, known_end
from poollint.manifests.functions.texts import between, joined
from poollint.manifests.shell.expansion import likely
from poollint.manifests.shell.numbers import number
from poollint.source import Span
from poollint.values import Alternative, FromEnv, Known, Unknown, Value, one_of

_REFERENCE = re.compile(r"\$\{(!?)([^${}]*)\}|\{\{resolve:([^{}]*)\}\}")
_FRAMEWORK = re.compile(r"(?P<source>[a-z]+)(?:\([^()]*\))?:(?!:)")
_ENV = re.compile(r"env:(?P<name>\w+)(?:\s*,\s*(?P<quote>['\"]?)(?P<default>[^'\"]*)(?P=quote))?")
_DEEPEST = 30
_MOST_PARTS = 100
_MOST_ROWS = 200
"""What bounds a value: functions within each other, parts of a text, rows of a mapping."""
_SIMPLE = ("Ref", "GetAtt", "Sub")
"""The functions of an output that are followed from another stack; they lead to no third one."""


def string(node: nodes.Node, stack: Stack) -> Value:
    """A node as the text that it becomes when the template is deployed."""
    return _value(node, stack, 0)


def integer(node: nodes.Node | None, stack: Stack) -> Value | None:
    """A node as a whole number; None for none."""
    return None if node is None or nodes.is_null(node) else number(string(node, stack))


def text(node: nodes.Node | None, stack: Stack) -> str | None:
    """The likely text of a node."""
    return None if node is None else likely(string(node, stack))


def reference(node: nodes.Node | None, stack: Stack) -> Resource | None:
    """The resource that a `!Ref` or `!GetAtt` names."""
    found = None if node is None else _function(node)
    if found is None or found[0] not in ("Ref", "GetAtt"):
        return None
    name = _attribute(found[1]) if found[0] == "GetAtt" else nodes.text(found[1])
    return stack.resources.get((name or "").partition(".")[0])


def port_of(resource: Resource, stack: Stack) -> Value:
    """The port of a database: its own, else that of its engine."""
    given = integer(resource.get("Port"), stack)
    engine = text(resource.get("Engine"), stack) or text(resource.get("EngineFamily"), stack) or ""
    record = servers()["postgres" if "postgres" in engine.lower() else "mysql"]
    return Known(record.port, resource.at) if given is None else given


def _function(node: nodes.Node) -> tuple[str, nodes.Node] | None:
    """The function of a node and its argument, from the short form (`!Sub`) and the long one (`Fn::Sub`)."""
    if node.tag.startswith("!") and len(node.tag) > 1:
        match node:
            case nodes.Scalar():
                return node.tag[1:], nodes.Scalar(node.text, "", node.style, node.at)
            case nodes.Sequence():
                return node.tag[1:], nodes.Sequence(node.items, "", node.at)
            case _:
                return node.tag[1:], nodes.Mapping(node.entries, "", node.at, node.index)
    entries = nodes.entries(node)
    if len(entries) == 1 and (entries[0].key == "Ref" or entries[0].key.startswith("Fn::")):
        return entries[0].key.removeprefix("Fn::"), entries[0].node
    return None


def _value(node: nodes.Node, stack: Stack, depth: int) -> Value:
    if depth > _DEEPEST:
        return Unknown("functions too deep within each other", node.at)
    found = _function(node)
    if found is None:
        return _plain(node, stack)
    name, argument = found
    match name:
        case "Ref":
            value = _ref(nodes.text(argument) or "", stack, node.at)
            if isinstance(value, FromEnv) and value.default == Known("", node.at):
                return replace(value, default=None)  # to be given at each deployment
            return value
        case "GetAtt":
            return _get_att(_attribute(argument) or "", stack, node.at)
        case "Sub":
            return _sub(argument, stack, depth)
        case "Join":
            separator = nodes.text(nodes.get(argument, 0)) or ""
            items = nodes.items(nodes.get(argument, 1))
            return joined(between(separator, (_value(item, stack, depth + 1) for item in items)), node.at)
        case "If":
            return _either(argument, stack, depth)
        case "FindInMap":
            return _in_map(argument, stack, node.at)
        case "ImportValue":
            return _imported(argument, stack, node.at)
        case _:
            return Unknown(f"computed by {name[:40]} when it is deployed", node.at)


def _plain(node: nodes.Node, stack: Stack) -> Value:
    if not isinstance(node, nodes.Scalar):
        return nodes.value(node)
    if "{{resolve:" in node.text or (stack.framework and "${" in node.text):
        return joined(_pieces(node, stack, {}, references=False), node.at)
    return nodes.string(node)


def _attribute(argument: nodes.Node) -> str | None:
    parts = [nodes.text(item) for item in nodes.items(argument)]
    return ".".join(part or "" for part in parts) if parts else nodes.text(argument)


def _ref(name: str, stack: Stack, at: Span) -> Value:
    parameter = stack.parameters.get(name)
    if parameter is not None:
        default = None if parameter.default is None else Known(parameter.default, parameter.at)
        return FromEnv((name,), default, "", at)
    if name == "AWS::NoValue":
        return Unknown("left out under this condition", at)
    return Unknown(f"the name of {name[:60]}, which AWS gives", at)


def _get_att(path: str, stack: Stack, at: Span) -> Value:
    name, _, attribute = path.partition(".")
    resource = stack.endpoint(name)
    if resource is None or "Endpoint" not in attribute:
        return Unknown(f"{path[:60]}, which AWS gives", at)
    if attribute.endswith("Port"):
        port = port_of(resource, stack)
        return Known(str(port.value), at) if isinstance(port, Known) else port
    return Known(path, at)


def _sub(argument: nodes.Node, stack: Stack, depth: int) -> Value:
    template = nodes.get(argument, 0) if isinstance(argument, nodes.Sequence) else argument
    if not isinstance(template, nodes.Scalar):
        return Unknown("computed by Sub when it is deployed", argument.at)
    own = {
        entry.key: _value(entry.node, stack, depth + 1)
        for entry in nodes.entries(nodes.get(argument, 1))[:_MOST_PARTS]
    }
    return joined(_pieces(template, stack, own, references=True), template.at)


def _pieces(
    template: nodes.Scalar, stack: Stack, own: dict[str, Value], *, references: bool
) -> Iterator[str | Value]:
    """The parts of a text; `references` says that `${Name}` is one, as in `!Sub`."""
    written, end = template.text, 0
    for count, found in enumerate(_REFERENCE.finditer(written)):
        if count == _MOST_PARTS:
            yield Unknown("a text of too many parts", template.at)
            return
        yield written[end : found.start()]
        end = found.end()
        name = found[2]
        if name is None:
            yield Unknown(f"resolved from {found[3].partition(':')[0][:40]} when it is deployed", template.at)
        elif stack.framework and _FRAMEWORK.match(name):
            yield _variable(name, template.at)
        elif not references or found[1]:
            yield f"${{{name}}}"
        elif name in own:
            yield own[name]
        else:
            yield _get_att(name, stack, template.at) if "." in name else _ref(name, stack, template.at)
    yield written[end:]


def _variable(name: str, at: Span) -> Value:
    """A variable of the framework that is left: one of the deploying shell, or one that only it knows."""
    found = _ENV.fullmatch(name)
    if found is None:
        return Unknown(f"${{{name[:60]}}} of the Serverless Framework", at)
    default = found["default"]
    is_literal = default is not None and not _FRAMEWORK.match(default)
    return FromEnv((found["name"],), Known(default, at) if is_literal else None, "", at)


def _either(argument: nodes.Node, stack: Stack, depth: int) -> Value:
    condition = nodes.text(nodes.get(argument, 0)) or "a condition"
    arms = [nodes.get(argument, position) for position in (1, 2)]
    return one_of(
        Alternative(
            Unknown("an arm of If that is not there", argument.at)
            if arm is None
            else _value(arm, stack, depth + 1),
            f"{word}{condition}",
        )
        for word, arm in zip(("", "not "), arms, strict=True)
    )


def _in_map(argument: nodes.Node, stack: Stack, at: Span) -> Value:
    """The entry of a mapping; all entries of the second key where the first one is not known."""
    name, first, second = (nodes.get(argument, position) for position in range(3))
    table = nodes.get(stack.root, "Mappings", nodes.text(name) or "")
    key = None if second is None else likely(_key(second, stack))
    if table is None or first is None or key is None:
        return Unknown("an entry of a mapping that is not known", at)
    chosen = _key(first, stack)
    rows = [entry for entry in nodes.entries(table)[:_MOST_ROWS] if nodes.get(entry.node, key) is not None]
    certain = [entry for entry in rows if isinstance(chosen, Known) and entry.key == chosen.value]
    cells = [(entry.key, nodes.get(entry.node, key)) for entry in certain or rows]
    found = [Alternative(nodes.string(cell), row) for row, cell in cells if cell is not None]
    return one_of(found) if found else Unknown("an entry of a mapping that is not there", at)


def _key(node: nodes.Node, stack: Stack) -> Value:
    found = _function(node)
    if found is None:
        return nodes.string(node)
    return _ref(nodes.text(found[1]) or "", stack, node.at) if found[0] == "Ref" else Unknown("", node.at)


def _imported(argument: nodes.Node, stack: Stack, at: Span) -> Value:
    """What another template of the project exports under the same name, if one alone does."""
    function = _function(argument)
    name = argument if function is None else function[1]
    exports = stack.exports.get(known_end(name), ())
    if len(exports) != 1:
        return Unknown("imported from a stack that is not among the files", at)
    owner, value = exports[0]
    function = _function(value)
    simple = function is None or (function[0] in _SIMPLE and isinstance(function[1], nodes.Scalar))
    return _value(value, owner, _DEEPEST) if simple else Unknown("an output that is computed from others", at)
