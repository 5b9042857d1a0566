"""Which file configures a run."""

from collections.abc import Callable, Iterable

from poollint.config.loading import ConfigError, holds_configuration
from poollint.source import SourceFile


def find(folders: Iterable[str], read: Callable[[str], SourceFile | None]) -> SourceFile | None:
    """The first configuration in the folders (empty, or with a slash at the end), nearest the root first.

    Raises ConfigError when a folder has two.
    """
    for folder in folders:
        own = read(f"{folder}poollint.toml")
        shared = read(f"{folder}pyproject.toml")
        if shared is not None and not holds_configuration(shared):
            shared = None
        if own is not None and shared is not None:
            raise ConfigError(
                f"{own.path} and [tool.poollint] in {shared.path} both configure poollint; keep one"
            )
        if own is not None or shared is not None:
            return own or shared
    return None
