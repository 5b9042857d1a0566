"""`poollint budget`: what it prints and refuses."""

from collections.abc import Callable
from pathlib import Path

import pytest

from poollint.cli import main
from poollint.reporters.budgets import render
from poollint.topology import Topology

FILES = {
    "app.py": 'from sqlalchemy import create_engine\nengine = create_engine("postgresql://app@db/app")\n',
    "Dockerfile": "FROM python:3.12\nCOPY app.py .\n",
    "compose.yaml": (
        "services:\n  app: {build: ., command: uvicorn app:app --workers 7}\n  db: {image: 'postgres:16'}\n"
    ),
}


@pytest.fixture
def budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[list[str]], tuple[object, str, str]]:
    """Run `poollint budget` on a small project: the exit code, standard output, standard error."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(words: list[str]) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["budget", *words])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return run


def test_a_number_can_be_supposed(budget: Callable[[list[str]], tuple[object, str, str]]) -> None:
    _, before, _ = budget([])
    code, after, error = budget(["--what-if", "processes.app=2", "--what-if", "app.pool_size=3"])

    assert (code, error) == (0, "")
    assert "105 of 97 connections" in before
    assert "26 of 97 connections" in after
    assert "3 supposed + 10 default" in after
    assert "2 supposed" in after


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("processes.app", "'processes.app' is not FIELD.NAME=NUMBER", id="no number"),
        pytest.param("processes=3", "'processes=3' names no subject", id="no name"),
        pytest.param(
            "processes.web=3", "nothing with processes is called web; there is app", id="no such name"
        ),
        pytest.param("workers.app=3", "nothing here has workers; there are replicas", id="no such field"),
    ],
)
def test_a_wrong_supposition_is_an_error_in_one_line(
    budget: Callable[[list[str]], tuple[object, str, str]], text: str, message: str
) -> None:
    code, out, error = budget(["--what-if", text])

    assert (code, out) == (2, "")
    assert error.startswith(f"poollint: --what-if: {message}")
    assert error.count("\n") == 1


def test_every_format_is_complete_lines(shop: tuple[Topology, ...]) -> None:
    for name in ("text", "json", "markdown", "svg"):
        text = render(name, shop)
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "\x1b" not in text
