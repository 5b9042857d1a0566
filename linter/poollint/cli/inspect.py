"""`poollint inspect`."""

import json

import click

from poollint.cli.output import progress, write
from poollint.cli.settings import check_environment, configured, settings
from poollint.project import open_project
from poollint.project.roots import from_here


@click.command("inspect")
@configured
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
@click.option("-v", "--verbose", is_flag=True, help="Show where an error comes from.")
def command(
    paths: tuple[str, ...],
    env: str | None,
    config_file: str | None,
    output_format: str,
    *,
    isolated: bool,
    verbose: bool,  # noqa: ARG001 - main reads it
) -> None:
    """Show what was understood: engines, workloads, poolers, databases, links, unknowns."""
    from poollint.inspecting import as_json, as_text  # noqa: PLC0415 - late: --help needs none of it
    from poollint.run import understand  # noqa: PLC0415

    given = {} if env is None else {"env": env}
    chosen = settings(paths or (".",), config_file, given, isolated=isolated)
    project = open_project(chosen.root, paths or (".",), exclude=chosen.config.exclude)
    with progress(f"reading {len(project.paths)} files ..."):
        topologies = understand(project, chosen.config)
    check_environment(chosen.config, [topology.environment for topology in topologies])
    if output_format == "json":
        write(json.dumps(as_json(topologies), indent=2) + "\n")
    else:
        write(as_text(topologies, from_here(chosen.root)))
