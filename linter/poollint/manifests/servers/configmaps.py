"""Configuration files of poolers that stand in a ConfigMap or Secret: `pgbouncer.ini: |`."""

from collections.abc import Iterable, Iterator

from poollint.facts import Pooler
from poollint.manifests import nodes
from poollint.manifests.kubernetes.objects import Object, objects
from poollint.manifests.servers import pgbouncer_ini, pgcat
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile, Span

_FIELDS = {"ConfigMap": "data", "Secret": "stringData"}


def read(files: Iterable[SourceFile], _lookup: Lookup) -> Iterator[Pooler | Skipped]:
    """One pooler a text, in the scope of its object. What the Kubernetes reader skips is its to report."""
    together = {file.path: file for file in files}
    for each in objects(together.values()):
        if isinstance(each, Object) and each.kind in _FIELDS:
            for entry in nodes.entries(nodes.get(each.node, _FIELDS[each.kind])):
                yield from _configuration(entry, together[each.at.path], each.scope)


def _configuration(entry: nodes.Entry, file: SourceFile, scope: str) -> Iterator[Pooler | Skipped]:
    node = entry.node
    if not isinstance(node, nodes.Scalar) or node.style != "|":
        return
    alone = _only(file, node.at)
    if "[pgbouncer]" in node.text:
        yield from pgbouncer_ini.configuration(alone, lambda _path: None, set(), entry.at, scope)
    elif "[pools." in node.text:
        yield from pgcat.configuration(alone, entry.at, scope)


def _only(file: SourceFile, at: Span) -> SourceFile:
    """The lines of a block and nothing else, on the lines where they stand."""
    lines = file.lines()
    kept = lines[at.line : at.end_line - 1 if at.end_column == 1 else at.end_line]
    return SourceFile(file.path, "\n".join([*[""] * at.line, *kept]))
