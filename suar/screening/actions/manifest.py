"""A manifest is kept, screened ahead row by row in a job, and gives a short list: what an officer lets count goes to the second interview."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import enter
from suar.agencies.queries import desk as desk_named
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import Conflict, Fault, NotFound, Refusal
from suar.core.identity.zones import WIB
from suar.core.manifest import fault_code, parts
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.screening.access.manifests import manifest_at, short_list_for
from suar.screening.actions.keys import Keys
from suar.screening.actions.question import Asked, BadQuestion, read_question
from suar.screening.actions.refer import put_before
from suar.screening.models import Screening
from suar.screening.queries.deciding import work_at
from suar.screening.queries.manifests import Listed, place_of, same_manifest
from suar.vault.queries import new_id, seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One flight's travellers as they were sent."""

    flight: str
    departs_on: date
    rows: Sequence[Mapping[str, str]]
    desk: str


class BadManifest(Refusal):
    """The manifest as a whole cannot be taken: its columns, its length, its day."""

    code = "manifest.unfit"
    status = 422

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code, **fault.params)
        self.fault = fault


class ReviewReason(Refusal):
    """Say by a reason of the list why a row is set aside."""

    code = "manifest.reason"
    status = 422


class Reviewed(Conflict):
    """A colleague has said so already."""

    code = "manifest.reviewed"


KEYS = Keys("screening_manifest_key", "manifest")
INSERT = """
INSERT INTO screening_manifest (id, at, agency, office, desk, by, role, purpose, basis, flight, departs_on, digest, rows)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@transaction.atomic(durable=True)
def keep_manifest(sent: Sent, *, act: Act, key: str = "") -> UUID:
    """Keep a manifest and start screening it. Every row that cannot be read is answered at once with what is wrong; the others go on.

    The same manifest is kept once, whatever its key; the same key with another body is refused. Refuses: BadManifest; NotFound for a desk
    that is none of this agency's; Conflict.
    """
    enter(act, "screening.prelist")
    place = desk_named(sent.desk)
    if place is None or place.office.agency_id != act.agency:
        raise NotFound()
    if sent.departs_on < act.at.astimezone(WIB).date():
        raise BadManifest(Fault(code="manifest.day"))
    body = canonical(
        {"flight": sent.flight, "on": sent.departs_on.isoformat(), "rows": [dict(row) for row in sent.rows], "desk": sent.desk}
    )  # fmt: skip
    digest = hashlib.sha256(body).digest()
    if known := KEYS.earlier(act.actor, key, digest):
        return known
    office = str(place.office_id)
    id_ = same_manifest(act.agency, office, sent.flight, sent.departs_on, digest)
    if id_ is None:
        id_ = write(sent, office, digest, act)
    KEYS.remember(act.actor, key, digest, id_, act.at)
    return id_


def write(sent: Sent, office: str, digest: bytes, act: Act) -> UUID:
    id_ = new_id(act.at)
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                id_, act.at, act.agency, office, sent.desk, act.actor, act.role, act.purpose, act.basis, sent.flight, sent.departs_on, digest,
                len(sent.rows),
            ],
        )  # fmt: skip
        cursor.executemany(
            "INSERT INTO screening_manifest_row (manifest, n, agency, sealed) VALUES (%s, %s, %s, %s)",
            [
                [id_, n, act.agency, seal(canonical(dict(row)), about=place_of(id_, n))]
                for n, row in enumerate(sent.rows, start=1)
            ],
        )
    for n, row in enumerate(sent.rows, start=1):
        try:
            read_question(asked_of(sent.flight, sent.departs_on, sent.desk, act.actor, n, row), act)
        except BadQuestion as error:
            answer(id_, n, None, "", 0, fault_code(error.faults), act)
    append("prelist.kept", act, about=[id_], rows=len(sent.rows))
    publish(Happened(type="manifest.kept", giver=act.agency, thing=id_, classes=("screening",)), act)
    return id_


def asked_of(flight: str, departs_on: date, desk: str, by: UUID, n: int, row: Mapping[str, str]) -> Asked:
    """The question that a row of a manifest asks; its reference names flight, day and row."""
    traveller, journey = parts(row)
    return Asked(
        purpose="prelist", desk=desk, lane="", officer=str(by), reference=f"{flight}/{departs_on:%y%m%d}/{n}", traveller=traveller,
        journey=journey | {"departure_date": departs_on.isoformat(), "carrier": flight},
    )  # fmt: skip


def answer(id_: UUID, n: int, screening: UUID | None, advice: str, score: int, fault: str, act: Act) -> None:
    """Keep what came of a row, once; in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO screening_manifest_answer (manifest, n, agency, at, screening, advice, score, fault)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [id_, n, act.agency, act.at, screening, advice, score, fault],
        )


REVIEW = """
INSERT INTO screening_manifest_review (manifest, n, agency, at, by, ruling, reason) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


@transaction.atomic(durable=True)
def review(id_: UUID, n: int, counts: bool, reason: str, *, act: Act) -> None:
    """An officer lets a row of the short list count, and the second interview expects the traveller; or sets it aside with a reason.

    Refuses: NotFound, also for a row that the cap left out; ReviewReason; Reviewed.
    """
    found = manifest_at(act, id_)
    row = next((one for one in shown_rows(id_, act) if one.n == n), None)
    if row is None:
        raise NotFound()
    if not counts and reason not in work_at(act.at).file.prelist.set_aside:
        raise ReviewReason()
    ruling = "counts" if counts else "set_aside"
    with connection.cursor() as cursor:
        cursor.execute(REVIEW, [id_, n, act.agency, act.at, act.actor, ruling, "" if counts else reason])
        if not cursor.rowcount:
            raise Reviewed()
    append("prelist.reviewed", act, about=[id_, row.screening], ruling=ruling, reason=reason)
    if counts:
        screening = Screening.objects.get(id=row.screening)
        put_before(screening, "secondary", act, due=datetime.combine(found.departs_on, time.max, tzinfo=WIB))


def shown_rows(id_: UUID, act: Act) -> list[Listed]:
    return short_list_for(replace(act, reference=str(id_)), id_).rows
