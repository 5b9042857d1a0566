"""Configurations of PgCat and Odyssey."""

# ruff: noqa: E501 - an expected line is easier to read whole

from collections.abc import Callable, Mapping

import pytest

from poollint.facts import Fact, Pooler
from poollint.source import Skipped

Read = Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]
Servers = Callable[[Mapping[str, str]], list[str]]
UNRUN = "?(no manifest in the files runs it)"
PGCAT = """\
[general]
port = 6433
pool_mode = "session"
idle_timeout = 30000
server_lifetime = "no"
prepared_statements_cache_size = 500

[pools.shop]
pool_mode = "transaction"

[pools.shop.users.0]
username = "app"
pool_size = 20

[pools.shop.users.1]
pool_size = 5
pool_mode = "session"

[pools.shop.shards.0]
servers = [["db", 5432, "primary"], ["replica", 5432, "replica"]]
database = "store"

[pools."other"]
"""


def test_pgcat(servers: Servers) -> None:
    assert servers({"pgcat.toml": PGCAT}) == [
        (
            f"pgcat pgcat : transaction|session x {UNRUN}; at :6433;"
            " server_idle_timeout=30 max_prepared_statements=500 default_pool_size=25;"
            " shop->db:5432/store (pool_mode=transaction pool_size=25);"
            " other->?(not one primary in one shard):?(not one primary in one shard)/other;"
            " [app: pool_size=20]; [1: pool_size=5 pool_mode=session]"
        )
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "[general]\n[pools.x]\n",
            [f"pgcat pgcat : transaction x {UNRUN}; at :5432; x->?(not one primary in one shard):?(not one primary in one shard)/x"],
            id="defaults",
        ),
        pytest.param(
            "[general]\n[pools.x.users.0]\n[pools.x.shards.0]\nservers = [['a', 1, 'primary'], 3]\n",
            [f"pgcat pgcat : transaction x {UNRUN}; at :5432; x->a:1/x; [0: ]"],
            id="sparse",
        ),
        pytest.param("[pools.x]\n", [], id="another-tool"),
        pytest.param("[general]\npools = 3\n# [pools.x]\n", [], id="no-table"),
        pytest.param("[pools.x\n", ["skipped 1: not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 9)"], id="broken"),
        pytest.param("[pools.x]\na = " + "[" * 5000, ["skipped 1: not valid TOML: brackets too deep"], id="deep"),
    ],
)  # fmt: skip
def test_other_toml(text: str, expected: list[str], servers: Servers) -> None:
    assert servers({"pool.toml": text}) == expected


def test_pgcat_in_its_container(servers: Servers) -> None:
    compose = "services:\n  cat:\n    image: ghcr.io/postgresml/pgcat\n    volumes: ['./pgcat.toml:/etc/pgcat.toml']\n"
    text = "[general]\n[pools.x.users.0]\npool_size = 3\n"
    assert servers({"compose.yml": compose, "pgcat.toml": text}) == [
        (
            "pgcat cat : transaction x 1; at cat:5432; default_pool_size=3;"
            " x->?(not one primary in one shard):?(not one primary in one shard)/x (pool_size=3); [0: pool_size=3]"
        )
    ]


def test_pgcat_in_a_config_map(servers: Servers) -> None:
    config_map = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  pgcat.toml: |\n"
        "    [general]\n    port = 7000\n    [pools.x]\n    pool_mode = 'session'\n"
    )
    (found,) = servers({"k8s/c.yaml": config_map})
    assert found.startswith(f"pgcat pgcat : transaction x {UNRUN}; at :7000; x->")


ODYSSEY = """\
# comment
/* another
   one */ client_max 900
storage "pg" { type "remote" host "db" port 5433 }
database "shop" {
    user "app" {
        storage "pg" storage_db "store"
        pool "transaction"
        pool_size 20
        client_max 100
    }
    user default { storage "pg" pool "session" }
}
database default { user default { storage "nowhere" } }
listen { host "*" port 6500 }
"""
LOCAL = """\
storage "local" { type "local" }
database "console" { user default { storage "local" pool "session" } }
database "admin" { user default { storage "pg" role "admin" pool "session" } }
"""
POOLED = f"odyssey odyssey : session x {UNRUN}; at :6432"


def pooled(storage: str) -> str:
    """A database with one user over a storage with some lines in it."""
    user = 'user default { storage "pg" pool "session" }'
    return f'storage "pg" {{ type "remote" {storage} }}\ndatabase "a" {{ {user} }}\n'


def test_odyssey(servers: Servers) -> None:
    nowhere = "?(no storage of that name)"
    assert servers({"odyssey.conf": ODYSSEY}) == [
        (
            f"odyssey odyssey : transaction|session x {UNRUN}; at :6500; max_client_conn=900 default_pool_size=inf;"
            " shop->db:5433/store (pool_mode=transaction pool_size=20 max_user_client_connections=100);"
            f" *->{nowhere}:{nowhere}/?(the one that the client asks for);"
            " [app: pool_mode=transaction pool_size=20 max_user_client_connections=100];"
            " [default: pool_mode=session]; [default: ]"
        )
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "storage x {}\ndatabase a { }\n",
            [f"odyssey odyssey : ?(no user has a pool) x {UNRUN}; at :6432; a->?(no storage of that name):?(no storage of that name)/a"],
            id="defaults",
        ),
        pytest.param(
            pooled('host "db:5433"'), [f"{POOLED}; a->db:5433/a (pool_mode=session); [default: pool_mode=session]"],
            id="port-in-host",
        ),
        pytest.param(
            pooled('host "db"'), [f"{POOLED}; a->db:?(the storage has no port)/a (pool_mode=session); [default: pool_mode=session]"],
            id="no-port",
        ),
        pytest.param(
            pooled('host "a:1,b:2" port 3'), [f"{POOLED}; a->?(several hosts):?(several hosts)/a (pool_mode=session); [default: pool_mode=session]"],
            id="several-hosts",
        ),
        pytest.param(
            pooled("port 3"), [f"{POOLED}; a->?(a Unix socket):?(a Unix socket)/a (pool_mode=session); [default: pool_mode=session]"],
            id="socket",
        ),
        pytest.param(
            pooled('host "db:1"') + LOCAL, [f"{POOLED}; a->db:1/a (pool_mode=session); [default: pool_mode=session]"],
            id="console",
        ),
        pytest.param(
            pooled('host "db:1"').replace("session", 'session" pool_size "0'),
            [f"{POOLED}; a->db:1/a (pool_mode=session pool_size=inf); [default: pool_mode=session pool_size=inf]".replace("at :6432;", "at :6432; default_pool_size=inf;")],
            id="no-limit",
        ),
        pytest.param("storage x {}\n", [], id="no-database"),
        pytest.param("storage\n{}}", ["skipped 2: a bracket closes nothing"], id="closed-twice"),
        pytest.param("storage x {\n", ["skipped 1: a bracket is not closed"], id="open"),
        pytest.param("storage a\n{ { } }", ["skipped 2: a bracket without a name, or too many within each other"], id="no-name"),
        pytest.param("storage {" * 40, ["skipped 1: a bracket without a name, or too many within each other"], id="deep"),
        pytest.param('storage "x\n/* never closed ' * 3, [], id="unclosed"),
    ],
)  # fmt: skip
def test_other_conf(text: str, expected: list[str], servers: Servers) -> None:
    assert servers({"odyssey/odyssey.conf": text}) == expected


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        pytest.param("pgcat.toml", "[general]\n[pools.x.users.0]\npool_size = 3\n", 3, id="PgCat"),
        pytest.param("odyssey.conf", pooled("").replace(' "session"', ' "session"\npool_size 3'), 3, id="Odyssey"),
        pytest.param("odyssey.conf", pooled(""), 2, id="Odyssey's user"),
    ],
)  # fmt: skip
def test_a_size_stands_where_it_is_written(path: str, text: str, line: int, read_all: Read) -> None:
    (found,) = (fact for fact in read_all({path: text}) if isinstance(fact, Pooler))
    size = found.setting("default_pool_size")
    assert size is not None
    assert size.at.line == line
