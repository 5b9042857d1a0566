"""What was found in the files: engines, workloads, poolers, databases. Facts judge nothing.

Every reader, of whatever format, gives these facts and no others; a rule cannot tell which reader a
fact came from. Facts are frozen, hashable and free of references to trees or files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from poollint.source import Span
from poollint.values import Default, Known, Value

# --- Python ---


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


@dataclass(frozen=True, slots=True)
class Argument:
    """A keyword as a call or mapping gives it, and the place of `name=value`."""

    name: str
    value: Value
    at: Span


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Release:
    """The version of a library, image or server. `numbers` is empty when it is not known."""

    numbers: tuple[int, ...]
    origin: Span | None = None

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers))

    def __bool__(self) -> bool:
        return bool(self.numbers)


UNKNOWN_RELEASE = Release(())
ONCE = Known(1, Default("one call"))


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class FunctionHandler:
    """A cloud function's entry point in Python code: its dotted name and what recognised it."""

    at: Span
    name: str
    platform: str


@dataclass(frozen=True, slots=True)
class LoopRun:
    """A function that is called again and again, and each time uses an engine in a new event loop.

    `at` is what makes the loop (`asyncio.run(...)`), `caller` the dotted name of the function around
    it, `often` what calls that: a task, a handler of requests or of a cloud function. `engine` is the
    call that makes the engine, `through` are the names that lead from the loop to it, nearest first.
    `certain` is false where one of them is a class, of which only a part may run.
    """

    at: Span
    caller: str
    often: Made
    engine: Span
    through: tuple[str, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Disposal:
    """`dispose()` without `close=False` in a hook that runs in a forked child (`post_fork`)."""

    at: Span
    hook: str
    engine: Span


@dataclass(frozen=True, slots=True)
class Token:
    """A credential that expires, asked for once and handed to an engine.

    `maker` is the function that makes it (`generate_db_auth_token`), `lifetime` a number of the
    catalogue (`rds-iam-token-lifetime`), empty where none is documented. `into` is `url` or `connect_args`.
    """

    at: Span
    maker: str
    lifetime: str
    into: str
    engine: Span


@dataclass(frozen=True, slots=True)
class Invocation:
    """A cloud function whose module leads to an engine by imports."""

    handler: FunctionHandler
    engine: Span


@dataclass(frozen=True, slots=True)
class Passing:
    """An engine that lives no longer than one call of the function that makes it.

    The function neither returns nor yields it, nor binds it beyond itself.
    """

    engine: Span


Lifetime: TypeAlias = LoopRun | Disposal | Token | Invocation | Passing
"""What the code around an engine does to it."""

# --- deployments ---

Environment: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable of a container and the place that sets it."""

    name: str
    value: Value
    at: Span


@dataclass(frozen=True, slots=True)
class Command:
    """A command line: the words of the exec form, or one string for a shell."""

    words: tuple[str, ...]
    shell: bool
    at: Span


@dataclass(frozen=True, slots=True)
class Program:
    """One program that a container starts, and how many processes of it.

    `module` is what it imports (`app.main` of `uvicorn app.main:app`), empty when not known; `path`
    is the file of the project that the container has under that name, empty when it was not found.
    `at_once` is how much work one process does at the same time (1 for a synchronous worker,
    threads for gthread, unknown-unbounded for asynchronous ones: `Known(inf)`). `request_timeout`
    are seconds after which the server gives up on a request.
    """

    name: str
    module: str
    processes: Value
    at_once: Value
    at: Span
    role: str = "app"
    """app, worker, beat, migration, shell, other."""
    preload: Value | None = None
    request_timeout: Value | None = None
    worker_class: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a workload (a pod's, a compose service's, a function's).

    `entrypoint` and `command` are what the manifest says, over the image's; `programs` is what they
    start, filled in when the image and the variables are known. `open_environment` says whether
    variables may be set that are not listed (an unread Secret, an env file that is not in the
    repository). `build` is the folder that the image is built from, relative to the project, empty
    when not known (or the root, when `dockerfile` is known). `directory` is the working directory if
    the manifest sets it, `mounts` are files and folders of the project that lie over the image: the
    path in the project and the path in the container. `arguments` are the build's.
    """

    at: Span
    name: str
    image: Value
    entrypoint: Command | None = None
    command: Command | None = None
    programs: tuple[Program, ...] = ()
    environment: tuple[Variable, ...] = ()
    open_environment: bool = False
    build: str = ""
    target: str = ""
    dockerfile: str = ""
    init: bool = False
    directory: str = ""
    mounts: tuple[tuple[str, str], ...] = ()
    arguments: tuple[Variable, ...] = ()

    def variables(self) -> Environment:
        """The variables by name; a later setting of the same name wins."""
        return {variable.name: variable.value for variable in self.environment}


@dataclass(frozen=True, slots=True)
class Pods:
    """How many copies run: at least, at most in steady state, and how many more during a rollout."""

    minimum: Value
    maximum: Value
    surge: Value


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that a deployment runs in copies.

    `platform` is kubernetes, compose, image, procfile, lambda, cloud-run, knative...; `kind` as the
    platform calls it (Deployment, service, function). `scope` names the environment that it belongs
    to (a compose file set, a tree of manifests). `labels` are those a Service can select.
    `one_shot` is true for jobs, migrations and hooks. `concurrency` bounds the requests one copy
    gets at once (Lambda 1, `containerConcurrency`), `None` if nothing does.
    """

    at: Span
    platform: str
    kind: str
    name: str
    pods: Pods
    containers: tuple[Container, ...]
    namespace: str | None = None
    scope: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    one_shot: bool = False
    concurrency: Value | None = None
    request_timeout: Value | None = None

    @property
    def label(self) -> str:
        """`Deployment/api`: how links and configuration name it."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Route:
    """A database that a pooler offers: the name clients ask for, and where it leads."""

    name: str
    host: Value
    port: Value
    database: Value
    at: Span
    settings: tuple[Argument, ...] = ()
    """Per-database settings (`pool_mode`, `pool_size`)."""


@dataclass(frozen=True, slots=True)
class PoolerUser:
    """A user for whom a pooler has settings of its own (`pool_mode`, `max_user_connections`)."""

    name: str
    at: Span
    settings: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Pooler:
    """A connection pooler. `hosts` are names that lead to it, `settings` use PgBouncer's names
    where they fit.

    `mode` is session, transaction or statement. `certain` is false when only a hint says that it is
    there (a port, a secret's key).
    """

    at: Span
    product: str
    name: str
    version: Release
    mode: Value
    instances: Value
    hosts: tuple[str, ...] = ()
    port: Value | None = None
    settings: tuple[Argument, ...] = ()
    routes: tuple[Route, ...] = ()
    scope: str = ""
    certain: bool = True
    users: tuple[PoolerUser, ...] = ()

    def setting(self, name: str) -> Argument | None:
        """The setting of that name where the files give it."""
        return next((each for each in self.settings if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Database:
    """A database server. `limit` is `max_connections`; `reserved` are slots that an application
    cannot use.

    `family` is postgresql or mysql; `provider` the catalogue's name (`postgresql`,
    `aws-rds-postgresql`, ...).
    """

    at: Span
    name: str
    family: str
    provider: str
    max_connections: Value
    reserved: Value
    hosts: tuple[str, ...] = ()
    port: Value | None = None
    version: Release = UNKNOWN_RELEASE
    idle_timeout: Value | None = None
    others: tuple[Argument, ...] = ()
    """Clients that the files do not show, with the connections that they keep."""
    share: Value | None = None
    """The part of the capacity (0 to 1) that the configuration wants to see used at most."""
    variables: tuple[str, ...] = ()
    """Environment variables whose URL leads here, by configuration."""
    scope: str = ""
    declared: bool = False
    """Whether the configuration names it: the same name elsewhere is then the same server."""


@dataclass(frozen=True, slots=True)
class Address:
    """Names that lead to the pods with these labels (a Kubernetes Service).

    With a `target` the names are aliases of that host instead, and the selector is empty.
    """

    at: Span
    hosts: tuple[str, ...]
    selector: tuple[tuple[str, str], ...]
    scope: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """What a Dockerfile builds: the program and variables that hold where a manifest says nothing.

    `context` is the folder with the Dockerfile, `target` the stage (empty for the last one).
    """

    at: Span
    context: str
    target: str
    dockerfile: str
    entrypoint: Command | None
    command: Command | None
    environment: tuple[Variable, ...]
    copies: tuple[tuple[str, str], ...] = ()
    """What `COPY` brings from the context and where it lies in the image, in order."""
    workdir: str = "/"
    base: str = ""


Fact: TypeAlias = Engine | FunctionHandler | Workload | Pooler | Database | Address | Image
