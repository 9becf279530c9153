"""The first four systems through the hub's own connectors and mappings: everything sent is a record, or has a fault
that was planted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from suar.core.standard.codes import read_codes
from suar.core.standard.fields import Standard, read_standard
from suar.core.standard.mapping import SourceMapping, read_mapping
from suar.core.standard.reading import read_record
from suar.core.standard.survey import survey
from suar.intake.connectors import lists, rest
from suar.intake.connectors.http import Client
from suar.intake.connectors.sending import Sending, cut, natives
from tests.sandbox.running_nation import Running, make_home, running

POLICY = Path(__file__).resolve().parents[2] / "policy"
SYSTEMS = ("simkim", "siskop2mi", "siapkerja", "sipmi")

#: What the planted defects of the systems' DEFECTS tables end in. Anything else is a mistake in a mapping.
PLANTED = {
    "simkim": {("permohonan", "nik.letters")},
    "siskop2mi": {("pendaftaran", "nik.excel")},
    "siapkerja": {("events", "date.year")},
    "sipmi": set(),
}

#: One table of each system in which the breakage renames a column.
RENAMED = {"permohonan", "pendaftaran", "events", "aduan"}


def tables(folder: str) -> dict[str, Any]:
    return {path.stem: yaml.safe_load(path.read_text()) for path in sorted((POLICY / folder).glob("*.yaml"))}


@pytest.fixture(scope="module")
def standard() -> Standard:
    return read_standard(tables("standard"), read_codes(tables("codes")))


def mapping_of(name: str, standard: Standard) -> SourceMapping:
    return read_mapping(yaml.safe_load((POLICY / "sources" / f"{name}.yaml").read_text()), standard, standard.codes)


@pytest.fixture(scope="module", params=SYSTEMS)
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp(request.param)
    make_home(home, request.param)
    with running(home, request.param) as it:
        yield it


def sendings(it: Running, mapping: SourceMapping) -> Iterator[Sending]:
    client = Client(it.address, mapping.reach["auth"])
    for stream, words in mapping.reach["streams"].items():
        if words.get("push_only"):
            continue
        if words.get("connector") == "signed_list":
            yield from lists.pull(client, stream, words, "")
        else:
            yield from rest.pull(client, stream, words, "", ZoneInfo(mapping.zone))
    client.close()


def rows(it: Running, mapping: SourceMapping) -> list[tuple[str, dict[str, Any]]]:
    return [
        row
        for sending in sendings(it, mapping)
        for row in natives(sending.media, sending.options, sending.stream, sending.meta, cut(sending))
    ]


COUNTED = {
    "simkim": "SELECT count(*) FROM berkas",
    "siapkerja": "SELECT count(*) FROM events",
    "sipmi": "SELECT count(*) FROM baris",
    "siskop2mi": "SELECT sum(n) FROM ("
    + " UNION ALL ".join(
        f"SELECT count(*) AS n FROM {table} WHERE TERAKHIR = 1"
        for table in ("p3mi", "sip2mi", "pendaftaran", "penempatan", "epmi", "kepulangan", "pengaduan", "pencegahan")
    )
    + " UNION ALL SELECT count(*) FROM ktkln)",
}


def test_all_that_the_store_holds_arrives_and_is_read_but_for_planted_faults(
    system: Running, standard: Standard
) -> None:
    mapping = mapping_of(system.name, standard)
    arrived = [(table, row) for table, row in rows(system, mapping) if table != "cegah"]
    assert len(arrived) == system.count(COUNTED[system.name])
    faults: Counter[tuple[str, str]] = Counter()
    for table, row in rows(system, mapping):
        kinds = mapping.kinds_of(table, row)
        assert len(kinds) == 1, (table, row)
        read = read_record(row, kinds[0], standard)
        faults.update((table, fault.code) for fault in read.faults)
    assert set(faults) <= PLANTED[system.name]
    assert sum(faults.values()) < len(arrived) * 0.02


def test_no_field_or_code_of_theirs_is_unknown_to_the_mapping(system: Running, standard: Standard) -> None:
    mapping = mapping_of(system.name, standard)
    of_kind: dict[str, list[dict[str, Any]]] = {}
    for table, row in rows(system, mapping):
        of_kind.setdefault(mapping.kinds_of(table, row)[0].native, []).append(row)
    findings = [finding for native, found in of_kind.items() for finding in survey(found, mapping.kinds[native])]
    assert findings == []


def test_a_renamed_column_is_one_finding(system: Running, standard: Standard) -> None:
    mapping = mapping_of(system.name, standard)
    with system.broken("renamed_column"):
        table, first = next((table, row) for table, row in rows(system, mapping) if table in RENAMED)
        whole = [row for where, row in rows(system, mapping) if where == table]
    kind = mapping.kinds_of(table, first)[0]
    assert [finding for finding in survey(whole, kind) if "column" in finding.code]
