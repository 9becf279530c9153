"""Two recommendation letters as a file, and what a test of the terminal needs around them."""

from __future__ import annotations

from pathlib import Path

from django.db import connections

LETTERS = (
    "record_id,subject_id,full_name,nik,birth_date,letter_no,issued_on,issuer,issuer_region,destination,on_paper,status\n"
    "1,s1,Sari Wulandari,9901015205900001,1990-05-12,560/1/2026,2026-10-01,disnaker,520201,MYS,no,issued\n"
    "2,s2,Agus Setiawan,9901010403800002,1980-03-04,560/2/2026,2026-10-02,disnaker,520201,HKG,no,issued\n"
)
KIND = "recommendation_letter"


def file(folder: Path, name: str, text: str = LETTERS) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def count(table: str) -> int:
    """Rows as the hub itself sees them."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])
