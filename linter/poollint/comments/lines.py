"""Comments of formats that are read line by line: INI, `.env`, Dockerfiles."""

import re
from collections.abc import Iterator

from poollint.comments.tokens import Comment, attached


def ini_comments(text: str) -> list[Comment]:
    """Lines that begin with `#` or `;`. Behind a value there is no comment: it would be part of it.

    A value goes on in lines that are indented deeper than its key.
    """
    found: list[tuple[str, int, int, bool]] = []
    statements: list[tuple[int, int]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        content = line.lstrip()
        if content.startswith(("#", ";")):
            found.append((content[1:], number, len(line) - len(content) + 1, True))
        elif content and line[0] in " \t" and statements and statements[-1][1] == number - 1:
            statements[-1] = (statements[-1][0], number)
        elif content:
            statements.append((number, number))
    return attached(found, statements)


def dotenv_comments(text: str) -> list[Comment]:
    """What stands behind a `#` at the beginning of a line or behind a blank, outside of quotes."""
    found: list[tuple[str, int, int, bool]] = []
    statements: list[tuple[int, int]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        begin = _unquoted_sign(line)
        if begin is not None:
            found.append((line[begin + 1 :], number, begin + 1, not line[:begin].strip()))
        if line[:begin].strip():
            statements.append((number, number))
    return attached(found, statements)


def _unquoted_sign(line: str) -> int | None:
    quote = ""
    for index, character in enumerate(line):
        if quote:
            if character == quote:
                quote = ""
        elif character in "\"'":
            quote = character
        elif character == "#" and (index == 0 or line[index - 1].isspace()):
            return index
    return None


def dockerfile_comments(text: str) -> list[Comment]:
    """Lines that begin with `#`, also between the lines of an instruction, but not in a here-document."""
    found: list[tuple[str, int, int, bool]] = []
    statements: list[tuple[int, int]] = []
    begun: int | None = None
    ends: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        content = line.strip()
        if ends:
            if content == ends[0]:
                ends.pop(0)
        elif content.startswith("#"):
            found.append((content[1:], number, len(line) - len(line.lstrip()) + 1, True))
            continue
        elif content:
            begun = number if begun is None else begun
            ends = list(_here_documents(content))
        if begun is not None and not ends and content and not content.endswith("\\"):
            statements.append((begun, number))
            begun = None
    if begun is not None:
        statements.append((begun, text.count("\n") + 1))
    return attached(found, statements)


def _here_documents(instruction: str) -> Iterator[str]:
    if instruction.split(None, 1)[0].upper() in {"RUN", "COPY", "ADD"}:
        yield from (match[1] for match in re.finditer(r"<<-?[\"']?(\w+)", instruction))
