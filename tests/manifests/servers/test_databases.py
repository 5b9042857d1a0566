"""Containers of database servers: which they are, and how many connections they accept."""

# ruff: noqa: E501 - an expected line is easier to read whole

from collections.abc import Callable, Mapping
from textwrap import indent

import pytest

from poollint.catalogue.servers import servers as catalogue
from poollint.facts import Command, Container, Pods, Workload
from poollint.manifests.servers import databases
from poollint.manifests.servers.databases import database
from poollint.source import Span
from poollint.values import Known

Servers = Callable[[Mapping[str, str]], list[str]]
AT = Span("compose.yml", 1, 1, 1, 9)


def compose(service: str) -> str:
    return "services:\n  db:\n" + indent(service.strip("\n"), "    ") + "\n"


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param("image: postgres:16-alpine", "postgresql db 16: 100 - 3 at db:5432", id="defaults"),
        pytest.param("image: postgres", "postgresql db : 100 - 3 at db:5432", id="no-tag"),
        pytest.param("image: postgres:latest", "postgresql db : 100 - 3 at db:5432", id="latest"),
        pytest.param(
            "image: postgres:${TAG:-15.3}", "postgresql db 15.3: 100 - 3 at db:5432", id="default-tag"
        ),
        pytest.param("image: pgvector/pgvector:pg17", "postgresql db 17: 100 - 3 at db:5432", id="pgvector"),
        pytest.param(
            "image: pgvector/pgvector:0.8.0-pg16",
            "postgresql db 16: 100 - 3 at db:5432",
            id="extension-first",
        ),
        pytest.param(
            "image: ankane/pgvector:v0.5.1", "postgresql db : 100 - 3 at db:5432", id="extension-only"
        ),
        pytest.param("image: mysql:8.4", "mysql db 8.4: 151 - 0 at db:3306", id="mysql"),
        pytest.param("image: mariadb:11", "mariadb db 11: 151 - 0 at db:3306", id="mariadb"),
        pytest.param(
            "image: postgres:16\ncommand: postgres -c max_connections=200 -c shared_buffers=1GB",
            "postgresql db 16: 200 - 3 at db:5432",
            id="c-setting",
        ),
        pytest.param(
            'image: postgres:16\ncommand: ["-cmax_connections=50", "-c", "Max_Connections = 60"]',
            "postgresql db 16: 50 - 3 at db:5432",
            id="c-attached",
        ),
        pytest.param(
            "image: postgres:16\ncommand: ['-c', 'max_connections=50', '-c', 'max_connections=60']",
            "postgresql db 16: 60 - 3 at db:5432",
            id="last-wins",
        ),
        pytest.param("image: postgres:16\ncommand: -N 300", "postgresql db 16: 300 - 3 at db:5432", id="N"),
        pytest.param("image: postgres:16\ncommand: -N300", "postgresql db 16: 300 - 3 at db:5432", id="N300"),
        pytest.param(
            "image: postgres:16\ncommand: postgres -N",
            "postgresql db 16: ?('' is no number) - 3 at db:5432",
            id="N-nothing",
        ),
        pytest.param(
            "image: postgres:16\ncommand: postgres --max_connections=70",
            "postgresql db 16: 70 - 3 at db:5432",
            id="long-option",
        ),
        pytest.param(
            "image: postgres:16\ncommand: postgres -c max_connections=${LIMIT:-250}",
            "postgresql db 16: <FromEnv> - 3 at db:5432",
            id="variable-of-the-shell",
        ),
        pytest.param(
            "image: postgres:16\nenvironment: {LIMIT: '90'}\ncommand: sh -c 'exec postgres -c max_connections=$$LIMIT'",
            "postgresql db 16: 90 - 3 at db:5432",
            id="variable-of-the-container",
        ),
        pytest.param(
            "image: postgres:16\ncommand: postgres -c max_connections=many",
            "postgresql db 16: ?('many' is no number) - 3 at db:5432",
            id="no-number",
        ),
        pytest.param(
            f"image: postgres:16\ncommand: postgres -c max_connections={'9' * 30}",
            f"postgresql db 16: ?('{'9' * 30}' is no number) - 3 at db:5432",
            id="absurd-number",
        ),
        pytest.param(
            "image: postgres:16\ncommand: postgres -c superuser_reserved_connections=5 -c reserved_connections=10",
            "postgresql db 16: 100 - 15 at db:5432",
            id="reserved",
        ),
        pytest.param(
            "image: postgres:16\ncommand: postgres -c reserved_connections=10",
            "postgresql db 16: 100 - 13 at db:5432",
            id="reserved-and-superusers",
        ),
        pytest.param(
            "image: postgres:16\ncommand: -p 5433", "postgresql db 16: 100 - 3 at db:5433", id="port-flag"
        ),
        pytest.param(
            "image: postgres:16\nenvironment: {PGPORT: 5434}",
            "postgresql db 16: 100 - 3 at db:5434",
            id="port-variable",
        ),
        pytest.param(
            "image: mysql:8.0\ncommand: --max-connections=400 --port=3307",
            "mysql db 8: 400 - 0 at db:3307",
            id="mysql-flag",
        ),
        pytest.param(
            "image: mariadb:11\ncommand: mariadbd --max_connections 500",
            "mariadb db 11: 500 - 0 at db:3306",
            id="mariadb-flag-apart",
        ),
        pytest.param(
            "image: bitnami/postgresql:16\nenvironment: {POSTGRESQL_MAX_CONNECTIONS: 220}",
            "postgresql db 16: 220 - 3 at db:5432",
            id="bitnami",
        ),
    ],
)
def test_a_database_of_compose(service: str, expected: str, servers: Servers) -> None:
    assert servers({"compose.yml": compose(service)}) == [expected]


@pytest.mark.parametrize(
    "service",
    [
        pytest.param("image: redis:7", id="redis"),
        pytest.param("image: prodrigestivill/postgres-backup-local", id="backup-image"),
        pytest.param("image: postgres:16\ncommand: psql -h other -f /init.sql", id="psql"),
        pytest.param("image: postgres:16\nentrypoint: ['pg_dump', '-h', 'db']", id="pg_dump"),
        pytest.param("image: postgres:16\ncommand: sh -c 'sleep infinity'", id="shell"),
        pytest.param("image: postgres:16\ndeploy: {mode: replicated-job}", id="job"),
        pytest.param("image: ${IMAGE}", id="unknown-image"),
        pytest.param("build: ./nowhere", id="image-that-is-not-read"),
    ],
)
def test_what_is_no_database(service: str, servers: Servers) -> None:
    assert [line for line in servers({"compose.yml": compose(service)}) if "skipped" not in line] == []


@pytest.mark.parametrize(
    ("mounts", "command", "files", "expected"),
    [
        pytest.param(
            "./pg.conf:/etc/postgresql/postgresql.conf",
            "postgres -c config_file=/etc/postgresql/postgresql.conf",
            {"pg.conf": "# c\nmax_connections = 300  # many\nreserved_connections 5\nport = '5433'\n"},
            "300 - 8 at db:5433",
            id="config-file-told",
        ),
        pytest.param(
            "./pg.conf:/etc/postgresql/postgresql.conf",
            "postgres",
            {"pg.conf": "max_connections = 300\n"},
            "100 - 3 at db:5432",
            id="a-file-that-is-not-read",
        ),
        pytest.param(
            "./pg.conf:/var/lib/postgresql/data/postgresql.conf",
            "postgres -c max_connections=40",
            {"pg.conf": "max_connections = 300\n"},
            "40 - 3 at db:5432",
            id="command-line-wins",
        ),
        pytest.param(
            "./conf:/etc/postgresql",
            "postgres -c config_file=/etc/postgresql/my.conf",
            {"conf/my.conf": "max_connections=310\n"},
            "310 - 3 at db:5432",
            id="in-a-folder",
        ),
        pytest.param(
            "./data:/var/lib/postgresql/data", "postgres", {}, "100 - 3 at db:5432", id="data-folder"
        ),
        pytest.param(
            "./conf:/etc/postgresql",
            "postgres -c config_file=/etc/postgresql/my.conf",
            {},
            "?(/etc/postgresql/my.conf is not among the files) - 3 at db:5432",
            id="told-and-not-there",
        ),
        pytest.param(
            "./pg.conf:/var/lib/postgresql/data/postgresql.conf",
            "postgres",
            {"pg.conf": "include 'more.conf'\nmax_connections = high\n", "more.conf": "port=6000\n"},
            "?('high' is no number) - 3 at db:6000",
            id="include",
        ),
        pytest.param(
            "./pg.conf:/var/lib/postgresql/data/postgresql.conf",
            "postgres",
            {"pg.conf": "include_dir = 'conf.d'\n"},
            "?(conf.d, which it includes, is not among the files) - 3 at db:5432",
            id="include-not-there",
        ),
        pytest.param(
            "./conf:/var/lib/postgresql",
            "postgres",
            {
                "conf/data/postgresql.conf": "include 'b.conf'\n" * 300,
                "conf/data/b.conf": "max_connections=8\n",
            },
            "8 - 3 at db:5432",
            id="included-again-and-again",
        ),
        pytest.param(
            "./pg.conf:/var/lib/postgresql/data/postgresql.conf",
            "postgres",
            {"pg.conf": "include 'pg.conf'\n= 5\n"},
            "?(pg.conf, which it includes, is not among the files) - 3 at db:5432",
            id="include-itself",
        ),
    ],
)
def test_a_mounted_postgresql_conf(
    mounts: str, command: str, files: dict[str, str], expected: str, servers: Servers
) -> None:
    service = f"image: postgres:16\nvolumes: ['{mounts}']\ncommand: {command}"
    assert servers({"compose.yml": compose(service), **files}) == [f"postgresql db 16: {expected}"]


@pytest.mark.parametrize(
    ("mounts", "files", "expected"),
    [
        pytest.param(
            "./my.cnf:/etc/mysql/conf.d/zz.cnf",
            {"my.cnf": "[client]\nmax_connections=1\n[mysqld]\nmax-connections = 640\n"},
            "640 - 0 at db:3306",
            id="file",
        ),
        pytest.param(
            "./my.cnf:/etc/mysql/conf.d/a.cnf', './my.cnf:/etc/mysql/conf.d/b.cnf",
            {"my.cnf": "[mysqld]\nmax_connections=640\n"},
            "640 - 0 at db:3306",
            id="file-in-two-places",
        ),
        pytest.param(
            "./mysql:/etc/mysql/conf.d",
            {"mysql/custom.cnf": "[mysqld-8.0]\nmax_connections=641\nskip-name-resolve\n"},
            "641 - 0 at db:3306",
            id="folder",
        ),
        pytest.param(
            "./mysql:/etc/mysql",
            {"mysql/conf.d/my.cnf": "[server]\nmax_connections=642\n"},
            "642 - 0 at db:3306",
            id="folder-above",
        ),
        pytest.param(
            "./mysql:/etc/mysql/conf.d",
            {},
            "?(the files in /etc/mysql/conf.d were not found) - 0 at db:3306",
            id="folder-of-unknown-files",
        ),
        pytest.param(
            "./my.cnf:/etc/my.cnf",
            {"my.cnf": "!includedir /etc/elsewhere\n"},
            "?(!includedir /etc/elsewhere was not followed) - 0 at db:3306",
            id="includedir",
        ),
    ],
)
def test_a_mounted_my_cnf(mounts: str, files: dict[str, str], expected: str, servers: Servers) -> None:
    service = f"image: mysql:8.4\nvolumes: ['{mounts}']"
    assert servers({"compose.yml": compose(service), **files}) == [f"mysql db 8.4: {expected}"]


@pytest.mark.parametrize(
    ("dockerfile", "service", "expected"),
    [
        pytest.param(
            "FROM postgres:15\nCOPY pg.conf /etc/pg.conf\nCMD ['x']\n",
            "build: ./db\ncommand: postgres -c config_file=/etc/pg.conf",
            ["postgresql db 15: 77 - 3 at db:5432"],
            id="conf-in-the-image",
        ),
        pytest.param(
            'FROM postgres:15\nCMD ["postgres", "-c", "max_connections=88"]\n',
            "build: ./db",
            ["postgresql db 15: 88 - 3 at db:5432"],
            id="command-of-the-image",
        ),
        pytest.param("FROM python:3.12\n", "build: ./db", [], id="another-image"),
        pytest.param(
            "FROM scratch\n",
            "build: ./db\nimage: postgres:14",
            ["postgresql db 14: 100 - 3 at db:5432"],
            id="named-as-a-server",
        ),
    ],
)
def test_a_database_that_the_project_builds(
    dockerfile: str, service: str, expected: list[str], servers: Servers
) -> None:
    files = {
        "compose.yml": compose(service),
        "db/Dockerfile": dockerfile,
        "db/pg.conf": "max_connections = 77\n",
    }
    assert servers(files) == expected


def test_a_stateful_set_of_kubernetes(servers: Servers) -> None:
    manifest = """\
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: pg}
        spec:
          template:
            metadata: {labels: {app: pg, tier: db}}
            spec:
              initContainers:
                - {name: wait, image: "postgres:16", command: [postgres]}
              containers:
                - name: pg
                  image: postgres:16
                  env: [{name: LIMIT, value: "120"}]
                  args: ["-c", "max_connections=$(LIMIT)"]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: pg}
        spec: {selector: {app: pg}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: other}
        spec: {selector: {app: other}}
        """
    assert servers({"k8s/pg.yaml": manifest}) == ["postgresql pg 16: 120 - 3 at pg,pg-0.pg:5432"]


def _idle(image: str, *words: str) -> str:
    container = Container(AT, "db", Known(image, AT), command=Command(words, shell=False, at=AT))
    one = Known(1, AT)
    workload = Workload(AT, "compose", "service", "db", Pods(one, one, one), (container,))
    record = next(each for each in catalogue().values() if each.name == image.partition(":")[0])
    found = database(record, container, workload, (), lambda _path: None)
    return str(found.idle_timeout.value) if isinstance(found.idle_timeout, Known) else "-"


@pytest.mark.parametrize(
    ("image", "words", "seconds"),
    [
        pytest.param("postgres:16", ("-c", "idle_session_timeout=600000"), "600", id="milliseconds"),
        pytest.param("mysql:8", ("--wait-timeout=300",), "300", id="seconds"),
        pytest.param("postgres:16", (), "-", id="none"),
        pytest.param("mysql:8", (), "-", id="none-of-mysql"),
    ],
)
def test_idle_timeouts_are_seconds(image: str, words: tuple[str, ...], seconds: str) -> None:
    assert _idle(image, *words) == seconds


def test_a_server_without_a_documented_default(monkeypatch: pytest.MonkeyPatch, servers: Servers) -> None:
    monkeypatch.setattr(databases, "connection_limit", lambda *_: None)
    assert servers({"compose.yml": compose("image: mysql:8")}) == [
        "mysql db 8: ?(the default of mysql is not documented) - 0 at db:3306"
    ]
