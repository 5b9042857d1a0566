"""`poollint config`."""

import json
from collections.abc import Iterator, Mapping

import click

from poollint.cli.output import write
from poollint.cli.settings import Settings, configured, settings
from poollint.config import Config
from poollint.config.kinds import key_of
from poollint.config.loading import documented_fields
from poollint.config.schema import schema
from poollint.project.roots import from_here
from poollint.rule import Severity
from poollint.values import Confidence


@click.group("config", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Show the settings in force, or their schema."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command("show")
@configured
@click.option("-v", "--verbose", is_flag=True, help="Show where an error comes from.")
def show(
    paths: tuple[str, ...],
    env: str | None,
    config_file: str | None,
    *,
    isolated: bool,
    verbose: bool,  # noqa: ARG001 - main reads it
) -> None:
    """Print every setting, and where it comes from."""
    given = {} if env is None else {"env": env}
    chosen = settings(paths or (".",), config_file, given, isolated=isolated)
    write("".join(f"{line}\n" for line in _settings(chosen)))


@command.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of poollint.toml."""
    write(json.dumps(schema(), indent=2) + "\n")


def _settings(chosen: Settings) -> Iterator[str]:
    config = chosen.config
    shown = from_here(chosen.root)
    yield f"# {shown(config.path)}" if config.path else "# no configuration file"
    for field in documented_fields(Config):
        key = key_of(field.name)
        place = config.place(key)
        given = f"{shown(place.path)}:{place.line}" if place else "default"
        origin = "command line" if key in chosen.given else given
        yield f"{key} = {_toml(getattr(config, field.name))}  # {origin}"
    for title, tables in (
        ("databases", config.databases),
        ("envs", config.envs),
        ("workloads", config.workloads),
    ):
        for table in tables:
            name = f"[{title}.{table.name}]" if title != "workloads" else "[[workloads]]"
            yield f"{name}  # {shown(table.at.path)}:{table.at.line}"
            for field in documented_fields(type(table)):
                key = key_of(field.name)
                if key in table.places:
                    yield f"{key} = {_toml(getattr(table, field.name))}"


def _toml(value: object) -> str:
    match value:
        case None:
            return '""'
        case bool():
            return str(value).lower()
        case tuple() | list():
            return f"[{', '.join(map(_toml, value))}]"
        case Mapping():
            pairs = ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case Severity() | Confidence():
            return f'"{value}"'
        case int() | float():
            return str(value)
        case _:
            return json.dumps(str(value))
