"""The configuration file: what it may say, where it stands, and errors that point there."""

import json
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest

from poollint.config import Config
from poollint.config.finding import find
from poollint.config.loading import ConfigError, load
from poollint.config.schema import schema
from poollint.rule import Severity
from poollint.source import SourceFile
from poollint.toml_places import key_places
from poollint.values import Confidence

EVERYTHING = """\
env = "prod"
select = ["POOL"]
ignore = ["POOL3"]
extend-select = ["POOL301"]
severity = { POOL101 = "error" }
mandatory = ["POOL501"]
fail-on = "never"
min-severity = "warning"
min-confidence = "low"
pedantic = true
preview = true
exclude = ["**/testdata/**"]
per-file-ignores = { "scripts/*.py" = ["POOL3"] }
baseline = ".poollint-baseline.json"

[databases.main]
provider = "aws-rds-postgresql"
instance-class = "db.r6g.large"
max-connections = 400
reserved = 13
budget = 0.9
url-env = ["DATABASE_URL"]
idle-timeout = 350
other-clients = { metabase = 10 }

[envs.prod]
manifests = ["k8s/overlays/prod"]
vars = { DB_POOL_SIZE = "20" }

[[workloads]]
name = "worker"
match = "Deployment/worker"
engines = ["app.db:engine"]
database = "main"
processes = 8
"""


def own(text: str) -> Config:
    return load(SourceFile("poollint.toml", text))


def test_everything() -> None:
    config = own(EVERYTHING)

    assert (config.env, config.select, config.ignore) == ("prod", ("POOL",), ("POOL3",))
    assert (config.extend_select, config.mandatory) == (("POOL301",), ("POOL501",))
    assert config.severity == {"POOL101": Severity.ERROR}
    assert (config.fail_on, config.min_severity) == (None, Severity.WARNING)
    assert config.min_confidence is Confidence.LOW
    assert (config.pedantic, config.preview) == (True, True)
    assert config.per_file_ignores == {"scripts/*.py": ("POOL3",)}
    assert (config.exclude, config.baseline) == (("**/testdata/**",), ".poollint-baseline.json")
    (database,) = config.databases
    assert (database.name, database.provider, database.instance_class) == (
        "main",
        "aws-rds-postgresql",
        "db.r6g.large",
    )
    assert (database.max_connections, database.reserved, database.budget) == (400, 13, 0.9)
    assert (database.url_env, database.idle_timeout) == (("DATABASE_URL",), 350)
    assert database.other_clients == {"metabase": 10}
    (environment,) = config.envs
    assert (environment.name, environment.manifests) == ("prod", ("k8s/overlays/prod",))
    assert environment.vars == {"DB_POOL_SIZE": "20"}
    (workload,) = config.workloads
    assert (workload.name, workload.match, workload.engines) == (
        "worker",
        "Deployment/worker",
        ("app.db:engine",),
    )
    assert (workload.database, workload.processes) == ("main", 8)


def test_places() -> None:
    config = own(EVERYTHING)

    assert str(config.place("fail-on")) == "poollint.toml:7"
    assert str(config.place("severity.POOL101")) == "poollint.toml:5"
    assert Config().place("fail-on") is None
    database, environment, workload = config.databases[0], config.envs[0], config.workloads[0]
    assert (str(database.at), str(database.place("max-connections"))) == (
        "poollint.toml:16",
        "poollint.toml:19",
    )
    assert database.place("other-clients.metabase").full == "poollint.toml:24:19"
    assert database.place("nothing") == database.at
    assert str(environment.place("vars.DB_POOL_SIZE")) == "poollint.toml:28"
    assert environment.place("nothing") == environment.at
    assert (str(workload.at), str(workload.place("processes"))) == ("poollint.toml:30", "poollint.toml:35")
    assert workload.place("nothing") == workload.at


def test_defaults() -> None:
    config = own("")

    assert config == Config(path="poollint.toml")
    assert config.fail_on is Severity.WARNING
    assert config.min_confidence is Confidence.MEDIUM


def test_the_table_in_pyproject() -> None:
    config = load(SourceFile("sub/pyproject.toml", '[project]\nname = "x"\n[tool.poollint]\nenv = "a"\n'))

    assert (config.env, config.path) == ("a", "sub/pyproject.toml")
    assert str(config.place("env")) == "sub/pyproject.toml:4"


def test_a_pyproject_without_the_table() -> None:
    assert load(SourceFile("pyproject.toml", "[tool.poollinter]\n")) == Config()


def test_windows_line_ends() -> None:
    assert str(own('env = "a"\r\nselect = ["POOL1"]\r\n').place("select")) == "poollint.toml:2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            'slect = ["POOL1"]\n',
            'poollint.toml:1:1: slect is no key of poollint; did you mean "select"?',
            id="misspelled key",
        ),
        pytest.param("\n\nxyz = 1\n", "poollint.toml:3:1: xyz is no key of poollint", id="unknown key"),
        pytest.param(
            "[databases.main]\nmax_connections = 1\n",
            "poollint.toml:2:1: databases.main.max_connections is no key of poollint;"
            ' did you mean "max-connections"?',
            id="underscore in a table",
        ),
        pytest.param(
            'select = "POOL1"\n',
            'poollint.toml:1:1: select must be a list, each a string, not "POOL1"',
            id="a string for a list",
        ),
        pytest.param(
            "select = [\n  'POOL1',\n  2\n]\n",
            "poollint.toml:3:3: select must be a string, not 2",
            id="a number in a list",
        ),
        pytest.param(
            'fail-on = "eror"\n',
            'poollint.toml:1:1: fail-on must be one of "info", "warning", "error", "never", not "eror";'
            ' did you mean "error"?',
            id="misspelled choice",
        ),
        pytest.param(
            "min-confidence = 3\n",
            'poollint.toml:1:1: min-confidence must be one of "low", "medium", "high", not 3',
            id="a number for a choice",
        ),
        pytest.param(
            "preview = 1\n", "poollint.toml:1:1: preview must be true or false, not 1", id="1 is not true"
        ),
        pytest.param(
            "[databases.main]\nreserved = true\n",
            "poollint.toml:2:1: databases.main.reserved must be a whole number, not true",
            id="true is not 1",
        ),
        pytest.param(
            "[databases.main]\nreserved = -1\n",
            "poollint.toml:2:1: databases.main.reserved must be at least 0, not -1",
            id="negative",
        ),
        pytest.param(
            "severity = 'error'\n",
            'poollint.toml:1:1: severity must be a table, each value one of "info", "warning", "error",'
            ' not "error"',
            id="a string for a table",
        ),
        pytest.param(
            "severity = { POOL1 = [] }\n",
            'poollint.toml:1:14: severity.POOL1 must be one of "info", "warning", "error", not a list',
            id="a list for a choice",
        ),
        pytest.param(
            "env = {}\n", "poollint.toml:1:1: env must be a string, not a table", id="a table for a string"
        ),
        pytest.param(
            "databases = 1\n", "poollint.toml:1:1: databases must be tables by name, not 1", id="no tables"
        ),
        pytest.param(
            "[databases]\nmain = 1\n",
            "poollint.toml:2:1: databases.main must be a table, not 1",
            id="no table",
        ),
        pytest.param(
            "[workloads]\nname = 'x'\n",
            "poollint.toml:1:2: workloads must be an array of tables ([[workloads]]), not a table",
            id="one bracket",
        ),
        pytest.param(
            "workloads = [1]\n", "poollint.toml:1:14: workloads must be a table, not 1", id="no workload"
        ),
        pytest.param(
            "[[workloads]]\nname = 'x'\n",
            'poollint.toml:1:1: workloads needs "match": the workload in the manifests, Kind/name or'
            " its name",
            id="workload without match",
        ),
        pytest.param(
            "a = \n", "poollint.toml: is not valid TOML: Invalid value (at line 1, column 5)", id="no TOML"
        ),
    ],
)
def test_errors_point_to_the_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        own(text)

    assert str(caught.value) == message


# --- which file ---


def found(files: Mapping[str, str], *folders: str) -> str | None:
    def read(path: str) -> SourceFile | None:
        return SourceFile(path, files[path]) if path in files else None

    file = find(folders, read)
    return None if file is None else file.path


def test_the_file_nearest_the_root_counts() -> None:
    files = {"poollint.toml": "", "sub/poollint.toml": ""}

    assert found(files, "", "sub/") == "poollint.toml"


def test_a_pyproject_of_others_is_passed_over() -> None:
    files = {"pyproject.toml": "[project]\n", "sub/pyproject.toml": "[tool.poollint]\n"}

    assert found(files, "", "sub/") == "sub/pyproject.toml"


def test_there_may_be_none() -> None:
    assert found({"pyproject.toml": "# poollint\n"}, "", "sub/") is None


def test_two_in_one_folder_are_an_error() -> None:
    with pytest.raises(ConfigError, match="both configure poollint"):
        found({"poollint.toml": "", "pyproject.toml": "[tool.poollint]\n"}, "")


# --- schema ---


def valid(document: object) -> bool:
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    return bool(validator.is_valid(json.loads(json.dumps(document))))


def test_the_schema_accepts_what_is_documented() -> None:
    import tomllib  # noqa: PLC0415 - the only test that needs it

    assert valid(tomllib.loads(EVERYTHING))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"slect": []}, id="unknown key"),
        pytest.param({"fail-on": "eror"}, id="choice"),
        pytest.param({"databases": {"main": {"reserved": -1}}}, id="negative"),
        pytest.param({"workloads": [{"name": "x"}]}, id="workload without match"),
    ],
)
def test_the_schema_refuses(document: object) -> None:
    assert not valid(document)


# --- places of keys ---


def places(text: str) -> str:
    found = key_places("x", text).items()
    return " ".join(f"{'.'.join(map(str, path))}={span.line}:{span.column}" for path, span in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a.b = 1\n", "a=1:1 a.b=1:3", id="dotted key"),
        pytest.param("'x y' = 1\n\"z\" = 2", "x y=1:1 z=2:1", id="quoted keys"),
        pytest.param('a = """\nb = 1\n"""\nc = 2\n', "a=1:1 c=4:1", id="text is no key"),
        pytest.param("a = '''\n[b]\n'''\n", "a=1:1", id="literal text is no header"),
        pytest.param("# a = 1\nb = 1 # c = 2\n", "b=2:1", id="comments are no keys"),
        pytest.param(
            "a = [ # x\n 1,\n [2, 3] ]\nb = 1", "a=1:1 a.0=2:2 a.1=3:2 a.1.0=3:3 a.1.1=3:6 b=4:1", id="arrays"
        ),
        pytest.param(
            "a = { b = { c = 1 }, d = 2 }\ne = 1",
            "a=1:1 a.b=1:7 a.b.c=1:13 a.d=1:22 e=2:1",
            id="inline tables",
        ),
        pytest.param("[a.b]\nc = 1\n[d]\n", "a=1:2 a.b=1:4 a.b.c=2:1 d=3:2", id="headers"),
        pytest.param(
            "[[a]]\nb = 1\n[[a]]\n[a.c]\nd = 1\n",
            "a=1:3 a.0=1:1 a.0.b=2:1 a.1=3:1 a.1.c=4:4 a.1.c.d=5:1",
            id="arrays of tables",
        ),
        pytest.param(
            "[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\n",
            "a=1:3 a.0=1:1 a.0.b=2:5 a.0.b.0=2:1 a.0.b.0.c=3:1 a.0.b.1=4:1",
            id="arrays in arrays",
        ),
        pytest.param("a = 1979-05-27T07:32:00Z\nb = 0.9\n", "a=1:1 b=2:1", id="dates and numbers"),
    ],
)
def test_places_of_keys(text: str, expected: str) -> None:
    assert places(text) == expected


def test_our_own_project_file() -> None:
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
    found_places = key_places("pyproject.toml", text)

    assert text.split("\n")[found_places["project", "name"].line - 1] == 'name = "poollint"'
