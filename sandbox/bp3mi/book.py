"""From a happening to lines of a help desk's book: what is written, what is corrected later, what is struck out again."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.nation.model import Happening, Person, PreventionRecord, Return

#: Defect: (share in a thousand, where the share comes from). DOMAIN names no defects of the desks; all are guesses.
DEFECTS = {
    "nik_not_asked": (220, "guess; a person stopped at a port often carries no KTP"),
    "age_only": (200, "guess; no birth date, an age as told"),
    "name_variant": (180, "guess; the name as heard"),
    "written_twice": (25, "guess; entered again on the next shift, struck out after twelve days"),
    "corrected_later": (40, "guess; NIK written with two digits swapped, corrected after ten days"),
    "phone_not_noted": (350, "guess"),
}

CORRECTED_AFTER = timedelta(days=10)
STRUCK_OUT_AFTER = timedelta(days=12)
FOREVER = "9999"

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
CENTRAL = "51 52 53 63 64 65 71 72 73 74 75 76"
EASTERN = "81 82 91 92 93 94 95 96"

WAYS = {"raid": "SIDAK", "desk": "MEJA", "airport": "BANDARA", "port": "PELABUHAN", "land_border": "PLBN"}
CAUSES = {
    "contract_end": "HABIS KONTRAK",
    "leave": "CUTI",
    "deported": "DEPORTASI",
    "ill": "SAKIT",
    "died": "MENINGGAL",
    "violence": "KEKERASAN",
    "repatriated": "REPATRIASI",
}
#: Short names as desks write them; other countries keep their three letters.
SHORT_WORDS = """
MYS MAL SGP SIN HKG HK TWN TWN SAU KSA ARE UEA KHM KAM MMR MYA PHL FIL BRN BRU
KOR KOR JPN JEP KWT KWT QAT QAT OMN OMN BHR BHR JOR YOR THA THA LAO LAO VNM VIE
"""
SHORT = dict(zip(SHORT_WORDS.split()[::2], SHORT_WORDS.split()[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a book, and from when until when it stands there."""

    book: str  # pencegahan or kepulangan
    number: str
    since: datetime
    until: datetime | None
    cells: tuple[str, ...]


def strikes(defect: str, key: str) -> bool:
    return zlib.crc32(f"bp3mi:{key}:{defect}".encode()) % 1000 < DEFECTS[defect][0]


def lines(happening: Happening) -> Iterator[Line]:
    """The lines of a happening that a desk wrote by hand; the others stand in SISKOP2MI."""
    of = happening.of
    if isinstance(of, PreventionRecord) and of.by_hand:
        number = f"{desk_code(of.office)}/P/{of.serial:06d}/{of.at.year}"
        yield from standing("pencegahan", number, of.id, happening.at, prevention(of, number), NIK_IN_PREVENTION)
    elif isinstance(of, Return) and of.by_hand:
        number = f"{desk_code(of.office)}/K/{of.serial:06d}/{of.at.year}"
        yield from standing("kepulangan", number, of.id, happening.at, came_back(of, number), NIK_IN_RETURN)


def standing(book: str, number: str, key: str, at: datetime, cells: tuple[str, ...], nik: int) -> Iterator[Line]:
    """The line, with its wrong first version and its double where there are such."""
    if strikes("corrected_later", key) and cells[nik]:
        wrong = (*cells[:nik], swapped(cells[nik]), *cells[nik + 1 :])
        yield Line(book, number, at, at + CORRECTED_AFTER, wrong)
        at += CORRECTED_AFTER
    yield Line(book, number, at, None, cells)
    if strikes("written_twice", key):
        again = f"{number}-B"
        double = (*cells[:2], again, *cells[3:])
        yield Line(book, again, at, at + STRUCK_OUT_AFTER, double)


def prevention(of: PreventionRecord, number: str) -> tuple[str, ...]:
    zone = zone_of(of.region_code)
    return (
        of.office,
        zone,
        number,
        dotted_time(of.at, zone),
        *described(of.person, of.stated.full_name, of.stated.nik, of.stated.birth_date, of.at, of.id),
        of.stated.address,
        "" if strikes("phone_not_noted", of.id) else of.stated.phone.replace("+62", "0"),
        of.place,
        of.region_code,
        WAYS[of.how],
        SHORT.get(of.country, of.country),
        of.promised_job,
        of.recruiter_name,
        of.recruiter_phone.replace("+62", "0"),
        of.handed_to,
    )


def came_back(of: Return, number: str) -> tuple[str, ...]:
    zone, who = zone_of(of.point.region_code), of.person
    return (
        of.office,
        zone,
        number,
        dotted_time(of.at, zone),
        *described(who, who.full_name, who.nik, who.birth_date, of.at, of.id),
        of.passport_no,
        SHORT.get(of.country, of.country),
        CAUSES[of.cause],
        of.point.name,
        of.p3mi.name if of.p3mi else "",
    )


DESCRIBED = ("NAMA", "NIK", "JK", "TGL_LAHIR", "USIA")
COLUMNS = {
    "pencegahan": (
        *("DESK", "ZONA", "NO_REG", "TGL_JAM", *DESCRIBED, "ALAMAT", "TELP", "LOKASI", "KODE_LOKASI", "CARA"),
        *("NEGARA", "JANJI_KERJA", "PEREKRUT", "TELP_PEREKRUT", "DISERAHKAN"),
    ),
    "kepulangan": (
        *("DESK", "ZONA", "NO_REG", "TGL_JAM", *DESCRIBED, "NO_PASPOR", "NEGARA", "SEBAB", "TITIK_MASUK", "PT"),
    ),
}
NIK_IN_PREVENTION = COLUMNS["pencegahan"].index("NIK")
NIK_IN_RETURN = COLUMNS["kepulangan"].index("NIK")


def described(who: Person, name: str, nik: str, born: date, at: datetime, key: str) -> tuple[str, ...]:
    """NAMA, NIK, JK, TGL_LAHIR, USIA."""
    if who.name_variants and strikes("name_variant", key):
        name = who.name_variants[zlib.crc32(key.encode()) % len(who.name_variants)]
    age = at.year - born.year - ((at.month, at.day) < (born.month, born.day))
    told = strikes("age_only", key)
    return (
        name.replace("'", "\u2019"),  # as an office program types an apostrophe
        "" if strikes("nik_not_asked", key) else nik,
        {1: "M", 2: "F"}.get(who.sex, ""),
        "" if told else dotted(born),
        str(age) if told else "",
    )


def swapped(nik: str) -> str:
    at = 12 + zlib.crc32(nik.encode()) % 3
    return nik[:at] + nik[at + 1] + nik[at] + nik[at + 2 :]


def desk_code(office: str) -> str:
    return re.sub("[^A-Z0-9]", "", office.upper().removeprefix("BP3MI"))[:16] or "PUSAT"


def zone_of(region_code: str) -> str:
    province = region_code[:2]
    return "WITA" if province in CENTRAL.split() else "WIT" if province in EASTERN.split() else "WIB"


def dotted(on: date) -> str:
    """`21.11.2026`"""
    return on.strftime("%d.%m.%Y")


def dotted_time(at: datetime, zone: str) -> str:
    """`21.11.2026 14.05`, by the clock on the desk's wall."""
    return at.astimezone(ZoneInfo(ZONES[zone])).strftime("%d.%m.%Y %H.%M")
