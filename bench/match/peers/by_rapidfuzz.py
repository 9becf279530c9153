"""rapidfuzz compared with everybody: cdist of Jaro-Winkler over all names, one worker, first 20 (PERFORMANCE 2)."""

from __future__ import annotations

from pathlib import Path

import numpy
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist

from bench.match.peers.wire import Fields, listen, rows

FIRST = 20


class BruteForce:
    def load(self, file: Path, store: Path) -> int:
        self.names = [row[1].lower() for row in rows(file)]
        return len(self.names)

    def search(self, asked: Fields) -> list[tuple[int, float]]:
        alike = cdist(
            [asked.get("full_name", "").lower()],
            self.names,
            scorer=JaroWinkler.similarity,
            workers=1,
            dtype=numpy.float32,
        )[0]
        first = numpy.argpartition(alike, -FIRST)[-FIRST:]
        ordered = first[numpy.argsort(-alike[first])]
        return [(int(number), float(alike[number])) for number in ordered]

    def ready(self, fields: Fields) -> Fields:
        return fields

    def score(self, left: Fields, right: Fields) -> float:
        return float(JaroWinkler.similarity(left["full_name"], right["full_name"]))


if __name__ == "__main__":
    listen(BruteForce())
