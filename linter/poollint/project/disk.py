"""Bytes of a file on the disk."""

import os
import stat

LARGEST = 16_000_000
"""Bytes. What is larger is a dump or a bundle, no configuration; it is not read."""

_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class UnreadableError(Exception):
    """A file that is there and cannot be read; the message is a clause that says why."""


def read(path: str, *, follow: bool) -> bytes | None:
    """The bytes of a file; None when there is no regular file, or only a link and links are not followed.

    Raises UnreadableError.
    """
    try:
        handle = os.open(path, _FLAGS if follow else _FLAGS | _NO_LINK)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        if os.path.islink(path):
            return None
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    try:
        return _read(handle)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    finally:
        os.close(handle)


def _read(handle: int) -> bytes | None:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        return None
    if status.st_size > LARGEST:
        raise UnreadableError(f"too large ({status.st_size // 1_000_000} MB)")
    data = os.read(handle, status.st_size + 1)
    while len(data) < status.st_size:
        more = os.read(handle, status.st_size - len(data))
        if not more:
            break
        data += more
    return data
