"""Where the keys of a TOML document stand: the parser of the standard library does not say."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from poollint.source import Span

Path: TypeAlias = tuple[str | int, ...]
"""Keys from the root on; elements of an array of tables by their index."""

_LEXEMES = (
    r"(?P<comment>#[^\n]*)"
    r'|(?P<string>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
    r"|(?P<bare>[^\s#\"'=\[\]{},.]+)"
    r"|(?P<newline>\n)|(?P<blank>[ \t\r]+)|(?P<mark>[=\[\]{},.])"
)


class _Scanner:
    """One pass over the tokens of a document that a real parser has accepted."""

    def __init__(self, path: str, text: str) -> None:
        self.places: dict[Path, Span] = {}
        self._path = path
        self._tokens = list(re.finditer(_LEXEMES, text, re.DOTALL))
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._next = 0

    def document(self) -> None:
        table: Path = ()
        arrays: dict[Path, int] = {}
        while (token := self._peek()) is not None:
            if token.lastgroup in {"newline", "blank", "comment"}:
                self._next += 1
            elif token[0] == "[":
                table = self._header(arrays)
            else:
                self._pair(table)

    def _header(self, arrays: dict[Path, int]) -> Path:
        opened = self._next
        while (token := self._peek()) is not None and token[0] == "[":
            self._next += 1
        is_array = self._next - opened > 1
        table: Path = ()
        keys = self._keys("]")
        for number, (key, token) in enumerate(keys, start=1):
            table = (*table, key)
            self._place(table, token)
            if table in arrays and not (is_array and number == len(keys)):
                table = (*table, arrays[table])
        if is_array:
            arrays[table] = arrays.get(table, -1) + 1
            table = (*table, arrays[table])
            self._place(table, self._tokens[opened])
        while (token := self._peek()) is not None and token[0] == "]":
            self._next += 1
        return table

    def _pair(self, table: Path) -> None:
        path = table
        for key, token in self._keys("="):
            path = (*path, key)
            self._place(path, token)
        self._next += 1
        self._value(path)

    def _keys(self, end: str) -> list[tuple[str, re.Match[str]]]:
        found: list[tuple[str, re.Match[str]]] = []
        while (token := self._peek()) is not None and token[0] != end:
            self._next += 1
            if token.lastgroup == "bare":
                found.append((token[0], token))
            elif token.lastgroup == "string":
                found.append((token[0][1:-1], token))
        return found

    def _value(self, path: Path) -> None:
        """Past the value; the keys of inline tables in it are noted."""
        index = 0
        while (token := self._peek()) is not None and token[0] not in {",", "}", "]"}:
            self._next += 1
            if token.lastgroup == "newline":
                return
            if token[0] == "{":
                self._inline(path)
                return
            if token[0] == "[":
                while (inner := self._peek()) is not None and inner[0] != "]":
                    if inner.lastgroup in {"newline", "blank", "comment"} or inner[0] == ",":
                        index += inner[0] == ","
                        self._next += 1
                    else:
                        self._place((*path, index), inner)
                        self._value((*path, index))
                self._next += 1
                return

    def _inline(self, path: Path) -> None:
        while (token := self._peek()) is not None and token[0] != "}":
            if token.lastgroup in {"newline", "blank", "comment"} or token[0] == ",":
                self._next += 1
            else:
                self._pair(path)
        self._next += 1

    def _peek(self) -> re.Match[str] | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _place(self, path: Path, token: re.Match[str]) -> None:
        start = token.start()
        line = sum(1 for begin in self._line_starts if begin <= start)
        column = start - self._line_starts[line - 1] + 1
        self.places.setdefault(path, Span(self._path, line, column, line, column + len(token[0])))


def key_places(path: str, text: str) -> Mapping[Path, Span]:
    """The place of every key of a valid TOML document, and of every element of its arrays."""
    scanner = _Scanner(path, text)
    scanner.document()
    return scanner.places
