# ruff: noqa: E501 - tables of code
"""Dotted names -> files."""

import pytest

from poollint.python.modules import Sources
from poollint.source import SourceFile


def sources(*paths: str) -> Sources:
    return Sources(paths, lambda path: SourceFile(path, "") if path in paths else None)


@pytest.mark.parametrize(
    ("paths", "name", "importer", "found"),
    [
        pytest.param(("app/config.py", "app/db.py"), "app.config", "app/db.py", "app/config.py", id="from the root"),
        pytest.param(("config.py", "db.py"), "config", "db.py", "config.py", id="beside"),
        pytest.param(("src/app/__init__.py", "src/app/c.py", "tests/t.py"), "app.c", "tests/t.py", "src/app/c.py", id="src"),
        pytest.param(("a/app/c.py", "b/app/c.py", "b/app/d.py"), "app.c", "b/app/d.py", "b/app/c.py", id="monorepo"),
        pytest.param(("a/c.py", "b/c.py", "d/e.py"), "c", "d/e.py", None, id="two equally near"),
        pytest.param(("p/db/src/__init__.py", "p/db/src/db/__init__.py", "p/api/src/m.py"), "db", "p/api/src/m.py", "p/db/src/db/__init__.py", id="src that is a package"),
        pytest.param(("p/db/x/__init__.py", "p/db/x/db/__init__.py", "p/api/src/m.py"), "db", "p/api/src/m.py", "p/db/", id="package that is no root"),
        pytest.param(("ns/a/b.py", "main.py"), "ns.a", "main.py", "ns/a/", id="namespace package"),
        pytest.param(("logging.py", "main.py"), "logging", "main.py", None, id="standard library"),
        pytest.param(("sqlalchemy/__init__.py", "main.py"), "sqlalchemy", "main.py", None, id="installed library"),
        pytest.param(("a/ns/one/x.py", "b/ns/two/y.py"), "ns.two.y", "a/ns/one/x.py", "b/ns/two/y.py", id="namespace in folders"),
        pytest.param(("b/ns/two/y/__init__.py", "a/x.py"), "ns.two.y", "a/x.py", "b/ns/two/y/__init__.py", id="a package of it"),
        pytest.param(("a/x.py", "b/ns/two/y.py", "c/ns/two/y.py"), "ns.two.y", "a/x.py", None, id="two of that name"),
        pytest.param(("a/x.py", "b/__init__.py", "b/ns/two/y.py"), "ns.two.y", "a/x.py", None, id="inside a package"),
        pytest.param(("a/x.py", "b/other/two/y.py"), "ns.two.y", "a/x.py", None, id="another of that end"),
        pytest.param(("db/src/__init__.py", "db/src/kit/__init__.py", "api/m.py"), "kit", "api/m.py", "db/src/kit/__init__.py", id="a src that is a package"),
        pytest.param(("main.py",), "fastapi", "main.py", None, id="outside"),
    ],
)  # fmt: skip
def test_find(paths: tuple[str, ...], name: str, importer: str, found: str | None) -> None:
    assert sources(*paths).find(name, importer) == found


@pytest.mark.parametrize(
    ("importer", "dots", "module", "found"),
    [
        pytest.param("app/db/engine.py", 1, "base", "app/db/base.py", id="same folder"),
        pytest.param("app/db/engine.py", 2, "config", "app/config.py", id="folder above"),
        pytest.param("app/db/engine.py", 2, "", "app/__init__.py", id="package above"),
        pytest.param("app/db/engine.py", 1, "", "app/db/", id="folder"),
        pytest.param("app/db/engine.py", 5, "config", None, id="above the root"),
    ],
)
def test_relative(importer: str, dots: int, module: str, found: str | None) -> None:
    tree = sources("app/__init__.py", "app/config.py", "app/db/base.py", "app/db/engine.py")
    assert tree.relative(importer, dots, module) == found


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param("src/app/db.py", "app.db", id="src"),
        pytest.param("app/__init__.py", "app", id="package"),
        pytest.param("main.py", "main", id="root"),
        pytest.param("my-service/app/db.py", "app.db", id="a folder that is no name"),
    ],
)
def test_dotted(path: str, name: str) -> None:
    assert sources(path, "src/app/__init__.py").dotted(path) == name
