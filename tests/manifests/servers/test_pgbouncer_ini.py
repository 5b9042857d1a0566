"""`pgbouncer.ini`, alone and with the container that runs with it."""

# ruff: noqa: E501 - an expected line is easier to read whole

from collections.abc import Callable, Mapping

import pytest

from poollint.facts import Pooler
from poollint.manifests.servers import pgbouncer_ini
from poollint.manifests.servers.pgbouncer_ini import INCLUDES_AT_MOST, LINES_AT_MOST, LONGEST_LINE
from poollint.source import Skipped, SourceFile

Servers = Callable[[Mapping[str, str]], list[str]]
UNRUN = "?(no manifest in the files runs it)"
INI = "[databases]\nshop = host=db\n[pgbouncer]\npool_mode = transaction\nmax_client_conn = 900\n"
ALONE = f"pgbouncer pgbouncer : transaction x {UNRUN}; at :6432; pool_mode=transaction max_client_conn=900; shop->db:5432/shop"
JOINED = "transaction x 1; at pool:6432; pool_mode=transaction max_client_conn=900; shop->db:5432/shop"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(INI, [ALONE], id="plain"),
        pytest.param(
            "; c\n# c\n\n[pgbouncer]\nlisten_port = 7000\npool_mode=session\npool_mode=Statement\n",
            [f"pgbouncer pgbouncer : statement x {UNRUN}; at :7000; listen_port=7000 pool_mode=Statement"],
            id="comments-and-twice",
        ),
        pytest.param(
            "[databases]\n* = host=db port=5433\n"
            "\"a b\" = host='x y' dbname='it''s' pool_size=5 pool_mode=SESSION password=secret\n"
            "sock = dbname=z\nmany = host=a,b port=no\n[pgbouncer]\n",
            [
                (
                    f"pgbouncer pgbouncer : session x {UNRUN}; at :6432;"
                    " *->db:5433/?(the one that the client asks for);"
                    " a b->x y:5432/it's (pool_size=5 pool_mode=session);"
                    " sock->?(a Unix socket):5432/z;"
                    " many->?(several hosts in turn):?('no' is no number)/many"
                )
            ],
            id="databases",
        ),
        pytest.param(
            "[pgbouncer]\n[users]\napp = pool_mode=transaction max_user_connections=10\n",
            [
                (
                    f"pgbouncer pgbouncer : session x {UNRUN}; at :6432;"
                    " [app: pool_mode=transaction max_user_connections=10]"
                )
            ],
            id="users",
        ),
        pytest.param(
            "[databases]\nx = host=${DB_HOST} dbname={{ name }}\n[pgbouncer]\npool_mode = ${POOL_MODE}\n",
            [
                (
                    "pgbouncer pgbouncer : ?(filled in when the configuration is made)"
                    f" x {UNRUN}; at :6432; pool_mode=?(filled in when the configuration is made);"
                    " x->?(filled in when the configuration is made):5432/?(filled in when the configuration is made)"
                )
            ],
            id="template",
        ),
        pytest.param(
            "[pgbouncer]\nnonsense\n%include more.ini\n",
            [
                "skipped 2: not a 'key = value' line: nonsense",
                "skipped 3: includes more.ini, which is not in the project",
                f"pgbouncer pgbouncer : session x {UNRUN}; at :6432",
            ],
            id="what-cannot-be-read",
        ),
    ],
)
def test_an_ini_file(text: str, expected: list[str], servers: Servers) -> None:
    def skipped_first(line: str) -> bool:
        return not line.startswith("skipped")

    assert sorted(servers({"pgbouncer.ini": text}), key=skipped_first) == expected


def test_an_included_file_goes_on_in_its_section(servers: Servers) -> None:
    files = {
        "etc/pgbouncer.ini": "[pgbouncer]\n%include 'sub/more.ini'\nserver_lifetime = 60\n",
        "etc/sub/more.ini": "max_db_connections = 5\n[databases]\nx = host=db\n[pgbouncer]\nverbose = 1\n",
    }
    assert servers(files) == [
        (
            f"pgbouncer etc : session x {UNRUN}; at :6432;"
            " max_db_connections=5 verbose=1 server_lifetime=60; x->db:5432/x"
        )
    ]


def _read(text: str) -> list[Pooler | Skipped]:
    file = SourceFile("a.ini", text)
    return list(pgbouncer_ini.configuration(file, lambda path: file if path == "a.ini" else None, set()))


def test_a_file_that_includes_itself_ends() -> None:
    *skipped, found = _read("[pgbouncer]\n%include a.ini\n")
    assert len(skipped) == 1
    assert isinstance(found, Pooler)
    assert INCLUDES_AT_MOST < 100


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[pgbouncer]\n" + "a=1\n" * (LINES_AT_MOST + 5), id="lines"),
        pytest.param("[pgbouncer]\na=" + "1" * LONGEST_LINE, id="a-line"),
        pytest.param("[pgbouncer]\n%include a.ini\n%include a.ini\n" + "a=1\n" * 50, id="includes"),
        pytest.param("[pgbouncer]\n" + ";\n" * LINES_AT_MOST, id="comments"),
        pytest.param("[pgbouncer]\n" + "%include a.ini\n" * 15_000, id="many-includes"),
    ],
)
def test_what_is_too_large_is_cut(text: str) -> None:
    found = _read(text)
    assert any(isinstance(each, Skipped) for each in found)
    assert isinstance(found[-1], Pooler)


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param(
            "image: edoburu/pgbouncer:1.25.0\n    environment: {POOL_MODE: session}\n"
            "    volumes: ['./conf/pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini:ro']",
            [f"pgbouncer pool 1.25: {JOINED}"],
            id="mounted-over-the-variables",
        ),
        pytest.param(
            "image: edoburu/pgbouncer\n    volumes: ['./conf:/etc/pgbouncer']",
            [f"pgbouncer pool : {JOINED}"],
            id="folder-mounted",
        ),
        pytest.param(
            "image: pgbouncer/pgbouncer:1.22",
            [f"pgbouncer pool 1.22: {JOINED}"],
            id="the-only-bare-container",
        ),
        pytest.param(
            "image: example/pgbouncer-docker",
            [f"pgbouncer pool : {JOINED}"],
            id="an-image-without-known-settings",
        ),
        pytest.param(
            "image: edoburu/pgbouncer\n    environment: {POOL_MODE: session}",
            [
                "pgbouncer pool : session x 1; at pool:5432; pool_mode=session",
                ALONE.replace("pgbouncer pgbouncer", "pgbouncer conf"),
            ],
            id="a-container-with-settings",
        ),
        pytest.param(
            "image: edoburu/pgbouncer\n  again:\n    image: edoburu/pgbouncer",
            [
                "pgbouncer pool : ?(no variable says where it leads, so a file must) x 1; at pool:5432",
                "pgbouncer again : ?(no variable says where it leads, so a file must) x 1; at again:5432",
                ALONE.replace("pgbouncer pgbouncer", "pgbouncer conf"),
            ],
            id="two-containers",
        ),
        pytest.param(
            "image: redis", [ALONE.replace("pgbouncer pgbouncer", "pgbouncer conf")], id="no-container"
        ),
    ],
)
def test_a_container_and_its_file(service: str, expected: list[str], servers: Servers) -> None:
    files = {"compose.yml": f"services:\n  pool:\n    {service}\n", "conf/pgbouncer.ini": INI}
    assert servers(files) == expected


def test_a_file_copied_into_an_image(servers: Servers) -> None:
    files = {
        "compose.yml": "services:\n  pool:\n    build: ./conf\n",
        "conf/Dockerfile": "FROM edoburu/pgbouncer:1.21\nCOPY pgbouncer.ini /etc/pgbouncer/pgbouncer.ini\n",
        "conf/pgbouncer.ini": INI,
        "other/pgbouncer.ini": INI,
    }
    assert f"pgbouncer pool 1.21: {JOINED}" in servers(files)


def test_defaults_of_the_containers_version(servers: Servers) -> None:
    files = {
        "compose.yml": "services:\n  pool:\n    image: edoburu/pgbouncer:1.25\n",
        "pgbouncer.ini": "[pgbouncer]\nverbose = 1\n",
    }
    assert servers(files) == ["pgbouncer pool 1.25: session x 1; at pool:6432; verbose=1"]


CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data:
  other: "[pgbouncer]"
  list: [1]
  none: |
    nothing
  pgbouncer.ini: |
    [databases]
    shop = host=db
    [pgbouncer]
    pool_mode = transaction
    nonsense
  last: |
    [pools.x]
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: pool}
spec:
  replicas: 3
  template:
    metadata: {labels: {app: pool}}
    spec: {containers: [{name: pool, image: "edoburu/pgbouncer:1.25"}]}
"""


def test_a_file_in_a_config_map(servers: Servers) -> None:
    files = {"k8s/conf.yaml": CONFIG_MAP, "k8s/pool.yaml": DEPLOYMENT}
    assert servers(files) == [
        "pgbouncer pool 1.25: transaction x 3; at :6432; pool_mode=transaction; shop->db:5432/shop",
        "skipped 14: not a 'key = value' line: nonsense",
    ]


def test_all_in_one_file_with_a_port(servers: Servers) -> None:
    both = "\n---\n".join((CONFIG_MAP.replace("nonsense", "listen_port = 7000"), DEPLOYMENT))
    assert servers({"k8s/all.yaml": both}) == [
        (
            "pgbouncer pool 1.25: transaction x 3; at :7000; pool_mode=transaction listen_port=7000;"
            " shop->db:5432/shop"
        )
    ]


def test_a_config_map_of_another_environment(servers: Servers) -> None:
    files = {"envs/a/conf.yaml": CONFIG_MAP, "envs/b/pool.yaml": DEPLOYMENT}
    assert len(servers(files)) == 3
