"""From a happening to a letter: on the joint server, on paper and typed in later, or nowhere at all.

DOMAIN A9: letters go partly by hand. A2: some kabupaten are not connected, so that Immigration cannot see their letters.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sandbox.nation.model import RecommendationLetter
from sandbox.nation.places import Places

#: Defect: (share in a thousand, where the share comes from). All but the first strike only letters typed in from paper.
DEFECTS = {
    "kabupaten_silent": (400, "guess; share of unconnected kabupaten whose paper letters nobody types in either"),
    "nik_not_typed": (250, "guess; NIK missing or unreadable on the paper"),
    "nik_mistyped": (30, "guess; one digit"),
    "name_mistyped": (120, "guess; a letter left out or doubled"),
    "number_respaced": (150, "guess; blanks and dots in the letter's number"),
}

Coverage = Literal["TERHUBUNG", "KERTAS", "BELUM"]
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
FIRST_TYPED_DAYS, LAST_TYPED_DAYS = 3, 20  # how long a paper letter lies before somebody types it in; guess

CENTRAL = ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76")
EASTERN = ("81", "82", "91", "92", "93", "94", "95", "96")

COUNTRY_WORDS = """
=
MYS=Malaysia SGP=Singapura HKG=Hongkong TWN=Taiwan KOR=Korsel JPN=Jepang SAU=Arab_Saudi ARE=UEA BRN=Brunei
KWT=Kuwait QAT=Qatar OMN=Oman BHR=Bahrain JOR=Yordania THA=Thailand KHM=Kamboja MMR=Myanmar LAO=Laos
VNM=Vietnam PHL=Filipina TUR=Turki POL=Polandia ITA=Italia DEU=Jerman CHN=Cina MAC=Makau NZL=Selandia_Baru
AUS=Australia SYR=Suriah IRQ=Irak LBY=Libya EGY=Mesir PNG=Papua_Nugini MDV=Maladewa HUN=Hungaria NLD=Belanda
GBR=Inggris USA=Amerika FJI=Fiji MUS=Mauritius ESP=Spanyol ZAF=Afrika_Selatan
"""
COUNTRIES = dict(pair.split("=") for pair in COUNTRY_WORDS.split())


def strikes(defect: str, key: str) -> bool:
    return zlib.crc32(f"{key}|{defect}|disnaker".encode()) % 1000 < DEFECTS[defect][0]


class Districts:
    """Which kabupaten and kota there are, and how far each is joined to the server."""

    def __init__(self) -> None:
        self._places = Places()

    def coverage(self, code: str) -> Coverage:
        if self._places.disnaker_connected(code):
            return "TERHUBUNG"
        return "BELUM" if strikes("kabupaten_silent", code) else "KERTAS"

    def all(self) -> list[tuple[str, str, Coverage]]:
        """Code, name and state of every one."""
        return [(code, self._places.kabupaten(code), self.coverage(code)) for code in sorted(self._places.by_kabupaten)]


def zone_of(kabupaten: str) -> str:
    """WIB, WITA or WIT: the office's own clock."""
    return "WITA" if kabupaten[:2] in CENTRAL else "WIT" if kabupaten[:2] in EASTERN else "WIB"


def country(alpha3: str) -> str:
    """As an officer writes it; three letters where he knows no other name."""
    return COUNTRIES.get(alpha3, alpha3).replace("_", " ")


def slashed(on: date) -> str:
    """`2026/11/21`: a date on the joint server."""
    return on.strftime("%Y/%m/%d")


def digital(of: RecommendationLetter) -> dict[str, object]:
    """A letter as the joint server keeps it."""
    who = of.stated
    return {
        "id": f"SRP-{of.disnaker}-{of.serial:07d}",
        "no_surat": of.no,
        "tgl_surat": slashed(of.issued_on),
        "kab": of.disnaker,
        "dinas": of.disnaker_name,
        "pemohon": {
            "nik": who.nik,
            "nama": who.full_name.upper(),
            "tempat_lahir": who.birth_place.upper(),
            "tgl_lahir": slashed(who.birth_date),
            "jk": "Pr" if who.sex == 2 else "Lk",
            "alamat": who.address,
            "kode_kec": who.region_code,
            "nama_ibu": who.mother_name.upper(),
            "nama_ayah": who.father_name.upper(),
            "hp": who.phone,
        },
        "p3mi": {"nama": of.p3mi.name, "sip3mi": of.p3mi.licence_no} if of.p3mi else None,
        "sip2mi": of.job_order_no,
        "negara": country(of.country),
        "jabatan": of.job,
        "kanim": of.office.name,
        "pejabat": of.signer,
        "status": "BATAL" if of.status == "cancelled" else "TERBIT",
        "tgl_batal": slashed(of.cancelled_on) if of.cancelled_on else None,
    }


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A paper letter as somebody typed it in, days later."""

    number: int  # in the book of typed letters
    typed_on: date
    kabupaten: str
    cells: tuple[str, ...]


def typed(of: RecommendationLetter) -> TypedLine:
    who, key = of.stated, of.id
    last = of.cancelled_on or of.issued_on
    wait = FIRST_TYPED_DAYS + zlib.crc32(key.encode()) % (LAST_TYPED_DAYS - FIRST_TYPED_DAYS + 1)
    cells = (
        respaced(of.no, key),
        roman(of.issued_on),
        mistyped(who.full_name, key).upper(),
        typed_nik(who.nik, key),
        who.birth_place,
        roman(who.birth_date),
        "P" if who.sex == 2 else "L",
        who.address,
        of.disnaker,
        of.p3mi.name if of.p3mi else "",
        country(of.country),
        of.job,
        "BATAL" if of.status == "cancelled" else "",
    )
    return TypedLine(of.serial, last + timedelta(days=wait), of.disnaker, cells)


def roman(on: date) -> str:
    """`21/XI/2026`"""
    return f"{on.day}/{ROMAN[on.month - 1]}/{on.year}"


def respaced(number: str, key: str) -> str:
    return number.replace("/", " / ").replace(".", " .") if strikes("number_respaced", key) else number


def mistyped(name: str, key: str) -> str:
    if not strikes("name_mistyped", key) or len(name) < 4:
        return name
    at = 1 + zlib.crc32(key.encode()) % (len(name) - 2)
    return name[:at] + (name[at + 1 :] if zlib.crc32(name.encode()) % 2 else name[at] + name[at:])


def typed_nik(nik: str, key: str) -> str:
    if strikes("nik_not_typed", key):
        return "-"
    if not strikes("nik_mistyped", key):
        return nik
    at = 12 + zlib.crc32(key.encode()) % 4
    return nik[:at] + str((int(nik[at]) + 1) % 10) + nik[at + 1 :]
