"""POOL701: a password in the files."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL701"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("create_engine('postgresql://app:hunter2@db/x')", ("warning high",), id="literal"),
        pytest.param(
            "create_engine(f'postgresql://app:hunter2@{unknown}/x')", ("warning high",), id="host-unknown"
        ),
        pytest.param(
            "create_engine(Address.create('postgresql', 'app', 'hunter2', 'db'))",
            ("warning high",),
            id="url-object",
        ),
        pytest.param(
            "create_engine(os.environ.get('U', 'postgresql://app:hunter2@db/x'))",
            ("warning medium",),
            id="default",
        ),
        pytest.param("create_engine('postgresql://app@db/x')", (), id="none"),
        pytest.param("create_engine(f'postgresql://app:{unknown}@db/x')", (), id="not-literal"),
        pytest.param("create_engine('postgresql://app:hunter2@localhost/x')", (), id="own-machine"),
        pytest.param("create_engine('postgresql://app:hunter2@127.0.0.1/x')", (), id="loopback"),
        pytest.param("create_engine('sqlite:///x.db')", (), id="sqlite"),
        pytest.param("create_engine(URL)", (), id="from-the-environment"),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], text: str, expected: tuple[str, ...]) -> None:
    assert call(CODE, text) == expected


def test_test_code(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    text = "from sqlalchemy import create_engine\nengine = create_engine('postgresql://app:hunter2@db/x')\n"
    assert shown(CODE, {"tests/db.py": text}) == ()


def test_one_password_of_two_engines(
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    text = (
        "from sqlalchemy import create_engine\nURL = 'postgresql://app:hunter2@db/x'\n"
        "first = create_engine(URL)\nsecond = create_engine(URL)\n"
    )
    (found,) = findings(CODE, {"db.py": text})
    assert found.problem.message == "the password of 'db:first' stands here in plain text"
    assert found.problem.at.line == 2
    assert "hunter2" not in repr(found.problem)


def test_environment_is_not_the_source(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed(
        "create_engine('postgresql://app:' + os.environ['DATABASE_URL'] + '@main/x')",
        "uvicorn app.main:app",
        "hunter2",
        "",
    )
    assert shown(CODE, files) == ()
