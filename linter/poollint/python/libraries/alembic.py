"""The configuration object of Alembic's `env.py`: `alembic.ini` and what the code sets over it."""

import re
from dataclasses import field
from posixpath import dirname

from poollint.frozen import frozen
from poollint.python.engines.versions import upwards
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import Abstract, DictContent, DictEntry, ExternalCall
from poollint.reading import Lookup
from poollint.source import SourceFile, Span
from poollint.values import Known, Unknown

_CONFIG = re.compile(r"\Aalembic\.(?:context\.config|config\.Config\(\))\.(\w+)\Z")
_SECTION = "alembic"
FILE = "alembic.ini"


@frozen
class Alembic:
    """The configurations of a project's migrations during one evaluation."""

    lookup: Lookup
    options: dict[tuple[str, str], Abstract] = field(default_factory=dict, compare=False)
    """What `set_main_option` set, by the file that did and the option."""

    def call(self, call: ExternalCall, machine: Machine) -> Abstract | None:
        """What a method of the configuration gives; None for any other call."""
        match = _CONFIG.match(call.name)
        if match is None:
            return None
        match match[1]:
            case "set_main_option" | "set_section_option":
                return self._set(call)
            case "get_main_option" | "get_section_option":
                return self._get(call)
            case "get_section":
                return machine.new_dict_of(self._section(call), call.at)
            case _:
                return None

    def _set(self, call: ExternalCall) -> Abstract:
        given = [*call.arguments.positional, *(each.value for each in call.arguments.keywords)]
        name = given[-2] if len(given) > 1 else None
        if isinstance(name, Known):
            self.options[call.at.path, str(name.value)] = given[-1]
        return Known(None, call.at)

    def _get(self, call: ExternalCall) -> Abstract | None:
        name = call.arguments.get(0, "name")
        if not isinstance(name, Known):
            return None
        found = next((entry.value for entry in self._section(call).entries if entry.key == name.value), None)
        default = call.arguments.get(1, "default")
        return found or default or Known(None, call.at)

    def _section(self, call: ExternalCall) -> DictContent:
        """The main section; the file's own when it is not there may hold anything."""
        source = next(
            (
                found
                for folder in upwards(dirname(call.at.path))
                if (found := self.lookup(f"{folder}/{FILE}" if folder else FILE)) is not None
            ),
            None,
        )
        entries = {} if source is None else {entry.key: entry for entry in _entries(source)}
        for (path, name), value in self.options.items():
            if path == call.at.path:
                entries[name] = DictEntry(name, value, call.at)
        rest = Unknown("the ini file that is given on the command line", call.at) if source is None else None
        return DictContent(tuple(entries.values()), rest)


def _entries(source: SourceFile) -> tuple[DictEntry, ...]:
    from configparser import Error, RawConfigParser  # noqa: PLC0415 - late: few projects have such a file

    parser = RawConfigParser(strict=False)
    try:
        parser.read_string(source.text)
    except Error:
        return ()
    if not parser.has_section(_SECTION):
        return ()
    return tuple(
        DictEntry(key, _value(value, _place(source, key)), _place(source, key))
        for key, value in parser.items(_SECTION)
    )


def _value(text: str | None, at: Span) -> Abstract:
    if text is None or text.startswith("driver://"):
        return Unknown("a placeholder", at)
    if "%(" in text:
        return Unknown("a text with interpolation", at)
    return Known(text.replace("%%", "%"), at)


def _place(source: SourceFile, key: str) -> Span:
    pattern = re.compile(rf"\s*{re.escape(key)}\s*[=:]", re.IGNORECASE)
    lines = enumerate(source.lines(), start=1)
    found = (Span(source.path, at, 1, at, len(line) + 1) for at, line in lines if pattern.match(line))
    return next(found, source.whole())
