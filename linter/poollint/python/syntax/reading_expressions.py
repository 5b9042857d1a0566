"""LibCST expressions -> `poollint.expressions`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal as OneString
from typing import TypeVar, cast

import libcst as cst

from poollint import expressions as e
from poollint.python.syntax.literals import number, string, template_text
from poollint.python.syntax.positions import positions
from poollint.source import SourceFile

SIGNS: Mapping[type[cst.CSTNode], str] = {
    **{getattr(cst, name): sign for name, sign in {
        "Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/", "FloorDivide": "//", "Modulo": "%",
        "Power": "**", "LeftShift": "<<", "RightShift": ">>", "BitOr": "|", "BitAnd": "&", "BitXor": "^",
        "MatrixMultiply": "@", "Minus": "-", "Plus": "+", "BitInvert": "~", "Not": "not",
        "Equal": "==", "LessThan": "<", "GreaterThan": ">", "LessThanEqual": "<=", "GreaterThanEqual": ">=",
        "In": "in", "Is": "is",
    }.items()},
}  # fmt: skip
_CONSTANTS: Mapping[str, bool | None] = {"True": True, "False": False, "None": None}
_DISPLAYS: Mapping[type[cst.CSTNode], OneString["list", "tuple", "set"]] = {
    cst.List: "list",
    cst.Tuple: "tuple",
    cst.Set: "set",
}
_COMPREHENSIONS: Mapping[type[cst.CSTNode], OneString["list", "set", "dict", "generator"]] = {
    cst.ListComp: "list",
    cst.SetComp: "set",
    cst.GeneratorExp: "generator",
    cst.DictComp: "dict",
}

Kind = TypeVar("Kind", bound=cst.CSTNode)
Made = TypeVar("Made")


def on(
    kind: type[Kind], make: Callable[[Kind], Made]
) -> tuple[type[cst.CSTNode], Callable[[cst.CSTNode], Made]]:
    """An item of a table from node kinds to what is made of them."""
    return kind, cast("Callable[[cst.CSTNode], Made]", make)


class ExpressionReader:
    """Makes records of the expressions of one tree."""

    def __init__(self, tree: cst.Module, source: SourceFile) -> None:
        self.places = positions(tree)
        self.path = source.path
        self.lines = source.lines()
        self.yields = False
        self.named: set[str] = set()
        self.asked: set[str] = set()
        self.expressions: Mapping[type[cst.CSTNode], Callable[[cst.CSTNode], e.Expression]] = dict(
            [
                on(cst.Name, self.name),
                on(cst.Integer, self.number),
                on(cst.Float, self.number),
                on(cst.SimpleString, self.simple),
                on(cst.ConcatenatedString, self.text_of),
                on(cst.FormattedString, self.text_of),
                on(cst.Attribute, self.attribute),
                on(cst.Subscript, self.subscript),
                on(cst.Call, self.call),
                on(cst.Dict, self.dict),
                on(cst.List, self.display),
                on(cst.Tuple, self.display),
                on(cst.Set, self.display),
                on(cst.ListComp, self.comprehension),
                on(cst.SetComp, self.comprehension),
                on(cst.GeneratorExp, self.comprehension),
                on(cst.DictComp, self.comprehension),
                on(cst.BinaryOperation, self.binary),
                on(cst.UnaryOperation, self.unary),
                on(cst.BooleanOperation, self.logical),
                on(cst.Comparison, self.compare),
                on(cst.IfExp, self.conditional),
                on(cst.Lambda, self.lambda_),
                on(cst.NamedExpr, self.walrus),
                on(cst.Await, self.await_),
                on(cst.Yield, self.yield_),
                on(cst.StarredElement, self.starred),
            ]
        )

    def value(self, node: cst.CSTNode) -> e.Expression:
        made = self.expressions.get(type(node))
        if made is not None:
            return made(node)
        return e.Opaque(f"a {type(node).__name__} expression", self.places[node])

    def maybe(self, node: cst.BaseExpression | None) -> e.Expression | None:
        return None if node is None else self.value(node)

    def written(self, at: e.Place) -> str:
        """The text at a place, with all white space as single blanks."""
        lines = self.lines[at[0] - 1 : at[2]]
        if len(lines) == 1:
            return " ".join(lines[0][at[1] - 1 : at[3] - 1].split())
        return " ".join(" ".join([lines[0][at[1] - 1 :], *lines[1:-1], lines[-1][: at[3] - 1]]).split())

    def name(self, node: cst.Name) -> e.Expression:
        at = self.places[node]
        if node.value in _CONSTANTS:
            return e.Literal(_CONSTANTS[node.value], at)
        self.named.add(node.value)
        return e.Name(node.value, at)

    def number(self, node: cst.Integer | cst.Float) -> e.Expression:
        value = number(node.value)
        at = self.places[node]
        return e.Opaque("a number too long to read", at) if value is None else e.Literal(value, at)

    def simple(self, node: cst.SimpleString) -> e.Expression:
        value, at = string(node), self.places[node]
        return e.Opaque("a text that Python rejects", at) if value is None else e.Literal(value, at)

    def text_of(self, node: cst.FormattedString | cst.ConcatenatedString) -> e.Expression:
        at = self.places[node]
        pieces = list(self.pieces(node))
        if any(isinstance(piece, bytes) for piece in pieces):
            parts = [piece for piece in pieces if isinstance(piece, bytes)]
            whole = len(parts) == len(pieces)
            return e.Literal(b"".join(parts), at) if whole else e.Opaque("bytes beside a text", at)
        texts = [piece for piece in pieces if isinstance(piece, str | e.Replacement)]
        if len(texts) < len(pieces):
            return e.Opaque("a text that Python rejects", at)
        if all(isinstance(piece, str) for piece in texts):
            return e.Literal("".join(piece for piece in texts if isinstance(piece, str)), at)
        return e.Format(tuple(texts), at)

    def pieces(self, node: cst.BaseExpression) -> Sequence[str | bytes | e.Replacement | None]:
        if isinstance(node, cst.ConcatenatedString):
            return [*self.pieces(node.left), *self.pieces(node.right)]
        if isinstance(node, cst.FormattedString):
            return self.replacements(node.parts, node)
        return [string(node) if isinstance(node, cst.SimpleString) else None]

    def replacements(
        self, parts: Sequence[cst.BaseFormattedStringContent], whole: cst.FormattedString
    ) -> Sequence[str | e.Replacement | None]:
        found: list[str | e.Replacement | None] = []
        for part in parts:
            if isinstance(part, cst.FormattedStringExpression):
                value = self.value(part.expression)
                if part.equal is not None:
                    found.append(None)  # the text of the expression would be part of the value
                    continue
                spec = part.format_spec
                inner = self.replacements(spec, whole) if spec else ()
                kept = tuple(each for each in inner if each is not None)
                found.append(
                    e.Replacement(
                        value,
                        part.conversion or "",
                        e.Format(kept, self.places[part]) if spec else None,
                        self.places[part],
                    )
                )
            else:
                found.append(template_text(part, whole))
        return found

    def attribute(self, node: cst.Attribute) -> e.Expression:
        self.asked.add(node.attr.value)
        return e.Attribute(self.value(node.value), node.attr.value, self.places[node])

    def subscript(self, node: cst.Subscript) -> e.Expression:
        at = self.places[node]
        parts = tuple(self.slice(element.slice) for element in node.slice)
        single = len(parts) == 1 and isinstance(node.slice[0].comma, cst.MaybeSentinel)
        return e.Subscript(self.value(node.value), parts[0] if single else e.Display("tuple", parts, at), at)

    def slice(self, node: cst.BaseSlice) -> e.Expression:
        if isinstance(node, cst.Slice):
            return e.Slice(
                self.maybe(node.lower), self.maybe(node.upper), self.maybe(node.step), self.places[node]
            )
        if isinstance(node, cst.Index) and not node.star:
            return self.value(node.value)
        return e.Opaque("a starred index", self.places[node])

    def call(self, node: cst.Call) -> e.Expression:
        return e.Call(self.value(node.func), tuple(map(self.argument, node.args)), self.places[node])

    def argument(self, node: cst.Arg) -> e.Argument:
        name = node.keyword.value if node.keyword else ""
        star: OneString["", "*", "**"] = node.star
        return e.Argument(self.value(node.value), name, star, self.places[node])

    def dict(self, node: cst.Dict) -> e.Expression:
        items = []
        for element in node.elements:
            value = self.value(element.value)
            key = self.value(element.key) if isinstance(element, cst.DictElement) else None
            items.append(e.Item(key, value, value.at if key is None else key.at))
        return e.DictDisplay(tuple(items), self.places[node])

    def display(self, node: cst.List | cst.Tuple | cst.Set) -> e.Expression:
        items = tuple(
            self.value(element if isinstance(element, cst.StarredElement) else element.value)
            for element in node.elements
        )
        return e.Display(_DISPLAYS[type(node)], items, self.places[node])

    def comprehension(
        self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp | cst.DictComp
    ) -> e.Expression:
        key, value = (node.key, node.value) if isinstance(node, cst.DictComp) else (None, node.elt)
        clauses = []
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            tests = tuple(self.value(each.test) for each in clause.ifs)
            target = self.value(clause.target)
            clauses.append(e.Clause(target, self.value(clause.iter), tests, target.at))
            clause = clause.inner_for_in
        return e.Comprehension(
            _COMPREHENSIONS[type(node)], self.maybe(key), self.value(value), tuple(clauses), self.places[node]
        )

    def binary(self, node: cst.BinaryOperation) -> e.Expression:
        sign = SIGNS[type(node.operator)]
        return e.Binary(self.value(node.left), sign, self.value(node.right), self.places[node])

    def unary(self, node: cst.UnaryOperation) -> e.Expression:
        return e.Unary(SIGNS[type(node.operator)], self.value(node.expression), self.places[node])

    def logical(self, node: cst.BooleanOperation) -> e.Expression:
        sign: OneString["and", "or"] = "and" if isinstance(node.operator, cst.And) else "or"
        return e.Logical(sign, self.value(node.left), self.value(node.right), self.places[node])

    def compare(self, node: cst.Comparison) -> e.Expression:
        rights = tuple((_sign(part.operator), self.value(part.comparator)) for part in node.comparisons)
        return e.Compare(self.value(node.left), rights, self.places[node])

    def conditional(self, node: cst.IfExp) -> e.Expression:
        test = self.value(node.test)
        then, otherwise = self.value(node.body), self.value(node.orelse)
        return e.Conditional(test, self.written(test.at), then, otherwise, self.places[node])

    def lambda_(self, node: cst.Lambda) -> e.Expression:
        outer = self.yields
        made = e.Lambda(self.parameters(node.params), self.value(node.body), self.places[node])
        self.yields = outer
        return made

    def walrus(self, node: cst.NamedExpr) -> e.Expression:
        return e.Walrus(self.value(node.target), self.value(node.value), self.places[node])

    def await_(self, node: cst.Await) -> e.Expression:
        return e.Await(self.value(node.expression), self.places[node])

    def yield_(self, node: cst.Yield) -> e.Expression:
        self.yields = True
        if isinstance(node.value, cst.From):
            return e.Yield(self.value(node.value.item), delegates=True, at=self.places[node])
        return e.Yield(self.maybe(node.value), delegates=False, at=self.places[node])

    def starred(self, node: cst.StarredElement) -> e.Expression:
        value = self.value(node.value)
        return e.Starred(value, value.at)

    def parameters(self, node: cst.Parameters) -> tuple[e.Parameter, ...]:
        found = [self.parameter(each, "positional") for each in node.posonly_params]
        found += (self.parameter(each, "either") for each in node.params)
        if isinstance(node.star_arg, cst.Param):
            found.append(self.parameter(node.star_arg, "star"))
        found += (self.parameter(each, "keyword") for each in node.kwonly_params)
        if node.star_kwarg is not None:
            found.append(self.parameter(node.star_kwarg, "double"))
        return tuple(found)

    def parameter(
        self, node: cst.Param, kind: OneString["positional", "either", "star", "keyword", "double"]
    ) -> e.Parameter:
        annotation = self.value(node.annotation.annotation) if node.annotation else None
        return e.Parameter(
            node.name.value, kind, annotation, self.maybe(node.default), self.places[node.name]
        )


def _sign(node: cst.BaseCompOp) -> str:
    match node:
        case cst.NotIn():
            return "not in"
        case cst.IsNot():
            return "is not"
        case cst.NotEqual():
            return "!="
        case _:
            return SIGNS[type(node)]
