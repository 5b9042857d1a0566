"""Servers that a Python file starts by a call."""

from collections.abc import Mapping, Sequence

import pytest

from poollint.facts import Command, Environment
from poollint.manifests.commands.context import Context
from poollint.manifests.commands.start import programs
from poollint.reading import Call
from poollint.source import SourceFile, Span
from poollint.values import Alternative, FromEnv, Known, Unknown, Value, one_of

AT = Span("main.py", 4, 1, 4, 30)
FILES = {
    "/app/main.py": "import uvicorn\n",
    "/app/shop/__main__.py": "import uvicorn\n",
    "/app/shop/web.py": "app = FastAPI()\n",
    "/app/shop/serve.py": "import uvicorn\n",
    "/app/plain.py": "print()\n",
    "/app/pyproject.toml": '[project.scripts]\nshop = "shop.serve:main"\nlost = "elsewhere:main"\n',
}


def known(value: str | float | bool | None) -> Value:
    return Known(value, AT)


def call(callee: str, target: Value | None, **keywords: Value) -> Call:
    return Call(callee, () if target is None else (target,), keywords, AT)


def start(line: str, calls: Sequence[Call], environment: Mapping[str, Value] | None = None) -> list[str]:
    def find(path: str) -> SourceFile | None:
        return SourceFile(path.lstrip("/"), FILES[path]) if path in FILES else None

    def evaluated(_path: str, _environment: Environment) -> Sequence[Call]:
        return calls

    def constants(_path: str, _environment: Environment) -> Mapping[str, Value]:
        return {}

    context = Context(environment or {}, find, constants, "/app", calls=evaluated)
    found = programs(Command((line,), shell=True, at=AT), context)  # noqa: S604 - nothing is called
    return [f"{each.name} {each.module} {plain(each.processes)} {each.path} {each.role}" for each in found]


def plain(value: Value) -> str:
    match value:
        case Known():
            return str(value.value)
        case FromEnv():
            return f"${value.variable}"
        case Unknown():
            return "?"
        case _:
            return "several"


WORKERS = FromEnv(("WORKERS",), known(1), "int", AT)
APP = known("shop.web:app")
UNSEEN = Unknown("what FastAPI gives", AT)


@pytest.mark.parametrize(
    ("line", "calls", "expected"),
    [
        pytest.param("python main.py", [call("uvicorn.run", APP)], "uvicorn shop.web 1", id="a name"),
        pytest.param(
            "python main.py", [call("uvicorn.run", APP, workers=known(4))], "uvicorn shop.web 4", id="workers"
        ),
        pytest.param(
            "python main.py",
            [call("uvicorn.run", APP, workers=WORKERS)],
            "uvicorn shop.web $WORKERS",
            id="workers-of-a-variable",
        ),
        pytest.param(
            "python main.py",
            [call("uvicorn.run", APP, workers=known(4), reload=known(value=True))],
            "uvicorn shop.web 1",
            id="reload",
        ),
        pytest.param(
            "python main.py",
            [
                call(
                    "uvicorn.run",
                    APP,
                    workers=known(4),
                    reload=FromEnv(("DEBUG",), known(value=False), "", AT),
                    log_config=known(None),
                )
            ],
            "uvicorn shop.web 4",
            id="no-reload-by-default",
        ),
        pytest.param(
            "python main.py",
            [call("uvicorn.Config", APP, workers=known(4))],
            "uvicorn shop.web 1",
            id="a-server-of-this-process",
        ),
        pytest.param(
            "python main.py",
            [call("hypercorn.asyncio.serve", UNSEEN)],
            None,
            id="an-object-of-this-file",
        ),
        pytest.param(
            "python main.py",
            [
                call("uvicorn.run", APP, workers=known(4)),
                call("uvicorn.run", APP, workers=known(2)),
            ],
            "uvicorn shop.web several",
            id="branches",
        ),
        pytest.param(
            "python main.py",
            [call("uvicorn.run", APP, workers=one_of((Alternative(known(4)), Alternative(known(2)))))],
            "uvicorn shop.web several",
            id="alternatives",
        ),
    ],
)
def test_call(line: str, calls: Sequence[Call], expected: str | None) -> None:
    if expected is None:
        assert start(line, calls) == ["hypercorn main 1 app/main.py app"]
    else:
        assert start(line, calls) == [f"{expected} app/shop/web.py app"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("python -m shop", "uvicorn shop 1 app/shop/__main__.py app", id="module"),
        pytest.param("shop", "uvicorn shop.serve 1 app/shop/serve.py app", id="console-script"),
        pytest.param("lost", "lost elsewhere ?  app", id="script-that-is-not-here"),
        pytest.param("python plain.py", "python plain 1 app/plain.py app", id="nothing-that-serves"),
    ],
)
def test_ways_to_a_call(line: str, expected: str) -> None:
    assert start(line, [call("uvicorn.run", UNSEEN)]) == [expected]


def test_two_servers_are_not_one() -> None:
    calls = [call("uvicorn.run", APP), call("waitress.serve", UNSEEN)]
    assert start("python main.py", calls) == ["python main 1 app/main.py app"]


def test_a_name_is_looked_for_beside_the_script() -> None:
    assert start("python shop/serve.py", [call("uvicorn.run", known("web:app"))]) == [
        "uvicorn web 1 app/shop/web.py app"
    ]
