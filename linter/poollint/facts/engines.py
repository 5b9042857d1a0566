"""What Python code says about engines."""

from enum import StrEnum

from poollint.facts.settings import ONCE, UNKNOWN_RELEASE, Argument, Release
from poollint.frozen import frozen
from poollint.source import Span
from poollint.values import Value


class Role(StrEnum):
    """What kind of code makes an engine."""

    SERVICE = "service"
    TEST = "test"
    MIGRATION = "migration"
    SCRIPT = "script"


class Made(StrEnum):
    """Where in a program's life the engine is made."""

    MODULE = "module"
    FACTORY = "factory"
    """In a function or method of which nothing more is known."""
    CACHED = "cached"
    """In a function that keeps its result: `lru_cache`, a guarded global or attribute, a singleton."""
    LIFESPAN = "lifespan"
    """When an application starts: lifespan, start-up event, `__init__` of a middleware."""
    HANDLER = "handler"
    """In a request handler or a dependency of one: once a request."""
    TASK = "task"
    """In a task of a queue: once a task."""
    FUNCTION_HANDLER = "function-handler"
    """In the handler of a cloud function: once an invocation."""


@frozen
class Url:
    """A database URL, as far as it can be read. Passwords are replaced by `***` in every value.

    `driver` is the dialect with driver as written (`postgresql+asyncpg`, `postgresql`); `query` are
    the parameters behind `?`. `password_at` is where a literal password stands, `variables` are all
    environment variables that any part comes from, the one of the whole URL first.
    """

    at: Span
    value: Value
    driver: Value
    host: Value
    port: Value
    database: Value
    query: tuple[Argument, ...] = ()
    variables: tuple[str, ...] = ()
    password_at: Span | None = None


@frozen
class Pool:
    """The pool that will be in force, defaults included.

    `cls` is a `Symbol` such as `sqlalchemy.pool.QueuePool` (dotted, public name). Sizes count
    connections, `timeout` and `recycle` are seconds; `recycle` -1 and `timeout` None mean never.
    """

    cls: Value
    size: Value
    overflow: Value
    timeout: Value
    recycle: Value
    pre_ping: Value
    lifo: Value
    reset_on_return: Value


@frozen
class Engine:
    """An engine that every process that runs this code opens for itself.

    `at` is the call that SQLAlchemy gets, `name` is `module:variable` (or `module:function` where
    it is not bound), `callee` is the dotted name as SQLAlchemy defines it. `arguments` are the
    keywords of the call after splats are opened; `splat` says why there may be more. `made_for` are
    calls of a wrapper of the repository that lead here, nearest first. `exclusive` groups engines
    of which only one is made (branches).
    """

    at: Span
    name: str
    callee: str
    is_async: bool
    role: Role
    url: Url
    pool: Pool
    arguments: tuple[Argument, ...] = ()
    connect_args: tuple[Argument, ...] = ()
    connect_args_rest: Value | None = None
    splat: Value | None = None
    made: Made = Made.MODULE
    made_for: tuple[Span, ...] = ()
    disposed: bool = False
    """Whether the function that makes it also disposes of it."""
    count: Value = ONCE
    """How many of it a process makes: 1, or unknown in loops and factories."""
    exclusive: str = ""
    sqlalchemy: Release = UNKNOWN_RELEASE
    driver: Release = UNKNOWN_RELEASE

    def argument(self, name: str) -> Argument | None:
        """The keyword of that name, if the call gives it."""
        return next((each for each in self.arguments if each.name == name), None)

    def connect_arg(self, name: str) -> Argument | None:
        """What the driver gets under that name from `connect_args`, else from the URL's query."""
        return next((each for each in (*self.connect_args, *self.url.query) if each.name == name), None)


@frozen
class FunctionHandler:
    """A cloud function's entry point in Python code: its dotted name and what recognised it."""

    at: Span
    name: str
    platform: str
