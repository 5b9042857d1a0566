"""`--with FACTS.json`: the facts of other repositories."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from click.decorators import FC

if TYPE_CHECKING:
    from poollint.exchange import Document


def with_facts(command: FC) -> FC:
    """The option, as `facts`."""
    return click.option(
        "--with",
        "facts",
        multiple=True,
        metavar="FACTS.json",
        type=click.Path(exists=True, dir_okay=False),
        help="Count the clients of another repository too: what `poollint inspect --output-format json` "
        "says there.",
    )(command)


def read_facts(files: Sequence[str]) -> "tuple[Document, ...]":
    """The documents, each named by its file: the path as given where two files have one name.

    Raises click.UsageError for what is not in the format, OSError for what cannot be read.
    """
    if not files:
        return ()
    from pathlib import Path  # noqa: PLC0415 - late: it brings urllib

    from poollint.exchange import ExchangeError, merged, read_document  # noqa: PLC0415 - only for --with

    try:
        return merged(read_document(name, Path(file).read_text("utf-8")) for name, file in _named(files))
    except (ExchangeError, UnicodeDecodeError) as error:
        raise click.UsageError(f"--with: {error}") from error


def _named(files: Sequence[str]) -> list[tuple[str, str]]:
    from pathlib import Path  # noqa: PLC0415 - late: see above

    distinct = {os.path.realpath(file): Path(file) for file in files}
    names = [path.name for path in distinct.values()]
    return [
        (path.name if names.count(path.name) == 1 else path.as_posix(), real)
        for real, path in distinct.items()
    ]
