"""What SIAPkerja writes of a happening: one event each, carrying the whole registration as it stands then."""

from __future__ import annotations

import json
import uuid
import zlib
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from sandbox.nation.model import Happening, Registration
from sandbox.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL UNIQUE,
  cpmi_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  recorded TEXT NOT NULL,   -- UTC
  latest INTEGER NOT NULL,  -- 1 for the last event of its registration
  content TEXT NOT NULL,    -- the event as it is given out
  UNIQUE (cpmi_id, revision)
);
CREATE INDEX IF NOT EXISTS events_latest ON events (sequence) WHERE latest = 1;
CREATE TABLE IF NOT EXISTS pushed (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL);
INSERT OR IGNORE INTO pushed VALUES (1, 0);
"""

NAMESPACE = uuid.UUID("6f2f2c1e-5a0b-4d0a-9d55-51a9ce7c6a01")
EVENT_TYPES = {
    "registration.submitted": "cpmi.submitted",
    "registration.agreement_signed": "agreement.signed",
    "registration.transferred": "id_cpmi.issued",
    "registration.transfer_failed": "transfer.failed",
}
STATUSES = {
    "submitted": "SUBMITTED", "verified": "VERIFIED", "agreement_signed": "AGREEMENT_SIGNED",
    "transferred": "TRANSFERRED",
    "transfer_failed": "TRANSFER_FAILED", "cancelled": "CANCELLED",
}  # fmt: skip
SCHEMES = {
    "p2p": "P_TO_P", "g2g": "G_TO_G", "g2p": "G_TO_P", "independent": "MANDIRI", "own_company": "UKPS",
    "crew_merchant": "AWAK_NIAGA", "crew_fishing": "AWAK_PERIKANAN", "re_entry": "RE_ENTRY",
}  # fmt: skip
MARITAL = {"single": "BELUM_KAWIN", "married": "KAWIN", "divorced": "CERAI_HIDUP", "widowed": "CERAI_MATI"}
EDUCATION = {
    "none": "TIDAK_SEKOLAH", "primary": "SD", "lower_secondary": "SMP", "upper_secondary": "SMA_SMK",
    "diploma": "DIPLOMA",
    "bachelor": "S1",
}  # fmt: skip

#: ISO 3166-1 alpha-2, as this system writes countries; one that is missing here becomes "ZZ", unknown.
COUNTRIES = {
    "HKG": "HK", "TWN": "TW", "MYS": "MY", "SGP": "SG", "SAU": "SA", "ARE": "AE", "KOR": "KR", "JPN": "JP", "BRN": "BN",
    "QAT": "QA", "KWT": "KW", "OMN": "OM", "JOR": "JO", "IRQ": "IQ", "SYR": "SY", "EGY": "EG", "TUR": "TR", "KHM": "KH",
    "MMR": "MM", "LAO": "LA", "THA": "TH", "VNM": "VN", "PHL": "PH", "CHN": "CN", "TLS": "TL", "AUS": "AU", "NZL": "NZ",
    "DEU": "DE", "NLD": "NL", "GBR": "GB", "ITA": "IT", "POL": "PL", "USA": "US", "FJI": "FJ", "URY": "UY", "ZAF": "ZA",
}  # fmt: skip


class Defect(NamedTuple):
    """A way in which rows go wrong: how many in a thousand, and where the number comes from."""

    share: int
    source: str


DEFECTS = {
    "village_permission_missing": Defect(30, "guess; one of seven uploads, often faulty [R10]"),
    "phone_of_a_helper": Defect(25, "guess; agents do all papers [R86]: the account has the sponsor's number"),
    "mother_and_father_swapped": Defect(4, "guess; typed on a telephone"),
    "birth_year_two_digits": Defect(3, "guess; typed as 90 and kept as 0090"),
}

WITA = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
WIT = frozenset({"81", "82", "91", "92", "93", "94", "95", "96", "97"})


def struck(defect: str, key: str) -> bool:
    """Whether a row has a defect: always the same rows."""
    return zlib.crc32(f"siapkerja:{defect}:{key}".encode()) % 1000 < DEFECTS[defect].share


class Rows:
    """Writes SIAPkerja's events. A worker who never came through SIAPkerja is unknown to it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def registration(self, happening: Happening, recorded: datetime) -> None:
        it = happening.of
        if not isinstance(it, Registration) or it.through != "siapkerja":
            return
        cpmi_id = cpmi_number(it)
        self.store.tells(cpmi_id)
        before = self.store.found_while_writing(
            "SELECT sequence, revision FROM events WHERE cpmi_id = ? ORDER BY revision DESC LIMIT 1", (cpmi_id,)
        )
        revision = int(before[1] or 0) + 1 if before else 1
        event_id = str(uuid.uuid5(NAMESPACE, f"{cpmi_id}/{revision}"))
        zone = zone_of(it.stated.region_code)
        event = {
            "eventId": event_id,
            "eventType": EVENT_TYPES.get(happening.kind, "cpmi.updated"),
            "occurredAt": happening.at.astimezone(zone).isoformat(timespec="milliseconds"),
            "worker": worker(it, cpmi_id, revision, recorded.astimezone(zone)),
        }
        if before:
            self.store.add("UPDATE events SET latest = 0 WHERE sequence = ?", (before[0],))
        self.store.add(
            "INSERT INTO events (event_id, cpmi_id, revision, recorded, latest, content) VALUES (?, ?, ?, ?, 1, ?)",
            (
                event_id,
                cpmi_id,
                revision,
                recorded.astimezone(UTC).isoformat(timespec="microseconds"),
                json.dumps(event, ensure_ascii=False),
            ),
        )


def worker(it: Registration, cpmi_id: str, revision: int, at: datetime) -> dict[str, object]:
    """The registration as it stands, in SIAPkerja's words."""
    stated = it.stated
    mother, father = stated.mother_name, stated.father_name
    if struck("mother_and_father_swapped", it.id):
        mother, father = father, mother
    born = stated.birth_date.isoformat()
    if struck("birth_year_two_digits", it.id):
        born = f"00{born[2:]}"
    return {
        "cpmiId": cpmi_id,
        "revision": revision,
        "status": STATUSES[it.status],
        "nationalId": stated.nik,
        "familyCardId": it.person.kk,
        "fullName": stated.full_name.title(),
        "gender": "male" if stated.sex == 1 else "female",
        "placeOfBirth": stated.birth_place.title(),
        "dateOfBirth": born,
        "motherName": mother.title(),
        "fatherName": father.title(),
        "address": stated.address,
        "districtCode": stated.region_code,
        "phone": it.contact.phone if struck("phone_of_a_helper", it.id) else stated.phone,
        "email": it.person.email,
        "maritalStatus": MARITAL[it.marital_status],
        "education": EDUCATION[it.education],
        "emergencyContact": {"name": it.contact.name, "phone": it.contact.phone, "relation": it.contact.relation},
        "familyPermission": "" if struck("village_permission_missing", it.id) else it.permission_no,
        "passportNumber": it.passport_no,
        "application": {
            "scheme": SCHEMES[it.scheme],
            "destination": COUNTRIES.get(it.country, "ZZ"),
            "position": it.job,
            "placementCompany": it.p3mi.name if it.p3mi else "",
            "placementLicence": it.p3mi.licence_no if it.p3mi else "",
            "jobOrder": it.job_order.no if it.job_order else "",
        },
        "agreement": {"number": it.agreement_no, "date": it.agreement_on.isoformat() if it.agreement_on else ""},
        "workerIdKp2mi": it.worker_id if it.status == "transferred" else "",
        "registeredAt": it.registered_at.astimezone(at.tzinfo).isoformat(timespec="milliseconds"),
        "updatedAt": at.isoformat(timespec="milliseconds"),
    }


def cpmi_number(it: Registration) -> str:
    return f"CPMI-{it.registered_at.year}-{it.serial:08d}"


def zone_of(region: str) -> timezone:
    """The worker's own zone: he typed it on his telephone."""
    hours = 8 if region[:2] in WITA else 9 if region[:2] in WIT else 7
    return timezone(timedelta(hours=hours))
