"""What every rule must keep: its examples, its page, its place in the list."""

import re
from datetime import date
from pathlib import Path

import pytest

import poollint_rules
from poollint.config import Config
from poollint.config.loading import load
from poollint.docs import catalogue, example, page, proofs
from poollint.findings import Finding
from poollint.project import Project
from poollint.rule import Rule
from poollint.run import lint
from poollint_rules import RULES

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "rules" / "docs"
CATALOGUE = ROOT / "rules" / "README.md"
PROOFS = proofs((ROOT / "rules" / "poollint_rules" / "proofs.json").read_text(encoding="utf-8"))
HEADINGS = ["Bad", "Good", "How it is decided", "When to ignore it"]
TODAY = date(2026, 11, 20)
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
WITHOUT_SOURCE = "POOL9"


def found(rule: Rule, heading: str) -> tuple[Finding, ...]:
    files = {file.path: file.text for file in example(rule, heading)}
    assert files, f"no files below ## {heading}"
    project = Project.of(files)
    written = project.lookup("poollint.toml")
    return lint(project, RULES, Config() if written is None else load(written), today=TODAY).findings


@EACH_RULE
def test_bad_is_found_by_this_rule_alone(rule: Rule) -> None:
    assert {each.rule.code for each in found(rule, "Bad")} == {rule.code}


@EACH_RULE
def test_good_is_clean(rule: Rule) -> None:
    assert [(each.rule.code, each.problem.message) for each in found(rule, "Good")] == []


@EACH_RULE
def test_page_is_current(rule: Rule, update: bool) -> None:
    path, wanted = PAGES / f"{rule.name}.md", page(rule, PROOFS)
    if update:
        PAGES.mkdir(exist_ok=True)
        path.write_text(wanted, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == wanted, "run pytest --update"


def test_catalogue_is_current(update: bool) -> None:
    if update:
        CATALOGUE.write_text(catalogue(RULES), encoding="utf-8")
    assert CATALOGUE.read_text(encoding="utf-8") == catalogue(RULES), "run pytest --update"


def test_no_page_without_rule() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == {rule.name for rule in RULES}


@EACH_RULE
def test_headings(rule: Rule) -> None:
    assert re.findall(r"^## (.*)$", rule.doc, re.MULTILINE) == HEADINGS


@EACH_RULE
def test_first_line_is_a_sentence(rule: Rule) -> None:
    assert rule.summary.endswith((".", "`."))
    assert len(rule.summary) <= 120
    assert rule.doc.splitlines()[1] == ""


@EACH_RULE
def test_sources(rule: Rule) -> None:
    assert rule.sources or rule.code.startswith(WITHOUT_SOURCE)
    assert all(each.startswith(("https://", "experiment: ")) for each in rule.sources)


@EACH_RULE
def test_examples_say_nothing_of_a_password_but_where_it_is_the_fault(rule: Rule) -> None:
    texts = [file.text for file in example(rule, "Good")]
    assert not any(re.search(r"://[^/@\s:]+:[^/@\s]+@", text) for text in texts)


def test_codes_are_unique_and_ordered() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"POOL\d{3}", code) for code in codes)


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_rule_file_is_registered() -> None:
    folder = Path(str(poollint_rules.__file__)).parent
    written = {
        path.stem.replace("_", "-")
        for path in folder.glob("*/*.py")
        if "\n@rule(" in path.read_text(encoding="utf-8")
    }
    assert written == {rule.name for rule in RULES}


def test_every_proof_belongs_to_a_known_code() -> None:
    assert all(re.fullmatch(r"POOL\d{3}", code) for code in PROOFS)
