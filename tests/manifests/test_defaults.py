"""Where a manifest is silent, the value is the catalogue's, and its origin names the catalogue's source."""

from collections.abc import Callable, Iterator, Mapping
from math import inf
from textwrap import dedent

import pytest

from poollint.catalogue import limits, pgbouncer, platforms, poolers, programs, servers
from poollint.catalogue.loader import Sourced
from poollint.facts import Database, Fact, Pooler, Program, Workload
from poollint.manifests.shell.expansion import CPUS
from poollint.source import Skipped
from poollint.values import Default, Documented, Known, OneOf, Unknown, Value, origin_of

Facts = tuple[Fact | Skipped, ...]
Read = Callable[[Mapping[str, str]], Facts]
Find = Callable[[Facts], Value | None]

CONTAINERS = "containers: [{name: api, image: api, command: [uvicorn, a:app]}]"
POD = f"{{metadata: {{labels: {{app: api}}}}, spec: {{{CONTAINERS}}}}}"
JOB_POD = "{spec: {restartPolicy: Never, containers: [{name: api, image: api}]}}"


def the(kind: type[Workload] | type[Pooler] | type[Database], facts: Facts) -> Iterator[Fact]:
    return (fact for fact in facts if isinstance(fact, kind))


def workload(facts: Facts) -> Workload:
    return next(fact for fact in facts if isinstance(fact, Workload))


def program(facts: Facts) -> Program:
    return workload(facts).containers[0].programs[0]


def pooler(facts: Facts) -> Pooler:
    return next(fact for fact in facts if isinstance(fact, Pooler))


def database(facts: Facts) -> Database:
    return next(fact for fact in facts if isinstance(fact, Database))


def minimum(facts: Facts) -> Value:
    return workload(facts).pods.minimum


def maximum(facts: Facts) -> Value:
    return workload(facts).pods.maximum


def surge(facts: Facts) -> Value:
    return workload(facts).pods.surge


def comes_from(value: Value | None, record: Sourced) -> bool:
    """Whether the origin of a value is a default that names the record's first source."""
    origin = None if value is None else origin_of(value)
    return isinstance(origin, Default | Documented) and origin.source == record.source[0]


def kubernetes(kind: str, spec: str = "", version: str = "apps/v1") -> dict[str, str]:
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: api}}\nspec:\n{spec}"
    return {"k8s/api.yaml": text}


def deployed(kind: str, version: str = "apps/v1", more: str = "") -> dict[str, str]:
    return kubernetes(kind, f"  template: {POD}\n{more}", version)


def scaled(kind: str, version: str, spec: str) -> dict[str, str]:
    files = deployed("Deployment")
    target = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}"
    files["k8s/scaler.yaml"] = (
        f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: api}}\nspec:\n  {target}\n  {spec}"
    )
    return files


def compose(service: str) -> dict[str, str]:
    return {"compose.yaml": f"services:\n  api: {{image: api, command: uvicorn a:app, {service}}}\n"}


def knative(annotation: str) -> dict[str, str]:
    template = "{spec: {containers: [{image: api, command: [uvicorn, a:app]}]}}"
    return {
        "service.yaml": "apiVersion: serving.knative.dev/v1\nkind: Service\n"
        f"metadata: {{name: api, annotations: {{{annotation}}}}}\nspec:\n  template: {template}\n"
    }


def sam(kind: str) -> dict[str, str]:
    return {
        "template.yaml": f"Resources:\n  Api:\n    Type: {kind}\n"
        "    Properties: {Runtime: python3.12, Handler: app.handler, CodeUri: .}\n"
    }


SERVERLESS = {
    "serverless.yml": "service: a\nprovider: {name: aws, runtime: python3.12}\n"
    "functions:\n  api: {handler: app.handler}\n"
}
SUPERVISED = {
    "compose.yaml": "services:\n  api: {build: ., command: supervisord -c /app/s.conf}\n",
    "Dockerfile": "FROM python\nWORKDIR /app\nCOPY . .\n",
    "s.conf": "[program:api]\ncommand=uvicorn a:app\n",
}
HPA, KEDA = ("HorizontalPodAutoscaler", "autoscaling/v2"), ("ScaledObject", "keda.sh/v1alpha1")
NO_SURGE = "{rollingParams: {maxUnavailable: 1}}"

PLATFORMS: Mapping[str, tuple[Mapping[str, str], Find, object]] = {
    "kubernetes-deployment-replicas": (deployed("Deployment"), maximum, 1),
    "kubernetes-max-surge": (deployed("Deployment", more="  replicas: 8"), surge, 2),
    "kubernetes-statefulset-replicas": (deployed("StatefulSet"), maximum, 1),
    "kubernetes-job-parallelism": (kubernetes("Job", f"  template: {JOB_POD}", "batch/v1"), maximum, 1),
    "kubernetes-hpa-min-replicas": (scaled(*HPA, "maxReplicas: 4"), minimum, 1),
    "keda-max-replicas": (scaled(*KEDA, "triggers: []"), maximum, 100),
    "keda-min-replicas": (scaled(*KEDA, "triggers: []"), minimum, 0),
    "argo-rollouts-replicas": (deployed("Rollout", "argoproj.io/v1alpha1"), maximum, 1),
    "argo-rollouts-max-surge": (
        deployed("Rollout", "argoproj.io/v1alpha1", "  replicas: 6\n  strategy: {canary: {}}"),
        surge,
        2,
    ),
    "openshift-deploymentconfig-replicas": (
        deployed("DeploymentConfig", "apps.openshift.io/v1"),
        maximum,
        0,
    ),
    "openshift-max-surge": (
        deployed("DeploymentConfig", "apps.openshift.io/v1", "  replicas: 3"),
        surge,
        1,
    ),
    "compose-replicas": (compose("environment: {}"), maximum, 1),
    "compose-surge": (compose("deploy: {replicas: 3}"), surge, 0),
    "compose-update-parallelism": (
        compose("deploy: {replicas: 3, update_config: {order: start-first}}"),
        surge,
        1,
    ),
    "supervisord-numprocs": (SUPERVISED, lambda facts: program(facts).processes, 1),
    "procfile-release": ({"Procfile": "release: alembic upgrade head\n"}, maximum, 1),
    "lambda-timeout": (
        sam("AWS::Serverless::Function"),
        lambda facts: workload(facts).request_timeout,
        3,
    ),
    "serverless-framework-timeout": (SERVERLESS, lambda facts: workload(facts).request_timeout, 6),
    "cloud-run-min-instances": (knative("run.googleapis.com/launch-stage: GA"), minimum, 0),
    "knative-min-instances": (knative(""), minimum, 0),
}
MULTIPLIED = {"supervisord-numprocs"}
"""Where the value is that of the program that is started so often."""
NO_READER = {
    "ecs-desired-count", "ecs-maximum-percent",  # for readers of task definitions and Terraform
    "kubernetes-max-unavailable", "kubernetes-termination-grace",  # no fact has them
}  # fmt: skip


def test_every_platform_default_is_tried_or_has_no_reader() -> None:
    assert PLATFORMS.keys() | NO_READER == platforms.platform_defaults().keys()
    assert not PLATFORMS.keys() & NO_READER


@pytest.mark.parametrize("name", PLATFORMS)
def test_platforms(read_all: Read, name: str) -> None:
    files, find, expected = PLATFORMS[name]

    found = find(read_all({path: dedent(text) for path, text in files.items()}))

    assert isinstance(found, Known)
    assert found.value == expected
    assert name in MULTIPLIED or comes_from(found, platforms.platform_default(name))


def test_openshift_surges_only_where_it_fills_in_its_default(read_all: Read) -> None:
    more = f"  replicas: 3\n  strategy: {NO_SURGE}"

    found = surge(read_all(deployed("DeploymentConfig", "apps.openshift.io/v1", more)))

    assert isinstance(found, Known)
    assert found.value == 0
    assert not isinstance(found.origin, Default)


# --- functions and containers of clouds ---

RUNTIMES: Mapping[str, Mapping[str, str]] = {
    "aws-lambda": sam("AWS::Lambda::Function"),
    "cloud-run": knative("run.googleapis.com/launch-stage: GA"),
    "knative": knative(""),
}


@pytest.mark.parametrize("name", RUNTIMES)
def test_runtimes(read_all: Read, name: str) -> None:
    record = platforms.runtime(name)

    found = workload(read_all(RUNTIMES[name]))

    if record.concurrency:
        assert isinstance(found.concurrency, Known)
        assert found.concurrency.value == record.concurrency
        assert comes_from(found.concurrency, record)
    else:
        assert found.concurrency is None
    most = found.pods.maximum
    if name == "cloud-run":
        assert isinstance(most, Known)
        assert most.value == record.instances
        assert comes_from(most, record)
    else:  # no limit of its own: the account's, or none
        assert isinstance(most, Unknown)
        assert str(record.instances or "nothing limits") in most.why


# --- programs ---


def line(entry: programs.Program) -> str:
    return " ".join((entry.commands[0], *entry.subcommands[:1], "shop.main:app"))


@pytest.mark.parametrize("name", programs.programs())
def test_programs(read_all: Read, name: str) -> None:
    entry = programs.programs()[name]

    found = program(read_all({"compose.yaml": f"services:\n  api: {{image: api, command: {line(entry)}}}\n"}))

    assert found.name == name.partition("-")[0]
    assert comes_from(found.processes, entry)
    if entry.processes is None:
        assert isinstance(found.processes, Unknown)
        assert found.processes.why == CPUS
    else:
        assert isinstance(found.processes, Known)
        assert found.processes.value == entry.processes
    assert comes_from(found.at_once, entry)
    assert isinstance(found.at_once, Known)
    assert found.at_once.value == at_once(entry)
    if entry.timeout is not None:
        assert found.request_timeout == Known(entry.timeout, origin_of(found.processes))


def at_once(entry: programs.Program) -> float:
    """Work at once in one process of the default class, by the record alone."""
    match entry.at_once_by_class.get(entry.default_class, entry.at_once):
        case "one":
            return 1
        case "threads":
            return entry.threads
        case "loop":
            return inf
        case _:
            return inf if entry.tasks is None else entry.tasks


@pytest.mark.parametrize("name", programs.containers())
def test_images_that_start_a_program_by_themselves(read_all: Read, name: str) -> None:
    record = programs.containers()[name]
    image = "tiangolo/uvicorn-gunicorn-fastapi:python3.11"

    def processes(environment: str) -> Value:
        service = f"{{image: {image}, environment: {{{environment}}}}}"
        return program(read_all({"compose.yaml": f"services:\n  api: {service}\n"})).processes

    assert programs.container_of(image.partition(":")[0]) == record
    silent, most = processes(""), processes(f"{record.most_variable}: {record.least}")
    assert isinstance(silent, Unknown)
    assert silent.why == CPUS
    assert comes_from(silent, record)
    assert isinstance(most, Known)
    assert most.value == record.least  # the least and the most are one


# --- poolers ---

IMAGES = {
    "edoburu": "edoburu/pgbouncer:v1.23.1-p0",
    "bitnami": "bitnami/pgbouncer:1.23.1",
    "pgbouncer": "pgbouncer/pgbouncer:1.15.0",
}


def test_every_image_whose_settings_are_known_is_tried() -> None:
    known = {each.name for each in poolers.images().values() if each.host_variable}
    assert known == IMAGES.keys()


@pytest.mark.parametrize("name", IMAGES)
def test_images_of_poolers(read_all: Read, name: str) -> None:
    image = poolers.images()[name]
    service = f"{{image: '{IMAGES[name]}', environment: {{{image.host_variable}: db}}}}"

    found = pooler(read_all({"compose.yaml": f"services:\n  bouncer: {service}\n"}))

    for setting, text in image.defaults.items():
        given = found.setting(setting)
        assert given is not None
        assert isinstance(given.value, Known)
        assert str(given.value.value) == text
        assert comes_from(given.value, image)
    assert found.port is None or comes_from(found.port, image)
    assert getattr(found.port, "value", None) == image.port
    (route,) = found.routes
    assert isinstance(route.port, Known)
    assert route.port.value == image.host_port
    assert comes_from(route.port, image)
    assert isinstance(found.mode, Known)
    assert found.mode.value == pgbouncer.setting_default("pool_mode")
    assert comes_from(found.mode, pgbouncer.settings()["pool_mode"])


def test_pgbouncer_ini(read_all: Read) -> None:
    found = pooler(read_all({"pgbouncer.ini": "[databases]\na = host=db\n[pgbouncer]\n"}))

    assert isinstance(found.port, Known)
    assert str(found.port.value) == pgbouncer.setting_default("listen_port")
    assert comes_from(found.port, pgbouncer.settings()["listen_port"])
    assert comes_from(found.mode, pgbouncer.settings()["pool_mode"])
    (route,) = found.routes
    scope = pgbouncer.scopes()["database"]
    assert isinstance(route.port, Known)
    assert str(route.port.value) == scope.defaults["port"]
    assert comes_from(route.port, scope)


CONFIGURED = {
    "pgcat": {"pgcat.toml": "[general]\n[pools.a.users.0]\nusername = 'a'\npool_size = 5\n"},
    "odyssey": {
        "odyssey.conf": 'storage "pg" {\n type "remote"\n host "db:5432"\n}\ndatabase "a" {\n'
        ' user "a" {\n storage "pg"\n pool "session"\n}\n}\n'
    },
}


@pytest.mark.parametrize("name", CONFIGURED)
def test_configurations_of_other_poolers(read_all: Read, name: str) -> None:
    product = poolers.products()[name]

    found = pooler(read_all(CONFIGURED[name]))

    assert isinstance(found.port, Known)
    assert found.port.value == product.ports[0]
    assert comes_from(found.port, product)
    if product.mode != "unknown":
        assert isinstance(found.mode, Known)
        assert found.mode.value == product.mode
        assert comes_from(found.mode, product)
    if product.pool_size == 0:
        size = found.setting("default_pool_size")
        assert size is not None
        assert isinstance(size.value, Known)
        assert size.value.value == inf
        assert comes_from(size.value, product)


# --- operators ---

CNPG = (
    "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg}\nspec: {storage: {size: 1Gi}}\n"
)
CNPG_POOLER = (
    "apiVersion: postgresql.cnpg.io/v1\nkind: Pooler\nmetadata: {name: pooler}\n"
    "spec: {cluster: {name: pg}, type: rw, pgbouncer: {}}\n"
)
ZALANDO = (
    "apiVersion: acid.zalan.do/v1\nkind: postgresql\nmetadata: {name: pg}\n"
    "spec: {teamId: a, enableConnectionPooler: true, postgresql: {version: '16'}}\n"
)
CRUNCHY = (
    "apiVersion: postgres-operator.crunchydata.com/v1beta1\nkind: PostgresCluster\nmetadata: {name: pg}\n"
    "spec: {postgresVersion: 16, instances: [{name: a}], proxy: {pgBouncer: {}}}\n"
)
OPERATORS = {
    "cloudnative-pg": {"k8s/cluster.yaml": CNPG, "k8s/pooler.yaml": CNPG_POOLER},
    "zalando": {"k8s/cluster.yaml": ZALANDO},
    "crunchy": {"k8s/cluster.yaml": CRUNCHY},
}


@pytest.mark.parametrize("name", poolers.operators())
def test_operators(read_all: Read, name: str) -> None:
    record = poolers.operators()[name]

    facts = read_all(OPERATORS[name])
    bouncer, databases = pooler(facts), list(the(Database, facts))

    expected = {"port": record.port, "instances": record.instances, "mode": record.defaults["pool_mode"]}
    for field, value in expected.items():
        found: Value = getattr(bouncer, field)
        assert isinstance(found, Known)
        assert (field, found.value) == (field, value)
        assert comes_from(found, record)
    for setting, text in record.defaults.items():
        if setting != "pool_mode":
            given = bouncer.setting(setting)
            assert given is not None
            assert isinstance(given.value, Known)
            assert text in str(given.value.value)
    assert comes_from(bouncer.routes[0].port, record)
    assert comes_from(database(facts).port, record)
    assert getattr(database(facts).port, "value", None) == record.database_port
    # One instance is one server; where the resource must say how many there are, that is not known.
    assert len(databases) == (record.database_instances or 2)


def test_zalando_divides_the_connections_of_its_default(read_all: Read) -> None:
    record = poolers.operators()["zalando"]

    most = pooler(read_all(OPERATORS["zalando"])).setting("max_db_connections")

    assert most is not None
    assert isinstance(most.value, Known)
    assert record.max_db_connections is not None
    assert most.value.value == record.max_db_connections // record.instances
    assert comes_from(most.value, record)


# --- servers ---

SERVERS = {
    "bitnami-postgresql": "bitnami/postgresql:16",
    "postgres": "postgres:16",
    "postgres-extended": "pgvector/pgvector:pg16",
    "mysql": "mysql:8",
    "mariadb": "mariadb:11",
}


def test_every_image_of_a_server_is_tried() -> None:
    assert SERVERS.keys() == servers.servers().keys()


@pytest.mark.parametrize("name", SERVERS)
def test_images_of_servers(read_all: Read, name: str) -> None:
    record = servers.servers()[name]
    limit = limits.connection_limit(record.provider, record.family)
    reserve = limits.reserved(record.provider, record.family)

    found = database(read_all({"compose.yaml": f"services:\n  db: {{image: '{SERVERS[name]}'}}\n"}))

    assert limit is not None
    assert reserve is not None
    assert isinstance(found.max_connections, Known)
    assert isinstance(found.reserved, Known)
    assert isinstance(found.port, Known)
    assert (found.max_connections.value, found.reserved.value, found.port.value) == (
        limit.upper,
        reserve.value,
        record.port,
    )
    assert comes_from(found.max_connections, limit)
    assert comes_from(found.reserved, reserve)
    assert comes_from(found.port, record)


@pytest.mark.parametrize(("name", "files"), OPERATORS.items())
def test_servers_of_operators(read_all: Read, name: str, files: Mapping[str, str]) -> None:
    limit, reserve = limits.connection_limit("postgresql"), limits.reserved("postgresql")

    found = database(read_all(files))

    assert limit is not None
    assert reserve is not None
    assert comes_from(found.reserved, reserve)
    if name == "zalando":  # the image computes it
        assert isinstance(found.max_connections, Unknown)
    else:
        assert isinstance(found.max_connections, Known)
        assert found.max_connections.value == limit.lower
        assert comes_from(found.max_connections, limit)


def test_a_value_that_is_given_is_no_default(read_all: Read) -> None:
    found = workload(read_all(deployed("Deployment", more="  replicas: 1")))

    assert not isinstance(origin_of(found.pods.maximum), Default)
    assert not isinstance(found.pods.maximum, OneOf)
