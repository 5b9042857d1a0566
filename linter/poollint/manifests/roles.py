"""What a program of the project itself is there for, by the names that people give it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from poollint.catalogue.programs import programs
from poollint.facts import Program, Workload

# In this order: a `migration-worker` migrates.
_WORDS: Mapping[str, frozenset[str]] = {
    "migration": frozenset(("migrate", "migration", "migrations", "migrator")),
    "beat": frozenset(("beat", "scheduler")),
    "worker": frozenset(
        ("amqp", "consumer", "consumers", "listener", "mq", "subscriber", "worker", "workers")
    ),
}
_WORD = re.compile(r"[a-z]+|[A-Z][a-z]*")
_WEB = frozenset(("web", "release"))
"""Process types of a Procfile that have a meaning: only `web` gets requests, `release` runs before.

https://devcenter.heroku.com/articles/procfile
"""


def in_workload(program: Program, workload: Workload) -> Program:
    """The program with its role. What the catalogue describes, or a command line tells, has one already."""
    if program.role != "app" or program.name in programs():
        return program
    words = {word.lower() for name in (program.module, workload.name) for word in _WORD.findall(name)}
    role = next((role for role, known in _WORDS.items() if not words.isdisjoint(known)), "app")
    if role == "app" and workload.platform == "procfile" and workload.name not in _WEB:
        role = "worker"
    return replace(program, role=role)
