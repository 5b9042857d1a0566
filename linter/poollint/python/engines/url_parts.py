"""Where the parts of a database URL begin and end, also when some of its characters are not known.

The pattern divides as SQLAlchemy's `make_url` does. What is not known stands in the text as one
character of a private area each, so that a part that consists of such a character alone is that
unknown, and everything around it is read as usual.
"""

import re
from dataclasses import replace
from urllib.parse import parse_qsl, unquote

from poollint.frozen import frozen

HIDDEN = "***"
_FIRST_HOLE = 0xE000
_HOLE = re.compile("[\ue000-\uf8ff]")
_PATTERN = r"""(?P<driver>[{name}]+)://
    (?:(?P<username>[^:/]*)(?::(?P<password>[^@]*))?@)?
    (?:(?:\[(?P<six>[^/?]+)\]|(?P<four>[^/:?]+))?(?::(?P<port>[^/?]*))?)?
    (?:/(?P<database>[^?]*))?
    (?:\?(?P<query>.*))?"""
_URL = re.compile(_PATTERN.format(name=r"\w+\-.\ue000-\uf8ff"), re.VERBOSE | re.DOTALL)
_WHOLE = re.compile(_PATTERN.format(name=r"\w+"), re.VERBOSE)
_SECRET_KEYS = re.compile(r"(?i)([?&](?:ssl)?pass(?:word|wd)?=)([^&#]*)")
_LOOSE = re.compile(r"(?<=://)(?P<username>[^:/@]*):(?P<password>.*)(?=@)", re.DOTALL)

_WORDS = """
    password passwd pass pwd secret mysecretpassword changeme changethis changemeplease example sample
    test testing postgres postgresql psql pg pgsql mysql mariadb root admin user username dev develop
    development local localhost docker guest default demo dummy foo bar none null todo redacted hidden
    app db database pw p s3cr3t letmein placeholder
"""
_PLACEHOLDERS = frozenset(_WORDS.split())


@frozen
class Parts:
    """The raw parts of a URL, still quoted; None where the URL has no such part."""

    driver: str
    username: str | None
    password: str | None
    host: str | None
    port: str | None
    database: str | None
    query: tuple[tuple[str, str], ...]


def hole(number: int) -> str:
    """The character that stands for the unknown with that number, from 0 to 6399."""
    return chr(_FIRST_HOLE + number)


def pieces(text: str) -> tuple[str | int, ...]:
    """A text as its known stretches and the numbers of the unknowns between them."""
    found: list[str | int] = []
    behind = 0
    for match in _HOLE.finditer(text):
        if match.start() > behind:
            found.append(text[behind : match.start()])
        found.append(ord(match.group()) - _FIRST_HOLE)
        behind = match.end()
    if behind < len(text):
        found.append(text[behind:])
    return tuple(found)


def split(text: str) -> Parts | None:
    """The parts of a URL; None for a text that is none."""
    match = _URL.match(text)
    if match is None:
        return None
    return _parts(match)


def whole(text: str) -> Parts | None:
    """The parts of a URL without unknowns, unquoted, the port a number; None for what `make_url` refuses."""
    match = _WHOLE.match(text)
    if match is None:
        return None
    raw = _parts(match)
    try:
        port = None if raw.port is None else str(int(raw.port))
    except ValueError:
        return None
    user, password, database = (
        None if each is None else unquote(each) for each in (raw.username, raw.password, raw.database)
    )
    return replace(raw, username=user, password=password, port=port, database=database)


def _parts(match: re.Match[str]) -> Parts:
    merged: dict[str, str] = {}
    for key, value in parse_qsl(match["query"] or ""):
        merged[key] = f"{merged[key]},{value}" if key in merged else value
    return Parts(
        match["driver"],
        match["username"],
        match["password"],
        match["four"] or match["six"],
        match["port"],
        match["database"],
        tuple(merged.items()),
    )


def masked(text: str) -> str:
    """The text with `***` for what is known of its passwords; unknowns stay."""
    match = _LOOSE.search(text) if text.count("@") != 1 else _URL.match(text)
    if match is not None and match["password"]:
        start, end = match.span("password")
        text = text[:start] + _without_text(match["password"]) + text[end:]
    return _SECRET_KEYS.sub(lambda found: found[1] + _without_text(found[2]), text)


def _without_text(secret: str) -> str:
    return "".join(HIDDEN if isinstance(piece, str) else hole(piece) for piece in pieces(secret))


_FOR_TESTS = re.compile(r"[-_](?:tests?|testing|dev|development|local)\Z")


def is_placeholder(password: str, username: str, database: str) -> bool:
    """Whether a password is one that nobody means to keep: empty, the user's name, `changeme`, `<...>`."""
    plain = re.sub(r"[^a-z]", "", password.lower())
    return (
        password in {"", HIDDEN, username, database}
        or plain in _PLACEHOLDERS
        or len(set(password)) == 1
        or any(mark in password for mark in "<>{}[]$%")
        or plain.startswith(("your", "change", "replace", "example", "placeholder", "insert"))
        or plain.removesuffix("password").removesuffix("pass") in {username.lower(), database.lower()}
        or password.lower() in {_FOR_TESTS.sub("", username.lower()), _FOR_TESTS.sub("", database.lower())}
    )


def has_hole(text: str) -> bool:
    """Whether any of a text is unknown."""
    return _HOLE.search(text) is not None
