"""Tunnels: a host that leads through the Cloud SQL Auth Proxy leads to the instance behind it.

The proxy opens one server connection for each client connection, so it is no pooler but another
name of the instance.
"""

import posixpath
import re
from collections.abc import Iterator

from poollint.facts import Address, Container, Workload
from poollint.manifests.servers.settings import expanded, words
from poollint.manifests.shell.expansion import likely

TUNNEL = "cloud-sql-proxy"
SOCKETS = "/cloudsql"
"""The folder of the sockets by which Google's platforms name instances."""

_INSTANCE = re.compile(r"(?:[a-z0-9][a-z0-9.-]*:)?[a-z][a-z0-9-]*:[a-z]+-[a-z]+\d+:[a-z][a-z0-9-]*")
_VARIABLES = ("CSQL_PROXY_INSTANCE_CONNECTION_NAME", "INSTANCE_CONNECTION_NAME")


def tunnel(container: Container, workload: Workload, hosts: tuple[str, ...]) -> Address | None:
    """The alias that a tunnel's container makes for its instance; None for several, or none that is known."""
    found = set(_instances(container))
    if len(found) != 1:
        return None
    return Address(container.at, hosts, (), workload.scope, posixpath.join(SOCKETS, found.pop()))


def _instances(container: Container) -> Iterator[str]:
    variables = container.variables()
    given = [likely(expanded(word, at, container)) or "" for word, at in words(container)]
    given += [likely(variables[name]) or "" for name in _VARIABLES if name in variables]
    for word in given:
        for part in word.removeprefix("--").removeprefix("-").removeprefix("instances=").split(","):
            name = part.partition("?")[0].partition("=")[0]
            if _INSTANCE.fullmatch(name):
                yield name
