"""Knative and Cloud Run Services: how far they scale, and what an instance does at once."""

from collections.abc import Callable

import pytest

from poollint.facts import Address, Fact, Workload
from poollint.source import Skipped, Span
from poollint.values import Confidence, Known, Unknown, Value, confidence

Read = Callable[[str], list[Fact | Skipped]]


def service(annotations: str = "", spec: str = "", metadata: str = "") -> str:
    return (
        "apiVersion: serving.knative.dev/v1\nkind: Service\n"
        f"metadata: {{name: api, namespace: shop{metadata}}}\nspec:\n  template:\n"
        f"    metadata: {{labels: {{app: api}}, annotations: {{{annotations}}}}}\n"
        f"    spec: {{{spec} containers: [{{image: shop:1}}]}}\n"
    )


CLOUD_RUN = ", annotations: {run.googleapis.com/ingress: all}"


def workload(found: list[Fact | Skipped]) -> Workload:
    (only,) = [fact for fact in found if isinstance(fact, Workload)]
    return only


def shown(value: Value | None) -> object:
    match value:
        case Known():
            return value.value
        case Unknown():
            return value.why
        case _:
            return value


UNLIMITED = "nothing limits the number of instances"


@pytest.mark.parametrize(
    ("text", "minimum", "maximum"),
    [
        pytest.param(service(), 0, UNLIMITED, id="Knative has no limit"),
        pytest.param(service(metadata=CLOUD_RUN), 0, 100, id="Cloud Run has one"),
        pytest.param(service("autoscaling.knative.dev/maxScale: '7'"), 0, 7, id="maxScale"),
        pytest.param(
            service("autoscaling.knative.dev/min-scale: '2', autoscaling.knative.dev/max-scale: '9'"),
            2,
            9,
            id="with dashes",
        ),
        pytest.param(service("autoscaling.knative.dev/maxScale: '0'"), 0, UNLIMITED, id="0 is no limit"),
        pytest.param(service("autoscaling.knative.dev/maxScale: 7"), 0, 7, id="a number without quotes"),
        pytest.param(
            service("autoscaling.knative.dev/maxScale: many"), 0, "'many' is no whole number", id="no number"
        ),
        pytest.param(
            service(
                metadata=", annotations: {run.googleapis.com/maxScale: '4', run.googleapis.com/minScale: '1'}"
            ),
            1,
            4,
            id="of the service",
        ),
    ],
)
def test_scale(read: Read, text: str, minimum: object, maximum: object) -> None:
    pods = workload(read(text)).pods
    assert (shown(pods.minimum), shown(pods.maximum)) == (minimum, maximum)
    assert shown(pods.surge) == "a new revision starts beside the old one, within bounds of its own"


@pytest.mark.parametrize(
    ("text", "platform", "concurrency"),
    [
        pytest.param(service(), "knative", None, id="no limit"),
        pytest.param(service(spec="containerConcurrency: 0,"), "knative", None, id="0 is no limit"),
        pytest.param(service(spec="containerConcurrency: 50,"), "knative", 50, id="given"),
        pytest.param(service(metadata=CLOUD_RUN), "cloud-run", 80, id="Cloud Run"),
        pytest.param(
            service("run.googleapis.com/cpu-throttling: 'false'", "containerConcurrency: 1,"),
            "cloud-run",
            1,
            id="Cloud Run by an annotation of the revision",
        ),
        pytest.param(
            service(metadata=", labels: {cloud.googleapis.com/location: eu}"),
            "cloud-run",
            80,
            id="by a label",
        ),
    ],
)
def test_concurrency(read: Read, text: str, platform: str, concurrency: object) -> None:
    found = workload(read(text))
    assert (found.platform, shown(found.concurrency)) == (platform, concurrency)


def test_the_default_of_cloud_run_is_not_certain(read: Read) -> None:
    found = workload(read(service(metadata=CLOUD_RUN)))
    assert found.concurrency is not None
    assert confidence(found.concurrency) is Confidence.MEDIUM


def test_workload(read: Read) -> None:
    found = workload(read(service(spec="timeoutSeconds: 300,")))
    assert (found.label, found.namespace, found.scope, found.labels) == (
        "Service/api", "shop", "k8s", (("app", "api"),),
    )  # fmt: skip
    assert shown(found.request_timeout) == 300
    assert [shown(container.image) for container in found.containers] == ["shop:1"]
    assert workload(read(service())).request_timeout is None
    assert workload(read(service(spec="timeoutSeconds: null,"))).request_timeout is None


def test_cloud_sql_sockets(read: Read) -> None:
    text = service("run.googleapis.com/cloudsql-instances: 'p:eu:main, p:eu:logs'")
    addresses = [fact for fact in read(text) if isinstance(fact, Address)]
    assert [(each.hosts, each.target, each.at.line) for each in addresses] == [
        (("/cloudsql/p:eu:main",), "p:eu:main", 6),
        (("/cloudsql/p:eu:logs",), "p:eu:logs", 6),
    ]


def test_a_patch_is_no_workload(read: Read) -> None:
    (skipped,) = read(service().replace(" containers: [{image: shop:1}]", ""))
    assert isinstance(skipped, Skipped)
    assert skipped.why == "Service api is not whole here: a patch of another one"
    assert skipped.at == Span("k8s/api.yaml", 1, 1, 1, 35)
    assert skipped.expected
