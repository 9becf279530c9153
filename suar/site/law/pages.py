"""docs/law: a page for each register, and the articles with what carries them out, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from suar.core.registers.articles import listed
from suar.core.registers.law import LegalTermRow
from suar.site.law.book import Book, Line
from suar.site.law.marks import Mark
from suar.site.law.rows import told

MADE = "<!-- Made from policy/legal_basis and docs/law/articles.yaml by `suar law`. Change those, not this. -->\n"
HOW = """# Hukum · Law

Setiap daftar punya hukumnya sendiri, sebagai tabel bertanggal dalam `policy/legal_basis`: satu baris untuk setiap jenis dan setiap keadaan
hukum. Sebuah catatan memakai baris dari harinya, apa pun yang berubah kemudian. Halaman ini dibuat dari tabel itu.

Each register has its own law, as dated tables in `policy/legal_basis`: a row for each kind and each state of the law. An entry keeps the
row of its day, whatever changes later. These pages are made from those tables.

[Pasal demi pasal · Article by article](articles.md): pasal → baris → kode → uji · article → row → code → test.

"""
CHANGE = """
## Mengubah satu ketentuan · To change a term
1. Ubah barisnya di `policy/legal_basis`, atau lebih baik: tutup baris lama dengan `until` dan tambah baris baru dengan `from`. Sebutkan
   pasalnya di `law`; yang belum pasti di `unverified`. · Change the row in `policy/legal_basis`, or better: close the old one with `until`
   and add a new one with `from`. Name the articles in `law`; put what is not certain into `unverified`.
2. Kalimat setiap pasal baru di `docs/law/articles.yaml`; jalankan `suar law`. · A line for each new article in `docs/law/articles.yaml`;
   run `suar law`.
3. `./run check`: pasal tanpa kode atau uji, dan baris yang tidak mungkin, ditolak. · An article without code or test, and a row that
   cannot be, is refused.
4. Tabel berlaku sesudah diadopsi oleh penandatangan kebijakan; sebelum itu yang lama tetap dipakai. · A table holds once the signer of
   policies adopts it; until then the old one is used.
"""


def pages(book: Book) -> dict[str, str]:
    """Markdown by name below docs/law."""
    kinds = {f"{kind}.md": "".join(kind_page(book, rows)) for kind, rows in book.basis.rows.items()}
    made = {"index.md": "".join(index(book)), "articles.md": "".join(articles_page(book)), **kinds}
    return {name: MADE + text for name, text in sorted(made.items())}


def table(*heads: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"
    yield from (f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in rows)


def index(book: Book) -> Iterator[str]:
    yield HOW
    rows = (
        (
            f"[{of[-1].name.id} · {of[-1].name.en}]({kind}.md)",
            f"`{kind}`",
            str(len(of)),
            of[-1].since,
            str(len(of[-1].unverified)),
        )
        for kind, of in book.basis.rows.items()
    )
    heads = (
        "Daftar · Register",
        "Jenis · Kind",
        "Baris · Rows",
        "Hukum sekarang sejak · Law of today since",
        "Untuk penasihat hukum · For counsel",
    )
    yield from table(*heads, rows=rows)
    yield CHANGE


def kind_page(book: Book, rows: tuple[LegalTermRow, ...]) -> Iterator[str]:
    """The newest row whole; of an older one what was different."""
    newest = rows[-1]
    yield f"# {newest.name.id} · {newest.name.en}\n\n"
    yield f"`{newest.kind}` dalam · in `policy/legal_basis/{book.files[newest.kind]}.yaml`. [Semua daftar · All registers](index.md)\n"
    for row, newer in zip(reversed(rows), (None, *reversed(rows)), strict=False):
        until = f" – {row.until}" if row.until else ""
        yield f"\n## {row.since}{until}\n"
        known = told(newer) if newer else {}
        lines = [(name, *said) for name, said in told(row).items() if known.get(name) != said]
        gone = [(name, "tidak ada", "none") for name in known if name not in told(row)]
        if newer:
            yield f"Selebihnya sama dengan masa sejak {newer.since}. · Otherwise as in the time since {newer.since}.\n\n"
        yield from table("", "Bahasa Indonesia", "English", rows=[*lines, *gone])
        yield from notes(row)


def notes(row: LegalTermRow) -> Iterator[str]:
    if row.unverified:
        yield "\n**Untuk penasihat hukum · To be put to counsel**\n"
        yield from (f"- {one.id} · {one.en}\n" for one in row.unverified)
    if row.checked:
        yield "\n**Dibaca dalam sumber umum · Read in public sources**\n"
        yield from (f"- {one}\n" for one in row.checked)


def articles_page(book: Book) -> Iterator[str]:
    lines = book.lines()
    waiting = [line for line in lines if not line.mapped]
    yield "# Pasal demi pasal · Article by article\n\n"
    yield f"{len(lines)} pasal disebut oleh tabel; {len(waiting)} menunggu kode atau uji. [Semua daftar · All registers](index.md)\n\n"
    yield f"{len(lines)} articles are cited by the tables; {len(waiting)} wait for code or a test. "
    yield "Tanda · A mark: `# law: UU 6/2011 Ps 97`.\n"
    for instrument, of in groupby(lines, key=lambda line: line.article.instrument):
        about = book.words.instruments[instrument].about
        yield f"\n## {instrument}\n{about.id} · {about.en}\n\n"
        heads = ("Pasal · Article", "Isi · What it says", "Baris · Rows", "Kode · Code", "Uji · Test")
        yield from table(*heads, rows=(article_row(book, line) for line in of))
    yield from waits(book)
    yield from outside(book)


def article_row(book: Book, line: Line) -> tuple[str, ...]:
    says = book.words.says[str(line.article)]
    waits = "menunggu · waits"
    return (
        f"Ps {line.article.number}" if line.article.number else "seluruhnya · the whole",
        f"{says.id} · {says.en}",
        "<br>".join(rows_of(book, line)),
        "<br>".join(link(mark) for mark in line.code) or waits,
        "<br>".join(link(mark) for mark in line.tests) or waits,
    )


def rows_of(book: Book, line: Line) -> Iterator[str]:
    """The kinds that rest on the article, each with the days since which; only `all` where it is every row of the kind."""
    for kind, rows in groupby(line.rows, key=lambda row: row.kind):
        since = [row.since for row in rows]
        when = "semua · all" if len(since) == len(book.basis.rows[kind]) else ", ".join(since)
        yield f"[`{kind}`]({kind}.md) ({book.files[kind]}.yaml): {when}"


def link(mark: Mark) -> str:
    name = mark.name.rpartition(".")[2] or mark.file.rpartition("/")[2]
    return f"[{name}](../../{mark.file})"


def waits(book: Book) -> Iterator[str]:
    if not book.words.waits:
        return
    yield "\n## Menunggu · Waiting\n"
    yield from table(
        "Pasal · Article", "Menunggu · Waits for", rows=((row.law, row.waits_for) for row in book.words.waits)
    )


def outside(book: Book) -> Iterator[str]:
    yield "\n## Di luar daftar · Outside the registers\n"
    yield "Pasal yang berlaku tetapi tidak dijalankan oleh sebuah daftar, dan sebabnya. · Law that no register carries out, and why.\n\n"
    rows = sorted(book.words.outside, key=lambda row: listed(row.law)[0])
    yield from table(
        "Pasal · Article", "Bahasa Indonesia", "English", rows=((row.law, row.why.id, row.why.en) for row in rows)
    )
