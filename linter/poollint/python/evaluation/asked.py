"""The variables of an environment, and which of them the code asked for.

Two environments that give the same answers to everything that a module asks make the same engines,
so the module is interpreted once for both.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from poollint.values import Value

Question: TypeAlias = tuple[str, bool]
"""The name of a variable, and whether any case of it will do."""
Answers: TypeAlias = Mapping[Question, "tuple[str, Value] | None"]
"""The variable as it is spelled, with its value; None where it is not set."""


class Asked(Mapping[str, Value]):
    """An environment that keeps its answers."""

    def __init__(self, given: Mapping[str, Value]) -> None:
        self.given = given
        self.answers: dict[Question, tuple[str, Value] | None] = {}

    def __getitem__(self, name: str) -> Value:
        answer = self._answer((name, False))
        if answer is None:
            raise KeyError(name)
        return answer[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)

    def spelled(self, name: str) -> str:
        """The first variable with that name in any case; the name itself where there is none."""
        answer = self._answer((name, True))
        return name if answer is None else answer[0]

    def gives(self, answers: Answers) -> bool:
        """Whether the same questions have the same answers here, down to the places they come from."""
        return all(_same(self._known(question), answer) for question, answer in answers.items())

    def _answer(self, question: Question) -> tuple[str, Value] | None:
        if question not in self.answers:
            self.answers[question] = self._known(question)
        return self.answers[question]

    def _known(self, question: Question) -> tuple[str, Value] | None:
        name, any_case = question
        spelled = self._spellings.get(name.lower(), name) if any_case else name
        return (spelled, self.given[spelled]) if spelled in self.given else None

    @cached_property
    def _spellings(self) -> dict[str, str]:
        return {name.lower(): name for name in reversed(tuple(self.given))}


def _same(one: tuple[str, Value] | None, other: tuple[str, Value] | None) -> bool:
    if one is None or other is None:
        return one is other
    # Equal values may have different places, which engines show; repr has them.
    return one[1] is other[1] or (one == other and repr(one) == repr(other))
