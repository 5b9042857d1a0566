"""The text of one Python file -> what it says (`poollint.expressions`).

One walk over the tree; whatever has no words in the expression language becomes `Opaque`. A file that
cannot be read costs only itself.
"""

import re

import libcst as cst

from poollint import expressions as e
from poollint.python.syntax.parsable import LARGEST, too_deep
from poollint.python.syntax.reading_statements import StatementReader
from poollint.source import Skipped, SourceFile, Span

_TEMPLATE = re.compile(r"\{%-?\s*\w[^\n]*%\}|\{\{\s*cookiecutter\.|^[^'\"#\n]*\{\{[^\n{}]*\}\}", re.MULTILINE)
"""A statement of Jinja, a variable of Cookiecutter, or an expression outside of a Python text."""


def summarize(source: SourceFile) -> e.Module | Skipped:
    """What a module says, or why it could not be read (with the line of a syntax error)."""
    if len(source.text) > LARGEST:
        return Skipped(source.whole(), f"larger than {LARGEST:,} characters")
    if too_deep(source.text):
        return Skipped(source.whole(), "nested too deeply")
    try:
        tree = cst.parse_module(source.text.removeprefix("\ufeff"))
        walk = _ModuleReader(tree, source)
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


class _ModuleReader(StatementReader):
    """Makes the record of a module."""

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
