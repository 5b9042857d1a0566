"""`include:` of compose files."""

from collections.abc import Callable, Mapping

import pytest

from poollint.facts import Address, Fact, Workload
from poollint.manifests.shell.expansion import likely
from poollint.source import Skipped

Read = Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]
WEB = "services:\n  web: {image: 'web:${TAG:-1}', command: 'uvicorn a:app'}\n"
DB = "services:\n  db: {image: 'postgres:${TAG:-16}', volumes: ['./pg.conf:/etc/pg.conf']}\n"


def told(facts: tuple[Fact | Skipped, ...]) -> list[str]:
    """Workloads with scope, image and mounts, and what was skipped."""
    lines = []
    for fact in facts:
        if isinstance(fact, Workload):
            container = fact.containers[0]
            mounts = "".join(f" {source}" for source, _ in container.mounts)
            lines.append(f"{fact.scope} {fact.name} {likely(container.image)}{mounts}")
        elif isinstance(fact, Skipped):
            lines.append(f"skipped {fact.at.path}:{fact.at.line} {fact.why}")
    return lines


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"compose.yaml": f"include: [data/compose.yaml]\n{WEB}", "data/compose.yaml": DB},
            ["compose:compose.yaml web web:1", "compose:compose.yaml db postgres:16 data/pg.conf"],
            id="short",
        ),
        pytest.param(
            {
                "compose.yaml": "include:\n  - path: data/db.yaml\n    project_directory: .\n",
                "data/db.yaml": DB,
            },
            ["compose:compose.yaml db postgres:16 pg.conf"],
            id="only-includes, folder",
        ),
        pytest.param(
            {
                "compose.yaml": "include:\n  - path: [data/db.yaml, more/db.yaml]\n",
                "data/db.yaml": DB,
                "more/db.yaml": "services:\n  db: {image: 'mysql:8'}\n",
            },
            ["compose:compose.yaml db mysql:8 data/pg.conf"],
            id="merged",
        ),
        pytest.param(
            {"compose.yaml": "include: [a/db.yaml]\n", "a/db.yaml": DB, "a/.env": "TAG=17\n"},
            ["compose:compose.yaml db postgres:17 a/pg.conf"],
            id="variables beside it",
        ),
        pytest.param(
            {
                "compose.yaml": "include: [a/db.yaml]\n",
                "a/db.yaml": DB,
                "a/.env": "TAG=17\n",
                ".env": "TAG=18\n",
            },
            ["compose:compose.yaml db postgres:18 a/pg.conf"],
            id="variables of the project first",
        ),
        pytest.param(
            {
                "compose.yaml": "include:\n  - path: a/db.yaml\n    env_file: [b.env, no.env, [x]]\n",
                "a/db.yaml": DB,
                "a/.env": "TAG=17\n",
                "b.env": "TAG=15\n",
            },
            ["compose:compose.yaml db postgres:15 a/pg.conf"],
            id="env_file",
        ),
        pytest.param(
            {
                "compose.yaml": "include:\n  - path: a/db.yaml\n    env_file: b.env\n",
                "a/db.yaml": DB,
                "b.env": "TAG=15\n",
            },
            ["compose:compose.yaml db postgres:15 a/pg.conf"],
            id="one env_file",
        ),
        pytest.param(
            {
                "compose.yaml": f"include: [a/x.yaml]\n{WEB}",
                "a/x.yaml": "include: [y.yaml]\nservices: {x: {image: x}}\n",
                "a/y.yaml": "include: [x.yaml]\nservices: {y: {image: y}}\n",
            },
            ["compose:compose.yaml web web:1", "compose:compose.yaml x x", "compose:compose.yaml y y"],
            id="in a circle below",
        ),
        pytest.param(
            {
                "a/compose.yaml": "include: [../b/compose.yaml]\nservices: {x: {image: x}}\n",
                "b/compose.yaml": "include: [../a/compose.yaml]\nservices: {y: {image: y}}\n",
            },
            ["compose:a/compose.yaml x x", "compose:a/compose.yaml y y"],
            id="each other",
        ),
        pytest.param(
            {"compose.yaml": f"include: [no.yaml, 'oci://x/y', {{a: b}}]\n{WEB}"},
            [
                "compose:compose.yaml web web:1",
                "skipped compose.yaml:1 includes no.yaml, which is not in the project",
                "skipped compose.yaml:1 includes oci://x/y, which is not in the project",
            ],
            id="not there",
        ),
        pytest.param(
            {"compose.yaml": f"include: [a.yaml]\n{WEB}", "a.yaml": "services: {a: {image: x}\n"},
            [
                "compose:compose.yaml web web:1",
                "skipped a.yaml:2 not valid YAML: did not find expected ',' or '}'",
            ],
            id="not valid",
        ),
    ],
)
def test_include(files: Mapping[str, str], expected: list[str], read_all: Read) -> None:
    assert sorted(told(read_all(files))) == sorted(expected)


def test_names_of_included_services_lead_to_them(read_all: Read) -> None:
    files = {"compose.yaml": f"include: [data/compose.yaml]\n{WEB}", "data/compose.yaml": DB}

    scopes = {fact.hosts: fact.scope for fact in read_all(files) if isinstance(fact, Address)}

    assert scopes == {("web",): "compose:compose.yaml", ("db",): "compose:compose.yaml"}


def test_a_profile_of_an_included_service_is_one_of_the_project(read_all: Read) -> None:
    files = {
        "compose.yaml": f"include: [a.yaml]\n{WEB}",
        "a.yaml": "services:\n  db: {image: 'postgres:16', profiles: [data]}\n",
    }

    assert "compose:compose.yaml#data db postgres:16" in told(read_all(files))


def test_projects_are_bounded(read_all: Read) -> None:
    many = {f"p{n}.yaml": f"include: [p{n + 1}.yaml]\nservices: {{s{n}: {{image: x}}}}\n" for n in range(200)}

    found = told(read_all({"compose.yaml": f"include: [p0.yaml]\n{WEB}", **many}))

    assert len(found) == 50
