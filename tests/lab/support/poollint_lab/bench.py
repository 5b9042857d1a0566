"""What a test asks of the lab; everything it starts ends with the test, or is left for the next."""

import contextlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

from poollint_lab import client, pgbouncer, postgres, proxy
from poollint_lab.client import Client
from poollint_lab.pgbouncer import PgBouncer
from poollint_lab.postgres import Postgres
from poollint_lab.protocol import LoopStyle
from poollint_lab.proxy import Proxy
from poollint_lab.record import Record

THIS_PYTHON = Path(sys.executable)
Kind = tuple[Path, LoopStyle]


@dataclass(frozen=True, slots=True)
class Running:
    """Application processes that one test leaves to the next."""

    folder: Path
    processes: dict[Kind, Client] = field(default_factory=dict)

    def get(self, kind: Kind) -> Client:
        if kind not in self.processes:
            python, style = kind
            self.processes[kind] = client.start(python, style, self.folder)
        return self.processes[kind]

    def settle(self, kind: Kind) -> None:
        """Closes what a test left open, or gives up a process that does not answer."""
        if kind not in self.processes:
            return
        try:
            self.processes[kind].ask(op="reset", deadline=3.0)
        except (client.NoAnswerError, OSError):
            client.stop(self.processes.pop(kind))


@dataclass(frozen=True, slots=True)
class Lab:
    server: Postgres
    """The server that most proofs share."""
    running: Running
    stack: contextlib.ExitStack
    record: Record
    claimed: set[tuple[str, str]] | None
    """What the file of proofs says; None when it is about to be written."""

    def application(self, style: LoopStyle = "running-loop", python: Path = THIS_PYTHON) -> Client:
        self.stack.callback(self.running.settle, (python, style))
        return self.running.get((python, style))

    def proxy(self) -> Proxy:
        """In front of the shared server."""
        return self.stack.enter_context(proxy.proxy(self.server.port))

    def proves(self, *codes: str, shows: str, against: list[str]) -> None:
        """The last line of a test that proves a rule."""
        for code in codes:
            self.record.add(code, shows, against)
            if self.claimed is not None and (code, shows) not in self.claimed:
                raise AssertionError(f"no record of this proof of {code}: run with --update")


@dataclass(frozen=True, slots=True)
class Bouncers:
    """One PgBouncer's program, started as often as a test likes in front of the shared server."""

    binary: str
    server: Postgres
    stack: contextlib.ExitStack

    @property
    def version(self) -> tuple[int, int]:
        return pgbouncer.version(self.binary)

    def start(self, **settings: str | int) -> PgBouncer:
        return self.stack.enter_context(pgbouncer.pgbouncer(self.binary, self.server, settings))


@dataclass(frozen=True, slots=True)
class Clusters:
    """PostgreSQL servers of a test's own."""

    binary: Path
    template: Path
    stack: contextlib.ExitStack

    def start(self, **settings: str | int) -> Postgres:
        return self.stack.enter_context(postgres.postgres(self.binary, self.template, settings))
