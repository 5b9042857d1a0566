"""Scores the engines that are read from public repositories against `engines.toml`.

    python tests/corpus/score_engines.py DIRECTORY [REPOSITORY...]

DIRECTORY holds a checkout of each repository, named `owner+name`, at the commit of its entries.
Prints each miss and the score by pattern. Nothing of a repository is run.
"""

import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from poollint.facts import Engine, Role
from poollint.project import Project, open_project
from poollint.python import NEEDLES, read_python
from poollint.values import FromEnv, Known, OneOf, Symbol, Text, Unknown, Value

ARGUMENTS = ("pool_size", "max_overflow", "pool_timeout", "pool_recycle", "pool_pre_ping", "poolclass")
Plain = object
"""What a TOML table holds."""


def leaves(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value; environment defaults stay where they are."""
    return (
        tuple(each for inner in value.values for each in leaves(inner))
        if isinstance(value, OneOf)
        else (value,)
    )


def shown(value: Value) -> Plain:
    """A value as the truth writes it."""
    match value:
        case Known(value=Symbol() as symbol):
            return str(symbol)
        case Known():
            return value.value
        case FromEnv():
            default = None if value.default is None else shown(value.default)
            return f"env {value.variable} default {default!r}"
        case Text():
            return "".join(part if isinstance(part, str) else "{}" for part in value.parts)
        case Unknown():
            return f"unknown: {value.why}"
        case _:
            return "record"


def wanted(truth: Mapping[str, Plain]) -> frozenset[str]:
    """What a table of the truth says, as comparable texts."""
    match truth["kind"]:
        case "known":
            return frozenset({repr(truth["value"])})
        case "env":
            default = truth.get("default")
            return frozenset({repr(f"env {truth['variable']} default {default!r}")})
        case "one_of":
            return frozenset(
                text
                for each in truth["values"]  # type: ignore[attr-defined]
                for text in (wanted(each) if isinstance(each, dict) else {repr(each)})
            )
        case _:
            return frozenset({"unknown"})


def compare_argument(name: str, truth: Mapping[str, Plain] | None, engines: Sequence[Engine]) -> str:
    """Empty when an argument is right, else what differs."""
    given = [argument.value for engine in engines if (argument := engine.argument(name))]
    found = {leaf for value in given for leaf in leaves(value)}
    texts = {repr(shown(leaf)) for leaf in found if not isinstance(leaf, Unknown)}
    if truth is None:
        return f"{name}: not given, but read {sorted(texts)}" if texts else ""
    expected = wanted(truth)
    if expected == {"unknown"}:
        unknown = not found or any(isinstance(leaf, Unknown) for leaf in found)
        unknown = unknown or any(isinstance(leaf, FromEnv) for leaf in found)
        return "" if unknown else f"{name}: unknown, but read {sorted(texts)}"
    if texts == expected or (truth.get("only_if") is not None and expected <= texts):
        return ""
    return f"{name}: {sorted(expected)}, but read {sorted(texts) or sorted(map(str, map(shown, found)))}"


def drivers(engines: Sequence[Engine]) -> set[str]:
    """The drivers that the URL can have, defaults included."""

    def of(value: Value) -> Iterator[str]:
        match value:
            case Known(value=str() as text):
                yield text
            case FromEnv(default=default) if default is not None:
                yield from of(default)
            case OneOf():
                for each in value.values:
                    yield from of(each)
            case _:
                return

    return {driver for engine in engines for driver in of(engine.url.driver)}


def classes(engines: Sequence[Engine]) -> set[str]:
    """The pool classes that are possible; `unknown` where that is not sure."""
    found = set()
    for engine in engines:
        for leaf in leaves(engine.pool.cls):
            match leaf:
                case Known(value=Symbol() as symbol, origin=origin):
                    found.add(str(symbol))
                    if not getattr(origin, "certain", True):
                        found.add("unknown")
                case FromEnv(default=Known(value=Symbol() as symbol)):
                    found |= {str(symbol), "unknown"}
                case _:
                    found.add("unknown")
    return found | ({"unknown"} if len(found) > 1 else set())


def misses(truth: Mapping[str, Plain], engines: Sequence[Engine]) -> Iterator[tuple[str, str]]:
    """What is wrong about an engine, as (what, details)."""
    first = engines[0]
    if first.is_async is not truth["async"]:
        yield "async", f"{first.is_async}"
    if first.callee != truth["callee"]:
        yield "callee", first.callee
    roles = {str(engine.role) for engine in engines}
    if truth["role"] not in roles:
        yield "role", f"{truth['role']}, but read {sorted(roles)}"
    expected = {truth["driver"]} if "driver" in truth else set(truth.get("drivers", ()))  # type: ignore[call-overload]
    found = drivers(engines)
    if ("driver" in truth and truth["driver"] not in found) or ("drivers" in truth and not expected & found):
        yield "driver", f"{sorted(expected)}, but read {sorted(found)}"
    if not expected and found and truth["callee"] != "flask_sqlalchemy.SQLAlchemy":
        yield "driver-guessed", f"read {sorted(found)}"
    variables = {name for engine in engines for name in engine.url.variables}
    lacking = set(truth["url_variables"]) - variables  # type: ignore[call-overload]
    if lacking:
        yield "variables", f"lacks {sorted(lacking)}, read {sorted(variables)}"
    pool_class = truth.get("pool_class")
    if pool_class is not None and pool_class not in classes(engines):
        yield "class", f"{pool_class}, but read {sorted(classes(engines))}"
    for name in ARGUMENTS:
        wrong = compare_argument(name, truth.get(name), engines)  # type: ignore[arg-type]
        if wrong:
            yield name, wrong


def read(project: Project) -> tuple[Engine, ...]:
    """The engines of a project."""
    files = project.matching(lambda path: path.endswith(".py"), NEEDLES)
    return read_python(files, project).engines


def main(directory: Path, only: Sequence[str]) -> None:
    """Prints misses and scores."""
    truths: dict[str, list[Mapping[str, Plain]]] = defaultdict(list)
    for truth in tomllib.loads((Path(__file__).parent / "engines.toml").read_text())["engine"]:
        truths[truth["repository"]].append(truth)
    right: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    kinds: dict[str, int] = defaultdict(int)
    for repository, entries in truths.items():
        root = directory / repository.replace("/", "+")
        if (only and repository not in only) or not root.is_dir():
            continue
        start = perf_counter()
        engines = read(open_project(str(root), [str(root)]))
        print(f"== {repository}: {len(engines)} engines, {perf_counter() - start:.1f} s")  # noqa: T201
        matched: set[Engine] = set()
        for truth in entries:
            here = [
                engine
                for engine in engines
                if engine.at.path == truth["path"] and engine.at.line <= truth["line"] <= engine.at.end_line  # type: ignore[operator]
            ]
            matched.update(here)
            real = [engine for engine in here if engine.role is not Role.TEST] or here
            wrong = list(misses(truth, real)) if here else [("missing", "no such engine")]
            right[truth["pattern"]][0] += not wrong  # type: ignore[index]
            right[truth["pattern"]][1] += 1  # type: ignore[index]
            for kind, text in wrong:
                kinds[kind] += 1
                print(f"  {truth['path']}:{truth['line']} [{truth['pattern']}] {kind}: {text}")  # noqa: T201
        for engine in engines:
            if engine not in matched and engine.role is not Role.TEST:
                print(f"  extra {engine.role} {engine.at} {engine.name} {engine.callee}")  # noqa: T201
    print()  # noqa: T201
    for pattern, (good, all_) in sorted(right.items()):
        print(f"{pattern:12} {good:3} of {all_}")  # noqa: T201
    total = [sum(each[index] for each in right.values()) for index in (0, 1)]
    print(f"{'all':12} {total[0]:3} of {total[1]}")  # noqa: T201
    print(dict(sorted(kinds.items(), key=lambda item: -item[1])))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
