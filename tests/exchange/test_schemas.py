"""Every event is as its schema says, every type that is published is known, and the AsyncAPI document is of this program."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema_rs
import pytest
import yaml

from suar.core.cloudevents import asyncapi, schema
from suar.exchange.queries.events import signed_event
from suar.site import reference
from tests import cast
from tests.exchange.machines import Machine
from tests.exchange.test_signed import row
from tests.house import rules

TABLE = yaml.safe_load((cast.POLICY / "sharing" / "events.yaml").read_text())
#: CloudEvents 1.0.2, section 3.1: names of attributes, and section 4.1 of the JSON format: what must be there.
ATTRIBUTE = re.compile(r"[a-z0-9]{1,20}|data")


def event(**changed: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(signed_event(row(), "kp2mi"))
    return told | changed


def valid(told: dict[str, Any]) -> bool:
    return bool(jsonschema_rs.validator_for(schema("record.accepted", "")).is_valid(told))


def test_an_event_is_as_its_schema_says_and_nothing_may_be_added_or_left_out() -> None:
    told = event()
    assert valid(told)
    assert all(ATTRIBUTE.fullmatch(name) for name in told)
    assert {"specversion", "id", "source", "type"} <= set(told)
    assert not valid(told | {"name": "Sari"})
    assert not valid(told | {"data": told["data"] | {"nik": cast.SARI_NIK}})
    assert not valid(told | {"type": "id.suar.record.returned"})
    for name in set(told) - {"subject"}:
        assert not valid({key: value for key, value in told.items() if key != name}), name


def test_every_type_that_is_published_is_either_told_or_the_houses_own() -> None:
    found = {name for path in rules.files() for name in re.findall(r'type="([a-z_]+\.[a-z_]+)"', path.read_text())}
    assert found and found <= set(TABLE["told"]) | set(TABLE["inside"])
    assert not set(TABLE["told"]) & set(TABLE["inside"])


def test_the_agreements_of_the_training_nation_name_only_types_and_classes_that_are_known() -> None:
    from suar.site.demo import AGREEMENTS

    classes = yaml.safe_load((cast.POLICY / "sharing" / "classes.yaml").read_text())["classes"]
    for _, _, _, named, events, _ in AGREEMENTS:
        assert set(events) <= set(TABLE["told"]) and set(named) <= set(classes)


def test_the_fields_of_a_class_are_fields_of_its_kinds() -> None:
    """Its own, so that a class alone names nobody; a class that is closed to all but its receivers has those of its groups too."""
    classes = yaml.safe_load((cast.POLICY / "sharing" / "classes.yaml").read_text())["classes"]
    known = {path.stem: yaml.safe_load(path.read_text()) for path in (cast.POLICY / "standard").glob("*.yaml")}
    for name, known_as in classes.items():
        kinds = [known[kind] for kind in known_as["of"] if kind in known]
        groups = [known[group] for kind in kinds for group in kind.get("include", []) if "to" in known_as]
        fields = {field for kind in (*kinds, *groups) for field in kind.get("fields", {})}
        assert not kinds or set(known_as["fields"]) <= fields, name


def test_the_published_document_is_the_one_that_the_program_makes() -> None:
    kept = (rules.ROOT / "docs" / "reference" / "asyncapi.yaml").read_text()
    assert kept == reference.pages()["asyncapi.yaml"]
    document = yaml.safe_load(kept)
    assert document == asyncapi(TABLE["told"])
    for name, channel in document["channels"].items():
        assert channel["messages"][name]["$ref"] == f"#/components/messages/{name}"
        jsonschema_rs.meta.validate(document["components"]["messages"][name]["payload"])


@pytest.mark.django_db(databases=["default", "protection"])
def test_a_machine_reads_the_schema_of_a_type_and_none_of_the_houses_own() -> None:
    cast.adopt()
    machine = Machine("kp2mi")
    assert machine.get("events/schemas/record.accepted").json() == schema(
        "record.accepted", TABLE["told"]["record.accepted"]["means"]
    )
    assert machine.get("events/schemas/batch.read").status_code == 404
