"""Dockerfiles -> images."""

import pytest

from poollint.facts import Image
from poollint.manifests.formats import DOCKERFILE as READER
from poollint.source import Skipped, SourceFile, Span
from poollint.values import FromEnv, Known, Text, Unknown, Value

AT = Span("", 1, 1, 1, 1)


def read(text: str, path: str = "api/Dockerfile") -> list[Image]:
    return [each for each in READER.read([SourceFile(path, text)], lambda _: None) if isinstance(each, Image)]


def last(text: str) -> Image:
    return read(text)[-1]


def environment(image: Image) -> dict[str, Value]:
    return {each.name: each.value for each in image.environment}


@pytest.mark.parametrize(
    ("lines", "words", "shell"),
    [
        pytest.param('CMD ["gunicorn", "a:app"]', ("gunicorn", "a:app"), False, id="exec"),
        pytest.param("CMD gunicorn a:app -w $N", ("gunicorn a:app -w $N",), True, id="shell"),
        pytest.param("cmd ['gunicorn']", ("['gunicorn']",), True, id="no-json"),
        pytest.param("CMD [1]", ("[1]",), True, id="no-strings"),
        pytest.param("CMD []", (), False, id="empty"),
        pytest.param('CMD ["a", \\\n  # comment\n  "b"]', ("a", "b"), False, id="continued"),
        pytest.param("CMD a \\\n# comment", ("a",), True, id="continued-by-nothing"),
        pytest.param("CMD a\nCMD b", ("b",), True, id="last-wins"),
        pytest.param("CMD a\nHEALTHCHECK CMD curl x\nONBUILD CMD y", ("a",), True, id="health-check"),
        pytest.param("RUN <<EOF\nCMD b\nEOF\nCMD a", ("a",), True, id="here-document"),
        pytest.param("RUN <<EOF\nCMD b", ("b",), True, id="open-here-document"),
    ],
)
def test_commands(lines: str, words: tuple[str, ...], shell: bool) -> None:
    command = last(f"# syntax=docker/dockerfile:1\nFROM python:3.12\n{lines}\n").command
    assert command is not None
    assert (command.words, command.shell) == (words, shell)


def test_the_place_of_a_command() -> None:
    command = last("FROM x\n\nCMD a \\\n  b\n").command
    assert command is not None
    assert command.at.full == "api/Dockerfile:3:1"


def test_a_continuation_at_the_end_of_the_file() -> None:
    command = last("FROM x\nCMD a \\\n# comment").command
    assert command is not None
    assert command.words == ("a",)


def test_another_escape() -> None:
    command = last("# escape=`\nFROM x\nCMD a `\n b\n").command
    assert command is not None
    assert command.words == ("a b",)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("ENV A=b", "b", id="plain"),
        pytest.param("ENV A b c", "b c", id="old-form"),
        pytest.param('ENV X=1 A="b c" Y=2', "b c", id="several"),
        pytest.param("ENV B=c\nENV A=$B/d", "c/d", id="variable"),
        pytest.param("ENV A=${B:-c}", "c", id="default"),
        pytest.param("ARG B=c\nENV A=$B", "c", id="argument"),
        pytest.param("ENV A=b\nENV A=c", "c", id="later-wins"),
        pytest.param("ENV A=''", "", id="empty"),
        pytest.param("ENV B A=c\nENV A=b\nENV =x", "b", id="no-name"),
        pytest.param("ENV B=1 C A=b", "b", id="name-without-a-value"),
        pytest.param("ARG $X\nARG 1=2\nENV A=b", "b", id="argument-without-a-name"),
        pytest.param("ENV PASSWORD=x A=b", "b", id="beside-a-secret"),
        pytest.param("ENV A=postgresql://u:secret@h/d", "postgresql://u:***@h/d", id="password-in-a-url"),
    ],
)
def test_variables(lines: str, expected: str) -> None:
    value = environment(last(f"FROM x\n{lines}\n"))["A"]
    assert (value.default if isinstance(value, FromEnv) else value) == Known(expected, AT)


def test_variables_that_are_not_known() -> None:
    found = environment(last("ARG TOP=1\nFROM x\nARG B\nARG TOP\nENV A=$B C=x-$B D=$TOP E='\n"))
    assert found == {}
    found = environment(last("ARG TOP=1\nFROM x\nARG B\nARG TOP\nENV A=$B C=x-$B D=$TOP\n"))
    assert isinstance(found["A"], Unknown)
    assert isinstance(found["C"], Text)
    assert found["D"] == Known("1", AT)


STAGES = """ARG VERSION=3.12
FROM python:${VERSION}-slim AS Base
WORKDIR /srv
WORKDIR app
ENV A=1
COPY pyproject.toml ./
CMD ["base"]

FROM --platform=linux/amd64 base AS web
COPY src/ src/
ENTRYPOINT ["tini", "--"]

FROM base AS worker
ENTRYPOINT ["tini"]
CMD ["celery"]

FROM gcr.io/distroless/python
COPY --from=web /srv/app /app
COPY --from=0 --chown=app /srv/app/pyproject.toml /etc/p.toml
COPY --from=elsewhere /x /y
COPY --from=web /srv/app/src/sub /sub
ADD ["a.sh", "b.sh", "/bin/"]
COPY x
COPY 'x
COPY ["x",
"""


def test_stages() -> None:
    base, web, worker, final = read(STAGES)
    assert [each.target for each in (base, web, worker, final)] == ["base", "web", "worker", ""]
    assert (base.base, base.workdir, base.context) == ("python:3.12-slim", "/srv/app", "api")
    assert base.command is not None
    assert web.command is None, "an entry point takes the place of an inherited command"
    assert web.copies == (("pyproject.toml", "/srv/app/pyproject.toml"), ("src", "/srv/app/src"))
    assert environment(web).keys() == {"A"}
    assert worker.command is not None
    assert final.base == "gcr.io/distroless/python"
    assert final.copies == (
        ("pyproject.toml", "/app/pyproject.toml"),
        ("src", "/app/src"),
        ("pyproject.toml", "/etc/p.toml"),
        ("src/sub", "/sub"),
        ("a.sh", "/bin/a.sh"),
        ("b.sh", "/bin/b.sh"),
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("ARG A=1\nRUN x\n", id="no-stage"),
        pytest.param("nonsense\n", id="nonsense"),
    ],
)
def test_no_image(text: str) -> None:
    assert read(text) == []


def test_a_huge_instruction_is_skipped() -> None:
    text = "FROM x\nENV A=" + "b" * 100_001 + "\nCMD c\n"
    skipped = [
        each for each in READER.read([SourceFile("D", text)], lambda _: None) if isinstance(each, Skipped)
    ]
    assert [(each.at.line, each.why) for each in skipped] == [
        (2, "an instruction of more than 100,000 characters")
    ]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        pytest.param("Dockerfile", True, id="plain"),
        pytest.param("docker/Dockerfile.web", True, id="suffix"),
        pytest.param("web.dockerfile", True, id="extension"),
        pytest.param("Containerfile", True, id="containerfile"),
        pytest.param("Dockerfile.dockerignore", False, id="ignore-file"),
        pytest.param("dockerfile.py", False, id="module"),
        pytest.param("compose.yml", False, id="compose"),
    ],
)
def test_paths(path: str, wanted: bool) -> None:
    assert READER.wants(path) is wanted
