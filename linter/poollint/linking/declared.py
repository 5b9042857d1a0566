"""What the configuration tells about a deployment that files cannot: facts with a place of their own."""

from poollint.facts import Database, Variable
from poollint.frozen import frozen
from poollint.source import Span
from poollint.values import Value


@frozen
class DeclaredLink:
    """A workload whose links are given: `match` is `Deployment/worker` or a bare name.

    `engines` are names such as `app.db:engine`; empty means whatever else is found.
    """

    at: Span
    name: str
    match: str
    engines: tuple[str, ...] = ()
    database: str = ""
    processes: Value | None = None


@frozen
class DeclaredEnvironment:
    """An environment made of manifests below some paths, with variables that hold in all its containers."""

    at: Span
    name: str
    manifests: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()


@frozen
class Declared:
    """Everything that the configuration declares. `environment` is the only one to look at, if any is."""

    databases: tuple[Database, ...] = ()
    links: tuple[DeclaredLink, ...] = ()
    environments: tuple[DeclaredEnvironment, ...] = ()
    environment: str | None = None

    def link_of(self, label: str, name: str) -> DeclaredLink | None:
        """The declaration about a workload by its label (`Deployment/api`) or bare name."""
        return next((each for each in self.links if each.match in (label, name)), None)
