"""Whether an owner's list and our entries say the same: by count and root first, and where those differ row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from suar.core.canonical import packed

Kind = Literal["missing", "surplus", "other_term", "other_decision", "other_state", "other_person"]
KINDS: tuple[Kind, ...] = ("missing", "surplus", "other_term", "other_decision", "other_state", "other_person")
PARTS = 256  # of the tree: rows are parted by the first byte of their id, which is keyed and so spread evenly


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry, as an owner's list makes it or as our register holds it. Tokens and codes, no value of a person.

    `stated` is a token of all that the statement says, so of the person's keys as well. `lifted` is the owner's word that it was taken
    back; `from_at` None: it never came into force. `unread`: the row stands in the list and could not be read.
    """

    entry: UUID
    decision: bytes
    kind: str
    subject: UUID | None
    authority: str
    basis: str
    reason: str
    state: str
    stated: bytes
    from_at: datetime | None
    until_at: datetime | None
    lifted: bool = False
    unread: bool = False

    @property
    def term(self) -> tuple[datetime | None, datetime | None]:
        return self.from_at, self.until_at

    @property
    def decided(self) -> tuple[bytes, str, str, str, str]:
        return self.decision, self.kind, self.authority, self.basis, self.reason

    def runs(self, at: datetime) -> bool:
        return self.from_at is not None and self.until_at is not None and self.from_at <= at < self.until_at

    @property
    def says(self) -> tuple[object, ...]:
        """All that two copies of it must have alike."""
        return self.decided, self.term, self.state, self.subject, self.stated

    def leaf(self) -> bytes:
        said = [
            str(self.entry), self.decision.hex(), self.kind, str(self.subject), self.authority, self.basis, self.reason, self.state,
            self.stated.hex(), *(at.isoformat() if at else "" for at in self.term),
        ]  # fmt: skip
        return hashlib.sha256(b"\x00" + packed(said)).digest()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the two differ. `theirs` and `ours` are the two lines, None where one has none."""

    kind: Kind
    theirs: Line | None
    ours: Line | None

    @property
    def entry(self) -> UUID:
        line = self.theirs or self.ours
        assert line
        return line.entry


@dataclass(frozen=True, slots=True)
class Tree:
    """Lines under a root: one hash for each part, and one over all of them."""

    count: int
    parts: Mapping[int, bytes]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Tree:
        leaves: dict[int, list[tuple[bytes, bytes]]] = {}
        for line in lines:
            leaves.setdefault(part_of(line), []).append((line.entry.bytes, line.leaf()))
        parts = {
            part: hashlib.sha256(b"\x01" + b"".join(leaf for _, leaf in sorted(held))).digest()
            for part, held in leaves.items()
        }
        return cls(len(lines), parts)

    @property
    def root(self) -> bytes:
        whole = b"".join(bytes((part,)) + self.parts[part] for part in sorted(self.parts))
        return hashlib.sha256(b"\x01" + whole).digest()


def part_of(line: Line) -> int:
    return line.entry.bytes[0] % PARTS


def differences(
    theirs: Sequence[Line], ours: Sequence[Line], at: datetime, *, persons_differ: frozenset[UUID] = frozenset()
) -> list[Difference]:
    """Every difference between an owner's list and our entries, in the order of the entries; empty where count and root agree.

    `at` is the day of the list. `persons_differ` names entries whose statement and the list's name other persons though the two lines
    look alike. A line that never came into force is missing nowhere.
    """
    known = {line.entry for line in ours}
    theirs = [line for line in theirs if line.from_at is not None or line.unread or line.entry in known]
    one, other = Tree.of(theirs), Tree.of(ours)
    if one.count == other.count and one.root == other.root:
        return []
    parts = {part for part in one.parts.keys() | other.parts.keys() if one.parts.get(part) != other.parts.get(part)}
    here = {line.entry: line for line in theirs if part_of(line) in parts}
    held = {line.entry: line for line in ours if part_of(line) in parts}
    return [
        found
        for entry in sorted(here.keys() | held.keys())
        for found in of_one(here.get(entry), held.get(entry), at, person=entry in persons_differ)
    ]


def of_one(theirs: Line | None, ours: Line | None, at: datetime, *, person: bool) -> Iterator[Difference]:
    if theirs is None or ours is None:
        yield Difference("missing" if theirs else "surplus", theirs, ours)
    elif not theirs.unread:  # what an unread row says nobody knows; intake has returned it with its faults
        for kind in kinds_of(theirs, ours, at, person=person):
            yield Difference(kind, theirs, ours)


def kinds_of(theirs: Line, ours: Line, at: datetime, *, person: bool) -> list[Kind]:
    """In what two lines of one entry differ. That ours is not confirmed is named only where nothing else is: it follows from the rest."""
    found: list[Kind] = []
    if person or theirs.subject != ours.subject:
        found.append("other_person")
    if theirs.from_at is None:
        return [*found, "other_state"]
    if theirs.decided != ours.decided:
        found.append("other_decision")
    if theirs.term != ours.term:
        ended_otherwise = theirs.lifted or theirs.runs(at) != ours.runs(at)
        found.append("other_state" if ended_otherwise else "other_term")
    if not found and theirs.state != ours.state:
        found.append("other_state")
    return found
