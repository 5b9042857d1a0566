"""`poollint rules`."""

import json
from collections.abc import Iterable

import click

from poollint.cli.output import write
from poollint.rule import Rule


@click.command("rules")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
@click.option("-v", "--verbose", is_flag=True, help="Show where an error comes from.")
def command(output_format: str, *, verbose: bool) -> None:  # noqa: ARG001 - main reads verbose
    """List the rules: code, name, severity, fixable, scope, since, status."""
    from poollint_rules import RULES  # noqa: PLC0415 - late: --help needs no rule

    if output_format == "json":
        columns = [column.lower() for column in _COLUMNS]
        listed = [
            {**dict(zip(columns, _cells(rule), strict=True)), "summary": rule.summary} for rule in RULES
        ]
        write(json.dumps(listed, indent=2) + "\n")
    else:
        write(_table([_COLUMNS, *map(_cells, RULES)]))


_COLUMNS = ("Code", "Name", "Severity", "Fixable", "Scope", "Since", "Status")


def _cells(rule: Rule) -> tuple[str, ...]:
    status = "preview" if rule.preview else "pedantic" if rule.pedantic else "stable"
    return (
        rule.code,
        rule.name,
        str(rule.severity),
        rule.fixable or "no",
        rule.scope,
        rule.since,
        status,
    )


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )
    return "".join(f"{line}\n" for line in lines)
