"""Work that may fail, and how it ended."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from poollint_lab.protocol import Outcome


def described(error: BaseException) -> tuple[list[str], str]:
    """The classes from SQLAlchemy's exception to the driver's own, and the message on one line."""
    chain: list[BaseException] = [error]
    wrapped = getattr(error, "orig", None)
    while isinstance(wrapped, BaseException) and wrapped not in chain:
        chain.append(wrapped)
        wrapped = wrapped.__cause__
    classes = [f"{type(one).__module__}.{type(one).__qualname__}" for one in chain]
    return classes, " ".join(str(error).split())


def outcome(started: float, *, answer: object = None, error: Exception | None = None) -> Outcome:
    """`started` is of the monotonic clock."""
    classes, message = described(error) if error is not None else ([], "")
    return {
        "classes": classes,
        "message": message,
        "answer": answer if isinstance(answer, str | int | None) else str(answer),
        "seconds": time.monotonic() - started,
    }


async def attempt(work: Awaitable[object], deadline: float) -> Outcome:
    """Awaits the work for so many seconds at most."""
    started = time.monotonic()
    try:
        async with asyncio.timeout(deadline):
            return outcome(started, answer=await work)
    except Exception as error:  # noqa: BLE001  every failure is a result here
        return outcome(started, error=error)


def attempt_call(work: Callable[[], object]) -> Outcome:
    """Calls the work outside of any event loop."""
    started = time.monotonic()
    try:
        return outcome(started, answer=work())
    except Exception as error:  # noqa: BLE001  every failure is a result here
        return outcome(started, error=error)
