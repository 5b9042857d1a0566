from collections.abc import Iterable, Iterator

from poollint.rule import Problem, Severity, rule
from poollint.source import Skipped
from poollint.topology import Topology


@rule(code="POOL910", severity=Severity.WARNING, since="0.1.0", sources=())
def unreadable_file(topology: Topology) -> Iterator[Problem]:
    """A file, or a part of one, could not be read, so nothing in it was checked.

    What poollint does not read it cannot count. A manifest with a syntax error would fail in the cluster as well; a Python
    file that does not parse would not start.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## How it is decided

    A *warning* for a file that is broken. An *info* where nothing is wrong with it: a template that is filled in before it is YAML, a patch of
    another manifest; one for all such files of a folder. The rest of the project is checked nevertheless.

    ## When to ignore it

    When the file is broken on purpose (a test of error messages): exclude it, `exclude = ["tests/broken/**"]`. For templates, let poollint check the
    rendered files.
    """
    for skipped in topology.skipped:
        if not skipped.expected:
            yield Problem(
                skipped.at,
                f"{skipped.at.path} is not checked here: {skipped.why}",
                subject=(skipped.at.path, skipped.why),
                label="not checked",
            )
    yield from _expected(each for each in topology.skipped if each.expected)


def _expected(every: Iterable[Skipped]) -> Iterator[Problem]:
    """One problem a folder and reason: a chart has dozens of templates."""
    groups: dict[tuple[str, str], list[Skipped]] = {}
    for skipped in every:
        folder = skipped.at.path.rpartition("/")[0]
        groups.setdefault((folder, skipped.why), []).append(skipped)
    for (folder, why), group in groups.items():
        files = len({each.at.path for each in group})
        what = group[0].at.path if files == 1 else f"{group[0].at.path} and {files - 1} more of its folder"
        yield Problem(
            group[0].at,
            f"{what} {'is' if files == 1 else 'are'} not checked: {why}",
            subject=(folder, why),
            label="not checked",
            severity=Severity.INFO,
        )
