"""`--no-cache`, `--cache-dir`: where what was read once is remembered."""

from collections.abc import Mapping

import click
from click.decorators import FC

from poollint.project.cache import user_folder


def with_cache(command: FC) -> FC:
    """The options, as `no_cache` and `cache_dir`."""
    for option in (
        click.option(
            "--cache-dir",
            metavar="FOLDER",
            type=click.Path(file_okay=False),
            help="Where to remember what was read (default: poollint in the user's cache folder).",
        ),
        click.option("--no-cache", is_flag=True, help="Read every file again, and remember nothing."),
    ):
        command = option(command)
    return command


def cache_folder(cache_dir: str | None, environment: Mapping[str, str], *, no_cache: bool) -> str | None:
    """The folder; None for a run that remembers nothing, and for a user without a home.

    Raises click.UsageError for options that exclude each other.
    """
    if no_cache:
        if cache_dir:
            raise click.UsageError("--no-cache and --cache-dir exclude each other")
        return None
    return cache_dir or user_folder(environment)
