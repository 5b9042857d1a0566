"""Fixes keep the formatting, and what they mend is clean in the next run."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from poollint.cli.check import command
from poollint.fixing import fix
from poollint.rule import Edit
from poollint.source import SourceFile, Span

PING = (("pool_pre_ping", "True"),)
CALL = "engine = create_engine("


def edit(
    *,
    set_arguments: tuple[tuple[str, str], ...] = (),
    remove: tuple[str, ...] = (),
    end: int = 1,
    column: int = 10,
) -> Edit:
    return Edit(Span("db.py", 1, column, end, 99), set_arguments, remove)


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        pytest.param("url)", edit(set_arguments=PING), "url, pool_pre_ping=True)", id="one argument"),
        pytest.param(")", edit(set_arguments=PING), "pool_pre_ping=True)", id="no argument"),
        pytest.param("url, )", edit(set_arguments=PING), "url, pool_pre_ping=True, )", id="comma at the end"),
        pytest.param(
            "url, pool_pre_ping = False)",
            edit(set_arguments=PING),
            "url, pool_pre_ping = True)",
            id="in place",
        ),
        pytest.param(
            "\n    url,  # where\n    pool_size=5,\n)",
            edit(set_arguments=PING, end=4),
            "\n    url,  # where\n    pool_size=5,\n    pool_pre_ping=True,\n)",
            id="a line for each argument",
        ),
        pytest.param(
            "\n    url,\n)",
            edit(set_arguments=PING, end=3),
            "\n    url,\n    pool_pre_ping=True,\n)",
            id="one line for one argument",
        ),
        pytest.param(
            "url, pool_size=5, echo=True)",
            edit(remove=("pool_size",)),
            "url, echo=True)",
            id="from the middle",
        ),
        pytest.param("url, pool_size=5)", edit(remove=("pool_size",)), "url)", id="the last"),
        pytest.param(
            "\n    url,\n    pool_size=5,\n)",
            edit(remove=("pool_size",), end=4),
            "\n    url,\n)",
            id="a line of its own",
        ),
        pytest.param("pool_size=5)", edit(remove=("pool_size",)), ")", id="the only one"),
        pytest.param(
            "url, **options, pool_pre_ping=False)",
            edit(set_arguments=PING),
            "url, **options, pool_pre_ping=True)",
            id="beside a splat, in place",
        ),
    ],
)  # fmt: skip
def test_edits(before: str, change: Edit, after: str) -> None:
    found = fix(SourceFile("db.py", f"{CALL}{before}\n"), [change])

    assert found.after == f"{CALL}{after}\n"
    assert found.count == 1


@pytest.mark.parametrize(
    ("before", "change"),
    [
        pytest.param("url, **options)", edit(set_arguments=PING), id="a splat may hold it"),
        pytest.param("url, **options)", edit(remove=("pool_size",)), id="not written here"),
        pytest.param("url)", edit(set_arguments=PING, column=1), id="no call at the place"),
        pytest.param("url)", edit(set_arguments=PING, end=7), id="a call that ends elsewhere"),
    ],
)
def test_what_cannot_be_edited_is_left_alone(before: str, change: Edit) -> None:
    found = fix(SourceFile("db.py", f"{CALL}{before}\n"), [change])

    assert (found.after, found.count) == (f"{CALL}{before}\n", 0)


def test_two_edits_of_one_call() -> None:
    found = fix(
        SourceFile("db.py", f"{CALL}url, pool_size=5, max_overflow=1)\n"),
        [edit(remove=("pool_size",)), edit(remove=("max_overflow",))],
    )

    assert (found.after, found.count) == (f"{CALL}url)\n", 2)


SOURCE = """\
from sqlalchemy import NullPool, create_engine

reads = create_engine("postgresql://db/shop", poolclass=NullPool, pool_size=5)
writes = create_engine(
    "postgresql://db/shop",
    max_overflow=3,
)
"""
MENDED = """\
from sqlalchemy import NullPool, create_engine

reads = create_engine("postgresql://db/shop", poolclass=NullPool)
writes = create_engine(
    "postgresql://db/shop",
    max_overflow=3,
    pool_pre_ping=True,
)
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "db.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_fix_writes_the_file_and_the_next_run_is_clean(repository: Path) -> None:
    first = CliRunner().invoke(command, [])
    mended = CliRunner().invoke(command, ["--fix"])

    assert "2 fixable with --fix" in first.output
    assert mended.exit_code == 0
    assert "fixed 2 findings" in mended.output
    assert (repository / "db.py").read_text() == MENDED
    assert CliRunner().invoke(command, ["--fix"]).output.startswith("All good")


def test_diff_shows_and_changes_nothing(repository: Path) -> None:
    shown = CliRunner().invoke(command, ["--diff"])

    assert shown.exit_code == 1
    assert shown.output.startswith("--- a/db.py\n+++ b/db.py\n@@")
    assert "+    pool_pre_ping=True,\n" in shown.output
    assert (repository / "db.py").read_text() == SOURCE


def test_diff_of_nothing(repository: Path) -> None:
    (repository / "db.py").write_text(MENDED)

    shown = CliRunner().invoke(command, ["--diff"])

    assert (shown.exit_code, shown.output) == (0, "")


def test_a_last_line_without_an_end(repository: Path) -> None:
    (repository / "db.py").write_text(
        'from sqlalchemy import create_engine\ne = create_engine("postgresql://a/b")'
    )

    assert "\\ No newline at end of file\n" in CliRunner().invoke(command, ["--diff"]).output


def test_unsafe_fixes_are_asked_for(repository: Path) -> None:
    (repository / "db.py").unlink()
    (repository / "app").mkdir()
    (repository / "app" / "db.py").write_text(
        "import os\n\nfrom sqlalchemy.ext.asyncio import create_async_engine\n\n"
        'engine = create_async_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)\n'
    )
    (repository / "app" / "main.py").write_text("from app.db import engine\n")
    (repository / "requirements.txt").write_text("asyncpg==0.31.0\n")
    (repository / "compose.yaml").write_text(
        "services:\n"
        "  api:\n    build: .\n    command: uvicorn app.main:app\n"
        "    environment: {DATABASE_URL: 'postgresql+asyncpg://app@pgbouncer/shop'}\n"
        "  pgbouncer:\n    image: edoburu/pgbouncer:v1.23.1-p2\n"
        "    environment: {DB_HOST: db, POOL_MODE: transaction}\n"
        "  db:\n    image: postgres:16\n"
    )

    assert CliRunner().invoke(command, ["--diff"]).output == ""
    assert CliRunner().invoke(command, ["--fix", "--unsafe-fixes"]).exit_code == 0
    assert '"statement_cache_size": 0' in (repository / "app" / "db.py").read_text()


@pytest.mark.parametrize(
    "words",
    [["--fix", "--diff"], ["--unsafe-fixes"], ["--fix", "-"], ["--diff", "--output", "json=x.json"]],
    ids=" ".join,
)
@pytest.mark.usefixtures("repository")
def test_contradictions(words: list[str]) -> None:
    assert CliRunner().invoke(command, words, input="").exit_code == 2
