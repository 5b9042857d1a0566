"""Files of sections with keys, as supervisord, uWSGI and PgBouncer read them."""

from collections.abc import Iterator

from poollint.frozen import frozen
from poollint.source import SourceFile, Span


@frozen
class Setting:
    """`key = value` under a section; a value that goes on in indented lines has blanks between."""

    section: str
    key: str
    value: str
    at: Span


def settings(file: SourceFile, comments: tuple[str, ...] = ("#", ";")) -> Iterator[Setting]:
    """All settings in order, also repeated ones. Lines that are none are passed over."""
    section = ""
    pending: Setting | None = None
    for number, line in enumerate(file.lines(), 1):
        text = line.strip()
        if not text or text.startswith(comments):
            continue
        if pending is not None and line[:1] in (" ", "\t"):
            pending = Setting(
                pending.section, pending.key, f"{pending.value} {_plain(text)}".strip(), pending.at
            )
            continue
        if pending is not None:
            yield pending
            pending = None
        if text.startswith("[") and "]" in text:
            section = text[1 : text.index("]")].strip()
        elif "=" in text:
            key, _, value = text.partition("=")
            at = Span(file.path, number, 1, number, len(line) + 1)
            pending = Setting(section, key.strip(), _plain(value.strip()), at)
    if pending is not None:
        yield pending


def _plain(value: str) -> str:
    """A value without a comment behind it: only `;` after a blank begins one."""
    return value.partition(" ;")[0].partition("\t;")[0].rstrip()
