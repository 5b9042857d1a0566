"""`poollint budget`."""

import os

import click

from poollint.cli.caching import cache_folder, with_cache
from poollint.cli.others import read_facts, with_facts
from poollint.cli.output import progress, write
from poollint.cli.settings import check_environment, configured, settings
from poollint.project import open_project
from poollint.reporters.budgets import FORMATS, render


@click.command("budget")
@configured
@click.option("--output-format", type=click.Choice(list(FORMATS)), default="text")
@click.option(
    "--what-if",
    "suppositions",
    metavar="FIELD.NAME=NUMBER",
    multiple=True,
    help="Reckon with another number: replicas.api=10, pool_size.api=5, max_connections.main=200.",
)
@with_facts
@with_cache
@click.option("-v", "--verbose", is_flag=True, help="Show where an error comes from.")
def command(  # noqa: PLR0917 - click passes them by name
    paths: tuple[str, ...],
    env: str | None,
    config_file: str | None,
    output_format: str,
    suppositions: tuple[str, ...],
    facts: tuple[str, ...],
    cache_dir: str | None,
    *,
    no_cache: bool,
    isolated: bool,
    verbose: bool,  # noqa: ARG001 - main reads it
) -> None:
    """Show the connection budget of every database and pooler, as an equation, and what would fit."""
    from poollint.run import understand  # noqa: PLC0415 - late: --help needs none of it
    from poollint.supposing import SuppositionError, parse, supposed  # noqa: PLC0415

    given = {} if env is None else {"env": env}
    chosen = settings(paths or (".",), config_file, given, isolated=isolated)
    try:
        changes = tuple(parse(text) for text in suppositions)
    except SuppositionError as error:
        raise click.UsageError(f"--what-if: {error}") from error
    project = open_project(
        chosen.root,
        paths or (".",),
        exclude=chosen.config.exclude,
        cache=cache_folder(cache_dir, os.environ, no_cache=no_cache),
    )
    with progress(f"reading {len(project.paths)} files ..."):
        topologies = understand(project, chosen.config, read_facts(facts))
    project.remember()
    check_environment(chosen.config, [topology.environment for topology in topologies])
    try:
        topologies = supposed(topologies, changes)
    except SuppositionError as error:
        raise click.UsageError(f"--what-if: {error}") from error
    write(render(output_format, topologies))
