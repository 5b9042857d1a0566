"""Summaries of modules that are kept from run to run: records <-> bytes, and under which name.

What a module says depends on its text and on who read it alone, so it is parsed once. Kept is data, never
code: JSON with the constants of a module, and the records as a program for a stack, which any depth fits.
"""

import json
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec
from posixpath import dirname, join
from typing import Protocol, TypeAlias, cast, get_args

from poollint import __version__
from poollint import expressions as e
from poollint.reading import Memory
from poollint.source import Skipped, SourceFile, Span

_Names: TypeAlias = tuple[frozenset[str], ...]
_Content: TypeAlias = tuple[tuple[e.Statement, ...], _Names, _Names]


class _Kind(Protocol):
    def __call__(self, *fields: object) -> object: ...


READERS = (
    *("expressions", "python.syntax.literals", "python.syntax.parsable", "python.syntax.positions"),
    *("python.syntax.reading_expressions", "python.syntax.reading_statements", "python.syntax.summarize"),
)
"""The modules that decide what a summary says, besides LibCST."""

_KINDS = tuple(sorted(get_args(e.Node), key=lambda kind: kind.__name__))
_TUPLE, _SET, _FIRST_KIND = range(3)
_FIRST_CONSTANT = _FIRST_KIND + len(_KINDS)
_CODES = {kind: code for code, kind in enumerate(_KINDS, start=_FIRST_KIND)}
_FIELDS = {kind: tuple(each.name for each in fields(kind))[:-1] for kind in _KINDS}
"""All but the last one, which is the place."""


def summary(source: SourceFile, memory: Memory | None) -> e.Module | Skipped:
    """What a module says: remembered, else read with LibCST."""
    # Of a template's folder the path decides too; it is rare enough to be read each time.
    name = None if memory is None or "{{" in source.path else _name(source.text)
    if memory is None or name is None:
        return _read(source)
    kept = memory.recall(name)
    found = None if kept is None else decode(kept, source.path)
    if found is None:
        found = _read(source)
        data = encode(found)
        if data is not None:
            memory.keep(name, data)
    return found


def encode(summary: e.Module | Skipped) -> bytes | None:
    """A summary without its path, on one line; None for one that JSON cannot carry (a lone surrogate)."""
    try:
        return json.dumps(_document(summary), ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return None


def _document(summary: e.Module | Skipped) -> object:
    if isinstance(summary, Skipped):
        at = summary.at
        place = (at.line, at.column, at.end_line, at.end_column)
        return {"why": summary.why, "expected": summary.expected, "at": place}
    constants: dict[tuple[type, object], int] = {}
    code: list[int] = []
    _program((summary.body, summary.names, summary.attributes), constants, code)
    return [[value.decode("latin-1")] if isinstance(value, bytes) else value for _, value in constants], code


def _program(value: object, constants: dict[tuple[type, object], int], code: list[int]) -> None:
    kind = type(value)
    if kind in _CODES:
        for name in _FIELDS[kind]:
            _program(getattr(value, name), constants, code)
        code += (_CODES[kind], *cast("e.Node", value).at)
    elif isinstance(value, tuple | frozenset):
        for each in sorted(value) if isinstance(value, frozenset) else value:
            _program(each, constants, code)
        code += (_SET if isinstance(value, frozenset) else _TUPLE, len(value))
    else:
        code.append(constants.setdefault((kind, value), _FIRST_CONSTANT + len(constants)))


def decode(data: bytes, path: str) -> e.Module | Skipped | None:
    """The summary of a file with that path; None for what `encode` did not write."""
    try:
        document = json.loads(data)
        if isinstance(document, dict):
            return Skipped(Span(path, *document["at"]), document["why"], document["expected"])
        values, code = document
        constants = [value[0].encode("latin-1") if type(value) is list else value for value in values]
        ((body, names, attributes),) = _run(iter(code), constants)
    except (ValueError, TypeError, LookupError, AttributeError, StopIteration):
        return None
    return e.Module(path, body, names, attributes)


def _run(code: Iterator[int], constants: list[object]) -> list[_Content]:
    """What a program leaves on the stack. Raises one of many errors for a program that is none."""
    stack: list[object] = []
    take = code.__next__
    for operation in code:
        if operation >= _FIRST_CONSTANT:
            stack.append(constants[operation - _FIRST_CONSTANT])
        elif operation >= _FIRST_KIND:
            kind, count = _MAKERS[operation - _FIRST_KIND]
            start = len(stack) - count
            stack[start:] = [kind(*stack[start:], (take(), take(), take(), take()))]
        else:
            start = len(stack) - take()
            items = stack[start:]
            stack[start:] = [tuple(items) if operation == _TUPLE else frozenset(items)]
    return cast("list[_Content]", stack)


_MAKERS = [(cast("_Kind", kind), len(_FIELDS[kind])) for kind in _KINDS]


def _read(source: SourceFile) -> e.Module | Skipped:
    from poollint.python.syntax.summarize import summarize  # noqa: PLC0415 - late: it brings LibCST

    return summarize(source)


def _name(text: str) -> str | None:
    """The text and its readers as one name; None where the readers cannot be told."""
    from hashlib import sha256  # noqa: PLC0415 - late: it brings OpenSSL

    own = readers()
    if own is None:
        return None
    return sha256(own + text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def readers() -> bytes | None:
    """The version of LibCST, which is asked without importing it, and all that is ours of the reading."""
    from hashlib import sha256  # noqa: PLC0415 - late: see above

    parts = [__version__.encode()]
    for name in ("libcst._version", *(f"poollint.{each}" for each in READERS)):
        top, *rest = name.split(".")
        spec = find_spec(top)
        if spec is None or spec.origin is None or not isinstance(spec.loader, SourceFileLoader):
            return None
        try:
            parts.append(spec.loader.get_data(join(dirname(spec.origin), *rest) + ".py"))
        except OSError:
            return None  # an installation without sources: its next version would look the same
    return sha256(b"\0".join(parts)).digest()
