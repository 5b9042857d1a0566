"""Programs that start others from a file: supervisord, and starters of Procfiles."""

from collections.abc import Callable

from poollint.facts import Program
from poollint.manifests import procfile, supervisord
from poollint.manifests.commands.context import Context, Line, Started
from poollint.manifests.commands.options import Options
from poollint.manifests.shell.builtins import absolute
from poollint.manifests.shell.expansion import likely
from poollint.source import Skipped, Span

STARTERS = frozenset(("honcho", "foreman", "forego"))
_SUBCOMMANDS = ("start", "run")

Start = Callable[[str, Context, Span], Started]


def supervised(line: Line, start: Start) -> Started:
    """`supervisord -c file`: every program of the file that starts by itself."""
    given = Options(line.words).value(("-c", "--configuration"))
    names = supervisord.PLACES if given is None else (likely(given) or "",)
    there = ((name, line.context.file(name)) for name in names if name)
    path, file = next(((name, found) for name, found in there if found is not None), ("", None))
    if file is None:
        return Started(skipped=(Skipped(line.at, "configuration of supervisord is not in the repository"),))
    found: list[Program] = []
    skipped: list[Skipped] = []
    files = [file]
    beside = line.context.within(
        line.context.environment, absolute(path, line.context.directory).rpartition("/")[0]
    )
    for pattern in supervisord.included(file):
        more = beside.matching(pattern)
        files.extend(more)
        if not more:
            why = f"supervisord includes {pattern[:60]}, which is not in the repository"
            skipped.append(Skipped(line.at, why))
    for each in supervisord.programs(files, line.context.environment):
        context = line.context.within(each.environment, each.directory or line.context.directory)
        one = start(each.command, context, each.at)
        found.extend(supervisord.times(program, each.count) for program in one.programs)
        skipped.extend(one.skipped)
    return Started(tuple(found), tuple(skipped))


def started_procfile(line: Line, start: Start) -> Started:
    given = Options(line.words).value(("-f", "--procfile"))
    file = line.context.file("Procfile" if given is None else likely(given) or "")
    if file is None:
        return Started(skipped=(Skipped(line.at, "Procfile is not in the repository"),))
    chosen = [word for word in Options(line.words).positional() if word not in _SUBCOMMANDS]
    inner = line.context.within(line.context.environment, line.context.directory)
    every = [
        start(each.command, inner, each.at)
        for each in procfile.lines(file)
        if each.name != "release" and (not chosen or each.name in chosen)
    ]
    return Started(
        tuple(program for one in every for program in one.programs),
        tuple(skipped for one in every for skipped in one.skipped),
    )
