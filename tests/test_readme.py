"""The README's commands and output are those of the program."""

import re
from pathlib import Path

from click.testing import CliRunner

from poollint.cli import _COMMANDS, _poollint

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
EXPECTED = ROOT / "fixtures" / "shop" / "expected.txt"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def test_there_are_exactly_two_set_up_commands() -> None:
    install, test = blocks("sh")

    assert install.strip().endswith(".venv/bin/poollint check fixtures/shop")
    assert test.strip().endswith(".venv/bin/pytest")


def test_the_output_is_what_the_example_project_gives(update: bool) -> None:
    first = EXPECTED.read_text("utf-8").partition("\n\n")[0] + "\n"
    if update:
        (old,) = blocks("text")
        README.write_text(
            README.read_text("utf-8").replace(f"```text\n{old}```", f"```text\n{first}```"), "utf-8"
        )

    assert blocks("text") == [first]


def test_every_command_is_listed_and_exists() -> None:
    listed = set(re.findall(r"^\| `poollint ([\w-]+)", README.read_text("utf-8"), re.MULTILINE))

    assert listed == set(_COMMANDS)
    assert CliRunner().invoke(_poollint, ["--help"]).exit_code == 0
