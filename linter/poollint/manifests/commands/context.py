"""What a command runs in."""

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from poollint.facts import Environment, Program
from poollint.frozen import frozen
from poollint.manifests.shell.builtins import absolute
from poollint.manifests.shell.expansion import likely
from poollint.manifests.shell.launching import Surroundings
from poollint.reading import Calls, Constants, Lookup, no_calls
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Value


def nowhere(_name: str) -> SourceFile | None:
    """Where nothing is known around the image."""
    return None


SEARCH_PATH = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin")


@frozen
class Context:
    """The variables, files and folder that a command finds.

    `find` gives a file of the image (or of the repository, outside of images) by its path;
    `constants` and `calls` take paths of the repository. `open` says that variables may be set that
    `environment` does not list. `references` says that `$(NAME)` in a word is a variable
    (Kubernetes). `base` is the image that the command comes with, `scripts` are those that lead here,
    `places` paths of the image at which files are known to be. `around` finds a file by its name in the
    folders from that of the build upwards.
    """

    environment: Environment
    find: Lookup
    constants: Constants
    directory: str = ""
    open: bool = True
    references: bool = False
    base: str = ""
    depth: int = 0
    scripts: tuple[str, ...] = ()
    calls: Calls = no_calls
    places: tuple[str, ...] = ()
    around: Lookup = nowhere

    def file(self, path: str) -> SourceFile | None:
        """A file by its path as the command writes it; bare names are looked up on the search path too."""
        found = self.find(absolute(path, self.directory))
        if found is None and "/" not in path:
            return next(
                (each for each in map(self.find, (f"{top}/{path}" for top in SEARCH_PATH)) if each), None
            )
        return found

    def metadata(self, name: str) -> tuple[SourceFile, ...]:
        """The files of that name that describe the project which the image is made from."""
        found = (self.file(name), self.find(name), self.around(name))
        return tuple(each for each in found if each is not None)

    def matching(self, pattern: str) -> tuple[SourceFile, ...]:
        """The files of a pattern with `*` and `?`, as far as their places are known."""
        whole = absolute(pattern, self.directory)
        if not set("*?[") & set(pattern):
            found = self.find(whole)
            return () if found is None else (found,)
        names = sorted(name for name in self.places if fnmatchcase(name, whole))
        return tuple(file for name in names if (file := self.find(name)) is not None)

    def module(self, dotted: str, package: str = "__init__") -> SourceFile | None:
        """The file of the project that a module is, as the program would import it.

        `package` is the module that stands for a package: `__main__` where it is run.
        """
        if not dotted:
            return None
        inside = dotted.replace(".", "/")
        files = (f"{inside}.py", f"{inside}/{package}.py")
        candidates = (f"{folder}/{each}" for folder in self._import_path() for each in files)
        return next((file for path in candidates if (file := self.file(path)) is not None), None)

    def _import_path(self) -> Iterator[str]:
        yield "."
        given = self.environment.get("PYTHONPATH")
        folders = None if given is None else likely(given)
        yield from (each for each in (folders or "").split(":") if each)
        yield "src"  # what is installed from the folder that build tools suggest

    def within(self, environment: Environment, directory: str) -> "Context":
        """The context of a command that a command starts."""
        return replace(self, environment=environment, directory=directory, depth=self.depth + 1)

    def surroundings(self) -> Surroundings:
        """The same for a shell."""
        return Surroundings(self.environment, self.open, self.directory, self.find)


@frozen
class Started:
    """What a command starts, and what of it could not be read.

    `again` says that it leads back into a script that is being read (as another user, say).
    """

    programs: tuple[Program, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    again: bool = False


@frozen
class Line:
    """A program's name and the words behind it, expanded, with the place that starts it."""

    name: str
    words: tuple[Value, ...]
    context: Context
    at: Span
