"""CloudFormation and SAM templates: functions, databases and proxies."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from poollint.facts import Fact, Variable, Workload
from poollint.manifests import nodes, yamls
from poollint.manifests.compose.services import joined
from poollint.manifests.functions import rds
from poollint.manifests.functions.intrinsics import integer, string, text
from poollint.manifests.functions.lambdas import Function, is_python, workload
from poollint.manifests.functions.stacks import Resource, Stack, exported, known_end, stack
from poollint.manifests.masking import masked
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile

LAMBDA, SAM = "AWS::Lambda::Function", "AWS::Serverless::Function"
_IMPORT = "ImportValue"


def read(files: Iterable[SourceFile], _lookup: Lookup) -> Iterator[Fact | Skipped]:
    """The facts of all templates; one that imports what another exports belongs to the same scope."""
    stacks: list[Stack] = []
    for file in files:
        if "${self:" in file.text:
            continue  # a part of a serverless.yml, which is read with it
        for document in yamls.documents(file, _wanted):
            if isinstance(document, Skipped):
                yield document
                continue
            yield from document.notes
            found = stack(file.path, document.root, scope=f"cloudformation:{file.path}")
            stacks += [] if found is None else [found]
    exports = exported(stacks)
    scopes = _scopes(stacks, exports)
    for each in stacks:
        yield from facts(replace(each, exports=exports, scope=scopes[each.scope]))


def facts(each: Stack) -> Iterator[Fact]:
    """The workloads and servers of one stack."""
    for resource in each.of_type(LAMBDA, SAM):
        found = _function(resource, each)
        if found is not None:
            yield found
    yield from rds.servers(each)


def _wanted(chunk: str) -> bool:
    return "Resources" in chunk and "AWS::" in chunk


def _scopes(stacks: list[Stack], exports: dict[str, tuple[tuple[Stack, nodes.Node], ...]]) -> dict[str, str]:
    """The scope of each stack's scope: that of the first stack that it is connected to."""
    group = {each.scope: each.scope for each in stacks}
    for each in stacks:
        for end in _imports(each.root):
            owners = exports.get(end, ())
            if len(owners) == 1:
                mine, theirs = group[each.scope], group[owners[0][0].scope]
                first, second = sorted((mine, theirs))
                group = {name: first if scope == second else scope for name, scope in group.items()}
    return group


def _imports(root: nodes.Node) -> set[str]:
    """The known ends of all names that a template imports."""
    found: set[str] = set()
    left = [root]
    while left:
        node = left.pop()
        if node.tag == f"!{_IMPORT}":
            found.add(known_end(node))
        for entry in nodes.entries(node):
            if entry.key == f"Fn::{_IMPORT}":
                found.add(known_end(entry.node))
            left.append(entry.node)
        left.extend(nodes.items(node))
    return found - {""}


def _function(resource: Resource, each: Stack) -> Workload | None:
    """The workload of a function; None for code that stands in the template and other languages."""
    shared = nodes.get(each.root, "Globals", "Function") if resource.type == SAM else None

    def given(*path: str | int) -> nodes.Node | None:
        own = resource.get(*path)
        return nodes.get(shared, *path) if own is None else own

    inline = resource.get("InlineCode") or resource.get("Code", "ZipFile")
    if inline is not None or not is_python(text(given("Runtime"), each)):
        return None
    handler = given("Handler") or given("ImageConfig", "Command", 0)
    tables = (nodes.get(shared, "Environment", "Variables"), resource.get("Environment", "Variables"))
    entries = {entry.key: entry for table in tables for entry in nodes.entries(table)}
    metadata = nodes.get(resource.node, "Metadata")
    context = text(nodes.get(metadata, "DockerContext"), each)
    dockerfile = text(nodes.get(metadata, "Dockerfile"), each)
    is_image = text(given("PackageType"), each) == "Image"
    code = "" if is_image else _code(resource, given("CodeUri"), each)
    build = code if context is None else joined(each.folder, context)
    provisioned = given("ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions")
    return workload(
        Function(
            at=resource.at,
            name=resource.name,
            scope=each.scope,
            handler=text(handler, each) or "",
            handler_at=resource.at if handler is None else handler.at,
            environment=tuple(
                Variable(key, masked(key, string(entry.node, each)), entry.node.at)
                for key, entry in entries.items()
            ),
            open_environment=any(_is_computed(table) for table in tables),
            reserved=integer(given("ReservedConcurrentExecutions"), each),
            provisioned=integer(provisioned, each),
            timeout=integer(given("Timeout"), each),
            default_timeout="lambda-timeout",
            build=build,
            dockerfile=joined(build, dockerfile) if context is not None and dockerfile else "",
            target=text(nodes.get(metadata, "DockerBuildTarget"), each) or "",
        )
    )


def _is_computed(table: nodes.Node | None) -> bool:
    """Whether variables come from somewhere else than a plain mapping."""
    if table is None:
        return False
    keys = [entry.key for entry in nodes.entries(table)]
    return bool(table.tag) or not keys or any(key.startswith("Fn::") for key in keys)


def _code(resource: Resource, shared: nodes.Node | None, each: Stack) -> str:
    """The folder of the code relative to the project; empty where it is a package made elsewhere."""
    path = text(resource.get("Code") if resource.type == LAMBDA else shared, each)
    if path is None:
        return each.folder if resource.type == SAM and shared is None else ""
    if "://" in path or path.endswith((".zip", ".jar")):
        return ""
    return joined(each.folder, path)
