"""`poollint inspect`."""

import json
import os

import click

from poollint.cli.caching import cache_folder, with_cache
from poollint.cli.output import progress, write
from poollint.cli.settings import check_environment, configured, settings
from poollint.project import open_project
from poollint.project.roots import from_here


@click.command("inspect")
@configured
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
@with_cache
@click.option("-v", "--verbose", is_flag=True, help="Show where an error comes from.")
def command(
    paths: tuple[str, ...],
    env: str | None,
    config_file: str | None,
    output_format: str,
    cache_dir: str | None,
    *,
    no_cache: bool,
    isolated: bool,
    verbose: bool,  # noqa: ARG001 - main reads it
) -> None:
    """Show what was understood: engines, workloads, poolers, databases, links, unknowns."""
    from poollint.inspecting import as_json, as_text  # noqa: PLC0415 - late: --help needs none of it
    from poollint.run import understand  # noqa: PLC0415

    given = {} if env is None else {"env": env}
    chosen = settings(paths or (".",), config_file, given, isolated=isolated)
    project = open_project(
        chosen.root,
        paths or (".",),
        exclude=chosen.config.exclude,
        cache=cache_folder(cache_dir, os.environ, no_cache=no_cache),
    )
    with progress(f"reading {len(project.paths)} files ..."):
        topologies = understand(project, chosen.config)
    project.remember()
    check_environment(chosen.config, [topology.environment for topology in topologies])
    if output_format == "json":
        write(json.dumps(as_json(topologies), indent=2) + "\n")
    else:
        write(as_text(topologies, from_here(chosen.root)))
