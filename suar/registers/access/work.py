"""What waits for an officer of the registers, one entry with all that was done to it, and one request with its evidence first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, connections, transaction

from suar.agencies.access import DoorShut, as_hub, enter, may_read, opens
from suar.agencies.queries import officer_names
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.identity.person import Description
from suar.core.registers.acts import ActRefused, Hand, State, Wanted, begin
from suar.core.registers.law import BY_CLOCK, ActKind, LegalTermRow
from suar.persons.access import UNMASKED, alike, hit, newest_name
from suar.persons.queries import subjects
from suar.persons.queries.membership import of_one_person, person_of
from suar.registers.access.hands import hand_of
from suar.registers.access.markers import markers_for
from suar.registers.actions.rule import PROTECTION, law_of, waits_for
from suar.registers.queries import protection_desk
from suar.registers.queries.law import law_on, legal_basis
from suar.registers.queries.native import Done, acts_of, local, standing_of
from suar.registers.queries.papers import paper_in
from suar.registers.queries.pending import Pending, one_pending, open_at, pending, seen_by
from suar.registers.queries.released import release_said
from suar.vault.queries import PROTECTION as BEHIND

MOST_ROWS = 50
MASK = "•"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The queues of one officer; nobody is opened by them."""

    waits: list[dict[str, Any]]  # for this officer's word
    mine: list[dict[str, Any]]  # asked by this officer, waiting for another's
    entries: list[dict[str, Any]]  # whose clocks this officer watches
    more: int  # entries beyond those shown
    may_ask: bool
    touched: list[dict[str, Any]]  # of the protected, whom an entry touches: for the protection side alone
    markers: list[dict[str, Any]]  # that this officer may help to end: for the protection side alone
    more_markers: int


@transaction.atomic
def work_for(act: Act) -> Work:
    """What waits for this officer's word, what he asked for, and the clocks of his agency's entries, the nearest end first."""
    enter(act, "register.work")
    readable = may_read(act).split(",")
    hand = hand_of(act)
    as_hub()
    entries, more = clocks(readable, act) if opens(act, "register.entry") else ([], 0)
    requests = open_at(act.at)
    markers, more_markers = markers_for(act)
    return Work(
        waits=[row_of(one, act) for one in waiting(requests, hand, act)],
        mine=[row_of(one, act) for one in requests if one.first.officer == act.actor],
        entries=entries,
        more=more,
        may_ask=opens(act, "register.request") and act.role != "legal_reviewer",
        touched=touched_for(act) if opens(act, "register.protect") else [],
        markers=markers,
        more_markers=more_markers,
    )


TOUCHED = "SELECT own, subject, kind, at FROM registers_touched WHERE at > %s ORDER BY at DESC, entry LIMIT %s"
TOLD_FOR = timedelta(days=366)  # as long as the longest ban runs


def touched_for(act: Act) -> list[dict[str, Any]]:
    """Whom of the protected an entry touches, newest first, read behind the wall; whoever is marked already is left out."""
    with transaction.atomic(using=BEHIND):
        as_hub(wall=BEHIND)
        with connections[BEHIND].cursor() as cursor:
            cursor.execute(TOUCHED, [act.at - TOLD_FOR, MOST_ROWS])
            rows = cursor.fetchall()
        known = subjects([own for own, *_ in rows], wall=BEHIND)
        append("register.touched_seen", act, about=list(known), fields=["full_name"] if known else [], wall=BEHIND)
    return [
        {"subject": subject, "kind": kind, "at": at, "name": known[own].description.full_name}
        for own, subject, kind, at in rows
        if own in known and not protection_desk([subject], act.at)
    ]


def waiting(requests: Sequence[Pending], hand: Hand, act: Act) -> list[Pending]:
    """Of these, the ones that wait for this officer's word."""
    if not (opens(act, "register.second") or opens(act, "register.protect")):
        return []
    return [one for one in requests if waits_for(one, hand, law_of(one, act), act)]


@transaction.atomic
def requests_for(act: Act) -> list[dict[str, Any]]:
    """What waits for this officer's word alone: for the first page."""
    enter(act, "register.work")
    hand = hand_of(act)
    as_hub()
    return [row_of(one, act) for one in waiting(open_at(act.at), hand, act)]


@transaction.atomic
def ending_for(act: Act) -> list[dict[str, Any]]:
    """The entries whose end or review is near, alone: for the first page."""
    enter(act, "register.work")
    readable = may_read(act).split(",")
    as_hub()
    return [row for row in clocks(readable, act)[0] if row["warned"]]


@transaction.atomic
def came_to_for(act: Act, id_: UUID) -> str:
    """What became of what this officer asked for: `done` at once, since the law wants nobody beside him; `asked` of a second person; or `held`."""
    enter(act, "register.work")
    as_hub()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM registers_act WHERE id = %s AND by = %s", [id_, act.actor])
        if cursor.fetchone():
            return "done"
    one = one_pending(id_)
    return "held" if one and one.held else "asked"


def row_of(one: Pending, act: Act) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "act": one.act.value, "agency": one.first.agency, "at": one.at, "until": one.until,
        "drawn": one.drawn == act.actor, "held": one.held, "hours_left": max(0, (one.until - act.at) // timedelta(hours=1)),
    }  # fmt: skip


CLOCKS = """
SELECT entry, kind, agency, state, begins, ends, review_due, reason, count(*) OVER () FROM (
    SELECT DISTINCT ON (entry) entry, kind, agency, state, begins, ends, review_due, reason FROM registers_act
    WHERE agency = ANY(%(agencies)s) ORDER BY entry, seq DESC
) newest WHERE state <> 'ended' AND ends > %(at)s ORDER BY least(ends, review_due), entry LIMIT %(most)s
"""


def clocks(agencies: Sequence[str], act: Act) -> tuple[list[dict[str, Any]], int]:
    """Entries that run, whatever has to happen next first; and how many more there are."""
    legal = legal_basis(act.at)
    with connection.cursor() as cursor:
        cursor.execute(CLOCKS, {"agencies": list(agencies), "at": act.at, "most": MOST_ROWS})
        rows = cursor.fetchall()
    found = [
        {
            "entry": entry, "kind": kind, "agency": agency, "state": state_at(state, review_due, act.at), "begins": begins, "ends": ends,
            "review_due": review_due if review_due < ends else None, "reason": reason,
            "days_left": (min(ends, review_due) - act.at) // timedelta(days=1),
            "warned": min(ends, review_due) - act.at <= timedelta(days=legal[kind].warn_days),
        }
        for entry, kind, agency, state, begins, ends, review_due, reason, _ in rows
    ]  # fmt: skip
    return found, max(0, rows[0][-1] - len(rows)) if rows else 0


def state_at(state: str, review_due: datetime, at: datetime) -> str:
    """What the entry is now, whether or not the clock's own act was written yet."""
    return State.SUSPENDED.value if state == State.IN_FORCE and at >= review_due else state


# One entry ---------------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def entry_for(act: Act, entry: UUID) -> dict[str, Any]:
    """One entry with its law, its clock and all that was done to it; and what this officer may ask for now. Refuses: NotFound alike."""
    act = replace(act, reference=act.reference or str(entry))
    enter(act, "register.entry")
    readable = may_read(act).split(",")
    hand = hand_of(act)
    as_hub()
    done = acts_of([entry]).get(entry, [])
    if not done or done[-1].agency not in readable:
        raise NotFound()
    row = law_on(done[0].kind, done[0].first_day, act.at)
    last = done[-1]
    append("register.seen", act, about=[entry, last.subject], fields=["register", "full_name", "birth_date"])
    return {
        "entry": entry, "kind": last.kind, "law": list(row.law), "authority": last.authority, "agency": last.agency, "zone": last.zone,
        "decided_by": {"id": row.decided_by.id, "en": row.decided_by.en}, "at_gate": {"id": row.at_gate.id, "en": row.at_gate.en},
        "state": ended_or(last, act.at), "first_day": last.first_day, "last_day": last.last_day, "begins": last.begins, "ends": last.ends,
        "days_left": max(0, (last.ends - act.at) // timedelta(days=1)), "review_due": last.review_due if last.review_due < last.ends else None,
        "reason": reason_said(row, done[0].reason), "person": person_shown(last.subject, masked=False), "thing": done[0].said.get("thing"),
        "grades": done[0].said.get("grades"), "history": history(done),
        "document": done[0].said.get("document", ""), "waits": [row_of(one, act) for one in pending_of(entry, act)],
        "acts": may_do(done, row, hand, act), "extensions_left": row.extensions - last.extended,
    }  # fmt: skip


def ended_or(last: Done, at: datetime) -> str:
    return State.ENDED.value if at >= last.ends else state_at(last.state.value, last.review_due, at)


def pending_of(entry: UUID, act: Act) -> list[Pending]:
    found = pending("q.entry = %(entry)s AND q.until > %(at)s", {"entry": entry, "at": act.at})
    return [one for one in found if not one.settled]


def may_do(done: Sequence[Done], row: LegalTermRow, hand: Hand, act: Act) -> list[dict[str, Any]]:
    """The acts that this officer may ask for now, each with who must agree."""
    found: list[dict[str, Any]] = []
    if done[-1].agency != act.agency and act.role != "legal_reviewer":
        return found
    for kind in (ActKind.EXTEND, ActKind.SHORTEN, ActKind.LIFT, ActKind.REVIEW, ActKind.CORRECT, ActKind.LIFT_BY_COURT):
        wanted = Wanted(
            act=kind,
            asked_at=act.at,
            last_day=act.at.astimezone(local(done[-1].zone)).date() if kind is ActKind.SHORTEN else None,
        )
        try:
            need = begin(standing_of(done), wanted, row, local(done[-1].zone), hand)
        except ActRefused:
            continue
        found.append({"act": kind.value, "second": need.value, "dated": kind in {ActKind.EXTEND, ActKind.SHORTEN}})
    return found


def history(done: Sequence[Done]) -> list[dict[str, Any]]:
    """Every act, newest first, by whom, with whom, and in which words."""
    names = officer_names([hand.officer for one in done for hand in (one.first, one.second) if hand])
    return [
        {
            "id": one.id, "act": one.act.value, "at": one.at, "by": names.get(one.first.officer, ""), "by_agency": one.first.agency,
            "second": names.get(one.second.officer, "") if one.second else "", "second_agency": one.second.agency if one.second else "",
            "last_day": one.last_day, "ends": one.ends, "text": one.said.get("text", ""), "by_clock": one.act in BY_CLOCK,
        }
        for one in reversed(done)
    ]  # fmt: skip


def reason_said(row: LegalTermRow, code: str) -> dict[str, str]:
    for reason in row.reasons:
        if reason.code == code:
            return {"code": code, "id": reason.id, "en": reason.en}
    return {"code": code, "id": code, "en": code}


def person_shown(subject: UUID, *, masked: bool) -> dict[str, Any]:
    """Whom an entry is about, as the source of his record knows him. Masked, the numbers end in their last four signs."""
    of = list(subjects(of_one_person(subject)).values())
    values: dict[str, str] = {}
    for one in of:
        for name in ("full_name", "birth_date", "birth_place", "sex", "nik", "passport_no"):
            if one.values.get(name):
                values.setdefault(name, str(one.values[name]))
    shown = {name: value if name in UNMASKED or not masked else MASK * 4 + value[-4:] for name, value in values.items()}
    return {
        "name": newest_name(of),
        "values": [{"field": name, "value": value} for name, value in shown.items() if name != "full_name"],
    }


# One request -------------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def request_for(act: Act, id_: UUID) -> dict[str, Any]:
    """A request: for whoever asked, and for whoever's word it waits for. The recommendation is there once the evidence was looked at.

    Refuses: NotFound, alike for none and for another's.
    """
    act = replace(act, reference=act.reference or str(id_))
    enter(act, "register.work")
    hand = hand_of(act)
    as_hub()
    one = one_pending(id_)
    if one is None:
        raise NotFound()
    row = law_of(one, act)
    mine = one.first.officer == act.actor
    turn = not one.settled and one.until > act.at and waits_for(one, hand, row, act)
    if not mine and not turn:
        raise NotFound()
    seen = seen_by(one.id, act.actor)
    append(
        "register.request_seen",
        act,
        about=[one.entry, one.subject, one.id],
        fields=["register", "full_name", "birth_date"],
    )
    return laid(one, row, seen=seen or mine, turn=turn, act=act) | {"mine": mine, "seen": seen}


def laid(one: Pending, row: LegalTermRow, *, seen: bool, turn: bool, act: Act) -> dict[str, Any]:
    words = one.said["words"]
    shown = {
        "id": one.id, "entry": one.entry, "kind": one.kind, "act": one.act.value, "at": one.at, "until": one.until, "agency": one.first.agency,
        "law": list(row.law), "at_gate": {"id": row.at_gate.id, "en": row.at_gate.en}, "first_day": one.first_day, "last_day": one.last_day,
        "reason": reason_said(row, one.reason), "text": words["text"], "coded": release_said(str(words.get("coded", "")), act.at),
        "decision_no": words["decision_no"], "document": words["document"],
        "evidence": words["evidence"], "person": person_shown(one.subject, masked=act.role == PROTECTION), "turn": turn, "settled": one.settled,
        "thing": words["thing"], "grades": words["grades"],
        "earlier": history(acts_of([one.entry]).get(one.entry, [])),
        "over": one.settled or one.until <= act.at,
    }  # fmt: skip
    return shown | (
        {
            "recommendation": words["recommendation"],
            "asked_by": officer_names([one.first.officer]).get(one.first.officer, ""),
        }
        if seen
        else {}
    )


@transaction.atomic
def document_for(act: Act, id_: UUID) -> tuple[str, bytes]:
    """The paper behind a request, for whoever may see the request. Refuses: NotFound."""
    shown = request_for(act, id_)
    one = one_pending(id_)
    assert one
    if not shown["document"]:
        raise NotFound()
    append("register.document_seen", act, about=[one.entry, one.id], fields=["document"])
    return paper_in(one.said["words"])


# Whom to nominate --------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def found_for(act: Act, wanted: Description, typed: str) -> list[dict[str, Any]]:
    """Who may be meant, by number or by name and birth date: a name, a birth year and how sure it is. One entry keeps what was typed."""
    enter(act, "register.request")
    found = {
        str(person_of(subject) or subject): (subject, told, verdict)
        for subject, told, verdict in reversed(alike(wanted, act))
    }
    hits = [hit(subject, told, verdict) for subject, told, verdict in found.values()][::-1][:10]
    append(
        "register.searched",
        act,
        about=[UUID(one["person"]) for one in hits],
        fields=["birth_date", "full_name"] if hits else [],
        personal=typed,
    )
    return hits


def choices_for(act: Act, *, signals: bool = False) -> list[Mapping[str, Any]]:
    """The kinds that this officer may nominate, each with its reasons and what must stand in it. Refuses: DoorShut."""
    if not opens(act, "register.request"):
        raise DoorShut(door="register.request")
    return [
        {
            "kind": kind, "reasons": [{"code": one.code, "id": one.id, "en": one.en} for one in row.reasons], "content": list(row.content),
            "second": row.acts[ActKind.ADD].second.value, "months": row.months, "days": row.days,
        }
        for kind, row in sorted(legal_basis(act.at).terms.items(), key=lambda of: (not of[1].stops, of[0]))
        if ActKind.ADD in row.acts and act.role in row.acts[ActKind.ADD].by and row.effect == ("signal" if signals else "restriction")
    ]  # fmt: skip
