"""nomenklatura: the blocker's index over all, asked for one entity at a time, then logic-v2 on its candidates (PERFORMANCE 2)."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from followthemoney import Dataset, StatementEntity
from nomenklatura.blocker import Index
from nomenklatura.matching import get_algorithm
from nomenklatura.matching.types import ScoringConfig

from bench.match.peers.wire import COLUMNS, Fields, listen, rows

PROPERTIES = {
    "full_name": "name",
    "nik": "idNumber",
    "sex": "gender",
    "birth_date": "birthDate",
    "birth_place": "birthPlace",
    "mother_name": "motherName",
    "passport_no": "passportNumber",
    "phone": "phone",
    "address": "address",
}
SEX = {"1": "male", "2": "female"}


class Nomenklatura:
    def __init__(self) -> None:
        logging.disable(logging.INFO)
        self.dataset = Dataset.make({"name": "register", "title": "Register"})
        found = get_algorithm("logic-v2")
        assert found
        self.algorithm, self.config = found, ScoringConfig.defaults()

    def load(self, file: Path, store: Path) -> int:
        """The index is built once and kept; its building takes minutes, nearly all of it in reading names."""
        self.register = {int(row[0]): dict(zip(COLUMNS, row, strict=True)) for row in rows(file)}
        done = store / "done"
        if not done.exists():
            shutil.rmtree(store, ignore_errors=True)
        self.index: Any = Index(self, store)  # of a view it asks for its entities alone
        if not done.exists():
            self.index.build()
            done.touch()
        return len(self.register)

    def entities(self, include_schemata: object = None) -> Iterator[StatementEntity]:
        """What the index asks its view for."""
        for number in self.register:
            yield self.held(number)

    def held(self, number: int) -> StatementEntity:
        return self.entity(f"p-{number}", self.register[number])

    def entity(self, name: str, said: Fields) -> StatementEntity:
        properties = {PROPERTIES[field]: [value] for field, value in said.items() if field in PROPERTIES and value}
        if "gender" in properties:
            properties["gender"] = [SEX.get(properties["gender"][0], "other")]
        return StatementEntity.from_data(self.dataset, {"id": name, "schema": "Person", "properties": properties})

    def search(self, asked: Fields) -> list[tuple[int, float]]:
        one = self.entity("q-1", asked)
        hits = []
        for number in self.candidates(one):
            hits.append((number, self.algorithm.compare(one, self.held(number), self.config).score))
        return sorted(hits, key=lambda hit: -hit[1])[:20]

    def candidates(self, one: StatementEntity) -> Iterator[int]:
        for _, found in self.index.match_entities([one]):
            yield from (int(identifier.id[2:]) for identifier, _ in found)

    def ready(self, fields: Fields) -> StatementEntity:
        return self.entity("k-1", fields)

    def score(self, left: StatementEntity, right: StatementEntity) -> float:
        return float(self.algorithm.compare(left, right, self.config).score)


if __name__ == "__main__":
    listen(Nomenklatura())
