"""Which rules run: selectors are codes, beginnings of codes, and names."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from poollint.config import Config
from poollint.globs import decision, globs
from poollint.levels import Severity

if TYPE_CHECKING:
    from poollint.rule import Rule


def names(selector: str, rule: "Rule") -> bool:
    """Whether a selector means a rule."""
    return rule.name == selector or (selector[:4] == "POOL" and rule.code.startswith(selector))


def unknown(selectors: Iterable[str], rules: "Sequence[Rule]") -> list[str]:
    """The selectors that mean no rule, each with the likely intention."""
    return [
        selector + suggestion(selector, rules)
        for selector in dict.fromkeys(selectors)
        if not any(names(selector, rule) for rule in rules)
    ]


def suggestion(selector: str, rules: "Sequence[Rule]") -> str:
    """` (did you mean ...?)` for a likely misspelling, else nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - late: only for a mistake

    known = [known for rule in rules for known in (rule.name, rule.code)]
    near = get_close_matches(selector.upper() if selector[:1].isupper() else selector, known, n=1)
    near = near or get_close_matches(selector.upper(), known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def selected(rules: "Iterable[Rule]", config: Config) -> "tuple[Rule, ...]":
    """The rules that a configuration asks for.

    A longer selector is more definite: `select = ["POOL"], ignore = ["POOL3"],
    extend-select = ["POOL301"]` runs POOL301. Of equally long ones `ignore` wins. Pedantic and
    preview rules run when their switch is on, or when they are selected by full code or name.
    """
    return tuple(rule for rule in rules if _runs(rule, config))


def _runs(rule: "Rule", config: Config) -> bool:
    chosen = [each for each in (*config.select, *config.extend_select) if names(each, rule)]
    asked_for = rule.code in chosen or rule.name in chosen
    if (rule.pedantic and not (config.pedantic or asked_for)) or (
        rule.preview and not (config.preview or asked_for)
    ):
        return False
    wanted = max((_definite(each, rule) for each in chosen), default=0)
    unwanted = max((_definite(each, rule) for each in config.ignore if names(each, rule)), default=0)
    return wanted > unwanted


def _definite(selector: str, rule: "Rule") -> int:
    return len(rule.code) if selector == rule.name else len(selector)


def severity_of(rule: "Rule", found: Severity | None, config: Config) -> Severity:
    """The configuration's severity for a rule, else that of the problem, else the rule's own."""
    for selector, severity in config.severity.items():
        if names(selector, rule):
            return severity
    return rule.severity if found is None else found


def ignored_at(rule: "Rule", path: str, config: Config) -> bool:
    """Whether `per-file-ignores` names a rule for a path."""
    return any(
        any(names(each, rule) for each in selectors) and decision(globs([pattern]), path) is True
        for pattern, selectors in config.per_file_ignores.items()
    )
