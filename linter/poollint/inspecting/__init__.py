"""What was understood of a project, for people and for programs."""

from poollint.inspecting.document import as_json
from poollint.inspecting.text import as_text

__all__ = ["as_json", "as_text"]
