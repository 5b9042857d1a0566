"""POOL321: several connections where one request is served at a time."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from poollint.config import Config
from poollint.facts import FunctionHandler, Invocation
from poollint.findings import Finding
from poollint.project import Project
from poollint.run import understand
from poollint.source import Span
from poollint.topology import Topology
from poollint.values import Known, Unknown, Value
from poollint_rules.serverless.queue_pool_in_lambda import queue_pool_in_lambda

CODE = "POOL321"
HEAD = """\
import os

from elsewhere import unknown
from sqlalchemy import NullPool, create_engine

URL = os.environ["DATABASE_URL"]
"""
HANDLER = "\ndef lambda_handler(event, context):\n    engine.connect()\n"
GOOGLE = (
    "\nimport functions_framework\n\n@functions_framework.http\ndef serve(request):\n    engine.connect()\n"
)
AZURE = "\nimport azure.functions as func\n\ndef main(req: func.HttpRequest) -> str:\n    engine.connect()\n"


@pytest.mark.parametrize(
    ("arguments", "handler", "expected"),
    [
        pytest.param("", HANDLER, ("warning medium",), id="default-pool"),
        pytest.param(", pool_size=1, max_overflow=1", HANDLER, ("warning medium",), id="two"),
        pytest.param(", pool_size=2, max_overflow=0", HANDLER, ("warning medium",), id="size-two"),
        pytest.param(", pool_size=1, max_overflow=0", HANDLER, (), id="one"),
        pytest.param(", poolclass=NullPool", HANDLER, (), id="null-pool"),
        pytest.param(", pool_size=unknown", HANDLER, (), id="not-known"),
        pytest.param(", pool_size=0", HANDLER, (), id="unlimited-is-201"),
        pytest.param("", "", (), id="no-function"),
        pytest.param("", GOOGLE, ("warning medium",), id="google"),
        pytest.param("", AZURE, (), id="azure-serves-several"),
    ],
)
def test_code(
    arguments: str,
    handler: str,
    expected: tuple[str, ...],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    text = HEAD.replace("URL =", "URL = 'postgresql://app@db/x'  #")
    assert shown(CODE, {"fn.py": f"{text}engine = create_engine(URL{arguments})\n{handler}"}) == expected


def test_by_import(findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]) -> None:
    files = {
        "db.py": HEAD + "engine = create_engine(URL)\n",
        "other.py": HEAD + "engine = create_engine(URL)\n",
        "fn.py": "from db import engine\n" + HANDLER,
    }
    (found,) = findings(CODE, files)
    assert found.problem.message == (
        "'db:engine' may open 15 connections in each environment of AWS Lambda 'fn.lambda_handler', "
        "which serves one request at a time: about one is opened, and kept while it is frozen"
    )


def test_made_in_the_handler_is_301(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    text = HEAD + "def lambda_handler(event, context):\n    engine = create_engine(URL)\n"
    assert shown(CODE, {"fn.py": text}) == ()


def test_handler_of_tests(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    files = {
        "db.py": HEAD + "engine = create_engine(URL)\n",
        "tests/fn.py": "from db import engine\n" + HANDLER,
    }
    assert shown(CODE, files) == ()


@pytest.fixture
def on(deployed: Callable[[str, str, str, str], dict[str, str]]) -> Callable[[str, Value | None], Topology]:
    """The topology of an application on a platform with a concurrency."""

    def place(platform: str, concurrency: Value | None) -> Topology:
        files = deployed("create_engine(URL)", "uvicorn app.main:app", "postgresql://app@main/shop", "")
        (topology,) = understand(Project.of(files), Config())
        (client,) = topology.clients
        workload = replace(client.workload, platform=platform, concurrency=concurrency)
        return replace(topology, clients=(replace(client, workload=workload),))

    return place


AT = Span("x.yaml", 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("platform", "concurrency", "count"),
    [
        pytest.param("lambda", None, 1, id="lambda"),
        pytest.param("lambda", Known(1, AT), 1, id="one"),
        pytest.param("cloud-functions-2", Known(2, AT), 0, id="raised"),
        pytest.param("cloud-functions-2", Unknown("", AT), 0, id="raised-somehow"),
        pytest.param("cloud-run", Known(1, AT), 0, id="container"),
        pytest.param("compose", None, 0, id="compose"),
    ],
)
def test_deployed(
    platform: str, concurrency: Value | None, count: int, on: Callable[[str, Value | None], Topology]
) -> None:
    assert len(list(queue_pool_in_lambda.check(on(platform, concurrency)))) == count


def test_unknown_platform(on: Callable[[str, Value | None], Topology]) -> None:
    topology = on("compose", None)
    (engine,) = topology.engines
    handler = FunctionHandler(AT, "fn.handler", "somewhere")
    alone = replace(topology, clients=(), lifetimes=(Invocation(handler, engine.at),))
    assert list(queue_pool_in_lambda.check(alone)) == []
    known = replace(handler, platform="aws-lambda")
    alone = replace(topology, clients=(), lifetimes=(Invocation(known, engine.at),))
    assert len(list(queue_pool_in_lambda.check(alone))) == 1
