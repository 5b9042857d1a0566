"""Engines that a dependency of request handlers makes: FastAPI's `Depends`, Litestar's `Provide`."""

import re
from collections.abc import Iterable, Iterator, Sequence

from poollint import expressions as e
from poollint.facts import Dependency, Engine, Made, Role
from poollint.python.definitions import Definitions, Key, Space, chain_of
from poollint.python.lifetimes.passing import functions_around
from poollint.python.lifetimes.surroundings import Surroundings
from poollint.source import Span

NEEDLES = (b"Depends(", b"Provide(")
NOTHING: Key = ("", "")
_ASKING = frozenset(
    [
        "fastapi.Depends",
        "fastapi.param_functions.Depends",
        "fastapi.params.Depends",
        "litestar.di.Provide",
    ]
)


def dependencies(engines: Sequence[Engine], around: Surroundings) -> Iterator[Dependency]:
    """The engines of functions that a handler names as its dependencies, each with the first that does."""
    makers = _makers(engines, around) if any(map(around.containing, NEEDLES)) else {}
    found: set[Span] = set()
    for path in _asking(makers, around):
        module, outer = around.module(path), around.definitions.module(path)
        if module is None or outer is None:
            continue
        for call in (each for each in e.walk(*module.body) if isinstance(each, e.Call)):
            for engine in makers.get(_asked(call, outer, around.definitions), ()):
                if engine.at not in found:
                    found.add(engine.at)
                    yield Dependency(engine.at, engine.made_for, module.span(call.at))


def _asking(makers: Iterable[Key], around: Surroundings) -> Iterator[str]:
    """The files of services that ask for a function with the name of one of the makers."""
    names = "|".join(sorted({re.escape(name) for _, name in makers}))
    asks = re.compile(rf"(?:Depends|Provide)\(\s*(?:\w+\.)*(?:{names})\b")
    for path in sorted({path for needle in NEEDLES for path in around.containing(needle)}) if names else ():
        source = around.sources.lookup(path)
        if source is not None and asks.search(source.text) and around.role(path) is Role.SERVICE:
            yield path


def _makers(engines: Sequence[Engine], around: Surroundings) -> dict[Key, list[Engine]]:
    """The engines that functions of modules make of which nothing more is known, by the function."""
    makers: dict[Key, list[Engine]] = {}
    for engine in engines:
        module = around.module(engine.at.path) if engine.made is Made.FACTORY else None
        functions = [] if module is None else functions_around(module, engine.at)
        top = functions[0] if len(functions) == 1 else None
        if module is not None and any(top is each for each in module.body):
            makers.setdefault((engine.at.path, functions[0].name), []).append(engine)
    return makers


def _asked(call: e.Call, outer: Space, definitions: Definitions) -> Key:
    """The function that a call asks a framework to call for each request; no name for other calls."""
    chain = chain_of(call.function)
    argument = chain_of(call.arguments[0].value) if call.arguments else ()
    if not chain or not argument or definitions.outside(chain, outer) not in _ASKING:
        return NOTHING
    found = definitions.find(argument, outer)
    return NOTHING if found is None or found.rest else found.key
