from collections.abc import Callable, Mapping
from typing import Protocol

import pytest

from poollint.facts import Command, Environment, Fact, Program
from poollint.manifests import READERS, read_manifests
from poollint.manifests.commands.context import Context
from poollint.manifests.commands.start import started
from poollint.source import Skipped, SourceFile, Span
from poollint.values import FromEnv, Known, OneOf, Text, Unknown, Value

AT = Span("compose.yml", 3, 5, 3, 40)
Read = Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]


class Run(Protocol):
    def __call__(
        self,
        line: str | tuple[str, ...],
        *,
        env: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        constants: Mapping[str, Value] | None = None,
        closed: bool = False,
        references: bool = False,
        base: str = "",
    ) -> list[str]: ...


def shown(value: Value | None) -> str:
    match value:
        case None:
            return "-"
        case Known(value=known):
            return str(known)
        case FromEnv():
            return (
                f"${value.variable}" if value.default is None else f"${value.variable}:{shown(value.default)}"
            )
        case OneOf():
            return "|".join(shown(each) for each in value.values)
        case Unknown():
            return "?"
        case Text() | _:
            return "text"


def line_of(program: Program) -> str:
    module = program.module or "-"
    return f"{program.name} {module} {shown(program.processes)}x{shown(program.at_once)} {program.role}"


@pytest.fixture
def run() -> Run:
    """A shell line (or words) in an environment with files to `name module processes x at_once role`."""

    def start(
        line: str | tuple[str, ...],
        *,
        env: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        constants: Mapping[str, Value] | None = None,
        closed: bool = False,
        references: bool = False,
        base: str = "",
    ) -> list[str]:
        there = files or {}

        def find(path: str) -> SourceFile | None:
            return SourceFile(path.lstrip("/"), there[path]) if path in there else None

        def evaluated(_path: str, _environment: Environment) -> Mapping[str, Value]:
            return constants or {}

        context = Context(
            {name: Known(value, AT) for name, value in (env or {}).items()},
            find,
            evaluated,
            "/app",
            open=not closed,
            references=references,
            base=base,
        )
        words = (line,) if isinstance(line, str) else line
        command = Command(words, shell=isinstance(line, str), at=AT)
        found = started(command, context)
        return [
            *(line_of(each) for each in found.programs),
            *(f"skipped {each.why}" for each in found.skipped),
        ]

    return start


@pytest.fixture
def read_all() -> Read:
    """Texts by path to all facts, as a run reads them."""

    def read(files: Mapping[str, str]) -> tuple[Fact | Skipped, ...]:
        def find(path: str) -> SourceFile | None:
            return SourceFile(path, files[path]) if path in files else None

        def constants(_path: str, _environment: Environment) -> Mapping[str, Value]:
            return {}

        chosen = [
            [
                SourceFile(path, text)
                for path, text in sorted(files.items())
                if reader.wants(path)
                and (not reader.needles or any(each in text.encode() for each in reader.needles))
            ]
            for reader in READERS
        ]
        return read_manifests(chosen, find, constants)

    return read
