from collections.abc import Callable, Mapping
from textwrap import dedent

import pytest

from poollint.facts import Address, Argument, Database, Fact, Pooler, Route
from poollint.source import Skipped
from poollint.values import Default, Known, OneOf, Unknown, Value, origin_of

NOT_READ = ("not in the files", "not among the files", "so a file must", "may set it")
Servers = Callable[[Mapping[str, str]], list[str]]


def shown(value: Value | None) -> str:
    """A value in a word: the constant, `?` with the reason, or its kind."""
    match value:
        case None:
            return "-"
        case Known(value=known):
            return str(known)
        case Unknown(why=why):
            return f"?({why})"
        case OneOf(values=values):
            return "|".join(shown(each) for each in values)
        case _:
            return f"<{type(value).__name__}>"


def settings(arguments: tuple[Argument, ...]) -> str:
    """What is set, without what may be set elsewhere and what an image sets by itself."""
    return " ".join(
        f"{each.name}={shown(each.value)}"
        for each in arguments
        if not (isinstance(each.value, Unknown) and each.value.why.endswith(NOT_READ))
        and not isinstance(origin_of(each.value), Default)
    )


def route(each: Route) -> str:
    own = f" ({settings(each.settings)})" if each.settings else ""
    return f"{each.name}->{shown(each.host)}:{shown(each.port)}/{shown(each.database)}{own}"


def line_of(fact: Fact | Skipped) -> str | None:
    match fact:
        case Database():
            return (
                f"{fact.provider} {fact.name} {fact.version}: {shown(fact.max_connections)}"
                f" - {shown(fact.reserved)} at {','.join(fact.hosts)}:{shown(fact.port)}"
            )
        case Pooler():
            parts = [
                f"{fact.product} {fact.name} {fact.version}: {shown(fact.mode)} x {shown(fact.instances)}",
                f"at {','.join(fact.hosts)}:{shown(fact.port)}",
                settings(fact.settings),
                *map(route, fact.routes),
                *(f"[{user.name}: {settings(user.settings)}]" for user in fact.users),
            ]
            return "; ".join(part for part in parts if part)
        case Address(target=target) if target:
            return f"{','.join(fact.hosts)} => {target}"
        case Skipped():
            return f"skipped {fact.at.line}: {fact.why}"
        case _:
            return None


@pytest.fixture
def servers(read_all: Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]) -> Servers:
    """The databases, poolers, aliases and what was skipped of some files, a line each."""

    def of(files: Mapping[str, str]) -> list[str]:
        facts = read_all({path: dedent(text) for path, text in files.items()})
        return [line for fact in facts if (line := line_of(fact)) is not None]

    return of
