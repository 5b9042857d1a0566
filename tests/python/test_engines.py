"""From snippets to engines: what each call means."""

import pytest

from poollint.facts import Engine, Made, Role
from poollint.project import Project
from poollint.python import NEEDLES, read_python
from poollint.reading import Code
from poollint.source import Span
from poollint.values import FromEnv, Known, OneOf, Scalar, Symbol, Text, Unknown, Value, origin_of

AT = Span("app.py", 1, 1, 1, 1)
SYNC = "from sqlalchemy import create_engine\n"
ASYNC = "from sqlalchemy.ext.asyncio import create_async_engine\n"
URL = '"postgresql+asyncpg://u@db/shop"'
YES, NO = True, False


def known(value: Scalar) -> Known:
    return Known(value, AT)


def code(files: dict[str, str]) -> Code:
    project = Project.of(files)
    return read_python(project.matching(lambda path: path.endswith(".py"), NEEDLES), project)


def engines(text: str, **others: str) -> tuple[Engine, ...]:
    files = {"app.py": text} | {f"{name}.py": other for name, other in others.items()}
    return code(files).engines


def engine(text: str, **others: str) -> Engine:
    (found,) = engines(text, **others)
    return found


def arguments(found: Engine) -> dict[str, Value]:
    return {argument.name: argument.value for argument in found.arguments}


@pytest.mark.parametrize(
    ("text", "callee", "is_async"),
    [
        pytest.param(SYNC + "e = create_engine('sqlite://')", "sqlalchemy.create_engine", NO, id="sync"),
        pytest.param(
            ASYNC + f"e = create_async_engine({URL})",
            "sqlalchemy.ext.asyncio.create_async_engine",
            YES,
            id="async",
        ),
        pytest.param(
            "import sqlalchemy as sa\ne = sa.create_engine('sqlite://')",
            "sqlalchemy.create_engine",
            NO,
            id="attribute",
        ),
        pytest.param(
            "from sqlalchemy.engine import create_engine as make\ne = make('sqlite://')",
            "sqlalchemy.create_engine",
            NO,
            id="alias",
        ),
        pytest.param(
            "from sqlmodel import create_engine\ne = create_engine('sqlite://')",
            "sqlalchemy.create_engine",
            NO,
            id="sqlmodel",
        ),
        pytest.param(
            "from sqlmodel import create_engine\nfrom sqlalchemy.ext.asyncio import AsyncEngine\n"
            f"e = AsyncEngine(create_engine({URL}))",
            "sqlalchemy.create_engine",
            YES,
            id="wrapped",
        ),
        pytest.param(
            "from sqlalchemy import engine_from_config\n"
            "e = engine_from_config({'sqlalchemy.url': 'sqlite://'})",
            "sqlalchemy.engine_from_config",
            NO,
            id="from-config",
        ),
        pytest.param(
            "from sqlalchemy import create_pool_from_url\ne = create_pool_from_url('sqlite://')",
            "sqlalchemy.create_pool_from_url",
            NO,
            id="pool",
        ),
        pytest.param(
            "from litestar.plugins.sqlalchemy import SQLAlchemyAsyncConfig\n"
            f"e = SQLAlchemyAsyncConfig(connection_string={URL})",
            "advanced_alchemy.config.SQLAlchemyAsyncConfig",
            YES,
            id="advanced-alchemy",
        ),
    ],
)
def test_makers(*, text: str, callee: str, is_async: bool) -> None:
    found = engine(text)
    assert (found.callee, found.is_async) == (callee, is_async)
    assert found.name == "app:e"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def create_engine(x): ...\ne = create_engine('sqlite://')", id="own"),
        pytest.param("from other import create_engine\ne = create_engine('sqlite://')", id="other-library"),
        pytest.param("e = create_engine('sqlite://')", id="unbound"),
        pytest.param("# from sqlalchemy import create_engine\n", id="comment"),
        pytest.param("from sqlalchemy import create_engine\n", id="only-imported"),
    ],
)
def test_no_engines(text: str) -> None:
    assert engines(text) == ()


def test_arguments_and_the_pool_in_force() -> None:
    found = engine(f"{SYNC}e = create_engine('postgresql://u@db/shop', pool_size=20, echo=True)\n")
    assert arguments(found) == {"pool_size": known(20), "echo": known(YES)}
    assert found.pool.cls == known(Symbol("sqlalchemy.pool.QueuePool"))
    assert (found.pool.size, found.pool.overflow) == (known(20), known(10))
    assert found.url.host == known("db")
    assert (found.at.path, found.at.line) == ("app.py", 2)
    argument = found.argument("pool_size")
    assert argument is not None
    assert (argument.at.column, argument.at.end_column) == (45, 57)


def test_the_url_by_keyword_and_in_a_splat() -> None:
    assert engine(f"{SYNC}e = create_engine(url='sqlite://')").url.driver == known("sqlite")
    assert engine(f"{SYNC}k = {{'url': 'sqlite://'}}\ne = create_engine(**k)").url.driver == known("sqlite")
    assert isinstance(engine(f"{SYNC}e = create_engine()").url.value, Unknown)


def test_settings_of_another_module() -> None:
    found = engine(
        f"{SYNC}from config import SIZE, settings\ne = create_engine(settings.URL, pool_size=SIZE)",
        config=(
            "import os\nfrom pydantic_settings import BaseSettings\n"
            "SIZE = int(os.environ.get('SIZE', '5'))\n"
            "class S(BaseSettings):\n    URL: str = 'postgresql://u@db/shop'\nsettings = S()\n"
        ),
    )
    assert found.url.variables == ("URL",)
    assert found.pool.size == FromEnv(("SIZE",), known(5), "int", AT)
    assert found.url.driver == FromEnv(("URL",), known("postgresql"), "driver of the URL", AT)


def test_an_unknown_splat_leaves_defaults_open() -> None:
    found = engine(f"{SYNC}def make(**k):\n    return create_engine('postgresql://h', pool_size=3, **k)\n")
    assert isinstance(found.splat, Unknown)
    assert found.pool.size == known(3)
    assert isinstance(found.pool.recycle, Unknown)


def test_a_keyword_under_a_condition() -> None:
    found = engine(
        f"{SYNC}from sqlalchemy.pool import NullPool\nimport os\nk = {{}}\n"
        "if os.environ['X'] == 'a':\n    k['poolclass'] = NullPool\nelse:\n    k['pool_size'] = 20\n"
        "e = create_engine('postgresql://h', **k)\n"
    )
    assert isinstance(found.pool.cls, OneOf)
    assert isinstance(found.pool.size, OneOf)
    assert set(found.pool.size.values) == {known(None), known(20)}
    assert isinstance(arguments(found)["pool_size"], OneOf)


def test_connect_args() -> None:
    found = engine(
        f"{ASYNC}e = create_async_engine({URL},"
        " connect_args={'statement_cache_size': 0, 'password': 'hunter2'})"
    )
    cache = found.connect_arg("statement_cache_size")
    assert cache is not None
    assert cache.value == known(0)
    assert "hunter2" not in repr(found)
    assert "connect_args" not in arguments(found)
    assert found.connect_args_rest is None


@pytest.mark.parametrize(
    ("value", "cache", "rest"),
    [
        pytest.param("{'statement_cache_size': 0} if x else {}", False, False, id="sometimes"),
        pytest.param(
            "{'statement_cache_size': 0} if x else {'statement_cache_size': 0}", True, False, id="both"
        ),
        pytest.param("f()", None, True, id="unknown"),
        pytest.param("{**f(), 'statement_cache_size': 0}", True, True, id="open"),
        pytest.param("None", None, False, id="none"),
    ],
)
def test_connect_args_that_depend(*, value: str, cache: bool | None, rest: bool) -> None:
    found = engine(f"{ASYNC}from o import x, f\ne = create_async_engine({URL}, connect_args={value})")
    argument = found.connect_arg("statement_cache_size")
    if cache is None:
        assert argument is None
    else:
        assert argument is not None
        assert (argument.value == known(0)) is cache
    assert (found.connect_args_rest is not None) is rest


@pytest.mark.parametrize(
    ("value", "hidden"),
    [
        pytest.param("'hunter2'", known("***"), id="literal"),
        pytest.param("os.getenv('P', 'hunter2')", FromEnv(("P",), known("***"), "", AT), id="default"),
        pytest.param("'hunter2' + str(f())", known("***"), id="text"),
        pytest.param("'hunter2' if f() else 'hunter2b'", known("***"), id="either"),
    ],
)
def test_passwords_of_connect_args_are_hidden(value: str, hidden: Value) -> None:
    found = engine(
        f"import os\n{SYNC}from o import f\n"
        f"e = create_engine('sqlite://', connect_args={{'password': {value}}})"
    )
    argument = found.connect_arg("password")
    assert argument is not None
    assert argument.value == hidden


def test_a_configuration_is_coerced_as_sqlalchemy_does_it() -> None:
    found = engine(
        "from sqlalchemy import engine_from_config\n"
        "c = {'db.url': 'postgresql://h', 'db.pool_size': '7', 'db.pool_pre_ping': 'false',"
        " 'db.max_overflow': 'x',"
        " 'db.pool_recycle': 9, 'other': '1'}\n"
        "e = engine_from_config(c, prefix='db.', pool_timeout=3)\n"
    )
    assert arguments(found) == {
        "pool_size": known(7),
        "pool_pre_ping": known("false"),
        "max_overflow": known("x"),
        "pool_recycle": known(9),
        "pool_timeout": known(3),
    }


def test_a_configuration_that_is_not_read() -> None:
    found = engine("from sqlalchemy import engine_from_config\nfrom o import c\ne = engine_from_config(c)\n")
    assert isinstance(found.splat, Unknown)
    other = engine("from sqlalchemy import engine_from_config\ne = engine_from_config('x')\n")
    assert other.splat == Unknown("a configuration that is not read", AT)
    assert isinstance(
        engine("from sqlalchemy import engine_from_config\ne = engine_from_config({})").url.value, Unknown
    )


ENV = """
from alembic import context
from sqlalchemy import engine_from_config, pool
config = context.config
{set}
def run():
    e = engine_from_config(config.get_section(config.config_ini_section, {{}}), poolclass=pool.NullPool)
run()
"""


@pytest.mark.parametrize(
    ("before", "ini", "driver"),
    [
        pytest.param("", "[alembic]\nsqlalchemy.url = postgresql://u@h/d\n", known("postgresql"), id="ini"),
        pytest.param(
            "config.set_main_option('sqlalchemy.url', 'mysql+pymysql://h/d')",
            "[alembic]\nsqlalchemy.url = driver://user:pass@localhost/dbname\n",
            known("mysql+pymysql"),
            id="set",
        ),
        pytest.param(
            "config.set_main_option('sqlalchemy.url', config.get_main_option('other'))",
            "[alembic]\nother = sqlite://\n",
            known("sqlite"),
            id="get",
        ),
        pytest.param(
            "", "[alembic]\nsqlalchemy.url = driver://u\n", Unknown("a placeholder", AT), id="placeholder"
        ),
        pytest.param(
            "",
            "[alembic]\nsqlalchemy.url = %(x)s\n",
            Unknown("a text with interpolation", AT),
            id="interpolation",
        ),
        pytest.param("", "[alembic]\n  sqlalchemy.url = sqlite://\n", known("sqlite"), id="indented"),
        pytest.param("", "[other]\n", Unknown("the configuration has no URL", AT), id="no-section"),
        pytest.param("", "x", Unknown("the configuration has no URL", AT), id="no-ini"),
        pytest.param("", None, Unknown("the ini file that is given on the command line", AT), id="no-file"),
    ],
)
def test_alembic(before: str, ini: str | None, driver: Value) -> None:
    files = {"db/migrations/env.py": ENV.format(set=before)} | (
        {} if ini is None else {"db/alembic.ini": ini}
    )
    (found,) = code(files).engines
    assert found.role is Role.MIGRATION
    assert found.url.driver == driver
    assert found.pool.cls == known(Symbol("sqlalchemy.pool.NullPool"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("engine = create_engine('sqlite://')", "app:engine", id="variable"),
        pytest.param("def make():\n    return create_engine('sqlite://')", "app:make", id="function"),
        pytest.param(
            "def make():\n    return create_engine('sqlite://')\ndb = make()", "app:db", id="through"
        ),
        pytest.param(
            "class D:\n    def __init__(self):\n        self.engine = create_engine('sqlite://')",
            "app:D.engine",
            id="attribute",
        ),
        pytest.param("print(create_engine('sqlite://'))", "app:engine", id="unbound"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert engine(SYNC + text).name == name


def test_branches_exclude_each_other() -> None:
    first, second = engines(
        f"{SYNC}from o import x\nif x:\n    e = create_engine('sqlite://')\n"
        f"else:\n    e = create_engine('postgresql://h')"
    )
    assert first.exclusive
    assert first.exclusive == second.exclusive
    assert not engine(f"{SYNC}from o import x\nif x:\n    e = create_engine('sqlite://')").exclusive


def test_counts_and_moments() -> None:
    assert engine(f"{SYNC}e = create_engine('sqlite://')").count == known(1)
    assert isinstance(engine(f"{SYNC}from o import u\nfor x in u:\n    create_engine(x)").count, Unknown)
    handler = engine(
        f"from fastapi import APIRouter\n{SYNC}r = APIRouter()\n"
        f"@r.get('/')\ndef read():\n    e = create_engine('sqlite://')"
    )
    assert handler.made is Made.HANDLER
    assert isinstance(handler.count, Unknown)
    single = engine(
        "from dependency_injector import providers\n"
        f"{SYNC}class C:\n    db = providers.Singleton(create_engine, 'sqlite://', pool_size=3)"
    )
    assert single.made is Made.CACHED
    assert arguments(single) == {"pool_size": known(3)}


def test_what_tests_pass_to_a_wrapper_is_not_what_runs() -> None:
    (found,) = code(
        {
            "db.py": f"{SYNC}def make(url):\n    return create_engine(url)\n",
            "tests/test_db.py": "import pytest\nfrom db import make\ne = make('sqlite://')\n",
        }
    ).engines
    assert found.role is Role.SERVICE
    assert isinstance(found.url.driver, Unknown)


def test_an_environment_changes_the_engine() -> None:
    read = code(
        {
            "src/app/__init__.py": "",
            "src/app/db.py": (
                f"import os\n"
                f"{SYNC}e = create_engine(os.environ['URL'], pool_size=int(os.getenv('SIZE', '5')))\n"
            ),
            "src/app/main.py": "from app.db import e\n",
        }
    )
    (plain,) = read.engines
    assert plain.pool.size == FromEnv(("SIZE",), known(5), "int", AT)
    there = read.in_environment(plain, {"SIZE": known("20"), "URL": known("postgresql://db/x")})
    assert (there.pool.size, there.url.host) == (known(20), known("db"))
    assert there.at == plain.at
    assert read.in_environment(plain, {}).pool.size == plain.pool.size
    assert read.reaches("src/app/main.py", plain) == ("src/app/main.py", "src/app/db.py")
    assert read.reaches("src/app/__init__.py", plain) is None
    assert read.module_path("app.db", "src") == "src/app/db.py"
    assert read.module_path("app.nothing", "src") is None


def test_releases_of_sqlalchemy_and_the_driver() -> None:
    (found,) = code(
        {
            "db.py": f"{ASYNC}e = create_async_engine({URL})",
            "requirements.txt": "sqlalchemy==2.0.44\nasyncpg==0.30.0\n",
        }
    ).engines
    assert (found.sqlalchemy.numbers, found.driver.numbers) == ((2, 0, 44), (0, 30, 0))
    (bare,) = code(
        {
            "db.py": f"{SYNC}e = create_engine('postgresql://h')",
            "requirements.txt": "psycopg2-binary==2.9.9\n",
        }
    ).engines
    assert (bare.sqlalchemy.numbers, bare.driver.numbers) == ((), (2, 9, 9))


def test_each_migration_environment_has_its_own_options() -> None:
    sets = "config.set_main_option('sqlalchemy.url', 'mysql+pymysql://h/d')"
    ini = "[alembic]\nsqlalchemy.url = sqlite://\n"
    one, other = code(
        {"alembic.ini": ini, "a/env.py": ENV.format(set=sets), "b/env.py": ENV.format(set="")}
    ).engines
    assert (one.url.driver, other.url.driver) == (known("mysql+pymysql"), known("sqlite"))


def test_the_ini_file_says_where_an_indented_url_stands() -> None:
    ini = "[alembic]\nscript_location = a\n\n[other]\nx = 1\n"
    files = {
        "a/env.py": ENV.format(set=""),
        "alembic.ini": ini.replace("\n\n", "\n") + "[alembic]\n  SQLAlchemy.URL : sqlite://\n",
    }
    (found,) = code(files).engines
    origin = origin_of(found.url.driver)
    assert isinstance(origin, Span)
    assert (origin.path, origin.line) == ("alembic.ini", 6)


@pytest.mark.parametrize(
    ("wrapped", "found"),
    [
        pytest.param("AsyncEngine(make())", 0, id="of what a stranger makes"),
        pytest.param(
            "AsyncEngine(create_engine('sqlite+aiosqlite://'))", 1, id="of an engine that is made here"
        ),
    ],
)
def test_a_wrapper_makes_no_engine_of_its_own(wrapped: str, found: int) -> None:
    head = f"{SYNC}from sqlalchemy.ext.asyncio import AsyncEngine\nfrom other import make\n"
    assert [one.is_async for one in engines(f"{head}e = {wrapped}\n")] == [True] * found


def test_any_command_may_run_where_the_words_of_a_program_are_not_known() -> None:
    text = (
        f"import click\n{SYNC}@click.command()\ndef seed():\n    e = create_engine('sqlite://')\n\n"
        "@click.command()\ndef greet():\n    pass\n"
    )
    read = code({"tasks.py": text})
    (found,) = read.engines
    assert read.reaches("tasks.py", found) == ("tasks.py",)


def test_a_function_as_a_pool_class() -> None:
    found = engine(f"{SYNC}def pool(*a): pass\ne = create_engine('postgresql://h', poolclass=pool)")
    assert found.pool.cls == Unknown("a pool class that is not SQLAlchemy's", AT)


def test_a_pool_class_of_the_project() -> None:
    found = engine(
        f"{SYNC}from pools import Mine\ne = create_engine('postgresql://h', poolclass=Mine)",
        pools="from sqlalchemy.pool import QueuePool\nclass Mine(QueuePool):\n    pass\n",
    )
    assert found.pool.cls == known(Symbol("sqlalchemy.pool.QueuePool"))


def test_handlers_and_files_that_do_not_parse() -> None:
    read = code(
        {
            "fn.py": f"{SYNC}def lambda_handler(event, context):\n    e = create_engine('sqlite://')\n",
            "broken.py": f"{SYNC}def (:\n",
        }
    )
    assert [handler.name for handler in read.handlers] == ["fn.lambda_handler"]
    assert [found.made for found in read.engines] == [Made.FUNCTION_HANDLER]
    assert [skipped.at.path for skipped in read.skipped] == ["broken.py"]
    assert read.engines == read.engines


def test_built_urls() -> None:
    found = engine(
        f"import os\nfrom sqlalchemy import URL\n"
        f"{SYNC}e = create_engine(URL.create('postgresql+psycopg', 'u',"
        " password=os.environ['P'], host='db', port=6432, database='shop', query={'sslmode': 'require'}))"
    )
    assert found.url.driver == known("postgresql+psycopg")
    assert (found.url.host, found.url.port, found.url.database) == (known("db"), known(6432), known("shop"))
    assert found.url.query[0].value == known("require")
    changed = engine(
        f"import os\nfrom sqlalchemy import make_url\n{SYNC}"
        "e = create_engine(make_url(os.environ['U']).set(drivername='postgresql+psycopg'))"
    )
    assert changed.url.driver == known("postgresql+psycopg")
    assert isinstance(changed.url.value, Text)
    assert changed.url.variables == ("U",)


def test_an_unknown_password_stays_unknown() -> None:
    call = "create_engine('sqlite://', connect_args={'password': f()})"
    found = engine(f"{SYNC}from o import f\ne = {call}")
    argument = found.connect_arg("password")
    assert argument is not None
    assert argument.value == Unknown("what o.f gives", AT)


@pytest.mark.parametrize(
    ("config", "size", "is_open"),
    [
        pytest.param("EngineConfig(pool_size=3)", known(3), False, id="known"),
        pytest.param("f()", Unknown("what o.f gives", AT), True, id="unknown"),
        pytest.param("EngineConfig()", known(5), False, id="empty"),
    ],
)
def test_engine_config_of_advanced_alchemy(*, config: str, size: Value, is_open: bool) -> None:
    found = engine(
        "from advanced_alchemy.extensions.litestar import SQLAlchemyAsyncConfig, EngineConfig\n"
        "from o import f\n"
        f"e = SQLAlchemyAsyncConfig(connection_string={URL}, engine_config={config})"
    )
    assert found.pool.size == size
    assert (found.splat is not None) is is_open
    assert found.url.driver == known("postgresql+asyncpg")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("config.set_main_option(name(), 'sqlite://')", id="set-unknown-name"),
        pytest.param("config.get_main_option(name())", id="get-unknown-name"),
        pytest.param("config.print_stdout('x')", id="other-method"),
    ],
)
def test_other_uses_of_alembics_configuration(text: str) -> None:
    files = {
        "env.py": ENV.format(set=f"from o import name\n{text}"),
        "alembic.ini": "[alembic]\nsqlalchemy.url = sqlite://\n",
    }
    (found,) = code(files).engines
    assert found.url.driver == known("sqlite")


def test_an_engine_that_an_environment_does_not_make_stays_as_it_is() -> None:
    read = code(
        {"db.py": f"import os\n{SYNC}if os.environ['X'] == 'a':\n    e = create_engine('sqlite://')\n"}
    )
    (plain,) = read.engines
    assert read.in_environment(plain, {"X": known("b")}) == plain


@pytest.mark.parametrize(
    ("text", "role"),
    [
        pytest.param(
            "import click\n@click.command()\ndef fill():\n    create_engine('sqlite://')\n",
            Role.SCRIPT,
            id="click",
        ),
        pytest.param(
            "import typer\napp = typer.Typer()\n@app.command()\ndef fill():\n    create_engine('sqlite://')\n",
            Role.SCRIPT,
            id="typer",
        ),
        pytest.param(
            "from discord.ext import commands\nbot = commands.Bot()\n@bot.command()\ndef fill():\n"
            "    create_engine('sqlite://')\n",
            Role.SERVICE,
            id="command-of-a-bot",
        ),
        pytest.param("test_engine = create_engine('sqlite://')\n", Role.TEST, id="test-engine"),
        pytest.param("async_test_engine = create_engine('sqlite://')\n", Role.TEST, id="async-test-engine"),
        pytest.param("testimonials = create_engine('sqlite://')\n", Role.SERVICE, id="other-name"),
        pytest.param(
            "def f():\n    test_engine = create_engine('sqlite://')\n", Role.SERVICE, id="local-name"
        ),
    ],
)
def test_role_of_a_call(text: str, role: Role) -> None:
    assert engine(SYNC + text).role is role


@pytest.mark.parametrize(
    ("files", "role"),
    [
        pytest.param({"jobs/reap.py": "__main__"}, Role.SCRIPT, id="beside-jobs"),
        pytest.param(
            {"jobs/reap.py": "__main__", "jobs/work.py": "celery"}, Role.SERVICE, id="beside-a-worker"
        ),
        pytest.param({"app/reap.py": "__main__"}, Role.SERVICE, id="jobs-elsewhere"),
        pytest.param({}, Role.SERVICE, id="alone"),
    ],
)
def test_what_jobs_share(files: dict[str, str], role: Role) -> None:
    main = 'if __name__ == "__main__":\n    run()\n'
    others = {path: f"import {text}\n{main}" if text == "celery" else main for path, text in files.items()}
    (found,) = code(
        {"jobs/common.py": f"{SYNC}def make(url):\n    return create_engine(url)\n", **others}
    ).engines
    assert found.role is role


@pytest.mark.parametrize(
    ("strategy", "count"),
    [pytest.param("mock", 0, id="mock"), pytest.param("threadlocal", 1, id="another-strategy")],
)
def test_an_engine_that_only_prints(strategy: str, count: int) -> None:
    text = f"e = create_engine('postgresql://', strategy='{strategy}', executor=print)\n"
    assert len(engines(SYNC + text)) == count
