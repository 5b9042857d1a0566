"""Containers of poolers, by the variables of their images."""

# ruff: noqa: E501 - an expected line is easier to read whole

from collections.abc import Callable, Mapping
from dataclasses import replace
from textwrap import indent

import pytest

from poollint.catalogue.poolers import recognise_image
from poollint.facts import UNKNOWN_RELEASE, Container, Fact, Pods, Pooler, Variable, Workload
from poollint.manifests.servers.poolers import default_of, pooler
from poollint.source import Skipped, Span
from poollint.values import Alternative, FromEnv, Known, OneOf, Text, Unknown, Value

Servers = Callable[[Mapping[str, str]], list[str]]
AT = Span("compose.yml", 1, 1, 1, 9)
ANY = "?(the one that the client asks for)"


def compose(service: str) -> str:
    return "services:\n  pool:\n" + indent(service.strip("\n"), "    ") + "\n"


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param(
            "image: edoburu/pgbouncer:v1.23.1-p3\n"
            "environment: {DB_HOST: db, DB_PORT: 5433, DB_NAME: shop, POOL_MODE: Transaction,"
            " DEFAULT_POOL_SIZE: 20}",
            "pgbouncer pool 1.23.1: transaction x 1; at pool:5432; default_pool_size=20 pool_mode=Transaction;"
            " shop->db:5433/shop",
            id="edoburu",
        ),
        pytest.param(
            "image: edoburu/pgbouncer:1.18\nenvironment: [DB_HOST=db, LISTEN_PORT=6432, POOL_SIZE=9]\nscale: 2",
            f"pgbouncer pool 1.18: session x 2; at pool:6432; listen_port=6432 pool_size=9; *->db:5432/{ANY}",
            id="edoburu-defaults-and-refused",
        ),
        pytest.param(
            "image: edoburu/pgbouncer\n"
            "environment: {DATABASE_URL: 'postgres://app:${PASSWORD}@db:5433/shop?sslmode=require'}",
            "pgbouncer pool : session x 1; at pool:5432; shop->db:5433/shop",
            id="edoburu-url",
        ),
        pytest.param(
            "image: edoburu/pgbouncer\nenvironment: {DATABASE_URLS: 'postgres://a@one/x,postgres://a@two'}",
            "pgbouncer pool : session x 1; at pool:5432; x->one:5432/x;"
            " *->two:5432/?(a part of the pooler's URL that is not known)",
            id="edoburu-urls",
        ),
        pytest.param(
            "image: edoburu/pgbouncer\nenvironment: {DATABASE_URL: 'postgres://a@${HOST}:no/${NAME}'}",
            "pgbouncer pool : session x 1; at pool:5432;"
            " *->?(a part of the pooler's URL that is not known):?('no' is no number)"
            "/?(a part of the pooler's URL that is not known)",
            id="url-of-unknown-parts",
        ),
        pytest.param(
            "image: bitnami/pgbouncer:1.24.0\n"
            "environment: {POSTGRESQL_HOST: db, PGBOUNCER_PORT: 7000, PGBOUNCER_POOL_MODE: statement}",
            "pgbouncer pool 1.24: statement x 1; at pool:7000; listen_port=7000 pool_mode=statement;"
            f" *->db:5432/{ANY}",
            id="bitnami",
        ),
        pytest.param(
            "image: pgbouncer/pgbouncer:1.22\nenvironment: {DATABASES_HOST: db, PGBOUNCER_MAX_CLIENT_CONN: 900}",
            f"pgbouncer pool 1.22: session x 1; at pool:-; max_client_conn=900; *->db:5432/{ANY}",
            id="pgbouncer",
        ),
        pytest.param(
            "image: example/pgbouncer-docker:2",
            "pgbouncer pool : ?(the configuration of pgbouncer is not in the files) x 1; at pool:-",
            id="an-image-of-which-only-the-name-is-known",
        ),
        pytest.param(
            "image: ghcr.io/postgresml/pgcat:main",
            "pgcat pool : ?(the configuration of pgcat is not in the files) x 1; at pool:6432",
            id="pgcat",
        ),
        pytest.param(
            f"image: edoburu/pgbouncer:{'9' * 5000}.1",
            "pgbouncer pool : ?(no variable says where it leads, so a file must) x 1; at pool:5432",
            id="absurd-tag",
        ),
    ],
)
def test_a_pooler_of_compose(service: str, expected: str, servers: Servers) -> None:
    assert servers({"compose.yml": compose(service)}) == [expected]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param(
            "image: registry.example:5000/infra/pgbouncer:1.23", "pgbouncer 1.23 in doubt", id="image"
        ),
        pytest.param("image: example/my-pgcat:${TAG:-latest}", "pgcat  in doubt", id="no-version"),
        pytest.param("build: ./gone", "pgbouncer  in doubt", id="service-that-is-built"),
        pytest.param("image: prometheuscommunity/pgbouncer-exporter", "", id="exporter"),
        pytest.param("image: example/app", "", id="an-image-by-another-name"),
        pytest.param("image: edoburu/pgbouncer:1.23.0", "pgbouncer 1.23 for sure", id="known"),
        pytest.param(
            "image: example/pgbouncer\n    volumes: ['./pgbouncer.ini:/x.ini']",
            "pgbouncer  for sure",
            id="with-a-file",
        ),
    ],
)
def test_a_pooler_by_its_name(
    service: str, expected: str, read_all: Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]
) -> None:
    files = {"compose.yml": f"services:\n  my-pgbouncer:\n    {service}\n"}
    if "ini" in service:
        files["pgbouncer.ini"] = "[pgbouncer]\n"
    found = [each for each in read_all(files) if isinstance(each, Pooler)]
    assert [
        f"{each.product} {each.version} {'for sure' if each.certain else 'in doubt'}" for each in found
    ] == ([expected] if expected else [])


def test_an_init_container_is_no_pooler(servers: Servers) -> None:
    manifest = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n"
        "  initContainers: [{name: b, image: edoburu/pgbouncer}]\n  containers: [{name: c, image: busybox}]\n"
    )
    assert servers({"pod.yaml": manifest}) == []


def _pooler(url: Value) -> str:
    found = recognise_image("edoburu/pgbouncer:1.25")
    assert found is not None
    container = Container(AT, "p", Unknown("built", AT), environment=(Variable("DATABASE_URL", url, AT),))
    one = Known(1, AT)
    workload = Workload(AT, "compose", "service", "p", Pods(one, one, one), (container,))
    (route,) = pooler(found, container, workload, ()).routes
    return f"{route.name} {route.host.value if isinstance(route.host, Known) else '?'}"


@pytest.mark.parametrize(
    ("reference", "mode"),
    [
        pytest.param("ghcr.io/cloudnative-pg/pgbouncer:1.24", "session", id="default"),
        pytest.param("edoburu/pgbouncer", "transaction", id="default-of-the-image"),
        pytest.param("ghcr.io/postgresml/pgcat", "transaction", id="default-of-the-product"),
        pytest.param("odyssey", "?", id="unknown-product"),
    ],
)
def test_the_mode_without_a_setting(reference: str, mode: str) -> None:
    found = recognise_image(reference)
    assert found is not None
    defaults = {"pool_mode": "transaction"} if reference.startswith("edoburu") else {}
    found = replace(found, image=replace(found.image, settings_known=True, defaults=defaults))
    host = Variable("DB_HOST", Known("db", AT), AT)
    container = Container(AT, "p", Known(reference, AT), environment=(host,))
    one = Known(1, AT)
    workload = Workload(AT, "compose", "service", "p", Pods(one, one, one), (container,))
    value = pooler(found, container, workload, ()).mode
    assert (value.value if isinstance(value, Known) else "?") == mode


def test_a_default_that_depends_on_the_version() -> None:
    assert isinstance(default_of("max_prepared_statements", None, UNKNOWN_RELEASE, AT), Unknown)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(FromEnv(("URL",), Known("postgres://db/x", AT), "", AT), "x db", id="default"),
        pytest.param(FromEnv(("URL",), None, "", AT), "* ?", id="no-default"),
        pytest.param(
            OneOf((Alternative(Known("postgres://one/x", AT)), Alternative(Known("postgres://two/x", AT)))),
            "x one",
            id="alternatives",
        ),
        pytest.param(Text(("postgres://", Unknown("", AT), "@db/", Unknown("", AT)), AT), "* db", id="parts"),
    ],
)
def test_the_likely_parts_of_a_url(url: Value, expected: str) -> None:
    assert _pooler(url) == expected


def _settings(
    image: str, *, mounts: tuple[tuple[str, str], ...] = (), is_open: bool = False, **env: str
) -> str:
    found = recognise_image(image)
    assert found is not None
    variables = tuple(Variable(name, Known(value, AT), AT) for name, value in env.items())
    container = Container(
        AT, "p", Known(image, AT), environment=variables, mounts=mounts, open_environment=is_open
    )
    one = Known(1, AT)
    workload = Workload(AT, "compose", "service", "p", Pods(one, one, one), (container,))
    told = pooler(found, container, workload, ())
    wanted = ("default_pool_size", "ignore_startup_parameters")
    values = [told.mode, *(each.value for name in wanted if (each := told.setting(name)))]
    return " ".join(str(each.value) if isinstance(each, Known) else "?" for each in values)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(
            _settings("edoburu/pgbouncer:1.25", DB_HOST="db"), "session extra_float_digits", id="image"
        ),
        pytest.param(
            _settings(
                "edoburu/pgbouncer:1.25", DB_HOST="db", POOL_MODE="", IGNORE_STARTUP_PARAMETERS="options"
            ),
            "session options",
            id="an-empty-variable-sets-nothing",
        ),
        pytest.param(
            _settings("edoburu/pgbouncer:1.25", DB_HOST="db", mounts=(("u", "/etc/pgbouncer/userlist.txt"),)),
            "session extra_float_digits",
            id="another-file",
        ),
        pytest.param(
            _settings("edoburu/pgbouncer:1.25", DB_HOST="db", mounts=(("c", "/etc/pgbouncer"),)),
            "? ? ?",
            id="folder",
        ),
        pytest.param(
            _settings("edoburu/pgbouncer:1.25", DB_HOST="db", POOL_MODE="statement", is_open=True),
            "statement ? ?",
            id="variables-that-nobody-shows",
        ),
        pytest.param(_settings("edoburu/pgbouncer:1.25", DEFAULT_POOL_SIZE="5"), "? 5 ?", id="leads-nowhere"),
        pytest.param(_settings("example/pgbouncer-docker"), "? ? ?", id="an-image-that-is-not-known"),
        pytest.param(_settings("ghcr.io/cloudnative-pg/pgbouncer:1.24"), "session", id="of-an-operator"),
    ],
)
def test_defaults_are_believed_only_where_all_is_read(found: str, expected: str) -> None:
    assert found == expected
