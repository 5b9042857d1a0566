"""Releases by lock file, pin and range, the nearest folder first."""

from collections.abc import Mapping

import pytest

from poollint.facts import Release
from poollint.python.engines.versions import Versions, upwards, versions_of
from poollint.source import SourceFile

UV = '[[package]]\nname = "{}"\nversion = "{}"\nsource = {{ registry = "x" }}\n'
PIPFILE = '{"default": {"sqlalchemy": {"hashes": ["x"], "index": "pypi", "version": "==2.0.1"}}}'


def versions(files: Mapping[str, str]) -> Versions:
    def lookup(path: str) -> SourceFile | None:
        return SourceFile(path, files[path]) if files.get(path) is not None else None

    return versions_of(files, lookup)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("uv.lock", UV.format("sqlalchemy", "2.0.1"), id="uv"),
        pytest.param("poetry.lock", UV.format("SQLAlchemy", "2.0.1"), id="poetry"),
        pytest.param("pdm.lock", UV.format("sqlalchemy", "2.0.1"), id="pdm"),
        pytest.param("uv.lock", UV.format("sqlalchemy", "2.0.1").replace("\n", "\r\n"), id="crlf"),
        pytest.param("Pipfile.lock", PIPFILE, id="pipenv"),
        pytest.param("requirements.txt", "a==1\nsqlalchemy==2.0.1\n", id="requirements"),
        pytest.param(
            "requirements.txt", "SQLAlchemy[asyncio] == 2.0.1 ; python_version > '3'\n", id="extras"
        ),
        pytest.param("requirements-prod.txt", "sqlalchemy===2.0.1 \\\n  --hash=sha256:1\n", id="hashes"),
        pytest.param("dev-requirements.txt", "sqlalchemy==2.0.1", id="dev"),
        pytest.param("requirements/base.txt", "sqlalchemy==2.0.1", id="folder"),
        pytest.param("constraints.txt", "sqlalchemy==2.0.1", id="constraints"),
        pytest.param(
            "pyproject.toml", '[project]\ndependencies = ["a", "sqlalchemy[asyncio]==2.0.1"]', id="pep621"
        ),
        pytest.param("pyproject.toml", '[tool.poetry.dependencies]\nsqlalchemy = "2.0.1"', id="poetry-exact"),
        pytest.param(
            "pyproject.toml", 'SQLAlchemy = {version = "2.0.1", extras = ["asyncio"]}', id="poetry-table"
        ),
        pytest.param("Pipfile", 'sqlalchemy = "==2.0.1"', id="pipfile"),
        pytest.param("setup.py", "install_requires=['sqlalchemy==2.0.1'],", id="setup-py"),
        pytest.param("setup.cfg", "install_requires =\n    sqlalchemy==2.0.1\n", id="setup-cfg"),
    ],
)
def test_exact(path: str, text: str) -> None:
    release = versions({path: text}).release("sqlalchemy", "src/app")
    assert release.numbers == (2, 0, 1)
    assert release.origin is not None
    assert release.origin.path == path
    line = SourceFile(path, text).line(release.origin.line)
    assert line[release.origin.column - 1 : release.origin.end_column - 1] == "2.0.1"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("uv.lock", UV.format("sqlalchemy-utils", "0.41"), id="other-package"),
        pytest.param(
            "uv.lock", UV.format("sqlalchemy", "2.0.1") + UV.format("sqlalchemy", "1.4.1"), id="fork"
        ),
        pytest.param("requirements.txt", "sqlalchemy>=2.0.1", id="range"),
        pytest.param("requirements.txt", "# sqlalchemy==2.0.1", id="comment"),
        pytest.param("requirements.txt", "flask-sqlalchemy==3.0", id="suffix"),
        pytest.param("pyproject.toml", 'sqlalchemy = "^2.0.1"', id="caret"),
        pytest.param("pyproject.toml", 'sqlalchemy = "*"', id="any"),
        pytest.param("notes.txt", "sqlalchemy==2.0.1", id="no-dependency-file"),
    ],
)
def test_not_exact(path: str, text: str) -> None:
    assert versions({path: text}).release("sqlalchemy", "src/app") == Release(())


def test_the_nearest_folder_wins_and_locks_beat_pins() -> None:
    files = {
        "uv.lock": UV.format("sqlalchemy", "2.0.1"),
        "api/requirements.txt": "sqlalchemy==2.0.2",
        "job/requirements.txt": "sqlalchemy==2.0.3",
        "job/poetry.lock": UV.format("sqlalchemy", "2.0.4"),
        "two/requirements.txt": "sqlalchemy==2.0.5",
        "two/requirements-dev.txt": "sqlalchemy==2.0.6",
    }
    found = versions(files)
    assert found.release("sqlalchemy", "api/src").numbers == (2, 0, 2)
    assert found.release("sqlalchemy", "job").numbers == (2, 0, 4)
    assert found.release("sqlalchemy", "web").numbers == (2, 0, 1)
    assert found.release("sqlalchemy", "two").numbers == ()
    assert found.release("sqlalchemy", "api/src") is found.release("sqlalchemy", "api/src")


def test_spellings() -> None:
    found = versions(
        {"requirements.txt": "Flask_SQLAlchemy==3.0.5\npsycopg2-binary==2.9.9\nasyncpg==0.31.*\n"}
    )
    assert found.release("flask-sqlalchemy", "").numbers == (3, 0, 5)
    assert found.release("psycopg2.binary", "").numbers == (2, 9, 9)
    assert found.release("asyncpg", "").numbers == (0, 31)


@pytest.mark.parametrize(
    ("path", "text", "numbers"),
    [
        pytest.param("pyproject.toml", '"sqlalchemy>=2.0.35,<3"', (2, 0, 35), id="at-least"),
        pytest.param("pyproject.toml", '"sqlalchemy<3.0.0,>=2.0.38"', (2, 0, 38), id="reversed"),
        pytest.param("pyproject.toml", 'sqlalchemy = "^2.0"', (2, 0), id="caret"),
        pytest.param(
            "pyproject.toml",
            'sqlalchemy = { extras = ["asyncio"], version = "^2.0.40" }',
            (2, 0, 40),
            id="table",
        ),
        pytest.param("requirements.txt", "sqlalchemy~=2.0.3", (2, 0, 3), id="compatible"),
        pytest.param("requirements.txt", "sqlalchemy==1.4.1", (1, 4, 1), id="exact"),
        pytest.param("requirements.txt", "sqlalchemy-utils>=0.4\nsqlalchemy>2", (2,), id="not-utils"),
        pytest.param("requirements.txt", "sqlalchemy-utils>=0.4", (), id="only-utils"),
        pytest.param("requirements.txt", "sqlalchemy<3", (), id="no-bound"),
    ],
)
def test_lower_bound(path: str, text: str, numbers: tuple[int, ...]) -> None:
    assert versions({path: text}).at_least("sqlalchemy", "src").numbers == numbers


def test_a_file_that_cannot_be_read_says_nothing() -> None:
    unreadable = versions_of(["requirements.txt"], lambda _path: None)
    assert unreadable.release("sqlalchemy", "") == Release(())
    assert unreadable.at_least("sqlalchemy", "") == Release(())


def test_upwards() -> None:
    assert list(upwards("a/b")) == ["a/b", "a", ""]
