"""When a batch looks wrong: the limits of policy/matching/batch.yaml against what a run found. FIELD 1.7 (UNICEF HOPE)."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from suar.core.errors import Params
from suar.core.linking.kin import KinRow
from suar.core.linking.likely import LikelyRow
from suar.core.standard.tables import Dated, Table


class WriteRow(Table):
    """What is worth writing, in thousandths of probability."""

    from_permille: int = Field(ge=1, le=999)
    cannot_tell_at_most: int = Field(ge=0, le=1000)


class BlocksRow(Table):
    """How many records may share a key before it is refined."""

    together: int = Field(ge=2, le=10_000)
    neighbours: int = Field(ge=1, le=1000)


class GuardRow(Table):
    """Limits of a run; shares in thousandths."""

    records: int = Field(ge=1)
    many: int = Field(ge=2)
    share_with_many: int = Field(ge=0, le=1000)
    largest_person: int = Field(ge=2)
    share_joined: int = Field(ge=0, le=1000)
    matched_moved: int = Field(ge=0, le=1000)


class BatchPolicy(Table):
    """policy/matching/batch.yaml."""

    dated: Dated
    source: str
    write: WriteRow
    blocks: BlocksRow
    kin: KinRow
    likely: LikelyRow
    guard: GuardRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a run came to, in counts. `usual_matched` is the share, in thousandths, of what was last published here."""

    records: int
    with_many: int
    matched: int
    largest_person: int = 0
    joined: int = 0  # records of one file that are another record's person
    usual_matched: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One limit that a run broke."""

    code: str
    params: Params


def alarms(found: Found, guard: GuardRow) -> list[Alarm]:
    """Every limit broken. The largest person is judged always, shares only from `records` on.

    Codes: guard.many, guard.largest_person, guard.joined, guard.moved.
    """
    raised = []
    if found.largest_person > guard.largest_person:
        raised.append(_alarm("guard.largest_person", found.largest_person, guard.largest_person))
    if found.records < guard.records:
        return raised
    many, joined = (1000 * count // found.records for count in (found.with_many, found.joined))
    if many > guard.share_with_many:
        raised.append(_alarm("guard.many", many, guard.share_with_many))
    if joined > guard.share_joined:
        raised.append(_alarm("guard.joined", joined, guard.share_joined))
    if found.usual_matched is not None:
        moved = abs(1000 * found.matched // found.records - found.usual_matched)
        if moved > guard.matched_moved:
            raised.append(_alarm("guard.moved", moved, guard.matched_moved))
    return raised


def _alarm(code: str, found: int, at_most: int) -> Alarm:
    return Alarm(code=code, params={"found": found, "at_most": at_most})
