"""What a desk types or scans about a traveller and his journey, read into values: every fault at once, at the field it stands in."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from suar.core.errors import Fault, Read, Remark
from suar.core.identity.country import read_country
from suar.core.identity.dates import read_date, read_partial_date
from suar.core.identity.mrz import Mrz, read_mrz
from suar.core.identity.nik import read_nik
from suar.core.identity.passport import read_passport_no
from suar.core.identity.person import Description
from suar.core.identity.phone import read_phone
from suar.core.identity.region import read_region
from suar.core.identity.sex import read_sex

#: Longest text a desk field takes; what is longer is a slip of a scanner or an attack.
LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What the traveller declares. Codes of the standard's lists; "" where nothing was declared."""

    destination: str = ""  # alpha-3
    declared_purpose: str = ""  # policy/codes/travel_purposes
    departure_date: str = ""
    return_date: str = ""
    carrier: str = ""
    payer_phone: str = ""
    payer: str = ""  # self | family | employer | p3mi | agent | stranger
    ticket: str = ""  # one_way | return
    companions: str = ""  # how many travel along
    route: str = ""  # places in order as booked, "CGK > SIN"
    visa_kind: str = ""  # policy/codes/visa_kinds
    visa_days: str = ""  # how long the visa shown lets its holder stay
    employer: str = ""
    employer_kind: str = ""  # policy/codes/employer_kinds
    job: str = ""  # policy/codes/jobs
    p3mi: str = ""
    account: str = ""  # the bank account that was paid to
    letter_shown: str = ""  # yes: a recommendation on paper lies on the desk
    marriage_date: str = ""
    marriage_certificate: str = ""  # regular | irregular, as the officer finds it


#: Words of a journey that are one of a few.
PAYERS = ("self", "family", "employer", "p3mi", "agent", "stranger")
TICKETS = ("one_way", "return")
CERTIFICATES = ("regular", "irregular")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traveller:
    """Who stands at the desk, as described there, and where he says that he is going."""

    described: Description
    journey: Journey
    remarks: tuple[Remark, ...] = ()


def read_traveller(
    asked: Mapping[str, str],
    journey: Mapping[str, str],
    *,
    today: date,
    regions: Container[str],
    country_of: Callable[[str], str | None],
    purpose_of: Callable[[str], str | None],
    coded: Callable[[str, str], str | None],
) -> Read[Traveller]:
    """Read the fields of `POST /screenings` (DESIGN 8). A MRZ fills what was not typed; a typed value that differs is a remark. `coded`
    finds a text's code in one of the standard's lists.

    Faults carry the field's name: those of the field readers, and traveller.nothing when there is no name, NIK, passport or MRZ.
    Raises nothing.
    """
    faults: list[Fault] = []
    remarks: list[Remark] = []
    asked = sorted_out(asked)
    values: dict[str, str] = {"full_name": " ".join(asked.get("full_name", "").split())[:LONGEST]}

    def take(name: str, text: str, read: Callable[[str], Read[Any]], value: Callable[[Any], str] = str) -> str:
        text = text.strip()[:LONGEST]
        if not text:
            return ""
        result = read(text)
        faults.extend(replace(fault, field=name) for fault in result.faults)
        remarks.extend(replace(remark, field=name) for remark in result.remarks)
        return value(result.value) if result.ok and result.value is not None else ""

    scanned = take_mrz(asked.get("mrz", ""), today, take)
    values["nik"] = take("nik", asked.get("nik", ""), lambda text: read_nik(text, regions), lambda nik: str(nik.digits))
    values["passport_no"] = take("passport_no", asked.get("passport_no", ""), read_passport_no)
    values["birth_date"] = take("birth_date", asked.get("birth_date", ""), read_partial_date)
    values["sex"] = take("sex", asked.get("sex", ""), read_sex)
    values["phone"] = take("phone", asked.get("phone", ""), read_phone)
    values["region_code"] = take("region_code", asked.get("region_code", ""), lambda text: read_region(text, regions))
    for name in ("birth_place", "mother_name", "address"):
        values[name] = " ".join(asked.get(name, "").split())[:LONGEST]
    for name, value in scanned.items():
        if values.get(name) and value and values[name] != value and name != "full_name":
            remarks.append(Remark(code="traveller.differs_from_mrz", field=name))
        values[name] = values.get(name) or value
    going = read_journey(journey, take, country_of, purpose_of, coded)
    if not faults and not any(values.get(name) for name in ("full_name", "nik", "passport_no")):
        faults.append(Fault(code="traveller.nothing"))
    if faults:
        return Read(faults=tuple(faults), remarks=tuple(remarks))
    return Read(Traveller(described=Description.of(values), journey=going, remarks=tuple(remarks)), tuple(remarks))


def read_journey(
    journey: Mapping[str, str],
    take: Callable[..., str],
    country_of: Callable[[str], str | None],
    purpose_of: Callable[[str], str | None],
    coded: Callable[[str, str], str | None],
) -> Journey:
    """What is declared of the journey, field by field, each fault at its own."""

    def said(name: str, read: Callable[[str], Read[Any]]) -> str:
        return take(name, journey.get(name, ""), read)

    def known(name: str, listed: str) -> str:  # of an open list: what nobody listed weighs nothing, and is no fault
        return coded(listed, journey.get(name, "").strip()) or ""

    def written(name: str, longest: int = 120) -> str:
        return " ".join(journey.get(name, "").split())[:longest]

    return Journey(
        destination=said("destination", lambda text: read_country(text, country_of)),
        declared_purpose=said("declared_purpose", lambda text: read_code(text, purpose_of)),
        departure_date=said("departure_date", read_date),
        return_date=said("return_date", read_date),
        carrier=written("carrier", 60),
        payer_phone=said("payer_phone", read_phone),
        payer=said("payer", one_of(PAYERS)),
        ticket=said("ticket", one_of(TICKETS)),
        companions=said("companions", read_count),
        route=written("route"),
        visa_kind=known("visa_kind", "visa_kinds"),
        visa_days=said("visa_days", read_count),
        employer=written("employer"),
        employer_kind=known("employer_kind", "employer_kinds"),
        job=known("job", "jobs"),
        p3mi=written("p3mi"),
        account=written("account", 60),
        letter_shown=said("letter_shown", one_of(("yes", "no"))),
        marriage_date=said("marriage_date", read_date),
        marriage_certificate=said("marriage_certificate", one_of(CERTIFICATES)),
    )


def one_of(words: tuple[str, ...]) -> Callable[[str], Read[str]]:
    return lambda text: read_code(text.casefold(), lambda word: word if word in words else None)


def read_count(text: str) -> Read[str]:
    """A small whole number. Fault: count.form."""
    return Read(text) if re.fullmatch("[0-9]{1,4}", text) else Read.fault("count.form", found=text[:40])


def sorted_out(asked: Mapping[str, str]) -> Mapping[str, str]:
    """The one read field takes a MRZ, a passport number, a NIK or a name: what is no MRZ goes to the field that it is for."""
    text = asked.get("mrz", "").strip()
    if not text or "<" in text:
        return asked
    digits = "".join(c for c in text if c not in " .-")
    if re.fullmatch(r"[0-9OIoil]{14,18}", digits):
        field = "nik"
    elif re.fullmatch(r"[A-Za-z]{1,2}[0-9]{6,7}", digits):
        field = "passport_no"
    else:
        field = "full_name"
    return {**asked, "mrz": "", field: asked.get(field, "").strip() or text}


def take_mrz(text: str, today: date, take: Callable[..., str]) -> dict[str, str]:
    """The values of a machine-readable zone (ICAO 9303-4); nothing for a field left empty."""
    found: list[Mrz] = []

    def kept(mrz: Mrz) -> str:
        found.append(mrz)
        return mrz.number

    take("mrz", text, lambda written: read_mrz(written, today), kept)
    if not found:
        return {}
    mrz = found[0]
    sex = str(mrz.sex) if mrz.sex in (1, 2) else ""
    return {
        "full_name": " ".join(mrz.names),
        "passport_no": mrz.number,
        "birth_date": mrz.born,
        "sex": sex,
        "nationality": mrz.nationality,
    }


def read_code(text: str, code_of: Callable[[str], str | None]) -> Read[str]:
    code = code_of(text)
    return Read(code) if code else Read.fault("code.unknown", found=text[:40])
