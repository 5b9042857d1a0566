"""Comments of TOML."""

import re

from poollint.comments.tokens import Comment, Lines, attached

_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)"
    r'|(?P<string>"""(?:\\.|[^\\])*?(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)'
    r'|"(?:\\.|[^"\\\n])*(?:"|(?=\n)|\Z)|\'[^\'\n]*(?:\'|(?=\n)|\Z))'
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<newline>\n)|(?P<blank>[ \t]+)|(?P<other>[^#\"'\[\]{}\n \t]+|.)",
    re.DOTALL,
)


def toml_comments(text: str) -> list[Comment]:
    """The comments; a statement is a key with its value, which may go over lines, or a header."""
    lines = Lines(text)
    found: list[tuple[str, int, int, bool]] = []
    statements: list[tuple[int, int]] = []
    depth = 0
    begun: int | None = None
    empty = True
    for token in _TOKEN.finditer(text):
        line, column = lines.at(token.start())
        if token.lastgroup == "comment":
            found.append((token[0][1:], line, column, empty))
        elif token.lastgroup == "newline":
            if depth == 0 and begun is not None:
                statements.append((begun, line))
                begun = None
            empty = True
        elif token.lastgroup != "blank":
            depth += (token.lastgroup == "open") - (token.lastgroup == "close")
            begun = line if begun is None else begun
            empty = False
    if begun is not None:
        statements.append((begun, lines.at(len(text))[0]))
    return attached(found, statements)
