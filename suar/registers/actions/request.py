"""Somebody asks for a step on an entry; whoever must agree is drawn by the system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter, may_read, officer_at
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import NotFound
from suar.core.registers.acts import ActRefused, Hand, Standing, Wanted, begin, fitting, take
from suar.core.registers.law import BY_OBJECTION, ActKind, LegalTermRow, Need
from suar.core.registers.pace import Judged, judge
from suar.core.registers.things import read_thing
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.persons.queries import subjects
from suar.registers.access.hands import draw_one, hand_of, posted_as
from suar.registers.actions.write import Step, write_act
from suar.registers.queries.law import law_on, legal_basis
from suar.registers.queries.native import Done, acts_of, local, place_of, standing_of
from suar.registers.queries.pace import counted, pace_told
from suar.registers.queries.papers import paper_said
from suar.registers.queries.things import SIGNAL, thing_id
from suar.vault.queries import new_id, seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One step as an officer asks for it: on an entry, or for a new one on a subject."""

    act: ActKind
    kind: str = ""
    subject: UUID | None = None
    entry: UUID | None = None
    reason: str
    text: str  # the facts relied on, in words
    coded: str = ""  # what stands in the place of words where none may be typed
    recommendation: str = ""  # shown to the second person only after the evidence
    decision_no: str = ""
    authority: str = ""
    first_day: date | None = None
    last_day: date | None = None
    document: tuple[str, bytes] | None = None  # name, bytes
    evidence: tuple[UUID, ...] = ()  # records, screenings or cases relied on
    grades: Mapping[str, str] = field(default_factory=dict)  # of a signal: source A-E, content 1-5
    thing: tuple[str, str] = ("", "")  # of a signal: what it is about, and its number or name


class ThingUnread(ActRefused):
    """What a signal is about cannot be read."""

    code = "act.thing_unread"


class ContentMissing(ActRefused):
    """What the law wants to stand in such a decision is not there."""

    code = "act.content_missing"


SECONDS = ("supervisor", "second_officer")  # the roles among which the table of second persons looks
LEAST_WORDS = 20  # characters: below that nobody can judge on what facts it rests


@transaction.atomic(durable=True)
def request(asked: Asked, *, act: Act) -> UUID:
    """Ask for a step. Returns the request, or the act itself where the law wants nobody beside whoever asks.

    Refuses: DoorShut, NotPosted; NotFound for an entry or a person that is not there for this act; ActRefused with what the law says.
    """
    enter(act, "register.request")
    if asked.act in BY_OBJECTION:
        raise ActRefused("act.objection_needed")
    first, zone = hand_of(act), officer_at(act).desk.office.zone
    if any(asked.thing):
        asked = about_thing(asked)
    known = any(asked.thing) or bool(asked.subject and subjects([asked.subject]))
    readable = may_read(act).split(",") if act.role == "legal_reviewer" else [act.agency]
    as_hub()
    done = acts_of([asked.entry]).get(asked.entry, []) if asked.entry else []
    if asked.entry:
        known = bool(done) and done[-1].agency in readable
    if not known or (asked.act is ActKind.ADD) is not (asked.entry is None):
        raise NotFound()
    step = step_of(asked, done, first, zone, act)
    if step.second is Need.NONE:
        return write_act(step, second=None, request=None, act=act)
    return wait(step, act)


def about_thing(asked: Asked) -> Asked:
    """The thing in its one form, with its id as the subject. Refuses: ThingUnread; ActRefused where anything but a signal is asked on it."""
    read = read_thing(*asked.thing)
    if not read.ok:
        raise ThingUnread(field="thing", fault=read.faults[0].code)
    if asked.kind != SIGNAL or asked.act is not ActKind.ADD:
        raise ActRefused("act.signals_only")
    kind = asked.thing[0]
    return replace(asked, subject=thing_id(kind, read.get()), thing=(kind, read.get()))


def step_of(asked: Asked, done: Sequence[Done], first: Hand, zone: str, act: Act) -> Step:
    """The step in full, on an entry to which this was done so far, checked against the law of its day."""
    standing = standing_of(done)
    kind, zone = (done[-1].kind, done[-1].zone) if done else (asked.kind, zone)
    day = standing.first_day if standing else asked.first_day or act.at.astimezone(local(zone)).date()
    row = law_on(kind, day, act.at)
    wanted = Wanted(act=asked.act, asked_at=act.at, first_day=asked.first_day, last_day=asked.last_day)
    second = begin(standing, wanted, row, local(zone), first)
    content(asked, row)
    after = take(standing, wanted, row, local(zone), act.at)
    wanted = replace(wanted, first_day=after.first_day, last_day=after.last_day)
    return Step(
        entry=asked.entry or new_id(act.at), kind=kind, subject=done[-1].subject if done else _there(asked.subject), row=row, wanted=wanted,
        before=standing, zone=zone, first=first, second=second, reason=asked.reason, owner=done[-1].agency if done else act.agency,
        authority=done[-1].authority if done else asked.authority or row.decided_by.id,
        decision_no=done[-1].decision_no if done else Step.token_of(asked.decision_no), said=said_of(asked),
    )  # fmt: skip


def _there(subject: UUID | None) -> UUID:
    if subject is None:
        raise NotFound()
    return subject


def content(asked: Asked, row: LegalTermRow) -> None:
    """Refuse what lacks a coded reason of its list, the facts in words, or anything that the law wants to stand in it."""
    if asked.act is ActKind.ADD and asked.reason not in {reason.code for reason in row.reasons}:
        raise ContentMissing(field="reason")
    if not asked.reason or (not asked.coded and len(asked.text.strip()) < LEAST_WORDS):
        raise ContentMissing(field="text")
    there: dict[str, Any] = {
        "decision_no": asked.decision_no, "document": asked.document, "evidence": asked.evidence or asked.document,
        "source_grade": asked.grades.get("source"), "content_grade": asked.grades.get("content"),
    }  # fmt: skip
    if asked.act is ActKind.ADD:
        for name in row.content:
            if name in there and not there[name]:
                raise ContentMissing(field=name)


def said_of(asked: Asked) -> dict[str, Any]:
    """The words of a step as they are sealed: what no column may show."""
    return {
        "text": asked.text.strip(), "recommendation": asked.recommendation.strip(), "decision_no": asked.decision_no.strip(),
        "evidence": [str(one) for one in asked.evidence], "grades": dict(asked.grades), "thing": list(asked.thing),
        "coded": asked.coded,
    } | paper_said(asked.document)  # fmt: skip


INSERT = """
INSERT INTO registers_request (id, entry, of_seq, kind, act, subject, at, until, by, role, agency, office, desk, drawn, first_day, last_day, reason,
    sealed) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


ABOVE = """
INSERT INTO registers_pace (request, at, whose, held, counted, usual, by, agency, office) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def wait(step: Step, act: Act) -> UUID:
    """Put the request before whoever is drawn; it lapses by itself. Where far more is asked for than usual, it is held until somebody looked."""
    id_, told = new_id(act.at), pace_told(act.at)
    judged = judge(counted(step.first, told, act.at), told)
    fit = fitting(step.second, step.first, posted_as(SECONDS, act.at))
    chosen = draw_one("second", id_, fit)
    hours = timedelta(hours=legal_basis(act.at).request_hours)
    body = {
        "words": step.said,
        "authority": step.authority,
        "zone": step.zone,
        "decision_no": (step.decision_no or b"").hex(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                id_, step.entry, step.before.seq if step.before else 0, step.kind, step.wanted.act.value, step.subject, act.at, act.at + hours,
                act.actor, act.role, act.agency, step.first.office, act.desk, chosen, step.wanted.first_day, step.wanted.last_day, step.reason,
                seal(canonical(body), about=place_of(id_)),
            ],
        )  # fmt: skip
    pace = note_pace(id_, judged, step.first, act)
    append(
        "register.requested", act, about=[step.entry, step.subject], kind=step.kind, step=step.wanted.act.value, second=step.second.value, pace=pace,
    )  # fmt: skip
    publish(
        Happened(
            type="register.requested", giver=step.owner, thing=id_, classes=("register",), effect=step.wanted.act.value
        ),
        act,
    )
    return id_


def note_pace(request: UUID, judged: Judged | None, first: Hand, act: Act) -> str:
    """Keep that it was above what is usual, for the oversight: `usual`, `high` or `held`."""
    if judged is None:
        return "usual"
    row: list[Any] = [
        request,
        act.at,
        judged.whose,
        judged.held,
        judged.today,
        judged.usual,
        act.actor,
        act.agency,
        first.office,
    ]
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, row)
    return "held" if judged.held else "high"


def still(standing: Standing | None, seq: int) -> bool:
    """Whether an entry is where it was when a step was asked for."""
    return (standing.seq if standing else 0) == seq
