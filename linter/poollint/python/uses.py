"""Whether a program that imports a module ever comes to a function of it.

A module that is imported runs its top level; a function or class of it runs only if something mentions
its name. What is decorated counts as mentioned, because somebody else keeps it (a route, a task, a
fixture), except for a command of a command line, which runs only when the program is called with its name.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import field
from typing import TypeAlias

from poollint.frozen import frozen
from poollint.python.imports import imports_of, without_imports
from poollint.python.methods import is_method_used
from poollint.reading import Lookup
from poollint.source import SourceFile, Span

_BLOCK = re.compile(
    r"^(?P<decorators>(?:@[^\n]*\n(?:[ \t)\]}][^\n]*\n|\n)*)*)"
    r"(?:async[ \t]+def|def|class)[ \t]+(?P<name>\w+)[^\n]*\n(?P<body>(?:[ \t)\]}#][^\n]*\n?|\n)*)",
    re.MULTILINE,
)
_COMMAND = re.compile(r"^@[\w.]+\.command\b(?P<given>[\s\S]*)", re.MULTILINE)
_COMMAND_CALL = re.compile(r"\b[\w.]+\.command(?P<given>\([^()]*\))\(\s*(?P<function>\w+)\s*\)")
_GROUP = re.compile(
    r"""\badd_typer\([^)]*\bname\s*=\s*["']([\w-]+)"""
    r"""|\.group\(\s*(?:name\s*=\s*)?["']([\w-]+)["']"""
    r"""|^@[\w.]+\.group\b[^\n]*\n(?:@[^\n]*\n)*(?:async[ \t]+)?def[ \t]+(\w+)""",
    re.MULTILINE,
)
COMMAND = ".command"
"""What a file with a command has."""
_GROUP_NEEDLES = (b"add_typer(", b".group")
_GIVEN_NAME = re.compile(r"""\A\(\s*(?:name\s*=\s*)?["']([\w.-]+)["']""")
_EXPORTS = re.compile(
    r"""^__all__\b(?:[^\n]*[\[(][^\])]*[\])]|[ \t]*=[ \t]*(?:"[^"\n]*"|'[^'\n]*'))""", re.MULTILINE
)
_BY_NAME = re.compile(r"\b(?:import_module|import_string|maybe_dotted|__import__|entry_points)\b")
"""What loads a module of which the name is computed."""
_SUFFIXES = ("_command", "_cmd", "_group", "_grp")
"""What click leaves out of a function's name: https://click.palletsprojects.com/en/stable/api/#click.command"""


@frozen
class Block:
    """A function or class at the top level of a file, with the lines from its decorators to its end."""

    name: str
    decorators: str
    text: str
    first: int
    last: int


Mention: TypeAlias = tuple[str, tuple[Block, ...], bool]
"""A file that mentions a name, the blocks of it that do, and whether its top level does."""


@frozen
class Run:
    """A program: the file that it starts with, its words, and which files it imports.

    `words` are None where they are not known; `entry` is the function that it starts with, empty where
    that can be any name of the module.
    """

    start: str
    words: tuple[str, ...] | None
    entry: str
    loads: Callable[[str], bool]

    def may_start_with(self, name: str) -> bool:
        """Whether a name of its module may be the function that it starts with."""
        return name == self.entry or not (self.entry or self.words)


@frozen
class Uses:
    """Who mentions whom in a project, read as far as questions need it.

    `containing` gives the Python files that hold some bytes, `imports` those that a file imports, `is_test`
    says which are tests.
    """

    lookup: Lookup
    containing: Callable[[bytes], tuple[str, ...]]
    imports: Callable[[str], tuple[str, ...]]
    is_test: Callable[[str], bool]
    parsed: dict[str, tuple[str, tuple[Block, ...]]] = field(default_factory=dict, compare=False)
    groups: list[frozenset[str]] = field(default_factory=list, compare=False)
    mentions: dict[tuple[str, str], tuple[Mention, ...]] = field(default_factory=dict, compare=False)

    def is_function(self, at: Span) -> bool:
        """Whether a place is inside a function or class."""
        return self._block_at(at) is not None

    def runs(self, at: Span, program: Run) -> bool:
        """Whether a program comes to a place in a file that it imports."""
        block = self._block_at(at)
        if block is None:
            return True
        return self._is_reached(at.path, block, program) and is_method_used(
            at,
            block.first,
            self._whole(at.path),
            self.containing,
            lambda path: self._whole(path) if path == at.path or program.loads(path) else "",
        )

    def sets_up(self, path: str, name: str, program: Run) -> bool:
        """Whether a program comes to a call of `init_app` of an extension that a file defines.

        Also where no call of it is seen: then its application is given in another way.
        """
        places = [
            (file, users, call.search(self._blocks(file)[0]) is not None, call)
            for file, users, _ in self._mentions(path, name)
            if (call := self._word(file, name, r"\.init_app\(")).search(self._whole(file))
            and not self.is_test(file)
        ]
        return not places or any(
            program.loads(file)
            and (
                at_top
                or any(call.search(each.text) and self._is_reached(file, each, program) for each in users)
            )
            for file, users, at_top, call in places
        )

    def _is_reached(self, path: str, block: Block, program: Run) -> bool:
        """Whether a program comes to a function or class at the top level of a file that it imports."""
        seen = {(path, block.name)}
        waiting = [(path, block)]
        while waiting:
            here, current = waiting.pop()
            if self._is_kept(here, current, program):
                return True
            for where, user in self._users(here, current, program):
                if user is None:
                    return True
                if (where, user.name) not in seen:
                    seen.add((where, user.name))
                    waiting.append((where, user))
        return False

    def as_called(self, path: str, words: tuple[str, ...]) -> SourceFile | None:
        """A file without the commands that a program is not called with: what these import is not loaded."""
        source = self.lookup(path)
        if source is None or COMMAND not in source.text:
            return source
        run = Run(path, words, "", lambda _: True)
        idle = [
            each
            for each in self._blocks(path)[1]
            if _COMMAND.search(each.decorators) and not self._is_kept(path, each, run)
        ]
        lines = source.text.splitlines(keepends=True)
        kept = (
            line
            for number, line in enumerate(lines, start=1)
            if not any(each.first <= number <= each.last for each in idle)
        )
        return SourceFile(path, "".join(kept))

    def _is_kept(self, path: str, block: Block, program: Run) -> bool:
        """Whether somebody else calls a function: by its decorators, or because a program starts with it."""
        command = _COMMAND.search(block.decorators)
        if command is None:
            return bool(block.decorators) or (path == program.start and program.may_start_with(block.name))
        alone = block.decorators.count(COMMAND) == self._whole(path).count(COMMAND)
        return alone or self._is_called(_names(block.name, command["given"]), program)

    def _is_called(self, names: Collection[str], program: Run) -> bool:
        """Whether a command of these names is among a program's words, groups of commands left out."""
        if program.words is None:
            return True
        plain = [word for word in program.words if not word.startswith("-")]
        return any(
            word in names and not (word in self._groups and index + 1 < len(plain))
            for index, word in enumerate(plain)
        )

    @property
    def _groups(self) -> frozenset[str]:
        """The names of groups of commands in the project."""
        if not self.groups:
            paths = (path for needle in _GROUP_NEEDLES for path in self.containing(needle))
            found = (match for path in paths for match in _GROUP.finditer(self._whole(path)))
            self.groups.append(frozenset(name for match in found for name in match.groups() if name))
        return self.groups[0]

    def _users(self, path: str, block: Block, program: Run) -> Iterator[tuple[str, Block | None]]:
        """The blocks that mention a block, itself left out; None for the top level of a file."""
        for file, users, is_at_top in self._mentions(path, block.name):
            if file != path and not program.loads(file):
                continue
            yield from ((file, each) for each in users if each != block)
            at_top = is_at_top and self._word(file, block.name).search(
                self._kept_at(self._blocks(file)[0], program)
            )
            if at_top or self._starts_with(file, block.name, program):
                yield file, None

    def _mentions(self, path: str, name: str) -> tuple[Mention, ...]:
        """The files that mention a name which another file, or they themselves, define."""
        if (path, name) not in self.mentions:
            files = [
                (file, self._word(file, name))
                for file in self.containing(name.encode())
                if file == path or self._means(file, path, name)
            ]
            self.mentions[path, name] = tuple(
                (
                    file,
                    tuple(each for each in self._blocks(file)[1] if word.search(each.text)),
                    word.search(self._blocks(file)[0]) is not None,
                )
                for file, word in files
            )
        return self.mentions[path, name]

    def _word(self, file: str, name: str, after: str = r"\b") -> re.Pattern[str]:
        """A name as a file writes it: itself, or what it is imported as."""
        word = re.escape(name)
        others = re.findall(rf"\b{word}[ \t]+as[ \t]+(\w+)", imports_of(self._whole(file)))
        return re.compile(rf"\b(?:{'|'.join([word, *others])}){after}")

    def _means(self, file: str, path: str, name: str) -> bool:
        """Whether a name in a file can be what another file defines: imported, an attribute, or in a text."""
        text, word = self._whole(file), re.escape(name)
        if re.search(rf"""\b{word}\b|import[ \t]+\*""", imports_of(text)):
            return True
        if re.search(rf"""[:.]{word}\b[^"'\n]{{0,3}}["']""", text):
            return True
        near = self.imports(file)
        shown = (
            path in near
            or any(each.endswith("__init__.py") and name in self._whole(each) for each in near)
            or _BY_NAME.search(text) is not None
        )
        return shown and re.search(rf"\.[ \t]*{word}\b", text) is not None

    def _kept_at(self, top: str, program: Run) -> str:
        """The top level of a file without commands that a program is not called with."""

        def command(match: re.Match[str]) -> str:
            names = _names(match["function"], match["given"])
            return match[0] if self._is_called(names, program) else ""

        return _COMMAND_CALL.sub(command, top)

    def _starts_with(self, path: str, name: str, program: Run) -> bool:
        """Whether a program may start with a function that its module imports."""
        return (
            path == program.start
            and program.may_start_with(name)
            and re.search(rf"\b{re.escape(name)}\b", self._whole(path)) is not None
        )

    def _whole(self, path: str) -> str:
        source = self.lookup(path)
        return "" if source is None else source.text

    def _block_at(self, at: Span) -> Block | None:
        return next((each for each in self._blocks(at.path)[1] if each.first <= at.line <= each.last), None)

    def _blocks(self, path: str) -> tuple[str, tuple[Block, ...]]:
        """What stands at the top level of a file, and its functions and classes."""
        if path not in self.parsed:
            text = self._whole(path)
            blocks = tuple(_block(match, text) for match in _BLOCK.finditer(text))
            rest = _EXPORTS.sub("", without_imports(_BLOCK.sub("\n", text)))
            self.parsed[path] = (rest, blocks)
        return self.parsed[path]


def _block(match: re.Match[str], text: str) -> Block:
    first = text.count("\n", 0, match.start()) + 1
    last = first + match[0].rstrip().count("\n")
    whole = match[0]
    return Block(match["name"], match["decorators"], without_imports(whole), first, last)


def _names(function: str, rest: str) -> set[str]:
    """What a command is called: the name that is given, or the function's."""
    given = _GIVEN_NAME.match(rest)
    if given is not None:
        return {given[1]}
    short = next((function.removesuffix(end) for end in _SUFFIXES if function.endswith(end)), function)
    return {each for name in (function, short) for each in (name, name.replace("_", "-"))}
