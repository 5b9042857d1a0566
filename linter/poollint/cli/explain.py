"""`poollint explain`."""

from importlib.resources import files

import click

from poollint.cli.output import write
from poollint.docs import page, proofs


@click.command("explain")
@click.argument("rule", required=False)
@click.option("--all", "every", is_flag=True, help="Print the pages of all rules.")
@click.option("-v", "--verbose", is_flag=True, help="Show where an error comes from.")
def command(rule: str | None, *, every: bool, verbose: bool) -> None:  # noqa: ARG001 - main reads verbose
    """Print the page of a rule, given by code or name."""
    from poollint.selection import suggestion  # noqa: PLC0415
    from poollint_rules import RULES  # noqa: PLC0415 - late: --help needs no rule

    if every == bool(rule):
        raise click.UsageError("explain needs a rule, or --all")
    wanted = [each for each in RULES if every or rule in (each.code, each.name)]
    if not wanted:
        raise click.UsageError(f"no rule is called {rule}{suggestion(rule or '', RULES)}")
    record = files("poollint_rules").joinpath("proofs.json")
    known = proofs(record.read_text("utf-8")) if record.is_file() else {}
    write("\n".join(page(each, known) for each in wanted))
