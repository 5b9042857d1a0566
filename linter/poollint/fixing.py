"""Edits of findings applied to Python source, formatting kept."""

from collections.abc import Iterable, Mapping, Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from poollint.frozen import frozen
from poollint.rule import Edit
from poollint.source import SourceFile

Place = tuple[int, int]
"""Line and column of a call, both from 1."""


@frozen
class Fixed:
    """A file with edits applied, and how many of them could be."""

    path: str
    before: str
    after: str
    count: int


def fix(file: SourceFile, edits: Iterable[Edit]) -> Fixed:
    """Apply the edits of one file. What cannot be edited safely where it stands is left alone.

    An argument that a call gets by `**` is not there to be changed.
    """
    wrapper = MetadataWrapper(cst.parse_module(file.text), unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    by_place: dict[Place, list[Edit]] = {}
    for edit in edits:
        by_place.setdefault((edit.at.line, edit.at.column), []).append(edit)
    calls: dict[cst.Call, list[Edit]] = {}
    for node, where in positions.items():
        place = (where.start.line, where.start.column + 1)
        if (
            isinstance(node, cst.Call)
            and place in by_place
            and _is_outermost(node, where.end.line, by_place[place])
        ):
            calls[node] = by_place[place]
    fixer = _Fixer(calls)
    after = wrapper.module.visit(fixer).code
    return Fixed(file.path, file.text, after, fixer.count)


def _is_outermost(_node: cst.Call, end_line: int, edits: Sequence[Edit]) -> bool:
    """Of `make()(x)` and `make()`, which begin alike, the one that ends where the edit says."""
    return any(edit.at.end_line == end_line for edit in edits)


class _Fixer(cst.CSTTransformer):
    def __init__(self, calls: Mapping[cst.Call, Sequence[Edit]]) -> None:
        super().__init__()
        self._calls = calls
        self.count = 0

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802 - LibCST's
        for edit in self._calls.get(original_node, ()):
            changed = _edited(updated_node, edit)
            if changed is not None:
                updated_node = changed
                self.count += 1
        return updated_node


def _edited(call: cst.Call, edit: Edit) -> cst.Call | None:
    names = {arg.keyword.value for arg in call.args if arg.keyword is not None}
    if not set(edit.remove) <= names:
        return None
    splatted = any(arg.star == "**" for arg in call.args)
    if splatted and any(name not in names for name, _ in edit.set_arguments):
        return None
    for name in edit.remove:
        call = _without(call, name)
    for name, text in edit.set_arguments:
        call = _with(call, name, text)
    return call


def _without(call: cst.Call, name: str) -> cst.Call:
    args = list(call.args)
    index = next(
        index for index, arg in enumerate(args) if arg.keyword is not None and arg.keyword.value == name
    )
    removed = args.pop(index)
    if index == len(args) and args:  # the last one ends as the removed one did
        args[-1] = args[-1].with_changes(
            comma=removed.comma, whitespace_after_arg=removed.whitespace_after_arg
        )
    return call.with_changes(args=args)


def _with(call: cst.Call, name: str, text: str) -> cst.Call:
    value = cst.parse_expression(text)
    args = list(call.args)
    for index, arg in enumerate(args):
        if arg.keyword is not None and arg.keyword.value == name:
            args[index] = arg.with_changes(value=value)
            return call.with_changes(args=args)
    tight = cst.AssignEqual(
        whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace("")
    )
    new = cst.Arg(value=value, keyword=cst.Name(name), equal=tight)
    if args:
        last = args[-1]
        new = new.with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
        args[-1] = last.with_changes(comma=_between(call), whitespace_after_arg=cst.SimpleWhitespace(""))
    return call.with_changes(args=[*args, new])


def _between(call: cst.Call) -> cst.Comma:
    """The comma that stands between the arguments of a call, without comments that stand behind one."""
    first = call.args[0].comma
    space = (
        first.whitespace_after
        if len(call.args) > 1 and isinstance(first, cst.Comma)
        else call.whitespace_before_args
    )
    if isinstance(space, cst.ParenthesizedWhitespace):
        plain = cst.ParenthesizedWhitespace(indent=space.indent, last_line=space.last_line)
        return cst.Comma(whitespace_after=plain)
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
