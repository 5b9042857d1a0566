"""Texts that stand in manifests and are files where they are mounted: `pgconf.yaml#12-40`."""

from poollint.reading import Lookup
from poollint.source import SourceFile, Span

_SIGN = "#"


def path_of(at: Span) -> str:
    """The path under which a lookup `with_texts` finds the lines of a block (`key: |`)."""
    last = at.end_line - 1 if at.end_column == 1 else at.end_line
    return f"{at.path}{_SIGN}{at.line}-{last}"


def with_texts(lookup: Lookup) -> Lookup:
    """A lookup that also finds texts in files, on the lines where they stand."""

    def find(path: str) -> SourceFile | None:
        name, sign, lines = path.rpartition(_SIGN)
        first, dash, last = lines.partition("-")
        if not (sign and dash and first.isdecimal() and last.isdecimal()):
            return lookup(path)
        file = lookup(name)
        if file is None:
            return None
        kept = file.lines()[int(first) : int(last)]
        return SourceFile(file.path, "\n".join([*[""] * int(first), *kept]))

    return find
