"""Which texts LibCST is given: those that its parser, which recurses without a limit, can take."""

LARGEST = 1_000_000
"""Characters; a larger file is generated data, and its tree would take half a gigabyte."""


DEEPEST = 200
"""Open brackets in one another; more would overflow the parser's stack."""


LONGEST_CHAIN = 1000
"""Operators, attributes or branches in a row; several thousand overflow the parser's stack."""


_SHORT = 2000
"""Characters of a text that cannot be that deep."""


_LINKS = (
    *(".", "+", "-", "~", "*", "/", "%", "|", "&", "^", "@", "<", ">", "=", "(", "[", "' ", '" ', "''", '""'),
    *("or ", "and ", "not ", "if ", "await ", "lambda", "in ", "is ", "for "),
)


_STARTS = (
    ".",
    "+",
    "-",
    "*",
    "/",
    "%",
    "|",
    "&",
    "or ",
    "and ",
    "not ",
    "if ",
    "else ",
    "await ",
    "~",
    "<",
    ">",
    "=",
)


def too_deep(text: str) -> bool:
    """Whether the parser, which recurses without a limit of its own, might overflow its stack."""
    if len(text) > _SHORT and (text.count("elif ") > LONGEST_CHAIN or _chained(text)):
        return True
    if text.count("(") + text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth = 0
    for character in text:
        if character in "([{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif character in ")]}":
            depth = max(0, depth - 1)
    return False


def _chained(text: str) -> bool:
    """Whether one expression has very many operators: on one line, or one at the start of each."""
    run = 0
    for line in text.replace("\r", "\n").split("\n"):
        if len(line) > LONGEST_CHAIN and sum(map(line.count, _LINKS)) > LONGEST_CHAIN:
            return True
        inner = line.strip()
        goes_on = inner.startswith(_STARTS) or (inner[:1] in ("'", '"') and not inner.endswith(","))
        run = run + 1 if goes_on or inner.endswith("\\") else 0
        if run > LONGEST_CHAIN:
            return True
    return False
