"""What reaches the terminal: streams, colours, progress."""

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

_PATIENCE = 1.0
"""Seconds without output before a person is told that something is going on."""


def write(text: str) -> None:
    """Print as it is. A reader that has gone away (`| head`) is no error."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more when it ends; that must find somewhere to write to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_file(path: str, text: str, mode: Literal["w", "a"] = "w") -> None:
    """Write a report into a file. Raises OSError."""
    from pathlib import Path  # noqa: PLC0415 - late: it brings urllib

    with Path(path).open(mode, encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def warn(text: str) -> None:
    """One line for a person, beside the report."""
    sys.stderr.write(f"poollint: {text}\n")


def colored(choice: str, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to use colours. What the command line says wins, then NO_COLOR, FORCE_COLOR, the terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    return bool(environment.get("FORCE_COLOR")) or (terminal and environment.get("TERM") != "dumb")


@contextmanager
def progress(message: str) -> Iterator[None]:
    """Show a message on a terminal while something takes long; it is gone afterwards."""
    if os.environ.get("PRE_COMMIT") or not sys.stderr.isatty():
        yield
        return
    shown = threading.Event()

    def show() -> None:
        shown.set()
        sys.stderr.write(f"\r{message}")
        sys.stderr.flush()

    timer = threading.Timer(_PATIENCE, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if shown.is_set():
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
