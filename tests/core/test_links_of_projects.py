"""Whole small projects: which engines their programs open, and which they do not."""

from collections.abc import Mapping

import pytest

from poollint.config import Config
from poollint.project import Project
from poollint.run import understand

DB = "from sqlalchemy import create_engine\nengine = create_engine('postgresql://db/shop')\n"
MADE = (
    "from sqlalchemy import create_engine\n{}    return create_engine('postgresql://db/shop', pool_size={})\n"
)
ENV = (
    "from alembic import context\nfrom sqlalchemy import create_engine, pool\n"
    "def run():\n"
    "    engine = create_engine('postgresql://db/shop', poolclass=pool.NullPool)\n"
    "    with engine.connect() as connection:\n        context.configure(connection=connection)\n"
    "run()\n"
)
INI = "[alembic]\nscript_location = migrations\n"
DOCKERFILE = "FROM python:3.12\nWORKDIR /srv\nCOPY . .\n"


def compose(command: str, *more: str) -> str:
    return "\n".join(
        [
            "services:",
            "  api:",
            "    build: .",
            f"    command: {command}",
            *more,
            "  db:",
            "    image: postgres",
        ]
    )


def links(files: Mapping[str, str], command: str = "uvicorn main:app", *more: str) -> list[str]:
    """`program file:engine` of every link, `?` and its reason for what is not settled."""
    project = Project.of({"Dockerfile": DOCKERFILE, "compose.yaml": compose(command, *more), **files})
    (topology,) = understand(project, Config())
    found = [
        f"{client.program.name} {client.engine.at.path}:{client.engine.name.partition(':')[2]}"
        f"{' before' if client.program.before or client.container.init else ''}"
        for client in topology.clients
    ]
    unsettled = [f"? {each.what}: {each.why}" for each in topology.unresolved if "which engine" in each.what]
    return sorted({*found, *unsettled})


MAIN = {"main.py": "import db\napp = 1\n", "db.py": DB}
ONE = ["uvicorn db.py:engine"]


@pytest.mark.parametrize(
    ("command", "files", "expected"),
    [
        pytest.param("uvicorn main:app", MAIN, ONE, id="uvicorn"),
        pytest.param(
            "gunicorn 'main:create()'", MAIN, ["gunicorn db.py:engine"], id="gunicorn with a factory"
        ),
        pytest.param("flask --app main run", MAIN, ["flask db.py:engine"], id="flask"),
        pytest.param("fastapi run main.py", MAIN, ["fastapi db.py:engine"], id="fastapi"),
        pytest.param("celery -A main worker", MAIN, ["celery db.py:engine"], id="celery"),
        pytest.param("python main.py", MAIN, ["python db.py:engine"], id="a script"),
        pytest.param("python -m main", MAIN, ["python db.py:engine"], id="a module"),
        pytest.param(
            "python src/main.py",
            {f"src/{path}": text for path, text in MAIN.items()},
            ["python src/db.py:engine"],
            id="a script in a folder imports what is beside it",
        ),
        pytest.param(
            "uvicorn main:app --app-dir src",
            {f"src/{path}": text for path, text in MAIN.items()},
            ["uvicorn src/db.py:engine"],
            id="app-dir",
        ),
        pytest.param(
            "shop serve",
            {
                "pyproject.toml": "[project.scripts]\nshop = 'shop.cli:main'\n",
                "shop/cli.py": "import shop.db\ndef main(): ...\n",
                "shop/db.py": DB,
            },
            ["shop shop/db.py:engine"],
            id="a command of the project",
        ),
        pytest.param(
            "shop serve",
            {
                "setup.py": "setup(entry_points={'console_scripts': ['shop = shop.cli:main']})",
                "shop/cli.py": "import uvicorn\ndef main():\n    uvicorn.run('shop.web:app')\n",
                "shop/web.py": "import shop.db\n",
                "shop/db.py": DB,
            },
            ["uvicorn shop/db.py:engine"],
            id="a command that starts a server",
        ),
        pytest.param(
            "python -m shop.gone",
            {"shop/__init__.py": "", "shop/db.py": DB},
            ["? which engines service/api runs: shop.gone is not among the files, though its package is"],
            id="a module that is not there",
        ),
        pytest.param(
            "uvicorn main:app",
            {**MAIN, "main.py": "import other\n", "other.py": "x = 1\n"},
            [],
            id="nothing imports the engine",
        ),
    ],
)
def test_what_a_command_starts(command: str, files: Mapping[str, str], expected: list[str]) -> None:
    assert links(files, command) == expected


FACTORY = MADE.format("def make():\n", 5)
TWO_COMMANDS = (
    "import click\nfrom db import make\n"
    "@click.group()\ndef cli(): ...\n"
    "@cli.command()\ndef serve():\n    print('serve')\n"
    "@cli.command('load-data')\ndef load():\n    make()\n"
    "@cli.command()\ndef clean_up_cmd():\n    make()\n"
    "if __name__ == '__main__':\n    cli()\n"
)
TYPER = (
    "import typer\nfrom db import make\napp = typer.Typer()\nsub = typer.Typer()\n"
    "def catalog():\n    make()\ndef config(): ...\n"
    "sub.command('catalog')(catalog)\nsub.command('config')(config)\n"
    "app.add_typer(sub, name='serve')\napp()\n"
)


@pytest.mark.parametrize(
    ("files", "command", "expected"),
    [
        pytest.param(
            {"main.py": "from db import make\nengine = make()\n"},
            "uvicorn main:app",
            1,
            id="called at import",
        ),
        pytest.param(
            {"main.py": "from db import make\n"}, "uvicorn main:app", 1, id="the module may be its factory's"
        ),
        pytest.param(
            {"main.py": "import app\n", "app.py": "from db import make\n"},
            "uvicorn main:app",
            0,
            id="imported and never called",
        ),
        pytest.param(
            {"main.py": "import app\n", "app.py": "from db import make\n__all__ = ['make']\n"},
            "uvicorn main:app",
            0,
            id="exported is not called",
        ),
        pytest.param(
            {"main.py": "import app\n", "app.py": "import db\ndef start():\n    return db.make()\n"},
            "uvicorn main:app",
            0,
            id="called by a function that nobody calls",
        ),
        pytest.param(
            {"main.py": "import app\napp.a()\n", "app.py": "import db\ndef a():\n    return db.make()\n"},
            "uvicorn main:app",
            1,
            id="called by a function that is called",
        ),
        pytest.param(
            {"main.py": "import app\n", "app.py": "import db\n@route\ndef a():\n    return db.make()\n"},
            "uvicorn main:app",
            1,
            id="called by a route",
        ),
        pytest.param(
            {"main.py": "import app\napp.a()\n", "app.py": "from db import *\ndef a():\n    make()\n"},
            "uvicorn main:app",
            1,
            id="imported with a star",
        ),
        pytest.param(
            {"main.py": "import db\nrun('db:make', factory=True)\n"},
            "python main.py",
            1,
            id="named in a text",
        ),
        pytest.param(
            {"main.py": "import db, app\n", "app.py": "make = 3\nprint(make)\n"},
            "uvicorn main:app",
            0,
            id="another thing of that name",
        ),
        pytest.param(
            {"main.py": "import app\napp.thing.make()\n", "app.py": "import db\n"},
            "uvicorn main:app",
            0,
            id="an attribute of something else",
        ),
        pytest.param(
            {"main.py": "import kit\nkit.make()\n", "kit/__init__.py": "from db import make\n"},
            "uvicorn main:app",
            1,
            id="through a package",
        ),
        pytest.param({"main.py": TWO_COMMANDS}, "python main.py serve", 0, id="another command"),
        pytest.param({"main.py": TWO_COMMANDS}, "python main.py load-data", 1, id="that command"),
        pytest.param({"main.py": TWO_COMMANDS}, "python main.py clean-up", 1, id="by its function"),
        pytest.param(
            {
                "main.py": "import app\n",
                "app.py": "from db import make\ndef a():\n    b()\ndef b():\n    a(make)\n",
            },
            "uvicorn main:app",
            0,
            id="two that call each other",
        ),
        pytest.param(
            {"main.py": TWO_COMMANDS}, "sh -c 'python main.py $$WHAT'", 1, id="a command that is not known"
        ),
        pytest.param(
            {"main.py": "import click\nfrom db import make\n@click.command()\ndef a():\n    make()\na()\n"},
            "python main.py",
            1,
            id="the only command needs no name",
        ),
        pytest.param({"main.py": TYPER}, "python main.py serve catalog", 1, id="a command of a group"),
        pytest.param({"main.py": TYPER}, "python main.py serve config", 0, id="another one of the group"),
    ],
)
def test_a_function_of_an_imported_module_runs_only_where_somebody_calls_it(
    files: Mapping[str, str], command: str, expected: int
) -> None:
    found = links({"db.py": FACTORY, **files}, command)

    assert len([each for each in found if "db.py" in each]) == expected, found


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(
            "python main.py web",
            ["python db.py:engine", "python reports.py:engine"],
            id="the command that imports them",
        ),
        pytest.param("python main.py work", [], id="another"),
    ],
)
def test_what_a_command_imports_is_loaded_only_by_it(command: str, expected: list[str]) -> None:
    cli = "import click\n@click.group()\ndef cli(): ...\n"
    web = "@cli.command()\ndef web():\n    import routes\n@cli.command()\ndef work():\n    print()\ncli()\n"
    files = {"main.py": cli + web, "routes.py": "import db, reports\n", "db.py": DB, "reports.py": DB}

    assert links(files, command) == expected


def test_a_command_that_is_not_known_may_be_any() -> None:
    files = {"db.py": FACTORY, "app.py": TWO_COMMANDS, "main.py": "import app\napp.cli()\n"}

    assert links(files, "sh -c 'python main.py \"$$WHAT\"'", "    env_file: gone.env") == [
        "python db.py:make"
    ]


def test_a_command_of_the_project_is_found_from_the_folder_of_the_image_upwards() -> None:
    files = {
        "pyproject.toml": "[project.scripts]\nshop = 'shop.cli:main'\n",
        "shop/cli.py": "import shop.db\ndef main(): ...\n",
        "shop/db.py": DB,
        "docker/api/Dockerfile": "FROM python:3.12\nRUN pip install shop\nCMD ['shop', 'serve']\n",
    }
    project = Project.of({**files, "docker/api/Dockerfile": files["docker/api/Dockerfile"].replace("'", '"')})

    found = {
        f"{client.program.name} {client.engine.name}"
        for topology in understand(project, Config())
        for client in topology.clients
    }

    assert found == {"shop shop.db:engine"}


def test_callers_with_different_pools_from_where_nobody_looks_give_no_link() -> None:
    files = {
        "db.py": MADE.format("def make(size):\n", "size"),
        "web.py": "import db\ndef start(size):\n    return db.make(size)\n",
        "one.py": "import web\nengine = web.start(1)\n",
        "two.py": "import web\nengine = web.start(2)\n",
        "main.py": "import web\nweb.start\n",
    }

    assert links(files) == []


@pytest.mark.parametrize("loader", ["import_module(x)", "config.maybe_dotted(x)"])
def test_a_module_that_is_loaded_by_a_name_may_be_any(loader: str) -> None:
    files = {
        "db.py": FACTORY,
        "store.py": "import db\ndef load():\n    return db.make()\n",
        "main.py": f"import store\nx = read()\nmodule = {loader}\nmodule.load()\n",
        "other.py": "import store\n",
    }

    assert links(files) == ["uvicorn db.py:make"]


def test_of_the_callers_of_a_wrapper_those_count_that_run() -> None:
    files = {
        "db.py": MADE.format("def make(size=1):\n", "size"),
        "main.py": "import web\n",
        "web.py": "import db\nengine = db.make(2)\n",
        "load.py": "import db\nloading = db.make(3)\n",
    }

    assert links(files) == ["uvicorn db.py:engine"]


def test_a_wrapper_that_is_called_from_where_nobody_looks_counts_once() -> None:
    files = {
        "db.py": MADE.format("def make(size):\n", "size"),
        "web.py": "import db\ndef start(size):\n    return db.make(size)\n",
        "one.py": "import web\nengine = web.start(1)\n",
        "two.py": "import web\nengine = web.start(1)\n",
        "main.py": "import web\ngetattr(web, 'start')(3)\nweb.start\n",
    }

    assert len([each for each in links(files) if "db.py" in each]) == 1


MIGRATED = {"alembic.ini": INI, "migrations/env.py": ENV, **MAIN}
WHICH = "? which engine service/api runs: "
SCRIPT = "alembic migrations/env.py:run"
FLASK = (
    "from flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\napp = Flask(__name__)\n"
    "app.config['SQLALCHEMY_DATABASE_URI'] = 'postgresql://db/shop'\ndb = SQLAlchemy(app)\n"
)
PLAIN = "from alembic import context\nfrom flask import current_app\ncontext.configure()\n"


@pytest.mark.parametrize(
    ("files", "command", "expected"),
    [
        pytest.param(MIGRATED, "alembic upgrade head", [SCRIPT], id="by its file"),
        pytest.param(
            MIGRATED,
            "sh -c 'alembic upgrade head && uvicorn main:app'",
            [f"{SCRIPT} before", *ONE],
            id="first",
        ),
        pytest.param(
            MIGRATED,
            "sh -c 'alembic current; alembic upgrade head; exec uvicorn main:app'",
            [f"{SCRIPT} before", *ONE],
            id="twice is once",
        ),
        pytest.param(
            {**MIGRATED, "alembic.ini": "[alembic]\nscript_location = %(here)s/migrations\n"},
            "alembic upgrade head",
            [SCRIPT],
            id="here",
        ),
        pytest.param(
            {**MIGRATED, "alembic.ini": "", "conf/db.ini": "[alembic]\nscript_location = migrations\n"},
            "alembic -c conf/db.ini upgrade head",
            [SCRIPT],
            id="another file",
        ),
        pytest.param(
            {**MIGRATED, "alembic.ini": "[shop]\nscript_location = migrations\n"},
            "alembic -n shop upgrade head",
            [SCRIPT],
            id="another section",
        ),
        pytest.param(
            {
                **MAIN,
                "kit/__init__.py": "",
                "kit/steps/env.py": ENV,
                "alembic.ini": "[alembic]\nscript_location = kit:steps\n",
            },
            "alembic upgrade head",
            ["alembic kit/steps/env.py:run"],
            id="in a package",
        ),
        pytest.param(
            {**MIGRATED, "alembic.ini": "[alembic]\nscript_location = gone:steps\n"},
            "alembic upgrade head",
            [SCRIPT],
            id="in a package that is not there: the only script",
        ),
        pytest.param(
            {"pyproject.toml": "[tool.alembic]\nscript_location = 'steps'\n", "steps/env.py": ENV},
            "alembic upgrade head",
            ["alembic steps/env.py:run"],
            id="pyproject",
        ),
        pytest.param(
            {"pyproject.toml": "[tool.other]\n", "steps/env.py": ENV},
            "alembic upgrade head",
            ["alembic steps/env.py:run"],
            id="without a word the only script",
        ),
        pytest.param(
            {"pyproject.toml": "=", "alembic.ini": "=\n", "steps/env.py": ENV},
            "alembic upgrade head",
            ["alembic steps/env.py:run"],
            id="files that cannot be read",
        ),
        pytest.param(
            {"pyproject.toml": "=", "steps/env.py": ENV},
            "alembic upgrade head",
            ["alembic steps/env.py:run"],
            id="a project file that cannot be read",
        ),
        pytest.param(
            {"one/env.py": ENV, "two/env.py": ENV},
            "alembic upgrade head",
            [f"{WHICH}one.env:run, two.env:run are engines of migrations in the folder of the image"],
            id="two scripts and no word",
        ),
        pytest.param(
            {
                "alembic.ini": INI,
                "db.py": DB,
                "migrations/env.py": "from alembic import context\nfrom db import engine\n"
                "context.configure(engine.connect())\n",
            },
            "alembic upgrade head",
            ["alembic db.py:engine"],
            id="the application's",
        ),
        pytest.param(
            {
                "alembic.ini": INI,
                "db.py": DB,
                "log.py": DB,
                "migrations/env.py": "from alembic import context\nfrom db import engine\nimport log\n"
                "context.configure(engine.connect())\n",
            },
            "alembic upgrade head",
            [f"{WHICH}db:engine, log:engine may be what migrations/env.py connects with"],
            id="two of the application's",
        ),
        pytest.param(
            {"main.py": FLASK, "migrations/env.py": PLAIN},
            "flask --app main db upgrade",
            ["flask main.py:db"],
            id="flask with its own",
        ),
        pytest.param(
            {"main.py": FLASK + "import log\n", "log.py": DB, "steps/env.py": PLAIN},
            "flask --app main db upgrade -d steps",
            ["flask main.py:db"],
            id="flask in another folder",
        ),
        pytest.param(
            {"main.py": FLASK, "migrations/env.py": ENV},
            "flask --app main db upgrade",
            ["flask migrations/env.py:run"],
            id="flask with a script that makes one",
        ),
        pytest.param({"migrations/env.py": PLAIN}, "flask db upgrade", [], id="flask without an application"),
        pytest.param(MAIN, "alembic upgrade head", [], id="nothing that migrates"),
        pytest.param(MIGRATED, "aerich upgrade", [], id="a tool with a driver of its own"),
    ],
)
def test_a_migration_opens_the_engine_of_its_script(
    files: Mapping[str, str], command: str, expected: list[str]
) -> None:
    assert links(files, command) == expected


def test_what_has_ended_before_a_server_is_no_client() -> None:
    files = {
        "pyproject.toml": "[project.scripts]\nshop = 'shop.cli:main'\n",
        "shop/cli.py": "import shop.db\ndef main(): ...\n",
        "shop/db.py": DB,
    }

    assert links(files, "sh -c 'shop prepare && uvicorn shop.db:app'") == ["uvicorn shop/db.py:engine"]
