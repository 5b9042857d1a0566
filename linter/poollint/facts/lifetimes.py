"""What the code around engines does to them."""

from typing import TypeAlias

from poollint.facts.engines import FunctionHandler, Made
from poollint.frozen import frozen
from poollint.source import Span


@frozen
class LoopRun:
    """A function that is called again and again, and each time uses an engine in a new event loop.

    `at` is what makes the loop (`asyncio.run(...)`), `caller` the dotted name of the function
    around it, `often` what calls that: a task, a handler of requests or of a cloud function.
    `engine` is the call that makes the engine, `through` are the names that lead from the loop to
    it, nearest first. `certain` is false where one of them is a class, of which only a part may
    run.
    """

    at: Span
    caller: str
    often: Made
    engine: Span
    through: tuple[str, ...] = ()
    certain: bool = True


@frozen
class Disposal:
    """`dispose()` without `close=False` in a hook that runs in a forked child (`post_fork`)."""

    at: Span
    hook: str
    engine: Span


@frozen
class Token:
    """A credential that expires, asked for once and handed to an engine.

    `maker` is the function that makes it (`generate_db_auth_token`), `lifetime` a number of the
    catalogue (`rds-iam-token-lifetime`), empty where none is documented. `into` is `url` or
    `connect_args`.
    """

    at: Span
    maker: str
    lifetime: str
    into: str
    engine: Span


@frozen
class Invocation:
    """A cloud function whose module leads to an engine by imports."""

    handler: FunctionHandler
    engine: Span


@frozen
class Passing:
    """An engine that lives no longer than one call of the function that makes it.

    The function neither returns nor yields it, nor binds it beyond itself; or a caller does not who
    gets it from that function, or in an object. `made_for` are the calls of wrappers that lead to the
    engine, as `Engine` has them.
    """

    engine: Span
    made_for: tuple[Span, ...] = ()


@frozen
class Dependency:
    """An engine of a function that request handlers name as a dependency: one is made for each request.

    `made_for` are the calls of wrappers that lead to the engine, as `Engine` has them; `at` is where
    the framework is asked to call the function.
    """

    engine: Span
    made_for: tuple[Span, ...]
    at: Span


Lifetime: TypeAlias = LoopRun | Disposal | Token | Invocation | Passing | Dependency
"""What the code around an engine does to it."""
