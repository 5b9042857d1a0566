"""Expansions, compounds and builtins of the shell, seen through what is started."""

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


MANY = "case $X in " + " ".join(f"{i}) N={i};;" for i in range(18)) + " esac; "


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param('O="--workers $N"; uvicorn a:app $O', "uvicorn a $Nxinf app", id="split-text"),
        pytest.param('O="-x $N-$M z"; uvicorn a:app $O', "uvicorn a 1xinf app", id="split-longer-text"),
        pytest.param("O='--workers 3'; uvicorn a:app \"$O\"", "uvicorn a 1xinf app", id="quoted"),
        pytest.param("N=3; uvicorn a:app --workers ${N:+5}", "uvicorn a 5xinf app", id="alternative"),
        pytest.param("N=; uvicorn a:app --workers 2${N:+5}", "uvicorn a 2xinf app", id="no-alternative"),
        pytest.param("uvicorn a:app --workers 2${N:+5}", "uvicorn a 2|25xinf app", id="open-alternative"),
        pytest.param("uvicorn a:app --workers 2${1:+5}", "uvicorn a 2xinf app", id="no-argument"),
        pytest.param("set -- x y; uvicorn a:app --workers $#", "uvicorn a 2xinf app", id="count"),
        pytest.param("set x y; uvicorn a:app --workers $#", "uvicorn a 2xinf app", id="set-words"),
        pytest.param("set -- x; set -e; uvicorn a:app --workers $#", "uvicorn a 1xinf app", id="set-options"),
        pytest.param(
            "set -- 1 2 3; shift 2; uvicorn a:app --workers $1", "uvicorn a 3xinf app", id="shift-two"
        ),
        pytest.param("uvicorn a:app --workers $?", "uvicorn a ?xinf app", id="status"),
        pytest.param("A=four; uvicorn a:app --workers ${#A}", "uvicorn a 4xinf app", id="length"),
        pytest.param("A=b; uvicorn ${A^^}:app", "uvicorn B 1xinf app", id="upper"),
        pytest.param("A=B; uvicorn ${A,,}:app", "uvicorn b 1xinf app", id="lower"),
        pytest.param("A=x-b; uvicorn ${A#x-}:app", "uvicorn b 1xinf app", id="prefix"),
        pytest.param("A=x-b; uvicorn ${A##*-}:app", "uvicorn - 1xinf app", id="pattern"),
        pytest.param("A=x; uvicorn a:app --workers ${!A}", "uvicorn a ?xinf app", id="indirect"),
        pytest.param("uvicorn a:app --workers ${A/x/y}", "uvicorn a ?xinf app", id="replacement"),
        pytest.param("a=(2 3); uvicorn a:app --workers ${a[*]}", "uvicorn a 2xinf app", id="array"),
        pytest.param('a=(2); uvicorn a:app --workers "${a[@]}"', "uvicorn a 2xinf app", id="quoted-array"),
        pytest.param('a=(2); uvicorn a:app --workers "${a[@]}3"', "uvicorn a 23xinf app", id="array-inside"),
        pytest.param('uvicorn a:app --workers "${a[@]}"', "uvicorn a $axinf app", id="no-array"),
        pytest.param(
            'set -- 2; uvicorn a:app --workers "$*3"', "uvicorn a 23xinf app", id="joined-arguments"
        ),
        pytest.param("uvicorn a:app --workers $((2 * (1 + 2) - 1))", "uvicorn a 5xinf app", id="brackets"),
        pytest.param("uvicorn a:app --workers $((7 / 2 % 2))", "uvicorn a 1xinf app", id="division"),
        pytest.param(
            "uvicorn a:app --workers $((echo 2); true)", "uvicorn a ?xinf app", id="subshell-in-substitution"
        ),
        pytest.param("uvicorn a:app --workers $((1 / 0))", "uvicorn a ?xinf app", id="by-zero"),
        pytest.param("uvicorn a:app --workers $((1 +))", "uvicorn a ?xinf app", id="half-a-sum"),
        pytest.param("uvicorn a:app --workers $((N ? 1 : 2))", "uvicorn a ?xinf app", id="choice"),
        pytest.param("uvicorn a:app --workers $((2 * N))", "uvicorn a $Nxinf app", id="name"),
        pytest.param("N=3; uvicorn a:app --workers $((2 * N))", "uvicorn a 6xinf app", id="known-name"),
        pytest.param("uvicorn a:app --workers $(((2)))", "uvicorn a 2xinf app", id="nested-brackets"),
        pytest.param("uvicorn a:app --workers $((~1)", "skipped shell: ( is not closed", id="open-sum"),
        pytest.param("N=2; N+=4; uvicorn a:app --workers $N", "uvicorn a 24xinf app", id="append"),
        pytest.param("export N=$M; uvicorn a:app --workers $N", "uvicorn a $Mxinf app", id="export-variable"),
        pytest.param("export N=1$M; uvicorn a:app --workers $N", "uvicorn a ?xinf app", id="export-text"),
        pytest.param("export N; N=2; uvicorn a:app --workers $N", "uvicorn a 2xinf app", id="export-name"),
        pytest.param("local N=2 3x=4; uvicorn a:app --workers $N", "uvicorn a 2xinf app", id="local"),
        pytest.param("N=2; unset N; uvicorn a:app --workers $N", "uvicorn a $Nxinf app", id="unset"),
        pytest.param("export WEB_CONCURRENCY=3; uvicorn a:app", "uvicorn a 3xinf app", id="exported"),
        pytest.param("WEB_CONCURRENCY=3; uvicorn a:app", "uvicorn a 1xinf app", id="not-exported"),
        pytest.param("(export WEB_CONCURRENCY=3); uvicorn a:app", "uvicorn a 1xinf app", id="subshell"),
        pytest.param("cd; cd $X; cd src; python run.py", "python run 1x? app", id="cd"),
        pytest.param("uvicorn $'a:app'", "uvicorn a 1xinf app", id="c-quotes"),
        pytest.param('uvicorn $"a:app"', "uvicorn a 1xinf app", id="translated"),
        pytest.param('uvicorn "a:\\\napp" "\\"" \\a', "uvicorn a 1xinf app", id="escapes"),
        pytest.param('uvicorn a:app "`x`" `x`', "uvicorn a ?xinf app", id="backquotes"),
        pytest.param("uvicorn a:app > >(tee x) < <(y) 2>&1 | cat", "uvicorn a 1xinf app", id="process"),
        pytest.param("uvicorn a:app --log-config <(y)", "uvicorn a 1xinf app", id="process-as-a-word"),
        pytest.param("uvicorn a:app $", "uvicorn a 1xinf app", id="lone-dollar"),
        pytest.param(
            "uvicorn a:app $(echo ')' \")\" \\) '(')", "uvicorn a ?xinf app", id="brackets-in-quotes"
        ),
        pytest.param(
            "cat <<-'X' && uvicorn a:app\n\tuvicorn b:app\n\tX\n", "uvicorn a 1xinf app", id="heredoc"
        ),
        pytest.param("cat <<X\nuvicorn a:app", None, id="open-heredoc"),
        pytest.param(
            "for ((i = 0; i < 3; i++)); do :; done; uvicorn a:app", "uvicorn a 1xinf app", id="for-c"
        ),
        pytest.param("set -- a; for m; do uvicorn $m:app; done", "uvicorn a 1xinf app", id="for-arguments"),
        pytest.param("for m in\ndo uvicorn a:app; done", None, id="for-nothing"),
        pytest.param("function go { uvicorn a:app; }; go", "uvicorn a 1xinf app", id="function"),
        pytest.param(
            "function go() { return 1; uvicorn b:app; }; go; uvicorn a:app", "uvicorn a 1xinf app", id="r"
        ),
        pytest.param("go()\n(\nuvicorn a:app\n)\ngo", "uvicorn a 1xinf app", id="function-in-subshell"),
        pytest.param("case a in (b|c) x;; (a) uvicorn a:app;& *) :;; esac", "uvicorn a 1xinf app", id="case"),
        pytest.param("case $X in esac; uvicorn a:app", "uvicorn a 1xinf app", id="empty-case"),
        pytest.param("exit 0; uvicorn a:app", None, id="exit"),
        pytest.param("exec 2>&1; exec >log; uvicorn a:app", "uvicorn a 1xinf app", id="exec-redirects"),
        pytest.param("exec -a web uvicorn a:app", "uvicorn a 1xinf app", id="exec-name"),
        pytest.param("command -v uvicorn; command uvicorn a:app", "uvicorn a 1xinf app", id="command"),
        pytest.param("command", None, id="command-alone"),
        pytest.param("eval; eval $X; uvicorn a:app", "uvicorn a 1xinf app", id="eval-nothing"),
        pytest.param(". ./none.sh; source; uvicorn a:app", "uvicorn a 1xinf app", id="source-nothing"),
        pytest.param("true && uvicorn a:app", "uvicorn a 1xinf app", id="true"),
        pytest.param("true || uvicorn a:app", None, id="true-or"),
        pytest.param("[ $X ] || uvicorn a:app", "uvicorn a 0|1xinf app", id="test-or"),
        pytest.param("! grep x y && uvicorn a:app", "uvicorn a 0|1xinf app", id="not-test"),
        pytest.param("[ a ] && [ $X ] && uvicorn a:app", "uvicorn a 0|1xinf app", id="tests"),
        pytest.param(
            "if [ ]; then uvicorn b:app; else uvicorn a:app; fi", "uvicorn a 1xinf app", id="empty-test"
        ),
        pytest.param(
            "if [ a = b -a c ]; then x; else uvicorn a:app; fi", "uvicorn a 1xinf app", id="and-test"
        ),
        pytest.param("if [ a b c d ]; then exit 1; fi; uvicorn a:app", "uvicorn a 1xinf app", id="odd-test"),
        pytest.param(
            f"if [ {'a ' * 70} ]; then exit 1; fi; uvicorn a:app", "uvicorn a 1xinf app", id="long-test"
        ),
        pytest.param(f"{MANY}uvicorn a:app --workers=1$N", "uvicorn a ?xinf app", id="many-values"),
        pytest.param(
            "if [ $B ]; then M=a; else M=b; fi; uvicorn $M.main:app", "uvicorn - 1xinf app", id="two-modules"
        ),
        pytest.param(
            "if [ $B ]; then N=2; else N=3; fi; if [ $N -gt 1 ]; then uvicorn a:app; fi",
            "uvicorn a 1xinf app",
            id="both-values-decide",
        ),
        pytest.param(
            'if [ $B ]; then C="uvicorn a:app"; else C="gunicorn a:app -w 3"; fi; exec $C',
            "uvicorn or gunicorn a 1|3xinf|1 app",
            id="two-commands",
        ),
        pytest.param(
            "if [ $B ]; then export WEB_CONCURRENCY=3; fi; uvicorn a:app",
            "uvicorn a 3|$WEB_CONCURRENCYxinf app",
            id="maybe-set",
        ),
        pytest.param(
            "M=a; if [ $B ]; then N=2; else N=3; fi; uvicorn $M:app --workers $N",
            "uvicorn a 2|3xinf app",
            id="one-variable-differs",
        ),
        pytest.param(
            "if [ $B ]; then N=2; else N=; fi; uvicorn a:app --workers ${N:-5}",
            "uvicorn a 2|5xinf app",
            id="default-of-one-value",
        ),
        pytest.param("[[ $X =~ a ]] && uvicorn a:app", "uvicorn a 0|1xinf app", id="expression-and"),
        pytest.param("{ x; } && uvicorn a:app", "uvicorn a 1xinf app", id="group-and"),
        pytest.param("cd src/../tools; python run.py", "python run 1x? app", id="cd-up"),
        pytest.param('CMD="a:app --workers $N"; sh -c "uvicorn $CMD"', "uvicorn a $Nxinf app", id="again"),
        pytest.param(
            'sh -c "uvicorn a:app --workers ${N:-4}$(x)"', "uvicorn a ?xinf app", id="unknown-again"
        ),
        pytest.param('sh -c "$CMD"', None, id="unknown-text"),
        pytest.param('sh -c "${CMD:-uvicorn a:app}"', "uvicorn a 1xinf app", id="default-text"),
        pytest.param("sh -c", None, id="no-text"),
        pytest.param("bash -- missing.sh", None, id="missing-script"),
        pytest.param("bash -o pipefail -x", None, id="shell-alone"),
        pytest.param("env -i", None, id="env-alone"),
        pytest.param(
            "env WEB_CONCURRENCY=${N:-3} uvicorn a:app", "uvicorn a $N:3xinf app", id="env-variable"
        ),
        pytest.param("env WEB_CONCURRENCY=1$N uvicorn a:app", "uvicorn a ?xinf app", id="env-text"),
        pytest.param("chamber exec app", None, id="no-separator"),
        pytest.param("tini --", None, id="nothing-behind"),
        pytest.param("coverage run --source x run.py", "python run 1x? app", id="coverage"),
        pytest.param("uvicorn --reload-dir 'src' --uds=$S -- a:app", "uvicorn a 1xinf app", id="separator"),
        pytest.param("fastapi --version-of", "fastapi - 1x1 other", id="no-subcommand"),
        pytest.param("celery", None, id="celery-alone"),
        pytest.param("python -W ignore -m pytest", "pytest - 1x1 other", id="pytest"),
        pytest.param("uvicorn a:app ${O:---workers=3}", "uvicorn a $O:3xinf app", id="flag-by-default"),
        pytest.param("uvicorn a:app ${O:---workers 3}", "uvicorn a $O:3xinf app", id="flags-by-default"),
        pytest.param(
            "export ${O:-N=2}; uvicorn a:app --workers $N", "uvicorn a $O:2xinf app", id="export-word"
        ),
        pytest.param("flask", "flask - 1x1 other", id="flask-alone"),
        pytest.param("dramatiq 7", "dramatiq - ?x8 worker", id="no-module"),
        pytest.param("python src/shop/__main__.py", "python src.shop 1x? app", id="main-file"),
        pytest.param("uvicorn 'not a module':app", "uvicorn - 1xinf app", id="odd-module"),
        pytest.param("tini -s --", None, id="only-flags-of-a-wrapper"),
        pytest.param("tini -s", None, id="only-flags"),
        pytest.param("poetry --directory=x run", None, id="run-nothing"),
        pytest.param("honcho check", "skipped Procfile is not in the repository", id="honcho-without-file"),
        pytest.param("gunicorn a:app --preload -k gevent", "gunicorn a 1x1000 app", id="preload-alone"),
        pytest.param("while read x; do exit 0; done; uvicorn a:app", None, id="exit-in-a-loop"),
        pytest.param("a & b\nuvicorn a:app", "uvicorn a 1xinf app", id="newline"),
        pytest.param("[ $X -a a ] || true; uvicorn a:app", "uvicorn a 1xinf app", id="undecided-and"),
        pytest.param("false && true || uvicorn a:app", "uvicorn a 1xinf app", id="chain-of-tests"),
        pytest.param("for i in 1 2; do exit 0; done; uvicorn a:app", None, id="exit-in-a-counted-loop"),
        pytest.param("for f in (; do :; done", "skipped shell: do or { expected", id="broken-for"),
        pytest.param("case x in a) ;", "skipped shell: ;; or ;& or ;;& or esac expected", id="broken-case"),
        pytest.param("case | in a) ;; esac", "skipped shell: a word expected", id="no-subject"),
        pytest.param("[[ a == b", "skipped shell: [[ is not closed", id="open-test"),
        pytest.param(") uvicorn a:app", "skipped shell: unexpected ')'", id="closing-bracket"),
        pytest.param("uwsgi --json x.json --lazy-apps --master", "uwsgi - ?x? app", id="uwsgi-json"),
        pytest.param("uwsgi -w a:app --processes auto --harakiri 30", "uwsgi a ?x1 app", id="uwsgi-auto"),
    ],
)
def test_shell(line: str, expected: str | None, run: Run) -> None:
    assert run(line) == ([] if expected is None else [expected])
