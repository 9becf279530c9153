"""The second group's systems over a real small nation, pulled by the hub's connectors and read by policy/sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from sandbox.nation import Nation
from sandbox.nation.model import Happening
from sandbox.running import Address
from suar.core.standard import (
    Codes,
    Finding,
    SourceMapping,
    Standard,
    read_codes,
    read_mapping,
    read_record,
    read_standard,
)
from suar.core.standard import survey as surveyed
from suar.intake.connectors import rest, sftp
from suar.intake.connectors.http import Client
from suar.intake.connectors.sending import Sending, cut, natives
from suar.intake.queries.mappings import region_codes
from tests.sandbox.second_group_cast import broken, running

POLICY = Path(__file__).resolve().parents[2] / "policy"
SOURCES = ("peduliwni", "polri", "simfoni", "disnaker", "bp3mi", "pimpasa")
SEED, PEOPLE = 20_261_121, 3_000
RETURNED_IN_A_THOUSAND = 15  # mistyped NIKs; DEFECTS of Peduli WNI and Disnaker


def tables(folder: str) -> dict[str, Any]:
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted((POLICY / folder).glob("*.yaml"))}


@pytest.fixture(scope="module")
def codes() -> Codes:
    return read_codes(tables("codes"), region_codes())


@pytest.fixture(scope="module")
def standard(codes: Codes) -> Standard:
    return read_standard(tables("standard"), codes)


@pytest.fixture(scope="module")
def history() -> list[Happening]:
    now = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    return list(Nation(seed=SEED, people=PEOPLE, now=now).happenings_until(now))


class Pulled:
    """What came of one source: how many rows were accepted and returned, of what kinds, with what findings."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.kinds: Counter[tuple[str, bool]] = Counter()
        self.outside_the_wall: Counter[str] = Counter()
        self.findings: list[Finding] = []


def sendings(mapping: SourceMapping, stream: str, words: dict[str, Any], address: Address) -> Iterator[Sending]:
    if mapping.reach["connector"] == "sftp":
        yield from sftp.pull(address, stream, words, "")
        return
    with closing(Client(address, mapping.reach["auth"])) as client:
        yield from rest.pull(client, stream, words, "", ZoneInfo("Asia/Jakarta"))


def pull(mapping: SourceMapping, standard: Standard, address: Address) -> Pulled:
    pulled = Pulled()
    for stream, words in mapping.reach["streams"].items():
        for sending in sendings(mapping, stream, words, address):
            rows = natives(sending.media, words.get("options", {}), stream, sending.meta, cut(sending))
            by_kind: dict[str, list[Any]] = {}
            for table, row in rows:
                kinds = mapping.kinds_of(table, row)
                pulled.rows["unexpected"] += not kinds
                for kind in kinds:
                    by_kind.setdefault(kind.native, []).append(row)
            for native, found in by_kind.items():
                kind = mapping.kinds[native]
                pulled.findings += surveyed(found, kind)
                for row in found:
                    read = read_record(row, kind, standard)
                    pulled.rows["accepted" if read.ok else "returned"] += 1
                    if read.ok:
                        record = read.get()
                        pulled.kinds[record.kind, record.protection] += 1
                        pulled.outside_the_wall[stream] += record.protection and words.get("wall") != "protection"
    return pulled


@pytest.mark.parametrize("source", SOURCES)
def test_what_a_system_says_is_read_whole_and_without_a_finding(
    source: str, tmp_path: Path, history: list[Happening], standard: Standard, codes: Codes
) -> None:
    mapping = read_mapping(tables("sources")[source], standard, codes)
    with running(source, tmp_path, history) as (_, address):
        pulled = pull(mapping, standard, address)
    assert pulled.rows["accepted"] > 0 and pulled.rows["unexpected"] == 0
    assert pulled.rows["returned"] * 1000 <= pulled.rows["accepted"] * RETURNED_IN_A_THOUSAND
    assert not [finding for finding in pulled.findings if finding.stops]
    assert not +pulled.outside_the_wall  # no protected record comes by a stream that leads into the hub
    if source == "simfoni":
        assert all(protected for _, protected in pulled.kinds)
    if source == "polri":
        assert pulled.kinds["police_report", True] and pulled.kinds["police_report", False]


@pytest.mark.parametrize("source", SOURCES)
def test_a_renamed_column_is_one_finding_that_stops(
    source: str, tmp_path: Path, history: list[Happening], standard: Standard, codes: Codes
) -> None:
    mapping = read_mapping(tables("sources")[source], standard, codes)
    broken(tmp_path, source, "renamed_column")
    with running(source, tmp_path, history) as (_, address):
        pulled = pull(mapping, standard, address)
    assert [finding for finding in pulled.findings if finding.stops] or pulled.rows["accepted"] == 0
