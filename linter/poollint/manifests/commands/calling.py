"""Servers that a Python file starts by a call: `uvicorn.run("app.main:app", workers=4)`."""

from collections.abc import Iterator

from poollint.catalogue.programs import Program as Entry
from poollint.catalogue.programs import calls_that_serve, program_called
from poollint.facts import Program
from poollint.manifests.commands.context import Line
from poollint.manifests.commands.merging import merged
from poollint.manifests.commands.servers import served
from poollint.manifests.shell.expansion import likely
from poollint.reading import Call
from poollint.source import SourceFile
from poollint.values import Default, Known, OneOf, Value


def serving(file: SourceFile, line: Line) -> Program | None:
    """The server that a file of the project starts; None where it calls none.

    Where calls in several branches start the same server, its processes are one of theirs. A server
    of an application object has no module: it is in the file itself, or in what that imports.
    """
    libraries = {name.partition(".")[0] for name in calls_that_serve()}
    if not any(library in file.text for library in libraries):
        return None
    calls = line.context.calls(file.path, line.context.environment)
    found = [_program(entry, call, line) for call in calls if (entry := program_called(call.callee))]
    together = merged([("", (each,)) for each in found]) if found else ()
    return together[0] if len(together) == 1 else None


def _program(entry: Entry, call: Call, line: Line) -> Program:
    own = Line(entry.name, tuple(_words(entry, call)), line.context, call.at)
    return served(entry, own)


def _words(entry: Entry, call: Call) -> Iterator[Value]:
    """The call as a command line: keywords are flags, and what is true stands alone."""
    yield from (each for each in call.positional[:1] if isinstance(likely(each), str))
    if call.callee in entry.single_calls:
        yield from (Known(flag, Default(entry.name)) for flag in entry.single_flags[:1])
    for name, value in call.keywords.items():
        flag = Known(f"--{name.replace('_', '-')}", call.at)
        match _plain(value):
            case True:
                yield flag
            case False | None:
                continue
            case _:
                yield from (flag, value)


def _plain(value: Value) -> object:
    """Whether a value is, most likely, a truth or nothing."""
    match value:
        case Known(value=bool() | None as plain):
            return plain
        case Known() | OneOf():
            return value
        case _:
            default = getattr(value, "default", None)
            return value if default is None else _plain(default)
