"""What a program runs of the modules that it imports: methods, extensions without an application, exports."""

from collections.abc import Callable, Mapping

import pytest

from poollint.config import Config
from poollint.project import Project
from poollint.run import understand

COMPOSE = (
    "services:\n  api:\n    build: .\n    command: python main.py\n    environment:\n"
    "      SQLALCHEMY_DATABASE_URI: postgresql://db/shop\n"
)
ENGINE = "from sqlalchemy import create_engine\n"
STORE = "create_engine('postgresql://db/shop')"
METHOD = (
    ENGINE + "class Base: ...\n"
    "class Store(Base):\n    size = 1\n\n    def __init__(self):\n        self.kept = 1\n\n"
    "    def load(self):\n        return create_engine('postgresql://db/shop')\n"
)
USES_CLASS = "from db import Store\nstore = Store()\n"


def links(files: Mapping[str, str]) -> set[str]:
    """The files of the engines that the program `python main.py` opens."""
    project = Project.of({"Dockerfile": "FROM python\nCOPY . .\n", "compose.yaml": COMPOSE, **files})
    (topology,) = understand(project, Config())
    return {f"{client.engine.at.path}:{client.engine.at.line}" for client in topology.clients}


def instead(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


SAME = instead("", "")


@pytest.mark.parametrize(
    ("db", "main", "expected"),
    [
        pytest.param(SAME, "store.load()", 1, id="called"),
        pytest.param(SAME, "", 0, id="nobody calls it"),
        pytest.param(SAME, "getattr(store, 'load')()", 1, id="named in a text"),
        pytest.param(SAME, "import job\njob.go(store)", 1, id="called by another module of the program"),
        pytest.param(instead("    def l", "    @late(\n        1\n    )\n    def l"), "", 1, id="decorated"),
        pytest.param(instead("def load", "def __call__"), "", 1, id="a special one"),
        pytest.param(instead("class Base: ...\n", "from kit import Base\n"), "", 1, id="for a base"),
        pytest.param(
            instead("class Base:", "class Root(ABC): ...\nclass Base(Root, key=1):"),
            "",
            0,
            id="for bases of the project",
        ),
        pytest.param(instead("class Base:", "class Base(Store, Generic[T, K]):"), "", 0, id="in a circle"),
        pytest.param(instead("size = 1", f"size = {STORE}"), "", 1, id="in the body"),
        pytest.param(lambda text: f"{text}\n    more = {STORE}\n", "", 1, id="in the body after its methods"),
    ],
)
def test_a_class_that_is_used_does_not_run_all_its_methods(
    db: Callable[[str], str], main: str, expected: int
) -> None:
    files = {"db.py": db(METHOD), "main.py": USES_CLASS + main, "job.py": "def go(x): x.load()\n"}

    assert len(links(files)) == expected


EXTENSION = "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"
FACTORY = "from db import db\ndef create_app():\n    db.init_app(app)\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"main.py": "from app import create_app\ncreate_app()\n"}, {"db.py:2"}, id="it is called"
        ),
        pytest.param({"main.py": "from app import create_app\n"}, set(), id="it is only imported"),
        pytest.param({"main.py": "import db\n"}, set(), id="another program's"),
        pytest.param(
            {"main.py": "from db import db as base\nbase.init_app(1)\n"}, {"db.py:2"}, id="by another name"
        ),
        pytest.param({"main.py": "from db import db\ndb.init_app(1)\n"}, {"db.py:2"}, id="in the body"),
        pytest.param(
            {
                "main.py": "import db\n",
                "app.py": "from db import db\nfor each in [db]:\n    each.init_app(1)\n",
            },
            {"db.py:2"},
            id="not seen",
        ),
        pytest.param(
            {"main.py": "import db\n", "app.py": "", "tests/test_app.py": FACTORY},
            {"db.py:2"},
            id="only a test's",
        ),
        pytest.param(
            {"main.py": "import db\n", "app.py": "", "db.py": EXTENSION.replace("()", "(app)")},
            {"db.py:2"},
            id="the application is given at once",
        ),
    ],
)
def test_an_extension_makes_engines_for_an_application(files: Mapping[str, str], expected: set[str]) -> None:
    assert links({"db.py": EXTENSION, "app.py": FACTORY, **files}) == expected


@pytest.mark.parametrize("exports", ["__all__ = 'make'", '__all__ = "make"', "__all__ = ['make']"])
def test_to_export_a_name_is_not_to_use_it(exports: str) -> None:
    db = f"{ENGINE}{exports}\ndef make():\n    return create_engine('postgresql://db/shop')\n"

    assert links({"db.py": db, "main.py": "from db import make\n"}) == set()
    assert links({"db.py": db, "main.py": "from db import make\nmake()\n"}) == {"db.py:4"}
    assert links({"db.py": db, "main.py": "from db import make as made\n"}) == set()
    assert links({"db.py": db, "main.py": "from db import make as made\nmade()\n"}) == {"db.py:4"}


CHOSEN = (
    "import os\nfrom sqlalchemy import create_engine\nkind = os.environ.get('KIND', 'a')\n"
    "if kind == 'a':\n    engine = create_engine('postgresql://db/shop', pool_size=1)\n"
    "elif kind == 'b':\n    engine = create_engine('postgresql://db/shop', pool_size=2)\n"
    "else:\n    engine = create_engine('postgresql://db/shop', pool_size=3)\n"
)


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        pytest.param("KIND: b", {"db.py:7"}, id="set"),
        pytest.param("KIND: c", {"db.py:9"}, id="set to what is left"),
        pytest.param("KIND: $NOT_KNOWN", {"db.py:5", "db.py:7", "db.py:9"}, id="not known"),
    ],
)
def test_a_branch_that_is_not_taken_makes_no_engine(variable: str, expected: set[str]) -> None:
    compose = COMPOSE.replace("SQLALCHEMY_DATABASE_URI: postgresql://db/shop", variable)

    assert links({"db.py": CHOSEN, "main.py": "import db\n", "compose.yaml": compose}) == expected


BY_URL = (
    "import os\nfrom sqlalchemy import create_engine\nfrom sqlalchemy.engine import make_url\n"
    "url = os.environ['DATABASE_URL']\nbackend = make_url(url).get_backend_name()\n"
    "if backend == 'sqlite':\n    engine = create_engine(url, pool_size=1)\n"
    "else:\n    engine = create_engine(url, pool_size=2)\n"
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("postgresql+psycopg://a@db/shop", {"db.py:9"}, id="a URL"),
        pytest.param("postgresql+psycopg://a:$PASSWORD@db/shop", {"db.py:9"}, id="without its password"),
        pytest.param("sqlite:///shop.db", {"db.py:7"}, id="another"),
        pytest.param("$NOT_KNOWN", {"db.py:7", "db.py:9"}, id="not known"),
    ],
)
def test_a_branch_by_the_backend_of_a_url(url: str, expected: set[str]) -> None:
    compose = COMPOSE.replace("SQLALCHEMY_DATABASE_URI: postgresql://db/shop", f"DATABASE_URL: {url}")

    assert links({"db.py": BY_URL, "main.py": "import db\n", "compose.yaml": compose}) == expected
