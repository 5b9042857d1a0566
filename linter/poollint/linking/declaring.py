"""The configuration's tables as facts and links."""

from posixpath import dirname, join, normpath

from poollint.catalogue.limits import connection_limit, provider_and_engine, provider_names, reserved
from poollint.config import Config, DatabaseConfig, EnvironmentConfig, WorkloadConfig
from poollint.config.loading import ConfigError
from poollint.facts import Argument, Database, Variable
from poollint.linking.declared import Declared, DeclaredEnvironment, DeclaredLink
from poollint.values import Alternative, Default, Documented, Known, Unknown, Value, one_of

POSTGRESQL = "postgresql"


def declared(config: Config) -> Declared:
    """What the configuration says about databases, environments and workloads."""
    return Declared(
        databases=tuple(_database(each) for each in config.databases),
        links=tuple(_link(each) for each in config.workloads),
        environments=tuple(_environment(each, dirname(config.path)) for each in config.envs),
        environment=config.env,
    )


def _database(table: DatabaseConfig) -> Database:
    provider, family = _provider(table)
    return Database(
        at=table.at,
        name=table.name,
        family=family,
        provider=table.provider or provider,
        max_connections=_limit(table, provider, family),
        reserved=_reserved(table, provider, family),
        idle_timeout=None
        if table.idle_timeout is None
        else Known(table.idle_timeout, table.place("idle-timeout")),
        others=tuple(
            Argument(name, Known(count, table.place(f"other-clients.{name}")), table.place("other-clients"))
            for name, count in table.other_clients.items()
        ),
        share=None if table.budget is None else Known(table.budget, table.place("budget")),
        variables=table.url_env,
        declared=True,
    )


def _provider(table: DatabaseConfig) -> tuple[str, str]:
    """The catalogue's provider and engine. Raises ConfigError for a name that it does not know."""
    found = provider_and_engine(table.provider or POSTGRESQL)
    if found is None:
        from difflib import get_close_matches  # noqa: PLC0415 - late: only for a mistake

        near = get_close_matches(str(table.provider), provider_names(), n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ConfigError(
            f"{table.place('provider').full}: databases.{table.name}.provider: "
            f"no provider is called {table.provider}{hint}; poollint providers lists them"
        )
    return found


def _limit(table: DatabaseConfig, provider: str, family: str) -> Value:
    if table.max_connections is not None:
        return Known(table.max_connections, table.place("max-connections"))
    limit = connection_limit(provider, family, table.instance_class)
    if limit is None:
        missing = "max-connections or an instance-class that the catalogue knows"
        return Unknown(f"the configuration of '{table.name}' gives no {missing}", table.at)
    size = f"{provider} {table.instance_class}" if table.instance_class else provider
    certain = limit.confidence == "high" and limit.lower == limit.upper
    origin = Documented(size, limit.source[0], certain)
    return one_of(Alternative(Known(number, origin)) for number in (limit.lower, limit.upper))


def _reserved(table: DatabaseConfig, provider: str, family: str) -> Value:
    if table.reserved is not None:
        return Known(table.reserved, table.place("reserved"))
    reserve = reserved(provider, family)
    if reserve is None:
        return Known(0, Default(provider, certain=False))
    return Known(reserve.value, Documented(provider, reserve.source[0], reserve.confidence == "high"))


def _environment(table: EnvironmentConfig, folder: str) -> DeclaredEnvironment:
    """An environment; its paths count from the folder of the configuration file."""
    return DeclaredEnvironment(
        at=table.at,
        name=table.name,
        manifests=tuple(normpath(join(folder, path)) for path in table.manifests),
        variables=tuple(
            Variable(name, Known(text, table.place(f"vars.{name}")), table.place(f"vars.{name}"))
            for name, text in table.vars.items()
        ),
    )


def _link(table: WorkloadConfig) -> DeclaredLink:
    return DeclaredLink(
        at=table.at,
        name=table.name or table.match,
        match=table.match or table.name,
        engines=table.engines,
        database=table.database or "",
        processes=None if table.processes is None else Known(table.processes, table.place("processes")),
    )
