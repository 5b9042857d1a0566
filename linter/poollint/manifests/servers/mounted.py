"""Configuration files of a database server that lie over its image: `postgresql.conf`, `my.cnf`."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from poollint.catalogue.servers import Server
from poollint.facts import Container
from poollint.frozen import frozen
from poollint.manifests.servers.settings import setting_text, whole_number
from poollint.reading import Lookup
from poollint.source import SourceFile, Span
from poollint.values import Unknown, Value

_ENTRY = re.compile(r"\s*(?P<key>[A-Za-z_][\w.-]*)(?:\s*=\s*|\s+)(?P<value>'[^']*'|\"[^\"]*\"|[^\s#;]*)")
_SECTIONS = frozenset({"mysqld", "server", "mariadb", "mariadbd"})
_USUAL = ("my.cnf", "mysql.cnf", "mysqld.cnf", "mariadb.cnf", "custom.cnf", "custom.conf", "postgresql.conf")
FILES_AT_MOST = 50
"""Configuration files of one server; includes within each other recurse."""


@frozen
class Configured:
    """What configuration files set, by lower-case names with `_`.

    `unread` says what else is read and is not among the files of the project, None for nothing.
    """

    settings: Mapping[str, Value]
    unread: Unknown | None = None

    def get(self, name: str, at: Span) -> Value | None:
        """The value of a setting, Unknown where a file that was not found may set it, None for unset."""
        found = self.settings.get(name)
        if found is not None or self.unread is None:
            return found
        return Unknown(self.unread.why, at)


@dataclass(slots=True)
class _Reading:
    lookup: Lookup
    settings: dict[str, Value]
    unread: Unknown | None = None
    seen: set[str] = field(default_factory=set)


def configured(server: Server, container: Container, lookup: Lookup) -> Configured:
    """What the files that a server reads by itself, or is told to read, set.

    A file that is mounted where the server does not look has no effect.
    """
    reading = _Reading(lookup, {})
    told = setting_text(container, "config_file") or setting_text(container, "defaults_file")
    places = server.config_files if told is None else (told[0],)
    for place in places:
        for source, target in container.mounts:
            for path in _sources(place, source, target.rstrip("/")):
                file = lookup(path)
                if file is not None and path not in reading.seen:
                    _read(file, reading)
    if told is not None and not reading.settings:
        reading.unread = Unknown(f"{told[0]} is not among the files", told[1])
    for _, target in container.mounts:
        if any(_hides(place, target.rstrip("/")) for place in places) and not reading.settings:
            reading.unread = Unknown(f"the files in {target} were not found", container.at)
    return Configured(reading.settings, reading.unread)


def _sources(place: str, source: str, target: str) -> Iterator[str]:
    """Paths in the project of what lies at a place of the container, if a mount puts something there."""
    if fnmatchcase(target, place):
        yield source
        return
    folder, _, name = place.rpartition("/")
    if folder == target or folder.startswith(f"{target}/"):
        inside = folder[len(target) :].strip("/")
        for each in _USUAL if "*" in name else (name,):
            if fnmatchcase(each, name):
                yield posixpath.normpath(posixpath.join(source, inside, each))


def _hides(place: str, target: str) -> bool:
    """Whether a mounted folder can hold files of any name that a server reads."""
    folder, _, name = place.rpartition("/")
    return "*" in name and folder == target


def _read(file: SourceFile, reading: _Reading) -> None:
    """Reads a file once: what includes itself would not start."""
    reading.seen.add(file.path)
    section = ""
    for number, line in enumerate(file.lines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            section = stripped.strip("[] ").lower()
        elif stripped.startswith("!include"):
            reading.unread = Unknown(f"{stripped[:60]} was not followed", _at(file, number, line))
        elif match := _ENTRY.match(line):
            key, value = match["key"].lower().replace("-", "_"), match["value"].strip("'\"")
            at = _at(file, number, line)
            if key.startswith("include") and not section:
                _include(file, value, at, reading)
            elif not section or section.partition("-")[0] in _SECTIONS:
                reading.settings[key] = whole_number(value, at)


def _include(file: SourceFile, name: str, at: Span, reading: _Reading) -> None:
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), name))
    found = None if path in reading.seen or len(reading.seen) > FILES_AT_MOST else reading.lookup(path)
    if found is None:
        reading.unread = Unknown(f"{name[:60]}, which it includes, is not among the files", at)
    else:
        _read(found, reading)


def _at(file: SourceFile, number: int, line: str) -> Span:
    return Span(file.path, number, len(line) - len(line.lstrip()) + 1, number, len(line.rstrip()) + 1)
