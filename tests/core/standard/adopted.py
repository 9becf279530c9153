"""The adopted tables of policy/, read as the rooms read them; and one small source of the tests' own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from suar.core.standard import Codes, KindMapping, SourceMapping, Standard, read_codes, read_mapping, read_standard

POLICY = Path(__file__).resolve().parents[3] / "policy"
REGIONS = frozenset({"99", "9901", "990101", "9901012001"})


@cache
def tables(folder: str) -> dict[str, Any]:
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted((POLICY / folder).glob("*.yaml"))}


@cache
def codes() -> Codes:
    return read_codes(tables("codes"), REGIONS)


@cache
def standard() -> Standard:
    return read_standard(tables("standard"), codes())


#: A source that lives nowhere: short names, its own codes, a nested applicant.
OFFICE = """
source: kantor
agency: imigrasi
dated: 2026-11-21
name: {id: Kantor uji, en: Test office}
zone: Asia/Jakarta
feed: delta
rhythm_minutes: 60
stale_after_minutes: 120
covers: ["9901"]
empty: ["KOSONG"]
kinds:
  permohonan:
    kind: passport_application
    match: {jenis: [BARU, GANTI]}
    withdrawn: {op: [D]}
    record_id: nomor
    subject_id: pemohon.id
    version: {from: versi, read: integer}
    at: {from: diubah, format: epoch_ms}
    fields:
      application_no: nomor
      full_name: pemohon.nama
      nik: pemohon.nik
      sex: {from: pemohon.jk, codes: {"1": "2", "0": "1"}}
      birth_date: {from: pemohon.lahir, read: ttl_date, format: DD-MM-YYYY}
      birth_place: {from: pemohon.lahir, read: ttl_place}
      phone: pemohon.hp
      address: {from: [pemohon.jalan, pemohon.desa], join: ", "}
      purpose: {from: tujuan, codes: {W: tourism, K: work, "-9": ""}}
      destination: negara
      status: {from: status, codes: {"1": submitted, "2": approved}}
      request: {from: jenis, codes: {BARU: first, GANTI: expired}}
      submitted_at: {from: masuk, format: "DD/MM/YYYY HH:MM", zone_from: zona}
      statement_taken: bap
      email: [pemohon.email, email_lain]
    ignore: [foto, petugas.*]
"""
PENGADUAN = """
source: aduan
agency: kemlu
dated: 2026-11-21
name: {id: Aduan uji, en: Test complaints}
zone: UTC
feed: snapshot
vanished: withdrawn
rhythm_minutes: 1440
stale_after_minutes: 2880
covers: all
kinds:
  kasus:
    kind: complaint
    sparse: true
    record_id: "no"
    at: {from: tanggal}
    fields:
      complaint_no: "no"
      filed_at: tanggal
      full_name: nama
      birth_date: lahir
      trafficking_status: {from: tppo, codes: {"Y": actual_victim, "N": not_a_victim}}
      means: {from: cara, split: ";"}
      exploitation: bentuk
      status: {constant: open}
"""


def row() -> dict[str, Any]:
    """A passport application of Sari's, as the test office writes it."""
    return {
        "nomor": "JKT-0001", "jenis": "BARU", "op": "U", "versi": 7, "diubah": 1795230300000, "masuk": "21/11/2026 10:05", "zona": "WITA",
        "tujuan": "W", "negara": "Arab Saudi", "status": 1, "bap": "TIDAK ADA", "email_lain": "sari@example.id", "foto": "…", "petugas": {"nama": "X"},
        "pemohon": {"id": 77, "nama": "  SARI   AMINAH ", "nik": "9901015205909001", "jk": 1, "lahir": "SUKAMAJU, 12-05-1990", "hp": "0812-3456-7890",
                    "jalan": "JL. MAWAR 3", "desa": "SUKAMAJU", "email": "-"},
    }  # fmt: skip


@cache
def office() -> SourceMapping:
    return read_mapping(yaml.safe_load(OFFICE), standard(), codes())


@cache
def complaints() -> SourceMapping:
    return read_mapping(yaml.safe_load(PENGADUAN), standard(), codes())


def applications() -> KindMapping:
    return office().kinds["permohonan"]


def cases() -> KindMapping:
    return complaints().kinds["kasus"]
