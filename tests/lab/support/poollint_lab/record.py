"""What has been proven, and against what: `rules/poollint_rules/proofs.json`."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict


class Proof(TypedDict):
    shows: str
    against: list[str]


Proofs = dict[str, list[Proof]]


@dataclass(frozen=True, slots=True)
class Record:
    """Proofs of one run: (code, what it shows) to the servers and libraries it ran against."""

    proven: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def add(self, code: str, shows: str, against: list[str]) -> None:
        self.proven.setdefault((code, shows), set()).update(against)

    def proofs(self) -> Proofs:
        found: Proofs = {}
        for (code, shows), against in sorted(self.proven.items()):
            found.setdefault(code, []).append({"shows": shows, "against": sorted(against)})
        return found


def read(path: Path) -> Proofs:
    if not path.exists():
        return {}
    proofs: Proofs = json.loads(path.read_text("utf-8"))
    return proofs


def pairs(proofs: Proofs) -> set[tuple[str, str]]:
    return {(code, proof["shows"]) for code, shown in proofs.items() for proof in shown}


def write(path: Path, proofs: Proofs) -> None:
    path.write_text(json.dumps(proofs, indent=2, sort_keys=True) + "\n", "utf-8")


def merged(old: Proofs, new: Proofs) -> Proofs:
    """What a run of some of the proofs leaves: its own, and the old of what it did not prove."""
    both = Record()
    for proofs in (new, old):
        for code, shown in proofs.items():
            for proof in shown:
                if (code, proof["shows"]) not in both.proven:
                    both.add(code, proof["shows"], proof["against"])
    return both.proofs()
