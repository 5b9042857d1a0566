"""Bytes of a file as text, as the tools that read such a file would decode it."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"


class UndecodableError(ValueError):
    """Bytes that are no text; the message is a clause that says why."""


def decode(path: str, data: bytes) -> str:
    """The text of a file. A byte order mark is not part of it; line ends are kept.

    Python is UTF-8 unless PEP 263 declares something else. Other files that are not UTF-8 are taken
    as Latin-1, which fits every byte: what matters in them is ASCII, and columns stay right.

    Raises UndecodableError for binary data and for Python that Python could not decode either.
    """
    encoding, data = _marked(data)
    is_python = path.endswith((".py", ".pyi"))
    if is_python and encoding in {"", "utf-8"}:
        encoding = _declared(data) or "utf-8"
    try:
        text = data.decode(encoding or "utf-8")
    except LookupError:
        raise UndecodableError(f"declares the encoding {encoding}, which Python does not know") from None
    except UnicodeDecodeError as error:
        if is_python or encoding:
            line = data.count(b"\n", 0, error.start) + 1
            raise UndecodableError(f"is not valid {encoding} (line {line})") from None
        text = data.decode("latin-1")
    if "\0" in text:
        raise UndecodableError("contains NUL bytes")
    return text


def searchable(data: bytes) -> bytes:
    """The bytes in which an ASCII needle can be found: UTF-16 and UTF-32 as UTF-8, all others as they are."""
    if data[:2] not in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} and data[:4] != codecs.BOM_UTF32_BE:
        return data
    encoding, rest = _marked(data)
    return rest.decode(encoding, "replace").encode("utf-8", "replace")


def _marked(data: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    return "", data


def _declared(data: bytes) -> str:
    for line in data.split(b"\n", 2)[:2]:
        found = re.match(_DECLARED, line)
        if found:
            return found.group(1).decode("ascii", "replace")
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return ""
