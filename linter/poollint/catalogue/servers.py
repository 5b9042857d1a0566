"""Container images of database servers."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal

from poollint.catalogue.loader import Sourced, records
from poollint.frozen import frozen


@frozen(kw_only=True)
class Server(Sourced):
    """A database server as an image.

    `limit_flags` set `max_connections` on the command line, as does `-c limit_setting=N` for
    PostgreSQL; `limit_variable` is an environment variable of the image that sets it. `programs`
    start the server (an image also serves `psql`), `config_files` are globs of the files that it
    reads by itself, the later ones over the earlier ones.
    """

    family: Literal["postgresql", "mysql"]
    provider: str
    port: int
    repositories: tuple[str, ...]
    limit_flags: tuple[str, ...]
    limit_setting: str
    reserve_settings: tuple[str, ...]
    limit_variable: str = ""
    idle_flags: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    config_files: tuple[str, ...] = ()


@cache
def servers() -> Mapping[str, Server]:
    """Every image of a database server by name."""
    return records("vendors", "server", Server)


def split_image(reference: str) -> tuple[str, str]:
    """Repository and tag of an image reference; the tag is empty without one or with a digest."""
    untagged = reference.partition("@")[0]
    repository, colon, tag = untagged.rpartition(":")
    return (repository, tag) if colon and "/" not in tag else (untagged, "")


def recognise_server(reference: str) -> Server | None:
    """The database server in a container image such as `postgres:16-alpine`, or None."""
    repository, _ = split_image(reference)
    for server in servers().values():
        if any(re.fullmatch(pattern, repository) for pattern in server.repositories):
            return server
    return None
