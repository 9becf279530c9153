"""nomenklatura: the blocker's index over all, asked for one entity at a time, then logic-v2 on its candidates (PERFORMANCE 2)."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

from followthemoney import Dataset, StatementEntity
from nomenklatura.blocker import Index
from nomenklatura.matching import get_algorithm
from nomenklatura.matching.types import ScoringConfig
from nomenklatura.resolver import Linker
from nomenklatura.store.memory import MemoryStore

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
        shutil.rmtree(store, ignore_errors=True)
        base: MemoryStore[Dataset, StatementEntity] = MemoryStore(self.dataset, Linker({}))
        writer, people = base.writer(), 0
        for row in rows(file):
            writer.add_entity(self.entity(f"p-{row[0]}", dict(zip(COLUMNS, row, strict=True))))
            people += 1
        writer.flush()
        self.view = base.default_view(external=True)
        self.index = Index(self.view, store)
        self.index.build()
        return people

    def entity(self, name: str, said: Fields) -> StatementEntity:
        properties = {PROPERTIES[field]: [value] for field, value in said.items() if field in PROPERTIES and value}
        if "gender" in properties:
            properties["gender"] = [SEX.get(properties["gender"][0], "other")]
        return StatementEntity.from_data(self.dataset, {"id": name, "schema": "Person", "properties": properties})

    def search(self, asked: Fields) -> list[tuple[int, float]]:
        one = self.entity("q-1", asked)
        hits = []
        for found in self.candidates(one):
            other = self.view.get_entity(found)
            if other is not None:
                hits.append((int(found[2:]), self.algorithm.compare(one, other, self.config).score))
        return sorted(hits, key=lambda hit: -hit[1])[:20]

    def candidates(self, one: StatementEntity) -> Iterator[str]:
        for _, found in self.index.match_entities([one]):
            yield from (identifier.id for identifier, _ in found)

    def score(self, left: Fields, right: Fields) -> float:
        """One pair. The entities are made once a text, as a register holds them made."""
        return float(self.algorithm.compare(self.kept(left), self.kept(right), self.config).score)

    def kept(self, said: Fields) -> StatementEntity:
        name = "k-" + "|".join(said.values())
        if name not in self.made:
            self.made[name] = self.entity(name[:40], said)
        return self.made[name]

    made: dict[str, StatementEntity] = {}


if __name__ == "__main__":
    listen(Nomenklatura())
