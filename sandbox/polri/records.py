"""From a happening to Polri's own rows: police reports (LP), their victims, their suspects.

Every row is told by an investigator, so its defects are his: DOMAIN A6 names spelling, several LPs for one case, and
victims counted per LP. It gives no shares; those here are guesses.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sandbox.nation.model import Happening, Person, PoliceReport, PoliceVictim, Suspect

WIB = ZoneInfo("Asia/Jakarta")

#: Defect: (share in a thousand, where the share comes from).
DEFECTS = {
    "name_by_ear": (300, "guess; spelling by the investigator"),
    "victim_without_nik": (250, "guess"),
    "child_by_initials": (600, "guess; a child's name is kept out of the file"),
    "birth_year_only": (200, "guess; suspects' birth dates"),
    "second_report": (60, "guess; the same case taken down again by another unit"),
}

STAGES = {
    "inquiry": "LIDIK",
    "investigation": "SIDIK",
    "first_stage": "TAHAP I",
    "complete": "P21",
    "second_stage": "TAHAP II",
    "stopped": "SP3",
}
ROLES = {
    "recruiter": "PEREKRUT",
    "sponsor": "SPONSOR",
    "transporter": "PENGANGKUT",
    "shelterer": "PENAMPUNG",
    "document_forger": "PEMBUAT DOKUMEN",
    "employer": "MAJIKAN",
}
SEXES = {1: "L", 2: "P"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of one kind of file; `cells` without version and time of the entry, which the files add."""

    kind: str
    key: str
    cells: tuple[str, ...]


def strikes(defect: str, key: str) -> bool:
    """Whether a defect strikes this row: always the same rows."""
    return zlib.crc32(f"polri {defect} {key}".encode()) % 1000 < DEFECTS[defect][0]


def lines(happening: Happening) -> Iterator[Line]:
    of = happening.of
    if isinstance(of, PoliceReport):
        for number in report_numbers(of):
            yield report(of, number)
            for place, victim in enumerate(of.victims, start=1):
                yield victim_line(of, number, place, victim)
        yield from map(suspect, of.suspects)
    elif isinstance(of, Suspect):
        yield suspect(of)


def report_numbers(of: PoliceReport) -> list[str]:
    """The LP number, and where the case was taken down twice, that of the second unit."""
    if not strikes("second_report", of.id):
        return [of.no]
    parts = of.no.split("/")
    again = "/".join([*parts[:2], f"9{of.serial % 1000:03d}", *parts[3:5], "SPKT", "BARESKRIM POLRI"])
    return [of.no, again]


def report(of: PoliceReport, number: str) -> Line:
    at = of.at.astimezone(WIB)
    cells = (
        number,
        day(at.date()),
        at.strftime("%H%M%S"),
        of.unit.upper() if number == of.no else "DIT PPA-PPO BARESKRIM",
        of.region_code,
        "A" if of.found_by == "police" else "B",
        "|".join(of.articles),
        of.deed,
        STAGES[of.stage],
        str(len(of.victims)),
        str(len(of.suspects)),
        "|".join(of.evidence),
    )
    return Line("LP", number, cells)


def victim_line(of: PoliceReport, number: str, place: int, victim: PoliceVictim) -> Line:
    who, key = victim.person, f"{number}#{place}"
    reported = of.at.astimezone(WIB)
    hidden = victim.child and strikes("child_by_initials", key)
    cells = (
        number,
        str(place),
        initials(who.full_name) if hidden else heard(who, who.full_name, key),
        "" if hidden or strikes("victim_without_nik", key) else who.nik,
        SEXES.get(who.sex, ""),
        "ANAK" if victim.child else "DEWASA",
        str(age_on(who.birth_date, reported.date())),
        day(reported.date()),
        reported.strftime("%H%M%S"),
    )
    return Line("KORBAN", key, cells)


def suspect(of: Suspect) -> Line:
    born = of.person.birth_date if of.person else None
    cells = (
        f"TSK-{of.serial:06d}",
        of.report_no,
        heard(of.person, of.full_name, of.id),
        of.alias.upper(),
        of.nik,
        SEXES.get(of.person.sex, "") if of.person else "",
        "" if born is None else str(born.year) if strikes("birth_year_only", of.id) else day(born),
        of.phone,
        of.account_no,
        ROLES[of.role],
        "Y" if of.wanted else "T",
        of.region_code,
    )
    return Line("TSK", f"TSK-{of.serial:06d}", cells)


def heard(who: Person | None, name: str, key: str) -> str:
    """The name as an investigator writes it down."""
    if who and who.name_variants and strikes("name_by_ear", key):
        name = who.name_variants[zlib.crc32(key.encode()) % len(who.name_variants)]
    return name.upper()


def initials(name: str) -> str:
    return "".join(f"{word[0]}." for word in re.findall(r"\w+", name.upper()))


def age_on(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def day(on: date) -> str:
    """`20261121`: Polri's dates, in western Indonesian time."""
    return on.strftime("%Y%m%d")
