"""Server processes on loopback, in temporary folders, stopped by their own id."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

STARTS_WITHIN = 20.0
STOPS_WITHIN = 10.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def account(*names: str) -> str | None:
    """The first of these accounts that exists, for servers that refuse root; None when not root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in (*names, "nobody") if name in known)


@contextlib.contextmanager
def folder(owner: str | None) -> Iterator[Path]:
    """A temporary folder that the server's account can enter and write."""
    path = Path(tempfile.mkdtemp(prefix="poollint-lab-"))
    path.chmod(0o755)
    if owner is not None:
        shutil.chown(path, owner)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def run_as(owner: str | None, command: Sequence[str], *, text: str = "") -> str:
    """Runs a set-up command to its end and gives its output; a failure is an exception."""
    done = subprocess.run(
        command,
        check=False,
        cwd="/",
        user=owner,
        input=text,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stdout[-2000:]}")
    return done.stdout


@contextlib.contextmanager
def daemon(
    owner: str | None, command: Sequence[str], *, port: int, log: Path, stop: signal.Signals
) -> Iterator[int]:
    """A server that listens on the port while the context is open; gives its process id."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd="/",
            user=owner,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await_port(process, port, log)
        yield process.pid
    finally:
        _stop(process, stop)


def _await_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on {port}: {log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(stop)
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOPS_WITHIN)
