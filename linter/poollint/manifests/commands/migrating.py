"""The script that a command of Alembic or Flask-Migrate runs: `env.py` in the folder of the migrations.

Sources: https://alembic.sqlalchemy.org/en/latest/tutorial.html, https://flask-migrate.readthedocs.io/en/latest/
"""

import tomllib
from configparser import ConfigParser, Error
from posixpath import dirname

from poollint.manifests.commands.context import Context, Line
from poollint.manifests.commands.options import Options
from poollint.manifests.shell.expansion import likely
from poollint.source import SourceFile

_ALEMBIC = ("alembic",)
_FLASK = ("flask", "manage.py")
_ENVIRONMENT = "env.py"
_HERE = "%(here)s"


def environment_script(line: Line) -> str:
    """The path of the `env.py` that a command runs, empty where it was not found or there is none."""
    options = Options(line.words)
    if line.name in _ALEMBIC:
        folder = _script_location(options, line.context)
    elif line.name in _FLASK and "db" in options.positional():
        given = options.value(("-d", "--directory"))
        folder = "migrations" if given is None else likely(given)
    else:
        folder = None
    file = None if folder is None else line.context.file(f"{folder or '.'}/{_ENVIRONMENT}")
    return "" if file is None else file.path


def _script_location(options: Options, context: Context) -> str | None:
    """Where the configuration says that the scripts are, as seen from the working directory."""
    given = options.value(("-c", "--config"))
    variable = context.environment.get("ALEMBIC_CONFIG")
    name = next((likely(each) for each in (given, variable) if each is not None), "alembic.ini")
    section = options.value(("-n", "--name"))
    file = None if name is None else context.file(f"./{name}" if "/" not in name else name)
    if name is not None and file is not None:
        wanted = "alembic" if section is None else likely(section)
        return _located(_of_ini(file, wanted or ""), dirname(name), context)
    project = context.file("./pyproject.toml")
    return None if project is None else _located(_of_toml(project), "", context)


def _located(location: str, here: str, context: Context) -> str | None:
    if not location:
        return None
    if ":" in location:
        package, _, folder = location.partition(":")
        found = context.module(package)
        return None if found is None else f"{package.replace('.', '/')}/{folder}"
    return location.replace(_HERE, here or ".")


def _of_ini(file: SourceFile, section: str) -> str:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(file.text)
    except Error:
        return ""
    return parser.get(section, "script_location", fallback="").strip()


def _of_toml(file: SourceFile) -> str:
    try:
        document: object = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError:
        return ""
    for key in ("tool", "alembic", "script_location"):
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, str) else ""
