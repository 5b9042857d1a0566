"""From the command line and the configuration file to one Config."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Never, cast

import click
from click.decorators import FC

from poollint.config import Config
from poollint.config.finding import find
from poollint.config.kinds import key_of
from poollint.config.loading import load
from poollint.frozen import frozen
from poollint.project import folders, read_file, relative, root_of
from poollint.selection import unknown

if TYPE_CHECKING:
    from poollint.rule import Rule


@frozen
class Settings:
    """What a command runs with. `given` are the keys that the command line sets."""

    root: str
    config: Config
    given: frozenset[str] = frozenset()


def words(_context: click.Context, _parameter: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    """`--select A,B --select C` as A, B, C."""
    return tuple(word.strip() for each in value for word in each.split(",") if word.strip())


def configured(command: FC) -> FC:
    """The paths, and the options that say where the configuration is and which environment counts."""
    for option in (
        click.option("--isolated", is_flag=True, help="Read no configuration file."),
        click.option(
            "--config",
            "config_file",
            metavar="FILE",
            type=click.Path(exists=True, dir_okay=False),
            help="The configuration; without it poollint.toml or pyproject.toml nearest the git root.",
        ),
        click.option("--env", metavar="NAME", help="Look at this deployment environment only."),
        click.argument("paths", metavar="[PATH]...", nargs=-1),
    ):
        command = option(command)
    return command


def settings(
    paths: Sequence[str],
    config_file: str | None,
    given: Mapping[str, object],
    *,
    isolated: bool,
) -> Settings:
    """The configuration for some paths. What the command line gives stands in place of the file's.

    Raises click.UsageError for paths that do not exist, ConfigError for a file that cannot be used.
    """
    if isolated and config_file:
        raise click.UsageError("--isolated and --config exclude each other")
    real = [path for path in paths if path != "-"]
    for path in real:
        if not os.path.lexists(path):
            raise click.UsageError(f"no such file or folder: {path}")
    root = root_of(real)
    config = Config() if isolated else _loaded(root, real, config_file)
    changed = replace(config, **cast("dict[str, Never]", dict(given)))
    if changed.envs and changed.env not in {None, *(each.name for each in changed.envs)}:
        check_environment(changed, [each.name for each in changed.envs])
    return Settings(root, changed, frozenset(map(key_of, given)))


def check_environment(config: Config, found: Iterable[str]) -> None:
    """Raises click.UsageError when the environment that is asked for is none of those found."""
    names = [name for name in dict.fromkeys(found) if name]
    if config.env is not None and config.env not in names:
        known = f"; there are {', '.join(names)}" if names else ""
        raise click.UsageError(f"there is no environment {config.env}{known}")


def check_selectors(config: Config, rules: "Sequence[Rule]") -> None:
    """Raises click.UsageError when a setting names a rule that does not exist."""
    named: dict[str, Iterable[str]] = {
        "select": config.select,
        "ignore": config.ignore,
        "extend-select": config.extend_select,
        "mandatory": config.mandatory,
        "severity": config.severity,
        **{f"per-file-ignores.{path}": codes for path, codes in config.per_file_ignores.items()},
    }
    for key, selectors in named.items():
        for wrong in unknown((each for each in selectors if each != "POOL"), rules):
            place = config.place(key)
            where = f"{place.full}: " if place else ""
            raise click.UsageError(f"{where}{key}: no rule is called {wrong}")


def _loaded(root: str, paths: Sequence[str], config_file: str | None) -> Config:
    if config_file:
        file = read_file(root, relative(root, config_file))
    else:
        file = find(folders(root, paths), lambda path: read_file(root, path))
    return Config() if file is None else load(file)
