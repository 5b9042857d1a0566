"""Variables of a serverless.yml: `${self:...}`, `${opt:stage, 'dev'}`, `${sls:stage}`, `${file(...)}`.

What the files say is put in their place in the tree. What only the deploying shell knows (`env`) or a
service (`ssm`, `cf`) stays for whoever reads the value.
"""

import posixpath
import re
from dataclasses import dataclass, field

from poollint.manifests import nodes, yamls
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile, Span

DEEPEST = 20
MOST_NODES = 50_000
LONGEST = 20_000
"""What bounds the tree: variables within variables, nodes that are made, characters of a text."""

_INNERMOST = re.compile(r"\$\{([^${}]*)\}")
_ADDRESS = re.compile(r"(?P<source>self|opt|sls|param|file\((?P<file>[^()]*)\)):?(?P<path>[\w.\-/]*)")
_DEFAULT_STAGE = "dev"
"""Of the framework, where neither the command line nor the provider names one."""


@dataclass(slots=True)
class Tree:
    """A serverless.yml while its variables are replaced. `skipped` is what could not be followed."""

    file: SourceFile
    root: nodes.Node
    lookup: Lookup
    skipped: list[Skipped] = field(default_factory=list)
    made: int = 0
    files: dict[str, nodes.Node | None] = field(default_factory=dict)

    def resolved(self, node: nodes.Node, depth: int = 0) -> nodes.Node:
        """The node with its variables replaced as far as the files say; the rest stays as it is."""
        self.made += 1
        if depth > DEEPEST or self.made > MOST_NODES:
            return node
        match node:
            case nodes.Mapping():
                entries = tuple(
                    nodes.Entry(entry.key, entry.at, self.resolved(entry.node, depth + 1))
                    for entry in node.entries
                )
                return nodes.Mapping(entries, node.tag, node.at, {entry.key: entry for entry in entries})
            case nodes.Sequence():
                return nodes.Sequence(
                    tuple(self.resolved(item, depth + 1) for item in node.items), node.tag, node.at
                )
            case _:
                return self._scalar(node, depth)

    def _scalar(self, node: nodes.Scalar, depth: int) -> nodes.Node:
        """Innermost variables first, so that `${self:custom.${opt:stage}}` finds its key."""
        text, position = node.text, 0
        while "${" in text and (found := _INNERMOST.search(text, position)):
            self.made += 1
            target = self._variable(found[1], node.at, depth)
            if target is not None and found[0] == text.strip() and not node.tag:
                return target
            replacement = target.text if isinstance(target, nodes.Scalar) else None
            if replacement is None or self.made > MOST_NODES:
                position = found.end()
                continue
            text = text[: found.start()] + replacement + text[found.end() :]
            position = max(0, text.rfind("${", 0, found.start() + len(replacement)))
            if len(text) > LONGEST:
                return node
        return nodes.Scalar(text, node.tag, node.style, node.at)

    def _variable(self, written: str, at: Span, depth: int) -> nodes.Node | None:
        """The node that a variable stands for: the first of its sources that is there, then a literal."""
        parts = [part.strip() for part in written.split(",")]
        for position, part in enumerate(parts):
            found = self._address(part, at, depth)
            if found is not None:
                return found
            if position and not _is_source(part):
                quoted = part[:1] in ("'", '"')
                return nodes.Scalar(part.strip("'\""), "", "'" if quoted else "", at)
            if part.startswith(("env:", "ssm:", "cf:", "s3:", "aws:", "strToBool")):
                return None  # it wins where it is set, and nobody here knows
        return None

    def _address(self, part: str, at: Span, depth: int) -> nodes.Node | None:
        match = _ADDRESS.fullmatch(part)
        if match is None:
            return None
        path = [step for step in match["path"].split(".") if step]
        if match["source"] == "opt":
            return None  # of the command line
        if match["source"] == "sls":
            stage = self._found(self.root, ["provider", "stage"], depth) if path == ["stage"] else None
            return nodes.Scalar(_DEFAULT_STAGE, "", "", at) if path == ["stage"] and stage is None else stage
        if match["source"] == "param":
            return self._found(self.root, ["params", "default", *path], depth)
        if match["source"] == "self":
            return self._found(self.root, path, depth)
        return self._found(self._file(match["file"], at), path, depth) if match["file"] else None

    def _found(self, root: nodes.Node | None, path: list[str], depth: int) -> nodes.Node | None:
        """A node by its keys; on the way, variables that stand for mappings are opened."""
        node = root
        for step in path:
            if isinstance(node, nodes.Scalar):
                node = self.resolved(node, depth + 1)
            node = nodes.get(node, int(step) if step.isdecimal() and nodes.items(node) else step)
        return None if node is None or depth > DEEPEST else self.resolved(node, depth + 1)

    def _file(self, name: str, at: Span) -> nodes.Node | None:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.file.path), name.strip()))
        if path not in self.files:
            self.files[path] = None  # a file that includes itself ends here
            found = self.lookup(path) if path.endswith((".yml", ".yaml", ".json")) else None
            if found is None:
                self.skipped.append(
                    Skipped(at, f"includes {name.strip()[:80]}, which cannot be read", expected=True)
                )
            for document in yamls.documents(found) if found is not None else ():
                if isinstance(document, Skipped):
                    self.skipped.append(document)
                else:
                    self.files[path] = document.root
        return self.files[path]


def _is_source(part: str) -> bool:
    """Whether a fallback is a variable again and no text: `self:x`, `opt:x`; `'x'` and `1` are texts."""
    return _ADDRESS.fullmatch(part) is not None or re.match(r"[a-zA-Z]+(\([^()]*\))?:", part) is not None
