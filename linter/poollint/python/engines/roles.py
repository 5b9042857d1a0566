"""What kind of code makes an engine, and when in a program's life it does."""

import re
from collections.abc import Iterable
from posixpath import basename, dirname

from poollint.facts import Made, Role
from poollint.python.evaluation.objects import MakerCall

_TESTS = "test tests testing unittests unit_tests integration_tests e2e testsuite test_utils"
_TEST_FOLDERS = frozenset(_TESTS.split())
_SCRIPTS = "bin script scripts example examples docs docs_src doc benchmark benchmarks notebooks"
_SCRIPT_FOLDERS = frozenset(_SCRIPTS.split())
_BENCHMARK = re.compile(r"\w[\w-]*[-_]benchmarks?\Z")
_TEST_FILE = re.compile(r"(?:conftest|tests?|test_\w+|\w+_tests?)\.py\Z")
_TEST_CONTENT = re.compile(
    r"^\s*(?:import|from)\s+(?:pytest|pytest_asyncio|unittest|testcontainers|hypothesis)\b", re.MULTILINE
)
_PYTEST = re.compile(r"^\s*(?:import|from)\s+pytest\w*\b", re.MULTILINE)
_ALEMBIC = re.compile(
    r"^\s*(?:from\s+alembic\s+import\b[^\n]*\b(?:context|op)\b|import\s+alembic\.(?:context|op)\b)",
    re.MULTILINE,
)
_MIGRATION_STEP = re.compile(r"^(?:down_)?revision\s*(?::[^=\n]+)?=", re.MULTILINE)
_MAIN = re.compile(r"""^if __name__ == ["']__main__["']:""", re.MULTILINE)
_COMMAND_LINE = re.compile(r"\b(?:argparse|ArgumentParser|sys\.argv|optparse|docopt|fire\.Fire)\b")
_SERVER = re.compile(
    r"\b(?:uvicorn|FastAPI|Flask|Starlette|Litestar|aiohttp|Sanic|Quart|grpc|Celery|Dispatcher|gunicorn)\b"
)
_SERVES = re.compile(
    r"\b(?:uvicorn|gunicorn|hypercorn|run_app|celery|dramatiq|arq|taskiq|huey|apscheduler)\b"
    r"|\b(?:FastAPI|Flask|Starlette|Litestar|Sanic|Quart|Celery)\("
    r"|\b(?:run_polling|start_polling|run_forever|serve_forever)\b|\bwhile True:(?s:.*)\bsleep\("
)
"""What a program that goes on and on says, and a command that ends does not."""
_COMMAND_FOLDERS = frozenset(["cli", "commandline", "management"])
_ONE_SHOT_FOLDERS = frozenset(["commands", "cronjobs", "jobs"])
"""Folders of commands, if their files say so too: a product may have commands and jobs of another kind."""
_ONE_SHOT_FILE = re.compile(
    r"(?:cli|manage|(?:seed|seeds|reset|populate|backfill|bootstrap)(?:_\w+)?|\w+_seed)\.py\Z"
)
_COMMANDS = re.compile(
    r"^\s*(?:import|from)\s+(?:typer|click|argparse|fire|docopt|flask\.cli|flask_script|django\.core\.management)\b",
    re.MULTILINE,
)
_MADE_IN_MAIN = re.compile(
    r"""^if __name__ == ["']__main__["']:[^\n]*\n(?:[ \t][^\n]*\n|[ \t]*\n)*?"""
    r"[ \t][^\n]*\b(?:create_engine|create_async_engine|engine_from_config)\(",
    re.MULTILINE,
)
_ENDS = re.compile(r"^(?:if [^\n]*:\n[ \t]+)?(?:sys\.)?exit\(0?\)", re.MULTILINE)
"""A module that ends the process, and well, cannot be imported."""
_COMMAND_DECORATOR = re.compile(
    r"(?:\A|\.)(?:typer|click|asyncclick|rich_click|cli)\b.*\.(?:command|group|callback)\Z"
)

_CACHE_NAMES = """
    functools.lru_cache functools.cache functools.cached_property lru_cache cache cached_property memoize
    async_lru.alru_cache alru_cache cachetools.cached werkzeug.utils.cached_property reify singleton
    pyramid.decorator.reify asyncstdlib.lru_cache asyncstdlib.cache
"""
_CACHES = frozenset(_CACHE_NAMES.split())
_VERBS = "get post put patch delete head options route websocket api_route view add_route"
_METHODS = frozenset(_VERBS.split())
_ROUTERS = re.compile(
    r"(?i)(?:^|[._])(?:app|application|router|\w*router|blueprint|bp|api|routes)(?:\(\))?\Z"
)
_FRAMEWORKS = ("fastapi.", "flask.", "starlette.", "litestar.", "aiohttp.", "sanic.", "quart.", "falcon.")
_TASKS = re.compile(r"(?:\A|[.)])(?:task|shared_task|periodic_task|actor|job|cron|background)\Z")
_TASK_NAMES = ("celery", "dramatiq", "rq.", "arq", "taskiq", "huey")
_STARTS = re.compile(
    r"(?i)(?:\A|_)(?:lifespan|startup|start_up|create_app|make_app|build_app|init_app|configure_app|get_app)(?:\Z|_)"
)
_START_DECORATORS = re.compile(
    r"\.(?:on_event|on_startup|listener|before_serving|before_server_start|before_first_request)\Z"
)
_FUNCTION_DECORATORS = ("functions_framework.", "azure.functions.", "firebase_functions.")
_HANDLER_NAMES = frozenset({"lambda_handler", "handler"})
_GUARD = re.compile(r"\bis None\b|\bnot [\w.]+\Z|\bnot in\b|\bnot hasattr\b")


def role_of(path: str, text: str) -> Role:
    """The role of a file's engines: tests, migrations and commands by place and content, scripts by place.

    A folder's name alone decides only where it says `tests` and nothing else: a product may be
    called `test_observer` or keep its interface in `tests_api`.
    """
    folders = frozenset(dirname(path).split("/"))
    name = basename(path)
    if folders & _TEST_FOLDERS or name == "conftest.py":
        return Role.TEST
    if _ALEMBIC.search(text) and (name == "env.py" or "context." in text or _MIGRATION_STEP.search(text)):
        return Role.MIGRATION
    if _PYTEST.search(text) or (_TEST_FILE.match(name) and _TEST_CONTENT.search(text)):
        return Role.TEST
    if folders & _SCRIPT_FOLDERS or any(map(_BENCHMARK.match, folders)) or _ENDS.search(text):
        return Role.SCRIPT
    main = _MAIN.search(text) is not None
    if main and _COMMAND_LINE.search(text) and not _SERVER.search(text):
        return Role.SCRIPT
    if not _SERVES.search(text) and (
        folders & _COMMAND_FOLDERS
        or _MADE_IN_MAIN.search(text)
        or (is_one_shot_place(path) and (main or _COMMANDS.search(text)))
    ):
        return Role.SCRIPT
    return Role.SERVICE


def is_one_shot_place(path: str) -> bool:
    """Whether a file is called or lies like commands that end: `cli/`, `jobs/`, `seed.py`, `reset_x.py`."""
    return basename(dirname(path)) in _ONE_SHOT_FOLDERS or _ONE_SHOT_FILE.match(basename(path)) is not None


def serves(text: str) -> bool:
    """Whether a file holds a program that goes on and on: a server, a worker, a loop."""
    return _SERVES.search(text) is not None


def is_command(decorators: Iterable[str]) -> bool:
    """Whether the function is a command of a command line (Click, Typer, `flask`)."""
    return any(_COMMAND_DECORATOR.search(each) for each in decorators)


def made_of(call: MakerCall) -> Made:
    """When the engine of a call is made, by the functions and decorators around it."""
    if not call.functions:
        return Made.MODULE
    for decorator in call.decorators:
        found = made_by_decorator(decorator)
        if found is not None:
            return found
    names = call.functions
    if names[-1] in _HANDLER_NAMES and len(names) == 1:
        return Made.FUNCTION_HANDLER
    if _is_guarded(call):
        return Made.CACHED
    if any(_STARTS.search(name) for name in names) or _is_middleware(names):
        return Made.LIFESPAN
    if any(not binding.scope and "." not in binding.target for binding in call.bound):
        return Made.MODULE
    return Made.FACTORY


def made_by_decorator(name: str) -> Made | None:
    """What the dotted name of a decorator says about the calls of its function; None for most."""
    owner, _, last = name.rpartition(".")
    if name in _CACHES:
        return Made.CACHED
    if name.startswith(_FUNCTION_DECORATORS):
        return Made.FUNCTION_HANDLER
    if _START_DECORATORS.search(name):
        return Made.LIFESPAN
    if last in _METHODS and (name.startswith(_FRAMEWORKS) or _ROUTERS.search(owner)):
        return Made.HANDLER
    if _TASKS.search(name) and (name.startswith(_TASK_NAMES) or last != "job"):
        return Made.TASK
    return None


def _is_guarded(call: MakerCall) -> bool:
    """Whether the result is kept where the condition around the call looks for it."""
    kept = {binding.target.rpartition(".")[2].partition("[")[0] for binding in call.bound}
    return any(
        _GUARD.search(guard.text)
        and any(re.search(rf"\b{re.escape(name)}\b", guard.text) for name in kept if name)
        for guard in call.conditions
    )


def _is_middleware(names: tuple[str, ...]) -> bool:
    return len(names) > 1 and names[-1] == "__init__" and names[-2].endswith("Middleware")
