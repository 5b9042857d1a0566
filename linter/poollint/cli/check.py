"""`poollint check`."""

import os
import posixpath
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from poollint import __version__
from poollint.cli.caching import cache_folder, with_cache
from poollint.cli.others import read_facts, with_facts
from poollint.cli.output import colored, progress, warn, write, write_file
from poollint.cli.settings import (
    Settings,
    check_environment,
    check_selectors,
    configured,
    settings,
    words,
)
from poollint.cli.staged import only_changed
from poollint.config import Config
from poollint.frozen import frozen
from poollint.levels import Confidence, Severity
from poollint.project import Project, open_project, relative
from poollint.project.git import since, staged
from poollint.project.roots import from_here
from poollint.reporters import FORMATS, NOTHING_FOUND, Options, nothing, reporter
from poollint.sifting import Files, sifted

if TYPE_CHECKING:
    from poollint.findings import Report
    from poollint.rule import Rule

_SEVERITIES = [str(each) for each in Severity]
_FOR_PEOPLE = frozenset({"auto", "full", "concise"})


@frozen
class Request:
    """The options that are no settings: what to look at, and how to show it."""

    paths: tuple[str, ...]
    output_format: str
    outputs: tuple[str, ...]
    in_index: bool
    diff_base: str | None
    scope: str
    allow_empty: bool
    show_suppressed: bool
    statistics: bool
    show_files: bool
    color: str
    quiet: bool
    stdin_filename: str | None
    fix: bool
    unsafe_fixes: bool
    show_diff: bool
    facts: tuple[str, ...] = ()
    cache: str | None = None


@click.command("check")
@configured
@click.option("--select", multiple=True, callback=words, metavar="RULES", help="Run these rules.")
@click.option("--ignore", multiple=True, callback=words, metavar="RULES", help="Do not run these rules.")
@click.option(
    "--extend-select", multiple=True, callback=words, metavar="RULES", help="Run these rules besides."
)
@click.option(
    "--fail-on",
    type=click.Choice([*_SEVERITIES, "never"]),
    help="The least severity that makes the exit code 1 (default: warning).",
)
@click.option("--min-severity", type=click.Choice(_SEVERITIES), help="Hide what is less severe.")
@click.option(
    "--min-confidence",
    type=click.Choice([str(each) for each in Confidence]),
    help="Hide what is less certain (default: medium).",
)
@click.option("--pedantic", is_flag=True, default=None, help="Run the pedantic rules too.")
@click.option("--preview", is_flag=True, default=None, help="Run rules that are not settled yet too.")
@click.option(
    "--output-format", type=click.Choice(["auto", *FORMATS]), default="full", help="How to print the report."
)
@click.option(
    "--output", "outputs", multiple=True, metavar="FORMAT=FILE", help="Write the report to a file besides."
)
@click.option(
    "--staged", "in_index", is_flag=True, help="Look at tracked files; report what the index touches."
)
@click.option("--diff-base", metavar="REF", help="Report what differs from where this branch left REF.")
@click.option(
    "--scope",
    type=click.Choice(["file", "all"]),
    default="all",
    help="file: only rules that need no more than the Python file.",
)
@click.option("--allow-empty", is_flag=True, help="Exit with 0, not 3, when there is nothing to check.")
@click.option("--show-suppressed", is_flag=True, help="Show silenced findings too.")
@click.option("--baseline", metavar="FILE", help="Set the findings of this file aside.")
@click.option("--no-baseline", is_flag=True, help="Report the findings of the baseline too.")
@click.option("--fix", "fix", is_flag=True, help="Mend what can be mended safely, then check again.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what may change behaviour.")
@click.option(
    "--diff", "show_diff", is_flag=True, help="Print what --fix would change; exit code 1 if anything."
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule below the report.")
@click.option("--show-files", is_flag=True, help="List the files that are looked at, and stop.")
@with_facts
@with_cache
@click.option("--stdin-filename", metavar="PATH", help='What to call the file that comes as "-".')
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Use colours.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
@click.option("-v", "--verbose", is_flag=True, help="Show where an error comes from.")
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    paths: tuple[str, ...],
    env: str | None,
    config_file: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    fail_on: str | None,
    min_severity: str | None,
    min_confidence: str | None,
    output_format: str,
    outputs: tuple[str, ...],
    diff_base: str | None,
    scope: str,
    facts: tuple[str, ...],
    stdin_filename: str | None,
    color: str,
    baseline: str | None,
    cache_dir: str | None,
    *,
    no_cache: bool,
    no_baseline: bool,
    fix: bool,
    unsafe_fixes: bool,
    show_diff: bool,
    isolated: bool,
    pedantic: bool | None,
    preview: bool | None,
    in_index: bool,
    allow_empty: bool,
    show_suppressed: bool,
    statistics: bool,
    show_files: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check that connection pools fit their databases.

    PATH mixes folders and files; "-" is a YAML stream on standard input. Without one it is the
    working directory.
    """
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose exclude each other")
    request = Request(
        paths=paths or (".",),
        output_format=output_format,
        outputs=outputs,
        in_index=in_index,
        diff_base=diff_base,
        scope=scope,
        allow_empty=allow_empty,
        show_suppressed=show_suppressed,
        statistics=statistics,
        show_files=show_files,
        color=color,
        quiet=quiet,
        stdin_filename=stdin_filename,
        fix=fix,
        unsafe_fixes=unsafe_fixes,
        show_diff=show_diff,
        facts=facts,
        cache=cache_folder(cache_dir, os.environ, no_cache=no_cache),
    )
    _refuse_contradictions(request)
    given: dict[str, object] = {
        "env": env,
        "select": select or None,
        "ignore": ignore or None,
        "extend_select": extend_select or None,
        "min_severity": None if min_severity is None else Severity[min_severity.upper()],
        "min_confidence": None if min_confidence is None else Confidence[min_confidence.upper()],
        "pedantic": pedantic,
        "preview": preview,
    }
    given = {key: value for key, value in given.items() if value is not None}
    if fail_on is not None:
        given["fail_on"] = None if fail_on == "never" else Severity[fail_on.upper()]
    if baseline and no_baseline:
        raise click.UsageError("--baseline and --no-baseline exclude each other")
    chosen = settings(request.paths, config_file, given, isolated=isolated)
    if baseline:
        path = posixpath.relpath(
            relative(chosen.root, baseline), posixpath.dirname(chosen.config.path) or "."
        )
        chosen = replace(chosen, config=replace(chosen.config, baseline=path))
    elif no_baseline:
        chosen = replace(chosen, config=replace(chosen.config, baseline=None))
    context.exit(_check(request, chosen))


def _refuse_contradictions(request: Request) -> None:
    """What would be ignored without a word is refused."""
    format_name = request.output_format
    for wrong, why in (
        (request.in_index and request.diff_base, "--staged and --diff-base exclude each other"),
        (request.in_index and "-" in request.paths, '--staged looks at the index, "-" is not in it'),
        (
            request.stdin_filename and "-" not in request.paths,
            '--stdin-filename names the file that comes as "-", which is not among the paths',
        ),
        (request.fix and request.show_diff, "--fix and --diff exclude each other"),
        (
            request.unsafe_fixes and not (request.fix or request.show_diff),
            "--unsafe-fixes needs --fix or --diff",
        ),
        ((request.fix or request.show_diff) and "-" in request.paths, 'what comes as "-" cannot be fixed'),
        (request.show_diff and request.outputs, "--diff prints changes and no report"),
        (request.facts and request.scope == "file", "--with counts over files, --scope file does not"),
        (request.quiet and request.statistics, "--quiet and --statistics exclude each other"),
        (
            request.color == "always" and format_name not in _FOR_PEOPLE - {"concise"},
            f"--output-format {format_name} has no colours",
        ),
        (
            request.statistics and format_name not in _FOR_PEOPLE,
            f"--statistics has no place in --output-format {format_name}",
        ),
        (
            request.show_files and (request.outputs or format_name != "full"),
            "--show-files prints paths and no report",
        ),
    ):
        if wrong:
            raise click.UsageError(why)
    for each in request.outputs:
        name, sign, file = each.partition("=")
        if not sign or not file or name not in FORMATS:
            raise click.UsageError(f"--output wants FORMAT=FILE with one of {', '.join(FORMATS)}, not {each}")


def _check(request: Request, chosen: Settings) -> int:
    if chosen.config != Config():  # the defaults name no rule
        check_selectors(chosen.config, _rules("all"))
    project = _project(request, chosen)
    if request.show_files:
        show = from_here(chosen.root)
        write("".join(f"{show(path)}\n" for path in project.paths))
        return 0
    files = sifted(project)
    if _is_bare(project, files, request, chosen):
        return _bare(project, request)
    report = _report(project, files, request, chosen)
    others = 0
    if report.findings and (request.in_index or request.diff_base):
        changes = since(chosen.root, request.diff_base) if request.diff_base else staged(chosen.root)
        report, others = only_changed(report, changes)
    if request.fix or request.show_diff:
        from poollint.cli.fixes import diff, fixed, write_back  # noqa: PLC0415 - late: seldom needed

        edits = fixed(report, unsafe=request.unsafe_fixes)
        if request.show_diff:
            changes_shown = diff(edits)
            write(changes_shown)
            return int(bool(changes_shown))
        if count := write_back(chosen.root, edits):
            warn(f"fixed {count} {'finding' if count == 1 else 'findings'}")
            return _check(replace(request, fix=False), chosen)
    empty = report.is_empty and not report.findings and not request.allow_empty
    _print(report, request, chosen, others, silent=empty)
    if empty:
        return _nothing(request)
    threshold = chosen.config.fail_on
    return int(threshold is not None and any(each.severity >= threshold for each in report.findings))


def _rules(scope: str) -> "list[Rule]":
    from poollint_rules import RULES  # noqa: PLC0415 - late: --help needs no rule

    return [rule for rule in RULES if scope == "all" or rule.scope == "file"]


def _is_bare(project: Project, files: Files, request: Request, chosen: Settings) -> bool:
    """Whether it is plain that there is nothing to check: then neither readers nor rules are imported."""
    asked = (
        request.outputs
        or request.show_diff
        or request.facts
        or request.output_format not in {"full", "concise"}
    )
    return not (files or project.skipped or asked) and chosen.config == Config()


def _bare(project: Project, request: Request) -> int:
    """What the reporters would say, without them: a hook runs on every commit."""
    if not request.allow_empty:
        return _nothing(request)
    if not request.quiet:
        write(f"{nothing(len(project.paths)) if request.output_format == 'full' else NOTHING_FOUND}\n")
    return 0


def _nothing(request: Request) -> int:
    places = ", ".join(request.paths)
    warn(f"nothing to check: no engine and no manifest under {places} (--allow-empty accepts that)")
    return 3


def _project(request: Request, chosen: Settings) -> Project:
    stdin = None
    if "-" in request.paths:
        name = request.stdin_filename or ""
        stdin = (name, sys.stdin.buffer.read())
    return open_project(
        chosen.root,
        request.paths,
        exclude=chosen.config.exclude,
        tracked_only=request.in_index,
        stdin=stdin,
        cache=request.cache,
    )


def _report(project: Project, files: Files, request: Request, chosen: Settings) -> "Report":
    from poollint.run import lint  # noqa: PLC0415 - late: it brings the readers

    rules, others, today = _rules(request.scope), read_facts(request.facts), datetime.now(tz=UTC).date()
    with progress(f"checking {len(project.paths)} files ..."):
        report = lint(project, rules, chosen.config, today=today, files=files, others=others)
    project.remember()
    check_environment(chosen.config, [topology.environment for topology in report.topologies])
    return report


def _print(report: "Report", request: Request, chosen: Settings, others: int, *, silent: bool) -> None:
    show = from_here(chosen.root)
    options = Options(
        show=show,
        suppressed=request.show_suppressed,
        statistics=request.statistics,
        quiet=request.quiet,
        untouched=others,
        version=__version__,
    )
    colors = colored(request.color, os.environ, terminal=sys.stdout.isatty())
    printed = "full" if request.output_format == "auto" else request.output_format
    outputs = [tuple(each.split("=", 1)) for each in request.outputs]
    text = reporter(printed)(report, replace(options, colors=colors and printed == "full"))
    if request.output_format == "auto":
        text += _for_github(report, options, os.environ)
    for name, file in outputs:
        write_file(file, reporter(name)(report, options))
    if not (silent and printed in _FOR_PEOPLE):  # standard error says it
        write(text)


def _for_github(report: "Report", options: Options, environment: Mapping[str, str]) -> str:
    """Annotations where GitHub Actions reads them, and the summary of the job, which is a file."""
    summary = environment.get("GITHUB_STEP_SUMMARY")
    if summary:
        write_file(summary, reporter("markdown")(report, options), mode="a")
    return reporter("github")(report, options) if environment.get("GITHUB_ACTIONS") else ""
