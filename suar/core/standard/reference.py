"""The reference pages: the data dictionary that officers, agencies and auditors read, in both languages.

Each field carries what Satu Data asks of a data standard: concept, definition, classification, measure and unit
(Perpres 39/2019 Ps 4-5, Permen PPN/Bappenas 16/2020), beside owner, law, sensitivity and its counterparts in HTCDS
2.0 and CTDC.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from suar.core.standard.codes import CodeList
from suar.core.standard.fields import RecordKind, Sensitivity, Standard, StandardField

#: Sensitivity, protection, measure and unit in words: Bahasa, English.
_SENSITIVITY: dict[Sensitivity, tuple[str, str]] = {
    "public": ("umum", "public"),
    "internal": ("internal", "internal"),
    "personal": ("data pribadi umum (UU 27/2022 Ps 4(3))", "general personal data (UU 27/2022 Art. 4(3))"),
    "specific": ("data pribadi spesifik (UU 27/2022 Ps 4(2))", "specific personal data (UU 27/2022 Art. 4(2))"),
    "protection": ("pelindungan korban (UU 21/2007 Ps 44)", "protection of victims (UU 21/2007 Art. 44)"),
}
_PROTECTION = {
    "never": ("tidak di balik dinding pelindungan", "not behind the protection wall"),
    "always": ("selalu di balik dinding pelindungan", "always behind the protection wall"),
    "conditional": ("di balik dinding pelindungan bila", "behind the protection wall when"),
}
_MEASURES = {
    "text": ("teks satu baris", "text, one line"),
    "long_text": ("teks panjang", "long text"),
    "texts": ("beberapa teks", "several texts"),
    "name": ("nama seperti tertulis", "name as written"),
    "email": ("surel", "e-mail"),
    "letter_no": ("nomor surat, ejaan disamakan", "letter's number, one spelling"),
    "lp_no": ("nomor laporan polisi", "police report's number"),
    "nik": ("16 angka", "16 digits"),
    "kk": ("16 angka", "16 digits"),
    "passport_no": ("huruf kapital dan angka", "capitals and digits"),
    "phone": ("E.164", "E.164"),
    "sex": ("ISO 5218", "ISO 5218"),
    "date": ("ISO 8601", "ISO 8601"),
    "partial_date": ("tanggal penuh atau sebagian", "full or partial date"),
    "instant": ("ISO 8601, UTC", "ISO 8601, UTC"),
    "integer": ("bilangan bulat", "whole number"),
    "money": ("bilangan bulat", "whole number"),
    "flag": ("ya atau tidak", "yes or no"),
    "code": ("satu kode", "one code"),
    "codes": ("beberapa kode", "several codes"),
    "country": ("ISO 3166-1 alfa-3", "ISO 3166-1 alpha-3"),
    "countries": ("beberapa ISO 3166-1 alfa-3", "several ISO 3166-1 alpha-3"),
    "region": ("kode wilayah, 2, 4, 6 atau 10 angka", "region code, 2, 4, 6 or 10 digits"),
}
_UNITS = {
    "": ("", ""),
    "days": ("hari", "days"),
    "months": ("bulan", "months"),
    "years": ("tahun", "years"),
    "people": ("orang", "people"),
    "households": ("keluarga", "households"),
    "units_of_currency": ("satuan mata uang", "units of currency"),
}
_MADE = "<!-- Made from policy/standard and policy/codes by `suar standard --write`. Change those, not this. -->\n"


def reference_pages(standard: Standard) -> dict[str, str]:
    """Markdown by path below docs/reference/standard: index.md, a page for each record kind, codes/ with one for each
    list.
    """
    pages = {"index.md": _index(standard)}
    pages |= {f"{name}.md": _kind_page(kind) for name, kind in standard.kinds.items()}
    pages |= {f"codes/{name}.md": _codes_page(codes, standard) for name, codes in standard.codes.lists.items()}
    return {path: _MADE + text for path, text in sorted(pages.items())}


def _index(standard: Standard) -> str:
    kinds = [
        (f"[{kind.said.id}]({name}.md)", kind.said.en, f"`{name}`", kind.owner, str(len(kind.fields)), kind.dated)
        for name, kind in sorted(standard.kinds.items())
    ]
    codes = [
        (f"[{codes.said.id}](codes/{name}.md)", codes.said.en, f"`{name}`", str(len(codes.rows)), codes.dated)
        for name, codes in sorted(standard.codes.lists.items())
    ]
    return "\n".join((
        "# Standar data · Data standard\n",
        "Satu arti untuk setiap keterangan, dari sistem mana pun datangnya. · One meaning for each statement, whatever system it "
        "comes from.\n",
        "## Jenis catatan · Record kinds\n",
        _table(("Catatan", "Record", "Kode", "Wali data · Owner", "Kolom · Fields", "Tanggal · Dated"), kinds),
        "## Daftar kode · Code lists\n",
        _table(("Daftar", "List", "Kode", "Isi · Codes", "Tanggal · Dated"), codes),
    ))  # fmt: skip


def _kind_page(kind: RecordKind) -> str:
    return "\n".join((
        f"# {kind.said.id} · {kind.said.en}\n",
        f"{kind.meaning.id}.\n\n{kind.meaning.en}.\n",
        _table(("Metadata", ""), [
            ("Kode · Code", f"`{kind.name}`"),
            ("Berlaku sejak · Dated", kind.dated),
            ("Wali data · Owner", kind.owner),
            ("Dasar hukum · Law", "; ".join(kind.law)),
            ("Tentang manusia · About a human", "ya · yes" if kind.human else "tidak · no"),
            ("Pelindungan · Protection", " · ".join(_protection(kind))),
        ]),
        "## Arti · Meaning\n",
        _table(
            ("Kolom · Field", "Definisi", "Definition", "Ukuran · Measure", "Satuan · Unit", "Klasifikasi · List", "Wajib · Required"),
            [_meaning(field) for field in kind.fields.values()],
        ),
        "## Asal dan pelindungan · Origin and protection\n",
        _table(
            ("Kolom · Field", "Wali data · Owner", "Sensitivitas · Sensitivity", "Hukum · Law", "HTCDS 2.0", "CTDC 2024", "Tak terbaca · Unreadable"),
            [_origin(field) for field in kind.fields.values()],
        ),
    ))  # fmt: skip


def _protection(kind: RecordKind) -> tuple[str, str]:
    """When a record of the kind goes behind the wall, in both languages."""
    words = _PROTECTION[kind.protection]
    if kind.protection != "conditional":
        return words
    codes = [f"`{name}` = {', '.join(codes)}" for name, codes in kind.protected_when.codes.items()]
    child = ("umur di bawah 18 tahun", "the human was below 18") if kind.protected_when.under_18 else ()
    said = ["; ".join((*codes, *child[n : n + 1])) for n in (0, 1)]
    return f"{words[0]} {said[0]}", f"{words[1]} {said[1]}"


def _meaning(field: StandardField) -> tuple[str, ...]:
    row = field.row
    listed = row.codes or ("countries" if row.type in {"country", "countries"} else "")
    return (
        f"`{field.name}`",
        row.meaning.id,
        row.meaning.en,
        " · ".join(dict.fromkeys(_MEASURES[row.type])),
        " · ".join(dict.fromkeys(_UNITS[row.unit])),
        f"[{listed}](codes/{listed}.md)" if listed else "",
        "ya · yes" if row.required else "",
    )


def _origin(field: StandardField) -> tuple[str, ...]:
    row = field.row
    unread = "ditinggalkan · left out" if row.bad == "leave_out" else "dikembalikan · returned"
    if row.codes or row.type in {"country", "countries"}:
        kept = row.unknown_code == "remark"
        unread = (
            "kode asing: dengan catatan · unknown code: remark"
            if kept
            else "kode asing: dikembalikan · unknown code: returned"
        )
    return (
        f"`{field.name}`",
        field.owner,
        " · ".join(dict.fromkeys(_SENSITIVITY[row.sensitivity])),
        "; ".join(row.law),
        ", ".join(f"`{name}`" for name in row.htcds) or ("perluasan · extension" if row.extends == "htcds" else ""),
        ", ".join(f"`{name}`" for name in row.ctdc),
        unread,
    )


def _codes_page(codes: CodeList, standard: Standard) -> str:
    used = [
        f"[{kind.said.id}](../{kind.name}.md) `{field.name}`"
        for kind in standard.kinds.values()
        for field in kind.fields.values()
        if field.row.codes == codes.name or (codes.name == "countries" and field.type in {"country", "countries"})
    ]
    rows = [
        (f"`{code}`", row.id, row.en, ", ".join(row.aliases), row.isco or row.iata, row.htcds, row.ctdc, row.note)
        for code, row in codes.rows.items()
    ]
    heads = (
        "Kode",
        "Arti",
        "Meaning",
        "Ejaan yang dibaca · Spellings read",
        "ISCO / IATA",
        "HTCDS 2.0",
        "CTDC 2024",
        "Catatan · Note",
    )
    return "\n".join((
        f"# {codes.said.id} · {codes.said.en}\n",
        f"Sumber · Source: {codes.source}. {codes.dated}.\n",
        "Daftar terbuka: teks lain disimpan dengan catatan. · Open list: another text is kept with a remark.\n" if codes.open
        else "Daftar tertutup. · Closed list.\n",
        f"Dipakai oleh · Used by: {'; '.join(used)}.\n" if used else "",
        _table(*_without_empty_columns(heads, rows)),
    ))  # fmt: skip


def _without_empty_columns(
    heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    kept = [n for n in range(len(heads)) if any(row[n] for row in rows)]
    return tuple(heads[n] for n in kept), [tuple(row[n] for n in kept) for row in rows]


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"
