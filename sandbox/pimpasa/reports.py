"""From a happening to what an officer's phone would post: a flat form, in a villager's words.

DOMAIN A8: hearsay, nicknames, no NIK, pictures of chats. A tip is graded (5x5x5) only when somebody has found the time.
"""

from __future__ import annotations

import zlib
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sandbox.nation.model import EducationSession, Happening, Question, Tip, VillageProfile

#: Defect: (share in a thousand, where the share comes from). The kinds are DOMAIN A8's; the shares are guesses.
DEFECTS = {
    "not_graded": (350, "guess; sent on at once, grade left open"),
    "day_as_told": (150, "guess; 'habis lebaran' for a day of departure"),
    "fee_in_words": (300, "guess; '5jt' for 5,000,000 rupiah"),
    "phone_half_read": (100, "guess; last digits cut off in a picture of a chat"),
    "sent_twice": (20, "guess; the phone lost its line and posted again under another number"),
}

Form = dict[str, str]

VAGUE_DAYS = ("habis lebaran", "minggu depan katanya", "kalau paspor jadi", "bulan depan")
SOURCES = {
    "named": "WARGA",
    "anonymous": "ANONIM",
    "village_officer": "PERANGKAT",
    "screenshot": "TANGKAPAN LAYAR",
}
TOPICS = {
    "placement": "cek pt",
    "passport": "paspor",
    "umrah": "umroh",
    "offer": "tawaran kerja",
    "family": "cari keluarga",
}
#: As villages say it, lower case; other countries keep their three letters.
COUNTRY_WORDS = """
MYS malaysia SGP singapur HKG hongkong TWN taiwan KOR korea JPN jepang SAU arab ARE dubai BRN brunei KHM kamboja
MMR myanmar LAO laos THA thailand VNM vietnam PHL filipin KWT kuwait QAT qatar OMN oman BHR bahrain JOR yordania
SYR suriah IRQ irak TUR turki POL polandia CHN cina AUS australia NZL selandia EGY mesir LBY libya
"""
COUNTRIES = dict(zip(COUNTRY_WORDS.split()[::2], COUNTRY_WORDS.split()[1::2], strict=True))


def strikes(defect: str, key: str) -> bool:
    return zlib.crc32(f"{defect}@pimpasa@{key}".encode()) % 1000 < DEFECTS[defect][0]


def forms(happening: Happening) -> list[Form]:
    """The forms posted for a happening; none where it did not happen in a village."""
    of = happening.of
    if isinstance(of, Tip):
        form = tip(of)
    elif isinstance(of, Question):
        form = question(of)
    elif isinstance(of, EducationSession):
        form = session(of)
    elif isinstance(of, VillageProfile):
        form = profile(of)
    else:
        return []
    again = [{**form, "id": f"{form['id']}x"}] if strikes("sent_twice", of.id) else []
    return [form, *again]


def head(kind: str, of: Tip | Question | EducationSession | VillageProfile) -> Form:
    return {
        "jenis": kind,
        "id": f"{kind[0]}{of.serial:07d}",
        "kec": of.region_code,
        "desa": of.village,
        "petugas": of.officer,
    }


def tip(of: Tip) -> Form:
    graded = of.reliability and not strikes("not_graded", of.id)
    phone = of.recruiter_phone.replace("+62", "0")
    return {
        **head("info", of),
        "waktu": seconds(of.at),
        "dari": SOURCES[of.source],
        "calo": of.recruiter,
        "hp_calo": phone[:-3] if strikes("phone_half_read", of.id) else phone,
        "tawaran": of.offer,
        "negara": COUNTRIES.get(of.country, of.country),
        "biaya": fee(of.fee, of.id),
        "orang": str(of.people),
        "berangkat": departure(of.leaves_on, of.id),
        "nama2": ", ".join(of.names),
        "andal": of.reliability if graded else "",
        "benar": str(of.credibility) if graded else "",
    }


def question(of: Question) -> Form:
    return {
        **head("tanya", of),
        "waktu": seconds(of.at),
        "topik": TOPICS.get(of.topic, of.topic),
        "isi": of.words,
        "hp": of.phone.replace("+62", "0"),
        "jawab": of.answer,
        "waktu_jawab": seconds(of.answered_at) if of.answered_at else "",
        "status": "DIJAWAB" if of.answered_at else "BARU",
    }


def session(of: EducationSession) -> Form:
    counts = {"lk": str(of.men), "pr": str(of.women)}
    return {**head("suluh", of), "waktu": seconds(of.at), "topik": of.topic, "tempat": of.place, **counts}


def profile(of: VillageProfile) -> Form:
    noon = datetime.combine(of.as_of, time(12), ZoneInfo("Asia/Jakarta"))
    return {
        **head("profil", of),
        "per": seconds(noon),
        "kk": str(of.households),
        "di_ln": str(of.workers_abroad),
        "tanpa_dok": str(of.left_without_papers),
        "negara": ", ".join(COUNTRIES.get(code, code) for code in of.destinations),
        "sponsor": str(of.known_sponsors),
    }


def seconds(at: datetime) -> str:
    """`1795244700`: seconds since 1970, as phones count."""
    return str(int(at.timestamp()))


def departure(on: date | None, key: str) -> str:
    """`11-2026`: hearsay knows a month; or words that are no date."""
    if on is None:
        return ""
    return VAGUE_DAYS[zlib.crc32(key.encode()) % 4] if strikes("day_as_told", key) else on.strftime("%m-%Y")


def fee(rupiah: int, key: str) -> str:
    if not rupiah:
        return ""
    whole = rupiah % 1_000_000 == 0
    return f"{rupiah // 1_000_000}jt" if whole and strikes("fee_in_words", key) else str(rupiah)
