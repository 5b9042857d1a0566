"""The import graph by text."""

from collections.abc import Mapping

import pytest

from poollint.python.imports import Imports, imported
from poollint.source import SourceFile


class ByFolder:
    """Absolute names from the root, relative ones from the importer's folder."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def find(self, dotted: str, importer: str) -> str | None:
        assert importer in self.files
        folder = dotted.replace(".", "/")
        for path in (f"{folder}/__init__.py", f"{folder}.py"):
            if path.lstrip("/") in self.files:
                return path.lstrip("/")
        return f"{folder}/" if any(path.startswith(f"{folder}/") for path in self.files) else None

    def relative(self, importer: str, dots: int, module: str) -> str | None:
        base = importer.split("/")[:-dots]
        return self.find(".".join([*base, *(module.split(".") if module else [])]), importer)


def imports(files: Mapping[str, str]) -> Imports:
    def lookup(path: str) -> SourceFile | None:
        return SourceFile(path, files[path]) if path in files else None

    return Imports(lookup, ByFolder(files))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("import a.b as c, d", [(0, "a.b", ""), (0, "d", "")], id="import"),
        pytest.param("from a import b, c as d", [(0, "a", "b"), (0, "a", "c")], id="from"),
        pytest.param(
            "from a import (  # why\n    b,\n    c,\n)\n", [(0, "a", "b"), (0, "a", "c")], id="parenthesised"
        ),
        pytest.param("from a import b, \\\n    c\n", [(0, "a", "b"), (0, "a", "c")], id="continued"),
        pytest.param("from . import b", [(1, "", "b")], id="dot"),
        pytest.param("from ..a.b import *", [(2, "a.b", "*")], id="dots"),
        pytest.param("def f():\n    from a import b\n", [(0, "a", "b")], id="inside"),
        pytest.param("try: import a\nexcept ImportError: pass", [(0, "a", "")], id="try"),
        pytest.param("import a; import b", [(0, "a", ""), (0, "b", "")], id="semicolon"),
        pytest.param('import_module("a.b")', [(0, "a.b", "")], id="by-name"),
        pytest.param("import_module(name)", [], id="computed"),
        pytest.param("name = 'a.b'\nimport_module(name)", [(0, "a.b", "")], id="by-name-of-a-variable"),
        pytest.param(
            "name = 'a'\nname = b()\nimport_module(name)", [], id="a-variable-that-is-also-computed"
        ),
        pytest.param("uvicorn.run('a.b:app', reload=True)", [(0, "a.b", "")], id="served"),
        pytest.param("uvicorn.run(  # why\n    'a.b:app',\n)", [(0, "a.b", "")], id="served-on-lines"),
        pytest.param("subprocess.run('echo a:b')", [], id="run-is-no-server"),
        pytest.param("# import a\n'''\nimport b\n'''\n\"\"\"\nfrom c import d\n\"\"\"", [], id="no-code"),
        pytest.param("x = 'it''s' # ''' \nimport a", [(0, "a", "")], id="quotes"),
        pytest.param(
            "if TYPE_CHECKING:\n    import a\n\n    from b import c\nimport d\n", [(0, "d", "")], id="types"
        ),
        pytest.param(
            "if typing.TYPE_CHECKING:\n    import a\nelse:\n    import b\n", [(0, "b", "")], id="else"
        ),
        pytest.param(
            "app = Celery('x', include=['a.tasks', \"b.tasks\"])",
            [(0, "a.tasks", ""), (0, "b.tasks", "")],
            id="celery",
        ),
        pytest.param(
            "celery.autodiscover_tasks(['a'])", [(0, "a", ""), (0, "a", "tasks")], id="autodiscover"
        ),
        pytest.param("include=['a.tasks']", [], id="no-celery"),
        pytest.param("important = 1\nfrom_a = 2\nyield from a\n", [], id="names"),
    ],
)
def test_imported(text: str, found: list[tuple[int, str, str]]) -> None:
    assert list(imported(text)) == found


FILES = {
    "app/__init__.py": "",
    "app/main.py": "from app.api import router\nimport os\n",
    "app/api/__init__.py": "from .users import router",
    "app/api/users.py": "from ..db import session\nfrom app.api import users",
    "app/db/session.py": "import app.config\nfrom app.main import x\nfrom . import missing\n",
    "app/config.py": "",
    "job.py": "import app.config",
}


def test_edges() -> None:
    graph = imports(FILES)
    assert graph.of("app/main.py") == ("app/__init__.py", "app/api/__init__.py")
    assert graph.of("app/api/users.py") == ("app/__init__.py", "app/db/session.py", "app/api/__init__.py")
    assert graph.of("app/main.py") == ("app/__init__.py", "app/api/__init__.py")
    assert graph.of("nowhere.py") == ()


@pytest.mark.parametrize(
    ("start", "goal", "way"),
    [
        pytest.param(
            "app/main.py",
            "app/config.py",
            ("app/main.py", "app/api/__init__.py", "app/api/users.py", "app/db/session.py", "app/config.py"),
            id="far",
        ),
        pytest.param("app/main.py", "app/api/__init__.py", ("app/main.py", "app/api/__init__.py"), id="near"),
        pytest.param("app/main.py", "app/main.py", ("app/main.py",), id="itself"),
        pytest.param("job.py", "app/db/session.py", None, id="none"),
    ],
)
def test_ways(start: str, goal: str, way: tuple[str, ...] | None) -> None:
    graph = imports(FILES)
    assert graph.reaches(start, goal) == way
    assert graph.reaches(start, goal) == way


def test_a_question_reads_no_more_files_than_it_needs() -> None:
    graph = imports(FILES)
    graph.reaches("app/main.py", "app/api/__init__.py")
    assert set(graph.edges) == {"app/main.py"}
