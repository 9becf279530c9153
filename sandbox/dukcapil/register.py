"""The civil register as Dukcapil's service sees it: rows under a NIK, none of which ever leaves as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.nation.model import RegistryEntry
from sandbox.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS penduduk (
  kunci TEXT PRIMARY KEY,      -- person and NIK: a double has a row of its own
  nik TEXT NOT NULL,
  no_kk TEXT NOT NULL,
  nama_lgkp TEXT NOT NULL,     -- as on the KTP, titles and all
  jenis_klmin INTEGER NOT NULL,
  tmpt_lhr TEXT NOT NULL,
  tgl_lhr TEXT NOT NULL,       -- ISO
  nama_lgkp_ibu TEXT NOT NULL,
  nama_lgkp_ayah TEXT NOT NULL,
  no_kec TEXT NOT NULL,
  status TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS penduduk_nik ON penduduk (nik);
"""

#: The register's own defects (DOMAIN A4: unreported deaths, doubles, old name forms with titles, mothers' names) are
#: rows of the nation's register, at the nation's rates; this service adds none.
DEFECTS: dict[str, tuple[int, str]] = {}


@dataclass(frozen=True, slots=True)
class Resident:
    nik: str
    kk: str
    name: str
    sex: int
    birth_place: str
    birth_date: date
    mother: str
    father: str
    kecamatan: str
    status: str


def keep(store: Store, of: RegistryEntry) -> None:
    store.add(
        "INSERT OR REPLACE INTO penduduk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            f"{of.person_id}/{of.nik}",
            of.nik,
            of.kk,
            of.full_name.upper(),
            of.sex,
            of.birth_place.upper(),
            of.birth_date.isoformat(),
            of.mother_name.upper(),
            of.father_name.upper(),
            of.address.region_code,
            of.status,
        ),
    )


def residents(store: Store, nik: str) -> list[Resident]:
    found = store.all(
        "SELECT nik, no_kk, nama_lgkp, jenis_klmin, tmpt_lhr, tgl_lhr, nama_lgkp_ibu, nama_lgkp_ayah, no_kec, status "
        "FROM penduduk WHERE nik = ?",
        (nik,),
    )
    return [
        Resident(
            str(nik),
            str(kk),
            str(name),
            int(sex or 0),
            str(place),
            date.fromisoformat(str(born)),
            str(mother),
            str(father),
            str(kecamatan),
            str(status),
        )
        for nik, kk, name, sex, place, born, mother, father, kecamatan, status in found
    ]
