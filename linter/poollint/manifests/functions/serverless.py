"""`serverless.yml` of the Serverless Framework, on AWS."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from poollint.facts import Fact, Variable, Workload
from poollint.manifests import nodes, yamls
from poollint.manifests.compose.services import joined
from poollint.manifests.functions import cloudformation
from poollint.manifests.functions.intrinsics import integer, string, text
from poollint.manifests.functions.lambdas import Function, is_python, workload
from poollint.manifests.functions.stacks import Resource, Stack, stack
from poollint.manifests.functions.variables import Tree
from poollint.manifests.masking import masked
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile

_WSGI = ("wsgi_handler.", "wsgi.")
"""Modules of the plugin serverless-wsgi; the application is `custom.wsgi.app`."""


def read(files: Iterable[SourceFile], lookup: Lookup) -> Iterator[Fact | Skipped]:
    """The functions of each file, and the databases and proxies of its resources."""
    for file in files:
        for document in yamls.documents(file, lambda chunk: "functions" in chunk):
            if isinstance(document, Skipped):
                yield document
                continue
            yield from document.notes
            tree = Tree(file, document.root, lookup)
            root = tree.resolved(document.root)
            yield from tree.skipped
            provider = nodes.get(root, "provider")
            name = nodes.text(provider) or nodes.text(nodes.get(provider, "name"))
            if name == "aws":
                yield from _facts(root, file)


def _facts(root: nodes.Node, file: SourceFile) -> Iterator[Fact]:
    stacks = [
        found
        for part in _parts(nodes.get(root, "resources"))
        if (found := stack(file.path, part, scope=f"serverless:{file.path}", framework=True)) is not None
    ]
    resources: dict[str, Resource] = {}
    for each in stacks:
        resources.update(each.resources)
    whole = Stack(file.path, root, {}, resources, f"serverless:{file.path}", framework=True)
    for part in _parts(nodes.get(root, "functions")):
        for entry in nodes.entries(part):
            function = _function(entry, root, whole)
            if function is not None:
                yield function
    parameters = {name: each for one in stacks for name, each in one.parameters.items()}
    if stacks:
        yield from cloudformation.facts(replace(whole, root=stacks[0].root, parameters=parameters))


def _parts(node: nodes.Node | None) -> tuple[nodes.Node, ...]:
    """A section that may be given in several parts."""
    return nodes.items(node) or (() if node is None else (node,))


def _function(entry: nodes.Entry, root: nodes.Node, whole: Stack) -> Workload | None:
    provider = nodes.get(root, "provider")

    def given(key: str) -> nodes.Node | None:
        own = nodes.get(entry.node, key)
        return nodes.get(provider, key) if own is None else own

    if not isinstance(entry.node, nodes.Mapping) or not is_python(text(given("runtime"), whole)):
        return None
    handler = nodes.get(entry.node, "handler") or nodes.get(entry.node, "image", "command", 0)
    tables = (nodes.get(provider, "environment"), nodes.get(entry.node, "environment"))
    variables = {each.key: each for table in tables for each in nodes.entries(table)}
    module = nodes.text(nodes.get(entry.node, "module")) or "."
    return workload(
        Function(
            at=entry.at,
            name=entry.key,
            scope=whole.scope,
            handler=_handler(text(handler, whole) or "", root),
            handler_at=entry.at if handler is None else handler.at,
            environment=tuple(
                Variable(key, masked(key, string(each.node, whole)), each.node.at)
                for key, each in variables.items()
                if not nodes.is_null(each.node)
            ),
            open_environment=any(
                table is not None and not isinstance(table, nodes.Mapping) for table in tables
            ),
            reserved=integer(nodes.get(entry.node, "reservedConcurrency"), whole),
            provisioned=integer(nodes.get(entry.node, "provisionedConcurrency"), whole),
            timeout=integer(given("timeout"), whole),
            default_timeout="serverless-framework-timeout",
            build=joined(whole.folder, module),
        )
    )


def _handler(written: str, root: nodes.Node) -> str:
    """The handler, or the application behind the one of a plugin: `app.app` of `custom.wsgi.app`."""
    application = nodes.text(nodes.get(root, "custom", "wsgi", "app"))
    return application if written.startswith(_WSGI) and application else written
