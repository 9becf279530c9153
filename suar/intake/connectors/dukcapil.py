"""One question to Dukcapil: a NIK and values, and verdicts per field. A fault is "unreachable", never a mismatch (DOMAIN A4)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from suar.core.identity.person import Description
from suar.intake.connectors.line import as_json, put

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
SEX = {"1": "LAKI-LAKI", "2": "PEREMPUAN"}
ASKED = {"full_name": "NAMA_LGKP", "mother_name": "NAMA_LGKP_IBU", "birth_date": "TGL_LHR", "sex": "JENIS_KLMIN"}
VERDICT = re.compile(r"(Sesuai|Tidak Sesuai)(?: \((\d{1,3})\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class CivilAnswer:
    """What the civil register said of a NIK. `outcome`: verdicts | not_found | deceased | double | inactive | unreachable | not_asked.

    `fields` maps a standard field to "agrees" or "differs"; `scores` a name to its similarity, 0 to 100. `fault` says why unreachable.
    """

    outcome: str
    fields: Mapping[str, str]
    scores: Mapping[str, int]
    fault: str = ""


def nobody(outcome: str, fault: str = "") -> CivilAnswer:
    return CivilAnswer(outcome=outcome, fields={}, scores={}, fault=fault)


def ask(described: Description, address: Mapping[str, Any], words: Mapping[str, Any], *, seconds: float) -> CivilAnswer:
    """Ask within the time. Never raises for what the service does wrong."""
    asked = as_json(str(address["base"]) + str(words["path"]), question(described, address, words))
    try:
        answer = put(asked, seconds=seconds).body
    except TimeoutError:
        return nobody("unreachable", "source.timeout")
    except (OSError, HTTPException):
        return nobody("unreachable", "source.unreachable")
    try:
        said = json.loads(answer)["content"][0]
    except (ValueError, KeyError, IndexError, TypeError):
        return nobody("unreachable", "source.answer")
    return understood(said, words) if isinstance(said, dict) else nobody("unreachable", "source.answer")


def question(described: Description, address: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, str]:
    """Only what is compared is sent (data minimisation, UU 27/2022 Ps 16)."""
    body = {
        "NIK": described.nik,
        "USER_ID": str(address["user"]),
        "PASSWORD": str(address["password"]),
        "IP_USER": str(address["address"]),
        "TRESHOLD": str(words["threshold"]),
    }
    for name, native in ASKED.items():
        value = str(getattr(described, name))
        if name == "birth_date":
            value = written_date(value)
        if name == "sex":
            value = SEX.get(value, "")
        if value:
            body[native] = value
    return body


def written_date(partial: str) -> str:
    """12-MAY-1990, as the service writes dates; "" for a date that is not whole: it is not asked about, never padded."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", partial):
        return ""
    year, month, day = partial.split("-")
    return f"{day}-{MONTHS[int(month) - 1]}-{year}"


def understood(said: Mapping[str, Any], words: Mapping[str, Any]) -> CivilAnswer:
    code = str(said.get("RESPONSE_CODE", ""))
    if code in words["outcomes"]:
        return nobody(str(words["outcomes"][code]))
    if code:
        return nobody("unreachable", f"civil.{words['faults'].get(code, 'unknown')}")
    fields: dict[str, str] = {}
    scores: dict[str, int] = {}
    for name, native in ASKED.items():
        found = VERDICT.fullmatch(str(said.get(native, "")))
        if found:
            fields[name] = "agrees" if found[1] == "Sesuai" else "differs"
            if found[2]:
                scores[name] = int(found[2])
    if said.get("NIK") != "Sesuai" or not fields:
        return nobody("unreachable", "source.answer")
    return CivilAnswer(outcome="verdicts", fields=fields, scores=scores)
