"""Apps of Red Hat's Clowder."""

from collections.abc import Callable

import pytest

from poollint.facts import Fact, Workload
from poollint.source import Skipped
from poollint.values import FromEnv, Known, Value

Read = Callable[[str], list[Fact | Skipped]]


def app(deployment: str, jobs: str = "") -> str:
    return (
        "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\n"
        "parameters: [{name: N, value: '3'}]\nobjects:\n"
        "- apiVersion: cloud.redhat.com/v1alpha1\n  kind: ClowdApp\n  metadata: {name: shop}\n"
        f"  spec: {{deployments: [{deployment}], jobs: [{jobs}]}}\n"
    )


def shown(value: Value) -> object:
    match value:
        case Known():
            return value.value
        case FromEnv(default=Known() as default):
            return (value.variable, default.value)
        case _:
            return value


@pytest.mark.parametrize(
    ("scaling", "minimum", "maximum", "surge"),
    [
        pytest.param("", 1, 1, 1, id="default"),
        pytest.param("replicas: 4,", 4, 4, 1, id="replicas"),
        pytest.param("minReplicas: 5,", 5, 5, 2, id="the older name"),
        pytest.param("replicas: '${{N}}',", ("N", 3), ("N", 3), ("N", 1), id="parameter"),
        pytest.param("autoScalerSimple: {replicas: {min: 2, max: 8}},", 2, 8, 2, id="simple autoscaler"),
        pytest.param("autoScaler: {minReplicaCount: 2, maxReplicaCount: 8},", 2, 8, 2, id="autoscaler"),
        pytest.param("autoScaler: {},", 1, 100, 25, id="autoscaler without numbers"),
    ],
)
def test_deployments(read: Read, scaling: str, minimum: object, maximum: object, surge: object) -> None:
    (found,) = read(app(f"{{name: api, {scaling} podSpec: {{image: i, args: ['-w', '${{{{N}}}}']}}}}"))
    assert isinstance(found, Workload)
    assert (found.label, found.one_shot) == ("Deployment/shop-api", False)
    assert (shown(found.pods.minimum), shown(found.pods.maximum), shown(found.pods.surge)) == (
        minimum,
        maximum,
        surge,
    )
    (container,) = found.containers
    assert container.command is not None
    assert container.command.words == ("-w", "${N:-3}")
    assert container.open_environment


def test_init_containers_and_jobs(read: Read) -> None:
    init = "initContainers: [{name: migrate, image: i}]"
    deployment, job = read(
        app(f"{{name: api, podSpec: {{image: i, {init}}}}}", "{name: reaper, podSpec: {image: i}}")
    )
    assert isinstance(deployment, Workload)
    assert [(each.name, each.init) for each in deployment.containers] == [("migrate", True), ("", False)]
    assert isinstance(job, Workload)
    assert (job.label, job.one_shot, shown(job.pods.maximum)) == ("Job/shop-reaper", True, 1)


def test_what_is_not_whole_is_left_out(read: Read) -> None:
    assert read(app("{name: api, podSpec: {}}, {podSpec: {image: i}}, {name: b}, x")) == []
