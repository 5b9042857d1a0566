"""YAML and JSON text -> documents of nodes with their places. Nothing is ever constructed.

The parser's events become nodes at once, so that nesting, aliases and lengths are bounded before
they cost anything, and no type of the YAML library leaves this module. What cannot be read costs
its own document only and is reported as `Skipped`; nothing here raises, whatever the text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from poollint.frozen import frozen
from poollint.manifests.nodes import Entry, Mapping, Node, Scalar, Sequence, entries, is_null
from poollint.source import Skipped, SourceFile, Span

MAX_DOCUMENT = 4_000_000
"""Characters of one document; the largest manifest that a cluster stores is 1.5 MB."""
MAX_SCALAR = 1_100_000
"""Characters of one scalar; a ConfigMap holds at most 1 MiB."""
MAX_DEPTH = 100
"""Mappings and sequences within each other, aliases expanded."""
MAX_NODES = 200_000
"""Nodes of one document, aliases expanded: what stops an alias bomb."""

_NO_LINE_ENDS = ("\x85", "\u2028", "\u2029")
"""Ends of lines for the YAML 1.1 parser, and for nobody who counts lines."""
TEMPLATE = "a template, to be filled in before it is YAML"
"""The reason with which a template is skipped."""

_TEMPLATE = re.compile(r"(?<!\$)\{\{|\{%")
_JSON_TOKEN = re.compile(r'"(?:\\.|[^"\\])*+(?:"|\Z)|(?<!:)(?P<comment>//|/\*)', re.DOTALL)


@frozen
class Document:
    """One document of a file. `notes` are keys that stand twice: the last one counts."""

    root: Node
    notes: tuple[Skipped, ...] = ()


def documents(
    file: SourceFile, wanted: Callable[[str], bool] = lambda _text: True
) -> Iterator[Document | Skipped]:
    """The documents of a file, in order; what cannot be read with its place and reason.

    `wanted` sees the text of a document (with LF line ends, the `---` line included) before it is
    parsed, and should be as cheap as a few `in`. Empty documents are left out.
    """
    whole = file.text.removeprefix("\ufeff")
    if "\r" in whole:
        whole = whole.replace("\r\n", "\n").replace("\r", "\n")
    for each in _NO_LINE_ENDS:
        whole = whole.replace(each, " ")
    for line, chunk in _chunks(whole):
        if not wanted(chunk):
            continue
        if len(chunk) > MAX_DOCUMENT:
            why = f"a document of more than {MAX_DOCUMENT:,} characters"
            yield Skipped(Span(file.path, line + 1, 1, line + 1, 1), why)
            continue
        yield from _read(file.path, line, chunk)


def _chunks(whole: str) -> Iterator[tuple[int, str]]:
    """A file cut before each line `---`, with the number of lines before each part."""
    start = line = 0
    mark = whole.find("\n---")
    while mark != -1:
        part = whole[start : mark + 1]
        if whole[mark + 4 : mark + 5] in ("", " ", "\t", "\n") and not _only_directives(part):
            yield line, part
            line += part.count("\n")
            start = mark + 1
        mark = whole.find("\n---", mark + 4)
    yield line, whole[start:]


def _only_directives(part: str) -> bool:
    """Whether `%YAML 1.2` and comments are all there is: they belong to the document that follows."""
    return (part.startswith("%") or "\n%" in part) and all(
        not line.strip() or line[0] in "#%" for line in part.split("\n")
    )


# --- one document ---


class _RefusedError(Exception):
    def __init__(self, why: str, place: tuple[int, int]) -> None:
        super().__init__(why)
        self.why, self.place = why, place


def _read(path: str, offset: int, chunk: str) -> Iterator[Document | Skipped]:
    import yaml  # noqa: PLC0415 - a run without any YAML does not pay for it

    why, place = "", (0, 0)
    if comment := _json_comment(chunk):
        why, place = "JSON with comments", _position(chunk, comment)
    else:
        try:
            yield from _documents(path, offset, chunk)
        except _RefusedError as refused:
            why, place = refused.why, refused.place
        except yaml.MarkedYAMLError as error:
            place = _place(error.problem_mark or error.context_mark)
            written = "".join(chunk.split("\n")[place[0] : place[0] + 1])
            tab = written[place[1] : place[1] + 1] == "\t"
            problem = "a tab where YAML wants spaces" if tab else error.problem or error.context
            why = f"not valid YAML: {problem}"
        except (yaml.YAMLError, UnicodeError):
            why = "not valid YAML: characters that YAML does not allow"
        template = _TEMPLATE.search(chunk) if why else None
        if template:
            why = TEMPLATE
            place = _position(chunk, template.start())
    if why:
        line, column = offset + place[0] + 1, place[1] + 1
        yield Skipped(Span(path, line, column, line, column), why, expected=why == TEMPLATE)


def _position(chunk: str, index: int) -> tuple[int, int]:
    return chunk.count("\n", 0, index), index - chunk.rfind("\n", 0, index) - 1


def _json_comment(chunk: str) -> int:
    """Where a comment stands in what else is JSON; 0 for none, since no document begins in one."""
    start = chunk.lstrip()[:2]
    if start[:1] not in {"{", "["} or start in {"{{", "{%"} or ("//" not in chunk and "/*" not in chunk):
        return 0
    return next((token.start() for token in _JSON_TOKEN.finditer(chunk) if token["comment"]), 0)


def _documents(path: str, offset: int, chunk: str) -> Iterator[Document]:
    import yaml  # noqa: PLC0415 - see _read

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    build = _Builder(path, offset)
    for event in yaml.parse(chunk, Loader=loader):
        first, last = _place(event.start_mark), _place(event.end_mark)
        match event:
            case yaml.ScalarEvent():
                at = build.span(first, last)
                build.scalar(Scalar(event.value, event.tag or "", event.style or "", at), event.anchor, first)
            case yaml.AliasEvent():
                build.alias(event.anchor or "", first)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                mapping = isinstance(event, yaml.MappingStartEvent)
                build.open(mapping, event.tag, event.anchor, first)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                build.close(last if last > first else None)
            case yaml.DocumentEndEvent():
                yield from build.document()
            case _:
                pass


_Place: TypeAlias = tuple[int, int]


class _Mark(Protocol):
    """A place of the library's, C or Python: lines and columns from 0."""

    line: int
    column: int


def _place(mark: _Mark | None) -> _Place:
    return (mark.line, mark.column) if mark else (0, 0)


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet. `size` and `depth` count aliases as what they name."""

    mapping: bool
    tag: str
    anchor: str | None
    start: _Place
    nodes: list[Node] = field(default_factory=list)
    size: int = 1
    depth: int = 1


class _Builder:
    """Nodes from events, one document after the other."""

    def __init__(self, path: str, offset: int) -> None:
        self.path, self.offset = path, offset
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, tuple[int, int]] | None] = {}
        self.notes: list[Skipped] = []

    def scalar(self, node: Scalar, anchor: str | None, first: _Place) -> None:
        if len(node.text) > MAX_SCALAR:
            raise _RefusedError(f"a text of more than {MAX_SCALAR:,} characters", first)
        self._add(node, anchor, (1, 0), first)

    def alias(self, anchor: str, first: _Place) -> None:
        if anchor not in self.anchors:
            raise _RefusedError(f"not valid YAML: the anchor {anchor[:40]} is not defined", first)
        found = self.anchors[anchor]
        if found is None:
            raise _RefusedError(f"the alias {anchor[:40]} stands within its own anchor", first)
        self._add(found[0], None, found[1], first)

    def open(self, mapping: bool, tag: str | None, anchor: str | None, first: _Place) -> None:  # noqa: FBT001
        if anchor is not None:
            self.anchors[anchor] = None
        self.stack.append(_Open(mapping, tag or "", anchor, first))
        self._bound(len(self.stack), first)

    def close(self, last: _Place | None) -> None:
        """Ends a collection: at `last`, or with its last item where no bracket ends it."""
        done = self.stack.pop()
        at = self.span(done.start, last or done.start)
        if last is None and done.nodes:
            end = max((node.at for node in done.nodes), key=lambda each: (each.end_line, each.end_column))
            at = Span(self.path, at.line, at.column, end.end_line, end.end_column)
        if done.mapping:
            node: Node = self._mapping(done, at)
        else:
            node = Sequence(tuple(done.nodes), done.tag, at)
        self._add(node, done.anchor, (done.size, done.depth), done.start)

    def document(self) -> Iterator[Document]:
        root, notes = self.root, tuple(self.notes)
        self.root, self.anchors, self.notes = None, {}, []
        if root is not None and not is_null(root):
            yield Document(root, notes)

    def _add(self, node: Node, anchor: str | None, extent: tuple[int, int], first: _Place) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, extent)
        if not self.stack:
            self.root = node
            return
        parent, (size, depth) = self.stack[-1], extent
        parent.nodes.append(node)
        parent.size += size
        parent.depth = max(parent.depth, depth + 1)
        self._bound(len(self.stack) + depth, first)
        if parent.size > MAX_NODES:
            raise _RefusedError(f"more than {MAX_NODES:,} nodes, with its aliases expanded", first)

    def _bound(self, depth: int, first: _Place) -> None:
        if depth > MAX_DEPTH:
            raise _RefusedError(f"more than {MAX_DEPTH} levels deep", first)

    def _mapping(self, done: _Open, at: Span) -> Mapping:
        own: dict[str, Entry] = {}
        merged: list[Node] = []
        for key, node in zip(done.nodes[::2], done.nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                place = (key.at.line - self.offset - 1, key.at.column - 1)
                raise _RefusedError("a key that is no scalar", place)
            if key.text == "<<" and not key.style:
                merged.extend(node.items if isinstance(node, Sequence) else (node,))
                continue
            if lost := own.get(key.text):
                why = f"the key {key.text[:40]} stands again in line {key.at.line}, and the last one counts"
                self.notes.append(Skipped(lost.at, why))
            own[key.text] = Entry(key.text, key.at, node)
        for source in merged:
            for each in entries(source):
                own.setdefault(each.key, each)
        return Mapping(tuple(own.values()), done.tag, at, own)

    def span(self, first: _Place, last: _Place) -> Span:
        line = self.offset + 1
        return Span(self.path, line + first[0], first[1] + 1, line + last[0], last[1] + 1)
