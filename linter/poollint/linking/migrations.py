"""The engine of a migration: the one that the tool's `env.py` makes, else the application's."""

from posixpath import basename

from poollint.facts import Role
from poollint.linking.starts import Linked, Sources, Start, ambiguous, component
from poollint.topology import Evidence, Unresolved

MIGRATION = "migration"
TOOLS = frozenset(("alembic", "flask", "manage.py"))
"""Programs that run Alembic's `env.py`. Others bring their own drivers."""
_SCRIPT = "env.py"
_FLASK = "flask_sqlalchemy.SQLAlchemy"


def migrated(start: Start, sources: Sources) -> Linked | Unresolved:
    """The engine that a migration opens; nothing where several are equally likely."""
    program = start.program
    if not program.path:
        return _of_image(start, sources)
    own = _reached(start, program.path, sources, Role.MIGRATION)
    if own:
        return own
    found = _of_application(start, sources)
    if len({engine.at for engine, _ in found}) > 1:
        return ambiguous(start, (engine for engine, _ in found), f"may be what {program.path} connects with")
    return found


def _reached(start: Start, path: str, sources: Sources, role: Role) -> Linked:
    code, program = sources.code, start.program
    return tuple(
        (
            engine,
            Evidence("command", f"{program.name} runs {' imports '.join(way)}", (program.at, engine.at)),
        )
        for engine in code.engines
        if engine.role is role and (way := code.reaches(path, engine, program)) is not None
    )


def _of_application(start: Start, sources: Sources) -> Linked:
    """Engines of the service that the script imports, or that Flask's application has."""
    program = start.program
    imported = _reached(start, program.path, sources, Role.SERVICE)
    module = program.module
    path = sources.code.module_path(module, start.container.build) if module else None
    if imported or path is None:
        return imported
    return tuple(each for each in _reached(start, path, sources, Role.SERVICE) if each[0].callee == _FLASK)


def _of_image(start: Start, sources: Sources) -> Linked | Unresolved:
    """The script of the folder that the image is built from, if there is just one."""
    container = start.container
    found = [
        each
        for each in sources.code.engines
        if each.role is Role.MIGRATION
        and basename(each.at.path) == _SCRIPT
        and component(each.at.path, sources.builds) == container.build
    ]
    if not found or not (container.build or container.dockerfile):
        return ()
    if len({each.at.path for each in found}) > 1:
        return ambiguous(start, found, "are engines of migrations in the folder of the image")
    says = f"the image is built from {container.build or 'the root'}, which has one {_SCRIPT}"
    return tuple((each, Evidence("image", says, (container.at, each.at))) for each in found)
