"""What a run found: findings, and the report that holds them with everything that was passed over."""

from collections.abc import Mapping

from poollint.frozen import frozen
from poollint.rule import Problem, Rule, Severity
from poollint.source import Skipped, SourceFile
from poollint.topology import Topology


@frozen
class Finding:
    """A problem with the rule that found it and the severity that the configuration gives it.

    `environments` are the deployment environments in which it was found, empty when there is only one.
    `suppressed` is the reason of the comment that silences it, `baselined` whether the baseline knows it.
    """

    rule: Rule
    problem: Problem
    severity: Severity
    fingerprint: str
    environments: tuple[str, ...] = ()
    suppressed: str | None = None
    baselined: bool = False

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Findings sort by place, then code, then message."""
        at = self.problem.at
        return (at.path, at.line, at.column, self.rule.code, self.problem.message)


@frozen
class Report:
    """The outcome of a run.

    `findings` are those to show, in order; `suppressed`, `baselined` and `hidden` are counted but not
    shown by default. `files` are the decoded files that findings point into, by path. `listed` is how
    many files the project has. `topologies` holds one entry an environment, at least one.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    baselined: tuple[Finding, ...]
    hidden: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    topologies: tuple[Topology, ...]
    files: Mapping[str, SourceFile]
    listed: int

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to check: no engine and no manifest."""
        return not any(
            each.engines or each.workloads or each.poolers or each.databases for each in self.topologies
        )
