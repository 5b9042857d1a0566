"""Configuration files of poolers, and the containers that run with them.

A configuration alone is a Pooler that nothing runs. Joined with a container it has the container's
hosts, version and instances, and the file's settings and routes; the file alone is no fact any more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from poollint.facts import Container, Fact, Pooler
from poollint.frozen import frozen
from poollint.manifests.servers.poolers import PGBOUNCER, default_of
from poollint.values import Default, Unknown, origin_of

UNRUN = "no manifest in the files runs it"
"""Why the instances of a configuration are not known."""


def is_configuration(fact: Fact) -> bool:
    """Whether a fact is a configuration file that no container has been found for."""
    return isinstance(fact, Pooler) and isinstance(fact.instances, Unknown) and fact.instances.why == UNRUN


@frozen
class Running:
    """A pooler's container, as its image and variables say, and that container."""

    pooler: Pooler
    container: Container


@dataclass(slots=True)
class _Joining:
    configurations: tuple[Pooler, ...]
    used: set[Pooler] = field(default_factory=set)
    joined: dict[Pooler, Pooler] = field(default_factory=dict)

    def join(self, running: Pooler, configuration: Pooler) -> None:
        self.used.add(configuration)
        self.joined[running] = with_configuration(running, configuration)


def joined(
    running: Iterable[Running], configurations: Iterable[Pooler]
) -> tuple[dict[Pooler, Pooler], set[Pooler]]:
    """What containers become by their configurations, and the configurations that were used.

    A file belongs to the container that mounts it; else to the only container of that pooler in an
    environment, if its variables set nothing and there is one such file only.
    """
    every = tuple(running)
    state = _Joining(tuple(configurations))
    for each in every:
        mounted = [
            one for one in state.configurations
            if one.product == each.pooler.product and _mounts(each.container, one.at.path)
        ]  # fmt: skip
        if len(mounted) == 1:
            state.join(each.pooler, mounted[0])
    left = tuple(one for one in state.configurations if one not in state.used)
    for each in every:
        fitting = [
            one for one in left
            if one.product == each.pooler.product and one.scope in ("", each.pooler.scope)
        ]  # fmt: skip
        alone = [
            one for one in every
            if (one.pooler.scope, one.pooler.product) == (each.pooler.scope, each.pooler.product)
        ]  # fmt: skip
        bare = each.pooler not in state.joined and _sets_nothing(each.pooler)
        if bare and len(fitting) == len(alone) == 1:
            state.join(each.pooler, fitting[0])
    return state.joined, state.used


def _sets_nothing(pooler: Pooler) -> bool:
    """Whether no variable of the container gives a setting."""
    return all(
        isinstance(each.value, Unknown) or isinstance(origin_of(each.value), Default)
        for each in pooler.settings
    )


def _mounts(container: Container, path: str) -> bool:
    return any(path == source or path.startswith(f"{source}/") for source, _ in container.mounts if source)


def with_configuration(running: Pooler, configuration: Pooler) -> Pooler:
    """A container's pooler with the settings of a file: the image's variables have no effect beside one."""
    mode, port = configuration.mode, configuration.port
    if running.product == PGBOUNCER:
        if configuration.setting("pool_mode") is None:
            mode = default_of("pool_mode", None, running.version, running.at)
        if configuration.setting("listen_port") is None:
            port = default_of("listen_port", None, running.version, running.at)
    return replace(
        running,
        mode=mode,
        port=port or running.port,
        settings=configuration.settings,
        routes=configuration.routes,
        users=configuration.users,
        certain=True,
    )


def unused(facts: Iterable[Fact], used: set[Pooler]) -> Iterator[Fact]:
    """All facts but the configurations that a container runs with."""
    for fact in facts:
        if not (isinstance(fact, Pooler) and fact in used):
            yield fact
