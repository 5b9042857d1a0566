"""What is read off the text of modules and functions alone: the same in every environment, so sought once."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from poollint.source import Span
from poollint.values import Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.frames import Effect


@dataclass(slots=True)
class Traits:
    """Of modules by their paths, of classes and functions by their places."""

    effects: "dict[str, tuple[Effect, ...]]" = field(default_factory=dict)
    """What the functions of a module may do to it."""
    mentions: dict[Span, frozenset[str]] = field(default_factory=dict)
    """The names that a function mentions."""
    later_attributes: dict[Span, tuple[tuple[str, Unknown], ...]] = field(default_factory=dict)
    """The attributes that the methods of a class may change at any time, with the reason."""
    captured: dict[Span, bool] = field(default_factory=dict)
    """Whether something inside a function may see its names after it returned."""
    body_names: dict[str, frozenset[str]] = field(default_factory=dict)
    """The names that running a module's body may use."""
    makers: dict[tuple[str, frozenset[str]], tuple[frozenset[str], frozenset[str]]] = field(
        default_factory=dict
    )
    """The names of makers in a module, and those before them, for a module and the makers sought."""
