"""Problems that reach into other repositories, told from here."""

from collections.abc import Sequence
from dataclasses import replace

from poollint.exchange.documents import Document
from poollint.rule import Note, Problem
from poollint.source import Span


def told_here(problem: Problem, documents: Sequence[Document]) -> Problem | None:
    """The problem with a place of this repository first, if it has any.

    None when all of its places are in one other repository: what is wrong there is reported there.
    """
    owners = {_owner(at, documents) for at in (problem.at, *(note.at for note in problem.notes))}
    if len(owners) == 1 and "" not in owners:
        return None
    if not _owner(problem.at, documents):
        return problem
    ours = next((note for note in problem.notes if not _owner(note.at, documents)), None)
    if ours is None:
        return problem
    others = (note for note in problem.notes if note != ours)
    before = Note(problem.at, problem.label, ours.role)
    return replace(problem, at=ours.at, label=ours.message, notes=(before, *others))


def _owner(at: Span, documents: Sequence[Document]) -> str:
    """The document below whose name a place is; empty for this repository."""
    return next((each.name for each in documents if at.path.startswith(f"{each.name}:")), "")
