"""`check --fix` and `check --diff`: the edits that findings carry."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from poollint.findings import Report
from poollint.rule import Edit

if TYPE_CHECKING:
    from poollint.fixing import Fixed


def fixed(report: Report, *, unsafe: bool) -> tuple["Fixed", ...]:
    """The files that the edits of a report's findings change, in the order of their paths."""
    from poollint.fixing import fix  # noqa: PLC0415 - LibCST, only where something is to be fixed

    by_path: dict[str, list[Edit]] = {}
    for finding in report.findings:
        edit = finding.problem.edit
        if edit is not None and (edit.safe or unsafe):
            by_path.setdefault(edit.at.path, []).append(edit)
    done = (fix(report.files[path], edits) for path, edits in sorted(by_path.items()) if path in report.files)
    return tuple(each for each in done if each.count)


def write_back(root: str, files: tuple["Fixed", ...]) -> int:
    """Write the files; line ends stay as they are. Gives the number of edits."""
    for each in files:
        with Path(root, each.path).open("w", encoding="utf-8", newline="") as file:
            file.write(each.after)
    return sum(each.count for each in files)


def diff(files: tuple["Fixed", ...]) -> str:
    """What would change, as `patch` and `git apply` read it."""
    return "".join(line for each in files for line in _diff(each))


def _diff(each: "Fixed") -> Iterator[str]:
    from difflib import unified_diff  # noqa: PLC0415 - late: only --diff needs it

    lines = unified_diff(
        each.before.splitlines(keepends=True),
        each.after.splitlines(keepends=True),
        f"a/{each.path}",
        f"b/{each.path}",
    )
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
