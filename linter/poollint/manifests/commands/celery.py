"""What the module of a Celery application sets: `app.conf.worker_concurrency = 4`, `app.conf.update(...)`.

A module that `config_from_object` names is evaluated as any configuration file in Python. What the
application's own module sets is looked up where it stands, since no name is bound there.
"""

import ast
from collections.abc import Iterator, Mapping

from poollint.manifests.commands.context import Line
from poollint.source import SourceFile, Span
from poollint.values import Known, Unknown, Value, origin_of

_CONFIGURES = "config_from_object"
_LONGEST = 1_000_000
"""Characters of a module; a parse is a hundred times as large."""


def settings(module: str, names: tuple[str, ...], line: Line) -> Mapping[str, Value]:
    """The settings of these names, by the module that the command line gives.

    Of a package it is the module `celery` in it, as Celery itself looks for it.
    """
    found: dict[str, Value] = {}
    for each in (module, f"{module}.celery") if module else ():
        file = line.context.module(each)
        if file is not None and len(file.text) <= _LONGEST and _mentions(file.text, names):
            found |= _of_module(file, names, line)
    return found


def _mentions(text: str, names: tuple[str, ...]) -> bool:
    return _CONFIGURES in text or any(name in text for name in names)


def _of_module(file: SourceFile, names: tuple[str, ...], line: Line) -> dict[str, Value]:
    try:
        tree = ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    constants = line.context.constants(file.path, line.context.environment)
    found: dict[str, Value] = {}
    for node, is_sure in _statements(tree.body, is_sure=True):
        if (configured := _configured_by(node, tree)) is not None:
            found |= _of_file(configured, names, line)
        for name, value in _set_by(node):
            if name in names:
                worth = _worth(value, file, constants)
                found[name] = (
                    worth if is_sure else Unknown(f"{name} is set under a condition", origin_of(worth))
                )
    return found


def _statements(body: list[ast.stmt], *, is_sure: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """Every statement, those in functions too, with whether it stands under no condition."""
    for node in body:
        yield node, is_sure
        inner = is_sure and isinstance(node, ast.FunctionDef | ast.With)
        for name in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, name, []), is_sure=inner)


def _set_by(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Attribute(value=ast.Attribute(attr="conf"), attr=name)], value=value):
            yield name, value
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="conf"), attr="update"),
                args=args,
                keywords=keywords,
            )
        ):
            yield from ((each.arg, each.value) for each in keywords if each.arg is not None)
            for given in args:
                yield from _items(given)
        case _:
            return


def _items(given: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(given, ast.Dict):
        for key, value in zip(given.keys, given.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value


def _worth(value: ast.expr, file: SourceFile, constants: Mapping[str, Value]) -> Value:
    end = value.end_lineno or value.lineno, (value.end_col_offset or value.col_offset) + 1
    at = Span(file.path, value.lineno, value.col_offset + 1, *end)
    match value:
        case ast.Constant(value=int() | str() as constant):
            return Known(constant, at)
        case ast.Name(id=name) if name in constants:
            return constants[name]
        case _:
            return Unknown("computed when the application starts", at)


# --- configuration in a module of its own ---


def _configured_by(node: ast.stmt, tree: ast.Module) -> str | None:
    """The dotted name of the module that a statement configures the application from."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="config_from_object"), args=[given, *_])):
            pass
        case _:
            return None
    match given:
        case ast.Constant(value=str() as name):
            return name if ":" not in name else None
        case ast.Name(id=name):
            return next((dotted for bound, dotted in _imported(tree) if bound == name), None)
        case _:
            return None


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
            yield from ((each.asname or each.name, f"{node.module}.{each.name}") for each in node.names)
        elif isinstance(node, ast.Import):
            yield from ((each.asname or each.name, each.name) for each in node.names)


def _of_file(module: str, names: tuple[str, ...], line: Line) -> dict[str, Value]:
    file = line.context.module(module)
    if file is None:
        return {}
    constants = line.context.constants(file.path, line.context.environment)
    return {name: constants[name] for name in names if name in constants}
