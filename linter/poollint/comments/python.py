"""Comments of Python. A tokenizer of our own: the library's knows one version and stops at errors."""

import re

from poollint.comments.tokens import Comment, Lines, attached

_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)"
    r'|(?P<string>(?:\b[bBfFrRuUtT]{1,2})?(?:"""(?:\\.|[^\\])*?(?:"""|\Z)|\'\'\'(?:\\.|[^\\])*?(?:\'\'\'|\Z)'
    r'|"(?:\\.|[^"\\\n])*(?:"|(?=\n)|\Z)|\'(?:\\.|[^\'\\\n])*(?:\'|(?=\n)|\Z)))'
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<joined>\\\n)|(?P<newline>\n)|(?P<blank>[ \t\f]+)"
    r"|(?P<other>[^#\"'()\[\]{}\\\n \t\f]+|.)",
    re.DOTALL,
)


def python_comments(text: str) -> list[Comment]:
    """The comments; a statement is a logical line, as brackets and backslashes join it."""
    lines = Lines(text)
    found: list[tuple[str, int, int, bool]] = []
    statements: list[tuple[int, int]] = []
    depth = 0
    begun: int | None = None
    empty = True  # nothing but blanks on this line yet
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        line, column = lines.at(token.start())
        match kind:
            case "blank":
                continue
            case "comment":
                found.append((token[0][1:], line, column, empty))
                continue
            case "newline":
                if depth == 0 and begun is not None:
                    statements.append((begun, line))
                    begun = None
                empty = True
                continue
            case "open":
                depth += 1
            case "close":
                depth = max(0, depth - 1)
        begun = line if begun is None else begun
        empty = kind == "joined"
    if begun is not None:
        statements.append((begun, lines.at(len(text))[0]))
    return attached(found, statements)
