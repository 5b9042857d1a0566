"""Where programs and their numbers are written: the list or text that has the words."""

from collections.abc import Callable, Mapping

import pytest

from poollint.facts import Database, Fact, Program, Workload
from poollint.source import Skipped, Span
from poollint.values import Value, origin_of

Read = Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]


def pod(*lines: str) -> dict[str, str]:
    """A Pod whose command begins in line 8."""
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec:\n"
    head += "  containers:\n    - name: api\n      image: api\n"
    return {"k8s/api.yaml": head + "".join(f"      {line}\n" for line in lines)}


def service(*lines: str) -> dict[str, str]:
    """A service of compose whose command begins in line 4."""
    head = "services:\n  api:\n    image: api\n"
    return {"compose.yaml": head + "".join(f"    {line}\n" for line in lines)}


def program(facts: tuple[Fact | Skipped, ...]) -> Program:
    (found,) = (each for fact in facts if isinstance(fact, Workload) for each in fact.containers[0].programs)
    return found


def line(value: Value | Span) -> int:
    at = value if isinstance(value, Span) else origin_of(value)
    assert isinstance(at, Span)
    return at.line


@pytest.mark.parametrize(
    ("files", "starts", "counts"),
    [
        pytest.param(
            pod('command: [uvicorn, "a:app", --workers, "3"]'),
            8, 8, id="command in one line",
        ),
        pytest.param(
            pod("command: [uvicorn]", 'args: ["a:app", --workers, "3"]'),
            8, 9, id="args in one line",
        ),
        pytest.param(
            pod("command:", "  - uvicorn", "args:", "  - a:app", "  - --workers", '  - "3"'),
            9, 13, id="a word a line",
        ),
        pytest.param(
            pod("command: [sh, -c]", "args:", "  - exec uvicorn a:app --workers 3"),
            10, 10, id="text in args",
        ),
        pytest.param(
            pod("command: [tini, --]", "args: [uvicorn, 'a:app', --workers=3]"),
            9, 9, id="wrapper in command",
        ),
        pytest.param(
            pod("command: [uvicorn]", "args: [a:app, --workers, $(N)]", "env:", "  - {name: N, value: '3'}"),
            8, 11, id="variable",
        ),
        pytest.param(
            service("entrypoint: [uvicorn]", "command: ['a:app', --workers, '3']"),
            4, 5, id="compose",
        ),
        pytest.param(
            service("command:", "  - uvicorn", "  - a:app", "  - --workers=3"),
            5, 7, id="compose, a word a line",
        ),
        pytest.param(service("entrypoint: uvicorn", "command: a:app --workers 3"), 4, 5, id="compose, texts"),
    ],
)  # fmt: skip
def test_places(files: Mapping[str, str], starts: int, counts: int, read_all: Read) -> None:
    found = program(read_all(files))

    assert line(found.at) == starts
    assert line(found.processes) == counts


def test_what_an_image_starts_gets_its_arguments_from_the_manifest(read_all: Read) -> None:
    files = {
        "compose.yaml": "services:\n  api:\n    build: .\n    command: ['a:app', --workers, '3']\n",
        "Dockerfile": 'FROM python\nENTRYPOINT ["uvicorn"]\n',
    }
    found = program(read_all(files))

    assert (found.at.path, line(found.at)) == ("Dockerfile", 2)
    assert line(found.processes) == 4


def test_a_setting_of_a_server_stands_in_its_word(read_all: Read) -> None:
    files = {
        "compose.yaml": "services:\n  db:\n    image: postgres:16\n"
        "    command:\n      - -c\n      - max_connections=40\n"
    }
    (limit,) = (fact.max_connections for fact in read_all(files) if isinstance(fact, Database))

    assert line(limit) == 6
