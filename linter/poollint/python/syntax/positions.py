"""Where the nodes of a LibCST tree stand, for those that a summary keeps.

LibCST computes positions while it generates code. Its own provider records every node, whitespace
included, and costs twice a parse; this state records only the wanted kinds. It leans on names that
LibCST does not promise, so `positions` falls back to the provider where they are gone.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

import libcst as cst

from poollint.expressions import Place

try:
    from libcst._nodes.internal import CodegenState

    _RECORDS = True
except ImportError:  # pragma: no cover - a LibCST that moved its private names
    CodegenState = object  # type: ignore[assignment,misc]
    _RECORDS = False

_NOTHING = nullcontext()
_KEPT: frozenset[type] = frozenset(
    (
        cst.BaseExpression,
        cst.BaseSmallStatement,
        cst.Arg,
        cst.Param,
        cst.ImportAlias,
        cst.FormattedStringExpression,
        cst.FormattedStringText,
        cst.BaseSlice,
        cst.BaseCompoundStatement,
        cst.ExceptHandler,
        cst.ExceptStarHandler,
        cst.MatchCase,
    )
)


def positions(module: cst.Module) -> Mapping[cst.CSTNode, Place]:
    """The places of the kept nodes; of compound statements only where they begin is exact."""
    if not _RECORDS:  # pragma: no cover - see above
        return provided(module)
    state = _Recorder(module.default_indent, module.default_newline)
    module._codegen(state)  # noqa: SLF001 - what Module.code does, with another state
    return state.places


def provided(module: cst.Module) -> Mapping[cst.CSTNode, Place]:
    """The places of all nodes, from LibCST's own provider."""
    from libcst.metadata import MetadataWrapper, PositionProvider  # noqa: PLC0415 - the slow path alone

    found = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    return {
        node: (where.start.line, where.start.column + 1, where.end.line, where.end.column + 1)
        for node, where in found.items()
    }


class _Wanted(dict[type, bool]):
    """Which kinds of nodes are kept."""

    def __missing__(self, kind: type) -> bool:
        # `issubclass` would ask all subclasses of the abstract ones.
        found = self[kind] = not _KEPT.isdisjoint(kind.__mro__)
        return found


_WANTED = _Wanted()


class _Recorder(CodegenState):  # pyright: ignore[reportGeneralTypeIssues] - the real class, or never made
    __slots__ = ("column", "line", "places", "stack")

    def __init__(self, indent: str, newline: str) -> None:
        super().__init__(indent, newline)
        self.line = 1
        self.column = 1
        self.places: dict[cst.CSTNode, Place] = {}
        self.stack: list[tuple[int, int]] = []

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.column += len(token)

    def add_token(self, value: str) -> None:
        if "\n" in value or "\r" in value:
            lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self.line += len(lines) - 1
            self.column = len(lines[-1]) + 1
        else:
            self.column += len(value)

    def pop_trailing_newline(self) -> None:
        """Nothing: no text is kept."""

    def before_codegen(self, node: cst.CSTNode) -> None:
        if _WANTED[type(node)]:
            self.stack.append((self.line, self.column))

    def after_codegen(self, node: cst.CSTNode) -> None:
        if _WANTED[type(node)]:
            start = self.stack.pop()
            if node not in self.places:
                self.places[node] = (*start, self.line, self.column)

    def record_syntactic_position(  # type: ignore[override]  # only entered and left
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,  # noqa: ARG002 - only whitespace and suites hoist it
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        return _Recording(self, node, end_node) if _WANTED[type(node)] else _NOTHING


class _Recording(AbstractContextManager[None]):
    """What stands between entering and leaving it is the node; a generator would cost twice as much."""

    __slots__ = ("end_node", "node", "recorder", "start")

    def __init__(self, recorder: _Recorder, node: cst.CSTNode, end_node: cst.CSTNode | None) -> None:
        self.recorder = recorder
        self.node = node
        self.end_node = end_node
        self.start = (recorder.line, recorder.column)

    def __exit__(self, *_: object) -> None:
        recorder = self.recorder
        end = recorder.places.get(self.end_node) if self.end_node is not None else None
        recorder.places[self.node] = (*self.start, *(end[2:] if end else (recorder.line, recorder.column)))
