"""What reaches home from abroad: self-reports, complaints, calls for help, returns, repatriations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from sandbox.nation.chronicle import Chronicle
from sandbox.nation.lives import SHORT_STAYS, Life
from sandbox.nation.model import (
    Complaint,
    Contact,
    P3mi,
    PanicCall,
    Point,
    Purpose,
    Repatriation,
    Return,
    SelfReport,
    VictimService,
)
from sandbox.nation.travel import cross

CITIES = {
    "HKG": "Hong Kong", "TWN": "Taipei", "MYS": "Kuala Lumpur", "SGP": "Singapura", "SAU": "Jeddah", "ARE": "Dubai",
    "KHM": "Sihanoukville", "MMR": "Myawaddy", "THA": "Mae Sot", "LAO": "Bokeo", "PHL": "Manila", "JPN": "Osaka",
    "KOR": "Busan", "CHN": "Guangzhou", "DEU": "Berlin",
}  # fmt: skip
PLACES = {
    "HKG": ("22.31", "114.17"), "TWN": ("25.03", "121.56"), "MYS": ("3.14", "101.69"), "SGP": ("1.35", "103.82"),
    "SAU": ("21.54", "39.17"), "ARE": ("25.20", "55.27"), "KHM": ("10.62", "103.52"), "MMR": ("16.69", "98.51"),
}  # fmt: skip
OFFICES = {
    "35": "BP3MI Jawa Timur", "33": "BP3MI Jawa Tengah", "32": "BP3MI Jawa Barat", "52": "BP3MI NTB",
    "21": "BP3MI Kepulauan Riau", "36": "BP3MI Banten", "53": "BP3MI NTT", "65": "BP3MI Kalimantan Utara",
}  # fmt: skip
Channel = Literal["sipmi", "peduliwni", "siskop2mi", "bp3mi"]
CHANNELS: tuple[Channel, ...] = ("peduliwni", "siskop2mi", "sipmi", "bp3mi")
Subject = Literal[
    "unpaid_wages", "passport_withheld", "violence", "contact_lost", "other_job", "overstay", "forced_crime", "ill"
]
HONEST_SUBJECTS: tuple[Subject, ...] = ("unpaid_wages", "contact_lost", "other_job", "ill", "overstay")
HARMED_SUBJECTS: tuple[Subject, ...] = ("passport_withheld", "unpaid_wages", "violence", "contact_lost", "other_job")
ACCOUNTS = {
    "unpaid_wages": "Gaji belum dibayar selama beberapa bulan",
    "passport_withheld": "Paspor dan telepon ditahan majikan",
    "violence": "Mengalami kekerasan, minta dijemput",
    "contact_lost": "Keluarga tidak bisa menghubungi lagi",
    "other_job": "Pekerjaan tidak sesuai yang dijanjikan",
    "overstay": "Izin tinggal habis, takut melapor",
    "forced_crime": "Dipaksa menipu orang lewat internet, dijaga dan tidak boleh keluar",
    "ill": "Sakit dan tidak mendapat pengobatan",
}
OTHER_FORMS: tuple[Literal["physical", "psychological", "sexual", "neglect"], ...] = (
    "physical", "psychological", "sexual", "neglect",
)  # fmt: skip
CALL_SHARE = 0.25  # guess: of the complaints, those where the worker pressed the button too
SERVICES = ("pengaduan", "kesehatan", "rehabilitasi sosial", "bantuan hukum", "pemulangan", "reintegrasi sosial")


def bp3mi(region_code: str) -> str:
    return OFFICES.get(region_code[:2], f"BP3MI wilayah {region_code[:2]}")


def self_report(c: Chronicle, life: Life, passport_no: str, arrived: datetime, purpose: Purpose) -> SelfReport:
    """Lapor diri, within thirty days of arrival by law and later in fact."""
    rnd = c.rnd
    identity, serial = c.number("self_report")
    city = CITIES.get(life.destination, "Ibu kota")
    at = c.later(arrived, 2, 90)
    report = SelfReport(
        id=identity,
        serial=serial,
        person=life.person,
        stated=life.at_work,
        passport_no=passport_no,
        country=life.destination,
        city=city,
        arrived_on=arrived.date(),
        purpose=purpose,
        visa_kind="kerja" if purpose in ("work", "crew") else "tinggal",
        address_abroad=f"{int(rnd.random() * 400) + 1} Sample Road, {city}",
        phone_abroad=f"+8529000{int(rnd.random() * 10_000):04d}",
        contact=life.contact,
        reported_at=at,
        status="arrived",
    )
    c.tell(at, "self_report.arrived", report)
    return report


def complain(c: Chronicle, life: Life, passport_no: str, left: datetime, p3mi: P3mi | None, employer: str) -> Complaint:
    """Family or the worker asks for help some weeks after leaving. Kemlu's special cases are the trafficked ones."""
    rnd, person = c.rnd, life.person
    identity, serial = c.number("complaint")
    subjects = HARMED_SUBJECTS if life.of_a_case else HONEST_SUBJECTS
    subject: Subject = "forced_crime" if life.way == "M05" else rnd.choice(subjects)
    at = c.later(left, 15, 150)
    channel = rnd.choices(CHANNELS, (45, 30, 15, 10))[0]
    himself = Contact(name=person.full_name, phone=person.phone, relation="diri sendiri")
    by_self = channel == "sipmi" or rnd.random() < 0.3
    filed = Complaint(
        id=identity,
        serial=serial,
        person=person,
        known_as=person.full_name if rnd.random() < 0.6 else person.full_name.split()[0],
        at=at,
        channel=channel,
        complainant=himself if by_self else life.contact,
        worker_phone=person.phone if rnd.random() < 0.6 else "",
        passport_no=passport_no if rnd.random() < 0.5 else "",
        country=life.destination,
        subject=subject,
        account=ACCOUNTS[subject],
        p3mi=p3mi,
        employer=employer,
        special=life.of_a_case or subject == "violence",
        screened_victim=life.of_a_case and rnd.random() < (0.25 if life.way == "M05" else 0.5),
        status="open",
        closed_at=None,
    )
    c.tell(at, "complaint.filed", filed)
    closed_at = c.later(at, 10, 200)
    if rnd.random() < 0.85:
        c.tell(closed_at, "complaint.closed", replace(filed, status="closed", closed_at=closed_at))
    if rnd.random() < CALL_SHARE or channel == "sipmi":
        call(c, life, at - timedelta(hours=5))
    return filed


def call(c: Chronicle, life: Life, at: datetime) -> None:
    identity, serial = c.number("panic_call")
    latitude, longitude = PLACES.get(life.destination, ("0.00", "0.00"))
    made = PanicCall(
        id=identity,
        serial=serial,
        person=life.person,
        at=at,
        phone=life.person.phone,
        country=life.destination,
        latitude=f"{latitude}{serial % 90 + 10}",
        longitude=f"{longitude}{serial % 80 + 10}",
        words="Tolong saya",
        status="open",
    )
    c.tell(at, "panic_call.made", made)
    c.tell(c.later(at, 0.01, 1), "panic_call.answered", replace(made, status="answered"))


def repatriate(c: Chronicle, life: Life, left: datetime, point: Point) -> Repatriation:
    """Brought home by a mission on an SPLP, whose number no passport has."""
    rnd = c.rnd
    identity, serial = c.number("repatriation")
    soon = life.purpose in SHORT_STAYS and "no_return" not in life.traces
    arrived = c.later(left, life.stay_days, life.stay_days * 1.5 + 10) if soon else c.later(left, 100, 200)
    document = c.numbers.splp()
    victim = life.of_a_case and rnd.random() < (0.25 if life.way == "M05" else 0.6)
    cause: Literal["scam_hub", "labour", "overstay", "ill", "emergency"] = (
        "scam_hub" if life.way == "M05" else rnd.choice(("labour", "overstay", "ill", "emergency"))
    )
    planned = Repatriation(
        id=identity,
        serial=serial,
        person=life.person,
        case_no=f"K/{serial:05d}/{arrived.year}",
        country=life.destination,
        mission=f"KBRI {CITIES.get(life.destination, 'setempat')}",
        cause=cause,
        victim=victim,
        travel_document=document,
        planned_on=arrived.date() - timedelta(days=6),
        arrived_on=None,
        carrier=f"GA{800 + serial % 90}",
        point=point,
        cost_usd=200 + int(rnd.random() * 600),
        status="planned",
    )
    c.step(arrived - timedelta(days=8), "repatriation.planned", planned)
    done = replace(planned, status="arrived", arrived_on=arrived.date())
    c.tell(arrived + timedelta(hours=4), "repatriation.arrived", done)
    cross(c, life, document, arrived, "entry", point=point, purpose="return", place=life.destination)
    come_home(c, life, document, arrived + timedelta(hours=6), point, "repatriated", None)
    if life.of_a_case and victim and rnd.random() < 0.7:
        serve_victim(c, life, arrived + timedelta(days=2))
    return planned


def come_home(
    c: Chronicle, life: Life, document: str, at: datetime, point: Point,
    cause: Literal["contract_end", "leave", "deported", "ill", "repatriated"], p3mi: P3mi | None,
) -> None:  # fmt: skip
    """What the BP3MI desk at the port notes of a returning worker."""
    identity, serial = c.number("return")
    noted = Return(
        id=identity,
        serial=serial,
        person=life.person,
        passport_no=document,
        at=at,
        point=point,
        country=life.destination,
        cause=cause,
        office=bp3mi(point.region_code),
        by_hand=c.rnd.random() < 0.3,
        p3mi=p3mi,
    )
    c.tell(at, "return.recorded", noted)


def serve_victim(c: Chronicle, life: Life, at: datetime, *, witness: bool = False) -> None:
    rnd, home = c.rnd, life.person.address
    identity, serial = c.number("victim_service")
    opened = VictimService(
        id=identity,
        serial=serial,
        person=life.person,
        case_no=f"PPA/{serial:05d}/{at.year}",
        registered_at=at,
        happened_on=at.date() - timedelta(days=30 + int(rnd.random() * 200)),
        unit=f"UPTD PPA {home.kabupaten}",
        region_code=home.region_code,
        source=rnd.choice(("mission", "police", "family", "self")),
        form="trafficking" if life.of_a_case else rnd.choice(OTHER_FORMS),
        services=tuple(rnd.sample(SERVICES, 1 + int(rnd.random() * 4))),
        offender_relation=rnd.choice(("majikan", "perekrut", "tetangga", "suami", "tidak dikenal")),
        witness=witness,
        status="open",
    )
    c.tell(at, "victim_service.registered", opened)
    if rnd.random() < 0.7:
        c.tell(c.later(at, 20, 200), "victim_service.closed", replace(opened, status="closed"))
