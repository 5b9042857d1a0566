"""Where the nodes of a LibCST tree stand, for those that a summary keeps.

LibCST computes positions while it generates code. Its own provider records every node, whitespace
included, and costs twice a parse; this state records only the wanted kinds. It leans on names that
LibCST does not promise, so `positions` falls back to the provider where they are gone.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import libcst as cst

from poollint.expressions import Place

try:
    from libcst._nodes.internal import CodegenState

    _RECORDS = True
except ImportError:  # pragma: no cover - a LibCST that moved its private names
    CodegenState = object  # type: ignore[assignment,misc]
    _RECORDS = False

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


class _Recorder(CodegenState):  # pyright: ignore[reportGeneralTypeIssues] - the real class, or never made
    __slots__ = ("column", "kept", "line", "places", "stack")

    def __init__(self, indent: str, newline: str) -> None:
        super().__init__(indent, newline)
        self.line = 1
        self.column = 1
        self.places: dict[cst.CSTNode, Place] = {}
        self.stack: list[tuple[int, int]] = []
        self.kept: dict[type, bool] = {}

    def _wanted(self, node: cst.CSTNode) -> bool:
        kind = type(node)
        found = self.kept.get(kind)
        if found is None:  # `issubclass` would ask all subclasses of the abstract ones
            found = self.kept[kind] = not _KEPT.isdisjoint(kind.__mro__)
        return found

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
        if self._wanted(node):
            self.stack.append((self.line, self.column))

    def after_codegen(self, node: cst.CSTNode) -> None:
        if self._wanted(node):
            start = self.stack.pop()
            if node not in self.places:
                self.places[node] = (*start, self.line, self.column)

    @contextmanager
    def record_syntactic_position(
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,  # noqa: ARG002 - only whitespace and suites hoist it
        end_node: cst.CSTNode | None = None,
    ) -> Iterator[None]:
        start = (self.line, self.column)
        yield
        if self._wanted(node):
            end = self.places.get(end_node) if end_node is not None else None
            self.places[node] = (*start, *(end[2:] if end else (self.line, self.column)))
