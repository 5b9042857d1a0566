"""What code around an engine does to it: where nothing is claimed."""

import pytest

from poollint.config import Config
from poollint.facts import Invocation, Lifetime, LoopRun, Made, Role
from poollint.project import Project
from poollint.python.definitions import Definitions
from poollint.python.lifetimes.lifetimes import lifetimes
from poollint.python.lifetimes.surroundings import Surroundings
from poollint.python.modules import Sources
from poollint.run import understand
from poollint.source import SourceFile

ENGINE = "from sqlalchemy.ext.asyncio import create_async_engine\nengine = create_async_engine('postgresql://db/x')\n"
FACTORY = "from sqlalchemy import create_engine\ndef make(url):\n    return create_engine(url)\n"
TASK = "import asyncio\nfrom celery import shared_task\n"


def found(files: dict[str, str]) -> tuple[Lifetime, ...]:
    (topology,) = understand(Project.of(files), Config())
    return topology.lifetimes


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"db.py": "import asyncio\nasyncio.run(work())\n"}, id="no-engine"),
        pytest.param({"db.py": ENGINE}, id="engine-alone"),
        pytest.param(
            {
                "db.py": ENGINE,
                "tests/tasks.py": f"from db import engine\n{TASK}"
                "@shared_task\ndef run():\n    asyncio.run(engine)\n",
            },
            id="task-of-tests",
        ),
        pytest.param(
            {"db.py": ENGINE, "tasks.py": f"{TASK}@shared_task\ndef run():\n    asyncio.run(engine)\n"},
            id="does-not-lead-to-it",
        ),
        pytest.param(
            {
                "db.py": ENGINE,
                "tasks.py": f"import db\n{TASK}@shared_task\ndef run(:\n    asyncio.run(db.engine)\n",
            },
            id="not-python",
        ),
        pytest.param(
            {"db.py": f"{ENGINE}{TASK}@shared_task\ndef run(loop):\n    loop.run_until_complete(engine)\n"},
            id="loop-is-a-parameter",
        ),
        pytest.param(
            {"db.py": f"{ENGINE}{TASK}@shared_task\ndef run():\n    make().run_until_complete(engine)\n"},
            id="loop-of-somebody",
        ),
        pytest.param(
            {"db.py": f"{ENGINE}{TASK}@shared_task\nasync def run():\n    asyncio.run(engine)\n"},
            id="async-task",
        ),
        pytest.param(
            {"db.py": f"{ENGINE}{TASK}@unknown\ndef run():\n    asyncio.run(engine)\n"}, id="no-task"
        ),
        pytest.param(
            {"db.py": f"{ENGINE}{TASK}@shared_task\ndef run():\n    run()\n    print(asyncio.run)\n"},
            id="recursive",
        ),
        pytest.param(
            {"db.py": f"{ENGINE}{TASK}@shared_task()()\ndef run():\n    asyncio.run(engine)\n"},
            id="odd-decorator",
        ),
    ],
)
def test_nothing(files: dict[str, str]) -> None:
    assert found(files) == ()


def test_loop_without_a_name() -> None:
    text = (
        f"{ENGINE}{TASK}@shared_task\ndef run():\n    asyncio.new_event_loop().run_until_complete(engine)\n"
    )
    (run,) = found({"db.py": text})
    assert isinstance(run, LoopRun)
    assert (run.caller, run.through, run.certain, run.at.line) == ("db.run", (), True, 7)


def test_method_task() -> None:
    text = f"{ENGINE}{TASK}class Jobs:\n    @shared_task\n    def run(self):\n        asyncio.run(engine)\n"
    (run,) = found({"db.py": text})
    assert isinstance(run, LoopRun)


def test_invocation() -> None:
    files = {
        "db.py": ENGINE,
        "fn.py": "from db import engine\n\n\ndef lambda_handler(event, context):\n    pass\n",
    }
    (call,) = found(files)
    assert isinstance(call, Invocation)
    assert (call.handler.name, call.engine.path) == ("fn.lambda_handler", "db.py")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(None, id="gone"),
        pytest.param("def (", id="broken"),
        pytest.param("# database.windows.net\nother()\n", id="another"),
    ],
)
def test_file_that_is_not_what_it_was(text: str | None) -> None:
    (topology,) = understand(Project.of({"db.py": FACTORY}), Config())
    (engine,) = topology.engines
    assert engine.made is Made.FACTORY
    sources = Sources(["db.py"], lambda path: None if text is None else SourceFile(path, text))
    around = Surroundings(
        sources,
        lambda needle: ("db.py",) if needle == b"database.windows.net" else (),
        lambda _path: Role.SERVICE,
        lambda path, _engine: (path,),
        Definitions(sources),
    )
    assert list(lifetimes([engine], around)) == []


def test_token_of_a_class_or_a_circle() -> None:
    text = (
        "class Token:\n    pass\n\n\ndef ask():\n    return ask()\n\n\na = b\nb = a\n"
        "NAME = 'generate_db_auth_token'\n"
    )
    assert found({"db.py": text + ENGINE.replace("'postgresql://db/x'", "[Token(), ask(), a]")}) == ()


def test_two_ways_to_one_engine() -> None:
    text = (
        f"{ENGINE}{TASK}\n\ndef left():\n    return right(), left()\n\n\n"
        "def right():\n    return left(), engine\n\n\n"
        "@shared_task\ndef run():\n    app.x = 1\n    asyncio.run(work(left, right))\n"
    )
    (run,) = found({"db.py": text + "\n\napp.x = 2\n"})
    assert isinstance(run, LoopRun)
    assert run.through == ("right",)
