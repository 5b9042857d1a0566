"""Pages and examples made from rules."""

from dataclasses import replace

import pytest

from poollint.docs import Proof, catalogue, example, facts, page, proofs
from poollint.rule import Rule, Severity

DOC = """\
The pool has | no limit.

What happens then.

## Bad

```python title="db.py"
engine = 1
```

````yaml title="a/b.yaml"
text: |
  ```python title="no.py"
  ```
````

```sh
not a file
```

## Good

Only what changes:

```python title="db.py"
engine = 2
```

## How it is decided

```python title="never.py"
engine = 3
```"""
RULE = Rule(
    "POOL201",
    "unbounded-pool",
    Severity.ERROR,
    "0.1.0",
    ("https://example.org/x", "an experiment"),
    DOC,
    lambda _: iter(()),
)
YAML = 'text: |\n  ```python title="no.py"\n  ```\n'


def test_page() -> None:
    known = {"POOL201": [Proof(("PostgreSQL 15", "SQLAlchemy 2.1"), "no limit at all")]}

    assert page(RULE, known) == (
        "# POOL201 unbounded-pool\n\n"
        "Severity: error. Since 0.1.0.\n\n"
        f"{DOC}\n\n"
        "## Proven on real servers\n\n"
        "- no limit at all (PostgreSQL 15, SQLAlchemy 2.1)\n\n"
        "## Sources\n\n"
        "- <https://example.org/x>\n"
        "- an experiment\n"
    )


def test_page_without_proofs_and_sources() -> None:
    assert page(replace(RULE, sources=()), {}).endswith(f"{DOC}\n")


def test_facts() -> None:
    rule = replace(RULE, fixable="safe", scope="file", preview=True, pedantic=True)

    assert facts(rule) == (
        "Severity: error. Since 0.1.0. Fix: safe. Needs the Python file only."
        " Preview: runs with `--preview`. Pedantic: runs with `--pedantic`."
    )


def test_catalogue() -> None:
    assert catalogue([RULE]) == (
        "# Rules\n\n"
        "| Code | Rule | Severity | Finds |\n"
        "|---|---|---|---|\n"
        "| POOL201 | [unbounded-pool](docs/unbounded-pool.md) | error | The pool has \\| no limit. |\n"
    )


@pytest.mark.parametrize(
    ("heading", "files"),
    [
        pytest.param("Bad", {"db.py": "engine = 1\n", "a/b.yaml": YAML}, id="first"),
        pytest.param("Good", {"db.py": "engine = 2\n", "a/b.yaml": YAML}, id="only what changes"),
        pytest.param("When to ignore it", {}, id="no such heading"),
    ],
)
def test_example(heading: str, files: dict[str, str]) -> None:
    assert {file.path: file.text for file in example(RULE, heading)} == files


def test_a_heading_without_files_has_no_example() -> None:
    assert example(replace(RULE, doc=DOC.replace("```python title=", "```python name=")), "Good") == ()


def test_a_heading_may_begin_the_text() -> None:
    rule = replace(RULE, doc='## Bad\n\n```ini title="a.ini"\nx\n```')

    assert [file.path for file in example(rule, "Bad")] == ["a.ini"]


def test_proofs() -> None:
    record = '{"POOL201": [{"against": ["PostgreSQL 15"], "shows": "it"}]}'

    assert proofs(record) == {"POOL201": (Proof(("PostgreSQL 15",), "it"),)}
