"""What deployments say: workloads, their containers and programs, the images that these run."""

from collections.abc import Mapping
from typing import TypeAlias

from poollint.frozen import frozen
from poollint.source import Span
from poollint.values import Value

Environment: TypeAlias = Mapping[str, Value]


@frozen
class Variable:
    """An environment variable of a container and the place that sets it."""

    name: str
    value: Value
    at: Span


@frozen
class Command:
    """A command line: the words of the exec form, or one string for a shell.

    `places` has one for each word, where they do not all stand at `at`.
    """

    words: tuple[str, ...]
    shell: bool
    at: Span
    places: tuple[Span, ...] = ()

    def place(self, index: int) -> Span:
        """Where a word stands."""
        return self.places[index] if self.places else self.at


@frozen
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
    words: tuple[str, ...] | None = ()
    """What a program of the project is called with; None where a word is not known."""
    entry: str = ""
    """The function of `module` that it starts with, if the project's metadata name one."""
    before: bool = False
    """Whether it has ended before the others of its container start."""


@frozen
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


@frozen
class Pods:
    """How many copies run: at least, at most in steady state, and how many more during a rollout."""

    minimum: Value
    maximum: Value
    surge: Value


@frozen
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


@frozen
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
