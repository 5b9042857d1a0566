"""Comments that silence, the lines they speak about, and what is wrong with them."""

from collections.abc import Iterator
from datetime import date

import pytest

from poollint.comments import comments
from poollint.findings import Finding
from poollint.rule import Note, Problem, Rule, Severity
from poollint.source import SourceFile, Span
from poollint.suppress import Directive, Outcome, apply, directives

TODAY = date(2026, 11, 20)


def a_rule(code: str, name: str) -> Rule:
    return Rule(code, name, Severity.WARNING, "0.1.0", (), "Doc.", lambda _: iter(()))


PING = a_rule("POOL101", "missing-pre-ping")
RECYCLE = a_rule("POOL102", "recycle-above-idle-timeout")
BUDGET = a_rule("POOL501", "database-overcommitted")
RULES = (PING, RECYCLE, BUDGET)


def finding(rule: Rule, path: str, line: int, *notes: tuple[str, int], end_line: int = 0) -> Finding:
    problem = Problem(
        Span(path, line, 1, end_line or line, 2),
        "x",
        ("x",),
        notes=tuple(Note(Span(at, number, 1, number, 2), "n") for at, number in notes),
    )
    return Finding(rule, problem, Severity.WARNING, f"{rule.code}{path}{line}")


def applied(found: Iterator[Directive] | list[Directive], *findings: Finding, **options: object) -> Outcome:
    mandatory = ("POOL501",) if options.get("mandatory") else ()
    ran = (PING,) if options.get("ran") else RULES
    return apply(findings, found, rules=RULES, ran=ran, mandatory=mandatory, today=TODAY)


def of(text: str, path: str = "a.py") -> list[Directive]:
    return list(directives(SourceFile(path, text)))


# --- what a comment is, and the lines that it speaks about ---

PYTHON = '''\
x = f("""
# no
""")  # end of a call
# above

# first above
# second above
y = g(
    1,  # inside
    # alone inside
    2,
)
s = "# no"; t = 'it' 's # no' # behind
def f():
    # nested
    return {
        "a": 1}
if x: \\
    pass  # joined
r = rb"\\"# no" # raw
u = "unfinished # no
v = 1 # after
'''


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "a.py",
            PYTHON,
            {
                "end of a call": (1, 3),
                "above": (4, 4),
                "first above": (8, 12),
                "second above": (8, 12),
                "inside": (8, 12),
                "alone inside": (8, 12),
                "behind": (13, 13),
                "nested": (16, 17),
                "joined": (18, 19),
                "raw": (20, 20),
                "after": (22, 22),
            },
            id="Python",
        ),
        pytest.param("a.py", "x = (1, # open\n 2", {"open": (1, 2)}, id="Python with an open bracket"),
        pytest.param("a.py", ") # one\ny = 1 # two", {"one": (1, 1), "two": (2, 2)}, id="Python, closed"),
        pytest.param("a.py", 'x = """\n# no', {}, id="Python with an open string"),
        pytest.param("a.py", "x = 1\r\n# above\r\ny = 2\r\n", {"above": (3, 3)}, id="Windows line ends"),
        pytest.param(
            "a.yaml",
            "# top\na: \"x # no\" # quoted\nb: don't # plain\nc: |\n  # no\n  text # no\n\nd: # block\n"
            "  - e: >-\n      # no\n    f: 1\n    # item\n    g: 'x\n      # no\n      y' # end\n"
            '{{- if .x }} # template\nh: x#no\ni: "\\" # no"\n'
            "- |2-\n  # no\n- - j: |\n      # no\n    k: 1 # k\n",
            {
                "top": (2, 2),
                "quoted": (2, 2),
                "plain": (3, 3),
                "block": (8, 15),
                "item": (13, 15),
                "end": (13, 15),
                "template": (16, 16),
                "k": (23, 24),
            },
            id="YAML",
        ),
        pytest.param("<stdin>", "a: 1 # x", {"x": (1, 1)}, id="standard input is YAML"),
        pytest.param(
            "a.toml",
            "a = [ # one\n 1, # two\n]\nb = '# no' # three\n# four\n[t]\nc = \"\"\"\n# no\n\"\"\" # five",
            {"one": (1, 3), "two": (1, 3), "three": (4, 4), "four": (6, 6), "five": (7, 9)},
            id="TOML",
        ),
        pytest.param("a.toml", "a = 1 # x\n", {"x": (1, 1)}, id="TOML with a last line break"),
        pytest.param(
            "a.ini",
            "[x]\n; one\na = 1 # no\n  more\n# two\nb=2\n",
            {"one": (3, 4), "two": (6, 6)},
            id="INI",
        ),
        pytest.param(
            ".env.prod",
            "A=\"x # no\" # one\nB=a#no\n# two\nC='1' # three\n",
            {"one": (1, 1), "two": (4, 4), "three": (4, 4)},
            id="env file",
        ),
        pytest.param(
            "Dockerfile",
            "FROM x\n\n# one\nRUN a \\\n  # two\n  && b\nRUN <<E\n# no\n\nE\nCMD x # no\n# last\nRUN x \\",
            {"one": (4, 6), "two": (4, 6), "last": (13, 13)},
            id="Dockerfile",
        ),
        pytest.param("a.dockerfile", "# x\nFROM x", {"x": (2, 2)}, id="Dockerfile that ends well"),
        pytest.param("notes.txt", "# no", {}, id="other files"),
    ],
)  # fmt: skip
def test_comments(path: str, text: str, expected: dict[str, tuple[int, int]]) -> None:
    found = {comment.text.strip(): (comment.first, comment.last) for comment in comments(path, text)}

    assert found == expected


# --- the grammar ---


def test_a_directive() -> None:
    (one,) = of("# poollint: ignore[POOL501, missing-pre-ping; until=2026-12-31] OPS-123 burst tier\nx = 1\n")

    assert one.selectors == ("POOL501", "missing-pre-ping")
    assert (one.until, one.reason) == (date(2026, 12, 31), "OPS-123 burst tier")
    assert (one.first, one.last, one.fault) == (2, 2, "")
    assert (one.at.full, one.at.end_column) == ("a.py:1:1", 83)


def test_a_directive_for_the_file() -> None:
    (one,) = of("x = 1\n# poollint: ignore-file[POOL3] scripts are batch jobs\n")

    assert one.covers(Span("a.py", 1, 1, 1, 1))
    assert one.covers(Span("a.py", 9999, 1, 9999, 1))
    assert not one.covers(Span("b.py", 1, 1, 1, 1))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("# poollint: ignore", "names no rule: ignore[POOL101] the reason", id="no bracket"),
        pytest.param(
            "# poollint: ignore[] x", "names no rule: ignore[POOL101] the reason", id="empty bracket"
        ),
        pytest.param(
            "# poollint: disable[POOL1] x",
            "'disable' is no directive: there are ignore and ignore-file",
            id="another word",
        ),
        pytest.param(
            "# poollint: ignore[POOL1; until=soon] x", "'soon' is no date: until=2026-12-31", id="no date"
        ),
        pytest.param(
            "# poollint: ignore[POOL1; til=2026-01-01] x",
            "'til=2026-01-01' is no option: until=2026-12-31",
            id="no option",
        ),
    ],
)
def test_faults_are_problems_and_silence_nothing(text: str, fault: str) -> None:
    outcome = applied(of(f"{text}\nx = 1\n"), finding(PING, "a.py", 2))

    assert [(code, problem.message) for code, problem in outcome.problems] == [("POOL902", fault)]
    assert len(outcome.kept) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('x = "# poollint: ignore[POOL101] docs"', id="text in a string"),
        pytest.param("# see the poollint: ignore[POOL101] docs", id="in the middle of a comment"),
        pytest.param("x = 1  # noqa: POOL101", id="noqa"),
        pytest.param("# poollinter: ignore[POOL101] x", id="another tool"),
    ],
)
def test_what_is_no_directive(text: str) -> None:
    assert of(text) == []


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        pytest.param("a.json", '{"poollint/ignore": "POOL501 a reason"}', (1, 1), id="JSON"),
        pytest.param(
            "a.yaml", "a: 1\n---\nb:\n  poollint/ignore: 'POOL501 a reason'\n---\nc: 1\n", (2, 4), id="YAML"
        ),
    ],
)
def test_annotations_speak_about_their_document(path: str, text: str, lines: tuple[int, int]) -> None:
    (one,) = of(text, path)

    assert (one.first, one.last) == lines
    assert (one.selectors, one.reason) == (("POOL501",), "a reason")


def test_an_annotation_in_a_comment_is_none() -> None:
    assert of('# poollint/ignore: "POOL501 x"\n', "a.yaml") == []


# --- what it does ---


@pytest.mark.parametrize(
    ("selector", "rule", "silenced"),
    [
        pytest.param("POOL101", PING, True, id="code"),
        pytest.param("missing-pre-ping", PING, True, id="name"),
        pytest.param("POOL1", PING, True, id="beginning of a code"),
        pytest.param("POOL102", PING, False, id="another code"),
        pytest.param("missing", PING, False, id="beginning of a name"),
    ],
)
def test_selectors(selector: str, rule: Rule, silenced: bool) -> None:
    outcome = applied(of(f"x = 1  # poollint: ignore[{selector}] why"), finding(rule, "a.py", 1))

    assert bool(outcome.silenced) is silenced
    assert bool(outcome.kept) is not silenced


def test_the_reason_is_kept() -> None:
    outcome = applied(of("x = 1  # poollint: ignore[POOL101] why"), finding(PING, "a.py", 1))

    assert [each.suppressed for each in outcome.silenced] == ["why"]
    assert outcome.problems == ()


def test_any_place_of_a_finding_counts() -> None:
    text = "replicas: 1\nmax: 2 # poollint: ignore[POOL501] burst\n"
    outcome = applied(of(text, "b.yaml"), finding(BUDGET, "a.py", 7, ("b.yaml", 2)))

    assert len(outcome.silenced) == 1


def test_a_place_over_several_lines() -> None:
    text = "x = f(\n    1,\n)  # poollint: ignore[POOL101] why\n"

    assert applied(of(text), finding(PING, "a.py", 1)).silenced
    assert applied(of(text), finding(PING, "a.py", 2, end_line=9)).silenced
    assert not applied(of(text), finding(PING, "a.py", 4)).silenced


def test_mandatory_rules_are_not_silenced() -> None:
    outcome = applied(
        of("x = 1  # poollint: ignore[POOL501] why"), finding(BUDGET, "a.py", 1), mandatory=True
    )

    assert len(outcome.kept) == 1
    assert outcome.problems == ()


def problems(outcome: Outcome) -> list[tuple[str, str]]:
    return [(code, problem.message) for code, problem in outcome.problems]


def test_a_directive_without_a_reason_silences_and_is_a_problem() -> None:
    outcome = applied(of("x = 1  # poollint: ignore[POOL101]"), finding(PING, "a.py", 1))

    assert len(outcome.silenced) == 1
    assert problems(outcome) == [("POOL903", "a suppression needs a reason behind the bracket")]


def test_an_expired_directive_does_not_silence() -> None:
    outcome = applied(
        of("x = 1  # poollint: ignore[POOL101; until=2026-11-19] why"), finding(PING, "a.py", 1)
    )

    assert len(outcome.kept) == 1
    assert problems(outcome) == [("POOL904", "this suppression expired on 2026-11-19")]


def test_the_last_day_counts() -> None:
    outcome = applied(
        of("x = 1  # poollint: ignore[POOL101; until=2026-11-20] why"), finding(PING, "a.py", 1)
    )

    assert (len(outcome.silenced), outcome.problems) == (1, ())


def test_an_unused_selector_is_a_problem() -> None:
    outcome = applied(of("x = 1  # poollint: ignore[POOL101, POOL501] why"), finding(PING, "a.py", 1))

    assert problems(outcome) == [("POOL901", "nothing to silence here for POOL501")]


def test_a_rule_that_did_not_run_is_not_unused() -> None:
    text = "x = 1  # poollint: ignore[POOL501] why\ny = 1  # poollint: ignore[POOL1] why\n"

    assert problems(applied(of(text), ran=True)) == []


def test_an_unknown_rule_is_a_problem_and_not_unused_too() -> None:
    assert problems(applied(of("x = 1  # poollint: ignore[missing-preping] why"))) == [
        ("POOL902", "no rule is called missing-preping (did you mean missing-pre-ping?)")
    ]


def test_problems_are_in_order_and_told_apart() -> None:
    text = "x = 1  # poollint: ignore[POOL999, POOL998]\n# poollint: ignore[POOL101]\ny = 1\n"
    outcome = applied(of(text))

    assert [(code, problem.at.line) for code, problem in outcome.problems] == [
        ("POOL902", 1),
        ("POOL902", 1),
        ("POOL903", 1),
        ("POOL901", 2),
        ("POOL903", 2),
    ]
    assert len({(code, problem.subject) for code, problem in outcome.problems}) == 5


def test_findings_keep_their_order() -> None:
    found = [finding(PING, "a.py", line) for line in (3, 1, 2)]

    assert applied([], *found).kept == tuple(found)
