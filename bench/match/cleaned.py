"""The cleaned columns that another linkage engine is given, and columns for its blocking rules: what our own reading makes of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np

from suar.core.identity.person import Description
from suar.core.identity.spelling import letters, sound
from suar.core.matching.keys import day_by, day_of, telling_words
from suar.core.matching.places import place_of
from suar.site.batch import people

COLUMNS = (
    "full_name", "name_sound", "nik", "sex", "birth_date", "birth_place", "mother_name", "passport_no", "phone",
    "word_1", "word_2", "words", "born", "day", "year", "mother", "region",
)  # fmt: skip
TOGETHER = 50_000


def write(file: Path, to: Path) -> None:
    """Parquet with `id` and COLUMNS; what is not known is NULL."""
    shape = people.shape(file)
    with duckdb.connect() as base:
        base.execute(f"CREATE TABLE made (id BIGINT, {', '.join(f'{name} VARCHAR' for name in COLUMNS)})")
        for rows in people.rows(file, shape, together=TOGETHER):
            described = people.described(rows.cells, shape.columns, people.Unread())
            columns = dict(zip(COLUMNS, zip(*map(columns_of, described), strict=True), strict=True))
            part = {"id": np.array(rows.ids, np.int64)}
            part |= {name: np.array(values, object) for name, values in columns.items()}
            base.execute("INSERT INTO made SELECT * FROM part")
        base.execute(f"COPY made TO '{to}' (FORMAT parquet)")


def columns_of(d: Description) -> Sequence[str | None]:
    words = telling_words(d.full_name)
    mother = " ".join(sorted(telling_words(d.mother_name)[:2]))
    digits = d.nik[6:12]
    born = day_of(d.birth_date) or day_by(digits)
    region = (d.region_code.replace(".", "") or d.nik)[:4]
    cleaned = (
        letters(d.full_name), " ".join(words), d.nik, d.sex, d.birth_date, sound(place_of(d.birth_place)), letters(d.mother_name),
        d.passport_no, d.phone,
    )  # fmt: skip
    rules = (
        words[0] if words else "",
        words[1] if len(words) > 1 else "",
        " ".join(sorted(words[:2])),
        born,
        born[2:],
        born[:2],
        mother,
        region,
    )
    return [value or None for value in (*cleaned, *rules)]
