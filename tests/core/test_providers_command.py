"""`poollint providers` on the command line, and `python -m poollint`."""

import runpy
import sys

import pytest
from click.testing import CliRunner

from poollint.cli.providers import command
from poollint.providers import names


def test_all_providers_or_one() -> None:
    everything, one = CliRunner().invoke(command, []), CliRunner().invoke(command, ["neon"])

    assert all(f"\n{name}\n" in f"\n{everything.output}" for name in names())
    assert one.output.startswith("neon\n")
    assert one.output in everything.output


def test_an_unknown_provider_is_a_usage_error() -> None:
    result = CliRunner().invoke(command, ["oracle"])

    assert result.exit_code == 2
    assert "no provider is called oracle; there are aurora, " in result.output


def test_the_package_runs_as_a_module(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["poollint", "--version"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("poollint", run_name="__main__")

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("poollint ")
