"""The truth of the invented nation: what is so, whatever a system says of it.

Systems take from a happening what they would know, in their own codes, with their own defects. Nothing here says who is
trafficked or which modus it is: that stands only in the file of `Nation.write_truth`.

A thing that changes comes again as a whole, with the same `id`, in a later happening. Instants are UTC. Countries are
ISO 3166-1 alpha-3, sex is ISO 5218 (1 man, 2 woman), region codes are Kemendagri digits: 2 province, 4 kabupaten or
kota, 6 kecamatan. `serial` is a number unique within its kind, for systems that number their own rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Scheme = Literal["p2p", "g2g", "g2p", "independent", "own_company", "crew_merchant", "crew_fishing", "re_entry"]
Purpose = Literal[
    "tourism", "umrah", "haji", "work", "study", "medical", "family_visit", "crew", "internship", "business", "marriage"
]
PostponedFor = Literal["suspected_non_procedural", "duplicate", "incomplete_30_days", "identity_invalid", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    street: str
    rt: str
    rw: str
    village: str  # invented; never resolve it
    region_code: str  # kecamatan, 6 digits
    kecamatan: str
    kabupaten: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    on: date
    from_region: str  # kecamatan
    to_region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One human and his civil truth as it stands at the nation's `now`."""

    id: str
    serial: int
    nik: str
    kk: str
    full_name: str  # as on the birth certificate
    name_variants: tuple[str, ...]  # the same person's name as other papers and clerks write it
    titles: tuple[str, str]  # before and after the name, as KTP and KK may carry them: ("H.", "S.Pd."); may be blank
    sex: int
    birth_date: date
    birth_place: str
    mother_name: str
    father_name: str
    mother_id: str  # blank when the parent is not one of the nation's people
    father_id: str
    spouse_id: str
    marital_status: Literal["single", "married", "divorced", "widowed"]
    education: Literal["none", "primary", "lower_secondary", "upper_secondary", "diploma", "bachelor"]
    occupation: str
    phone: str  # E.164, in use now; a family may share it
    earlier_phones: tuple[str, ...]
    email: str  # may be blank
    address: Address
    moves: tuple[Move, ...]
    died_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a person, or somebody for him, gave at a counter or typed into a form."""

    full_name: str
    nik: str
    sex: int
    birth_date: date
    birth_place: str
    mother_name: str
    father_name: str
    phone: str
    address: str
    region_code: str  # kecamatan of the stated residence


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryEntry:
    """The civil register's own row: the truth with the register's defects (unreported deaths, doubles, old forms)."""

    person_id: str
    nik: str
    kk: str
    full_name: str
    sex: int
    birth_date: date
    birth_place: str
    mother_name: str
    father_name: str
    address: Address
    status: Literal["active", "deceased", "duplicate", "inactive"]
    recorded_on: date
    corrected_on: date | None = None  # the last correction of birth date or identity
    earlier_birth_date: date | None = None  # before that correction
    married_on: date | None = None  # the last marriage, where it was registered
    spouse_nationality: str = ""  # alpha-3, where the spouse is a foreigner


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place of immigration control (TPI)."""

    name: str
    code: str  # IATA, UN/LOCODE-like, or blank; SIMKIM's own codes are not public
    kind: Literal["air", "sea", "land"]
    region_code: str  # kabupaten


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An immigration office (kanim)."""

    name: str
    region_code: str  # kabupaten


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    name: str
    phone: str
    relation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportApplication:
    id: str
    serial: int
    person: Person
    stated: Statement
    office: Office
    kind: Literal["first", "expired", "full", "damaged", "lost"]
    previous_passport: str  # blank for a first one
    purpose: Purpose
    destination: str
    stay_days: int
    contact: Contact  # in an emergency
    payer_phone: str  # the phone of the account that applied and paid
    email: str
    sponsor: str  # travel bureau, P3MI, school or manning agent as typed; may be blank
    letter_no: str  # recommendation as typed (Disnaker, Kemenag, Binalattas); blank when none was given
    submitted_at: datetime
    interviewed_at: datetime | None
    decided_at: datetime | None
    status: Literal["submitted", "interviewed", "approved", "deferred", "refused", "cancelled"]
    reason: PostponedFor | None
    officer: str
    interview_note: str
    passport_no: str  # blank until issued


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    id: str
    serial: int
    person: Person
    application_id: str
    no: str
    kind: Literal["ordinary", "electronic", "splp"]
    printed_name: str
    printed_birth_date: date
    endorsement: str  # the longer name on page 4; not in the MRZ; may be blank
    mrz: tuple[str, str]
    office: Office
    issued_on: date
    expires_on: date
    status: Literal["active", "replaced", "lost", "cancelled", "revoked"]
    replaced_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    id: str
    serial: int
    person: Person
    passport_no: str
    point: Point
    direction: Literal["exit", "entry"]
    at: datetime
    carrier: str  # flight or ship
    place: str  # next or last country as the carrier knows it: transit hides the real one
    purpose: Purpose | Literal["return"]
    lane: Literal["autogate", "counter"]
    officer: str  # or the gate's number
    outcome: Literal["allowed", "deferred", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartureDeferral:
    id: str
    serial: int
    person: Person
    passport_no: str
    point: Point
    at: datetime
    destination: str
    purpose: Purpose
    reason: Literal["suspected_non_procedural", "document", "on_list", "other"]
    facts: str
    officer: str
    supervisor: str
    carrier: str
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitBan:
    """A pencegahan decision. Name, sex and birth are certain; the other identity is given only if it was available."""

    id: str
    serial: int
    person: Person
    decision_no: str
    full_name: str
    sex: int
    birth: str  # "1980-02-03", "1980", or "~45@2026-03-01"
    birth_place: str
    nik: str
    passport_no: str
    address: str
    occupation: str
    reason: str
    requester: Literal["polri", "kejaksaan", "kpk", "kemenkeu", "imigrasi", "bnn"]
    urgent: bool
    from_on: date
    until_on: date
    extended_until: date | None
    status: Literal["in_force", "extended", "lapsed", "lifted"]
    lifted_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class P3mi:
    id: str
    serial: int
    name: str
    licence_no: str
    business_no: str  # NIB, 13 digits
    licence_from: date
    licence_until: date
    status: Literal["active", "suspended", "revoked", "expired"]
    address: Address
    director: str
    phone: str
    branches: tuple[str, ...]  # kabupaten codes


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrder:
    id: str
    serial: int
    no: str  # SIP2MI
    p3mi: P3mi
    employer: str
    employer_kind: Literal["legal_entity", "household", "vessel"]
    agency: str  # partner abroad
    country: str
    job: str  # English free text
    isco: str  # ISCO-08, may be blank for "Worker"
    quota: int
    wage: int
    currency: str
    valid_from: date
    valid_until: date
    status: Literal["open", "exhausted", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    id: str
    serial: int
    person: Person
    stated: Statement
    worker_id: str  # ID PMI, opaque
    through: Literal["siskotkln", "siapkerja", "siskop2mi"]  # the system in which it was first made
    in_siskop2mi: bool  # False: made in SIAPkerja and not handed over
    scheme: Scheme
    country: str
    job: str
    p3mi: P3mi | None
    job_order: JobOrder | None
    registered_at: datetime
    status: Literal["submitted", "verified", "agreement_signed", "transferred", "transfer_failed", "cancelled"]
    agreement_no: str
    agreement_on: date | None
    passport_no: str
    contact: Contact
    permission_no: str  # family's permission known to the village; may be blank
    education: str
    marital_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationLetter:
    id: str
    serial: int
    person: Person
    stated: Statement
    no: str
    issued_on: date
    disnaker: str  # kabupaten code of the issuer
    disnaker_name: str
    p3mi: P3mi | None
    job_order_no: str
    country: str
    job: str
    office: Office
    signer: str
    on_paper: bool
    status: Literal["issued", "cancelled"]
    cancelled_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    id: str
    serial: int
    person: Person
    stated: Statement
    registration_id: str
    worker_id: str
    scheme: Scheme
    p3mi: P3mi | None
    job_order: JobOrder | None
    employer: str
    country: str
    job: str
    contract_no: str
    contract_from: date
    contract_until: date
    wage: int
    currency: str
    passport_no: str
    visa_no: str
    insurance_no: str  # BPJS Ketenagakerjaan, 11 digits; may be blank
    oriented_on: date | None
    departed_on: date | None
    status: Literal["contracted", "oriented", "departed", "extended", "completed", "terminated", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EPmi:
    id: str
    serial: int
    person: Person
    placement_id: str
    worker_id: str
    no: str
    kind: Literal["new", "re_entry"]
    passport_no: str
    country: str
    issued_on: date
    valid_until: date
    status: Literal["issued", "expired", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreventionRecord:
    """A departure prevented by KP2MI: a raid, a desk, a port."""

    id: str
    serial: int
    person: Person
    stated: Statement
    at: datetime
    place: str
    region_code: str  # kabupaten
    how: Literal["raid", "desk", "airport", "port", "land_border"]
    country: str
    promised_job: str
    recruiter_name: str
    recruiter_phone: str
    handed_to: str
    office: str  # BP3MI
    by_hand: bool  # noted at a help desk, not typed into SISKOP2MI


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    id: str
    serial: int
    person: Person
    passport_no: str  # or SPLP
    at: datetime
    point: Point
    country: str
    cause: Literal["contract_end", "leave", "deported", "ill", "died", "violence", "repatriated"]
    office: str  # BP3MI
    by_hand: bool
    p3mi: P3mi | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    id: str
    serial: int
    person: Person  # whom it is about
    known_as: str  # the name the complainant gave: often a nickname
    at: datetime
    channel: Literal["sipmi", "peduliwni", "siskop2mi", "bp3mi"]
    complainant: Contact
    worker_phone: str  # may be blank
    passport_no: str  # blank when unknown to the complainant
    country: str
    subject: Literal[
        "unpaid_wages", "passport_withheld", "violence", "contact_lost", "other_job", "overstay", "forced_crime", "ill"
    ]
    account: str
    p3mi: P3mi | None
    employer: str
    special: bool  # Kemlu's special case
    screened_victim: bool
    status: Literal["open", "in_progress", "closed"]
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanicCall:
    id: str
    serial: int
    person: Person
    at: datetime
    phone: str
    country: str
    latitude: str  # decimal degrees as text
    longitude: str
    words: str
    status: Literal["open", "answered", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    id: str
    serial: int
    person: Person | None  # unknown for a man known only by an alias
    full_name: str
    alias: str
    nik: str
    phone: str
    account_no: str
    role: Literal["recruiter", "sponsor", "transporter", "shelterer", "document_forger", "employer"]
    wanted: bool
    report_no: str
    region_code: str  # kabupaten


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceVictim:
    person: Person
    child: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceReport:
    id: str
    serial: int
    no: str  # LP/B/123/VI/2023/SPKT/POLDA JAWA BARAT
    found_by: Literal["police", "reported"]
    at: datetime
    unit: str
    region_code: str  # kabupaten of the deed
    articles: tuple[str, ...]
    deed: str  # in the investigator's words
    victims: tuple[PoliceVictim, ...]
    suspects: tuple[Suspect, ...]
    evidence: tuple[str, ...]
    stage: Literal["inquiry", "investigation", "first_stage", "complete", "second_stage", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimService:
    id: str
    serial: int
    person: Person
    case_no: str
    registered_at: datetime
    happened_on: date
    unit: str  # UPTD PPA
    region_code: str
    source: Literal["self", "family", "police", "mission", "village"]
    form: Literal["trafficking", "exploitation", "physical", "psychological", "sexual", "neglect"]
    services: tuple[str, ...]
    offender_relation: str
    witness: bool
    status: Literal["open", "referred", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfReport:
    id: str
    serial: int
    person: Person
    stated: Statement
    passport_no: str
    country: str
    city: str
    arrived_on: date
    purpose: Purpose
    visa_kind: str
    address_abroad: str
    phone_abroad: str
    contact: Contact
    reported_at: datetime
    status: Literal["arrived", "moved", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repatriation:
    id: str
    serial: int
    person: Person
    case_no: str
    country: str
    mission: str
    cause: Literal["scam_hub", "labour", "overstay", "ill", "died", "emergency", "crime"]
    victim: bool  # screened as a victim of trafficking
    travel_document: str  # passport or SPLP
    planned_on: date
    arrived_on: date | None
    carrier: str
    point: Point
    cost_usd: int
    status: Literal["planned", "departed", "arrived"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    id: str
    serial: int
    at: datetime
    region_code: str  # kecamatan
    village: str
    officer: str
    source: Literal["named", "anonymous", "village_officer", "screenshot"]
    recruiter: str  # nickname
    recruiter_phone: str  # may be blank
    offer: str
    country: str
    fee: int  # rupiah, 0 unknown
    people: int
    leaves_on: date | None
    reliability: str  # A-E
    credibility: int  # 1-5
    names: tuple[str, ...]  # of people said to leave, as heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    id: str
    serial: int
    at: datetime
    region_code: str
    village: str
    officer: str
    topic: str
    words: str
    phone: str
    answered_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EducationSession:
    id: str
    serial: int
    at: datetime
    region_code: str
    village: str
    officer: str
    topic: str
    place: str
    men: int
    women: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageProfile:
    id: str
    serial: int
    region_code: str
    village: str
    officer: str
    as_of: date
    households: int
    workers_abroad: int
    left_without_papers: int
    destinations: tuple[str, ...]
    known_sponsors: int


Thing = (
    RegistryEntry
    | PassportApplication
    | Passport
    | Crossing
    | DepartureDeferral
    | ExitBan
    | P3mi
    | JobOrder
    | Registration
    | RecommendationLetter
    | Placement
    | EPmi
    | PreventionRecord
    | Return
    | Complaint
    | PanicCall
    | PoliceReport
    | Suspect
    | VictimService
    | SelfReport
    | Repatriation
    | Tip
    | Question
    | EducationSession
    | VillageProfile
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something took place. `kind` is noun.past: registry.entered, passport.issued, placement.departed, tip.sent …"""

    at: datetime
    kind: str
    of: Thing


#: Every kind of happening, with the type of what it is about.
KINDS: dict[str, type] = {
    **dict.fromkeys(("registry.entered", "registry.corrected", "registry.closed"), RegistryEntry),
    **dict.fromkeys(
        tuple(f"passport_application.{s}" for s in ("submitted", "approved", "deferred", "refused", "cancelled")),
        PassportApplication,
    ),
    **dict.fromkeys(("passport.issued", "passport.replaced", "passport.lost", "passport.cancelled"), Passport),
    **dict.fromkeys(("crossing.exit", "crossing.entry", "crossing.deferred"), Crossing),
    "departure.deferred": DepartureDeferral,
    **dict.fromkeys(("exit_ban.listed", "exit_ban.extended", "exit_ban.lapsed", "exit_ban.lifted"), ExitBan),
    **dict.fromkeys(("p3mi.licensed", "p3mi.suspended", "p3mi.revoked", "p3mi.expired"), P3mi),
    **dict.fromkeys(("job_order.opened", "job_order.exhausted", "job_order.closed"), JobOrder),
    **dict.fromkeys(
        tuple(f"registration.{s}" for s in ("submitted", "agreement_signed", "transferred", "transfer_failed")),
        Registration,
    ),
    **dict.fromkeys(("letter.issued", "letter.cancelled"), RecommendationLetter),
    **dict.fromkeys(
        tuple(f"placement.{s}" for s in ("contracted", "departed", "extended", "completed", "terminated")), Placement
    ),
    **dict.fromkeys(("e_pmi.issued", "e_pmi.withdrawn"), EPmi),
    "prevention.recorded": PreventionRecord,
    "return.recorded": Return,
    **dict.fromkeys(("complaint.filed", "complaint.closed"), Complaint),
    **dict.fromkeys(("panic_call.made", "panic_call.answered"), PanicCall),
    **dict.fromkeys(("police_report.filed", "police_report.advanced"), PoliceReport),
    **dict.fromkeys(("suspect.named", "suspect.wanted"), Suspect),
    **dict.fromkeys(("victim_service.registered", "victim_service.closed"), VictimService),
    **dict.fromkeys(("self_report.arrived", "self_report.left"), SelfReport),
    **dict.fromkeys(("repatriation.planned", "repatriation.arrived"), Repatriation),
    "tip.sent": Tip,
    **dict.fromkeys(("question.asked", "question.answered"), Question),
    "education.held": EducationSession,
    "village_profile.written": VillageProfile,
}
