"""What the training nation's officers did before anybody logs in: entries with clocks that were kept, that were missed and that still run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.agencies.queries import posted, postings_of
from suar.core.act import Act
from suar.core.registers.law import ActKind
from suar.persons.queries import subjects, subjects_after
from suar.persons.queries.found import matching_policy
from suar.policies.queries import in_force
from suar.registers.actions.make_notice import make_notice
from suar.registers.actions.note_sent import note_sent
from suar.registers.actions.request import Asked, request
from suar.registers.actions.rule import look, rule
from suar.registers.queries import protection_desk
from suar.registers.queries.native import nobody_nominated
from suar.registers.queries.pending import one_pending
from suar.site.auth import act_under

LOOKED_AT = 3_000  # subjects, among whom enough hold a passport
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One entry of the story: who asked for it, when, and which of its notices went out after how long."""

    kind: str
    reason: str
    role: str
    agency: str
    number: str
    before: timedelta
    sent: tuple[tuple[str, timedelta], ...] = ()


#: The first has one notice in time and one that nobody sent; the second ends within days and was told too late; the third was agreed to just now.
STORY = (
    Told(
        kind="exit_ban", reason="investigation", role="register_officer", agency="polri", number="R/101/LATIHAN", before=12 * DAY,
        sent=(("person", 5 * DAY),),
    ),
    Told(
        kind="exit_ban_urgent", reason="immigration_supervision", role="register_officer", agency="imigrasi", number="R/102/LATIHAN",
        before=17 * DAY, sent=(("person", 9 * DAY),),
    ),
    Told(
        kind="passport_suspension", reason="careless_loss", role="register_officer", agency="imigrasi", number="R/103/LATIHAN", before=0 * DAY,
    ),
)  # fmt: skip
EARLIEST = max(told.before for told in STORY)
FACTS = "Keadaan rekaan untuk latihan: surat permintaan dan bukti terlampir sudah diperiksa petugas."


def nominate(origin: str, *, act: Act) -> int:
    """Once, after the nation was loaded: the story's entries and one request that waits. Returns how many entries were made. `origin` is the
    address at which a notice's code is looked up.
    """
    with transaction.atomic():
        as_hub()
        if not nobody_nominated() or not posted("register_officer", act.at - EARLIEST):
            return 0
    whom = travellers(len(STORY) + 1, act)
    for told, subject in zip(STORY, whom, strict=False):
        entry = agreed(told, subject, act.at - told.before)
        for addressee, later in told.sent:
            at = act.at - told.before + later
            notice = make_notice(entry, addressee, origin=origin, act=officer(told.role, told.agency, at))
            note_sent(notice, "post", "", act=officer(told.role, told.agency, at))
    if len(whom) > len(STORY):
        asked(STORY[0], whom[-1], act.at - HOUR, number="R/104/LATIHAN")
    return min(len(whom), len(STORY))


@transaction.atomic
def travellers(number: int, act: Act) -> list[UUID]:
    """Some who hold a passport, by Immigration's own records, and bear no marker."""
    as_hub()
    policy = matching_policy(in_force(act.at))
    known = subjects(subjects_after(None, policy, everybody=True, at_most=LOOKED_AT))
    holders = [
        one.id
        for one in known.values()
        if one.source == "simkim" and one.values.get("passport_no") and one.values.get("nik")
    ]
    return [id_ for id_ in sorted(holders, key=str) if not protection_desk([id_], act.at)][:number]


def officer(role: str, agency: str, at: datetime, reference: str = "LATIHAN") -> Act:
    """The act of whoever holds this role at this agency."""
    seat = next(one for one in posted(role, at) if one.agency == agency)
    return by(seat.officer, at, reference)


def by(officer_: UUID, at: datetime, reference: str) -> Act:
    return act_under(postings_of(officer_, at)[0], reference=reference, at=at)


def asked(told: Told, subject: UUID, at: datetime, *, number: str) -> UUID:
    what = Asked(
        act=ActKind.ADD, kind=told.kind, subject=subject, reason=told.reason, text=FACTS, recommendation="Mohon disetujui.", decision_no=number,
        document=("surat-latihan.pdf", b"%PDF-1.7 rekaan"),
    )  # fmt: skip
    return request(what, act=officer(told.role, told.agency, at, number))


def agreed(told: Told, subject: UUID, at: datetime) -> UUID:
    """The entry that takes effect at `at`: asked for half an hour before, and agreed to by whoever was drawn."""
    id_ = asked(told, subject, at - HOUR / 2, number=told.number)
    with transaction.atomic():
        as_hub()
        one = one_pending(id_)
    assert one and one.drawn, "somebody of another agency is posted in the story"
    second = by(one.drawn, at, str(id_))
    look(id_, act=second)
    rule(id_, True, "Bukti sudah diperiksa dan cukup.", act=second)
    return one.entry
