"""`suar law`: writes docs/law, article → table row → code → test, and says what a lawyer would not find in it."""

from __future__ import annotations

import sys

from suar.site.law.book import missing, read_book
from suar.site.law.pages import pages
from suar.site.running.home import ROOT

FOLDER = ROOT / "docs" / "law"


def law() -> int:
    """Exit status 1 when an article has no code or no test and is not said to wait. Raises BadTable, BadCitation."""
    book = read_book(ROOT)
    if lacks := list(missing(book)):
        print("\n".join(lacks), file=sys.stderr)
        return 1
    made = pages(book)
    for gone in {path.name for path in FOLDER.glob("*.md")} - made.keys():
        (FOLDER / gone).unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    lines = book.lines()
    rows = sum(len(of_kind) for of_kind in book.basis.rows.values())
    waiting = ", ".join(str(line.article) for line in lines if not line.mapped)
    print(f"{len(book.basis.rows)} kinds in {rows} rows cite {len(lines)} articles; {len(made)} pages written")
    print(f"waiting for code or a test: {waiting or 'none'}")
    return 0
