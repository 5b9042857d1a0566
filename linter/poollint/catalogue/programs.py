"""Servers and task queues: how many processes they start and how much each does at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cache
from itertools import pairwise
from typing import Literal

from poollint.catalogue.loader import Sourced, records
from poollint.frozen import frozen

AtOnce = Literal["one", "threads", "loop", "tasks", "greenlets"]
"""Work at once in one process: `one` piece; as many as it has `threads`; a `loop` that starts as
many as arrive; `tasks` up to a documented number; `greenlets` up to a documented number."""


@frozen(kw_only=True)
class Program(Sourced):
    """A program that serves requests or runs tasks.

    `commands` are executables and modules (`python -m`). `processes` is the default number of
    worker processes, None where it is the number of CPUs of the node (not of the container).
    `process_flags`, `thread_flags` and `task_flags` take a number; `process_variables` are
    environment variables in the order in which they are read; `process_settings`,
    `thread_settings` are keys of its configuration file. `single_flags` force one process.
    `at_once` is what one process does, `at_once_by_class` per worker class or pool
    (`class_flags`); `count_by_class` says what the number of the flags is for a class, where it is
    not what the flag's name here says; `threads` and `tasks` are defaults. `start` is how workers come to be.
    `unthreaded_flags` leave one piece of work at once.
    `extra_process_flags` add processes that also load the application, `range_flags` take most,least.
    `timeout` is in seconds, after which a request is given up. `one_shot` ends by itself.
    `value_flags` stand before a word that is not the subcommand. `calls` are functions that start it
    from Python, with keywords named like the flags; `single_calls` do so in the calling process.
    """

    commands: tuple[str, ...]
    processes: int | None = None
    process_flags: tuple[str, ...] = ()
    process_variables: tuple[str, ...] = ()
    process_settings: tuple[str, ...] = ()
    single_flags: tuple[str, ...] = ()
    range_flags: tuple[str, ...] = ()
    threads: int = 1
    thread_flags: tuple[str, ...] = ()
    thread_settings: tuple[str, ...] = ()
    thread_variables: tuple[str, ...] = ()
    tasks: int | None = None
    task_flags: tuple[str, ...] = ()
    task_settings: tuple[str, ...] = ()
    at_once: AtOnce
    at_once_by_class: Mapping[str, AtOnce] = field(default_factory=dict)
    count_by_class: Mapping[str, Literal["processes", "tasks"]] = field(default_factory=dict)
    default_class: str = ""
    class_flags: tuple[str, ...] = ()
    class_settings: tuple[str, ...] = ()
    unthreaded_flags: tuple[str, ...] = ()
    start: Literal["spawn", "fork", "none"] = "none"
    preload_flags: tuple[str, ...] = ()
    preload_settings: tuple[str, ...] = ()
    timeout: int | None = None
    timeout_flags: tuple[str, ...] = ()
    timeout_settings: tuple[str, ...] = ()
    arguments_variable: str = ""
    config_flags: tuple[str, ...] = ()
    config_files: tuple[str, ...] = ()
    subcommands: tuple[str, ...] = ()
    extra_process_flags: tuple[str, ...] = ()
    value_flags: tuple[str, ...] = ()
    one_shot: bool = False
    calls: tuple[str, ...] = ()
    single_calls: tuple[str, ...] = ()


@frozen(kw_only=True)
class Container(Sourced):
    """An image that starts a program by itself, with processes from CPUs and variables.

    Processes are `count_variable` if set; else the larger of `least` and the node's CPUs times
    `per_core_variable` (default `per_core`), at most `most_variable`.
    """

    repositories: tuple[str, ...]
    program: str
    count_variable: str
    per_core_variable: str
    per_core: int
    most_variable: str
    least: int


@cache
def programs() -> Mapping[str, Program]:
    """Every program by name: `uvicorn`, `gunicorn`, `celery`, `dramatiq`, `arq`, ..."""
    return records("programs", "program", Program)


@cache
def calls_that_serve() -> frozenset[str]:
    """The dotted names of every function that starts a program from Python."""
    return frozenset(name for each in programs().values() for name in (*each.calls, *each.single_calls))


def program_called(callee: str) -> Program | None:
    """The program that a call of this dotted name starts, or None."""
    return next(
        (each for each in programs().values() if callee in each.calls or callee in each.single_calls), None
    )


def program_of(command: str, words: Sequence[str] = ()) -> Program | None:
    """The program behind an executable or module name, or None: `gunicorn`, `uvicorn`.

    `words` is the rest of the command line. It decides between `celery worker` and `celery beat`;
    `celery inspect` is no program of the catalogue. The value of a flag is not a subcommand.
    """
    return next((each for each in programs().values() if _fits(each, command, words)), None)


def _fits(program: Program, command: str, words: Sequence[str]) -> bool:
    if command not in program.commands:
        return False
    if not program.subcommands:
        return True
    return any(
        word in program.subcommands and before not in program.value_flags
        for before, word in pairwise(("", *words))
    )


@cache
def containers() -> Mapping[str, Container]:
    """Every image with a built-in way to start processes, by name."""
    return records("programs", "container", Container)


def container_of(repository: str) -> Container | None:
    """The entry for an image name without tag, or None."""
    return next(
        (
            each
            for each in containers().values()
            if any(re.fullmatch(pattern, repository) for pattern in each.repositories)
        ),
        None,
    )
