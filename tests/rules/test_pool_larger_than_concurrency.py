"""POOL324: more connections than requests, or than the platform allows."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL324"
SERVICE = """\
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {{name: api, annotations: {{{annotation}: x}}}}
spec:
  template:
    spec:
{concurrency}
      containers:
        - image: shop
          command: [uvicorn, "app.main:app", --workers, "{workers}"]
          env: [{{name: DATABASE_URL, value: "{url}"}}]
"""
KNATIVE, CLOUD_RUN = "example.com/a", "run.googleapis.com/a"
URL = "postgresql+psycopg2://app@main/shop"
SOCKET = "postgresql+psycopg2://app@/shop?host=/cloudsql/p:r:i"
TEN = "      containerConcurrency: 10"
HUNDREDS = "      containerConcurrency: 1000"


@pytest.fixture
def service() -> Callable[[str, str, str, str, int], dict[str, str]]:
    """An application on Knative or Cloud Run."""

    def files(arguments: str, annotation: str, concurrency: str, url: str, workers: int) -> dict[str, str]:
        return {
            "app/db.py": "import os\nfrom elsewhere import unknown\n"
            "from sqlalchemy import NullPool, create_engine\n"
            f"engine = create_engine(os.environ['DATABASE_URL'], {arguments})\n",
            "app/main.py": "from app.db import engine\n",
            "service.yaml": SERVICE.format(
                annotation=annotation, concurrency=concurrency, url=url, workers=workers
            ),
        }

    return files


@pytest.mark.parametrize(
    ("arguments", "annotation", "concurrency", "url", "workers", "expected"),
    [
        pytest.param("pool_size=11, max_overflow=0", KNATIVE, TEN, URL, 1, ("info high",), id="one-more"),
        pytest.param("pool_size=10, max_overflow=0", KNATIVE, TEN, URL, 1, (), id="as-many"),
        pytest.param("pool_size=unknown", KNATIVE, TEN, URL, 1, (), id="not-known"),
        pytest.param("pool_size=0", KNATIVE, TEN, URL, 1, (), id="unlimited-is-201"),
        pytest.param("poolclass=NullPool", KNATIVE, TEN, URL, 1, (), id="null-pool"),
        pytest.param("pool_size=500", KNATIVE, "", URL, 1, (), id="no-limit"),
        pytest.param("pool_size=71", CLOUD_RUN, "", URL, 1, ("info medium",), id="default-of-cloud-run"),
        pytest.param("pool_size=70", CLOUD_RUN, "", URL, 1, (), id="default-fits"),
        pytest.param(
            "pool_size=101, max_overflow=0", CLOUD_RUN, HUNDREDS, SOCKET, 1, ("error medium",), id="cap"
        ),
        pytest.param("pool_size=100, max_overflow=0", CLOUD_RUN, HUNDREDS, SOCKET, 1, (), id="cap-fits"),
        pytest.param(
            "pool_size=51, max_overflow=0",
            CLOUD_RUN,
            HUNDREDS,
            SOCKET,
            2,
            ("error medium",),
            id="cap-two-processes",
        ),
        pytest.param("pool_size=101, max_overflow=0", CLOUD_RUN, HUNDREDS, URL, 1, (), id="other-way"),
        pytest.param("pool_size=101, max_overflow=0", KNATIVE, HUNDREDS, SOCKET, 1, (), id="other-platform"),
    ],
)
def test_deployed(
    *,
    arguments: str,
    annotation: str,
    concurrency: str,
    url: str,
    workers: int,
    expected: tuple[str, ...],
    service: Callable[[str, str, str, str, int], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    assert shown(CODE, service(arguments, annotation, concurrency, url, workers)) == expected


def test_compose(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    assert shown(CODE, deployed("create_engine(URL, pool_size=500)", "uvicorn app.main:app", URL, "")) == ()


def test_messages(
    service: Callable[[str, str, str, str, int], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    (found,) = findings(CODE, service("pool_size=20", KNATIVE, TEN, URL, 1))
    assert found.problem.message == (
        "'app.db:engine' can open 30 connections in a process, "
        "but a container of 'api' gets 10 requests at once"
    )
    (found,) = findings(CODE, service("pool_size=100", CLOUD_RUN, HUNDREDS, SOCKET, 2))
    assert found.problem.message == (
        "'app.db:engine' can open 220 connections in one instance of 'api', "
        "and its sockets to Cloud SQL allow 100"
    )
