"""`odyssey.conf` -> Pooler, its settings under PgBouncer's names.

A `database` has `user`s, each with a `pool` mode and a `pool_size`; `storage` is where they lead
(documentation/configuration.md of yandex/odyssey).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from math import inf
from operator import add

from poollint.catalogue.poolers import products
from poollint.facts import UNKNOWN_RELEASE, Argument, Pooler, PoolerUser, Route
from poollint.manifests.servers.configurations import UNRUN
from poollint.manifests.servers.poolers import number_or_text
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Alternative, Default, Known, Unknown, Value, combine, one_of

ODYSSEY = "odyssey"
_TOKEN = re.compile(
    r"\s+|#[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|(?P<quoted>\"[^\"\n]*\")|(?P<bracket>[{}])|(?P<word>[^\s{}\"#]+)"
)
_DEEPEST = 10
_NAMES = {"pool_size": "pool_size", "client_max": "max_user_client_connections"}


@dataclass(slots=True)
class _Block:
    """`kind name { key value ... }` with blocks in it. The root has neither kind nor name."""

    kind: str
    name: str
    at: Span
    values: dict[str, Known] = field(default_factory=dict)
    blocks: list["_Block"] = field(default_factory=list)

    def of(self, kind: str) -> list["_Block"]:
        return [block for block in self.blocks if block.kind == kind]


def read(files: Iterable[SourceFile], _lookup: Lookup) -> Iterator[Pooler | Skipped]:
    """One pooler a file with databases; what does not fit the format ends it."""
    for file in files:
        found = _parsed(file)
        if isinstance(found, Skipped):
            yield found
        elif found.of("database"):
            yield _pooler(found, file.whole())


def _parsed(file: SourceFile) -> _Block | Skipped:
    stack = [_Block("", "", file.whole())]
    line: list[tuple[str, Span]] = []
    for text, at in _tokens(file):
        if text == "{":
            if not line or len(stack) > _DEEPEST:
                return Skipped(at, "a bracket without a name, or too many within each other")
            block = _Block(line[0][0], line[1][0] if len(line) > 1 else "", line[0][1])
            _end(stack[-1], line[2:])
            stack[-1].blocks.append(block)
            stack.append(block)
            line = []
        elif text == "}":
            _end(stack[-1], line)
            line = []
            if len(stack) == 1:
                return Skipped(at, "a bracket closes nothing")
            stack.pop()
        else:
            if line and line[0][1].line != at.line:
                _end(stack[-1], line)
                line = []
            line.append((text, at))
    _end(stack[-1], line)
    return stack[0] if len(stack) == 1 else Skipped(stack[-1].at, "a bracket is not closed")


def _end(block: _Block, line: list[tuple[str, Span]]) -> None:
    """The key and value of a line; several pairs may stand in one."""
    for (key, at), (text, end) in zip(line[::2], line[1::2], strict=False):
        place = Span(at.path, at.line, at.column, end.end_line, end.end_column)
        block.values[key] = Known(text, place)


def _tokens(file: SourceFile) -> Iterator[tuple[str, Span]]:
    text = "\n".join(file.lines())
    line, start = 1, 0
    for token in _TOKEN.finditer(text):
        whole = token[0]
        if token.lastgroup:
            column = token.start() - start + 1
            yield whole.strip('"'), Span(file.path, line, column, line, column + len(whole))
        ends = whole.count("\n")
        if ends:
            line, start = line + ends, token.start() + whole.rindex("\n") + 1


def _pooler(root: _Block, at: Span) -> Pooler:
    product = products()[ODYSSEY]
    default = Default(product.title, product.source[0])
    databases = [database for database in root.of("database") if not _is_console(database, root)]
    users = [user for database in databases for user in database.of("user")]
    modes = [mode for user in users if (mode := user.values.get("pool"))]
    listen = next(iter(root.of("listen")), None)
    port = None if listen is None else listen.values.get("port")
    most = root.values.get("client_max")
    settings = [] if most is None else [Argument("max_client_conn", number_or_text(most), at)]
    if users:
        sizes = [_together(database) for database in databases if database.of("user")]
        settings.append(Argument("default_pool_size", _any(sizes), _sized_at(users)))
        settings.append(Argument("reserve_pool_size", Known(0, default), at))  # it has no such thing
    return Pooler(
        at=at,
        product=ODYSSEY,
        name=ODYSSEY,
        version=UNKNOWN_RELEASE,
        mode=_any(modes) if modes else Unknown("no user has a pool", at),
        instances=Unknown(UNRUN, at),
        port=number_or_text(port) if port else Known(product.ports[0], default),
        settings=tuple(settings),
        routes=tuple(_route(database, root) for database in databases),
        users=tuple(PoolerUser(user.name, user.at, _settings(user)) for user in users),
    )


def _is_console(database: _Block, root: _Block) -> bool:
    """Whether a database is Odyssey's own, for those who look after it."""
    local = {each.name for each in root.of("storage") if _text(each, "type") == "local"}
    users = database.of("user")
    return bool(users) and all(
        _text(user, "storage") in local or _text(user, "role") == "admin" for user in users
    )


def _text(block: _Block, key: str) -> str:
    found = block.values.get(key)
    return "" if found is None else str(found.value)


def _any(values: Iterable[Value]) -> Value:
    return one_of(Alternative(value) for value in values)


def _size(user: _Block) -> Value:
    """Server connections of a user's pool; 0, and nothing at all, is no limit."""
    product = products()[ODYSSEY]
    given = user.values.get("pool_size")
    size = Known(product.pool_size, Default(product.title, product.source[0])) if given is None else given
    number = number_or_text(size)
    return Known(inf, size.origin) if isinstance(number, Known) and number.value == 0 else number


def _together(database: _Block) -> Value:
    """Server connections of all users of a database, each of whom has a pool."""
    first, *others = map(_size, database.of("user"))
    return reduce(lambda total, each: combine(total, each, add, "+"), others, first)


def _sized_at(users: list[_Block]) -> Span:
    """The first size that is given, else the first user."""
    given = (size.origin for user in users if (size := user.values.get("pool_size")))
    return next((origin for origin in given if isinstance(origin, Span)), users[0].at)


def _settings(user: _Block) -> tuple[Argument, ...]:
    own = [("pool_mode", user.values.get("pool"))]
    own += [(theirs, user.values.get(ours)) for ours, theirs in _NAMES.items()]
    return tuple(
        Argument(name, _size(user) if name == "pool_size" else number_or_text(value), user.at)
        for name, value in own
        if value is not None
    )


def _route(database: _Block, root: _Block) -> Route:
    user = next(iter(database.of("user")), database)
    wanted = user.values.get("storage")
    storage = next((each for each in root.of("storage") if wanted and each.name == wanted.value), None)
    unknown = Unknown("no storage of that name", database.at)
    host, port = (unknown, unknown) if storage is None else _endpoint(storage)
    behind = user.values.get("storage_db")
    same: Value = Unknown("the one that the client asks for", database.at)
    name = "*" if database.name in ("default", "") else database.name
    return Route(
        name=name,
        host=host,
        port=port,
        database=behind or (same if name == "*" else Known(name, database.at)),
        at=database.at,
        settings=_settings(user),
    )


def _endpoint(storage: _Block) -> tuple[Value, Value]:
    """Host and port of a storage: `host "a:5432"`, or `port` beside it. Several hosts are not one."""
    host, port = storage.values.get("host"), storage.values.get("port")
    if host is None:
        socket = Unknown("a Unix socket", storage.at)
        return socket, socket
    if "," in str(host.value):
        several = Unknown("several hosts", host.origin)
        return several, several
    name, _, behind = str(host.value).partition(":")
    number = Known(behind, host.origin) if behind else port
    missing = Unknown("the storage has no port", storage.at)
    return Known(name, host.origin), missing if number is None else number_or_text(number)
