"""From a container's command to its programs: through shells, scripts, wrappers and supervisors."""

from collections.abc import Callable
from dataclasses import replace

from poollint.catalogue import programs as catalogue
from poollint.facts import Command, Program
from poollint.manifests.commands import python, ready, uwsgi
from poollint.manifests.commands.context import Context, Line, Started
from poollint.manifests.commands.merging import merged
from poollint.manifests.commands.options import Options, beginning, texts
from poollint.manifests.commands.servers import served
from poollint.manifests.commands.supervising import STARTERS, started_procfile, supervised
from poollint.manifests.commands.wrappers import PYTHON_WRAPPERS, WRAPPERS, unwrapped
from poollint.manifests.scripts import ways_through
from poollint.manifests.shell.expansion import Scope, fields, likely, split, text
from poollint.manifests.shell.launching import line_of
from poollint.manifests.shell.parser import expandable, words
from poollint.manifests.shell.paths import Launch
from poollint.manifests.shell.syntax import ShellError
from poollint.source import Skipped, SourceFile, Span
from poollint.values import FromEnv, Known, OneOf, Text, Unknown, Value

DEEPEST = 12
SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh"))
_SHELL_VALUED = frozenset(("-o", "+o", "-O", "--rcfile", "--init-file"))
_ASKS = frozenset(("--help", "-h", "--version", "-V"))
_INSTALLS = frozenset(("uv", "poetry", "pdm", "pipenv", "hatch", "rye", "npm", "yarn", "pnpm", "make"))


def joined(entrypoint: Command | None, command: Command | None) -> Command | None:
    """What Docker runs: an entry point in exec form gets the command as its arguments."""
    if entrypoint is None or not entrypoint.words:
        return command
    if entrypoint.shell or command is None:
        return entrypoint
    behind = ("/bin/sh", "-c", *command.words) if command.shell else command.words
    places = tuple(entrypoint.place(index) for index in range(len(entrypoint.words)))
    if command.shell:
        places += (command.at,) * len(behind)
    else:
        places += tuple(command.place(index) for index in range(len(behind)))
    return Command((*entrypoint.words, *behind), shell=False, at=entrypoint.at, places=places)


def programs(command: Command, context: Context) -> tuple[Program, ...]:
    """The programs that a command starts."""
    return started(command, context).programs


def started(command: Command, context: Context) -> Started:
    """The programs that a command starts, and what on the way to them could not be read."""
    at = command.at
    if command.shell:
        return _text(" ".join(command.words), (), replace(context, references=False), _always(at))
    scope = Scope(context.environment, at, references=context.references)
    expanded = tuple(
        text(expandable(word), replace(scope, at=command.place(index)))
        for index, word in enumerate(command.words)
    )
    return _line(expanded, replace(context, references=False), at, last=True)


def _line(line: tuple[Value, ...], context: Context, at: Span, *, last: bool) -> Started:
    """The programs of expanded words; `last` says that even a program nobody knows counts."""
    if context.depth > DEEPEST:
        return Started(skipped=(Skipped(at, "commands are nested too deeply"),))
    if not line:
        return Started()
    first, *others = line
    rest = tuple(others)
    at = _place_of(first, at)
    if isinstance(first, OneOf):
        lines = ((each.condition, (*split(each.value), *rest)) for each in first.alternatives)
        inner = context.within(context.environment, context.directory)
        return Started(merged([(why, _line(one, inner, at, last=last).programs) for why, one in lines]))
    whole = likely(first)
    if whole is None or not whole or whole.startswith("-"):
        return Started()
    if not isinstance(first, Known) and len(whole.split()) > 1:
        return _line((*split(first), *rest), context, at, last=last)
    if "=" in whole and whole.partition("=")[0].isidentifier() and rest:  # `A=b command` of a Procfile
        return _env(line, context, at, last=last)
    name = whole.rpartition("/")[2]
    inner = context.within(context.environment, context.directory)
    if name in ("env", "exec"):
        return _env(rest, inner, at, last=last)
    if name == "busybox":
        return _line(rest, inner, at, last=last)
    if name in SHELLS:
        return _shell(rest, inner, at)
    if python.is_python(name):
        return _python(rest, inner, at)
    if name in WRAPPERS:
        return _wrapped(name, rest, inner, at, last=last)
    known = _known(Line(name, rest, context, at))
    if known is not None:
        return known
    file = context.file(whole)
    if file is not None:
        return _file(whole, file, rest, inner, at)
    if base := ready.program(name, context, at):
        return Started((base,))
    own = python.console_script(Line(name, rest, context, at))
    if own is not None:
        return Started((own,))
    return Started((_other(name, at),) if last and name not in _INSTALLS else ())


def _always(place: Span) -> Callable[[int], Span]:
    """Every line of a text that stands in one place of a manifest."""
    return lambda _line: place


def _place_of(word: Value, otherwise: Span) -> Span:
    """Where a word is written, as far as that is a place in a file."""
    origin = word.origin if isinstance(word, Known | Text) else None
    return origin if isinstance(origin, Span) else otherwise


def _known(line: Line) -> Started | None:
    """Programs with a description: the catalogue's, supervisors, and commands that do one thing."""
    given = texts(line.words)
    entry = catalogue.program_of(line.name, given)
    if line.name in python.TASKS or entry is not None:
        if not _ASKS.isdisjoint(given):
            return Started()
        if entry is not None:
            return Started((uwsgi.program(entry, line) if entry.name == "uwsgi" else served(entry, line),))
        task = python.task(line)
        return Started((task,) if task else ())
    match line.name:
        case "supervisord":
            return supervised(line, _words)
        case name if name in STARTERS:
            return started_procfile(line, _shell_text)
        case _:
            return Started() if _is_known_family(line.name) else None


def _is_known_family(name: str) -> bool:
    return any(name in entry.commands for entry in catalogue.programs().values())


def _env(line: tuple[Value, ...], context: Context, at: Span, *, last: bool) -> Started:
    """`env A=b command`, `exec -a name command`."""
    environment = dict(context.environment)
    rest = line
    while rest:
        word = beginning(rest[0])
        key, sign, value = word.partition("=")
        if sign and key.isidentifier():
            whole = Options(rest[:1]).value((key,))
            environment[key] = Known(value, at) if whole is None else whole
            rest = rest[1:]
        elif word in ("-u", "-a", "--unset", "-C", "--chdir"):
            rest = rest[2:]
        elif word in ("-S", "--split-string") and len(rest) > 1:
            rest = (*split(rest[1]), *rest[2:])
        elif word.startswith("-"):
            rest = rest[1:]
        else:
            break
    return _line(rest, context.within(environment, context.directory), at, last=last)


# --- shells ---


def _shell(rest: tuple[Value, ...], context: Context, at: Span) -> Started:
    """`sh -c text name arguments`, `bash -x script arguments`."""
    while rest:
        word = likely(rest[0]) or ""
        if word in _SHELL_VALUED:
            rest = rest[2:]
        elif word.startswith(("-", "+")) and word != "--":
            rest = rest[1:]
            if not word.startswith("--") and "c" in word:
                source = _source_of(rest[0]) if rest else None
                place = _always(_place_of(rest[0], at) if rest else at)
                return Started() if source is None else _text(source, rest[2:], context, place)
        else:
            break
    if rest and likely(rest[0]) == "--":
        rest = rest[1:]
    path = likely(rest[0]) if rest else None
    file = None if path is None else context.file(path)
    if path is None or file is None:
        return Started()
    return _script(path, file, rest[1:], context)


def _script(path: str, file: SourceFile, arguments: tuple[Value, ...], context: Context) -> Started:
    if file.path in context.scripts:
        return Started(again=True)
    inner = replace(context, scripts=(*context.scripts, file.path))
    return _text(file.text, arguments, inner, line_of(file), path)


def _source_of(value: Value) -> str | None:
    """Shell text with its variables written as variables again."""
    match value:
        case Known(value=str() as known):
            return known
        case Text(parts=parts):
            return "".join(part if isinstance(part, str) else _written(part) for part in parts)
        case _:
            return likely(value)


def _written(part: FromEnv | Unknown) -> str:
    if isinstance(part, Unknown):
        return "$(unknown)"
    default = None if part.default is None else likely(part.default)
    return f"${{{part.variable}}}" if default is None else f"${{{part.variable}:-{default}}}"


def _text(
    source: str,
    arguments: tuple[Value, ...],
    context: Context,
    place: Callable[[int], Span],
    script: str = "sh",
) -> Started:
    found = ways_through(source, arguments, context.surroundings(), place, script)
    skipped = list(found.skipped)
    ways: list[tuple[str, tuple[Program, ...]]] = []
    for way in found.ways:
        steps = [_step(launch, context) for launch in way.launches]
        if any(step.again for step in steps) and len(found.ways) > 1:
            continue
        skipped.extend(each for step in steps for each in step.skipped)
        ways.append((way.condition, _together(way.launches, steps)))
    programs_found = merged(ways) if ways else ()
    if not programs_found:
        last = next((way.launches[-1] for way in found.ways if way.launches), None)
        if last is not None:
            again = _line(last.words, context.within(last.environment, last.directory), last.at, last=True)
            programs_found = again.programs
    return Started(programs_found, tuple(dict.fromkeys(skipped)))


def _step(launch: Launch, context: Context) -> Started:
    return _line(launch.words, context.within(launch.environment, launch.directory), launch.at, last=False)


def _together(launches: tuple[Launch, ...], steps: list[Started]) -> tuple[Program, ...]:
    """What runs at the same time, and migrations before it: what others wait for has ended by then."""
    found: list[Program] = []
    serving = [any(each.role != python.MIGRATION for each in step.programs) for step in steps]
    waited = any(launch.background and serves for launch, serves in zip(launches, serving, strict=True))
    for index, (launch, step) in enumerate(zip(launches, steps, strict=True)):
        ended = (launch.ended and waited) or (not launch.background and any(serving[index + 1 :]))
        for each in _counted(launch, step.programs):
            if not ended:
                found.append(each)
            elif each.role == python.MIGRATION:
                first = replace(each, before=True)
                found.extend([] if any(_is_same(first, one) for one in found) else [first])
            elif each.name in catalogue.programs():
                found.append(each)
    return tuple(found)


def _is_same(one: Program, other: Program) -> bool:
    """Whether two programs that have ended open the same: `alembic current`, `alembic upgrade head`."""
    return replace(one, at=other.at, processes=other.processes, at_once=other.at_once) == other


def _counted(launch: Launch, found: tuple[Program, ...]) -> tuple[Program, ...]:
    if not launch.many:
        return found
    return tuple(replace(each, processes=Unknown(launch.many, launch.at)) for each in found)


def _file(path: str, file: SourceFile, rest: tuple[Value, ...], context: Context, at: Span) -> Started:
    """A script by what its first line says runs it."""
    first = file.line(1)
    if path.endswith(".py") or (first.startswith("#!") and "python" in first):
        return Started((python.script(path, Line("python", rest, context, at)),))
    if not first.startswith("#!") or any(shell in first for shell in SHELLS):
        return _script(path, file, rest, context)
    return Started((_other(path.rpartition("/")[2], at),))


# --- python and wrappers ---


def _python(rest: tuple[Value, ...], context: Context, at: Span) -> Started:
    kind, words_left = python.split(rest)
    name = likely(words_left[0]) if words_left else None
    if name is None or kind in ("", "-c"):
        return Started()
    line = Line("python", words_left[1:], context, at)
    if kind == "-m":
        if name in WRAPPERS:
            return _wrapped(name, words_left[1:], context, at, last=False)
        known = _known(Line(name, words_left[1:], context, at))
        return known if known is not None else Started((python.run_module(name, line),))
    base = name.rpartition("/")[2]
    if base in python.TASKS:
        return _known(Line(base, words_left[1:], context, at)) or Started()
    if not base.endswith(".py") and (known := _known(Line(base, words_left[1:], context, at))) is not None:
        return known  # `python /usr/local/bin/gunicorn`
    return Started((python.script(name, line),))


def _wrapped(name: str, rest: tuple[Value, ...], context: Context, at: Span, *, last: bool) -> Started:
    inner = unwrapped(name, rest)
    if inner is None:
        return Started()
    first = likely(inner[0]) or ""
    if WRAPPERS[name].quoted and " " in first:
        return _text(first, (), context, _always(at))
    if first in ("--module", "-m") or (name in PYTHON_WRAPPERS and first.endswith(".py")):
        return (
            _python(inner, context, at)
            if first != "--module"
            else _python((Known("-m", at), *inner[1:]), context, at)
        )
    return _line(inner, context, at, last=last)


def _other(name: str, at: Span) -> Program:
    unknown = Unknown(f"{name[:40]} is not a program that is known here", at)
    return Program(name, "", unknown, unknown, at, "other")


def _shell_text(source: str, context: Context, at: Span) -> Started:
    return _text(source, (), context, _always(at))


def _words(line: str, context: Context, at: Span) -> Started:
    """A line that is split at blanks but run without a shell."""
    scope = Scope(context.environment, at)
    try:
        expanded = tuple(each for word in words(line) for each in fields(word, scope))
    except ShellError as error:
        return Started(skipped=(Skipped(at, f"command: {error.why}"),))
    return _line(expanded, context, at, last=True)
