"""CloudFormation templates as stacks: parameters, resources by logical name, exports."""

from collections.abc import Iterator, Mapping
from dataclasses import field

from poollint.frozen import frozen
from poollint.manifests import nodes
from poollint.source import Span

LONGEST_DEFAULT = 10_000
"""Characters of a parameter's default; CloudFormation accepts 4,096."""
_NO_ENDPOINT = frozenset({"AWS::RDS::DBParameterGroup", "AWS::RDS::DBClusterParameterGroup"})


@frozen
class Parameter:
    """A parameter's default; None where there is none that says what the value will be."""

    name: str
    default: str | None
    at: Span


@frozen
class Resource:
    """A resource. `at` is its logical name in the template."""

    name: str
    type: str
    at: Span
    node: nodes.Node

    def get(self, *path: str | int) -> nodes.Node | None:
        """What stands at a path of its properties."""
        return nodes.get(self.node, "Properties", *path)


@frozen
class Stack:
    """One template. Paths in it start from `folder`.

    `exports` are the outputs of all templates of the project by the known end of their names, each
    with its stack; more than one of a name say nothing. `framework` says that `${...}` with a colon
    is a variable of the Serverless Framework.
    """

    path: str
    root: nodes.Node
    parameters: Mapping[str, Parameter]
    resources: Mapping[str, Resource]
    scope: str = ""
    framework: bool = False
    exports: Mapping[str, tuple[tuple["Stack", nodes.Node], ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def folder(self) -> str:
        """The folder of the template, empty for the root."""
        return self.path.rpartition("/")[0]

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of some types in order."""
        return (each for each in self.resources.values() if each.type in types)

    def endpoint(self, name: str) -> Resource | None:
        """The database or proxy of that logical name."""
        found = self.resources.get(name)
        fits = found is not None and found.type.startswith("AWS::RDS::") and found.type not in _NO_ENDPOINT
        return found if fits else None


def stack(path: str, root: nodes.Node, *, scope: str, framework: bool = False) -> Stack | None:
    """A template, None for what has no resources."""
    resources = {
        entry.key: Resource(entry.key, kind, entry.at, entry.node)
        for entry in nodes.entries(nodes.get(root, "Resources"))
        if (kind := nodes.text(nodes.get(entry.node, "Type"))) is not None
    }
    if not resources:
        return None
    return Stack(path, root, _parameters(root), resources, scope, framework)


def _parameters(root: nodes.Node) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for entry in nodes.entries(nodes.get(root, "Parameters")):
        default = nodes.get(entry.node, "Default")
        given = nodes.text(default)
        by_name = (nodes.text(nodes.get(entry.node, "Type")) or "").startswith("AWS::SSM::")
        usable = given is not None and not by_name and len(given) <= LONGEST_DEFAULT
        at = entry.at if default is None else default.at
        found[entry.key] = Parameter(entry.key, given if usable else None, at)
    return found


def exported(stacks: list[Stack]) -> dict[str, tuple[tuple[Stack, nodes.Node], ...]]:
    """The exported outputs by the known end of their names, `${AWS::StackName}` and the like left out."""
    found: dict[str, tuple[tuple[Stack, nodes.Node], ...]] = {}
    for each in stacks:
        for output in nodes.entries(nodes.get(each.root, "Outputs")):
            name, value = nodes.get(output.node, "Export", "Name"), nodes.get(output.node, "Value")
            end = "" if name is None else known_end(name)
            if end and value is not None:
                found[end] = (*found.get(end, ()), (each, value))
    return found


def known_end(name: nodes.Node) -> str:
    """What follows the last variable of a name: `-ProxyEndpoint` of `${Stack}-ProxyEndpoint`."""
    inner = nodes.get(name, "Fn::Sub")
    template = inner if inner is not None else name
    text = nodes.text(nodes.items(template)[0]) if nodes.items(template) else nodes.text(template)
    return (text or "").rpartition("}")[2]
