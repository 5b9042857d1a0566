"""What is remembered from run to run: one file for each project, in a folder that may go at any time."""

import os
from collections.abc import Mapping

KEPT = 16_000_000
"""Bytes of a file; beyond them what this run did not ask for is forgotten."""


def user_folder(environment: Mapping[str, str]) -> str | None:
    """Where programs of the user keep what may go; None for a user without a home."""
    base = environment.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the specification says to ignore it then
        base = os.path.expanduser("~/.cache")
    return os.path.join(base, "poollint") if os.path.isabs(base) else None


class Cache:
    """Bytes by name. A line is a name, a check sum and the bytes, which have no line break themselves.

    A file that is not there, cannot be read or is broken remembers nothing; one that cannot be written
    is not written. It is replaced as a whole: of two writers the later one wins, and what only the
    earlier one knew is made again.
    """

    def __init__(self, folder: str, root: str) -> None:
        self._folder = folder
        self._root = root
        self._lines: dict[bytes, bytes] | None = None
        self._asked: dict[bytes, bytes] = {}
        self._is_new = False

    def recall(self, name: str) -> bytes | None:
        """What was kept under a name; None when nothing was, or not as it was kept."""
        if self._lines is None:
            self._lines = self._read()
        key = name.encode()
        line = self._asked.get(key) or self._lines.get(key)
        if line is None:
            return None
        check, _, data = line.partition(b" ")
        if check != _check(key, data):
            return None
        self._asked[key] = line
        return data

    def keep(self, name: str, data: bytes) -> None:
        """Remember bytes without a line break."""
        key = name.encode()
        self._asked[key] = _check(key, data) + b" " + data
        self._is_new = True

    def save(self) -> None:
        """Write the file if there is something new."""
        if not self._is_new:
            return
        kept = dict(self._asked)
        room = KEPT - sum(map(len, kept.values()))
        for key, line in (self._lines or {}).items():
            room -= len(line)
            if room > 0:
                kept.setdefault(key, line)
        try:
            self._write(b"".join(b"%s %s\n" % entry for entry in kept.items()))
        except OSError:
            return  # a disk that is full or read only: the next run reads everything again
        self._is_new = False

    def _path(self) -> str:
        from hashlib import sha256  # noqa: PLC0415 - late: it brings OpenSSL

        return os.path.join(self._folder, sha256(os.fsencode(self._root)).hexdigest()[:16])

    def _read(self) -> dict[bytes, bytes]:
        try:
            with open(self._path(), "rb") as file:
                lines = file.read().split(b"\n")
        except OSError:  # most likely there is none yet
            return {}
        return {name: rest for name, blank, rest in (line.partition(b" ") for line in lines) if blank}

    def _write(self, data: bytes) -> None:
        if not os.path.isdir(self._folder):
            os.makedirs(self._folder, mode=0o700)
            with open(os.path.join(self._folder, ".gitignore"), "w", encoding="utf-8") as file:
                file.write("*\n")
        path = self._path()
        own = f"{path}.{os.getpid()}"
        with open(own, "wb") as file:
            file.write(data)
        os.replace(own, path)


def _check(name: bytes, data: bytes) -> bytes:
    from hashlib import sha256  # noqa: PLC0415 - late: see above

    return sha256(name + data).hexdigest()[:16].encode()
