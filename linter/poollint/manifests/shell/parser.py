"""Shell tokens to a tree. What cannot be read ends the tree with `Broken`; nothing is raised."""

import re
from functools import lru_cache

from poollint.manifests.shell.lexer import DEEPEST, Lexer, Token
from poollint.manifests.shell.syntax import (
    Arm,
    Assignment,
    Block,
    Broken,
    Case,
    Chain,
    Choice,
    Conditional,
    Function,
    Group,
    If,
    Literal,
    Loop,
    Node,
    Not,
    ShellError,
    Simple,
    Word,
)

LONGEST_CHAIN = 600
"""Tokens from the first `&&` of a chain to its last."""

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?)=")
_CLOSING = frozenset(("then", "elif", "else", "fi", "do", "done", "esac", "}"))
_ENDS = (";", "\n", "&")


@lru_cache(maxsize=64)  # a script is walked once for each service that starts it
def parse(text: str, line: int = 1, depth: int = 0) -> Block:
    """The commands of a text whose first line has the number `line`."""
    tokens: list[Token] = []
    problem: ShellError | None = None
    try:
        tokens.extend(Lexer(text, line, depth).tokens())
    except ShellError as error:
        problem = error
        tokens = [token for token in tokens if token.line < error.line]  # that line may lack its end
    parser = _Parser(text, tokens, line)
    nodes: list[Node] = []
    try:
        parser.into(nodes)
    except ShellError as error:
        problem = error if problem is None else problem
    except RecursionError:  # pragma: no cover - DEEPEST is reached first
        problem = ShellError(line, "nested too deeply")
    if problem is not None:
        nodes.append(Broken(problem.line, problem.why))
    return tuple(nodes)


def expandable(text: str, line: int = 1) -> Word:
    """A word of the exec form: only `$` has a meaning. An expansion that is none is literal text."""
    try:
        return Lexer(text, line).expansions()
    except ShellError:
        return Word((Literal(text, quoted=True),), line)


def words(text: str, line: int = 1) -> tuple[Word, ...]:
    """Text split at blanks as a shell does, operators as words of their own. Raises ShellError."""
    return tuple(_word_of(token) for token in Lexer(text, line).tokens())


def _word_of(token: Token) -> Word:
    return token.word or Word((Literal(token.operator, quoted=True),), token.line)


class _Parser:
    def __init__(self, text: str, tokens: list[Token], line: int) -> None:
        self._text = text
        self._tokens = tokens
        self._end = Token("end", None, tokens[-1].line if tokens else line, len(text), len(text))
        self._at = 0
        self._depth = 0

    # --- tokens ---

    @property
    def _token(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else self._end

    def _bare(self) -> str:
        word = self._token.word
        return (word.bare or "") if word is not None else ""

    def _next(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _take(self, *what: str) -> bool:
        if self._token.operator in what or self._bare() in what:
            self._at += 1
            return True
        return False

    def _want(self, *what: str) -> None:
        if not self._take(*what):
            raise ShellError(self._token.line, f"{' or '.join(what)} expected")

    def _newlines(self) -> None:
        while self._take("\n"):
            pass

    def _source(self, start: int) -> str:
        end = self._tokens[self._at - 1].end if self._at else start
        return self._text[start:end]

    # --- lists ---

    def into(self, nodes: list[Node]) -> None:
        """Adds all commands to a list, so that those before an error are kept."""
        while self._token is not self._end:
            if self._take(*_ENDS, ";;"):
                continue
            nodes.append(self._chain())

    def _block(self, *closing: str) -> Block:
        nodes: list[Node] = []
        while True:
            while self._take(*_ENDS):
                pass
            if self._token.operator in closing or self._bare() in closing:
                return tuple(nodes)
            if self._token is self._end:
                raise ShellError(self._token.line, f"{' or '.join(closing)} expected")
            nodes.append(self._chain())

    def _chain(self) -> Node:
        node = self._pipeline()
        first = self._at
        while self._token.operator in ("&&", "||"):
            if self._at - first > LONGEST_CHAIN:
                raise ShellError(self._token.line, "a chain of too many commands")
            both = self._next().operator == "&&"
            self._newlines()
            node = Chain(node, self._pipeline(), both)
        if self._token.operator == "&":
            self._next()
            return Group((node,), inner=True, background=True)
        return node

    def _pipeline(self) -> Node:
        negated = self._take("!")
        self._take("time")
        node = self._command()
        if self._token.operator in ("|", "|&"):
            stages = [node]
            while self._take("|", "|&"):
                self._newlines()
                stages.append(self._command())
            node = Group(tuple(stages), inner=True)
        return Not(node) if negated else node

    # --- commands ---

    def _command(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST * 2:
            raise ShellError(self._token.line, "nested too deeply")
        node = self._compound() or self._simple()
        self._depth -= 1
        return node

    def _compound(self) -> Node | None:
        token = self._token
        if token.operator == "(":
            return self._parenthesis()
        match self._bare():
            case "if":
                return self._if()
            case "case":
                return self._case()
            case "for" | "select":
                return self._for()
            case "while" | "until":
                self._next()
                condition = self._block("do")
                return Loop("", None, condition, self._body())
            case "{":
                self._next()
                body = self._block("}")
                self._next()
                return Group(body, inner=False)
            case "[[":
                return self._conditional()
            case "function":
                self._next()
                return self._function()
            case keyword if keyword in _CLOSING:
                raise ShellError(token.line, f"unexpected {keyword}")
            case _:
                following = self._tokens[self._at + 1 : self._at + 3]
                if self._bare() and [each.operator for each in following] == ["(", ")"]:
                    return self._function()
                return None

    def _parenthesis(self) -> Node:
        start = self._next()
        if self._token.operator == "(" and self._token.start == start.end:
            depth = 1
            while depth and self._token is not self._end:
                depth += {"(": 1, ")": -1}.get(self._next().operator, 0)
            return Simple((), (), start.line, self._source(start.start))
        body = self._block(")")
        self._next()
        return Group(body, inner=True)

    def _if(self) -> If:
        arms: list[Arm] = []
        while self._take("if", "elif"):
            start = self._token.start
            condition = self._block("then")
            text = self._source(start).rstrip("; \n")
            self._next()
            arms.append(Arm(condition, self._block("elif", "else", "fi"), text))
        otherwise = self._block("fi") if self._take("else") else ()
        self._want("fi")
        return If(tuple(arms), otherwise)

    def _case(self) -> Case:
        self._next()
        start = self._token.start
        subject = self._word()
        text = self._source(start)
        self._newlines()
        self._want("in")
        choices: list[Choice] = []
        self._newlines()
        while not self._take("esac"):
            self._take("(")
            patterns = [self._word()]
            while self._take("|"):
                patterns.append(self._word())
            self._want(")")
            choices.append(Choice(tuple(patterns), self._block(";;", ";&", ";;&", "esac")))
            self._take(";;", ";&", ";;&")
            self._newlines()
        return Case(subject, tuple(choices), text)

    def _for(self) -> Loop:
        self._next()
        if self._token.operator == "(":
            self._parenthesis()
            self._take(";")
            self._newlines()
            return Loop("", None, (), self._body())
        name = self._bare()
        self._next()
        self._newlines()
        items: list[Word] | None = None
        if self._take("in"):
            items = []
            while self._token.word is not None:
                items.append(self._word())
        self._take(";")
        self._newlines()
        return Loop(name, None if items is None else tuple(items), (), self._body())

    def _body(self) -> Block:
        self._want("do", "{")
        body = self._block("done", "}")
        self._next()
        return body

    def _conditional(self) -> Conditional:
        start = self._next()
        items: list[Word] = []
        while self._bare() != "]]":
            if self._token is self._end:
                raise ShellError(start.line, "[[ is not closed")
            items.append(_word_of(self._next()))
        self._next()
        return Conditional(tuple(items), start.line, self._source(start.start))

    def _function(self) -> Function:
        name = self._bare()
        self._next()
        if self._take("("):
            self._want(")")
        self._newlines()
        return Function(name, (self._command(),))

    def _word(self) -> Word:
        token = self._next()
        if token.word is None:
            raise ShellError(token.line, "a word expected")
        return token.word

    def _simple(self) -> Simple:
        start = self._token
        assignments: list[Assignment] = []
        items: list[Word] = []
        while (word := self._token.word) is not None:
            assignment = None if items else self._assignment(word)
            self._next()
            if assignment:
                assignments.append(assignment)
            else:
                items.append(word)
        if not assignments and not items:
            raise ShellError(start.line, f"unexpected {start.operator!r}")
        return Simple(tuple(assignments), tuple(items), start.line, self._source(start.start))

    def _assignment(self, word: Word) -> Assignment | None:
        first = word.parts[0]
        found = _ASSIGNMENT.match(first.text) if isinstance(first, Literal) and not first.quoted else None
        if not isinstance(first, Literal) or found is None:
            return None
        name, append = found.group(1), bool(found.group(2))
        value = self._token.start + found.end()
        if self._text.startswith("(", value):
            inner = self._text[value + 1 : self._token.end - 1]
            items = tuple(each.word for each in Lexer(inner, word.line).tokens() if each.word)
            return Assignment(name, items, array=True, append=append)
        rest = first.text[found.end() :]
        parts = (*((Literal(rest, quoted=False),) if rest else ()), *word.parts[1:])
        return Assignment(name, (Word(parts, word.line),), array=False, append=append)
