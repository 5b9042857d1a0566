"""Credentials that expire, made once and handed to an engine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from poollint import expressions as e
from poollint.facts import Engine, Token
from poollint.frozen import frozen
from poollint.python.definitions import Found, Space, chain_of
from poollint.python.lifetimes.surroundings import Surroundings
from poollint.source import Span

NEEDLES = (b"generate_db_auth_token", b"database.windows.net")
_MAKERS = {"generate_db_auth_token": "rds-iam-token-lifetime"}
"""Functions that make a token -> its lifetime in the catalogue."""
_BY_SCOPE = {"get_token": ".database.windows.net"}
"""Functions that make a token for a database when asked for this scope; no lifetime is documented."""
_CREATORS = frozenset({"creator", "async_creator"})
_LISTENER = b"do_connect"


def tokens(engines: Sequence[Engine], around: Surroundings) -> Iterator[Token]:
    """The tokens that lead into the URL or `connect_args` of an engine.

    None at all where a file of the project has a listener for `do_connect`: it may replace them.
    """
    if not engines or not any(map(around.containing, NEEDLES)) or around.containing(_LISTENER):
        return
    for engine in engines:
        module, outer = around.module(engine.at.path), around.definitions.module(engine.at.path)
        if module is None or outer is None:
            continue
        call, inside = _call(module, engine.at, outer, around)
        if call is None or any(each.name in _CREATORS for each in call.arguments):
            continue
        for into, value in _parts(call):
            for maker in _Flow(around).into(value, inside):
                yield Token(Span(maker.path, *maker.at), maker.name, maker.lifetime, into, engine.at)


def _call(module: e.Module, at: Span, space: Space, around: Surroundings) -> tuple[e.Call | None, Space]:
    """The call at a place, and the names that it sees."""
    stack: list[tuple[e.Node, Space]] = [(each, space) for each in module.body]
    while stack:
        node, here = stack.pop()
        if isinstance(node, e.Call) and module.span(node.at) == at:
            return node, here
        inner = around.definitions.inside(node, here) if isinstance(node, e.FunctionDef) else here
        stack.extend((each, inner) for each in e.children(node))
    return None, space


def _parts(call: e.Call) -> Iterator[tuple[str, e.Expression]]:
    for index, argument in enumerate(call.arguments):
        if argument.name in ("url", "name_or_url") or (
            index == 0 and not argument.name and not argument.star
        ):
            yield "url", argument.value
        elif argument.name == "connect_args":
            yield "connect_args", argument.value


@frozen
class _Maker:
    path: str
    at: e.Place
    name: str
    lifetime: str


@dataclass(slots=True)
class _Flow:
    """Follows an expression to the calls whose results are in it."""

    around: Surroundings
    seen: set[tuple[str, e.Place]] = field(default_factory=set)

    def into(self, node: e.Node, space: Space) -> Iterator[_Maker]:
        """The token makers behind an expression. A function that is handed over is not a call."""
        if (space.path, node.at) in self.seen or isinstance(node, e.Lambda):
            return
        self.seen.add((space.path, node.at))
        if isinstance(node, e.Call):
            yield from self._of_call(node, space)
            return
        chain = chain_of(node)
        if not chain:
            for each in e.children(node):
                yield from self.into(each, space)
            return
        found = self.around.definitions.find(chain, space)
        for each in found.nodes if found is not None else ():
            if found is not None and not isinstance(each, e.FunctionDef | e.ClassDef):
                yield from self.into(each, found.space)

    def _of_call(self, call: e.Call, space: Space) -> Iterator[_Maker]:
        function = call.function
        name = function.name if isinstance(function, e.Attribute) else "".join(chain_of(function))
        if name in _MAKERS or (name in _BY_SCOPE and _asks_for(call, _BY_SCOPE[name])):
            yield _Maker(space.path, call.at, name, _MAKERS.get(name, ""))
            return
        for argument in call.arguments:
            yield from self.into(argument.value, space)
        chain = chain_of(function)
        found = self.around.definitions.find(chain, space) if chain else None
        if found is not None and not found.rest:
            yield from self._returned(found)
        elif isinstance(function, e.Attribute):
            yield from self.into(function.value, space)

    def _returned(self, found: Found) -> Iterator[_Maker]:
        for node in found.nodes:
            if isinstance(node, e.FunctionDef):
                inside = self.around.definitions.inside(node, found.space)
                for each in e.walk(*node.body):
                    if isinstance(each, e.Return) and each.value is not None:
                        yield from self.into(each.value, inside)


def _asks_for(call: e.Call, scope: str) -> bool:
    return any(
        isinstance(each, e.Literal) and isinstance(each.value, str) and scope in each.value
        for argument in call.arguments
        for each in e.walk(argument.value)
    )
