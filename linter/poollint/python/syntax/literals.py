"""Numbers and texts as Python reads them from its source."""

import warnings
from ast import literal_eval

import libcst as cst


def number(written: str) -> int | float | None:
    """The value of a numeral; None when Python of today rejects it (`0777`, thousands of digits)."""
    try:
        return int(written, 0)
    except ValueError:
        pass  # a float, or no number
    try:
        return float(written) if set(written) & set(".eE") else None
    except ValueError:
        return None


def string(node: cst.SimpleString) -> str | bytes | None:
    """The value of a string or bytes literal; None when an escape in it is no valid one."""
    inner = node.raw_value
    if "b" not in node.prefix and ("\\" not in inner or "r" in node.prefix):
        return inner.replace("\r\n", "\n").replace("\r", "\n")
    return _evaluated(node.value)


def template_text(part: cst.BaseFormattedStringContent, whole: cst.FormattedString) -> str | None:
    """The value of the text between the replacements of an f-string."""
    if not isinstance(part, cst.FormattedStringText):
        return None
    text = part.value.replace("{{", "{").replace("}}", "}")
    if "\\" not in text or "r" in whole.prefix:
        return text.replace("\r\n", "\n").replace("\r", "\n")
    value = _evaluated(f"{whole.end}{text}{whole.end}")
    return value if isinstance(value, str) else None


def _evaluated(written: str) -> str | bytes | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an invalid escape, which Python keeps as it is
        try:
            value: object = literal_eval(written)
        except (SyntaxError, ValueError):
            return None
    return value if isinstance(value, str | bytes) else None
