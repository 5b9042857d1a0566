"""The commands that a project installs, from its metadata.

Sources: https://packaging.python.org/en/latest/specifications/entry-points/,
https://setuptools.pypa.io/en/latest/userguide/entry_point.html, https://python-poetry.org/docs/pyproject/#scripts
"""

import re
import tomllib
from configparser import ConfigParser, Error

from poollint.source import SourceFile

METADATA = ("pyproject.toml", "setup.cfg", "setup.py")
_TABLES = (("project", "scripts"), ("tool", "poetry", "scripts"))
_CONSOLE = re.compile(r"""["']console_scripts["']\s*:\s*(?:\[([^\]]*)\]|["']{1,3}([^"']*))""")
_LINE = re.compile(r"([\w.-]+)\s*=\s*([\w.]+(?::[\w.]+)?)")


def entry_point(command: str, file: SourceFile) -> str:
    """`shop.cli:main` of a command, empty where the file does not define it."""
    match file.path.rpartition("/")[2]:
        case "pyproject.toml":
            return _of_toml(command, file.text)
        case "setup.cfg":
            return _among(command, _of_cfg(file.text))
        case _:
            found = _CONSOLE.search(file.text)
            return "" if found is None else _among(command, found[1] or found[2])


def _of_toml(command: str, text: str) -> str:
    try:
        document: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return ""
    for path in _TABLES:
        target: object = document
        for key in (*path, command):
            target = target.get(key) if isinstance(target, dict) else None
        if isinstance(target, str):
            return target
    return ""


def _of_cfg(text: str) -> str:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except Error:
        return ""
    return parser.get("options.entry_points", "console_scripts", fallback="")


def _among(command: str, lines: str) -> str:
    return next((match[2] for match in _LINE.finditer(lines) if match[1] == command), "")
