"""The command line. It alone parses arguments, prints and exits, and it alone knows the rules."""

import atexit
import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

# Trees die without the collector, which walks through all that is kept; the first imports gain already.
gc.set_threshold(100_000, 50, 100)

import click  # noqa: E402

from poollint import __version__  # noqa: E402

_COMMANDS = {
    "baseline": "Keep a list of known findings that are put off.",
    "budget": "Show the connection budget of every database and pooler.",
    "check": "Check that connection pools fit their databases.",
    "config": "Show the settings in force, or their schema.",
    "explain": "Print the page of a rule.",
    "inspect": "Show what was understood: engines, workloads, poolers, databases, links.",
    "probe": "Ask a live database for its true limits.",
    "providers": "Print the facts about vendors, with sources and dates.",
    "rules": "List the rules.",
}
"""The help of each command stands here, so that `--help` imports none of them."""


class _Commands(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        found: click.Command = import_module(f"poollint.cli.{cmd_name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="poollint %(version)s")
@click.pass_context
def _poollint(context: click.Context) -> None:
    """Find SQLAlchemy connection pools that do not fit the databases, poolers and platforms they run on.

    Exit codes: 0 nothing found, 1 findings, 2 an error, 3 nothing to check.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    atexit.register(gc.freeze)  # what the system takes back anyway is not collected: a quarter of a run
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _poollint.main(
            words, prog_name="poollint", standalone_mode=False, auto_envvar_prefix="POOLLINT"
        )
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except click.ClickException as error:
        _fail(error.format_message())
    except Exception as error:  # noqa: BLE001 - a person gets one line, whatever went wrong
        _report(error, words)
    sys.exit(code if isinstance(code, int) else 0)


def _report(error: Exception, words: Sequence[str]) -> NoReturn:
    """An error that is no finding: one line, and where it was raised for those who ask."""
    from poollint.baseline import BaselineError  # noqa: PLC0415 - late: --version needs none of it
    from poollint.config.loading import ConfigError  # noqa: PLC0415
    from poollint.project import GitError  # noqa: PLC0415

    if {"-v", "--verbose"} & set(words):
        import traceback  # noqa: PLC0415

        traceback.print_exception(error)
    if isinstance(error, BaselineError | ConfigError | GitError | OSError):
        _fail(str(error))
    _fail(f"internal error: {type(error).__name__}: {error} (-v shows where)")


def _fail(message: str) -> NoReturn:
    sys.stderr.write(f"poollint: {' '.join(message.split())}\n")
    sys.exit(2)
