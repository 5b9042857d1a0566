"""Times of whole runs as ratios: to `python -c pass`, and to `ast.parse` of the Python files with a needle.

Not part of the tests. Run it on a quiet machine:

    python tests/benchmarks/ratios.py FOLDER...

For each folder, and for `--version`, it prints the median of seven rounds of CPU seconds (of the child
process, with everything that it starts) and the ratios within the same round.
"""

import ast
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from statistics import median

from poollint.project import open_project
from poollint.python import NEEDLES

ROUNDS = 7


def cpu(command: Sequence[str]) -> float:
    """User and system seconds of a command."""
    before = os.times()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def parsing(folder: str) -> Callable[[], float]:
    """Seconds in which Python parses the files of a folder that hold a needle."""
    project = open_project(os.path.realpath(folder), (folder,))
    files = project.matching(lambda path: path.endswith(".py"), NEEDLES)

    def run() -> float:
        start = time.process_time()
        for file in files:
            try:
                ast.parse(file.text)
            except (SyntaxError, ValueError):  # a later Python's grammar
                continue
        return time.process_time() - start

    return run


def compare(name: str, arguments: Sequence[str], other: Callable[[], float] | None) -> None:
    """Prints one line."""
    ours, idle, parse = [], [], []
    for _ in range(ROUNDS):
        ours.append(cpu([sys.executable, "-m", "poollint", *arguments]))
        idle.append(max(cpu([sys.executable, "-c", "pass"]), 0.001))
        parse.append(other() if other else 0.0)
    to_idle = median(mine / its for mine, its in zip(ours, idle, strict=True))
    to_parse = median(mine / its for mine, its in zip(ours, parse, strict=True) if its) if any(parse) else 0.0
    sys.stdout.write(f"{name}: {median(ours):.3f} s, {to_idle:.1f} x pass, {to_parse:.1f} x ast.parse\n")


def main(folders: Sequence[str]) -> None:
    """Every command in turn."""
    warnings.simplefilter("ignore")
    compare("--version", ["--version"], None)
    for folder in folders:
        compare(folder, ["check", "--isolated", folder], parsing(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
