"""`include:` of a compose file: other projects whose services are started with it."""

from collections.abc import Iterator
from dataclasses import replace

from poollint.facts import Environment
from poollint.manifests import envfile
from poollint.manifests.compose.projects import File, Project, dotenv, opened
from poollint.manifests.compose.services import joined
from poollint.manifests.nodes import Node, Scalar, get, items
from poollint.source import Skipped

MOST_PROJECTS = 50
"""Included by one project, directly and by others."""


def with_included(project: Project) -> Iterator[Project | Skipped]:
    """The project and all that it includes, each with its own folder and variables, none twice."""
    seen = {file.path for file in project.files}
    waiting = [project]
    for _ in range(MOST_PROJECTS):
        if not waiting:
            return
        each = waiting.pop(0)
        yield each
        for found in _included(each, project.scope):
            if isinstance(found, Skipped):
                yield found
            elif not seen.issuperset(file.path for file in found.files):
                seen |= {file.path for file in found.files}
                waiting.append(found)


def _included(project: Project, scope: str) -> Iterator[Project | Skipped]:
    for file in project.files:
        for entry in items(get(file.root, "include")):
            yield from _entry(entry, file, project, scope)


def _entry(entry: Node, file: File, project: Project, scope: str) -> Iterator[Project | Skipped]:
    interpolation = project.interpolation
    named = entry if isinstance(entry, Scalar) else get(entry, "path")
    files: list[File] = []
    directory = interpolation.string(get(entry, "project_directory"))
    place = None if directory is None else joined(file.folder, directory)
    for node in (named,) if isinstance(named, Scalar) else items(named):
        path = interpolation.string(node) or "?"
        source = None if "://" in path else project.lookup(joined(file.folder, path))
        if source is None:
            yield Skipped(node.at, f"includes {path[:80]}, which is not in the project", expected=True)
            continue
        for found in opened(source):
            if isinstance(found, Skipped):
                yield found
            else:
                folder = files[0].folder if files and place is None else place
                files.append(replace(found, directory=folder))
    if files:
        variables = {**_variables(entry, file, files[0], project), **project.variables}
        yield Project(tuple(files), project.lookup, variables, scope)


def _variables(entry: Node, file: File, first: File, project: Project) -> Environment:
    """The variables of `env_file`, else of `.env` in the folder of the included project."""
    given = get(entry, "env_file")
    if given is None:
        return dotenv(first.folder, project.lookup)
    variables = {}
    for node in (given,) if isinstance(given, Scalar) else items(given):
        path = project.interpolation.string(node)
        source = None if path is None else project.lookup(joined(file.folder, path))
        if source is not None:
            variables.update({each.name: each.value for each in envfile.variables(source)})
    return variables
