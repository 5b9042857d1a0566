"""Comments of YAML, templates included: line by line, with quotes and block scalars kept apart."""

import re

from poollint.comments.tokens import Comment, attached

_BLOCK = re.compile(r"(?:^|[\s:])[|>][-+0-9]*$")
_SCALAR_BEGINS_AFTER = frozenset(" \t:,[{-?")


def yaml_comments(text: str) -> list[Comment]:
    """The comments; an entry is a key or list item with everything that is indented deeper below it."""
    found: list[tuple[str, int, int, bool]] = []
    content: list[tuple[int, int]] = []  # line, indentation of what begins there
    quote = ""
    block: int | None = None  # the indentation that a block scalar must exceed
    for number, line in enumerate(text.split("\n"), start=1):
        indentation = len(line) - len(line.lstrip(" "))
        if block is not None:
            if not line.strip() or indentation > block:
                continue
            block = None
        inside = bool(quote)
        sign, quote = _scan(line, quote)
        code = line if sign is None else line[:sign]
        if sign is not None:
            found.append((line[sign + 1 :], number, sign + 1, not code.strip()))
        if code.strip() and not inside:
            content.append((number, indentation))
            if not quote and _BLOCK.search(code.rstrip()):
                block = _parent(code)
    return attached(found, _entries(content, text.count("\n") + 1), nested=True)


def _scan(line: str, quote: str) -> tuple[int | None, str]:
    """Where a comment begins in a line, and the quote that is open at its end."""
    index = 0
    while index < len(line):
        character = line[index]
        before = line[index - 1] if index else " "
        if quote == '"' and character == "\\":
            index += 1
        elif quote:
            if character == quote:
                quote = ""
        elif character in "\"'" and before in _SCALAR_BEGINS_AFTER:
            quote = character
        elif character == "#" and before.isspace():
            return index, ""
        index += 1
    return None, quote


def _parent(code: str) -> int:
    """The indentation of the entry that a block scalar belongs to."""
    column = len(code) - len(code.lstrip(" "))
    while code[column:].startswith("- ") and code[column + 2 :].strip()[:1] not in {"|", ">"}:
        rest = code[column + 2 :]
        column += 2 + len(rest) - len(rest.lstrip(" "))
    return column


def _entries(content: list[tuple[int, int]], last_line: int) -> list[tuple[int, int]]:
    """First and last lines of entries: an entry ends where something begins that is not deeper.

    The items of a list may stand at the indentation of their key; then the key's entry ends early,
    which makes a comment on the key speak about the key's own line only.
    """
    entries: list[tuple[int, int]] = []
    open_entries: list[tuple[int, int]] = []
    for number, indentation in content:
        while open_entries and open_entries[-1][1] >= indentation:
            entries.append((open_entries.pop()[0], number - 1))
        open_entries.append((number, indentation))
    entries.extend((first, last_line) for first, _ in open_entries)
    return sorted(entries)
