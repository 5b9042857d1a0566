"""Comments of a file, and the lines of the statements that they belong to.

Only what the format itself treats as a comment is one: never text in a string, a block scalar or a
here-document. Nothing here fails: files that no parser accepts have comments too.
"""

from collections.abc import Callable

from poollint.comments.lines import dockerfile_comments, dotenv_comments, ini_comments
from poollint.comments.python import python_comments
from poollint.comments.tokens import Comment
from poollint.comments.toml import toml_comments
from poollint.comments.yaml import yaml_comments

__all__ = ["Comment", "comments"]


def comments(path: str, text: str) -> tuple[Comment, ...]:
    """The comments of a file in order, by the format that its name stands for; none for other formats."""
    read = _format_of(path)
    return () if read is None else tuple(read(text.replace("\r\n", "\n").replace("\r", "\n")))


def _format_of(path: str) -> "Callable[[str], list[Comment]] | None":
    name = path.rpartition("/")[2].lower()
    if name.endswith((".py", ".pyi")):
        return python_comments
    if name.endswith((".yaml", ".yml")) or path == "<stdin>":
        return yaml_comments
    if name.endswith(".toml"):
        return toml_comments
    if name.endswith((".ini", ".cfg", ".conf")):
        return ini_comments
    if name.startswith(".env") or name.endswith((".env", ".sh")) or name == "procfile":
        return dotenv_comments
    if "dockerfile" in name or "containerfile" in name:
        return dockerfile_comments
    return None
