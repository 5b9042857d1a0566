"""LibCST statements -> `poollint.expressions`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal as OneString

import libcst as cst

from poollint import expressions as e
from poollint.python.syntax.reading_expressions import SIGNS, ExpressionReader, on
from poollint.source import SourceFile

_AUGMENTED = {
    getattr(cst, name + "Assign"): SIGNS[getattr(cst, name)]
    for name in (
        "Add", "Subtract", "Multiply", "Divide", "FloorDivide", "Modulo", "Power", "LeftShift", "RightShift",
        "BitOr", "BitAnd", "BitXor", "MatrixMultiply",
    )
}  # fmt: skip


class StatementReader(ExpressionReader):
    """Makes records of the statements of one tree."""

    def __init__(self, tree: cst.Module, source: SourceFile) -> None:
        super().__init__(tree, source)
        self.statements: Mapping[type[cst.CSTNode], Callable[[cst.CSTNode], e.Statement]] = dict(
            [
                on(cst.Assign, self.assign),
                on(cst.AnnAssign, self.annotated),
                on(cst.AugAssign, self.augmented),
                on(cst.Del, self.delete),
                on(cst.Expr, lambda node: e.ExpressionStatement(self.value(node.value), self.places[node])),
                on(cst.Return, lambda node: e.Return(self.maybe(node.value), self.places[node])),
                on(cst.Raise, lambda node: e.Raise(self.maybe(node.exc), self.places[node])),
                on(cst.Assert, lambda node: e.Assert(self.value(node.test), self.places[node])),
                on(cst.Break, lambda node: e.Jump("break", self.places[node])),
                on(cst.Continue, lambda node: e.Jump("continue", self.places[node])),
                on(cst.Global, lambda node: self.declared("global", node)),
                on(cst.Nonlocal, lambda node: self.declared("nonlocal", node)),
                on(cst.Import, self.import_),
                on(cst.ImportFrom, self.import_from),
                on(cst.If, self.if_),
                on(cst.For, self.for_),
                on(cst.While, self.while_),
                on(cst.With, self.with_),
                on(cst.Try, self.try_),
                on(cst.TryStar, self.try_),
                on(cst.Match, self.match),
                on(cst.FunctionDef, self.function),
                on(cst.ClassDef, self.class_),
            ]
        )

    def block(self, body: Sequence[cst.CSTNode]) -> tuple[e.Statement, ...]:
        found: list[e.Statement] = []
        for node in body:
            if isinstance(node, cst.SimpleStatementLine):
                found += (self.statement(small) for small in node.body if not isinstance(small, cst.Pass))
            else:
                found.append(self.statement(node))
        return tuple(found)

    def suite(self, node: cst.BaseSuite) -> tuple[e.Statement, ...]:
        if isinstance(node, cst.SimpleStatementSuite):
            return tuple(self.statement(small) for small in node.body if not isinstance(small, cst.Pass))
        return self.block(node.body)

    def otherwise(self, node: cst.Else | cst.Finally | None) -> tuple[e.Statement, ...]:
        return () if node is None else self.suite(node.body)

    def statement(self, node: cst.CSTNode) -> e.Statement:
        made = self.statements.get(type(node))
        if made is not None:
            return made(node)
        names = (node.name.value,) if isinstance(node, cst.TypeAlias) else ()
        return e.OpaqueStatement(f"a {type(node).__name__} statement", names, self.places[node])

    def assign(self, node: cst.Assign) -> e.Statement:
        targets = tuple(self.value(each.target) for each in node.targets)
        return e.Assign(targets, self.value(node.value), self.places[node])

    def annotated(self, node: cst.AnnAssign) -> e.Statement:
        annotation = self.value(node.annotation.annotation)
        return e.AnnAssign(self.value(node.target), annotation, self.maybe(node.value), self.places[node])

    def augmented(self, node: cst.AugAssign) -> e.Statement:
        sign = _AUGMENTED[type(node.operator)]
        return e.AugAssign(self.value(node.target), sign, self.value(node.value), self.places[node])

    def delete(self, node: cst.Del) -> e.Statement:
        target = self.value(node.target)
        targets = target.items if isinstance(target, e.Display) else (target,)
        return e.Delete(targets, self.places[node])

    def declared(self, kind: OneString["global", "nonlocal"], node: cst.Global | cst.Nonlocal) -> e.Statement:
        return e.Declaration(kind, tuple(item.name.value for item in node.names), self.places[node])

    def import_(self, node: cst.Import) -> e.Statement:
        return e.Import(None, 0, tuple(map(self.imported, node.names)), self.places[node])

    def import_from(self, node: cst.ImportFrom) -> e.Statement:
        at = self.places[node]
        names = (
            (e.Imported("*", "*", at),)
            if isinstance(node.names, cst.ImportStar)
            else tuple(map(self.imported, node.names))
        )
        module = "" if node.module is None else _dotted(node.module)
        return e.Import(module, len(node.relative), names, at)

    def imported(self, node: cst.ImportAlias) -> e.Imported:
        name = _dotted(node.name)
        kept = node.asname.name if node.asname else None
        bound = kept.value if isinstance(kept, cst.Name) else name.partition(".")[0]
        self.named |= {bound, name}
        return e.Imported(name, bound, self.places[node])

    def if_(self, node: cst.If) -> e.Statement:
        otherwise = (
            (self.if_(node.orelse),) if isinstance(node.orelse, cst.If) else self.otherwise(node.orelse)
        )
        test = self.value(node.test)
        return e.If(test, self.written(test.at), self.suite(node.body), otherwise, test.at)

    def for_(self, node: cst.For) -> e.Statement:
        target, over = self.value(node.target), self.value(node.iter)
        return e.Loop(target, over, self.suite(node.body), self.otherwise(node.orelse), target.at)

    def while_(self, node: cst.While) -> e.Statement:
        test = self.value(node.test)
        return e.Loop(None, test, self.suite(node.body), self.otherwise(node.orelse), test.at)

    def with_(self, node: cst.With) -> e.Statement:
        items = tuple(
            (self.value(item.item), self.value(item.asname.name) if item.asname else None)
            for item in node.items
        )
        return e.With(items, self.suite(node.body), items[0][0].at)

    def try_(self, node: cst.Try | cst.TryStar) -> e.Statement:
        handlers = tuple(
            e.Handler(
                self.maybe(handler.type),
                _dotted(handler.name.name) if handler.name else "",
                self.suite(handler.body),
                self.places[handler],
            )
            for handler in node.handlers
        )
        otherwise, final = self.otherwise(node.orelse), self.otherwise(node.finalbody)
        return e.Try(self.suite(node.body), handlers, otherwise, final, self.places[node])

    def match(self, node: cst.Match) -> e.Statement:
        return e.Match(self.value(node.subject), tuple(map(self.case, node.cases)), self.places[node])

    def case(self, node: cst.MatchCase) -> e.Case:
        pattern = node.pattern
        always = isinstance(pattern, cst.MatchAs) and pattern.pattern is None
        values = None if always else self.pattern(pattern)
        captures = tuple(_captures(pattern))
        guard = self.maybe(node.guard)
        text = " | ".join(self.written(value.at) for value in values or ())
        return e.Case(values, captures, always, guard, text, self.suite(node.body), self.places[node])

    def pattern(self, node: cst.MatchPattern) -> tuple[e.Expression, ...] | None:
        if isinstance(node, cst.MatchValue | cst.MatchSingleton):
            return (self.value(node.value),)
        if isinstance(node, cst.MatchOr):
            inner = [self.pattern(part.pattern) for part in node.patterns]
            return None if None in inner else tuple(value for part in inner for value in part or ())
        return None

    def function(self, node: cst.FunctionDef) -> e.Statement:
        self.named.add(node.name.value)
        decorators = tuple(self.value(each.decorator) for each in node.decorators)
        parameters = self.parameters(node.params)
        returns = self.value(node.returns.annotation) if node.returns else None
        outer, self.yields = self.yields, False
        body = self.suite(node.body)
        yields, self.yields = self.yields, outer
        at = self.places[node.name]
        return e.FunctionDef(
            node.name.value, parameters, body, decorators, returns, node.asynchronous is not None, yields, at
        )

    def class_(self, node: cst.ClassDef) -> e.Statement:
        self.named.add(node.name.value)
        return e.ClassDef(
            node.name.value,
            tuple(self.value(base.value) for base in node.bases),
            tuple(map(self.argument, node.keywords)),
            self.suite(node.body),
            tuple(self.value(each.decorator) for each in node.decorators),
            self.places[node.name],
        )


def _dotted(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


def _captures(node: cst.CSTNode) -> Sequence[str]:
    """The names that a pattern binds."""
    found: list[str] = []
    stack: list[cst.CSTNode] = [node]
    while stack:
        inner = stack.pop()
        if isinstance(inner, cst.MatchAs | cst.MatchStar) and inner.name is not None:
            found.append(inner.name.value)
        if isinstance(inner, cst.MatchMapping) and inner.rest is not None:
            found.append(inner.rest.value)
        if not isinstance(inner, cst.BaseExpression):
            stack.extend(inner.children)
    return found
