"""Which things a record names (a phone, a payer, a company), and what licences and job orders hold. Derived, keyed, set-based."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections

from suar.intake.queries.batches import Stated
from suar.journeys.queries.shared import home_of
from suar.registers.queries.things import thing_id, thing_of
from suar.vault.queries import DEFAULT


@dataclass(frozen=True, slots=True)
class Named:
    """One field of a record that names a thing: in which role, and as a thing of what kind. Roles that share a kind meet in the same id."""

    role: str
    field: str
    kind: str


PHONE = Named("phone", "phone", "phone")
P3MI = Named("p3mi", "p3mi_name", "p3mi")
LICENCE = Named("licence", "p3mi_license_no", "licence")
ORDER = Named("job_order", "job_order_no", "job_order")
EMPLOYER = Named("employer", "employer", "employer")
EMAIL = Named("email", "email", "email")
HOME = Named("home", "address", "home")

#: Whose records name what. A bureau, a school or a guarantor is known as a P3MI is: by its name.
NAMES: Mapping[str, tuple[Named, ...]] = {
    "passport_application": (
        PHONE, HOME, EMAIL, Named("payer", "payer_phone", "phone"), Named("contact", "contact_phone", "phone"),
        Named("guarantor", "sponsor", "p3mi"),
    ),
    "worker_registration": (PHONE, HOME, EMAIL, P3MI, LICENCE, ORDER),
    "placement": (PHONE, P3MI, LICENCE, ORDER, EMPLOYER),
    "recommendation_letter": (PHONE, HOME, P3MI, ORDER),
    "complaint": (Named("complaint", "p3mi_name", "p3mi"), Named("complaint", "employer", "employer")),
}  # fmt: skip
#: Kinds of things that no signal is about, in their one form: as written, without blanks at the ends and capitals.
PLAIN = frozenset({"email", "licence", "job_order"})


def known_as(kind: str, values: Mapping[str, object], field: str) -> UUID | None:
    """The id of the thing that this field names; None for none, and for one that cannot be read."""
    text = str(values.get(field, "")).strip()
    if not text:
        return None
    if kind in PLAIN:
        return thing_id(kind, text.casefold())
    if kind == "home":
        return home_of(text, str(values.get("region_code", "")))
    return thing_of(kind, text)


@dataclass(frozen=True, slots=True)
class Row:
    thing: UUID
    step: UUID
    role: str
    subject: UUID
    agency: str
    kind: str
    at: datetime


def rows_of(record: Stated, step: UUID, at: datetime) -> Iterator[Row]:
    assert record.subject
    found = {(named.role, known_as(named.kind, record.values, named.field)) for named in NAMES.get(record.kind, ())}
    for role, thing in sorted(found, key=str):
        if thing:
            yield Row(thing, step, role, record.subject, record.agency, record.kind, at)


INSERT = """
INSERT INTO journeys_thing (thing, step, role, subject, agency, kind, at)
SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::text[], %b::uuid[], %b::text[], %b::text[], %b::timestamptz[])
"""


def write(steps: Sequence[UUID], rows: Sequence[Row]) -> None:
    """What these records name, in the place of what they named before. In the caller's transaction."""
    forget("journeys_thing", steps)
    if rows:
        columns = zip(*((r.thing, r.step, r.role, r.subject, r.agency, r.kind, r.at) for r in rows), strict=True)
        with connections[DEFAULT].cursor() as cursor:
            cursor.execute(INSERT, [list(column) for column in columns])


def forget(table: str, steps: Sequence[UUID]) -> None:
    if steps:
        with connections[DEFAULT].cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE step = ANY(%b)", [list(steps)])
