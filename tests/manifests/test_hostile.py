"""Whatever the text, the readers say Unknown or Skipped and never raise."""

from collections.abc import Callable, Mapping
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poollint.facts import Fact
from poollint.manifests.shell.parser import parse
from poollint.source import Skipped
from poollint.values import Value


class Run(Protocol):
    def __call__(
        self,
        line: str | tuple[str, ...],
        *,
        env: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        constants: Mapping[str, Value] | None = None,
        closed: bool = False,
        references: bool = False,
        base: str = "",
    ) -> list[str]: ...


Read = Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]

ROWS = (
    "if then elif else fi case esac in for while until do done { } ( ) [[ ]] (( )) function f()",
    '; & && || | ! < > << <<- <<< EOF 2>&1 ;; $ ${ } $( ` \' " \\ # = += $@ "$@" $1 ${X:-y}',
    "${} ${=} ${X ${X%.z} ${#X} ${!X} $((1+2*X)) $'a' exec set -- shift export A=b a=(x y) cd .. source",
    "./s.sh eval trap return exit 1 gunicorn uvicorn celery worker -w -c 4 --workers= app:app",
    '-A x python -m run.py sh -c env uv run tini -- supervisord FROM CMD ENV ["a"] - : {',
    "services command environment [ ] * & !reset << x: extends include",
)
PIECES = st.sampled_from([piece for row in ROWS for piece in row.split()])
LINES = st.lists(st.one_of(PIECES, st.just("\n"), st.text(max_size=4)), max_size=40).map(" ".join)
RELAXED = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(LINES)
@RELAXED
def test_lines(run: Run, line: str) -> None:
    assert isinstance(run(line, files={"/app/s.sh": line, "/app/run.py": line}), list)


@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), min_size=1, max_size=12))
@RELAXED
def test_words(run: Run, words: list[str]) -> None:
    assert isinstance(run(tuple(words), references=True), list)


@given(st.text(max_size=60))
@RELAXED
def test_any_text_is_parsed(text: str) -> None:
    assert isinstance(parse(text), tuple)


@given(LINES, LINES)
@RELAXED
def test_files(read_all: Read, first: str, second: str) -> None:
    files = {
        "Dockerfile": f"FROM x AS y\n{first}\nENV {second}\nCMD {first}\nCOPY {second}\n",
        "Procfile": f"web: {first}\n",
        "compose.yml": f"services:\n  web:\n    build: .\n    command: {second!r}\n    labels: {first}\n",
        "compose.prod.yml": f"services:\n  {second}\n  web:\n    image: ${{A:-{second!r}}}\n",
        ".env": f"A={second}\n",
        "supervisord.conf": f"[program:x]\ncommand={first}\nnumprocs={second}\n",
    }
    assert isinstance(read_all(files), tuple)


@given(st.one_of(st.text(max_size=20), LINES))
@RELAXED
def test_configurations(run: Run, text: str) -> None:
    files = {"/app/s.py": f"app.conf.worker_concurrency = {text}", "/app/h.toml": f"workers = {text}"}
    assert len(run("celery -A s worker", files=files)) == 1
    assert len(run("hypercorn -c h.toml a:app", files=files)) == 1


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("(" * 5_000, id="brackets"),
        pytest.param("$(" * 5_000 + ")" * 5_000, id="substitutions"),
        pytest.param("${a:-" * 5_000 + "}" * 5_000, id="expansions"),
        pytest.param("if true; then " * 2_000, id="branches"),
        pytest.param("a && " * 20_000 + "a", id="chain"),
        pytest.param("! " * 20_000 + "a", id="negations"),
        pytest.param("$((" + "(" * 150 + "1" + ")" * 150 + "))", id="sum"),
        pytest.param("uvicorn a:app --workers " + "9" * 50_000, id="number"),
        pytest.param("[ " + "! " * 50 + "a ]", id="tests"),
        pytest.param("a() { a; a; }; a", id="recursion"),
        pytest.param("x=1; " + "x=$x$x; " * 60 + "uvicorn $x:app", id="doubling"),
        pytest.param("a=(x); " + 'a+=("${a[@]}"); ' * 40 + '"${a[@]}"', id="doubling-array"),
        pytest.param("set -- a; " + 'set -- "$@" "$@"; ' * 40, id="doubling-arguments"),
    ],
)
@pytest.mark.timeout(20)
def test_bounds(line: str, run: Run) -> None:
    assert isinstance(run(line), list)
