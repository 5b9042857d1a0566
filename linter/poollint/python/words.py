"""Whether words stand in the code of a file, comments and texts left out: most files that hold a name's
bytes hold them in a longer name or in a text, and need not be parsed."""

import re

_NO_CODE = re.compile(
    r"""\#[^\n]*|\"{3}(?:\\[\s\S]|[^\\])*?\"{3}|'{3}(?:\\[\s\S]|[^\\])*?'{3}"""
    r"""|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'"""
)
_FORMATTED = ("f", "F", "t", "T", "fr", "fR", "Fr", "FR", "tr", "tR", "Tr", "TR")


def has_word(text: str, words: re.Pattern[str]) -> bool:
    """Whether the pattern is found in the code of a Python text. What a formatted text holds is code."""
    return words.search(text) is not None and words.search(_NO_CODE.sub(_blank, text)) is not None


def _blank(match: re.Match[str]) -> str:
    before = match.string[max(match.start() - 2, 0) : match.start()]
    return match[0] if before.endswith(_FORMATTED) else "''"
