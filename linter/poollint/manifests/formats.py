"""The formats of deployment files: which files may hold each, and which module reads them.

Nothing is imported to ask; a reader comes with the first of its files.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from poollint.frozen import frozen

if TYPE_CHECKING:
    from poollint.facts import Fact
    from poollint.reading import Lookup
    from poollint.source import Skipped, SourceFile

Read: TypeAlias = "Callable[[Iterable[SourceFile], Lookup], Iterator[Fact | Skipped]]"


@frozen
class Reader:
    """A manifest format: which files may hold it, and how they become facts.

    `wants` sees a path only; a file that it wants is opened when one of `needles` is among its bytes
    (no needles: always). `module` has the function `read`, which gets all such files of the project at
    once, because what belongs together may stand in several, and a lookup for those that they name.
    """

    name: str
    wants: Callable[[str], bool]
    needles: tuple[bytes, ...]
    module: str

    def read(self, files: "Iterable[SourceFile]", lookup: "Lookup") -> "Iterator[Fact | Skipped]":
        """What the files say."""
        read: Read = import_module(self.module).read
        return read(files, lookup)


def _kubernetes(path: str) -> bool:
    return path.endswith((".yaml", ".yml", ".json")) or path == "<stdin>"


_COMPOSE = r"(?:.*[-_.])?compose(?:[-_.].*)?\.ya?ml|(?:local|production|staging|stack)\.ya?ml"


def _compose(path: str) -> bool:
    return path.lower().endswith((".yml", ".yaml")) and (
        re.fullmatch(_COMPOSE, path.rpartition("/")[2].lower()) is not None
    )


def _dockerfile(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return (
        name in ("dockerfile", "containerfile")
        or name.startswith(("dockerfile.", "containerfile.", "dockerfile-"))
        or name.endswith((".dockerfile", ".containerfile", "-dockerfile"))
    ) and not name.endswith((".dockerignore", ".md", ".j2", ".sh", ".py"))


def _procfile(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name == "Procfile" or (
        name.startswith("Procfile.") and not name.endswith((".dev", ".local", ".md"))
    )


def _ini(path: str) -> bool:
    return path.endswith((".ini", ".ini.tmpl", ".ini.template", ".cfg", ".conf"))


def _yaml(path: str) -> bool:
    return path.endswith((".yaml", ".yml"))


def _toml(path: str) -> bool:
    return path.endswith((".toml", ".toml.tmpl"))


def _odyssey(path: str) -> bool:
    return path.endswith((".conf", ".conf.tmpl")) and "odyssey" in path.lower()


def _template(path: str) -> bool:
    return path.endswith((".yaml", ".yml", ".json", ".template"))


def _serverless(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith("serverless") and name.endswith((".yml", ".yaml", ".json"))


_HERE = "poollint.manifests"
KUBERNETES = Reader("kubernetes", _kubernetes, (b"apiVersion",), f"{_HERE}.kubernetes")
COMPOSE = Reader("compose", _compose, (b"services:", b"include:"), f"{_HERE}.compose")
DOCKERFILE = Reader("dockerfile", _dockerfile, (b"FROM", b"from"), f"{_HERE}.dockerfile")
PROCFILE = Reader("procfile", _procfile, (), f"{_HERE}.procfile")
PGBOUNCER = Reader("pgbouncer.ini", _ini, (b"[pgbouncer]",), f"{_HERE}.servers.pgbouncer_ini")
CONFIG_MAPS = Reader("pooler ConfigMaps", _yaml, (b"[pgbouncer]", b"[pools."), f"{_HERE}.servers.configmaps")
PGCAT = Reader("PgCat", _toml, (b"[pools.",), f"{_HERE}.servers.pgcat")
ODYSSEY = Reader("Odyssey", _odyssey, (b"storage",), f"{_HERE}.servers.odyssey")
CLOUDFORMATION = Reader(
    "cloudformation",
    _template,
    (b"AWS::Lambda::Function", b"AWS::Serverless::Function", b"AWS::RDS::DB"),
    f"{_HERE}.functions.cloudformation",
)
SERVERLESS = Reader("serverless", _serverless, (b"functions",), f"{_HERE}.functions.serverless")

READERS: tuple[Reader, ...] = (
    KUBERNETES,
    COMPOSE,
    DOCKERFILE,
    PROCFILE,
    PGBOUNCER,
    CONFIG_MAPS,
    PGCAT,
    ODYSSEY,
    CLOUDFORMATION,
    SERVERLESS,
)
"""Every format, in the order in which their facts come."""
