"""A short history of invented people as two agencies state it, in batches of any order and cut."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection

from suar.intake.actions.keep import keep, open_run
from suar.intake.connectors.sending import Sending
from suar.intake.jobs.read import read_batch
from suar.persons.jobs import place_batch
from suar.persons.queries import export
from suar.policies.models import Version
from suar.site.auth import system_act
from suar.site.projecting import project
from suar.site.sweep import sweep
from suar.vault.queries import PROTECTION
from tests.cast import BEFORE

GIVEN = ("Siti", "Ahmad", "Sri", "Budi", "Dewi", "Suparman", "Rotua", "Wayan", "Maria", "Yusuf")
SECOND = ("Aminah", "Fauzi", "Wahyuni", "Santoso", "Lestari", "Siregar", "Sudarma", "Goreti", "Hidayat", "")
Event = dict[str, Any]

FIELDS = {
    "application_no": "nomor",
    "full_name": "nama",
    "nik": "nik",
    "birth_date": {"from": "lahir"},
    "sex": {"from": "jk", "codes": {"L": "1", "P": "2"}},
    "mother_name": "ibu",
    "phone": "hp",
    "region_code": "wilayah",
    "status": {"from": "status", "codes": {"A": "submitted", "D": "deferred", "S": "approved"}},
    "submitted_at": {"from": "waktu"},
}


def source(name: str, agency: str) -> dict[str, Any]:
    """A source's policy, as a lawyer would read it from a file."""
    return {
        "source": name,
        "agency": agency,
        "dated": "2026-11-21",
        "name": {"id": name, "en": name},
        "zone": "Asia/Jakarta",
        "feed": "delta",
        "rhythm_minutes": 10,
        "stale_after_minutes": 60,
        "covers": "all",
        "reach": {"connector": "rest", "streams": {"baris": {"media": "json", "options": {"records": "baris"}}}},
        "guard": {"returned_permille": 1000},
        "kinds": {
            "baris": {
                "kind": "passport_application",
                "record_id": "nomor",
                "subject_id": "orang",
                "version": {"from": "versi", "read": "integer"},
                "at": {"from": "waktu"},
                "withdrawn": {"batal": ["ya"]},
                "sparse": True,
                "fields": FIELDS,
                "ignore": ["batal"],
            }
        },
    }


def sealed_source() -> dict[str, Any]:
    """A source of victims' services: everything it sends stays behind the wall (UU 21/2007 Ps 44)."""
    table = source("ujip", "kemenpppa")
    table["reach"]["streams"]["baris"]["wall"] = "protection"
    kind = table["kinds"]["baris"]
    fields = {name: spec for name, spec in FIELDS.items() if name not in {"application_no", "submitted_at", "status"}}
    fields |= {
        "case_no": "nomor",
        "registered_at": {"from": "waktu"},
        "status": {"from": "status", "codes": {"A": "open"}},
    }
    table["kinds"]["baris"] = kind | {"kind": "victim_service", "fields": fields}
    return table


def adopt_sources() -> None:
    for table in (source("ujia", "imigrasi"), source("ujib", "kp2mi"), sealed_source()):
        name = table["source"]
        digest = hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()
        Version.objects.create(
            id=uuid4(),
            name=f"sources/{name}",
            sha256=digest,
            content=table,
            in_force_from=BEFORE,
            adopted_by=uuid4(),
            reason="tests",
        )


def events(seed: int, count: int) -> list[tuple[str, Event]]:
    """`count` statements about some forty people: families with one phone, namesakes, slips of a digit, changes, records that turn out
    to be another human's, and withdrawals.
    """
    draw = random.Random(seed)
    people = [person(draw, number) for number in range(max(4, count // 5))]
    made: list[tuple[str, Event]] = []
    versions: dict[tuple[str, str], int] = {}
    while len(made) < count:
        system, who = draw.choice(("ujia", "ujib")), draw.choice(people)
        number = f"{who['orang']}-{draw.randrange(2)}"
        versions[system, number] = versions.get((system, number), 0) + 1
        told_of = draw.choice(people) if draw.random() < 0.08 else who  # an application put under another human's id
        said = dict(told_of) | {"nomor": number, "versi": versions[system, number], "status": draw.choice("AADS")}
        said["waktu"] = f"2026-10-{1 + len(made) % 28:02}T0{draw.randrange(9)}:00:00+07:00"
        if draw.random() < 0.15:
            said["nik"] = slip(said["nik"], draw)
        if draw.random() < 0.1:
            said["nama"] = said["nama"].split()[0]
        if draw.random() < 0.07:
            said["batal"] = "ya"
        made.append((system, said))
    return made


def person(draw: random.Random, number: int) -> Event:
    family = number // 2  # two of one family share mother and phone; every fifth has a namesake's name
    year, month, day = draw.randrange(1960, 2006), draw.randrange(1, 13), draw.randrange(1, 29)
    sex = draw.choice("LP")
    name = f"{GIVEN[number % 5 if number % 5 == 0 else number % 10]} {SECOND[number % 10]}".strip()
    nik = f"990101{day + (40 if sex == 'P' else 0):02}{month:02}{year % 100:02}{1 + number:04}"
    return {
        "orang": f"o{number}",
        "nama": name,
        "nik": nik,
        "lahir": f"{year}-{month:02}-{day:02}",
        "jk": sex,
        "ibu": f"Ibu {GIVEN[family % 10]}",
        "hp": f"0812990{family:05}",
        "wilayah": "520201",
    }


def slip(nik: str, draw: random.Random) -> str:
    place = draw.randrange(12, 16)
    return nik[:place] + str((int(nik[place]) + 1) % 10) + nik[place + 1 :]


def tell(told: Sequence[tuple[str, Event]], sizes: random.Random) -> None:
    """Take the statements in as they come, in batches of any size; some are placed at once, others wait for company."""
    runs = {name: open_run(name, "baris", act=system_act("tests")) for name in ("ujia", "ujib")}
    rest = list(told)
    while rest:
        size = sizes.randrange(1, 60)
        part, rest = rest[:size], rest[size:]
        for name, agency in (("ujia", "imigrasi"), ("ujib", "kp2mi")):
            rows = [event for system, event in part if system == name]
            if rows:
                body = json.dumps({"baris": rows}).encode()
                sending = Sending(
                    stream="baris", media="json", body=body, cursor_after="", options={"records": "baris"}
                )
                kept = keep(
                    sending, source=name, agency=agency, run=runs[name], act=system_act("tests"), announce=False
                )
                for batch in kept.batches:
                    read_batch(batch, act=system_act("tests"))
                    if sizes.random() < 0.6 or not rest:
                        place_batch(batch, act=system_act("tests"))
                    if sizes.random() < 0.6 or not rest:
                        project(batch, act=system_act("tests"))
    sweep(act=system_act("tests"), left=timedelta(0))


def seal_records(rows: Sequence[Event]) -> None:
    """Take victims' services in, behind the wall."""
    run = open_run("ujip", "baris", act=system_act("tests"), wall=PROTECTION)
    body = json.dumps({"baris": [dict(row) | {"status": "A"} for row in rows]}).encode()
    sending = Sending(stream="baris", media="json", body=body, cursor_after="", options={"records": "baris"})
    kept = keep(
        sending, source="ujip", agency="kemenpppa", run=run, act=system_act("tests"), wall=PROTECTION, announce=False
    )
    for batch in kept.batches:
        read_batch(batch, act=system_act("tests"), wall=PROTECTION)
        place_batch(batch, act=system_act("tests"), wall=PROTECTION)


def state() -> list[Any]:
    """The derived state in canonical form: subjects, persons, links, entries and steps, without the ids of the day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        cursor.execute(
            "SELECT id, kind, subject, source, reason, state, in_force::text FROM registers_entry ORDER BY id"
        )
        entries = [list(map(str, row)) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT id, subject, kind, at, until_at, state, country, region, facts::text FROM journeys_step ORDER BY id"
        )
        steps = [list(map(str, row)) for row in cursor.fetchall()]
    return [export(), entries, steps]
