"""Shell text to tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from poollint.frozen import frozen
from poollint.manifests.shell.syntax import (
    Arithmetic,
    Literal,
    Parameter,
    Part,
    ShellError,
    Substitution,
    Word,
)

MOST_CHARACTERS = 200_000
DEEPEST = 20

# The longest first.
_OPERATORS = ("&>>", "<<-", "<<<", ";;&", ";;", ";&", "&&", "||", "|&", "&>", "<<", "<>", "<&", ">>", ">&")
_OPERATORS_OF_ONE = frozenset("\n;&|()<>")
_REDIRECTIONS = frozenset(["&>>", "&>", "<<-", "<<<", "<<", "<>", "<&", ">>", ">&", ">|", "<", ">"])
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_EXPANSION = re.compile(r"(!?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(\[[@*0-9]+\])?")
_OPERATOR = re.compile(r":?[-=+?]")
_PLAIN = re.compile(r"[A-Za-z0-9_./:=,+@%^~\[\]-]+")
_DESCRIPTOR = re.compile(r"\d+(?=[<>])")
_ARRAY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")


@frozen
class Token:
    """A word, or an operator (`word` None); `start` and `end` are offsets in the text."""

    operator: str
    word: Word | None
    line: int
    start: int
    end: int


@dataclass(slots=True)
class _Heredoc:
    delimiter: str
    stripped: bool


class Lexer:
    """Splits a text once; a token that cannot be read raises ShellError."""

    def __init__(self, text: str, line: int = 1, depth: int = 0) -> None:
        if len(text) > MOST_CHARACTERS:
            raise ShellError(line, f"longer than {MOST_CHARACTERS} characters")
        if depth > DEEPEST:
            raise ShellError(line, "nested too deeply")
        self._text = text
        self._at = 0
        self._line = line
        self._depth = depth
        self._heredocs: list[_Heredoc] = []

    def tokens(self) -> Iterator[Token]:
        """All tokens; redirections and here-documents are left out."""
        while (start := self._skip_blanks()) < len(self._text):
            line = self._line
            operator = self._operator()
            if operator in _REDIRECTIONS:
                self._redirect(operator)
            elif operator:
                yield Token(operator, None, line, start, self._at)
            elif not self._descriptor():
                yield Token("", self.word(), line, start, self._at)

    def _skip_blanks(self) -> int:
        text = self._text
        while self._at < len(text):
            if text[self._at] in " \t\r":
                self._at += 1
            elif text.startswith(("\\\n", "\\\r\n"), self._at):
                self._at = text.index("\n", self._at) + 1
                self._line += 1
            elif text[self._at] == "#":
                end = text.find("\n", self._at)
                self._at = len(text) if end < 0 else end
            else:
                break
        return self._at

    def _operator(self) -> str:
        text = self._text
        if text.startswith(("<(", ">("), self._at):
            return ""
        operator = next((each for each in (*_OPERATORS, ">|") if text.startswith(each, self._at)), "")
        if not operator and text[self._at] in _OPERATORS_OF_ONE:
            operator = text[self._at]
        self._at += len(operator)
        if operator == "\n":
            self._line += 1
            self._skip_heredocs()
        return operator

    def _descriptor(self) -> bool:
        """Skips `2` of `2>&1`."""
        if found := _DESCRIPTOR.match(self._text, self._at):
            self._at = found.end()
            return True
        return False

    def _redirect(self, operator: str) -> None:
        self._skip_blanks()
        if self._at >= len(self._text) or self._text[self._at] in "\n;&|)":
            raise ShellError(self._line, f"nothing after {operator}")
        target = self.word()
        if operator in ("<<", "<<-"):
            delimiter = "".join(part.text for part in target.parts if isinstance(part, Literal))
            self._heredocs.append(_Heredoc(delimiter, operator == "<<-"))

    def _skip_heredocs(self) -> None:
        for heredoc in self._heredocs:
            while self._at < len(self._text):
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
                row = self._text[self._at : end].rstrip("\r")
                self._at = min(end + 1, len(self._text))
                self._line += 1
                if (row.lstrip("\t") if heredoc.stripped else row) == heredoc.delimiter:
                    break
        self._heredocs.clear()

    def word(self) -> Word:
        """The word that begins here."""
        line, parts, text = self._line, list[Part](), self._text
        start = self._at
        while self._at < len(text):
            character = text[self._at]
            if character in " \t\r\n;&|":
                break
            if character in "<>":
                if not text.startswith("(", self._at + 1):
                    break
                self._at += 1
                parts.append(Substitution(self._balanced("(", ")"), quoted=False))
            elif character == "(":
                if not _ARRAY.fullmatch(text, start, self._at) and not text[start : self._at].endswith(
                    tuple("?*+@!")
                ):
                    break
                parts.append(Substitution(self._balanced("(", ")"), quoted=False))
            elif character == ")":
                break
            else:
                parts.extend(self._parts(quoted=False))
        if not parts:
            raise ShellError(line, f"unexpected {text[self._at : self._at + 1]!r}")
        return Word(_joined(parts), line)

    def expansions(self) -> Word:
        """The whole text as one quoted word in which only `$` has a meaning."""
        parts: list[Part] = []
        while self._at < len(self._text):
            if self._text[self._at] == "$":
                parts.append(self._dollar(quoted=True))
            else:
                end = self._text.find("$", self._at)
                end = len(self._text) if end < 0 else end
                parts.append(Literal(self._text[self._at : end], quoted=True))
                self._at = end
        return Word(_joined(parts), self._line)

    def _parts(self, *, quoted: bool) -> tuple[Part, ...]:
        text, character = self._text, self._text[self._at]
        match character:
            case "'":
                return (self._single(self._at + 1),)
            case '"':
                return self._double()
            case "\\":
                self._at += 2
                taken = text[self._at - 1 : self._at]
                self._line += taken == "\n"
                return (Literal("" if taken == "\n" else taken, quoted=True),)
            case "$" if text.startswith("$'", self._at):
                return (self._single(self._at + 2),)
            case "$" if text.startswith('$"', self._at):
                self._at += 1
                return self._double()
            case "$":
                return (self._dollar(quoted=quoted),)
            case "`":
                return (self._backquoted(quoted=quoted),)
            case _:
                found = _PLAIN.match(text, self._at)
                end = found.end() if found else self._at + 1
                plain, self._at = text[self._at : end], end
                self._line += plain.count("\n")
                return (Literal(plain, quoted=quoted),)

    def _single(self, start: int) -> Literal:
        end = self._text.find("'", start)
        if end < 0:
            raise ShellError(self._line, "a single quote is not closed")
        self._at = end + 1
        self._line += self._text.count("\n", start, end)
        return Literal(self._text[start:end], quoted=True)

    def _double(self) -> tuple[Part, ...]:
        line, text = self._line, self._text
        self._at += 1
        parts: list[Part] = []
        while self._at < len(text) and text[self._at] != '"':
            match text[self._at]:
                case "\\" if text[self._at + 1 : self._at + 2] in ("$", '"', "\\", "`", "\n"):
                    parts.extend(self._parts(quoted=True))
                case "$":
                    parts.append(self._dollar(quoted=True))
                case "`":
                    parts.append(self._backquoted(quoted=True))
                case character:
                    self._line += character == "\n"
                    parts.append(Literal(character, quoted=True))
                    self._at += 1
        if self._at >= len(text):
            raise ShellError(line, "a double quote is not closed")
        self._at += 1
        return _joined(parts or [Literal("", quoted=True)])

    def _backquoted(self, *, quoted: bool) -> Substitution:
        end = self._text.find("`", self._at + 1)
        if end < 0:
            raise ShellError(self._line, "a backquote is not closed")
        inner = self._text[self._at + 1 : end]
        self._at = end + 1
        self._line += inner.count("\n")
        return Substitution(inner, quoted)

    def _dollar(self, *, quoted: bool) -> Part:
        text = self._text
        if text.startswith("$((", self._at):
            before = self._at, self._line
            self._at += 1
            inner = self._balanced("(", ")")
            if inner.startswith("(") and inner.endswith(")"):
                return Arithmetic(inner[1:-1], quoted)
            self._at, self._line = before
        if text.startswith("$(", self._at):
            self._at += 1
            return Substitution(self._balanced("(", ")"), quoted)
        if text.startswith("${", self._at):
            self._at += 1
            return self._parameter(self._balanced("{", "}"), quoted=quoted)
        self._at += 1
        if found := _NAME.match(text, self._at):
            self._at = found.end()
            return Parameter(found.group(), "", Word((), self._line), quoted)
        return Literal("$", quoted)

    def _parameter(self, inner: str, *, quoted: bool) -> Part:
        nothing = Word((), self._line)
        if inner.startswith("#") and len(inner) > 1:
            return Parameter(inner[1:], "#length", nothing, quoted)
        found = _EXPANSION.match(inner)
        if found is None:
            raise ShellError(self._line, f"${{{inner[:40]}}} is no expansion")
        name = found.group(2) + (found.group(3) or "")
        rest = inner[found.end() :]
        if found.group(1):
            return Parameter(name, "!indirect", nothing, quoted)
        if operator := _OPERATOR.match(rest):
            argument = Lexer(rest[operator.end() :], self._line, self._depth + 1).argument()
            return Parameter(name, operator.group(), argument, quoted)
        return Parameter(name, rest, nothing, quoted)

    def argument(self) -> Word:
        """The whole text as one word, as behind `:-`: quotes mean something, blanks do not."""
        parts: list[Part] = []
        while self._at < len(self._text):
            parts.extend(self._parts(quoted=True))
        return Word(_joined(parts), self._line)

    def _balanced(self, opening: str, closing: str) -> str:
        """The text between brackets; quotes inside are respected."""
        start, depth, line, text = self._at + 1, 0, self._line, self._text
        while self._at < len(text):
            character = text[self._at]
            if character == "\\":
                self._at += 1
            elif character == "'" and opening == "(":
                self._single(self._at + 1)
                continue
            elif character == '"':
                self._quoted()
                continue
            elif character == opening:
                depth += 1
            elif character == closing:
                depth -= 1
                if depth == 0:
                    self._at += 1
                    return text[start : self._at - 1]
            self._line += character == "\n"
            self._at += 1
        raise ShellError(line, f"{opening} is not closed")

    def _quoted(self) -> None:
        """Skips a double-quoted stretch without reading what is in it."""
        end, text = self._at + 1, self._text
        while end < len(text) and text[end] != '"':
            end += 2 if text[end] == "\\" else 1
        self._line += text.count("\n", self._at, end)
        self._at = min(end + 1, len(text))


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """Neighbouring literals as one."""
    joined: list[Part] = []
    for part in parts:
        before = joined[-1] if joined else None
        if isinstance(part, Literal) and isinstance(before, Literal) and part.quoted == before.quoted:
            joined[-1] = Literal(before.text + part.text, part.quoted)
        else:
            joined.append(part)
    return tuple(joined)
