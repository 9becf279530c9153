"""pg_trgm: a trigram GIN index on the names of all, `name % asked` at 0.3, the 20 most alike (PERFORMANCE 2)."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg

from bench.match.peers.wire import COLUMNS, Fields, listen

SEARCH = """
SELECT number, similarity(full_name, %(name)s) AS alike FROM person WHERE full_name %% %(name)s ORDER BY alike DESC, number LIMIT 20
"""


class Trigrams:
    def load(self, file: Path, store: Path) -> int:
        self.base = psycopg.connect(os.environ["TRIGRAM_DATABASE_URL"], autocommit=True)
        self.base.execute("SELECT set_config('pg_trgm.similarity_threshold', '0.3', false)")
        known = self.base.execute("SELECT to_regclass('person_done')").fetchone()
        if not known or known[0] is None:
            self.fill(file)
        row = self.base.execute("SELECT count(*) FROM person").fetchone()
        assert row
        return int(row[0])

    def fill(self, file: Path) -> None:
        columns = ", ".join(f"{name} {'bigint' if name == 'number' else 'text'}" for name in COLUMNS)
        self.base.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        self.base.execute("DROP TABLE IF EXISTS person")
        self.base.execute(f"CREATE TABLE person ({columns})")
        with self.base.cursor() as cursor, cursor.copy("COPY person FROM STDIN") as into, file.open("rb") as lines:
            while piece := lines.read(1 << 20):
                into.write(piece)
        self.base.execute("CREATE INDEX ON person USING gin (full_name gin_trgm_ops)")
        self.base.execute("VACUUM (ANALYZE) person")
        self.base.execute("CREATE TABLE person_done ()")

    def search(self, asked: Fields) -> list[tuple[int, float]]:
        found = self.base.execute(SEARCH, {"name": asked.get("full_name", "")}).fetchall()
        return [(int(number), float(alike)) for number, alike in found]

    def ready(self, fields: Fields) -> Fields:
        return fields

    def score(self, left: Fields, right: Fields) -> float:
        row = self.base.execute("SELECT similarity(%s, %s)", [left["full_name"], right["full_name"]]).fetchone()
        return float(row[0]) if row else 0.0


if __name__ == "__main__":
    listen(Trigrams())
