"""Every reader of one value and of one sending, for tests that throw inputs at each; imports nothing that only tests have, so that a fuzzer can."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl

from suar.core.errors import Read
from suar.core.identity.country import read_country
from suar.core.identity.dates import FORMATS, read_age, read_date, read_partial_date
from suar.core.identity.instants import read_instant
from suar.core.identity.kk import read_kk
from suar.core.identity.letters import read_letter_no, read_lp_no
from suar.core.identity.mrz import read_mrz
from suar.core.identity.nik import read_nik
from suar.core.identity.passport import read_passport_no
from suar.core.identity.phone import read_phone
from suar.core.identity.region import read_region
from suar.core.identity.sex import read_sex
from suar.core.identity.written import as_text
from suar.core.standard.readers import read_email, read_flag, read_money, read_name, read_story, read_whole
from suar.intake.connectors.sending import Sending, Unreadable, cut, natives

TODAY = date(2026, 11, 21)
NOBODY: frozenset[str] = frozenset()

READERS: dict[str, Callable[[str], Read[Any]]] = {
    "nik": lambda text: read_nik(text, NOBODY),
    "kk": lambda text: read_kk(text, NOBODY),
    "mrz": lambda text: read_mrz(text, TODAY),
    "date": lambda text: read_date(text, tuple(FORMATS)),
    "partial_date": lambda text: read_partial_date(text, tuple(FORMATS)),
    "age": lambda text: read_age(text, "2024-02-29"),
    "instant": lambda text: read_instant(text, (*FORMATS, "YYYYMMDDHHMMSS")),
    "phone": read_phone,
    "passport_no": read_passport_no,
    "sex": read_sex,
    "country": lambda text: read_country(text, lambda name: None),
    "region": lambda text: read_region(text, NOBODY),
    "letter_no": read_letter_no,
    "lp_no": read_lp_no,
    "money": read_money,
    "whole": read_whole,
    "flag": read_flag,
    "name": read_name,
    "email": read_email,
    "story": read_story,
    "text": as_text,
}

#: One good value of each kind, from which inputs grow.
STATED = (
    "9901015205900001", "P<IDNWULANDARI<<SARI<<<<<<<<<<<<<<<<<<<<<<<<<<X0000001<2IDN9005122F3001019<<<<<<<<<<<<<<06", "1990-05-12", "12 Mei 1990",
    "34 tahun", "2026-11-21T08:00:00+07:00", "+62 812-3450-0001", "X0000001", "Perempuan", "Indonesia", "99.01.01", "560/123/DISNAKER/XI/2026",
    "LP/B/12/XI/2026/SPKT/POLRES", "Rp 1.500.000,00", "1.234", "ya", "Hj. Siti Nur'aini binti H. Abdul Karim, S.Pd.", "a@b.example", "",
)  # fmt: skip

OPTIONS = {"records": "data", "tags": ["Kasus"], "delimiter": ";"}
#: One good sending of each medium.
SENDINGS = {
    "json": b'{"data": [{"nik": "9901015205900001", "anak": [{"nama": "Sari"}]}, {"nik": null}], "next": "abc"}',
    "jsonl": b'{"nik": "9901015205900001", "nama": "Sari"}\n{"nik": "x"}\r\n',
    "form": b"nik=9901015205900001&nama=Sari+Wulandari\nnik=%31&nama=%C3%A9\n",
    "csv": 'NIK;NAMA\r\n9901015205900001;"Sari ""Wulandari"""\r\n1;é\n'.encode(),
    "xml": b'<?xml version="1.0"?><Daftar><Kasus nomor="1"><Nama>Sari</Nama><Nama>S</Nama></Kasus><Kasus nomor="2"/></Daftar>',
}  # fmt: skip


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (("NIK", "NAMA"), ("9901015205900001", "Sari"), (1.5, None)):
        book.active.append(row)  # type: ignore[union-attr]
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


SENDINGS["xlsx"] = workbook()


def ended(media: str, body: bytes) -> list[tuple[str, dict[str, object]]]:
    """The rows of a sending, none where one clear finding says why not. Asserts that no byte is lost."""
    try:
        parts = cut(Sending(stream="rows", media=media, body=body, cursor_after="", options=OPTIONS))
        assert parts.head + b"".join(parts.pieces) + parts.tail == body
        return natives(media, OPTIONS, "rows", {}, parts)
    except Unreadable as error:
        assert error.code.startswith("sending.")
        return []
