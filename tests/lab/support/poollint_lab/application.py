"""The application under test, as its own process: makes engines from source, uses them on request.

Run as `python -m poollint_lab.application STYLE`; speaks `poollint_lab.protocol` on its pipes. It
may run under another SQLAlchemy than the tests do.
"""

import asyncio
import importlib.metadata
import json
import os
import sys
from dataclasses import dataclass, field

from poollint_lab.loading import (
    AnyConnection,
    AnyEngine,
    Entry,
    checkout,
    close,
    connect,
    dispose,
    engine_of,
    execute,
    load,
)
from poollint_lab.outcomes import attempt, attempt_call
from poollint_lab.protocol import Outcome, Reply, Request
from poollint_lab.soak import soak


@dataclass(slots=True)
class State:
    engines: dict[str, AnyEngine] = field(default_factory=dict)
    held: list[AnyConnection] = field(default_factory=list)
    module: dict[str, Entry] = field(default_factory=dict)


def make(state: State, name: str, source: str) -> None:
    state.module = load(source)
    engine = engine_of(state.module)
    if engine is not None:
        state.engines[name] = engine


async def hold(state: State, engine: AnyEngine, sql: str = "") -> object:
    """Checks out for good; a statement makes it a transaction, too."""
    connection = await connect(engine)
    state.held.append(connection)
    return await execute(connection, sql) if sql else None


async def release(state: State) -> None:
    while state.held:
        await close(state.held.pop())


async def reset(state: State, deadline: float) -> None:
    await attempt(release(state), deadline)
    state.held.clear()
    for engine in state.engines.values():
        await attempt(dispose(engine), deadline)
    state.engines.clear()


async def work(state: State, request: Request) -> list[Outcome]:
    deadline, sql, name = request.deadline, request.sql, request.engine
    times = range(request.times)
    match request.op:
        case "use":
            return [await attempt(checkout(state.engines[name], sql), deadline) for _ in times]
        case "connect":
            return [await attempt(hold(state, state.engines[name]), deadline) for _ in times]
        case "hold":
            return [await attempt(hold(state, state.engines[name], sql), deadline) for _ in times]
        case "execute":
            return [await attempt(execute(state.held[-1], sql), deadline)]
        case "release":
            return [await attempt(release(state), deadline)]
        case "dispose":
            return [await attempt(dispose(state.engines[name]), deadline)]
        case "reset":
            await reset(state, deadline)
            return []
        case unknown:
            raise ValueError(unknown)


def forked(state: State, request: Request) -> list[Outcome]:
    """Calls a function of the module in a forked child, and waits for the child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        result = attempt_call(state.module[request.function])
        os.write(writing, json.dumps(result).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said: Outcome = json.loads(pipe.read())
    os.waitpid(child, 0)
    return [said]


def answered(outcomes: list[Outcome], right: int = 0, wrong: int = 0, said: str = "") -> str:
    reply: Reply = {"outcomes": outcomes, "right": right, "wrong": wrong, "text": said}
    return json.dumps(reply)


def respond(state: State, request: Request) -> str | None:
    """Answers what runs outside of our event loop; None for the rest."""
    match request.op:
        case "make":
            return answered([attempt_call(lambda: make(state, request.engine, request.source))])
        case "version":
            return answered([], said=importlib.metadata.version(request.package))
        case "call":
            times = range(request.times)
            return answered([attempt_call(state.module[request.function]) for _ in times])
        case "fork":
            return answered(forked(state, request))
        case "soak":
            return answered(*soak(request))
        case _:
            return None


async def serve(state: State) -> None:
    while line := await asyncio.to_thread(sys.stdin.readline):
        request = Request(**json.loads(line))
        said = respond(state, request) or answered(await work(state, request))
        print(said, flush=True)  # noqa: T201  the protocol's channel


def main(style: str) -> None:
    state = State()
    if style == "running-loop":
        asyncio.run(serve(state))
        return
    run = asyncio.run if style == "new-loop" else asyncio.new_event_loop().run_until_complete
    for line in sys.stdin:
        request = Request(**json.loads(line))
        said = respond(state, request) or answered(run(work(state, request)))
        print(said, flush=True)  # noqa: T201  the protocol's channel


if __name__ == "__main__":
    main(sys.argv[1])
    os._exit(0)  # engines broken on purpose would complain while they are collected
