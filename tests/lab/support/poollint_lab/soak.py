"""Several processes of one application under load, every answer checked.

The processes are forked before any of them has connected, so that drivers that number their
statements per process count from one in each.
"""

import asyncio
import json
import mmap
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypedDict

from sqlalchemy import Engine, TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from poollint_lab.loading import AnyEngine, dispose, engine_of, load
from poollint_lab.outcomes import attempt, attempt_call
from poollint_lab.protocol import Outcome, Request

SHAPES = 12
TASKS = 4
STATEMENTS = 3


class Part(TypedDict):
    outcomes: list[Outcome]
    right: int
    wrong: int


@dataclass(slots=True)
class Tally:
    outcomes: list[Outcome] = field(default_factory=list)
    right: int = 0
    wrong: int = 0


def soak(request: Request) -> tuple[list[Outcome], int, int]:
    """The failures (at most ten a process), the right answers and the wrong ones."""
    total = Tally()
    with mmap.mmap(-1, 1) as stop:
        for part in _forked(request, stop):
            total.outcomes += part["outcomes"]
            total.right += part["right"]
            total.wrong += part["wrong"]
    return total.outcomes, total.right, total.wrong


def _forked(request: Request, stop: mmap.mmap) -> Iterator[Part]:
    children: list[tuple[int, int]] = []
    for seed in range(request.processes):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.write(writing, json.dumps(_process(request, seed, stop)).encode())
            os._exit(0)
        os.close(writing)
        children.append((child, reading))
    for child, reading in children:
        with os.fdopen(reading, "rb") as pipe:
            part: Part = json.loads(pipe.read())
        os.waitpid(child, 0)
        yield part


def _process(request: Request, seed: int, stop: mmap.mmap) -> Part:
    tally = Tally()
    made = attempt_call(lambda: asyncio.run(_load(request, seed, stop, tally)))
    if made["classes"]:
        tally.outcomes.append(made)
    return {"outcomes": tally.outcomes[:10], "right": tally.right, "wrong": tally.wrong}


async def _load(request: Request, seed: int, stop: mmap.mmap, tally: Tally) -> None:
    engine = engine_of(load(request.source))
    if engine is None:
        raise ValueError(request.source)
    rng = random.Random(seed)  # noqa: S311  repeatable, not secret
    shapes = list(range(SHAPES))
    rng.shuffle(shapes)  # each process prepares its statements in another order

    async def task() -> None:
        for _ in range(request.times):
            if stop[0]:
                return
            done = await attempt(_transaction(engine, rng, shapes, tally), request.deadline)
            if done["classes"]:
                tally.outcomes.append(done)
            failure = bool(done["classes"]) and request.until == "failure"
            stop[0] |= failure or bool(tally.wrong)

    tasks = TASKS if isinstance(engine, AsyncEngine) else 1
    await asyncio.gather(*(task() for _ in range(tasks)))
    await attempt(dispose(engine), request.deadline)


async def _transaction(engine: AnyEngine, rng: random.Random, shapes: list[int], tally: Tally) -> None:
    if isinstance(engine, Engine):
        with engine.connect() as blocking:
            for _ in range(STATEMENTS):
                shape, number = rng.choice(shapes), rng.randrange(1000)
                answer = blocking.execute(_statement(shape), {"number": number}).scalar()
                _count(tally, right=answer == shape * 10000 + number)
            blocking.commit()
        return
    async with engine.connect() as connection:
        for _ in range(STATEMENTS):
            shape, number = rng.choice(shapes), rng.randrange(1000)
            result = await connection.execute(_statement(shape), {"number": number})
            _count(tally, right=result.scalar() == shape * 10000 + number)
        await connection.commit()


def _statement(shape: int) -> TextClause:
    # One type of parameter and of result in all shapes: a statement that is mixed up with another
    # gives a wrong answer, not an error.
    return text(f"select {shape * 10000} + cast(:number as integer)")


def _count(tally: Tally, *, right: bool) -> None:
    tally.right += right
    tally.wrong += not right
