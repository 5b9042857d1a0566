"""How many pods: replicas, autoscalers, strategies and templates."""

from collections.abc import Callable

import pytest

from poollint.facts import Fact, Workload
from poollint.source import Skipped, Span
from poollint.values import Confidence, Default, FromEnv, Known, OneOf, Unknown, Value, confidence

Read = Callable[[str], list[Fact | Skipped]]

POD = "template: {spec: {containers: [{name: a, image: i}]}}"


def shown(value: Value) -> object:
    """What a value is worth, in short."""
    match value:
        case Known():
            return value.value
        case Unknown():
            return value.why
        case FromEnv():
            return (value.variables, None if value.default is None else shown(value.default))
        case OneOf():
            return {shown(each) for each in value.values}
        case _:
            return value


def workload(kind: str, spec: str, version: str = "apps/v1", name: str = "api") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n"


def scaler(
    spec: str, kind: str = "HorizontalPodAutoscaler", target: str = "kind: Deployment, name: api"
) -> str:
    version = "keda.sh/v1alpha1" if kind.startswith("Scaled") else "autoscaling/v2"
    return workload(kind, f"scaleTargetRef: {{{target}}}, {spec}", version, "scaler")


NODES = "a pod on each node, and the files do not say how many there are"
ROLLOUT = "argoproj.io/v1alpha1"


@pytest.mark.parametrize(
    ("text", "minimum", "maximum", "surge"),
    [
        pytest.param(workload("Deployment", POD), 1, 1, 1, id="defaults"),
        pytest.param(workload("Deployment", f"replicas: 4, {POD}"), 4, 4, 1, id="25 % of 4"),
        pytest.param(workload("Deployment", f"replicas: 5, {POD}"), 5, 5, 2, id="25 % of 5 is rounded up"),
        pytest.param(workload("Deployment", f"replicas: 10, {POD}"), 10, 10, 3, id="25 % of 10"),
        pytest.param(workload("Deployment", f"replicas: 0, {POD}"), 0, 0, 0, id="scaled to nothing"),
        pytest.param(workload("Deployment", f"replicas: null, {POD}"), 1, 1, 1, id="null is the default"),
        pytest.param(
            workload("Deployment", f"replicas: 3, strategy: {{type: Recreate}}, {POD}"),
            3, 3, 0, id="recreate",
        ),
        pytest.param(
            workload("Deployment", f"replicas: 3, strategy: {{rollingUpdate: {{maxSurge: 2}}}}, {POD}"),
            3, 3, 2, id="surge as a number",
        ),
        pytest.param(
            workload("Deployment", f"replicas: 3, strategy: {{rollingUpdate: {{maxSurge: 50%}}}}, {POD}"),
            3, 3, 2, id="surge as a share",
        ),
        pytest.param(
            workload("Deployment", f"replicas: 3, strategy: {{rollingUpdate: {{maxSurge: 0}}}}, {POD}"),
            3, 3, 0, id="no surge",
        ),
        pytest.param(
            workload("Deployment", f"strategy: {{rollingUpdate: {{maxSurge: lots}}}}, {POD}"),
            1, 1, "'lots' is no whole number", id="surge that is no number",
        ),
        pytest.param(
            workload("Deployment", f'replicas: "{{{{ n }}}}", {POD}'),
            "filled in by a template", "filled in by a template", "filled in by a template",
            id="templated replicas",
        ),
        pytest.param(
            workload("Deployment", f"replicas: -1, {POD}"), *["'-1' is no whole number"] * 3, id="negative"
        ),
        pytest.param(
            workload("Deployment", f"replicas: true, {POD}"), *["'True' is no whole number"] * 3, id="switch"
        ),
        pytest.param(workload("StatefulSet", f"replicas: 3, {POD}"), 3, 3, 0, id="stateful set"),
        pytest.param(workload("ReplicaSet", f"replicas: 3, {POD}"), 3, 3, 0, id="replica set"),
        pytest.param(workload("ReplicationController", POD, "v1"), 1, 1, 0, id="replication controller"),
        pytest.param(workload("DaemonSet", POD), NODES, NODES, 0, id="daemon set"),
        pytest.param(workload("Job", POD, "batch/v1"), 0, 1, 0, id="job"),
        pytest.param(workload("Job", f"parallelism: 4, {POD}", "batch/v1"), 0, 4, 0, id="parallel job"),
        pytest.param(
            workload("CronJob", f"jobTemplate: {{spec: {{parallelism: 2, {POD}}}}}", "batch/v1"),
            0, 2, 0, id="cron job",
        ),
        pytest.param(workload("Pod", "containers: [{name: a, image: i}]", "v1"), 1, 1, 0, id="pod"),
        pytest.param(
            workload("Deployment", f"replicas: 2, {POD}") + scaler("minReplicas: 3, maxReplicas: 12"),
            3, 12, 3, id="autoscaler beats replicas",
        ),
        pytest.param(
            scaler("maxReplicas: 8") + workload("Deployment", POD), 1, 8, 2, id="autoscaler before its target"
        ),
        pytest.param(
            workload("Deployment", POD) + scaler("minReplicas: 2"),
            2, *["the autoscaler has no maxReplicas"] * 2, id="autoscaler without a maximum",
        ),
        pytest.param(
            workload("Deployment", f"replicas: 2, {POD}")
            + scaler("maxReplicas: 9", target="kind: Deployment, name: other"),
            2, 2, 1, id="autoscaler of another",
        ),
        pytest.param(
            workload("Deployment", f"replicas: 2, {POD}")
            + scaler("maxReplicas: 9", target="kind: StatefulSet, name: api"),
            2, 2, 1, id="autoscaler of another kind",
        ),
        pytest.param(
            workload("StatefulSet", POD) + scaler("maxReplicas: 9", target="kind: StatefulSet, name: api"),
            1, 9, 0, id="autoscaler of a stateful set",
        ),
        pytest.param(
            workload("Deployment", POD) + scaler("maxReplicas: 4") + scaler("maxReplicas: 8"),
            1, {4, 8}, {1, 2}, id="two autoscalers",
        ),
        pytest.param(
            workload("Deployment", POD) + scaler("triggers: []", "ScaledObject", "name: api"),
            0, 100, 25, id="KEDA's defaults",
        ),
        pytest.param(
            workload("Deployment", POD)
            + scaler("minReplicaCount: 1, maxReplicaCount: 6", "ScaledObject", "name: api"),
            1, 6, 2, id="KEDA",
        ),
        pytest.param(
            workload("ScaledJob", f"jobTargetRef: {{{POD}}}", "keda.sh/v1alpha1"), 0, 100, 0, id="KEDA job"
        ),
        pytest.param(
            workload("ScaledJob", f"maxReplicaCount: 7, jobTargetRef: {{{POD}}}", "keda.sh/v1alpha1"),
            0, 7, 0, id="KEDA job with a maximum",
        ),
        pytest.param(
            workload("Rollout", f"replicas: 4, strategy: {{canary: {{}}}}, {POD}", ROLLOUT),
            4, 4, 1, id="canary",
        ),
        pytest.param(
            workload("Rollout", f"replicas: 4, strategy: {{canary: {{maxSurge: 3}}}}, {POD}", ROLLOUT),
            4, 4, 3, id="canary with a surge",
        ),
        pytest.param(
            workload("Rollout", f"replicas: 4, strategy: {{blueGreen: {{}}}}, {POD}", ROLLOUT),
            4, 4, 4, id="blue-green doubles",
        ),
        pytest.param(
            workload("Rollout", "replicas: 2, workloadRef: {kind: Deployment, name: old}", ROLLOUT)
            + workload("Deployment", f"replicas: 0, {POD}", name="old"),
            2, 2, 1, id="rollout of a deployment's pods",
        ),
        pytest.param(
            workload("DeploymentConfig", f"replicas: 4, {POD}", "apps.openshift.io/v1"),
            4, 4, 1, id="deployment config",
        ),
        pytest.param(
            workload(
                "DeploymentConfig",
                f"replicas: 4, strategy: {{type: Rolling, rollingParams: {{maxSurge: 2}}}}, {POD}",
                "apps.openshift.io/v1",
            ),
            4, 4, 2, id="deployment config with a surge",
        ),
        pytest.param(
            workload(
                "DeploymentConfig",
                f"replicas: 1, strategy: {{type: Recreate}}, {POD}",
                "apps.openshift.io/v1",
            ),
            1, 1, 0, id="deployment config that recreates",
        ),
        pytest.param(
            workload(
                "Job",
                "template: {spec: {parallelism: 3, template: {spec: {containers: [{image: i}]}}}}",
                "run.googleapis.com/v1",
            ),
            0, 3, 0, id="Cloud Run job",
        ),
    ],
)  # fmt: skip
def test_pods(read: Read, text: str, minimum: object, maximum: object, surge: object) -> None:
    (found,) = [fact for fact in read(text) if isinstance(fact, Workload)]
    assert (shown(found.pods.minimum), shown(found.pods.maximum), shown(found.pods.surge)) == (
        minimum,
        maximum,
        surge,
    )


def test_origins(read: Read) -> None:
    (given,) = [
        fact
        for fact in read(workload("Deployment", POD) + scaler("maxReplicas: 12"))
        if isinstance(fact, Workload)
    ]
    assert isinstance(given.pods.maximum, Known)
    assert given.pods.maximum.origin == Span("k8s/api.yaml", 9, 68, 9, 70)
    assert isinstance(given.pods.minimum, Known)
    assert isinstance(given.pods.minimum.origin, Default)
    assert given.pods.minimum.origin.of == "Kubernetes"
    assert given.pods.minimum.origin.source
    assert confidence(given.pods.surge) is Confidence.HIGH


def test_an_autoscaler_alone_is_no_workload(read: Read) -> None:
    assert read(scaler("maxReplicas: 12")) == []


@pytest.mark.parametrize(
    ("text", "one_shot"),
    [
        pytest.param(workload("Deployment", POD), False, id="deployment"),
        pytest.param(workload("Job", POD, "batch/v1"), True, id="job"),
        pytest.param(workload("ScaledJob", f"jobTargetRef: {{{POD}}}", "keda.sh/v1"), True, id="KEDA job"),
        pytest.param(workload("Pod", "containers: [{image: i}]", "v1"), False, id="pod"),
        pytest.param(
            workload("Pod", "restartPolicy: Never, containers: [{image: i}]", "v1"), True, id="pod that ends"
        ),
        pytest.param(
            workload("Deployment", POD).replace(
                "name: api", "name: api, annotations: {helm.sh/hook: pre-upgrade}"
            ),
            True,
            id="hook",
        ),
    ],
)
def test_one_shot(read: Read, text: str, *, one_shot: bool) -> None:
    (found,) = [fact for fact in read(text) if isinstance(fact, Workload)]
    assert found.one_shot is one_shot


TEMPLATE = """
apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: t}
parameters:
- {name: NAME, value: shop}
- {name: REPLICAS, value: "3"}
- {name: SIZE}
- {name: ODD, value: a b}
objects:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: "${NAME}-api", namespace: "${OTHER}"}
  spec:
    replicas: %s
    template:
      metadata: {labels: {app: "${NAME}", size: "${SIZE}"}}
      spec:
        containers:
        - name: a
          image: "${NAME}:1"
          args: ["--workers=${REPLICAS}", "${SIZE}", "${{NAME}}!", "${ODD}", "${NO}"]
"""


@pytest.mark.parametrize(
    ("replicas", "expected", "surge"),
    [
        pytest.param("${{REPLICAS}}", (("REPLICAS",), 3), (("REPLICAS",), 1), id="typed"),
        pytest.param("${REPLICAS}", (("REPLICAS",), 3), (("REPLICAS",), 1), id="text"),
        pytest.param("${{SIZE}}", (("SIZE",), None), (("SIZE",), None), id="without a default"),
        pytest.param("4", 4, 1, id="constant"),
    ],
)
def test_template_parameters(read: Read, replicas: str, expected: object, surge: object) -> None:
    (found,) = [fact for fact in read(TEMPLATE % replicas) if isinstance(fact, Workload)]
    assert shown(found.pods.maximum) == expected
    assert shown(found.pods.surge) == surge
    assert found.name == "shop-api"
    assert found.namespace == "${OTHER}"
    assert found.labels == (("app", "shop"), ("size", "${SIZE}"))
    assert found.containers[0].command is not None
    assert found.containers[0].command.words == (
        "--workers=${REPLICAS:-3}",
        "${SIZE}",
        "${NAME:-shop}!",
        "a b",
        "${NO}",
    )


def test_surge_by_parameter_is_unknown(read: Read) -> None:
    strategy = "4\n    strategy: {rollingUpdate: {maxSurge: '${REPLICAS}'}}"
    (found,) = [fact for fact in read(TEMPLATE % strategy) if isinstance(fact, Workload)]
    assert shown(found.pods.surge) == "maxSurge is a parameter"
