"""One interpretation for all environments that give the same answers."""

from collections.abc import Mapping

import pytest

from poollint.project import Project
from poollint.python import read_python
from poollint.python.evaluation.asked import Asked
from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.evaluation.objects import MakerCall
from poollint.source import SourceFile, Span
from poollint.values import Known, Value

ENGINE = """
import os
from sqlalchemy import create_engine
engine = create_engine(os.environ["DATABASE_URL"], pool_size=int(os.getenv("SIZE", "3")))
"""


def variable(value: str, line: int = 1) -> Known:
    return Known(value, Span("compose.yaml", line, 1, line, 2))


URL = variable("postgresql://db/shop")


@pytest.mark.parametrize(
    ("second", "runs"),
    [
        pytest.param({"DATABASE_URL": URL, "PORT": variable("80")}, 1, id="what-nobody-asks-for"),
        pytest.param({"DATABASE_URL": URL, "SIZE": variable("9")}, 2, id="a-default-that-is-set"),
        pytest.param({"DATABASE_URL": variable("postgresql://db/x")}, 2, id="another-value"),
        pytest.param({"DATABASE_URL": variable("postgresql://db/shop", 9)}, 2, id="another-place"),
        pytest.param({"PORT": variable("80")}, 1, id="as-the-code-alone-says"),
    ],
)
def test_only_what_is_asked_for_counts(
    second: Mapping[str, Value], runs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = SourceFile("db.py", ENGINE)
    code = read_python([file], Project.of({"db.py": ENGINE}))
    (plain,) = code.engines
    interpreted: list[str] = []
    events = Evaluator.events

    def noted(evaluator: Evaluator, path: str, *, rounds: int) -> tuple[MakerCall, ...]:
        interpreted.append(path)
        return events(evaluator, path, rounds=rounds)

    monkeypatch.setattr(Evaluator, "events", noted)

    first = code.in_environment(plain, {"DATABASE_URL": URL, "OTHER": variable("x")})
    other = code.in_environment(plain, second)

    assert first.url.host == variable("db")
    assert len(interpreted) == runs
    monkeypatch.undo()
    alone = read_python([file], Project.of({"db.py": ENGINE}))
    assert repr(other) == repr(alone.in_environment(plain, second))


def test_any_case_is_a_question_of_its_own() -> None:
    asked = Asked({"db_url": URL, "DB_URL": variable("x")})

    assert asked.spelled("Db_Url") == "db_url"
    assert asked.spelled("NONE") == "NONE"
    assert "DB_URL" in asked
    assert "Db_Url" not in asked
    assert (list(asked), len(asked)) == (["db_url", "DB_URL"], 2)
    assert asked.answers == {
        ("Db_Url", True): ("db_url", URL),
        ("NONE", True): None,
        ("DB_URL", False): ("DB_URL", variable("x")),
        ("Db_Url", False): None,
    }
    assert Asked({"db_url": URL, "DB_URL": variable("x")}).gives(asked.answers)
    assert not Asked({"DB_URL": variable("x")}).gives(asked.answers)
    assert not Asked({"db_url": URL, "DB_URL": variable("x"), "none": URL}).gives(asked.answers)
