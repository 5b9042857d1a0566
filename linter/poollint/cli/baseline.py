"""`poollint baseline`."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from posixpath import dirname, join

import click

from poollint.cli.output import progress, warn, write
from poollint.cli.settings import Settings, configured, settings
from poollint.project import open_project, relative

DEFAULT = ".poollint-baseline.json"


@click.command("baseline")
@click.argument("action", type=click.Choice(["create", "update", "prune", "show"]))
@configured
@click.option(
    "--baseline", "file", metavar="FILE", help=f"The file (default: the configured one, or {DEFAULT})."
)
@click.option("-v", "--verbose", is_flag=True, help="Show where an error comes from.")
def command(
    action: str,
    paths: tuple[str, ...],
    env: str | None,
    config_file: str | None,
    file: str | None,
    *,
    isolated: bool,
    verbose: bool,  # noqa: ARG001 - main reads it
) -> None:
    """Keep a list of known findings.

    create writes what is found now; update writes it over an old list; prune drops what is mended;
    show prints the list.
    """
    given = {} if env is None else {"env": env}
    chosen = settings(paths or (".",), config_file, given, isolated=isolated)
    folder = dirname(chosen.config.path)
    path = relative(chosen.root, file) if file else join(folder, chosen.config.baseline or DEFAULT)
    target = Path(chosen.root, path)
    if action == "create" and target.exists():
        raise click.UsageError(f"{path} exists already: poollint baseline update")
    if action != "create" and not target.exists():
        raise click.UsageError(f"there is no {path}: poollint baseline create")
    if action == "show":
        _show(chosen, path)
    else:
        _write(chosen, paths or (".",), path, target, prune=action == "prune")


def _show(chosen: Settings, path: str) -> None:
    from poollint.baseline import load  # noqa: PLC0415 - late: --help needs none of it

    file = open_project(chosen.root, (chosen.root,)).lookup(path)
    entries = () if file is None else load(file)
    write("".join(f"{each.rule} {each.path}: {each.message}\n" for each in entries) or "The list is empty.\n")


def _write(chosen: Settings, paths: tuple[str, ...], path: str, target: Path, *, prune: bool) -> None:
    from poollint.baseline import apply, dump, entry_of, load  # noqa: PLC0415 - late: it brings the rules
    from poollint.run import lint  # noqa: PLC0415
    from poollint_rules import RULES  # noqa: PLC0415

    project = open_project(chosen.root, paths, exclude=chosen.config.exclude)
    with progress(f"checking {len(project.paths)} files ..."):
        config = replace(chosen.config, baseline=None)
        report = lint(project, RULES, config, today=datetime.now(tz=UTC).date())
    entries = tuple(entry_of(each) for each in report.findings)
    if prune:
        file = project.lookup(path)
        old = () if file is None else load(file)
        stale = {each.fingerprint for each in apply(report.findings, old).stale}
        entries = tuple(each for each in old if each.fingerprint not in stale)
    target.write_text(dump(entries), "utf-8")
    warn(f"{path}: {len(entries)} {'finding' if len(entries) == 1 else 'findings'}")
