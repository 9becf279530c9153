"""tantivy: fuzzy words of the name and the mother's name, the NIK and the year of birth, first 20 (PERFORMANCE 2)."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import tantivy

from bench.match.peers.wire import Fields, listen, rows

FIRST = 20
MEMORY = 256 << 20


class Tantivy:
    def load(self, file: Path, store: Path) -> int:
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("number", stored=True, indexed=False)
        for name in ("name", "mother"):
            builder.add_text_field(name, tokenizer_name="default")
        for name in ("nik", "year"):
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        self.schema = builder.build()
        done = store / "done"
        if not done.exists():
            shutil.rmtree(store, ignore_errors=True)
            store.mkdir(parents=True)
            people = self.fill(tantivy.Index(self.schema, path=str(store)), file)
            done.write_text(str(people))
        self.index = tantivy.Index(self.schema, path=str(store))
        self.searcher = self.index.searcher()
        return int(self.searcher.num_docs)

    def fill(self, index: tantivy.Index, file: Path) -> int:
        writer = index.writer(heap_size=MEMORY, num_threads=1)
        people = 0
        for row in rows(file):
            document = tantivy.Document()
            document.add_integer("number", int(row[0]))
            document.add_text("name", row[1])
            document.add_text("nik", row[2])
            document.add_text("year", row[4][:4])
            document.add_text("mother", row[6])
            writer.add_document(document)
            people += 1
        writer.commit()
        writer.wait_merging_threads()
        return people

    def search(self, asked: Fields) -> list[tuple[int, float]]:
        wanted = []
        for field, name in (("name", "full_name"), ("mother", "mother_name")):
            for word in re.findall(r"\w+", asked.get(name, "").lower()):
                wanted.append(self.fuzzy(field, word))
        for field, value in (("nik", asked.get("nik", "")), ("year", asked.get("birth_date", "")[:4])):
            if value:
                wanted.append((tantivy.Occur.Should, tantivy.Query.term_query(self.schema, field, value)))
        found = self.searcher.search(tantivy.Query.boolean_query(wanted), limit=FIRST, count=False)
        return [(int(self.searcher.doc(address)["number"][0]), score) for score, address in found.hits]

    def fuzzy(self, field: str, word: str) -> tuple[tantivy.Occur, tantivy.Query]:
        """The word itself, and with one letter otherwise where it is long enough to bear that."""
        if len(word) < 4:
            return tantivy.Occur.Should, tantivy.Query.term_query(self.schema, field, word)
        return tantivy.Occur.Should, tantivy.Query.fuzzy_term_query(self.schema, field, word, distance=1)

    def ready(self, fields: Fields) -> Fields:
        return fields

    def score(self, left: Fields, right: Fields) -> float:
        raise NotImplementedError("a search engine scores documents, not pairs")


if __name__ == "__main__":
    listen(Tantivy())
