"""The text of one Python file -> what it says (`poollint.expressions`). The only reader of LibCST trees.

One walk over the tree; whatever has no words in the expression language becomes `Opaque`. A file that
cannot be read costs only itself.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal as OneString
from typing import TypeVar, cast

import libcst as cst

from poollint import expressions as e
from poollint.python.literals import number, string, template_text
from poollint.python.positions import positions
from poollint.source import Skipped, SourceFile, Span

LARGEST = 1_000_000
"""Characters; a larger file is generated data, and its tree would take half a gigabyte."""
DEEPEST = 200
"""Open brackets in one another; more would overflow the parser's stack."""


LONGEST_CHAIN = 1000
"""Operators, attributes or branches in a row; several thousand overflow the parser's stack."""
_SHORT = 2000
"""Characters of a text that cannot be that deep."""
_LINKS = (
    *(".", "+", "-", "~", "*", "/", "%", "|", "&", "^", "@", "<", ">", "=", "(", "[", "' ", '" ', "''", '""'),
    *("or ", "and ", "not ", "if ", "await ", "lambda", "in ", "is ", "for "),
)
_STARTS = (
    ".",
    "+",
    "-",
    "*",
    "/",
    "%",
    "|",
    "&",
    "or ",
    "and ",
    "not ",
    "if ",
    "else ",
    "await ",
    "~",
    "<",
    ">",
    "=",
)


_TEMPLATE = re.compile(r"\{%-?\s*\w[^\n]*%\}|\{\{\s*cookiecutter\.|^[^'\"#\n]*\{\{[^\n{}]*\}\}", re.MULTILINE)
"""A statement of Jinja, a variable of Cookiecutter, or an expression outside of a Python text."""


def summarize(source: SourceFile) -> e.Module | Skipped:
    """What a module says, or why it could not be read (with the line of a syntax error)."""
    if len(source.text) > LARGEST:
        return Skipped(source.whole(), f"larger than {LARGEST:,} characters")
    if _too_deep(source.text):
        return Skipped(source.whole(), "nested too deeply")
    try:
        tree = cst.parse_module(source.text.removeprefix("\ufeff"))
        walk = _Walk(tree, source)
        try:
            return walk.module(tree)
        finally:
            walk.forget()
    except cst.ParserSyntaxError as error:
        place = Span(
            source.path, error.editor_line, error.editor_column, error.editor_line, error.editor_column
        )
        return _invalid(source, place)
    except (cst.CSTValidationError, UnicodeError):
        return _invalid(source, source.whole())
    except RecursionError:
        return Skipped(source.whole(), "nested too deeply")


def _invalid(source: SourceFile, at: Span) -> Skipped:
    """A file that does not parse; nothing is wrong with one that Jinja or Cookiecutter fills in first."""
    if _TEMPLATE.search(source.text) or "{{" in source.path:
        return Skipped(at, "a template, to be filled in before it is Python", expected=True)
    return Skipped(at, "not valid Python")


def _too_deep(text: str) -> bool:
    """Whether the parser, which recurses without a limit of its own, might overflow its stack."""
    if len(text) > _SHORT and (text.count("elif ") > LONGEST_CHAIN or _chained(text)):
        return True
    if text.count("(") + text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth = 0
    for character in text:
        if character in "([{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif character in ")]}":
            depth = max(0, depth - 1)
    return False


def _chained(text: str) -> bool:
    """Whether one expression has very many operators: on one line, or one at the start of each."""
    run = 0
    for line in text.replace("\r", "\n").split("\n"):
        if len(line) > LONGEST_CHAIN and sum(map(line.count, _LINKS)) > LONGEST_CHAIN:
            return True
        inner = line.strip()
        goes_on = inner.startswith(_STARTS) or (inner[:1] in ("'", '"') and not inner.endswith(","))
        run = run + 1 if goes_on or inner.endswith("\\") else 0
        if run > LONGEST_CHAIN:
            return True
    return False


_SIGNS: Mapping[type[cst.CSTNode], str] = {
    **{getattr(cst, name): sign for name, sign in {
        "Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/", "FloorDivide": "//", "Modulo": "%",
        "Power": "**", "LeftShift": "<<", "RightShift": ">>", "BitOr": "|", "BitAnd": "&", "BitXor": "^",
        "MatrixMultiply": "@", "Minus": "-", "Plus": "+", "BitInvert": "~", "Not": "not",
        "Equal": "==", "LessThan": "<", "GreaterThan": ">", "LessThanEqual": "<=", "GreaterThanEqual": ">=",
        "In": "in", "Is": "is",
    }.items()},
}  # fmt: skip
_AUGMENTED = {
    getattr(cst, name + "Assign"): _SIGNS[getattr(cst, name)]
    for name in (
        "Add", "Subtract", "Multiply", "Divide", "FloorDivide", "Modulo", "Power", "LeftShift", "RightShift",
        "BitOr", "BitAnd", "BitXor", "MatrixMultiply",
    )
}  # fmt: skip


Kind = TypeVar("Kind", bound=cst.CSTNode)
Made = TypeVar("Made")


def _on(
    kind: type[Kind], make: Callable[[Kind], Made]
) -> tuple[type[cst.CSTNode], Callable[[cst.CSTNode], Made]]:
    """An item of a table from node kinds to what is made of them."""
    return kind, cast("Callable[[cst.CSTNode], Made]", make)


class _Walk:
    def __init__(self, tree: cst.Module, source: SourceFile) -> None:
        self.places = positions(tree)
        self.path = source.path
        self.lines = source.lines()
        self.yields = False
        self.named: set[str] = set()
        self.asked: set[str] = set()
        self.expressions: Mapping[type[cst.CSTNode], Callable[[cst.CSTNode], e.Expression]] = dict(
            [
                _on(cst.Name, self.name),
                _on(cst.Integer, self.number),
                _on(cst.Float, self.number),
                _on(cst.SimpleString, self.simple),
                _on(cst.ConcatenatedString, self.text_of),
                _on(cst.FormattedString, self.text_of),
                _on(cst.Attribute, self.attribute),
                _on(cst.Subscript, self.subscript),
                _on(cst.Call, self.call),
                _on(cst.Dict, self.dict),
                _on(cst.List, self.display),
                _on(cst.Tuple, self.display),
                _on(cst.Set, self.display),
                _on(cst.ListComp, self.comprehension),
                _on(cst.SetComp, self.comprehension),
                _on(cst.GeneratorExp, self.comprehension),
                _on(cst.DictComp, self.comprehension),
                _on(cst.BinaryOperation, self.binary),
                _on(cst.UnaryOperation, self.unary),
                _on(cst.BooleanOperation, self.logical),
                _on(cst.Comparison, self.compare),
                _on(cst.IfExp, self.conditional),
                _on(cst.Lambda, self.lambda_),
                _on(cst.NamedExpr, self.walrus),
                _on(cst.Await, self.await_),
                _on(cst.Yield, self.yield_),
                _on(cst.StarredElement, self.starred),
            ]
        )
        self.statements: Mapping[type[cst.CSTNode], Callable[[cst.CSTNode], e.Statement]] = dict(
            [
                _on(cst.Assign, self.assign),
                _on(cst.AnnAssign, self.annotated),
                _on(cst.AugAssign, self.augmented),
                _on(cst.Del, self.delete),
                _on(cst.Expr, lambda node: e.ExpressionStatement(self.value(node.value), self.places[node])),
                _on(cst.Return, lambda node: e.Return(self.maybe(node.value), self.places[node])),
                _on(cst.Raise, lambda node: e.Raise(self.maybe(node.exc), self.places[node])),
                _on(cst.Assert, lambda node: e.Assert(self.value(node.test), self.places[node])),
                _on(cst.Break, lambda node: e.Jump("break", self.places[node])),
                _on(cst.Continue, lambda node: e.Jump("continue", self.places[node])),
                _on(cst.Global, lambda node: self.declared("global", node)),
                _on(cst.Nonlocal, lambda node: self.declared("nonlocal", node)),
                _on(cst.Import, self.import_),
                _on(cst.ImportFrom, self.import_from),
                _on(cst.If, self.if_),
                _on(cst.For, self.for_),
                _on(cst.While, self.while_),
                _on(cst.With, self.with_),
                _on(cst.Try, self.try_),
                _on(cst.TryStar, self.try_),
                _on(cst.Match, self.match),
                _on(cst.FunctionDef, self.function),
                _on(cst.ClassDef, self.class_),
            ]
        )

    def forget(self) -> None:
        """Lets the tree go at once: bound methods make a circle, and a tree is a thousand times its text."""
        self.places, self.expressions, self.statements = {}, {}, {}

    def module(self, tree: cst.Module) -> e.Module:
        body: list[e.Statement] = []
        names: list[frozenset[str]] = []
        attributes: list[frozenset[str]] = []
        for node in tree.body:
            self.named, self.asked = set(), set()
            made = self.block([node])
            body += made
            names += [frozenset(self.named)] * len(made)
            attributes += [frozenset(self.asked)] * len(made)
        return e.Module(self.path, tuple(body), tuple(names), tuple(attributes))

    # --- statements ---

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

    # --- expressions ---

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
        sign = _SIGNS[type(node.operator)]
        return e.Binary(self.value(node.left), sign, self.value(node.right), self.places[node])

    def unary(self, node: cst.UnaryOperation) -> e.Expression:
        return e.Unary(_SIGNS[type(node.operator)], self.value(node.expression), self.places[node])

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


def _sign(node: cst.BaseCompOp) -> str:
    match node:
        case cst.NotIn():
            return "not in"
        case cst.IsNot():
            return "is not"
        case cst.NotEqual():
            return "!="
        case _:
            return _SIGNS[type(node)]


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
