"""Procfiles -> workloads."""

import pytest

from poollint.facts import Workload
from poollint.manifests.formats import PROCFILE as READER
from poollint.source import SourceFile
from poollint.values import Known, Unknown


def test_process_types() -> None:
    text = "# comment\nrelease: flask db upgrade\nweb: gunicorn a:app -w 2  \n\nnot a line\n"
    release, web = READER.read([SourceFile("api/Procfile", text)], lambda _: None)
    assert isinstance(release, Workload)
    assert isinstance(web, Workload)
    assert (release.label, release.one_shot) == ("process/release", True)
    assert release.pods.maximum == Known(1, release.at)
    assert (web.label, web.one_shot, web.scope) == ("process/web", False, "procfile:api/Procfile")
    assert isinstance(web.pods.maximum, Unknown)
    command = web.containers[0].command
    assert command is not None
    assert (command.words, command.shell) == (("gunicorn a:app -w 2",), True)
    assert web.containers[0].build == "api"
    assert web.at.full == "api/Procfile:3:1"


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        pytest.param("Procfile", True, id="plain"),
        pytest.param("api/Procfile.web", True, id="suffix"),
        pytest.param("Procfile.dev", False, id="development"),
        pytest.param("Procfile.md", False, id="text"),
        pytest.param("procfile.py", False, id="module"),
    ],
)
def test_paths(path: str, wanted: bool) -> None:
    assert READER.wants(path) is wanted
