"""Shells, wrappers, scripts and supervisors -> the programs that they finally start."""

from collections.abc import Mapping
from typing import Protocol

import pytest

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


APP = "uvicorn a 1xinf app"
WORKER = "celery a 2x1 worker"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("exec uvicorn a:app", id="exec"),
        pytest.param("sh -c 'exec uvicorn a:app'", id="sh"),
        pytest.param("bash -lc 'cd /app && uvicorn a:app'", id="bash-login"),
        pytest.param("bash -o pipefail -c 'uvicorn a:app | tee log'", id="pipe"),
        pytest.param("sh -c 'exec \"$@\"' _ uvicorn a:app", id="arguments-of-sh"),
        pytest.param("env -u X A=b uvicorn a:app", id="env"),
        pytest.param("env -S 'uvicorn a:app'", id="env-split"),
        pytest.param("A=b C=$D uvicorn a:app", id="assignment"),
        pytest.param("python -m uvicorn a:app", id="python-m"),
        pytest.param("python -muvicorn a:app", id="python-m-glued"),
        pytest.param("python -X dev /venv/bin/uvicorn a:app", id="python-executable"),
        pytest.param("/app/.venv/bin/uvicorn a:app", id="path"),
        pytest.param("uv run --no-dev --group web uvicorn a:app", id="uv"),
        pytest.param("uv run -m uvicorn a:app", id="uv-m"),
        pytest.param("uv run --module uvicorn a:app", id="uv-module"),
        pytest.param("poetry -C /app run uvicorn a:app", id="poetry"),
        pytest.param("pdm run uvicorn a:app", id="pdm"),
        pytest.param("pipenv run uvicorn a:app", id="pipenv"),
        pytest.param("conda run -n web --no-capture-output uvicorn a:app", id="conda"),
        pytest.param("ddtrace-run uvicorn a:app", id="ddtrace"),
        pytest.param("opentelemetry-instrument --traces_exporter otlp uvicorn a:app", id="opentelemetry"),
        pytest.param("newrelic-admin run-program uvicorn a:app", id="newrelic"),
        pytest.param("dumb-init -r 15:2 -- uvicorn a:app", id="dumb-init"),
        pytest.param("/sbin/tini -g -- uvicorn a:app", id="tini"),
        pytest.param("gosu app uvicorn a:app", id="gosu"),
        pytest.param("gosu app -- uvicorn a:app", id="gosu-separator"),
        pytest.param("su-exec app:app uvicorn a:app", id="su-exec"),
        pytest.param("wait-for-it.sh db:5432 -t 30 -- uvicorn a:app", id="wait-for-it"),
        pytest.param("dockerize -wait tcp://db:5432 -timeout 60s uvicorn a:app", id="dockerize"),
        pytest.param("nice -n 5 nohup uvicorn a:app", id="nice"),
        pytest.param("timeout -s INT 60 uvicorn a:app", id="timeout"),
        pytest.param("doppler run --config prd -- uvicorn a:app", id="doppler"),
        pytest.param("watchfiles 'uvicorn a:app' src", id="watchfiles"),
        pytest.param("python -m debugpy --listen 0.0.0.0:5678 -m uvicorn a:app", id="debugpy"),
        pytest.param("busybox sh -c 'uvicorn a:app'", id="busybox"),
        pytest.param("${SERVER:-uvicorn a:app}", id="default-of-a-variable"),
        pytest.param("CMD='uvicorn a:app'; exec $CMD", id="variable"),
        pytest.param('cmd=(uvicorn); cmd+=(a:app); exec "${cmd[@]}"', id="array"),
        pytest.param('eval "uvicorn a:app"', id="eval"),
        pytest.param('start() { uvicorn "$1"; }; start a:app', id="function"),
        pytest.param('set -e; set -- uvicorn a:app; exec "$@"', id="set"),
        pytest.param('set -- x uvicorn a:app; shift; "$@"', id="shift"),
        pytest.param("until pg_isready; do sleep 1; done; uvicorn a:app", id="until"),
        pytest.param("while true; do uvicorn a:app; done", id="while"),
        pytest.param("python prestart.py && uvicorn a:app", id="script-that-ended"),
        pytest.param("false || uvicorn a:app", id="or"),
        pytest.param("test -f x || exit 1; uvicorn a:app", id="failure"),
        pytest.param("if ! command -v x; then exit 2; fi; uvicorn a:app", id="failed-branch"),
        pytest.param("{ uvicorn a:app; } 2>&1 >/dev/null", id="group"),
        pytest.param("(uvicorn a:app)", id="subshell"),
        pytest.param("cat <<EOF\nuvicorn b:app\nEOF\nuvicorn a:app # uvicorn c:app", id="here-document"),
        pytest.param("uvicorn \\\n  a:app \\\n  --port 80", id="continued"),
        pytest.param('case "${1:-web}" in web|api) uvicorn a:app;; *) exit 1;; esac', id="case"),
        pytest.param("((X = 1)); [[ -n x && a == a ]] && uvicorn a:app", id="bash"),
        pytest.param('for m in a; do uvicorn "$m:app"; done', id="for"),
        pytest.param(": ${MOD:=a}; uvicorn $MOD:app", id="assigned-default"),
        pytest.param("export MOD=a; uvicorn ${MOD}:app", id="export"),
        pytest.param("MOD=a.py; uvicorn ${MOD%.py}:app", id="suffix"),
        pytest.param("time uvicorn a:app", id="time"),
    ],
)
def test_lines_that_start_one_server(line: str, run: Run) -> None:
    assert run(line) == [APP]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("alembic upgrade head && uvicorn a:app", ["alembic - 1x1 migration", APP], id="and"),
        pytest.param("uvicorn a:app & celery -A a worker -c 2", [APP, WORKER], id="background"),
        pytest.param("uvicorn b:app; uvicorn a:app", ["uvicorn b 1xinf app", APP], id="one-after-another"),
        pytest.param("python -m b; uvicorn a:app", [APP], id="a-script-before-a-server"),
        pytest.param(
            "python -m a & python -m b & wait",
            ["python a 1x? app", "python b 1x? app"],
            id="two-in-background",
        ),
        pytest.param(
            "for q in 1 2; do celery -A a worker -c 2 & done; wait", [WORKER, WORKER], id="counted-loop"
        ),
        pytest.param("for q in $QS; do celery -A a worker -c 2 & done", ["celery a ?x1 worker"], id="loop"),
        pytest.param(
            "while [ $i -lt $N ]; do celery -A a worker -c 2 & done", ["celery a ?x1 worker"], id="while-loop"
        ),
        pytest.param(
            'if [ "$ROLE" = worker ]; then exec celery -A a worker -c 2; fi; exec uvicorn a:app',
            ["celery a 2|0x1 worker", "uvicorn a 0|1xinf app"],
            id="branches",
        ),
        pytest.param(
            "if [ $DEV ]; then uvicorn a:app --reload; else gunicorn a:app -w 4; fi",
            ["uvicorn or gunicorn a 1|4xinf|1 app"],
            id="same-module-in-branches",
        ),
        pytest.param(
            "if [ $BIG ]; then N=8; else N=2; fi; uvicorn a:app --workers $N",
            ["uvicorn a 8|2xinf app"],
            id="variable-in-branches",
        ),
        pytest.param(
            "case $ROLE in web) uvicorn a:app;; worker) celery -A a worker -c 2;; esac",
            ["uvicorn a 1|0xinf app", "celery a 0|2x1 worker"],
            id="case",
        ),
        pytest.param("gunicorn a:app || uvicorn a:app", ["gunicorn or uvicorn a 1x1|inf app"], id="fallback"),
        pytest.param(
            "[ $MIGRATE ] && alembic upgrade head; uvicorn a:app",
            ["alembic - 0|1x1 migration", APP],
            id="conditional-migration",
        ),
    ],
)
def test_several(line: str, expected: list[str], run: Run) -> None:
    assert run(line) == expected


@pytest.mark.parametrize(
    ("condition", "env", "taken"),
    [
        pytest.param('[ "$ROLE" = worker ]', {"ROLE": "worker"}, True, id="same"),
        pytest.param('[ "$ROLE" = worker ]', {"ROLE": "web"}, False, id="other"),
        pytest.param('[ "$ROLE" != worker ]', {"ROLE": "web"}, True, id="not-same"),
        pytest.param("[[ $ROLE == work* ]]", {"ROLE": "worker"}, True, id="pattern"),
        pytest.param('[ "$ROLE" = "work*" ]', {"ROLE": "worker"}, False, id="no-pattern"),
        pytest.param('[ -z "$ROLE" ]', {"ROLE": ""}, True, id="empty"),
        pytest.param('[ -n "$ROLE" ]', {"ROLE": "x"}, True, id="not-empty"),
        pytest.param('[ "$ROLE" ]', {"ROLE": "x"}, True, id="word"),
        pytest.param("[ $N -gt 1 ]", {"N": "2"}, True, id="number"),
        pytest.param("[ $N -gt 1 ]", {"N": "1"}, False, id="small-number"),
        pytest.param("test $N -eq 1 -o $N -eq 2", {"N": "2"}, True, id="or"),
        pytest.param("test $N -eq 1 -a $N -eq 2", {"N": "2"}, False, id="and"),
        pytest.param('! [ "$ROLE" = worker ]', {"ROLE": "worker"}, False, id="negated"),
        pytest.param('[ ! "$ROLE" = worker ]', {"ROLE": "worker"}, False, id="negated-inside"),
        pytest.param('[ "$ROLE" = a ] || [ "$ROLE" = b ]', {"ROLE": "b"}, True, id="chain"),
        pytest.param("true", {}, True, id="true"),
        pytest.param("[ ${DEBUG:-no} = yes ]", {}, False, id="default-in-a-closed-environment"),
        pytest.param('[ -z "$DEBUG" ]', {}, True, id="unset-in-a-closed-environment"),
    ],
)
def test_decided_conditions(condition: str, env: dict[str, str], taken: bool, run: Run) -> None:
    line = f"if {condition}; then celery -A a worker -c 2; else uvicorn a:app; fi"
    assert run(line, env=env, closed=True) == [WORKER if taken else APP]


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("[ ${DEBUG:-no} = yes ]", id="default"),
        pytest.param("[ -f /run/x ]", id="file"),
        pytest.param("grep -q x y", id="command"),
        pytest.param("[ $(id -u) = 0 ]", id="substitution"),
        pytest.param("[ $N -gt many ]", id="no-number"),
        pytest.param('[ worker = "$ROLE" ]', id="compared-with-a-variable"),
        pytest.param("[[ $X =~ ^a ]]", id="expression"),
    ],
)
def test_undecided_conditions(condition: str, run: Run) -> None:
    line = f"if {condition}; then celery -A a worker -c 2; else uvicorn a:app; fi"
    assert run(line) == ["celery a 2|0x1 worker", "uvicorn a 0|1xinf app"]


SCRIPT = """#!/bin/bash
set -euo pipefail
source ./common.sh
migrate
case "${1:-web}" in
  web) shift || true; exec gunicorn shop:app -w "${WORKERS:-$DEFAULT_WORKERS}" ;;
  worker) exec $CELERY worker -c 2 ;;
  beat) exec $CELERY beat ;;
  --*) exec uvicorn shop:app "$@" ;;
  *) exec "$@" ;;
esac
"""
COMMON = "DEFAULT_WORKERS=3\nCELERY='celery -A shop'\nmigrate() { alembic upgrade head || exit 1; }\n"
MIGRATION = "alembic - 1x1 migration"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param((), "gunicorn shop $WORKERS:3x1 app", id="default"),
        pytest.param(("worker",), "celery shop 2x1 worker", id="worker"),
        pytest.param(("beat",), "celery shop 1x1 beat", id="beat"),
        pytest.param(("--workers", "4"), "uvicorn shop 4xinf app", id="flags"),
        pytest.param(("arq", "shop.w.S"), "arq shop.w 1x10 worker", id="command"),
    ],
)
@pytest.mark.parametrize(
    "start",
    [
        pytest.param(("/app/entry.sh",), id="script"),
        pytest.param(("./entry.sh",), id="relative"),
        pytest.param(("entry.sh",), id="search-path"),
        pytest.param(("bash", "entry.sh"), id="bash"),
        pytest.param(("tini", "--", "/app/entry.sh"), id="tini"),
    ],
)
def test_scripts(start: tuple[str, ...], words: tuple[str, ...], expected: str, run: Run) -> None:
    files = {"/app/entry.sh": SCRIPT, "/app/common.sh": COMMON}
    assert run((*start, *words), files=files) == [MIGRATION, expected]


def test_a_script_that_calls_itself_as_another_user(run: Run) -> None:
    text = '#!/bin/sh\nif [ "$(id -u)" = 0 ]; then exec gosu app "$0" "$@"; fi\nexec uvicorn a:app\n'
    assert run(("/app/entry.sh",), files={"/app/entry.sh": text}) == [APP]
    only = '#!/bin/sh\nexec gosu app "$0"\n'
    assert run(("/app/entry.sh",), files={"/app/entry.sh": only}) == []


def test_scripts_in_other_languages(run: Run) -> None:
    files = {"/app/start": "#!/usr/bin/env python3\n", "/app/go": "#!/usr/bin/perl\n"}
    assert run(("./start",), files=files) == ["python start 1x? app"]
    assert run(("./go",), files=files) == ["go - ?x? other"]


SUPERVISED = """[supervisord]
nodaemon=true
environment=SHARED="1"
[program:web]
command=/venv/bin/gunicorn a:app
  -w %(ENV_WORKERS)s
[program:worker]
command=celery -A a worker -c 2 ; a comment
numprocs=3
directory=/srv
environment=A="b",C='d'
[program:off]
command=celery -A a worker -c 9
autostart=false
[program:empty]
[eventlistener:x]
command=python x.py
"""


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("supervisord -c /app/supervisord.conf", id="given"),
        pytest.param("supervisord -n", id="default"),
    ],
)
def test_supervisord(line: str, run: Run) -> None:
    found = run(line, files={"/app/supervisord.conf": SUPERVISED}, env={"WORKERS": "4"})
    assert found == ["gunicorn a 4x1 app", "celery a 6x1 worker"]


def test_supervisord_without_its_file(run: Run) -> None:
    assert run("supervisord -c x.conf") == ["skipped configuration of supervisord is not in the repository"]


def test_supervisord_with_a_broken_command(run: Run) -> None:
    files = {"/app/supervisord.conf": "[program:x]\ncommand=gunicorn 'a\nnumprocs=%(ENV_N)s\n"}
    assert run("supervisord", files=files) == ["skipped command: a single quote is not closed"]


def test_honcho_starts_a_procfile(run: Run) -> None:
    files = {
        "/app/Procfile": "# c\nrelease: alembic upgrade\nweb: uvicorn a:app\nw: celery -A a worker -c 2\n"
    }
    assert run("honcho start", files=files) == [APP, WORKER]
    assert run("honcho start w", files=files) == [WORKER]
    assert run("honcho -f Other start") == ["skipped Procfile is not in the repository"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param("uvicorn 'a:app", "shell: a single quote is not closed", id="single-quote"),
        pytest.param('uvicorn "a:app', "shell: a double quote is not closed", id="double-quote"),
        pytest.param("uvicorn `a", "shell: a backquote is not closed", id="backquote"),
        pytest.param("uvicorn $(a", "shell: ( is not closed", id="substitution"),
        pytest.param("if true; then uvicorn a:app", "shell: elif or else or fi expected", id="if"),
        pytest.param("fi", "shell: unexpected fi", id="closing"),
        pytest.param("a" * 200_001, "shell: longer than 200000 characters", id="long"),
        pytest.param("uvicorn ${}", "shell: ${} is no expansion", id="expansion"),
        pytest.param("cat <", "shell: nothing after <", id="redirection"),
        pytest.param("cat > <x", "shell: unexpected '<'", id="redirection-to-a-redirection"),
    ],
)
def test_broken_text(line: str, why: str, run: Run) -> None:
    assert run(line) == [f"skipped {why}"]


def test_what_stands_before_a_broken_line_is_kept(run: Run) -> None:
    found = run("uvicorn a:app &\necho 'oops")
    assert found == [APP, "skipped shell: a single quote is not closed"]


def test_many_ways_are_not_followed(run: Run) -> None:
    line = "\n".join(f"if [ $A{i} ]; then python -m m{i} & fi" for i in range(12))
    assert run(line) == ["skipped more than 64 ways through the script"]


def test_many_steps_are_not_followed(run: Run) -> None:
    inner = "for b in 1 2 3 4 5 6 7 8 9; do"
    line = f"{inner} {inner} {inner} {inner} {inner} :; done; done; done; done; done"
    assert run(line) == ["skipped more than 20000 steps in the script"]


def test_scripts_that_call_each_other_without_end(run: Run) -> None:
    files = {"/app/a.sh": "#!/bin/sh\n./b.sh\n", "/app/b.sh": "#!/bin/sh\n./a.sh\n"}
    assert run(("./a.sh",), files=files) == []
    assert run("f() { f; }; f; uvicorn a:app") == [APP]
    nested = "exec sh -c " * 20 + "uvicorn"
    assert run(nested) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(("env",) * 5 + ("uvicorn", "a:app"), [APP], id="deep"),
        pytest.param(
            ("env",) * 20 + ("uvicorn", "a:app"), ["skipped commands are nested too deeply"], id="deeper"
        ),
        pytest.param(("uvicorn", "a:app", "--root-path", "${"), [APP], id="no-expansion"),
        pytest.param(("${SERVER:-uvicorn a:app}",), [APP], id="default-of-one-word"),
        pytest.param(
            ("WEB_CONCURRENCY=3", "uvicorn", "a:app"), ["uvicorn a 3xinf app"], id="variable-before"
        ),
        pytest.param(("gosu", "app", "--"), [], id="nothing-behind-a-separator"),
    ],
)
def test_words_of_the_exec_form(words: tuple[str, ...], expected: list[str], run: Run) -> None:
    assert run(words) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "[project.scripts]\nshop = 'shop.main:run'\n", "shop shop.main ?x? app", id="its-command"
        ),
        pytest.param(
            "[tool.poetry.scripts]\nshop = 'shop.main:run'\n", "shop shop.main ?x? app", id="poetry"
        ),
        pytest.param("[project]\nname = 'shop'\n", "shop - ?x? other", id="only-its-name"),
        pytest.param("[project.scripts.shop]\ncall = 'x'\n", "shop - ?x? other", id="no-string"),
        pytest.param("shop = [\n", "shop - ?x? other", id="no-toml"),
    ],
)
def test_commands_of_the_project(text: str, expected: str, run: Run) -> None:
    assert run(("shop",), files={"/app/pyproject.toml": text}) == [expected]
