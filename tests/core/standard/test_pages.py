"""What is made from the standard: JSON Schemas that hold for its records, and reference pages that are current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from suar.core.standard import json_schemas, read_record, reference_pages
from tests.core.standard.adopted import applications, cases, row, standard

DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference" / "standard"


def test_the_reference_pages_are_current() -> None:
    made = reference_pages(standard())
    kept = {str(path.relative_to(DOCS)): path.read_text("utf-8") for path in DOCS.rglob("*.md")}
    changed = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
    assert not changed, f"write them again from the tables: {changed}"


def test_every_link_of_a_page_leads_to_a_page() -> None:
    import re

    made = reference_pages(standard())
    for name, text in made.items():
        for target in re.findall(r"\]\(([^)]+)\)", text):
            assert str(Path(name).parent / target).replace("codes/../", "") in made, (name, target)


@pytest.mark.parametrize("kind", sorted(standard().kinds))
def test_each_schema_is_a_schema_of_2020_12(kind: str) -> None:
    schema = json_schemas(standard())[kind]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema)


def test_records_hold_to_their_schema() -> None:
    schemas = json_schemas(standard())
    for kind, sent in (
        (applications(), row()),
        (cases(), {"no": "A", "tanggal": "2026-11-21", "cara": "penyekapan;penipuan", "lahir": "1990"}),
    ):
        values = dict(read_record(sent, kind, standard()).get().values)
        jsonschema_rs.validator_for(schemas[kind.kind.name]).validate(values)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nik", "123"),
        ("status", "holiday"),
        ("destination", "Arab Saudi"),
        ("birth_date", "12-05-1990"),
        ("sex", "P"),
        ("phone", "0812"),
        ("colour", "red"),
        ("stay_days", "9"),
    ],
)
def test_what_is_not_of_the_standard_breaks_the_schema(field: str, value: Any) -> None:
    values = dict(read_record(row(), applications(), standard()).get().values) | {field: value}
    assert not jsonschema_rs.validator_for(json_schemas(standard())["passport_application"]).is_valid(values)


@pytest.mark.parametrize("without", ["application_no", "full_name", "status"])
def test_what_the_standard_requires_the_schema_requires(without: str) -> None:
    values = dict(read_record(row(), applications(), standard()).get().values)
    del values[without]
    assert not jsonschema_rs.validator_for(json_schemas(standard())["passport_application"]).is_valid(values)
