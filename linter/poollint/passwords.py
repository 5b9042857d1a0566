"""What a password is: by the name of its setting, and by its place in a URL. Reports show it as `***`."""

import re
from collections.abc import Iterator

HIDDEN = "***"

NAME = (
    r"(?i:password|passwd|passphrase|pwd|pass|secret|token|credentials?|(?:api|access|private|secret|signing"
    r"|encryption|auth|account)[-_.]?key)"
)
"""How the name of a setting ends that holds a password, as a regular expression."""

_ENDS_WITH_NAME = re.compile(NAME + r"$")
_HARMLESS = re.compile(r"|[0-9.]+|true|false|yes|no|on|off|none|null", re.IGNORECASE)
_IN_URL = re.compile(r"://[^\s:@/\"']*:(?P<secret>[^\s@/\"']+)@")
_REFERENCE = re.compile(r"\$?\{.*\}|\$\(.*\)|\$[A-Z_][A-Z0-9_]*|%\(\w+\)s|<.*>")


def is_secret(name: str, text: str) -> bool:
    """Whether a setting of that name holds a password. Numbers and switches are none, whatever the name."""
    return bool(_ENDS_WITH_NAME.search(name)) and not _HARMLESS.fullmatch(text)


def in_urls(text: str) -> Iterator[tuple[int, int]]:
    """The half-open ranges of the passwords in URLs. References (`${PASSWORD}`, `{password}`) are none."""
    for match in _IN_URL.finditer(text):
        if not _REFERENCE.fullmatch(match["secret"]):
            yield match.span("secret")


def hidden_in_urls(text: str) -> str:
    """A text without the password of any URL in it."""
    for start, end in reversed(list(in_urls(text)) if "://" in text else []):
        text = f"{text[:start]}{HIDDEN}{text[end:]}"
    return text
