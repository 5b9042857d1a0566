"""The whole pipeline on one page: files -> facts -> topologies -> problems -> findings -> report."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from poollint import suppress
from poollint.config import Config
from poollint.facts import Fact
from poollint.findings import Finding, Report
from poollint.linking import link
from poollint.linking.declaring import declared
from poollint.manifests import read_manifests
from poollint.project import Project
from poollint.python import read_python
from poollint.rule import Problem, Rule
from poollint.selection import ignored_at, names, selected, severity_of
from poollint.sifting import Files, sifted
from poollint.source import Skipped
from poollint.topology import Topology

if TYPE_CHECKING:
    from poollint.exchange import Document


def understand(project: Project, config: Config, others: "Sequence[Document]" = ()) -> tuple[Topology, ...]:
    """What the files say, linked: one topology an environment, at least one. Judges nothing.

    `others` are the facts of other repositories that share servers with this one.
    """
    return _understood(sifted(project), project, config, others)


def _understood(
    files: Files, project: Project, config: Config, others: "Sequence[Document]"
) -> tuple[Topology, ...]:
    code = read_python(files.python, project)
    read = read_manifests(files.manifests, project.lookup, code.constants, code.calls)
    facts: list[Fact] = [each for each in read if not isinstance(each, Skipped)]
    topologies = link(facts, code, declared(config))
    if others:
        from poollint.exchange import joined  # noqa: PLC0415 - late: only for --with

        topologies = joined(topologies, others)
    skipped = (
        *project.skipped,
        *code.skipped,
        *(each for each in read if isinstance(each, Skipped)),
    )
    ordered = tuple(sorted(dict.fromkeys(skipped), key=lambda each: (each.at, each.why)))
    return tuple(replace(topology, skipped=ordered, lifetimes=code.lifetimes) for topology in topologies)


def lint(
    project: Project,
    rules: Sequence[Rule],
    config: Config,
    *,
    today: date,
    files: Files | None = None,
    others: "Sequence[Document]" = (),
) -> Report:
    """Judge a project by the rules that the configuration selects.

    `today` decides what has expired; `files` are what was sifted from the project already; `others` are
    the facts of other repositories, of which only what they share with this one is judged.
    """
    if files is None:
        files = sifted(project)
    topologies = _understood(files, project, config, others)
    chosen = selected(rules, config)
    outcome = suppress.apply(
        tuple(merged(_judged(topologies, chosen, config, others))),
        [directive for file in files.commented for directive in suppress.directives(file)],
        rules=rules,
        ran=chosen,
        mandatory=config.mandatory,
        today=today,
    )
    fresh, known, stale = _baselined(outcome.kept, project, chosen, config)
    about = {rule.code: rule for rule in chosen}
    of_the_tool = (
        _finding(about[code], problem, "", config)
        for code, problem in (*outcome.problems, *stale)
        if code in about and not ignored_at(about[code], problem.at.path, config)
    )
    findings = sorted((*fresh, *of_the_tool), key=lambda each: each.order)
    shown = [each for each in findings if _is_shown(each, config)]
    return Report(
        findings=tuple(shown),
        suppressed=outcome.silenced,
        baselined=tuple(replace(each, baselined=True) for each in known),
        hidden=tuple(each for each in findings if each not in shown),
        skipped=topologies[0].skipped,
        topologies=topologies,
        files={
            path: file
            for path in sorted({path for each in (*findings, *outcome.silenced) for path in _paths(each)})
            if (file := project.lookup(path)) is not None
        },
        listed=len(project.paths),
    )


def _baselined(
    findings: tuple[Finding, ...], project: Project, chosen: Sequence[Rule], config: Config
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], Sequence[tuple[str, Problem]]]:
    """The findings that the configured baseline does not know, those that it knows, and what is stale in it.

    Mandatory rules it cannot silence. Raises BaselineError for a file that is missing or not a baseline.
    """
    if config.baseline is None:
        return findings, (), ()
    from poollint import baseline  # noqa: PLC0415 - late: few projects have one

    path = normpath(join(dirname(config.path), config.baseline))
    file = project.lookup(path)
    if file is None:
        raise baseline.BaselineError(f"{path}: there is no such baseline: poollint baseline create")
    ran = {rule.code for rule in chosen}
    entries = [entry for entry in baseline.load(file) if entry.rule in ran]
    mandatory = tuple(each for each in findings if any(names(one, each.rule) for one in config.mandatory))
    outcome = baseline.apply([each for each in findings if each not in mandatory], entries)
    stale = [(baseline.STALE, baseline.stale_problem(each)) for each in outcome.stale]
    return (*outcome.fresh, *mandatory), outcome.known, stale


def _judged(
    topologies: Iterable[Topology], rules: Iterable[Rule], config: Config, others: "Sequence[Document]"
) -> Iterator[Finding]:
    for topology in topologies:
        for rule in rules:
            for found in rule.check(topology):
                problem = _told(found, others) if others else found
                if problem is not None and not ignored_at(rule, problem.at.path, config):
                    yield _finding(rule, problem, topology.environment, config)


def _told(problem: Problem, others: "Sequence[Document]") -> Problem | None:
    from poollint.exchange import told_here  # noqa: PLC0415 - late: only for --with

    return told_here(problem, others)


def _finding(rule: Rule, problem: Problem, environment: str, config: Config) -> Finding:
    return Finding(
        rule=rule,
        problem=problem,
        severity=severity_of(rule, problem.severity, config),
        fingerprint=fingerprint(rule, problem),
        environments=(environment,) if environment else (),
    )


def fingerprint(rule: Rule, problem: Problem) -> str:
    """The identity of a finding: rule and logical names, never lines. 32 hexadecimal digits."""
    from hashlib import sha256  # noqa: PLC0415 - late: it brings OpenSSL

    return sha256(_bytes(rule.code, *problem.subject)).hexdigest()[:32]


def _bytes(*names: str) -> bytes:
    return "\0".join(names).encode("utf-8", "surrogateescape")  # a path need not be text


def merged(findings: Iterable[Finding]) -> Iterator[Finding]:
    """One finding a fingerprint, the gravest, with the names of all environments that show it."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.fingerprint, []).append(finding)
    for group in groups.values():
        gravest = max(group, key=lambda each: (each.severity, each.problem.confidence))
        environments = dict.fromkeys(name for each in group for name in each.environments)
        yield replace(gravest, environments=tuple(environments))


def _is_shown(finding: Finding, config: Config) -> bool:
    return finding.severity >= config.min_severity and finding.problem.confidence >= config.min_confidence


def _paths(finding: Finding) -> Iterator[str]:
    yield finding.problem.at.path
    yield from (note.at.path for note in finding.problem.notes)
