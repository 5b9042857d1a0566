"""Scores the engines that `poollint inspect` finds in public repositories against `engines.toml`.

    python tests/corpus/score_engines.py DIRECTORY [REPOSITORY...]

DIRECTORY holds a checkout of each repository, named `owner+name`, at the commit of its entries. The
data were read by eye at those commits; README.md explains their keys. Runs `poollint inspect` in
each checkout and prints each miss, the score by pattern and by field, and apart every constant that
is not the truth's. Several engines at one place are the call sites of a wrapper: their values count
together. Nothing of a repository is run.

An engine is right with the right callee, driver (or a variable that the URL comes from), pool class
and pool arguments. Whether it is asynchronous, its role and the complete list of its URL's variables
are printed as `beside`.
"""

import json
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

PATIENCE = 120
"""Seconds for one repository."""
ARGUMENTS = ("pool_size", "max_overflow", "pool_timeout", "pool_recycle", "pool_pre_ping", "poolclass")
FIELDS = ("found", "callee", "driver", "class", *ARGUMENTS)
BESIDE = ("async", "role", "variables")

Plain: TypeAlias = object
"""What a TOML or JSON table holds."""
Table: TypeAlias = Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Miss:
    """A field that is not the truth's; `is_wrong` when a constant was read that is none."""

    field: str
    text: str
    is_wrong: bool = False


def tables(value: Plain) -> list[Table]:
    """A list of tables."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def table(value: Plain) -> Table:
    """A table."""
    return value if isinstance(value, dict) else {}


def texts(value: Plain) -> set[str]:
    """A list of texts."""
    return {str(each) for each in value} if isinstance(value, list) else set()


def leaves(value: Table) -> Iterator[Table]:
    """The alternatives of a value."""
    if value.get("kind") == "one_of":
        for each in tables(value["values"]):
            yield from leaves(each)
    else:
        yield value


def sign(value: Plain) -> str:
    """A value of the truth or of `inspect` as a comparable text; a plain one is a constant."""
    if not isinstance(value, dict):
        return repr(value)
    match value.get("kind"):
        case "known":
            return repr(value["value"])
        case "env":
            return (
                f"{value['variable']}, else {sign(value['default'])}"
                if "default" in value
                else value["variable"]
            )
        case _:
            return "unknown"


def wanted(truth: Table) -> set[str]:
    """The alternatives of a value of the truth."""
    if truth["kind"] != "one_of":
        return {sign(truth)}
    given = truth["values"]
    return {sign(each) for each in given} if isinstance(given, list) else set()


def argument(name: str, truth: Table | None, engines: Sequence[Table]) -> Miss | None:
    """What is wrong about a pool argument."""
    given = [table(table(engine["arguments"]).get(name)) for engine in engines]
    found = [leaf for value in given if value for leaf in leaves(value)]
    read = {sign(leaf) for leaf in found}
    constants = {sign(leaf) for leaf in found if leaf["kind"] == "known"}
    why = sorted({str(leaf["why"]) for leaf in found if leaf["kind"] == "unknown"})
    if truth is None:
        return Miss(name, f"not given, but read {sorted(read)}", True) if read - {"unknown"} else None
    if truth["kind"] == "unknown":
        return _unknown(name, truth, found, constants)
    expected = wanted(truth)
    if "or_unknown" in truth:
        read = {each for each in read if each.rpartition(", else ")[2] != "unknown"}
    sure = read - {"unknown"}
    if sure == expected and (
        "unknown" not in read or "only_if" in truth or set(why) <= {"given under a condition"}
    ):
        return None
    if "only_if" in truth and expected <= sure:
        return None
    unset = {sign(truth["default"])} if "default" in truth else set()
    possible = expected | (unset if "unknown" in read else set())
    return Miss(name, f"{sorted(expected)}, but read {sorted(read)} {why or ''}", bool(constants - possible))


def _unknown(name: str, truth: Table, found: Sequence[Table], constants: set[str]) -> Miss | None:
    """Constants may be what some call sites give; variables are those that the value is computed from."""
    given = truth.get("candidates")
    candidates = {repr(each) for each in given} if isinstance(given, list) else set()
    unset = {repr(truth["when_unset"])} if "when_unset" in truth else set()
    others = [leaf for leaf in found if leaf["kind"] != "known"]
    if constants - candidates - unset or (found and not others):
        return Miss(name, f"not to be known, but read {sorted(constants)}", True)
    variables = {str(leaf["variable"]) for leaf in others if leaf["kind"] == "env"}
    if "variables" in truth and not variables <= texts(truth["variables"]):
        return Miss(name, f"computed from {truth['variables']}, but read {sorted(variables)}")
    return None


def drivers(truth: Table, engines: Sequence[Table]) -> Miss | None:
    """What is wrong about the driver."""
    expected = {str(truth["driver"])} if "driver" in truth else set()
    expected |= texts(truth.get("drivers"))
    urls = [table(engine["url"]) for engine in engines]
    found = {name for url in urls for name in texts(url["drivers"])}
    variables = {name for url in urls for name in texts(url["variables"])}
    names = texts(truth["url_variables"])
    if found & expected or (variables & names and all(url["kind"] == "env" for url in urls)):
        return None  # of several, conditions decide; the default of a variable is no more than that
    if found and not expected and all(url["driver"] is None for url in urls):
        return None  # undecided, as the truth has it
    if found:
        return Miss("driver", f"{sorted(expected)}, but read {sorted(found)}", is_wrong=True)
    if variables & names or not (expected or names):
        return None
    return Miss("driver", f"{sorted(expected)} of {sorted(names)}, but read none of {sorted(variables)}")


def pool_class(truth: Table, engines: Sequence[Table]) -> Miss | None:
    """What is wrong about the pool class."""
    found = {
        (sign(leaf), leaf["kind"] == "known" and leaf.get("certain", True) is True)
        for engine in engines
        for leaf in leaves(table(table(engine["pool"])["class"]))
    }
    names = {name for name, _ in found}
    usual = truth["pool_class"]
    if usual == "unknown":
        candidates = texts(truth.get("pool_classes"))
        sure = (
            len(found) == 1
            and all(certain for _, certain in found)
            and names != {repr(n) for n in candidates}
        )
        return Miss("class", f"not to be known, but read {sorted(names)}", True) if sure else None
    if repr(usual) in names:
        return None
    wrong = any(certain for _, certain in found)
    return Miss("class", f"{usual}, but read {sorted(names)}", wrong)


def misses(truth: Table, engines: Sequence[Table]) -> Iterator[Miss]:
    """All that is wrong about an engine."""
    if not engines:
        yield Miss("found", "no such engine")
        return
    callees = {str(engine["callee"]) for engine in engines}
    if callees != {truth["callee"]}:
        yield Miss("callee", f"{sorted(callees)}", True)
    checks = [drivers(truth, engines), pool_class(truth, engines)]
    checks += [argument(name, table(truth[name]) if name in truth else None, engines) for name in ARGUMENTS]
    yield from (miss for miss in checks if miss is not None)
    if any(engine["async"] is not truth["async"] for engine in engines):
        yield Miss("async", f"{not truth['async']}")
    roles = {str(engine["role"]) for engine in engines}
    if truth["role"] not in roles:
        yield Miss("role", f"{truth['role']}, but read {sorted(roles)}")
    variables = {name for engine in engines for name in texts(table(engine["url"])["variables"])}
    lacking = texts(truth["url_variables"]) - variables
    if lacking:
        yield Miss("variables", f"lacks {sorted(lacking)}, read {sorted(variables)}")


def inspected(root: Path) -> tuple[list[Table], str]:
    """The engines that `poollint inspect` prints, or none and what went wrong."""
    command = [sys.executable, "-m", "poollint", "inspect", "--output-format", "json", "."]
    try:
        done = subprocess.run(
            command, cwd=root, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return [], f"more than {PATIENCE} s"
    if done.returncode != 0:
        return [], done.stderr[-500:]
    return tables(json.loads(done.stdout)["engines"]), ""


def here(truth: Table, engines: Iterable[Table]) -> list[Table]:
    """The engines at the place of an entry; callers in tests do not count where there are others."""
    at = [each for each in engines if (each["path"], each["line"]) == (truth["path"], truth["line"])]
    return [each for each in at if each["role"] != "test"] or at


def percent(good: int, every: int) -> str:
    """A share for people."""
    return f"{good:4} of {every:4}  {100 * good / every if every else 0:5.1f} %"


def main(directory: Path, only: Sequence[str]) -> None:
    """Prints misses and scores."""
    truths: dict[str, list[Table]] = defaultdict(list)
    for truth in tomllib.loads((Path(__file__).parent / "engines.toml").read_text())["engine"]:
        truths[truth["repository"]].append(truth)
    patterns: dict[str, list[bool]] = defaultdict(list)
    fields: dict[str, list[bool]] = defaultdict(list)
    wrong: list[str] = []
    for repository, entries in truths.items():
        root = directory / repository.replace("/", "+")
        if (only and repository not in only) or not root.is_dir():
            continue
        start = perf_counter()
        engines, trouble = inspected(root)
        print(f"== {repository}: {len(engines)} engines, {perf_counter() - start:.1f} s {trouble}")  # noqa: T201
        for truth in entries:
            found = list(misses(truth, here(truth, engines)))
            names = {miss.field for miss in found}
            patterns[str(truth["pattern"])].append(not names - set(BESIDE))
            for field in (*FIELDS, *BESIDE):
                if field in truth or field not in ARGUMENTS or field in names:
                    fields[field].append(field not in names and "found" not in names)
            for miss in found:
                text = f"{truth['path']}:{truth['line']} [{truth['pattern']}] {miss.field}: {miss.text}"
                print(f"  {text}")  # noqa: T201
                wrong += [f"{repository} {text}"] if miss.is_wrong else []
    print("\nby pattern")  # noqa: T201
    for pattern, right in sorted(patterns.items()):
        print(f"  {pattern:14} {percent(sum(right), len(right))}")  # noqa: T201
    every = [each for right in patterns.values() for each in right]
    print(f"  {'all':14} {percent(sum(every), len(every))}\n\nby field")  # noqa: T201
    for field in (*FIELDS, *BESIDE):
        print(f"  {field:14} {percent(sum(fields[field]), len(fields[field]))}")  # noqa: T201
    print(f"\nconstants that are none: {len(wrong)}")  # noqa: T201
    for text in wrong:
        print(f"  {text}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
