"""A second officer rates the same answers unseen; a third breaks the tie. Nobody chooses who rates, and nobody rates twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from suar.agencies.access import officer_at
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.core.interview.agreement import MARKS, tie
from suar.core.registers.acts import Hand
from suar.registers.access.hands import draw_one, posted_as
from suar.screening.access.rating import RATERS, blind_for
from suar.screening.models import Interview, Rating, RatingDue


class MarksMissing(Refusal):
    """Say of each marked answer, and of the whole, what it is a sign of, and how sure you are."""

    code = "interview.marks_missing"
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """One officer's rating: the whole, how sure from 1 to 5, and each rated question."""

    overall: str
    sure: int
    of: Mapping[str, str]

    def whole(self, rated: Sequence[str]) -> bool:
        return self.overall in MARKS and 1 <= self.sure <= 5 and all(self.of.get(one) in MARKS for one in rated)


@transaction.atomic(durable=True)
def rate_again(interview_id: UUID, marks: Marks, *, act: Act) -> None:
    """The word of an officer who did not hold the interview; where it differs from the first, a third is drawn.

    Refuses: NotFound for whoever was not drawn; MarksMissing.
    """
    blind = blind_for(act, interview_id)
    if not marks.whole(blind.rated):
        raise MarksMissing()
    write_rating(blind.row, blind.turn, marks, blind.rated, act=act)
    first = Rating.objects.get(interview=interview_id, turn=1)
    if blind.turn == 2 and tie(first.overall, marks.overall):
        draw_another(blind.row, 3, act=act)


def write_rating(row: Interview, turn: int, marks: Marks, rated: Sequence[str], *, act: Act) -> None:
    """One rating, once and for ever. In the caller's transaction."""
    Rating.objects.create(
        interview=row.id, turn=turn, at=act.at, agency=row.agency, office=officer_at(act).desk.office_id, officer=act.actor,
        overall=marks.overall, sure=marks.sure, marks={one: marks.of[one] for one in rated},
    )  # fmt: skip
    append("interview.rated", act, about=[row.id], turn=turn, overall=marks.overall, sure=marks.sure)


def draw_another(row: Interview, turn: int, *, act: Act) -> None:
    """Name who rates next; nobody where nobody fits now, and then whoever comes to fit may."""
    drawn = draw_one(f"interview.rating.{turn}", row.id, fit(row, act))
    RatingDue.objects.create(
        interview=row.id, turn=turn, at=act.at, agency=row.agency, office=row.office, officer=drawn
    )
    append("interview.rating_due", act, about=[row.id], turn=turn, drawn=drawn is not None)


def fit(row: Interview, act: Act) -> list[Hand]:
    """Of the same agency and another chain: another office than where it was held, and than where it was rated, as long as there is one."""
    before = list(Rating.objects.filter(interview=row.id))
    who, where = {one.officer for one in before} | {row.officer}, {one.office for one in before} | {row.office}
    others = [
        hand
        for hand in posted_as(RATERS, act.at)
        if hand.agency == row.agency and hand.officer not in who and hand.office != row.office
    ]
    found = [hand for hand in others if hand.office not in where] or others
    return sorted({hand.officer: hand for hand in found}.values(), key=lambda hand: hand.officer)
