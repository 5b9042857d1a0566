"""`poollint probe`."""

import os
import sys
import tomllib
from pathlib import Path

import click

from poollint.cli.output import warn, write


@click.command("probe")
@click.argument("url", required=False)
@click.option("--url-env", metavar="VARIABLE", help="Take the URL from this environment variable.")
@click.option(
    "--name", default="main", show_default=True, help="The name of the database in the configuration."
)
@click.option(
    "--write", "target", metavar="FILE", help="Add the block to this pyproject.toml or poollint.toml."
)
@click.option("-v", "--verbose", is_flag=True, help="Show where an error comes from.")
def command(
    url: str | None,
    url_env: str | None,
    name: str,
    target: str | None,
    *,
    verbose: bool,  # noqa: ARG001 - main reads it
) -> None:
    """Ask a live database, or PgBouncer's admin console, for its true limits; print them as configuration.

    URL is a SQLAlchemy URL, or - to read it from standard input. It is never shown. Nothing is
    changed on the server.
    """
    from poollint.probe import ProbeError, block, probe  # noqa: PLC0415 - late: --help needs none of it

    try:
        found = probe(_url(url, url_env))
    except ProbeError as error:
        raise click.ClickException(str(error)) from None
    text = block(found, name)
    if target is None:
        write(text)
    else:
        _add(Path(target), text, name)


def _url(url: str | None, variable: str | None) -> str:
    if (url is None) == (variable is None):
        raise click.UsageError("probe needs a URL, - or --url-env VARIABLE")
    if variable is not None:
        if variable not in os.environ:
            raise click.UsageError(f"the environment variable {variable} is not set")
        return os.environ[variable]
    return sys.stdin.readline().strip() if url == "-" else str(url)


def _add(path: Path, text: str, name: str) -> None:
    """Append the block. A file that has the table already is left alone."""
    own = path.name != "pyproject.toml"
    block = text.replace("[tool.poollint.", "[") if own else text
    before = path.read_text("utf-8") if path.exists() else ""
    tables = tomllib.loads(before)
    settings = tables if own else tables.get("tool", {}).get("poollint", {})
    if name in settings.get("databases", {}):
        raise click.UsageError(f"{path} has databases.{name} already; remove it, or give another --name")
    path.write_text(f"{before.rstrip()}\n\n{block}".lstrip(), "utf-8")
    warn(f"added databases.{name} to {path}")
