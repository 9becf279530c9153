"""SISKOP2MI's tables. Every revision of a row is kept; `URUT` is its place for paging and never changes."""

from __future__ import annotations

from sandbox.store import Store, Value

PERSON = ("ID_PMI", "NIK", "NAMA_PMI", "JK", "TEMPAT_LAHIR", "TGL_LAHIR")

AGENT = ("KODE_P3MI", "NAMA_P3MI", "NO_SIP3MI")

#: Columns of each table as they are given out. The first column is the row's number.
TABLES: dict[str, tuple[str, ...]] = {
    "p3mi": (
        "KODE_P3MI", "NAMA_P3MI", "NO_SIP3MI", "NIB", "TGL_SIP3MI", "AKHIR_SIP3MI", "ALAMAT", "KODE_KAB",
        "PENANGGUNG_JAWAB", "TELEPON", "CABANG", "STATUS",
    ),
    "sip2mi": (
        "NO_SIP2MI", *AGENT, "PEMBERI_KERJA", "JENIS_PEMBERI_KERJA", "MITRA_USAHA", "NEGARA",
        "JABATAN",
        "KODE_JABATAN", "KUOTA", "UPAH", "MATA_UANG", "TGL_TERBIT", "TGL_AKHIR", "STATUS",
    ),
    "pendaftaran": (
        "NO_PENDAFTARAN", *PERSON, "ID_SIAPKERJA", "NO_KTKLN", "STATUS_KAWIN", "PENDIDIKAN", "NAMA_IBU", "NAMA_AYAH",
        "ALAMAT", "KODE_WILAYAH", "HP", "KONTAK_KELUARGA", "HP_KELUARGA", "HUBUNGAN_KELUARGA", "NO_IZIN_KELUARGA",
        "SKEMA", *AGENT,
        "NO_SIP2MI", "NEGARA", "JABATAN", "NO_PASPOR", "NO_PP", "TGL_PP", "TGL_DAFTAR", "STATUS",
    ),
    "penempatan": (
        "NO_PENEMPATAN", *PERSON, "NO_PENDAFTARAN", "NO_PASPOR", "SKEMA", *AGENT, "NO_SIP2MI", "NO_PK",
        "PEMBERI_KERJA", "JABATAN", "NEGARA", "UPAH", "MATA_UANG", "MULAI_KONTRAK", "AKHIR_KONTRAK", "NO_BPJS_TK",
        "NO_VISA", "TGL_OPP", "TGL_BERANGKAT", "STATUS",
    ),
    "epmi": (
        "NO_EPMI", *PERSON, "NO_PENEMPATAN", "NO_PASPOR", "JENIS", "NEGARA", "TGL_TERBIT", "BERLAKU_SD", "STATUS",
    ),
    "keberangkatan": ("NO_KEBERANGKATAN", *PERSON, "NO_PASPOR", "NO_PENEMPATAN", "NEGARA", "TGL_BERANGKAT"),
    "kepulangan": (
        "NO_KEPULANGAN", *PERSON, "NO_PASPOR", *AGENT, "NEGARA", "DEBARKASI", "WAKTU_TIBA", "SEBAB", "BP3MI",
    ),
    "pengaduan": (
        "NO_ADUAN", *PERSON, "NO_PASPOR", "HP_PMI", "NAMA_PELAPOR", "HUBUNGAN", "HP_PELAPOR", "NEGARA", "JENIS_ADUAN",
        *AGENT, "PEMBERI_KERJA", "URAIAN", "WAKTU_ADUAN", "WAKTU_SELESAI", "STATUS",
    ),
    "pencegahan": (
        "NO_PENCEGAHAN", *PERSON, "TELEPON", "ALAMAT", "KODE_WILAYAH", "CARA", "LOKASI", "KODE_KAB", "NEGARA_TUJUAN",
        "JANJI_KERJA", "NAMA_PEREKRUT", "HP_PEREKRUT", "DISERAHKAN_KE", "BP3MI", "WAKTU_PENCEGAHAN",
    ),
}  # fmt: skip


def schema() -> str:
    """Two tables for all: which row has which place, and the rows' revisions side by side by name of table."""
    parts = []
    for name, columns in TABLES.items():
        texts = ", ".join(f"{column} TEXT NOT NULL" for column in columns)
        parts.append(
            f"CREATE TABLE IF NOT EXISTS {name} (BARIS INTEGER PRIMARY KEY, URUT INTEGER NOT NULL, "
            f"REVISI INTEGER NOT NULL, TERAKHIR INTEGER NOT NULL, DICATAT TEXT NOT NULL, TGL_UBAH TEXT NOT NULL, "
            f"{texts}, UNIQUE ({columns[0]}, REVISI));"
            f"CREATE INDEX IF NOT EXISTS {name}_terakhir ON {name} (URUT) WHERE TERAKHIR = 1;"
            f"CREATE INDEX IF NOT EXISTS {name}_dicatat ON {name} (DICATAT) WHERE TERAKHIR = 1;"
        )
    return "".join(parts) + KTKLN + INDEXES


KTKLN = """
CREATE TABLE IF NOT EXISTS ktkln (
  NO_KTKLN TEXT PRIMARY KEY, NIK TEXT NOT NULL, NAMA TEXT NOT NULL, JK TEXT NOT NULL, TGL_LAHIR TEXT NOT NULL,
  KABUPATEN TEXT NOT NULL, NO_PASPOR TEXT NOT NULL, NEGARA TEXT NOT NULL, JABATAN TEXT NOT NULL, PPTKIS TEXT NOT NULL,
  TGL_BERANGKAT TEXT NOT NULL, TGL_KTKLN TEXT NOT NULL, ID_PMI TEXT NOT NULL  -- the last is not in the file
);
CREATE INDEX IF NOT EXISTS ktkln_id_pmi ON ktkln (ID_PMI);
"""


#: By what a clerk finds a worker's other rows.
INDEXES = """
CREATE INDEX IF NOT EXISTS pendaftaran_id_pmi ON pendaftaran (ID_PMI);
CREATE INDEX IF NOT EXISTS pendaftaran_nik ON pendaftaran (NIK);
CREATE INDEX IF NOT EXISTS penempatan_id_pmi ON penempatan (ID_PMI);
"""
#: What is asked of a table's newest row, and by what.
LOOKUPS = {
    "pendaftaran": (("ID_PMI", "NIK"), ("NO_PENDAFTARAN", "ID_PMI")),
    "penempatan": (("NO_PENEMPATAN", "ID_PMI"), ("NO_PASPOR", "NO_PENEMPATAN")),
}


class Writing:
    """Writes revisions. The statements are made once for each table."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._insert = {table: insert_into(table) for table in TABLES}
        self._last = {table: store.memory(table, last_of(table)) for table in TABLES}
        self._newest = {
            (table, wanted, by): store.memory(table, newest_of(table, wanted, by))
            for table, pairs in LOOKUPS.items()
            for wanted, by in pairs
        }

    def revise(self, table: str, row: dict[str, str], *, recorded: str, stamp: str) -> None:
        """Add a row, or a revision of the one that has its number."""
        columns = TABLES[table]
        number = row[columns[0]]
        self.store.tells(number)
        before = self._last[table].get(number)
        revision = int(before[2] or 0) + 1 if before else 1
        line = self.store.next_number(table, "BARIS")
        place = before[1] if before else self.store.next_number(table, "URUT")
        values: list[Value] = [row.get(column, "") for column in columns]
        self.store.add_soon(self._insert[table], (line, place, revision, recorded, stamp, *values))
        self._last[table].put(number, row=(line, place, revision))
        if before:
            self.store.add_soon(f"UPDATE {table} SET TERAKHIR = 0 WHERE BARIS = ?", (before[0],))
        for wanted, by in LOOKUPS.get(table, ()):
            self._newest[table, wanted, by].put(row[by], row=(row[wanted],))

    def found(self, table: str, wanted: str, by: str, value: str) -> str:
        """A column of the newest row of a table in which another column has a value; empty when there is none. One of
        LOOKUPS.
        """
        row = self._newest[table, wanted, by].get(value)
        return str(row[0]) if row else ""


def insert_into(table: str) -> str:
    columns = TABLES[table]
    return (
        f"INSERT INTO {table} (BARIS, URUT, REVISI, TERAKHIR, DICATAT, TGL_UBAH, {', '.join(columns)}) "
        f"VALUES (?, ?, ?, 1, ?, ?{', ?' * len(columns)})"
    )


def last_of(table: str) -> str:
    return f"SELECT BARIS, URUT, REVISI FROM {table} WHERE {TABLES[table][0]} = ? ORDER BY REVISI DESC LIMIT 1"


def newest_of(table: str, wanted: str, by: str) -> str:
    return f"SELECT {wanted} FROM {table} WHERE {by} = ? ORDER BY BARIS DESC LIMIT 1"
