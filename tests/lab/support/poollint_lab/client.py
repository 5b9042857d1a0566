"""The test's end of `poollint_lab.application`."""

import json
import os
import select
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

from poollint_lab.protocol import Fields, LoopStyle, Outcome, Reply, succeeded

SUPPORT = Path(__file__).parents[1]
ANSWERS_WITHIN = 60.0
NAMES = {"psycopg2": "psycopg2-binary"}


class NoAnswerError(Exception):
    """The application died or hangs."""


@dataclass(frozen=True, slots=True)
class Client:
    process: subprocess.Popen[bytes]

    def ask(self, **request: Unpack[Fields]) -> Reply:
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise NoAnswerError(str(request))
        stdin.write(json.dumps(request).encode() + b"\n")
        stdin.flush()
        ready, _, _ = select.select([stdout], [], [], ANSWERS_WITHIN)
        line = stdout.readline() if ready else b""
        if not line:
            raise NoAnswerError(str(request))
        reply: Reply = json.loads(line)
        return reply

    def make(self, source: str, engine: str = "") -> Outcome:
        return self.ask(op="make", source=source, engine=engine)["outcomes"][0]

    def must_make(self, source: str, engine: str = "") -> None:
        made = self.make(source, engine)
        if not succeeded(made):
            raise NoAnswerError(made["message"])

    def use(self, **request: Unpack[Fields]) -> list[Outcome]:
        """So many checkouts one after the other, each with a statement."""
        return self.ask(**_with(request, "use"))["outcomes"]

    def hold(self, **request: Unpack[Fields]) -> list[Outcome]:
        """So many checkouts that are not given back, each with a statement."""
        return self.ask(**_with(request, "hold"))["outcomes"]

    def release(self) -> None:
        self.ask(op="release")

    def warm(self, count: int, engine: str = "") -> list[Outcome]:
        """Leaves that many idle connections in the pool, if it keeps so many."""
        held = self.hold(times=count, engine=engine)
        self.release()
        return held

    def versions(self, *packages: str) -> list[str]:
        """As proofs name them: `SQLAlchemy 2.1`. SQLAlchemy itself always is among them."""
        return [f"{package} {self._version(package)}" for package in ("SQLAlchemy", *packages)]

    def _version(self, package: str) -> str:
        full = self.ask(op="version", package=NAMES.get(package, package))["text"]
        return ".".join(full.split(".")[:2])

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


def _with(request: Fields, op: str) -> Fields:
    request["op"] = op
    return request


def start(python: Path, style: LoopStyle, folder: Path) -> Client:
    """An application that runs in the folder, where its SQLite files stay."""
    command = [str(python), "-m", "poollint_lab.application", style]
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT)}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    return Client(process)


def stop(client: Client) -> None:
    process = client.process
    process.kill()
    process.wait(10)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
