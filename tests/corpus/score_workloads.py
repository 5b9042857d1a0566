"""Scores the workloads that are read from public repositories against `workloads.toml`.

    python tests/corpus/score_workloads.py DIRECTORY [REPOSITORY...]

DIRECTORY holds a checkout of each repository, named `owner+name`, at the commit of its entries. The
data were read by eye at those commits; README.md explains their keys. Runs `poollint inspect` in
each checkout, prints each miss and the score by format and by field. Nothing of a repository is run.
Whether the engines read their variables is what `score_engines.py` scores; here a workload must set them.
"""

import json
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

PATIENCE = 120
"""Seconds for one repository."""
BESIDE = frozenset(("migration", "shell", "other"))
"""Roles of what may run before or beside the program that a workload is there for."""

Plain: TypeAlias = object
"""What a TOML or JSON table holds."""
Table: TypeAlias = Mapping[str, Plain]


def tables(value: Plain) -> list[Table]:
    """A list of tables."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def table(value: Plain) -> Table:
    """A table."""
    return value if isinstance(value, dict) else {}


def number(value: Plain) -> Plain:
    """A value of the inspect format as the truth writes it."""
    given = table(value)
    match given.get("kind"):
        case "known":
            return given["value"]
        case "env":
            default = {"default": given["default"]} if "default" in given else {}
            return {"variable": given["variable"], **default}
        case "one_of":
            return [number(each) for each in tables(given["values"])]
        case _:
            return "unknown"


def right(truth: Plain, read: Plain) -> bool:
    """Whether a number is what the truth says: `${NAME:-default}` counts as its default.

    So does a variable that nothing sets. One whose default depends on the host has none in the truth.
    """
    if truth == read:
        return True
    if isinstance(read, list):
        return all(right(truth, each) or each == "unknown" for each in read)
    default = table(read).get("default")
    if isinstance(truth, dict):
        return ("default" in truth and truth["default"] in (read, default)) or (
            "default" not in truth
            and table(read).get("variable") == truth["variable"]
            and (default is None or isinstance(default, dict))
        )
    if truth == "unknown":
        return isinstance(read, dict) and (default is None or isinstance(default, dict))
    return isinstance(read, dict) and truth == default


def programs(truth: Table, workload: Table) -> list[Table]:
    """The programs of a workload without those that run before or beside, if others are left."""
    every = tables(workload["containers"])
    chief = [each for each in every if each["role"] not in BESIDE or each["role"] == truth["role"]]
    return chief or every


def misses(truth: Table, workload: Table) -> Iterator[tuple[str, str]]:
    """What is wrong about a workload, as (field, details)."""
    pods = table(workload["pods"])
    for field, key in (("pods_min", "minimum"), ("pods_max", "maximum"), ("surge", "surge")):
        read = number(pods[key])
        if not right(truth[field], read):
            yield field, f"{truth[field]}, but read {read}"
    found = programs(truth, workload)
    names = {each["program"] or "unknown" for each in found}
    if names != {truth["program"]}:
        yield "program", f"{truth['program']}, but read {sorted(map(str, names))}"
    else:
        counts = [number(each["processes"]) for each in found]
        if not all(right(truth["processes"], count) for count in counts):
            yield "processes", f"{truth['processes']}, but read {counts}"
    roles = {each["role"] for each in found}
    unread = truth["program"] == "unknown" and roles == {None}
    if not unread and roles != {truth["role"]} and truth["role"] != "job":
        yield "role", f"{truth['role']}, but read {sorted(map(str, roles))}"
    given = {name for each in tables(workload["containers"]) for name in table(each["environment"])}
    wanted = set(map(str, truth["variables"])) if isinstance(truth["variables"], list) else set()
    if not wanted <= given:
        yield "variables", f"{sorted(wanted - given)} are not set"


def inspected(root: Path) -> Table:
    """What `poollint inspect` says about a checkout; nothing where that takes too long."""
    command = [sys.executable, "-m", "poollint", "inspect", "--output-format", "json"]
    try:
        ended = subprocess.run(
            command, cwd=root, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"{root.name}: not read within {PATIENCE} s")  # noqa: T201
        return {}
    if ended.returncode != 0:
        raise RuntimeError(f"{root.name}: exit status {ended.returncode}: {ended.stderr[-2000:]}")
    return table(json.loads(ended.stdout))


def same(truth: Table, workloads: Iterable[Table]) -> list[Table]:
    """The workloads that an entry is about: by path, name and kind. An image is its Dockerfile.

    There are several where files that are merged over that of the entry change it.
    """
    return [
        each
        for each in workloads
        if each["path"] == truth["path"]
        and each["kind"] == truth["kind"]
        and (truth["format"] == "dockerfile" or each["name"] == truth["name"])
    ]


def main(directory: Path, only: Sequence[str]) -> None:
    """Prints misses and scores."""
    truths: dict[str, list[Table]] = defaultdict(list)
    for truth in tomllib.loads((Path(__file__).parent / "workloads.toml").read_text())["workload"]:
        truths[truth["repository"]].append(truth)
    score: dict[Plain, list[int]] = defaultdict(lambda: [0, 0])
    fields: dict[str, int] = defaultdict(int)
    for repository, entries in truths.items():
        root = directory / repository.replace("/", "+")
        if (only and repository not in only) or not root.is_dir():
            continue
        report = inspected(root)
        workloads = tables(report.get("workloads"))
        for truth in entries:
            variants = [list(misses(truth, each)) for each in same(truth, workloads)]
            wrong = min(variants, key=len, default=[("missing", "no such workload")])
            score[truth["format"]][0] += not wrong
            score[truth["format"]][1] += 1
            for field, text in wrong:
                fields[field] += 1
                place = f"{repository} {truth['path']}:{truth['line']} {truth['name']}"
                print(f"{place} [{truth['format']}] {field}: {text}")  # noqa: T201
    print()  # noqa: T201
    for name, (good, all_) in sorted(score.items(), key=lambda item: str(item[0])):
        print(f"{name!s:14} {good:3} of {all_:3}  {good / all_:4.0%}")  # noqa: T201
    good, all_ = (sum(each[index] for each in score.values()) for index in (0, 1))
    print(f"{'all':14} {good:3} of {all_:3}  {good / max(all_, 1):4.0%}")  # noqa: T201
    print(dict(sorted(fields.items(), key=lambda item: -item[1])))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
