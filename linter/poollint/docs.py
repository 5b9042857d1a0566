"""Documentation pages and examples, made from the rules."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from poollint.frozen import frozen
from poollint.rule import Rule
from poollint.source import SourceFile

_FENCE = re.compile(
    r'^(?P<fence>`{3,})[\w-]* title="(?P<path>[^"]+)"\n(?P<text>.*?)^(?P=fence)$', re.DOTALL | re.MULTILINE
)


@frozen
class Proof:
    """An experiment on real servers: what it was run against, and what it shows."""

    against: tuple[str, ...]
    shows: str


def proofs(record: str) -> Mapping[str, tuple[Proof, ...]]:
    """The experiments by code of the rule, from the JSON document that records them."""
    return {
        code: tuple(Proof(tuple(each["against"]), each["shows"]) for each in shown)
        for code, shown in json.loads(record).items()
    }


def page(rule: Rule, known: Mapping[str, Sequence[Proof]]) -> str:
    """The page of a rule, in Markdown."""
    parts = [f"# {rule.code} {rule.name}", facts(rule), rule.doc]
    proven = known.get(rule.code, ())
    if proven:
        parts.append(
            "## Proven on real servers\n\n" + "".join(f"- {_proof(each)}\n" for each in proven).rstrip()
        )
    if rule.sources:
        parts.append("## Sources\n\n" + "\n".join(f"- {_source(each)}" for each in rule.sources))
    return "\n\n".join(parts) + "\n"


def facts(rule: Rule) -> str:
    """`Severity: error. Since 0.1.0.`, and what else is to be known before reading on."""
    return " ".join(
        (
            f"Severity: {rule.severity}.",
            f"Since {rule.since}.",
            *([f"Fix: {rule.fixable}."] if rule.fixable else []),
            *(["Needs the Python file only."] if rule.scope == "file" else []),
            *(["Preview: runs with `--preview`."] if rule.preview else []),
            *(["Pedantic: runs with `--pedantic`."] if rule.pedantic else []),
        )
    )


def _proof(proof: Proof) -> str:
    return f"{proof.shows} ({', '.join(proof.against)})"


def _source(source: str) -> str:
    return f"<{source}>" if source.startswith("https://") else source


def catalogue(rules: Iterable[Rule]) -> str:
    """The table of all rules, in Markdown."""
    rows = "".join(
        f"| {rule.code} | [{rule.name}](docs/{rule.name}.md) | {rule.severity} | {_cell(rule.summary)} |\n"
        for rule in rules
    )
    return f"# Rules\n\n| Code | Rule | Severity | Finds |\n|---|---|---|---|\n{rows}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def example(rule: Rule, heading: str) -> tuple[SourceFile, ...]:
    """The files of the documentation up to the end of a heading; a later file replaces an earlier one.

    Files stand in fences with a title: `python title="app.py"` behind the backticks. There are none
    when the heading is missing or no file stands below it.
    """
    before, found, section = f"\n{rule.doc}".partition(f"\n## {heading}\n")
    section = section.partition("\n## ")[0]
    if not found or not _FENCE.search(section):
        return ()
    texts = {match["path"]: match["text"] for match in _FENCE.finditer(before + "\n" + section)}
    return tuple(SourceFile(path, text) for path, text in texts.items())
