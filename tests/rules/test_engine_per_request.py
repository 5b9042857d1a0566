"""POOL301: an engine for every call."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL301"
HEAD = """\
import os
from functools import lru_cache
from typing import Annotated

from celery import shared_task
from fastapi import APIRouter, Depends, FastAPI
from litestar.di import Provide
from sqlalchemy import NullPool, StaticPool, create_engine

app = FastAPI()
router = APIRouter()
URL = os.environ["DATABASE_URL"]
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "@app.get('/')\ndef read():\n    engine = create_engine(URL)\n", ("error high",), id="route"
        ),
        pytest.param(
            "@router.post('/')\nasync def read():\n    engine = create_engine(URL)\n",
            ("error high",),
            id="router",
        ),
        pytest.param(
            "@shared_task\ndef run():\n    engine = create_engine(URL)\n", ("error high",), id="task"
        ),
        pytest.param(
            "def lambda_handler(event, context):\n    engine = create_engine(URL)\n",
            ("error high",),
            id="function",
        ),
        pytest.param(
            "def handler(message):\n    engine = create_engine(URL)\n",
            ("error medium",),
            id="only-called-handler",
        ),
        pytest.param(
            "@app.get('/')\ndef read():\n    engine = create_engine(URL)\n    engine.dispose()\n",
            ("warning high",),
            id="route-disposes",
        ),
        pytest.param(
            "@app.get('/')\ndef read():\n    engine = create_engine(URL, poolclass=NullPool)\n",
            ("warning high",),
            id="route-null-pool",
        ),
        pytest.param(
            "@app.get('/')\ndef read():\n    engine = create_engine(URL, poolclass=StaticPool)\n",
            (),
            id="route-static-pool",
        ),
        pytest.param(
            "@shared_task\ndef run():\n    engine = create_engine(URL)\n    engine.dispose()\n",
            (),
            id="task-disposes",
        ),
        pytest.param(
            "@shared_task\ndef run():\n    engine = create_engine(URL, poolclass=NullPool)\n",
            (),
            id="task-null-pool",
        ),
        pytest.param(
            "def db():\n    engine = create_engine(URL)\n    yield engine.connect()\n\n"
            "def read(db=Depends(db)):\n    db.execute('x')\n",
            ("error high",),
            id="dependency",
        ),
        pytest.param(
            "def db():\n    engine = create_engine(URL)\n    yield engine\n    engine.dispose()\n\n"
            "Db = Annotated[object, Depends(db)]\n",
            ("warning high",),
            id="dependency-disposes",
        ),
        pytest.param(
            "def db():\n    return create_engine(URL)\n\n"
            "dependencies = {'db': Provide(db), 'other': Depends(db)}\n",
            ("error high",),
            id="provided",
        ),
        pytest.param(
            "@lru_cache\ndef db():\n    return create_engine(URL)\n\nDb = Annotated[object, Depends(db)]\n",
            (),
            id="cached-dependency",
        ),
        pytest.param(
            "def db():\n    return create_engine(URL)\n\nDb = Annotated[object, Depends()]\n"
            "Other = Annotated[object, Depends(lambda: 3)]\nThird = Annotated[object, print(db)]\n"
            "Fourth = Annotated[object, Depends(unheard_of)]\nFifth = [each() for each in Third]\n",
            (),
            id="dependencies-of-others",
        ),
        pytest.param(
            "class Store:\n    def __init__(self):\n        self.engine = create_engine(URL)\n\n"
            "Db = Annotated[object, Depends(Store.__init__)]\n",
            (),
            id="dependency-of-a-class",
        ),
        pytest.param("engine = create_engine(URL)\n", (), id="module"),
        pytest.param("@lru_cache\ndef engine():\n    return create_engine(URL)\n", (), id="cached"),
        pytest.param("def make():\n    return create_engine(URL)\n", (), id="factory"),
        pytest.param(
            "@app.on_event('startup')\ndef start():\n    app.state.engine = create_engine(URL)\n",
            (),
            id="start-up",
        ),
        pytest.param(
            "@app.get('/')\ndef read():\n    engine = create_engine('sqlite:///a.db')\n", (), id="sqlite"
        ),
    ],
)
def test_code(
    text: str, expected: tuple[str, ...], shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]
) -> None:
    assert shown(CODE, {"app.py": HEAD + text}) == expected


def test_test_code(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    text = HEAD + "@app.get('/')\ndef read():\n    engine = create_engine(URL)\n"
    assert shown(CODE, {"tests/app.py": text}) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "@app.get('/')\ndef read():\n    engine = create_engine(URL)\n",
            "request, and each time leaves its connections behind",
            id="route",
        ),
        pytest.param(
            "@app.get('/')\ndef read():\n    engine = create_engine(URL, poolclass=NullPool)\n",
            "request, and each time connects anew",
            id="null-pool",
        ),
        pytest.param(
            "@shared_task\ndef read():\n    engine = create_engine(URL)\n",
            "run of its task, and each time leaves its connections behind",
            id="task",
        ),
    ],
)
def test_message(
    text: str, said: str, findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]
) -> None:
    (found,) = findings(CODE, {"app.py": HEAD + text})
    assert found.problem.message == f"'app:read' is made again for every {said}"


def test_dependency_of_another_file(
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    routes = (
        "from fastapi import Depends\nfrom app.db import get_db\n\ndef read(db=Depends(get_db)):\n    pass\n"
    )
    files = {
        "app/db.py": f"{HEAD}def get_db():\n    engine = create_engine(URL)\n    yield engine.connect()\n",
        "app/broken.py": "from app.db import get_db\nDepends(get_db\n",
        "app/routes.py": routes,
        "app/tests/test_routes.py": routes,
        "app/more.py": routes,
    }
    (found,) = findings(CODE, files)
    assert found.problem.at.path == "app/db.py"
    assert not findings(CODE, files | {"app/routes.py": "", "app/more.py": ""})
