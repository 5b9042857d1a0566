"""What the test and the application under test say to each other, one JSON object a line."""

from dataclasses import dataclass
from typing import Literal, TypedDict

LoopStyle = Literal["running-loop", "same-loop", "new-loop"]
"""How the application runs its work: a service whose loop never stops, one loop that runs only
during a request, or `asyncio.run` for each request."""


class Outcome(TypedDict):
    """How one piece of work ended. `classes` runs from the exception that was raised to the
    driver's own and is empty for success; `seconds` is wall time."""

    classes: list[str]
    message: str
    answer: str | int | None
    seconds: float


class Fields(TypedDict, total=False):
    """What a test gives of a request."""

    op: str
    engine: str
    source: str
    function: str
    sql: str
    times: int
    deadline: float
    processes: int
    until: Literal["failure", "wrong answer"]
    package: str


@dataclass(frozen=True, slots=True)
class Request:
    """`engine` names one of several engines in one application; `deadline` is in seconds."""

    op: str
    engine: str = ""
    source: str = ""
    function: str = ""
    sql: str = "select 1"
    times: int = 1
    deadline: float = 10.0
    processes: int = 1
    until: Literal["failure", "wrong answer"] = "failure"
    package: str = ""


class Reply(TypedDict):
    outcomes: list[Outcome]
    right: int
    wrong: int
    text: str


def succeeded(outcome: Outcome) -> bool:
    return not outcome["classes"]


def failed(outcome: Outcome, exception: str, message: str = "") -> bool:
    """Whether `exception` is in the chain, by the end of its dotted name, with that message part."""
    named = any(f".{name}".endswith(f".{exception}") for name in outcome["classes"])
    return named and message in outcome["message"]
