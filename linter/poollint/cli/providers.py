"""`poollint providers`."""

import click

from poollint.cli.output import write


@click.command("providers")
@click.argument("name", required=False)
@click.option("-v", "--verbose", is_flag=True, help="Show where an error comes from.")
def command(name: str | None, *, verbose: bool) -> None:  # noqa: ARG001 - main reads it
    """Print what is known about vendors: limits, reserved slots, idle timeouts, hosts, with sources."""
    from poollint.providers import names, page  # noqa: PLC0415 - late: --help needs no catalogue

    if name is not None and name not in names():
        raise click.UsageError(f"no provider is called {name}; there are {', '.join(names())}")
    write("\n".join(page(each) for each in ([name] if name else names())))
