"""Make the notice of an act on an entry: once for each addressee, on paper that is kept as it was given."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from uuid import UUID

import segno
from django.db import connection, transaction
from django.urls import reverse

from suar.agencies.models import Office
from suar.agencies.queries import contact_of, desk, office
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.core.registers.notice import Contact, EntryFacts, NoNotice, Notice, Proof, due_at, notice_of
from suar.core.registers.notice_code import code_grouped, code_text
from suar.core.registers.notice_words import ADDRESSEES, Addressee
from suar.core.standard.tables import Said
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.policies.queries import in_force
from suar.registers import letters
from suar.registers.access.notices import facts_for
from suar.registers.queries.calendar import holidays_from
from suar.registers.queries.facts import about
from suar.registers.queries.law import legal_basis, legal_of
from suar.registers.queries.notices import notice_told, paper_place, terms_of, wording
from suar.vault.queries import new_id, seal, token

#: Whom no law gives a term is told by the end of the next day.
USUAL_DAYS = 1

WRITE = """
INSERT INTO registers_notice (id, entry, act, to_whom, kind, agency, office, number, code, made_at, made_by, due_at, sha256, policy)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (act, to_whom) DO NOTHING RETURNING id
"""
KEEP = "INSERT INTO registers_notice_paper (notice, agency, sealed) VALUES (%s, %s, %s)"


class NobodyToTell(Refusal):
    """Of an entry of this kind nobody is told on paper: it is no measure, or it is the protection desk's."""

    code = "notice.no_words"
    status = 422


class NotAnAddressee(Refusal):
    """Nobody of this word is told of measures."""

    code = "notice.addressee"
    status = 422


@transaction.atomic(durable=True)
def make_notice(entry: UUID, to_whom: str, *, origin: str, act: Act) -> UUID:
    """Make a notice of the newest act on an entry; the same act and addressee give the same notice.

    `origin` is this house's address as the outside knows it, as in https://suar.example. Refuses: DoorShut; NotFound; NotAnAddressee;
    NobodyToTell.
    """
    facts = facts_for(act, entry)
    whom = next((one for one in ADDRESSEES if one == to_whom), None)
    if whom is None:
        raise NotAnAddressee()
    return write_notice(facts, whom, origin=origin, act=replace(act, reference=str(entry)))


def write_notice(facts: EntryFacts, to_whom: Addressee, *, origin: str, act: Act) -> UUID:
    """The same for an entry that is at hand, in the transaction of the act that the notice tells of. Refuses: NobodyToTell."""
    assert connection.in_atomic_block
    told = notice_told(facts.act, to_whom)
    if told:
        return told.id
    id_, place = new_id(act.at), place_of(facts, act)
    code = token("notice", str(id_))
    notice = composed(facts, to_whom, place, proof_of(id_, code, facts, origin, act), act)
    paper = letters.render(notice, picture(notice.proof.address))
    digest = hashlib.sha256(paper).hexdigest()
    days = terms_of(facts.kind, legal_basis(act.at)).days.get(to_whom, USUAL_DAYS)
    due = due_at(facts.decided_at, facts.zone, days)
    row = [
        id_, facts.id, facts.act, to_whom, facts.kind, facts.agency, place.code if place else "", notice.proof.number, code, act.at, act.actor,
        due, digest, notice.policy,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(WRITE, row)
        if cursor.fetchone() is None:
            return made_meanwhile(facts.act, to_whom)
        cursor.execute(KEEP, [id_, facts.agency, seal(paper, about=paper_place(id_))])
    append(
        "notice.made",
        act,
        about=[facts.subject, facts.id, id_],
        to_whom=to_whom,
        number=notice.proof.number,
        sha256=digest,
    )
    happened = Happened(type="notice.made", giver=facts.agency, thing=id_, subject=facts.subject, classes=("notice",))
    publish(happened, act)
    return id_


def made_meanwhile(told_of: UUID, to_whom: str) -> UUID:
    """The notice that somebody else made of the same act, a moment earlier."""
    told = notice_told(told_of, to_whom)
    assert told
    return told.id


def composed(facts: EntryFacts, to_whom: Addressee, place: Office | None, proof: Proof, act: Act) -> Notice:
    """The notice in the words in force. Refuses: NobodyToTell."""
    bundle = in_force(act.at)
    row = legal_of(bundle).terms.get(facts.kind)
    if row is None:
        raise NobodyToTell()
    try:
        return notice_of(
            facts,
            about(facts.subject),
            title=row.name,
            to_whom=to_whom,
            wording=wording(bundle),
            holidays=holidays_from(act.at.date()),
            ask=contact(place, act),
            proof=proof,
            at=act.at,
        )
    except NoNotice as error:
        raise NobodyToTell() from error


def place_of(facts: EntryFacts, act: Act) -> Office | None:
    """The office that is asked about the entry: the one that decided, else the one that makes the notice."""
    if facts.office:
        return office(facts.office)
    seat = desk(act.desk)
    return seat.office if seat else None


def contact(place: Office | None, act: Act) -> Contact:
    """How an office is reached, as far as somebody wrote it down."""
    if place is None:
        return Contact(office="")
    known = contact_of(place.code, act.at)
    if known is None:
        return Contact(office=place.name)
    return Contact(
        office=place.name, address=Said(**known["address"]), phone=str(known["phone"]), hours=Said(**known["hours"])
    )


def proof_of(id_: UUID, code: bytes, facts: EntryFacts, origin: str, act: Act) -> Proof:
    """The number, the code and the address under which anybody sees that the notice is genuine."""
    year, end = act.at.astimezone(facts.zone).year, id_.hex[-12:].upper()
    text = code_text(code)
    return Proof(
        number=f"PB/{year}/{end[:4]}-{end[4:8]}-{end[8:]}",
        code=code_grouped(text),
        address=origin + reverse("notice_proof", args=[text]),
    )


def picture(address: str) -> str:
    """The QR code of an address, as SVG in black."""
    drawn: str = segno.make(address, error="m").svg_inline(
        scale=3, border=2, omitsize=True, svgclass=None, lineclass=None
    )
    return drawn
