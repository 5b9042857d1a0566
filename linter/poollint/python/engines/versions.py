"""Which release of a library a project runs, by its lock file, pins and ranges."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from posixpath import basename, dirname

from poollint.facts import UNKNOWN_RELEASE, Release
from poollint.frozen import frozen
from poollint.reading import Lookup
from poollint.source import SourceFile, Span

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml")
_PINS = re.compile(
    r"(?:requirements|constraints|deps|dependencies)[\w.-]*\.(?:txt|in)\Z|.*requirements\.txt\Z"
)
_RANGES = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
_NUMBERS = r"(?P<numbers>\d+(?:\.\d+)*)(?P<rest>\.\*|[\w.+-]*)"


_EXTRAS = r"(?:\s*\[[^\]\n]*\])?"


@frozen
class Versions:
    """The dependency files of a project. Paths are relative to the project's root."""

    lookup: Lookup
    files: Mapping[str, tuple[str, ...]]
    """The names of dependency files by folder."""
    answers: dict[tuple[str, str], Release] = field(default_factory=dict, compare=False)

    def release(self, library: str, folder: str) -> Release:
        """The release of a library for code in a folder: the nearest file that pins it, upwards.

        Unknown where files in the same folder contradict each other, or none pins it exactly.
        """
        key = (library, folder)
        if key not in self.answers:
            self.answers[key] = _first(self._exact(library, each) for each in upwards(folder))
        return self.answers[key]

    def at_least(self, library: str, folder: str) -> Release:
        """The lower bound of the nearest range, or the release itself where it is pinned."""
        exact = self.release(library, folder)
        return exact or _first(self._bound(library, each) for each in upwards(folder))

    def _exact(self, library: str, folder: str) -> Release | None:
        """The release that a folder's files pin; None where they do not speak of the library."""
        names = self.files.get(folder, ())
        for kind in (tuple(name for name in LOCKS if name in names), tuple(filter(_is_pins, names)), _RANGES):
            found = [
                release for name in kind if name in names for release in self._pins(library, folder, name)
            ]
            if found:
                return found[0] if len({release.numbers for release in found}) == 1 else UNKNOWN_RELEASE
        return None

    def _pins(self, library: str, folder: str, name: str) -> Iterator[Release]:
        source = self._open(folder, name)
        if source is None or re.split("[-_.]", library.lower())[0] not in source.text.lower():
            return
        for pattern in _exact_patterns(name, _spelled(library)):
            yield from _found(source, pattern)

    def _bound(self, library: str, folder: str) -> Release | None:
        names = self.files.get(folder, ())
        pattern = (
            rf"(?im)(?:^|[\"'])\s*\"?{_spelled(library)}\"?{_EXTRAS}(?![\w.-])"
            r"\s*(?:=\s*(?:\{[^}\n]*version\s*=\s*)?[\"'])?"
            rf"[^\n#\"']*?(?:>=|~=|\^|~|>)\s*{_NUMBERS}"
        )
        for name in (*filter(_is_pins, names), *(name for name in _RANGES if name in names)):
            source = self._open(folder, name)
            found = next(_found(source, pattern), None) if source is not None else None
            if found is not None:
                return found
        return None

    def _open(self, folder: str, name: str) -> SourceFile | None:
        return self.lookup(f"{folder}/{name}" if folder else name)


def versions_of(paths: Iterable[str], lookup: Lookup) -> Versions:
    """The dependency files among a project's paths; those in a folder `requirements` speak for its parent."""
    files: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folder, name = dirname(path), basename(path)
        if name in LOCKS or name in _RANGES or _is_pins(name):
            files[folder].append(name)
        elif basename(folder) == "requirements" and name.endswith((".txt", ".in")):
            files[dirname(folder)].append(f"requirements/{name}")
    return Versions(lookup, {folder: tuple(sorted(names)) for folder, names in files.items()})


def upwards(folder: str) -> Iterator[str]:
    """A folder and those above it, to the project's root (empty)."""
    while folder:
        yield folder
        folder = dirname(folder)
    yield ""


def _is_pins(name: str) -> bool:
    return name.startswith("requirements/") or _PINS.match(name) is not None


def _exact_patterns(file: str, library: str) -> tuple[str, ...]:
    quoted = rf"[\"']{library}{_EXTRAS}\s*===?\s*{_NUMBERS}"
    if file == "Pipfile.lock":
        return (rf'(?i)"{library}":\s*\{{[^}}]*?"version":\s*"==\s*{_NUMBERS}"',)
    if file in LOCKS:
        # A package begins with its table's head; what begins with a line break is found ten times as fast.
        return (rf'(?i)\nname = "{library}"\r?\nversion = "{_NUMBERS}"',)
    if file in {"pyproject.toml", "Pipfile"}:  # a bare number is exact for Poetry
        table = rf"(?im)^\s*\"?{library}\"?\s*=\s*(?:\{{[^}}\n]*version\s*=\s*)?\"={{0,3}}\s*{_NUMBERS}\""
        return (table, f"(?i){quoted}")
    return (rf"(?im)^\s*{library}{_EXTRAS}\s*===?\s*{_NUMBERS}", f"(?i){quoted}")


def _first(found: Iterable[Release | None]) -> Release:
    return next((release for release in found if release is not None), UNKNOWN_RELEASE)


def _spelled(library: str) -> str:
    """A pattern for every spelling of a package's name that means the same (PEP 503)."""
    return "[-_.]+".join(map(re.escape, re.split("[-_.]+", library)))


def _found(source: SourceFile, pattern: str) -> Iterator[Release]:
    for match in re.finditer(pattern, source.text):
        line = source.text.count("\n", 0, match.start("numbers")) + 1
        column = match.start("numbers") - source.text.rfind("\n", 0, match.start("numbers"))
        span = Span(source.path, line, column, line, column + len(match["numbers"]))
        yield Release(tuple(int(number) for number in match["numbers"].split(".")), span)
