"""Dockerfiles: what an image starts, with which variables, and which files lie where in it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from poollint.facts import Command, Fact, Image, Variable
from poollint.frozen import frozen
from poollint.manifests.instructions import Instruction, instructions
from poollint.manifests.masking import masked
from poollint.manifests.shell.builtins import absolute
from poollint.manifests.shell.expansion import Scope, fields, joined, likely, text
from poollint.manifests.shell.parser import expandable, words
from poollint.manifests.shell.syntax import ShellError, Word
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Known, Unknown, Value

_NAMED = re.compile(r"(.*?)\s+AS\s+(\S+)\s*", re.IGNORECASE | re.DOTALL)
_FLAG = re.compile(r"--([a-z-]+)(?:=(\S*))?\s+")


@frozen
class Stage:
    """What is known behind an instruction of a build stage."""

    at: Span
    name: str
    base: str
    arguments: Mapping[str, Value]
    environment: tuple[Variable, ...] = ()
    entrypoint: Command | None = None
    command: Command | None = None
    own_command: bool = False
    copies: tuple[tuple[str, str], ...] = ()
    workdir: str = "/"

    def scope(self, at: Span) -> Scope:
        """The variables that an instruction may refer to."""
        variables = {each.name: each.value for each in self.environment}
        return Scope({**self.arguments, **variables}, at)


@dataclass(slots=True)
class _Build:
    given: Mapping[str, Value]
    arguments: dict[str, Value] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)

    def stage(self, name: str) -> Stage | None:
        """An earlier stage by its name or number."""
        if name.isdecimal() and len(name) < len("100"):
            return self.stages[int(name)] if int(name) < len(self.stages) else None
        return next((each for each in reversed(self.stages) if each.name and each.name == name.lower()), None)


def images(file: SourceFile, arguments: Mapping[str, Value] | None = None) -> Iterator[Image | Skipped]:
    """An image for every named stage, and one with an empty target for the last stage.

    `arguments` are those that a build is given; they win over the defaults of `ARG`.
    """
    build = _Build(arguments or {})
    for each in instructions(file):
        if isinstance(each, Skipped):
            yield each
        elif each.keyword == "FROM":
            build.stages.append(_from(each, build))
        elif not build.stages:
            if each.keyword == "ARG":
                build.arguments.update(_argument(each, Scope(build.arguments, each.at), {}, build.given))
        else:
            build.stages[-1] = _after(build.stages[-1], each, build)
    for stage in build.stages:
        if stage.name:
            yield _image(stage, stage.name, file)
    if build.stages:
        yield _image(build.stages[-1], "", file)


def _image(stage: Stage, target: str, file: SourceFile) -> Image:
    return Image(
        stage.at,
        file.path.rpartition("/")[0],
        target,
        file.path,
        stage.entrypoint,
        stage.command,
        tuple(replace(each, value=masked(each.name, each.value)) for each in stage.environment),
        stage.copies,
        stage.workdir,
        stage.base,
    )


def _from(instruction: Instruction, build: _Build) -> Stage:
    _, rest = _flags(instruction.rest)
    named = _NAMED.fullmatch(rest)
    source, name = (named.group(1), named.group(2).lower()) if named else (rest.strip(), "")
    base = likely(text(expandable(source), Scope(build.arguments, instruction.at))) or source
    before = build.stage(base)
    if before is None:
        return Stage(instruction.at, name, base, {})
    return replace(before, at=instruction.at, name=name, own_command=False, arguments={})


def _after(stage: Stage, instruction: Instruction, build: _Build) -> Stage:
    scope = stage.scope(instruction.at)
    match instruction.keyword:
        case "ARG":
            found = _argument(instruction, scope, build.arguments, build.given)
            return replace(stage, arguments={**stage.arguments, **found})
        case "ENV":
            return replace(stage, environment=(*stage.environment, *_environment(instruction, scope)))
        case "WORKDIR":
            folder = likely(text(expandable(instruction.rest), scope))
            return stage if folder is None else replace(stage, workdir=absolute(folder, stage.workdir) or "/")
        case "ENTRYPOINT":
            kept = stage.command if stage.own_command else None
            return replace(stage, entrypoint=_command(instruction), command=kept)
        case "CMD":
            return replace(stage, command=_command(instruction), own_command=True)
        case "COPY" | "ADD":
            return replace(stage, copies=(*stage.copies, *_copied(instruction, stage, build)))
        case _:
            return stage


def _flags(rest: str) -> tuple[dict[str, str], str]:
    found: dict[str, str] = {}
    while flag := _FLAG.match(rest):
        found[flag.group(1)] = flag.group(2) or ""
        rest = rest[flag.end() :]
    return found, rest


def _argument(
    instruction: Instruction, scope: Scope, before: Mapping[str, Value], given: Mapping[str, Value]
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in _pairs(instruction, scope):
        unset = Unknown(f"build argument {name}", instruction.at)
        default = value if value is not None else before.get(name, unset)
        found[name] = given.get(name, default)
    return found


def _environment(instruction: Instruction, scope: Scope) -> Iterator[Variable]:
    for name, value in _pairs(instruction, scope):
        if value is not None:
            yield Variable(name, value, instruction.at)


def _pairs(instruction: Instruction, scope: Scope) -> Iterator[tuple[str, Value | None]]:
    """`A=b C="d e"`, and the old `A b c`."""
    try:
        found = words(instruction.rest, instruction.at.line)
    except ShellError:
        return
    first = _known(found[0], scope) if found else ""
    if instruction.keyword == "ENV" and first and "=" not in first and len(found) > 1:
        value = instruction.rest.partition(first)[2].strip()
        yield first, text(expandable(value, instruction.at.line), scope)
        return
    for word in found:
        name, sign, _ = _known(word, scope).partition("=")
        if name.replace(".", "_").replace("-", "_").isidentifier():
            yield name, _behind(word, len(name) + 1, scope) if sign else None


def _known(word: Word, scope: Scope) -> str:
    first = text(Word(word.parts[:1], word.line), scope)
    return str(first.value) if isinstance(first, Known) else ""


def _behind(word: Word, count: int, scope: Scope) -> Value:
    first = text(Word(word.parts[:1], word.line), scope)
    start = str(first.value)[count:] if isinstance(first, Known) else ""
    rest = text(Word(word.parts[1:], word.line), scope) if len(word.parts) > 1 else None
    if rest is None:
        return Known(start, scope.at)
    return joined((Known(start, scope.at), rest), scope.at)


def _command(instruction: Instruction) -> Command | None:
    rest = instruction.rest
    if rest.startswith("["):
        try:
            given: object = json.loads(rest)
        except ValueError:
            given = None
        if isinstance(given, list) and all(isinstance(each, str) for each in given):
            return Command(tuple(str(each) for each in given), shell=False, at=instruction.at)
    return Command((rest,), shell=True, at=instruction.at)  # noqa: S604 - a fact, nothing is called


def _copied(instruction: Instruction, stage: Stage, build: _Build) -> Iterator[tuple[str, str]]:
    flags, rest = _flags(instruction.rest)
    names = _names(rest, instruction, stage)
    if len(names) < len(("source", "target")):
        return
    *sources, target = names
    folder = target.endswith("/") or len(sources) > 1
    whole = absolute(target, stage.workdir) or "/"
    origin = flags.get("from")
    for source in sources:
        last = source.rpartition("/")[2]
        is_file = folder and "." in last[1:] and not set("*?") & set(last)
        into = f"{whole.rstrip('/')}/{last}" if is_file else whole
        if origin is None:
            yield absolute(source, "").lstrip("/"), into
            continue
        before = build.stage(origin)
        if before is not None:
            yield from _through(absolute(source, "/"), whole, before)


def _names(rest: str, instruction: Instruction, stage: Stage) -> list[str]:
    if rest.startswith("["):
        try:
            given: object = json.loads(rest)
        except ValueError:
            return []
        return [str(each) for each in given] if isinstance(given, list) else []
    try:
        scope = stage.scope(instruction.at)
        return [likely(value) or "" for word in words(rest) for value in fields(word, scope)]
    except ShellError:
        return []


def _through(source: str, target: str, before: Stage) -> Iterator[tuple[str, str]]:
    """What an earlier stage has under a path, seen from where it is copied to."""
    for path, place in before.copies:
        if place == source:
            yield path, target
        elif place.startswith(f"{source.rstrip('/')}/"):
            yield path, target.rstrip("/") + place[len(source.rstrip("/")) :]
        elif source.startswith(f"{place.rstrip('/')}/"):
            inner = source[len(place.rstrip("/")) :]
            yield f"{path}{inner}".lstrip("/"), target


def read(files: Iterable[SourceFile], _lookup: Lookup) -> Iterator[Fact | Skipped]:
    """The images of all Dockerfiles."""
    for file in files:
        yield from images(file)
