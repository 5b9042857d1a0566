"""What whole runs cost, as ratios within the same round: to an idle Python, to ripgrep, ruff and semgrep.

Not part of the tests. Run it on a quiet machine:

    python tests/benchmarks/ratios.py FOLDER...

Figures are the processor seconds of a child process with everything that it starts: the median of seven
rounds after one that does not count, and the median of the ratios. Tools that are not installed are named
and left out; they look for calls of the same three functions (ruff runs its rules of the F group).
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import TypeAlias

from poollint.frozen import frozen

ROUNDS = 7
NEEDLES = ("create_engine", "create_async_engine", "engine_from_config")
RULE = """
rules:
  - id: engine
    languages: [python]
    severity: INFO
    message: an engine
    pattern-either:
      - pattern: create_engine(...)
      - pattern: create_async_engine(...)
      - pattern: engine_from_config(...)
"""

Seconds: TypeAlias = Mapping[str, Sequence[float]]


@frozen
class Target:
    """A ratio that is not to be exceeded."""

    name: str
    of: str
    to: str
    most: float


START = (
    Target("P1", "--version", "idle", 5),
    Target("P1", "--help", "idle", 5),
    Target("P2", "hook", "idle", 6),
)
"""A hook is a commit of ten files that hold nothing."""

CHECK = (
    Target("P3", "cold", "idle", 30),
    Target("P3", "cold", "semgrep", 0.17),
    Target("P4", "cold", "rg", 10),
    Target("P4", "cold", "ruff", 1.5),
    Target("P5", "cold", "ruff", 5),
    Target("P5", "cold", "semgrep", 0.45),
    Target("P10", "warm", "cold", 0.35),
)
"""P3 is meant for an application of some fifty modules, P4 for a large repository with few engines, P5 for
a large one with many."""


def cost(command: Sequence[str], folder: str) -> float:
    """User and system seconds of a command."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def measured(commands: Mapping[str, Sequence[str]], folder: str) -> Seconds:
    """The seconds of each command, round by round; the commands take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(ROUNDS + 1):
        for name, command in commands.items():
            spent = cost(command, folder)
            if turn:  # the first one fills caches, of byte code too
                seconds[name].append(spent)
    return seconds


def report(title: str, seconds: Seconds, targets: Sequence[Target]) -> Iterator[str]:
    """A line for each command, and for each target whose commands were measured."""
    yield title
    for name, spent in seconds.items():
        yield f"  {name:10} {median(spent) * 1000:8.0f} ms"
    for target in targets:
        if target.of in seconds and target.to in seconds:
            pairs = zip(seconds[target.of], seconds[target.to], strict=True)
            ratio = median(one / max(other, 0.0001) for one, other in pairs)
            yield f"  {target.name:4} {target.of} : {target.to} = {ratio:.2f}, at most {target.most:g}"


def show(lines: Iterable[str]) -> None:
    """Print at once: a round takes long."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def tools(rule: Path) -> dict[str, Sequence[str]]:
    """What else is installed and looks through Python files; names what is not."""
    words = [word for needle in NEEDLES for word in ("-e", needle)]
    known: dict[str, Sequence[str]] = {
        "rg": ["-l", "--type", "py", *words, "."],
        "ruff": ["check", "--select", "F", "--no-cache", "--isolated", "--exit-zero", "."],
        "semgrep": ["scan", "--config", str(rule), "--metrics", "off", "--disable-version-check", "."],
    }
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    found = {name: shutil.which(name, path=here) for name in known}
    for name in (name for name, path in found.items() if path is None):
        sys.stderr.write(f"{name} is not installed\n")
    return {name: [path, *known[name]] for name, path in found.items() if path is not None}


def main(folders: Sequence[str]) -> None:
    """Start-up, then each folder."""
    python = [sys.executable, "-m", "poollint"]
    idle = [sys.executable, "-c", "pass"]
    with tempfile.TemporaryDirectory() as temporary:
        rule = Path(temporary, "rule.yaml")
        rule.write_text(RULE, "utf-8")
        staged = Path(temporary, "staged")
        staged.mkdir()
        for number in range(10):
            (staged / f"view_{number}.py").write_text("def view(request):\n    return request\n", "utf-8")
        subprocess.run(["git", "init", "--quiet"], cwd=staged, check=True)
        subprocess.run(["git", "add", "."], cwd=staged, check=True)
        hook = [*python, "check", "--staged", "--allow-empty"]
        start = {
            "idle": idle, "--version": [*python, "--version"], "--help": [*python, "--help"], "hook": hook
        }  # fmt: skip
        show(report("start-up", measured(start, str(staged)), START))
        others = tools(rule)
        for folder in map(os.path.realpath, folders):
            check = [*python, "check", "--isolated"]
            cold = {"idle": idle, "cold": [*check, "--no-cache"]}
            warm = {"warm": [*check, "--cache-dir", str(Path(temporary, "cache"))]}
            show(report(folder, measured({**cold, **warm, **others}, folder), CHECK))


if __name__ == "__main__":
    main(sys.argv[1:])
