"""How the facts belong together: which engine runs where, through what, to which database."""

from collections.abc import Iterator

from poollint.facts import Container, Database, Engine, FunctionHandler, Lifetime, Pooler, Program, Workload
from poollint.frozen import frozen
from poollint.source import Skipped, Span
from poollint.values import Confidence


@frozen
class Evidence:
    """Why a link is believed.

    `kind` in order of strength: configuration, command, image, variable, host. The confidence is less
    than high where a default of a variable had to be believed.
    """

    kind: str
    says: str
    at: tuple[Span, ...] = ()
    confidence: Confidence = Confidence.HIGH


@frozen
class Client:
    """An engine as it is in one program of one workload, with the way to its database.

    `engine` is evaluated in the container's environment. `poolers` are passed in order; `database`
    is None when the way ends at a host that nothing describes.
    """

    engine: Engine
    workload: Workload
    container: Container
    program: Program
    poolers: tuple[Pooler, ...]
    database: Database | None
    evidence: tuple[Evidence, ...]

    @property
    def confidence(self) -> Confidence:
        """How sure it is that this program opens the engine and that its connections go this way."""
        return min((each.confidence for each in self.evidence), default=Confidence.HIGH)


@frozen
class Unresolved:
    """What could not be found out, why, and the configuration line that would settle it."""

    at: Span
    what: str
    why: str
    settle: str = ""


@frozen
class Topology:
    """Everything that a rule may look at, for one environment.

    `engines` are as the code alone says; an engine with clients is judged through them, because
    each environment may set its values differently.
    """

    environment: str = ""
    engines: tuple[Engine, ...] = ()
    handlers: tuple[FunctionHandler, ...] = ()
    workloads: tuple[Workload, ...] = ()
    poolers: tuple[Pooler, ...] = ()
    databases: tuple[Database, ...] = ()
    clients: tuple[Client, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    lifetimes: tuple[Lifetime, ...] = ()
    linked: frozenset[Span] = frozenset()
    """The engines that a workload of any environment runs."""

    def clients_of(self, database: Database) -> tuple[Client, ...]:
        """The clients whose way ends at a database, in the order of workloads."""
        return tuple(client for client in self.clients if client.database == database)

    def clients_through(self, pooler: Pooler) -> tuple[Client, ...]:
        """The clients that pass a pooler."""
        return tuple(client for client in self.clients if pooler in client.poolers)

    def uses_of(self, engine: Engine) -> tuple[Client, ...]:
        """The clients that an engine of the code has become."""
        return tuple(client for client in self.clients if client.engine.at == engine.at)

    def in_force(self) -> Iterator[tuple[Engine, Client | None]]:
        """Every engine as it runs: once a client, or alone where no workload is known to run it."""
        for engine in self.engines:
            uses = self.uses_of(engine)
            if uses:
                yield from ((client.engine, client) for client in uses)
            else:
                yield engine, None
