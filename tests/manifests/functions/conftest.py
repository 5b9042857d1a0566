from collections.abc import Callable, Mapping
from textwrap import dedent

import pytest

from poollint.facts import Database, Fact, Pooler, Workload
from poollint.source import Skipped
from poollint.values import FromEnv, Known, OneOf, Text, Unknown, Value

Facts = Callable[[Mapping[str, str]], list[str]]


def shown(value: Value | None) -> str:
    """

    A value in a word: the constant, `?`, `$NAME=default`, alternatives, or its parts."""
    match value:
        case None:
            return "-"
        case Known(value=known):
            return str(known)
        case Unknown():
            return "?"
        case FromEnv(variables=(name, *_), default=default):
            return f"${name}" if default is None else f"${name}={shown(default)}"
        case OneOf(values=values):
            return "|".join(shown(each) for each in values)
        case Text(parts=parts):
            return "".join(part if isinstance(part, str) else f"<{shown(part)}>" for part in parts)
        case _:
            return "record"


def line_of(fact: Fact | Skipped) -> str | None:
    match fact:
        case Workload(platform="lambda", containers=(container,)):
            (program,) = container.programs
            environment = " ".join(f"{each.name}={shown(each.value)}" for each in container.environment)
            more = " ..." if container.open_environment else ""
            where = container.build + (f" {container.dockerfile}" if container.dockerfile else "")
            return (
                f"{fact.name} {program.module or '?'} [{where}] {shown(fact.pods.minimum)}.."
                f"{shown(fact.pods.maximum)} {shown(fact.request_timeout)}s: {environment}{more}"
            )
        case Database():
            return (
                f"{fact.provider} {fact.family} {fact.name} {fact.version}: {shown(fact.max_connections)}"
                f" - {shown(fact.reserved)} at {','.join(fact.hosts)}:{shown(fact.port)}"
            )
        case Pooler():
            ways = " ".join(f"{shown(each.host)}:{shown(each.port)}" for each in fact.routes)
            settings = " ".join(f"{each.name}={shown(each.value)}" for each in fact.settings)
            hosts = ",".join(fact.hosts)
            return f"{fact.product} {fact.name} at {hosts}:{shown(fact.port)} -> {ways} ({settings})"
        case Skipped():
            return f"skipped {fact.at.path}:{fact.at.line}: {fact.why}"
        case _:
            return None


@pytest.fixture
def facts(read_all: Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]) -> Facts:
    """The functions, databases and proxies of some files and what was skipped, a line each."""

    def of(files: Mapping[str, str]) -> list[str]:
        found = read_all({path: dedent(text) for path, text in files.items()})
        return [line for fact in found if (line := line_of(fact)) is not None]

    return of
