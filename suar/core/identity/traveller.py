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
) -> Read[Traveller]:
    """Read the fields of `POST /screenings` (DESIGN 8). A MRZ fills what was not typed; a typed value that differs is a remark.

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
    going = Journey(
        destination=take("destination", journey.get("destination", ""), lambda text: read_country(text, country_of)),
        declared_purpose=take(
            "declared_purpose", journey.get("declared_purpose", ""), lambda text: read_code(text, purpose_of)
        ),
        departure_date=take("departure_date", journey.get("departure_date", ""), read_date),
        return_date=take("return_date", journey.get("return_date", ""), read_date),
        carrier=" ".join(journey.get("carrier", "").split())[:60],
        payer_phone=take("payer_phone", journey.get("payer_phone", ""), read_phone),
    )
    if not faults and not any(values.get(name) for name in ("full_name", "nik", "passport_no")):
        faults.append(Fault(code="traveller.nothing"))
    if faults:
        return Read(faults=tuple(faults), remarks=tuple(remarks))
    return Read(Traveller(described=Description.of(values), journey=going, remarks=tuple(remarks)), tuple(remarks))


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
