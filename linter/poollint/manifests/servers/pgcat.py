"""`pgcat.toml` -> Pooler, its settings under PgBouncer's names.

A pool is a database; each of its users has a `pool_size` of its own, and all of them together are what
PgCat opens to it (CONFIG.md of postgresml/pgcat).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import add

from poollint.catalogue.poolers import products
from poollint.facts import UNKNOWN_RELEASE, Argument, Pooler, PoolerUser, Route
from poollint.frozen import frozen
from poollint.manifests.servers.configurations import UNRUN
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Alternative, Default, Known, Unknown, Value, combine, one_of

PGCAT = "pgcat"
_MILLISECONDS = {"idle_timeout": "server_idle_timeout", "server_lifetime": "server_lifetime"}
"""PgCat's milliseconds and PgBouncer's seconds of the same meaning."""
_HEADER = re.compile(r"\s*\[+\s*([^\[\]]+?)\s*\]+")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


@frozen
class _Table:
    """A table with the places of its file's keys. Keys that are missing stand at the first line."""

    values: Mapping[str, object]
    path: str
    places: Mapping[tuple[str, str], Span]
    file: SourceFile

    def at(self, key: str) -> Span:
        return self.places.get((self.path, key)) or self.places.get((self.path, "")) or self.file.whole()

    def table(self, key: str) -> "_Table":
        inner = self.values.get(key)
        found = inner if isinstance(inner, dict) else {}
        return _Table(found, f"{self.path}.{key}".strip("."), self.places, self.file)

    def get(self, key: str) -> Known | None:
        """A number or text of the table with its place."""
        value = self.values.get(key)
        return Known(value, self.at(key)) if isinstance(value, str | int | float | bool) else None


def read(files: Iterable[SourceFile], _lookup: Lookup) -> Iterator[Pooler | Skipped]:
    """One pooler a file that has pools."""
    for file in files:
        yield from configuration(file, file.whole(), "")


def configuration(file: SourceFile, at: Span, scope: str) -> Iterator[Pooler | Skipped]:
    """The pooler of one text; nothing for a TOML file that is none of PgCat's."""
    try:
        values = _parsed(file.text)
    except ValueError as error:
        yield Skipped(file.whole(), f"not valid TOML: {error}"[:200])
        return
    root = _Table(values, "", _places(file), file)
    if isinstance(values.get("general"), dict) and isinstance(values.get("pools"), dict):
        yield _pooler(root, at, scope)


def _parsed(text: str) -> Mapping[str, object]:
    """Raises ValueError for what is no TOML, or too deep for a parser that recurses."""
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except RecursionError as error:
        raise ValueError("brackets too deep") from error


def _places(file: SourceFile) -> dict[tuple[str, str], Span]:
    """Where the keys of tables stand; the key "" is the table's header."""
    found: dict[tuple[str, str], Span] = {}
    table = ""
    for number, line in enumerate(file.lines(), 1):
        at = Span(file.path, number, len(line) - len(line.lstrip()) + 1, number, len(line.rstrip()) + 1)
        if line.lstrip().startswith("["):
            header = _HEADER.match(line)
            table = table if header is None else header[1].replace('"', "").replace(" ", "")
            found.setdefault((table, ""), at)
        elif key := _KEY.match(line):
            found.setdefault((table, key[1]), at)
    return found


def _pooler(root: _Table, at: Span, scope: str) -> Pooler:
    general, pools = root.table("general"), root.table("pools")
    product = products()[PGCAT]
    shipped = Default(product.title, product.source[0])
    default = Known(product.mode, shipped)
    each = [pools.table(name) for name in pools.values]
    modes = [_mode(pool, user, general) or default for pool in each for user in _users(pool)]
    sizes = [size for pool in each if (size := _together(pool)) is not None]
    settings = [
        Argument(theirs, Known(value.value // 1000, value.origin), general.at(ours))
        for ours, theirs in _MILLISECONDS.items()
        if (value := general.get(ours)) and isinstance(value.value, int)
    ]
    cache = general.get("prepared_statements_cache_size")
    settings += [Argument("max_prepared_statements", cache, general.at(PGCAT))] if cache else []
    if sizes:
        places = (user.at("pool_size") for pool in each for user in _users(pool) if user.get("pool_size"))
        settings.append(Argument("default_pool_size", _any(sizes), next(places)))
        settings.append(Argument("reserve_pool_size", Known(0, shipped), at))  # it has no such thing
    return Pooler(
        at=at,
        product=PGCAT,
        name=PGCAT,
        version=UNKNOWN_RELEASE,
        mode=_any(modes) if modes else default,
        instances=Unknown(UNRUN, at),
        port=general.get("port") or Known(product.ports[0], shipped),
        settings=tuple(settings),
        routes=tuple(_route(name, pools.table(name)) for name in pools.values),
        scope=scope,
        users=tuple(_user(user) for pool in each for user in _users(pool)),
    )


def _any(values: Iterable[Value]) -> Value:
    return one_of(Alternative(value) for value in values)


def _users(pool: _Table) -> list[_Table]:
    users = pool.table("users")
    return [users.table(name) for name in users.values]


def _together(pool: _Table) -> Value | None:
    """Server connections of all users of a pool."""
    sizes: list[Value] = [size for user in _users(pool) if (size := user.get("pool_size"))]
    return reduce(lambda total, each: combine(total, each, add, "+"), sizes) if sizes else None


def _mode(pool: _Table, user: _Table, general: _Table) -> Known | None:
    return user.get("pool_mode") or pool.get("pool_mode") or general.get("pool_mode")


def _user(user: _Table) -> PoolerUser:
    name = user.get("username")
    return PoolerUser(
        str(name.value) if name else user.path.rpartition(".")[2],
        user.at(""),
        _own(user, "pool_size", "pool_mode"),
    )


def _own(table: _Table, *keys: str) -> tuple[Argument, ...]:
    return tuple(Argument(key, value, table.at(key)) for key in keys if (value := table.get(key)))


def _route(name: str, pool: _Table) -> Route:
    shards = pool.table("shards")
    shard = shards.table(next(iter(shards.values), ""))
    host: Value = Unknown("not one primary in one shard", pool.at(""))
    port = host
    servers = shard.values.get("servers")
    primaries = [each for each in servers if _is_primary(each)] if isinstance(servers, list) else []
    if len(primaries) == len(shards.values) == 1:
        host, port = (Known(part, shard.at("servers")) for part in primaries[0][:2])
    together = _together(pool)
    size = [] if together is None else [Argument("pool_size", together, pool.at(""))]
    return Route(
        name=name,
        host=host,
        port=port,
        database=shard.get("database") or Known(name, pool.at("")),
        at=pool.at(""),
        settings=(*_own(pool, "pool_mode"), *size),
    )


def _is_primary(server: object) -> bool:
    match server:
        case [str(), int(), "primary", *_]:
            return True
        case _:
            return False
