"""Links are evidence: which engine runs where, and the way to its database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf

import pytest

from poollint.config.loading import ConfigError
from poollint.facts import (
    UNKNOWN_RELEASE,
    Address,
    Argument,
    Container,
    Database,
    Engine,
    Environment,
    Fact,
    FunctionHandler,
    Image,
    Lifetime,
    Pods,
    Pool,
    Pooler,
    Program,
    Role,
    Route,
    Url,
    Variable,
    Workload,
)
from poollint.linking import Declared, DeclaredEnvironment, DeclaredLink, link
from poollint.reading import Call
from poollint.source import Skipped, Span
from poollint.topology import Client, Topology
from poollint.values import Alternative, FromEnv, Known, Symbol, Text, Unknown, Value, one_of, resolved


def at(path: str, line: int = 1) -> Span:
    return Span(path, line, 1, line, 5)


def known(value: float | str | None, path: str = "compose.yaml") -> Known:
    return Known(value, at(path))


def an_engine(
    name: str = "app.db:engine", path: str = "app/db.py", *, host: Value | None = None,
    variable: str = "DATABASE_URL", role: Role = Role.SERVICE, port: int = 5432,
) -> Engine:  # fmt: skip
    never = known(-1)
    return Engine(
        at=at(path, 3),
        name=name,
        callee="sqlalchemy.create_engine",
        is_async=False,
        role=role,
        url=Url(
            at(path, 3), known("postgresql://"), known("postgresql"),
            host or FromEnv((variable,), None, "", at(path)), known(port), known("shop"),
            variables=(variable,),
        ),
        pool=Pool(
            Known(Symbol("sqlalchemy.pool.QueuePool"), at(path)), known(5), known(10), known(30), never,
            never, never, never,
        ),
    )  # fmt: skip


class Code:
    """What the Python reader would say, from tables: module -> path, path -> engines that it imports."""

    def __init__(self, *engines: Engine, imports: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.engines = engines
        self.handlers: tuple[FunctionHandler, ...] = ()
        self.lifetimes: tuple[Lifetime, ...] = ()
        self.skipped: tuple[Skipped, ...] = ()
        self._imports = imports or {}

    def constants(self, path: str, environment: Environment) -> Mapping[str, Value]:
        raise AssertionError(f"linking asks for no constants of {path} in {environment}")

    def calls(self, path: str, environment: Environment) -> Sequence[Call]:
        raise AssertionError(f"linking asks for no calls of {path} in {environment}")

    def is_replaced(self, engine: Engine, environment: Environment) -> bool:  # noqa: ARG002
        return False

    def in_environment(self, engine: Engine, environment: Environment) -> Engine:
        url = engine.url
        return replace(engine, url=replace(url, host=resolved(url.host, environment)))

    def module_path(self, dotted: str, near: str) -> str | None:
        path = dotted.replace(".", "/") + ".py"
        found = f"{near}/{path}" if near else path
        return found if found in self._imports else path if path in self._imports else None

    def reaches(self, path: str, engine: Engine, program: Program | None = None) -> tuple[str, ...] | None:  # noqa: ARG002
        return (path, engine.at.path) if engine.at.path in self._imports[path] else None


def a_workload(
    name: str = "api", *, module: str = "", variables: Mapping[str, str] | None = None, build: str = "",
    role: str = "app", scope: str = "compose", programs: bool = True,
) -> Workload:  # fmt: skip
    here = at("compose.yaml", 2)
    program = Program("uvicorn", module, known(1), known(inf), here, role=role)
    container = Container(
        here, name, known("shop:1"), programs=(program,) if programs else (), build=build,
        environment=tuple(
            Variable(key, known(value), at("compose.yaml", 5)) for key, value in (variables or {}).items()
        ),
    )  # fmt: skip
    one = known(1)
    return Workload(here, "compose", "service", name, Pods(one, one, known(0)), (container,), scope=scope)


def a_database(name: str = "db", scope: str = "compose", port: int = 5432) -> Database:
    return Database(
        at("compose.yaml", 20), name, "postgresql", "postgresql", known(100), known(3), hosts=(name,),
        port=known(port), scope=scope,
    )  # fmt: skip


def a_pooler(*routes: Route, name: str = "pgbouncer") -> Pooler:
    return Pooler(
        at("compose.yaml", 30), "pgbouncer", name, UNKNOWN_RELEASE, known("transaction"), known(1),
        hosts=(name,), routes=routes, scope="compose",
    )  # fmt: skip


def a_route(name: str, host: Value) -> Route:
    return Route(name, host, known(5432), known("shop"), at("compose.yaml", 33))


def linked(*facts: Fact, code: Code, declared: Declared | None = None) -> Topology:
    (topology,) = link(facts, code, declared or Declared())
    return topology


def the_client(topology: Topology) -> Client:
    (client,) = topology.clients
    return client


URL = {"DATABASE_URL": "db"}


def test_a_command_that_imports_the_engine_links_it() -> None:
    code = Code(an_engine(host=known("db")), imports={"app/main.py": ("app/db.py",)})

    client = the_client(linked(a_workload(module="app.main"), a_database(), code=code))

    assert client.evidence[0].kind == "command"
    assert client.evidence[0].says == "uvicorn starts app/main.py imports app/db.py"
    assert client.database == a_database()


def test_a_command_that_never_imports_the_engine_opens_none_whatever_it_sets() -> None:
    code = Code(an_engine(host=known("db")), imports={"app/worker.py": ()})

    assert linked(a_workload(module="app.worker", variables=URL), code=code).clients == ()


def test_the_module_that_is_the_engines_own_needs_no_import() -> None:
    class Own(Code):
        def reaches(
            self,
            path: str,
            engine: Engine,
            program: Program | None = None,  # noqa: ARG002
        ) -> tuple[str, ...] | None:
            return (path,) if path == engine.at.path else None

    code = Own(an_engine(host=known("db")), imports={"app/db.py": ()})

    client = the_client(linked(a_workload(module="app.db"), a_database(), code=code))

    assert client.evidence[0].says == "uvicorn starts app/db.py"


def with_program(workload: Workload, **changes: str) -> Workload:
    (container,) = workload.containers
    (program,) = container.programs
    changed = Program(
        changes.get("name", program.name), program.module, program.processes, program.at_once, program.at,
        role=changes.get("role", program.role), path=changes.get("path", ""),
    )  # fmt: skip
    return replace(workload, containers=(replace(container, programs=(changed,)),))


def test_the_file_that_the_image_has_wins_over_a_search_by_name() -> None:
    code = Code(an_engine(host=known("db")), imports={"src/main.py": ("app/db.py",), "main.py": ()})
    api = with_program(a_workload(module="main"), path="src/main.py")

    assert (
        the_client(linked(api, code=code)).evidence[0].says == "uvicorn starts src/main.py imports app/db.py"
    )


def test_a_script_that_migrates_opens_what_it_imports() -> None:
    code = Code(an_engine(host=known("db")), imports={"migrate.py": ("app/db.py",)})
    job = with_program(a_workload(module="migrate"), name="python", role="migration")

    assert the_client(linked(job, code=code)).evidence[0].kind == "command"


def test_a_migration_tool_opens_no_engine_of_the_service() -> None:
    code = Code(an_engine(host=known("db")), imports={"app/main.py": ("app/db.py",)})
    job = with_program(a_workload(module="app.main"), name="flask", role="migration")

    assert linked(job, code=code).clients == ()


@pytest.mark.parametrize("role", ["other", "shell"])
@pytest.mark.parametrize("build", ["", "app"])
def test_what_is_not_the_service_opens_nothing_for_its_variables_or_image(role: str, build: str) -> None:
    code = Code(an_engine(host=known("db")))
    cache = with_program(a_workload("redis", variables=URL, build=build), name="redis-server", role=role)

    assert linked(cache, code=code).clients == ()


def test_the_image_is_built_from_the_folder_of_the_engine() -> None:
    mine, other = an_engine(path="api/app/db.py", host=known("db")), an_engine(path="jobs/app/db.py")

    client = the_client(linked(a_workload(build="api"), a_database(), code=Code(mine, other)))

    assert (client.evidence[0].kind, client.engine.at.path) == ("image", "api/app/db.py")


def test_the_deepest_build_folder_owns_an_engine() -> None:
    engine = an_engine(path="api/jobs/db.py", host=known("db"))
    image = Image(at("api/jobs/Dockerfile"), "api/jobs", "", "Dockerfile", None, None, ())

    assert linked(a_workload(build="api"), image, code=Code(engine)).clients == ()


def test_a_variable_links_where_nothing_stronger_does() -> None:
    client = the_client(linked(a_workload(variables=URL), a_database(), code=Code(an_engine())))

    assert [each.kind for each in client.evidence] == ["variable", "host"]
    assert client.database == a_database()


def test_a_variable_that_engines_of_two_images_read_links_none() -> None:
    images = [
        Image(at(f"{folder}/Dockerfile"), folder, "", "Dockerfile", None, None, ())
        for folder in ("api", "jobs")
    ]
    code = Code(an_engine("api.db:engine", "api/db.py"), an_engine("jobs.db:engine", "jobs/db.py"))

    topology = linked(a_workload(variables=URL), *images, code=code)

    assert topology.clients == ()
    (open_question,) = topology.unresolved
    assert open_question.why == "api.db:engine, jobs.db:engine all read DATABASE_URL"
    assert 'match = "service/api"; engines = ["api.db:engine"]' in open_question.settle


@pytest.mark.parametrize(
    ("engine", "role", "count"),
    [
        pytest.param(Role.TEST, "app", 0, id="engines of tests run nowhere"),
        pytest.param(Role.MIGRATION, "app", 0, id="a service runs no migration"),
        pytest.param(Role.MIGRATION, "migration", 1, id="a migration runs its own"),
        pytest.param(Role.SERVICE, "migration", 0, id="a migration runs no service"),
        pytest.param(Role.SCRIPT, "app", 0, id="a script is run by its own name only"),
    ],
)
def test_roles_must_fit(engine: Role, role: str, count: int) -> None:
    code = Code(an_engine(role=engine, host=known("db")), imports={"app/main.py": ("app/db.py",)})

    assert len(linked(a_workload(module="app.main", role=role), code=code).clients) == count


@pytest.mark.parametrize(
    ("name", "path", "count"),
    [
        pytest.param("python", "jobs/common.py", 1, id="beside the program"),
        pytest.param("python", "app/seed.py", 0, id="elsewhere"),
        pytest.param("uvicorn", "jobs/common.py", 0, id="a server"),
    ],
)
def test_scripts_share_engines_with_those_beside_them(name: str, path: str, count: int) -> None:
    engine = an_engine(role=Role.SCRIPT, host=known("db"))
    engine = replace(engine, at=at(path))
    code = Code(engine, imports={"jobs/reap.py": (path,)})
    workload = a_workload(module="jobs.reap")
    (container,) = workload.containers
    (program,) = container.programs
    container = replace(container, programs=(replace(program, name=name),))

    assert len(linked(replace(workload, containers=(container,)), code=code).clients) == count


def test_a_container_without_a_known_program_gives_no_client() -> None:
    assert linked(a_workload(programs=False, variables=URL), code=Code(an_engine())).clients == ()


def test_configuration_beats_everything() -> None:
    declared = Declared(
        databases=(replace(a_database("main", ""), hosts=()),),
        links=(
            DeclaredLink(at("pyproject.toml", 9), "api", "service/api", ("app.db:engine",), "main", known(8)),
        ),
    )
    code = Code(an_engine(host=known("nowhere")), imports={"app/main.py": ()})

    client = the_client(linked(a_workload(module="app.main"), code=code, declared=declared))

    assert client.evidence[0].kind == "configuration"
    assert client.program.processes == known(8)
    assert client.database is not None
    assert client.database.name == "main"


def test_a_declared_database_that_does_not_exist_changes_nothing() -> None:
    declared = Declared(links=(DeclaredLink(at("pyproject.toml"), "api", "api", (), "other"),))

    client = the_client(
        linked(a_workload(variables=URL), a_database(), code=Code(an_engine()), declared=declared)
    )

    assert client.database == a_database()


@pytest.mark.parametrize("host", [known("pgbouncer"), Unknown("a secret", at("k8s.yaml"))])
def test_a_declared_url_variable_leads_to_its_database(host: Value) -> None:
    main = replace(a_database("main", ""), hosts=(), variables=("DATABASE_URL",))
    engine = an_engine(host=host)

    client = the_client(
        linked(
            a_workload(variables={"DATABASE_URL": "x"}),
            a_pooler(),
            code=Code(engine),
            declared=Declared(databases=(main,)),
        )
    )

    assert client.database == main
    assert len(client.poolers) == (1 if host == known("pgbouncer") else 0)
    assert client.evidence[-1].says == "DATABASE_URL leads to 'main'"


def test_a_pooler_leads_on_to_the_database_of_its_route() -> None:
    pooler = a_pooler(a_route("other", known("elsewhere")), a_route("shop", known("db")))

    client = the_client(
        linked(a_workload(variables={"DATABASE_URL": "pgbouncer"}), pooler, a_database(),
               code=Code(an_engine()))
    )  # fmt: skip

    assert (client.poolers, client.database) == ((pooler,), a_database())
    assert [each.says for each in client.evidence[1:]] == [
        "'pgbouncer' is the pgbouncer 'pgbouncer'",
        "'db' is the database 'db'",
    ]


@pytest.mark.parametrize(
    ("routes", "found"),
    [
        pytest.param((a_route("*", known("db")),), True, id="a route for every name"),
        pytest.param((a_route("renamed", known("db")),), True, id="the only route"),
        pytest.param((), False, id="no route"),
        pytest.param((a_route("a", known("db")), a_route("b", known("db"))), False, id="another name"),
        pytest.param((a_route("*", Unknown("a secret", at("x"))),), False, id="unknown backend"),
        pytest.param((a_route("*", known("pgbouncer")),), False, id="a circle ends"),
        pytest.param((a_route("*", known("twin")),), False, id="two servers behind it"),
    ],
)
def test_routes(routes: tuple[Route, ...], *, found: bool) -> None:
    topology = linked(
        a_workload(variables={"DATABASE_URL": "pgbouncer"}), a_pooler(*routes), a_database(),
        replace(a_database(), name="one", hosts=("twin",)),
        replace(a_database(), name="two", hosts=("twin",)), code=Code(an_engine()),
    )  # fmt: skip

    client = the_client(topology)

    assert (client.database is not None) is found
    assert client.poolers


def test_two_servers_of_one_name_are_no_way() -> None:
    first, second = a_database(), replace(a_database(), name="db2", at=at("other.yaml"))

    topology = linked(a_workload(variables=URL), first, second, code=Code(an_engine()))

    assert the_client(topology).database is None
    assert topology.unresolved[0].why == "2 servers answer to 'db': compose.yaml:20, other.yaml:1"
    assert topology.unresolved[0].settle.startswith("[tool.poollint.databases.main] url-env")


def test_the_port_tells_two_servers_on_one_host_apart() -> None:
    direct, other = a_database(), replace(a_database(port=5433), name="second")

    client = the_client(linked(a_workload(variables=URL), direct, other, code=Code(an_engine(port=5433))))

    assert client.database == other


def test_a_secret_host_is_unresolved_with_the_line_that_settles_it() -> None:
    engine = an_engine(host=Unknown("from Secret shop/url", at("k8s.yaml")))

    topology = linked(a_workload(variables={"DATABASE_URL": "x"}), a_database(), code=Code(engine))

    assert the_client(topology).database is None
    assert (topology.unresolved[0].why, topology.unresolved[0].settle) == (
        "its URL cannot be followed (from Secret shop/url)",
        '[tool.poollint.databases.main] url-env = ["DATABASE_URL"]',
    )


@pytest.mark.parametrize(
    ("host", "why"),
    [
        pytest.param(
            FromEnv(("DB_HOST",), known("localhost"), "", at("a.py")),
            "its host comes from DB_HOST, which nothing sets (else it is localhost)",
            id="variable with a default",
        ),
        pytest.param(
            FromEnv(("DB_HOST",), None, "", at("a.py")),
            "its host comes from DB_HOST, which nothing sets",
            id="variable",
        ),
        pytest.param(
            one_of([Alternative(known("a")), Alternative(known("b"))]),
            "its host is one of several, and the files do not say which",
            id="two hosts",
        ),
        pytest.param(
            Text(("db-", Unknown("a number", at("a.py"))), at("a.py")),
            "the host of its URL is not one known name",
            id="part of a name",
        ),
    ],
)
def test_why_a_host_is_not_known(host: Value, why: str) -> None:
    topology = linked(a_workload(variables={"DATABASE_URL": "x"}), code=Code(an_engine(host=host)))

    assert [each.why for each in topology.unresolved] == [why]


def test_an_image_that_nothing_deploys_leaves_no_question_open() -> None:
    image = replace(a_workload(variables={"DATABASE_URL": "x"}), platform="image")
    engine = an_engine(host=Unknown("a secret", at("a.py")))

    assert linked(image, code=Code(engine)).unresolved == ()


def test_localhost_is_a_server_of_the_same_workload() -> None:
    workload = a_workload(variables={"DATABASE_URL": "localhost"})
    sidecar = replace(a_pooler(), at=workload.containers[0].at)

    client = the_client(linked(workload, sidecar, a_database(), code=Code(an_engine())))

    assert client.poolers == (sidecar,)


@pytest.mark.parametrize(
    ("host", "poolers", "provider"),
    [
        pytest.param("shop.proxy-c0ffee.eu-west-1.rds.amazonaws.com", 1, None, id="RDS Proxy"),
        pytest.param("ep-cool-sun-123456.eu-central-1.aws.neon.tech", 0, "neon", id="Neon direct"),
        pytest.param("db.internal.example.com", 0, None, id="a host that says nothing"),
    ],
)
def test_managed_hosts(host: str, poolers: int, provider: str | None) -> None:
    topology = linked(a_workload(variables={"DATABASE_URL": host}), code=Code(an_engine()))

    client = the_client(topology)

    assert len(client.poolers) == poolers
    assert (client.database.provider if client.database else None) == provider
    assert topology.poolers == client.poolers


@pytest.mark.parametrize(
    "host",
    ["ep-cool-sun-123456.eu-central-1.aws.neon.tech", "shop.proxy-c0ffee.eu-west-1.rds.amazonaws.com"],
    ids=["database", "pooler"],
)
def test_a_hosted_server_is_one_server_wherever_its_name_is_written(host: str) -> None:
    first, second = (a_workload(name, variables={"DATABASE_URL": host}) for name in ("api", "jobs"))
    elsewhere = replace(
        second,
        containers=tuple(
            replace(
                each, environment=(Variable("DATABASE_URL", known(host, "other.yaml"), at("other.yaml")),)
            )
            for each in second.containers
        ),
    )

    topology = linked(first, elsewhere, code=Code(an_engine()))

    assert len(topology.clients) == 2
    assert len((*topology.databases, *topology.poolers)) == 1


def test_each_scope_is_an_environment_of_its_own() -> None:
    facts = (
        a_workload(variables=URL, scope="dev"), a_database(scope="dev"),
        a_workload(variables=URL, scope="prod"), a_database(scope="prod"),
    )  # fmt: skip

    found = link(facts, Code(an_engine()), Declared())

    assert [topology.environment for topology in found] == ["dev", "prod"]
    assert [len(topology.clients) for topology in found] == [1, 1]


def test_a_scope_sees_the_servers_of_the_scopes_around_it() -> None:
    facts = (
        a_workload(variables=URL, scope="k8s/prod"), a_database(scope="k8s"),
        a_database("x", scope="k8s-old"),
    )  # fmt: skip

    by_name = {found.environment: found for found in link(facts, Code(an_engine()), Declared())}

    assert the_client(by_name["k8s/prod"]).database == a_database(scope="k8s")
    assert by_name["k8s"].workloads == ()
    assert len(by_name["k8s/prod"].databases) == 1


def test_what_stands_outside_of_every_scope_is_no_environment_of_its_own() -> None:
    facts = (a_workload(variables=URL, scope="k8s"), a_database(scope="k8s"), a_database("x", scope=""))

    assert [topology.environment for topology in link(facts, Code(an_engine()), Declared())] == ["k8s"]


def test_declared_environments_take_manifests_by_folder_and_set_variables() -> None:
    declared = Declared(
        environments=(
            DeclaredEnvironment(
                at("pyproject.toml"), "prod", ("compose.yaml",),
                (Variable("DATABASE_URL", known("db"), at("pyproject.toml", 4)),),
            ),
            DeclaredEnvironment(at("pyproject.toml"), "none", ("k8s",)),
        )
    )  # fmt: skip

    prod, none = link((a_workload(build="app"), a_database()), Code(an_engine("e", "app/db.py")), declared)

    assert the_client(prod).database == a_database()
    assert none.workloads == ()


def a_scope(name: str) -> tuple[Fact, ...]:
    return a_workload(variables=URL, scope=name), a_database(scope=name)


DECLARED = (
    DeclaredEnvironment(at("pyproject.toml"), "dev", ("dev",)),
    DeclaredEnvironment(at("pyproject.toml"), "prod", ("compose.yaml",)),
)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        pytest.param(Declared(), ["dev", "prod"], id="every scope"),
        pytest.param(Declared(environment="prod"), ["prod"], id="a scope"),
        pytest.param(Declared(environments=DECLARED), ["dev", "prod"], id="every declared one"),
        pytest.param(Declared(environments=DECLARED, environment="prod"), ["prod"], id="a declared one"),
    ],
)
def test_one_environment_can_be_chosen(declared: Declared, expected: list[str]) -> None:
    found = link((*a_scope("dev"), *a_scope("prod")), Code(an_engine()), declared)

    assert [topology.environment for topology in found] == expected


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        pytest.param((), "there is no environment test", id="no environment at all"),
        pytest.param(a_scope(""), "there is no environment test", id="one without a name"),
        pytest.param(
            (*a_scope("dev"), *a_scope("prod")),
            "there is no environment test; there are dev, prod",
            id="others",
        ),
    ],
)
def test_an_environment_that_there_is_not(facts: tuple[Fact, ...], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        link(facts, Code(an_engine()), Declared(environment="test"))

    assert str(error.value) == message


def test_without_manifests_there_is_one_topology_with_the_engines() -> None:
    topology = linked(code=Code(an_engine()))

    assert (topology.environment, topology.engines) == ("", (an_engine(),))
    assert [client for _, client in topology.in_force()] == [None]


def test_a_topology_answers_about_its_clients() -> None:
    topology = linked(
        a_workload(variables=URL), a_database(), a_pooler(), Address(at("x"), ("svc",), ()),
        code=Code(an_engine()),
    )  # fmt: skip
    client = the_client(topology)

    assert topology.clients_of(a_database()) == (client,)
    assert topology.clients_through(a_pooler()) == ()
    assert list(topology.in_force()) == [(client.engine, client)]


def test_facts_answer_by_name() -> None:
    engine = replace(
        an_engine(),
        arguments=(Argument("pool_size", known(5), at("x")),),
        connect_args=(Argument("timeout", known(5), at("x")),),
    )
    pooler = replace(a_pooler(), settings=(Argument("pool_mode", known("session"), at("x")),))

    assert engine.argument("pool_size") is not None
    assert engine.argument("max_overflow") is None
    assert engine.connect_arg("timeout") is not None
    assert engine.connect_arg("ssl") is None
    assert pooler.setting("pool_mode") is not None
    assert pooler.setting("max_client_conn") is None
    assert a_workload().label == "service/api"
