"""The Cloud SQL Auth Proxy is another name of an instance."""

from collections.abc import Callable, Mapping

import pytest

Servers = Callable[[Mapping[str, str]], list[str]]
INSTANCE = "shop-prod:europe-west1:main"


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param(
            f"image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1\n    command: --port=5432 {INSTANCE}",
            [f"proxy => /cloudsql/{INSTANCE}"],
            id="version-2",
        ),
        pytest.param(
            "image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1\n"
            f"    command: ['--private-ip', '{INSTANCE}?port=5433']",
            [f"proxy => /cloudsql/{INSTANCE}"],
            id="version-2-with-a-query",
        ),
        pytest.param(
            "image: gcr.io/cloudsql-docker/gce-proxy:1.33\n"
            f"    command: /cloud_sql_proxy -instances={INSTANCE}=tcp:0.0.0.0:5432",
            [f"proxy => /cloudsql/{INSTANCE}"],
            id="version-1",
        ),
        pytest.param(
            "image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2\n"
            f"    environment: {{CSQL_PROXY_INSTANCE_CONNECTION_NAME: '{INSTANCE}'}}",
            [f"proxy => /cloudsql/{INSTANCE}"],
            id="variable",
        ),
        pytest.param(
            "image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2\n"
            f"    environment: {{NAME: 'example.com:{INSTANCE}'}}\n    command: $${{NAME}}",
            [f"proxy => /cloudsql/example.com:{INSTANCE}"],
            id="variable-in-the-command",
        ),
        pytest.param(
            "image: gcr.io/cloudsql-docker/gce-proxy:1\n"
            f"    command: -instances={INSTANCE}=tcp:5432,{INSTANCE}-2=tcp:5433",
            [],
            id="two-instances",
        ),
        pytest.param(
            "image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2\n    command: ${INSTANCE}",
            [],
            id="not-known",
        ),
    ],
)
def test_a_tunnel(service: str, expected: list[str], servers: Servers) -> None:
    assert servers({"compose.yml": f"services:\n  proxy:\n    {service}\n"}) == expected


def test_a_sidecar_has_no_name_of_its_own(servers: Servers) -> None:
    manifest = f"""\
        apiVersion: v1
        kind: Pod
        metadata: {{name: web}}
        spec:
          containers:
            - {{name: web, image: web}}
            - name: sql
              image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2
              args: ["{INSTANCE}"]
        """
    assert servers({"pod.yaml": manifest}) == [f" => /cloudsql/{INSTANCE}"]
