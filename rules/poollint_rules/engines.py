"""What several rules ask about an engine. Answers hold for every value that a setting can have."""

from collections.abc import Callable, Iterator

from poollint.catalogue.drivers import words
from poollint.catalogue.pools import engine_defaults
from poollint.catalogue.pools import pool_class as documented_class
from poollint.facts import Argument, Dependency, Engine, Made, Passing, Role
from poollint.rule import Note
from poollint.source import Span
from poollint.topology import Client, Topology
from poollint.values import FromEnv, Known, Scalar, Symbol, Value, possible


def judged(topology: Topology) -> Iterator[tuple[Engine, Client | None]]:
    """Engines as they run, without those of tests."""
    return ((engine, client) for engine, client in topology.in_force() if engine.role is not Role.TEST)


def pool_class(engine: Engine) -> str:
    """The unqualified name of the pool class, empty when it is not one known class."""
    names = {_class_name(leaf) for leaf in possible(engine.pool.cls)}
    return names.pop() if len(names) == 1 else ""


def _class_name(leaf: Value) -> str:
    if isinstance(leaf, Known) and isinstance(leaf.value, Symbol):
        return leaf.value.name.rpartition(".")[2]
    return ""


def pool_kind(engine: Engine) -> str:
    """What the pool in force does with connections, as the catalogue has it: `queue`, `none`, `static`, ...

    Empty when that depends on a branch, or when a class is not SQLAlchemy's.
    """
    classes = [documented_class(_class_name(leaf)) for leaf in possible(engine.pool.cls)]
    kinds = {"" if each is None else each.kind for each in classes}
    return kinds.pop() if len(kinds) == 1 else ""


def is_queue(engine: Engine) -> bool:
    """Whether the pool in force is certainly a queue: it keeps connections and has a size.

    QueuePool and AsyncAdaptedQueuePool in every branch that the files leave open count as one kind.
    """
    return pool_kind(engine) == "queue"


def unlimited(engine: Engine) -> Argument | None:
    """The argument that certainly takes the limit of a queue pool away, if one does."""
    for name, value in engine_defaults().unlimited.items():
        argument = engine.argument(name)
        if argument is not None and is_exactly(argument.value, value):
            return argument
    return None


def holds(value: Value, test: Callable[[Scalar], bool]) -> bool:
    """Whether a value passes a test whatever branch is taken and whichever default is in force."""
    return all(isinstance(leaf, Known) and test(leaf.value) for leaf in possible(value))


def is_exactly(value: Value, wanted: Scalar) -> bool:
    """Whether a value is certainly this one; True is not 1."""
    return holds(value, lambda found: found == wanted and type(found) is type(wanted))


def dialects(engine: Engine) -> frozenset[str]:
    """The dialects that the URL can have (`postgresql`, `mysql`), empty when one of them is not known."""
    names = set()
    for leaf in possible(engine.url.driver):
        if not isinstance(leaf, Known) or not isinstance(leaf.value, str):
            return frozenset()
        names.add(leaf.value.partition("+")[0])
    return frozenset(names)


def is_networked(engine: Engine) -> bool:
    """Whether the engine may keep connections over a network: unless it is certainly SQLite or an HTTP service.

    A URL of which nothing at all is known counts: teams lint services, not toys.
    """
    names = dialects(engine)
    if not names:
        return not any(engine.argument(name) for name in words("bigquery-arguments"))
    return not names <= words("connectionless")


def is_long_running(engine: Engine, client: Client | None) -> bool:
    """Whether connections live long enough to go stale: services, not migrations, scripts or jobs."""
    if engine.role is not Role.SERVICE:
        return False
    return client is None or not client.workload.one_shot


PER_CALL = frozenset({Made.HANDLER, Made.TASK, Made.FUNCTION_HANDLER})


def living(topology: Topology) -> Iterator[tuple[Engine, Client | None]]:
    """Engines of services whose pools live on: their connections can go stale, and requests wait for them.

    One that is made for a single call, or disposed of by the function that makes it, does not.
    """
    passing = {
        (each.engine, each.made_for) for each in topology.lifetimes if isinstance(each, Passing | Dependency)
    }
    for engine, client in judged(topology):
        gone = engine.disposed or engine.made in PER_CALL or (engine.at, engine.made_for) in passing
        if is_queue(engine) and is_long_running(engine, client) and not gone:
            yield engine, client


def place(engine: Engine, name: str) -> Span:
    """Where an argument stands, or the call when the default is in force."""
    argument = engine.argument(name)
    return engine.at if argument is None else argument.at


def written_at(value: Value, besides: Span) -> Iterator[Note]:
    """Notes for the places where a value is written, when that is not the place already shown."""
    match value:
        case Known(origin=Span() as at) if at.path != besides.path or at.line != besides.line:
            yield Note(at, "set here")
        case FromEnv(origin=Span() as at) if at.path != besides.path or at.line != besides.line:
            yield Note(at, f"from {value.variable}")
        case _:
            return


def running_in(client: Client | None) -> str:
    """` in 'api'`, or nothing when no workload is known."""
    return "" if client is None else f" in '{client.workload.name}'"
