"""POOL322: cloud functions that connect directly."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from poollint.config import Config
from poollint.findings import Finding
from poollint.project import Project
from poollint.run import understand
from poollint.source import Span
from poollint.topology import Topology
from poollint.values import Known, Unknown, Value
from poollint_rules.serverless.serverless_without_pooler import serverless_without_pooler

CODE = "POOL322"
DIRECT = "orders.c0ffee123456.eu-west-1.rds.amazonaws.com"
PROXY = "orders.proxy-c0ffee123456.eu-west-1.rds.amazonaws.com"
HANDLER = "\ndef lambda_handler(event, context):\n    engine.connect()\n"
AT = Span("x.yaml", 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("host", "handler", "expected"),
    [
        pytest.param(DIRECT, HANDLER, ("warning medium",), id="direct"),
        pytest.param(PROXY, HANDLER, (), id="proxy"),
        pytest.param("db.internal", HANDLER, (), id="a-name-that-says-nothing"),
        pytest.param(DIRECT, "", (), id="no-function"),
        pytest.param(
            DIRECT, "import argparse\nif __name__ == '__main__':\n    pass\n" + HANDLER, (), id="script"
        ),
    ],
)
def test_code(
    host: str,
    handler: str,
    expected: tuple[str, ...],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    text = f"from sqlalchemy import create_engine\nengine = create_engine('postgresql://app@{host}/x')\n"
    assert shown(CODE, {"fn.py": text + handler}) == expected


def test_either_of_two_hosts(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    text = (
        "import sys\nfrom sqlalchemy import create_engine\n"
        f"host = '{DIRECT}' if sys.argv else '{PROXY}'\n"
        "engine = create_engine(f'postgresql://app@{host}/x')\n"
    )
    assert shown(CODE, {"fn.py": text + HANDLER}) == ()


def test_message(findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]) -> None:
    text = f"from sqlalchemy import create_engine\nengine = create_engine('postgresql://app@{DIRECT}/x')\n"
    (found,) = findings(CODE, {"fn.py": text + HANDLER})
    assert found.problem.message.startswith("AWS Lambda 'fn.lambda_handler' connects to ")
    assert found.problem.message.endswith(" directly, with a connection for each concurrent invocation")


@pytest.fixture
def scaled(deployed: Callable[[str, str, str, str], dict[str, str]]) -> Callable[[str, str, Value], Topology]:
    """An application that is a cloud function, with a limit of the database and of the copies."""

    def place(url: str, limit: str, copies: Value) -> Topology:
        services = f"  main:\n    image: postgres:16\n    command: postgres -c max_connections={limit}\n"
        services += (
            "  pgbouncer:\n    image: edoburu/pgbouncer:v1.25.1-p0\n    environment: {DB_HOST: main}\n"
        )
        files = deployed("create_engine(URL)", "uvicorn app.main:app", url, services)
        (topology,) = understand(Project.of(files), Config())
        (client,) = topology.clients
        pods = replace(client.workload.pods, maximum=copies)
        workload = replace(client.workload, platform="lambda", pods=pods)
        return replace(topology, clients=(replace(client, workload=workload),))

    return place


@pytest.mark.parametrize(
    ("host", "limit", "copies", "messages"),
    [
        pytest.param("main", "23", Known(20, AT), [], id="as-many"),
        pytest.param(
            "main",
            "23",
            Known(21, AT),
            ["up to 21 environments of AWS Lambda 'api' connect to 'main' directly, which accepts 20"],
            id="one-more",
        ),
        pytest.param(
            "main",
            "23",
            Unknown("", AT),
            ["any number of environments of AWS Lambda 'api' connect to 'main' directly, which accepts 20"],
            id="no-limit",
        ),
        pytest.param(
            "main",
            "$MAX",
            Unknown("", AT),
            ["any number of environments of AWS Lambda 'api' connect to 'main' directly"],
            id="nothing-known",
        ),
        pytest.param("main", "$MAX", Known(20, AT), [], id="database-not-known"),
        pytest.param("pgbouncer", "23", Unknown("", AT), [], id="pooler"),
        pytest.param("elsewhere", "23", Unknown("", AT), [], id="way-not-known"),
    ],
)
def test_deployed(
    host: str, limit: str, copies: Value, messages: list[str], scaled: Callable[[str, str, Value], Topology]
) -> None:
    topology = scaled(f"postgresql://app@{host}/shop", limit, copies)
    assert [each.message for each in serverless_without_pooler.check(topology)] == messages
