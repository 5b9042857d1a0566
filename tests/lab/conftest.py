import contextlib
import os
import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from poollint_lab import client, environments, mariadb, pgbouncer, postgres, record
from poollint_lab.bench import THIS_PYTHON, Bouncers, Clusters, Lab, Running

LAB = Path(__file__).parent
PROOFS = LAB.parents[1] / "rules" / "poollint_rules" / "proofs.json"

collected = pytest.StashKey[set[Path]]()
partial = pytest.StashKey[bool]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if item.path.is_relative_to(LAB)]
    for item in ours:
        item.add_marker(pytest.mark.lab)
    config.stash[collected] = {item.path for item in ours}


def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(LAB):
            item.config.stash[partial] = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not report.passed and item.path.is_relative_to(LAB):
        item.config.stash[partial] = True
    return report


def missing(reason: str) -> NoReturn:
    """On a desk the lab may lack a server; in CI that would be proofs that nobody ran."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def session_stack() -> Iterator[contextlib.ExitStack]:
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture
def stack() -> Iterator[contextlib.ExitStack]:
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def all_clusters(session_stack: contextlib.ExitStack) -> Clusters:
    binary = postgres.binaries()
    if binary is None:
        missing("PostgreSQL's server is not installed (Debian: postgresql)")
    data = session_stack.enter_context(postgres.template(binary))
    return Clusters(binary, data, session_stack)


@pytest.fixture
def clusters(all_clusters: Clusters, stack: contextlib.ExitStack) -> Clusters:
    return Clusters(all_clusters.binary, all_clusters.template, stack)


@pytest.fixture(scope="session")
def shared_server(all_clusters: Clusters) -> postgres.Postgres:
    return all_clusters.start()


@pytest.fixture(scope="session")
def mariadb_server(session_stack: contextlib.ExitStack) -> mariadb.MariaDB:
    """Closes connections that are idle for a second."""
    binary = mariadb.binary()
    if binary is None:
        missing("MariaDB's server is not installed (Debian: mariadb-server)")
    return session_stack.enter_context(mariadb.mariadb(binary, wait_timeout=1))


@pytest.fixture(params=["installed", *(["newer"] if "PGBOUNCER_NEW" in os.environ else [])])
def bouncers(request: pytest.FixtureRequest, lab: Lab, stack: contextlib.ExitStack) -> Bouncers:
    """Debian's PgBouncer, and the one that PGBOUNCER_NEW names, if any."""
    found = pgbouncer.binaries()
    name = str(request.param)
    if name not in found:
        missing("PgBouncer is not installed (Debian: pgbouncer)")
    return Bouncers(found[name], lab.server, stack)


@pytest.fixture(scope="session")
def other_python(pytestconfig: pytest.Config) -> Path:
    """The Python with the other SQLAlchemy line and asyncpg 0.30."""
    try:
        return environments.install(pytestconfig.cache.mkdir("lab"))
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        missing(f"cannot install {environments.requirements()}: {error}: {error.stderr!r}")


@pytest.fixture(params=["2.0", "newest"])
def python(request: pytest.FixtureRequest) -> Path:
    """A Python with SQLAlchemy 2.0, and one with the newest."""
    if (environments.line() == "2.0") == (request.param == "2.0"):
        return THIS_PYTHON
    other: Path = request.getfixturevalue("other_python")
    return other


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    left = Running(tmp_path_factory.mktemp("application"))
    yield left
    for process in left.processes.values():
        client.stop(process)


@pytest.fixture
def lab(
    shared_server: postgres.Postgres,
    running: Running,
    stack: contextlib.ExitStack,
    proofs: record.Record,
    update: bool,
) -> Iterator[Lab]:
    claimed = None if update else record.pairs(record.read(PROOFS))
    yield Lab(shared_server, running, stack, proofs, claimed)
    shared_server.run(
        postgres.TERMINATE_CONNECTIONS,
        "alter role app reset all",
        "alter role app password 'secret' connection limit -1 valid until 'infinity'",
    )


@pytest.fixture(scope="session")
def proofs(pytestconfig: pytest.Config, update: bool) -> Iterator[record.Record]:
    if update and "PYTEST_XDIST_WORKER" in os.environ:
        pytest.fail("--update needs all proofs in one process: run without -n")
    run = record.Record()
    yield run
    old = record.read(PROOFS)
    complete = (
        pytestconfig.stash[collected] >= set(LAB.glob("test_*.py"))
        and partial not in pytestconfig.stash
        and "PYTEST_XDIST_WORKER" not in os.environ
    )
    if update:
        record.write(PROOFS, run.proofs() if complete else record.merged(old, run.proofs()))
    elif complete:
        unproven = record.pairs(old) - set(run.proven)
        assert not unproven, f"{PROOFS.name} claims what no test has shown: {sorted(unproven)}"
