"""The environment of a container: `envFrom`, `env`, references and `$(VAR)`, in Kubernetes' order."""

import re
from collections.abc import Iterator

from poollint.facts import Variable
from poollint.frozen import frozen
from poollint.manifests import nodes
from poollint.manifests.kubernetes import generated, quantities, templates
from poollint.manifests.kubernetes.cluster import Cluster
from poollint.manifests.kubernetes.objects import Object
from poollint.manifests.masking import masked
from poollint.source import Span
from poollint.values import Alternative, FromEnv, Known, Text, Unknown, Value, one_of, origin_of

_NAME = re.compile(r"[A-Za-z_.-][A-Za-z0-9_.-]*")
_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)")
_LONGEST = 130_000
"""Characters of a value; Linux hands no longer one to a program."""


@frozen
class ContainerEnvironment:
    """Variables in the order in which they are set, and whether there may be more of them."""

    variables: tuple[Variable, ...]
    is_open: bool


def environment(container: nodes.Node, owner: Object, cluster: Cluster) -> ContainerEnvironment:
    """The variables of a container of `owner`.

    `env` wins over `envFrom`, a later source over an earlier one. What a Secret holds is Unknown
    unless it stands in the files as plain text; a source that is not among the files makes the
    environment open.
    """
    found: dict[str, Variable] = {}
    is_open = False
    for item in nodes.items(nodes.get(container, "envFrom")):
        more = list(_from_source(item, owner, cluster))
        is_open = is_open or not any(more)
        for source in more:
            found.update((variable.name, variable) for variable in source)
    for item in nodes.items(nodes.get(container, "env")):
        name = templates.text(nodes.get(item, "name"), owner.parameters)
        value = _value(item, container, owner, cluster)
        if name and value is not None:
            value = expanded(value, {key: each.value for key, each in found.items()})
            found[name] = Variable(name, masked(name, value), _place(item))
    return ContainerEnvironment(tuple(found.values()), is_open)


def _place(item: nodes.Node) -> Span:
    entry = nodes.entry(item, "value") or nodes.entry(item, "valueFrom")
    return item.at if entry is None else entry.node.at


def _from_source(item: nodes.Node, owner: Object, cluster: Cluster) -> Iterator[list[Variable]]:
    """All keys of a ConfigMap or Secret; nothing if it, or what it holds, is not among the files."""
    prefix = nodes.text(nodes.get(item, "prefix")) or ""
    for reference, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        name = templates.text(nodes.get(item, reference, "name"), owner.parameters)
        candidates = cluster.named(kind, name, owner) if name else ()
        keys = dict.fromkeys(key for candidate in candidates for key in _keys(candidate))
        if candidates:
            yield [
                Variable(prefix + key, masked(prefix + key, value), _span_of(value))
                for key in keys
                if _NAME.fullmatch(prefix + key) and (value := _lookup(candidates, key)) is not None
            ]


def _span_of(value: Value) -> Span:
    origin = origin_of(value)
    return origin if isinstance(origin, Span) else Span("", 0, 0, 0, 0)


def _keys(source: Object) -> Iterator[str]:
    for field in ("data", "stringData") if source.kind == "Secret" else ("data",):
        yield from (entry.key for entry in nodes.entries(nodes.get(source.node, field)))


def _lookup(candidates: tuple[Object, ...], key: str) -> Value | None:
    """A key of a ConfigMap or Secret; of several with the same name one of the values."""
    values = [(source, _held(source, key)) for source in candidates]
    alternatives = [Alternative(value, source.at.path) for source, value in values if value is not None]
    return one_of(alternatives) if alternatives else None


def _held(source: Object, key: str) -> Value | None:
    plain = nodes.entry(nodes.get(source.node, "data" if source.kind == "ConfigMap" else "stringData"), key)
    if plain is not None:
        return templates.string(plain.node, source.parameters)
    encoded = nodes.entry(nodes.get(source.node, "data"), key) if source.kind == "Secret" else None
    return None if encoded is None else Unknown(f"from Secret {source.name}/{key}", encoded.at)


def _value(item: nodes.Node, container: nodes.Node, owner: Object, cluster: Cluster) -> Value | None:
    """What `value` or `valueFrom` gives; None for an optional key that is not there."""
    plain, reference = nodes.get(item, "value"), nodes.get(item, "valueFrom")
    if plain is not None:
        return templates.string(plain, owner.parameters)
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if node := nodes.get(reference, field):
            return _key(node, kind, owner, cluster)
    if node := nodes.get(reference, "fieldRef"):
        path = nodes.text(nodes.get(node, "fieldPath")) or "a field"
        if path == "metadata.namespace" and owner.namespace:
            return Known(owner.namespace, node.at)
        return Unknown(f"{path} of the running pod", node.at)
    if node := nodes.get(reference, "resourceFieldRef"):
        return quantities.resource(node, container)
    if reference is None and isinstance(item, nodes.Mapping):
        return Known("", item.at)
    return Unknown("a valueFrom of a kind that is not known", item.at)


def _key(node: nodes.Node, kind: str, owner: Object, cluster: Cluster) -> Value | None:
    name = templates.text(nodes.get(node, "name"), owner.parameters) or ""
    key = templates.text(nodes.get(node, "key"), owner.parameters) or ""
    candidates = cluster.named(kind, name, owner)
    found = _lookup(candidates, key)
    if found is not None:
        return found
    if candidates and nodes.boolean(nodes.get(node, "optional")):
        return None
    if candidates and kind == "ConfigMap":
        return Unknown(f"ConfigMap {name} has no key {key}", node.at)
    written = generated.secret(name, key, owner, cluster) if kind == "Secret" and not candidates else None
    if written is not None:
        return written
    why = f"from {kind} {name}/{key}"
    return Unknown(why if kind == "Secret" else f"{why}, which is not among the files", node.at)


def expanded(value: Value, earlier: dict[str, Value]) -> Value:
    """`$(NAME)` replaced by variables set before; `$$` is a dollar, an unknown name stays as it is."""
    if not isinstance(value, Known) or not isinstance(value.value, str) or "$" not in value.value:
        return value
    text, end = value.value, 0
    parts: list[str | Value] = []
    for reference in _REFERENCE.finditer(text):
        name: str | None = reference[1]
        if name is None:
            parts.append(text[end : reference.start()] + "$")
        elif name in earlier:
            parts += [text[end : reference.start()], earlier[name]]
        else:
            parts.append(text[end : reference.end()])
        end = reference.end()
    if sum(_length(part) for part in parts) > _LONGEST:
        return Unknown(
            f"made of variables that together are longer than {_LONGEST:,} characters", value.origin
        )
    return _joined([*parts, text[end:]], value)


def _joined(parts: list[str | Value], whole: Known) -> Value:
    kept = [part for part in parts if part != ""]
    if len(kept) == 1 and not isinstance(kept[0], str):
        return kept[0]
    flat: list[str | FromEnv | Unknown] = []
    for part in kept:
        for piece in _pieces(part):
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            else:
                flat.append(piece)
    if all(isinstance(piece, str) for piece in flat):
        return Known("".join(map(str, flat)), whole.origin, whole.through)
    return Text(tuple(flat), whole.origin)


def _length(part: str | Value) -> int:
    return sum(len(piece) if isinstance(piece, str) else 1_000 for piece in _pieces(part))


def _pieces(part: str | Value) -> tuple[str | FromEnv | Unknown, ...]:
    match part:
        case str() | FromEnv() | Unknown():
            return (part,)
        case Known():
            return (str(part.value),)
        case Text():
            return part.parts
        case _:
            return (Unknown("one of several values", origin_of(part)),)
