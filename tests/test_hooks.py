"""The hooks that pre-commit offers: what they start, and for which files."""

import re
from pathlib import Path

import pytest
import yaml

HOOKS = {
    hook["id"]: hook
    for hook in yaml.safe_load((Path(__file__).parents[1] / ".pre-commit-hooks.yaml").read_text("utf-8"))
}


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        pytest.param("poollint", "poollint check --staged --allow-empty", id="the commit"),
        pytest.param("poollint-file", "poollint check --scope file --allow-empty --", id="files"),
        pytest.param("poollint-full", "poollint check --allow-empty", id="everything"),
    ],
)
def test_entry(name: str, entry: str) -> None:
    assert HOOKS[name]["entry"] == entry
    assert HOOKS[name]["language"] == "python"


def test_a_budget_is_reckoned_once_and_over_all_files() -> None:
    for name in ("poollint", "poollint-full"):
        assert HOOKS[name]["pass_filenames"] is False
        assert HOOKS[name]["require_serial"] is True
    assert HOOKS["poollint-full"]["always_run"] is True


@pytest.mark.parametrize(
    ("path", "concerned"),
    [
        pytest.param("src/app/db.py", True, id="Python"),
        pytest.param("k8s/api.yaml", True, id="YAML"),
        pytest.param("docker-compose.override.yml", True, id="compose"),
        pytest.param("pyproject.toml", True, id="TOML"),
        pytest.param("pgbouncer/pgbouncer.ini", True, id="INI"),
        pytest.param(".env", True, id="env file"),
        pytest.param("deploy/.env.prod", True, id="env file of an environment"),
        pytest.param("Procfile", True, id="Procfile"),
        pytest.param("docker/Dockerfile.worker", True, id="Dockerfile"),
        pytest.param("README.md", False, id="text"),
        pytest.param("src/app/db.pyc", False, id="byte code"),
        pytest.param("static/app.js", False, id="another language"),
    ],
)
def test_files_of_the_commit_hook(path: str, concerned: bool) -> None:
    assert (re.search(HOOKS["poollint"]["files"], path) is not None) is concerned
