"""The public page and the engineers' console: nothing of a person, no small count, honest words, every number with its rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from suar.intake.access import alive as telling
from suar.intake.jobs.history import note_states
from suar.intake.pages.alive import MOST_A_MINUTE
from suar.intake.queries.mappings import region_names
from suar.site.auth import now, system_act
from suar.site.templatetags import histories
from tests import cast
from tests.arrivals import arrive

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
PLACED = {"country": "MYS", "status": "contracted", "contract_from": "2026-11-03", "region_code": "357301"}
DISTRICTS = sorted(code for code in region_names() if len(code) == 4)


@pytest.fixture(autouse=True)
def policies(db: None) -> Iterator[None]:
    cast.adopt()
    cache.clear()
    yield
    cache.clear()


def seeded() -> list[str]:
    """Records of people, of which one is returned; every value of theirs by which somebody could be known."""
    people = [
        {"id": f"p-{number}", "who": who, **described, **PLACED}
        for number, (who, described) in enumerate({"sari": cast.SARI, "bad": cast.SARI | {"nik": "12345"}}.items())
    ]
    arrive("siskop2mi", "placement", people)
    known = ("full_name", "nik", "passport_no", "phone", "mother_name", "address")
    values = [str(one[name]) for one in people for name in known if one.get(name)]
    assert len(values) > 4
    return values


def told() -> dict[str, Any]:
    answer = Client().get("/api/v1/alive")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


SOURCE = {
    "source", "agency", "name", "state", "since", "rhythm_minutes", "late_after_minutes", "uptime_30d_permille", "seen_30d_s", "districts",
    "days",
}  # fmt: skip
STATES = {"alive", "late", "silent", "not_connected", "not_seen"}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{path}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, path)
    else:
        yield path, value


def personal(values: list[str]) -> list[str]:
    """What of these people stands on the page, in either language, or in the answer for machines; and what in that is no state, day or count."""
    answer = Client().get("/api/v1/alive")
    pages = [Client(headers={"accept-language": tongue}).get("/terhubung/").content.decode() for tongue in ("id", "en")]
    found = [one for one in values if any(one in text for text in (*pages, answer.content.decode()))]
    for path, leaf in leaves(answer.json()):
        name = path.rsplit(".", 1)[-1]
        known = (
            leaf is None
            or isinstance(leaf, int)
            or (name == "state" and leaf in STATES)
            or (name in ("at", "since", "day") and bool(datetime.fromisoformat(leaf)))
            or (name in ("source", "agency") and re.fullmatch("[a-z0-9_]+", leaf) is not None)
            or path in (".sources.name.id", ".sources.name.en")
        )
        if not known:
            found.append(path)
    return found


def test_the_public_page_and_its_json_hold_nothing_of_anybody() -> None:
    values = seeded()
    note_states(act=system_act("watch"))
    assert personal(values) == []
    assert all(set(one) == SOURCE for one in told()["sources"])
    assert "simfoni" not in json.dumps(told()) and "Simfoni" not in Client().get("/terhubung/").content.decode()


def test_a_page_that_names_somebody_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: the name of the last one whose record came stands beside his source."""
    values = seeded()
    real = telling.alive

    def named(mapping: Any, *rest: Any) -> Any:
        return replace(real(mapping, *rest), name={"id": cast.SARI["full_name"], "en": mapping.name.en})

    monkeypatch.setattr(telling, "alive", named)
    assert personal(values) != []


def connected(number: int) -> None:
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM intake_connected")
        cursor.execute(
            "INSERT INTO intake_connected (source, region, connected, asked_at)"
            " SELECT 'disnaker', region, true, %s FROM unnest(%s::text[]) AS region",
            [now(), DISTRICTS[:number]],
        )


@pytest.mark.parametrize("number", [0, 1, 9, 10, 120, len(DISTRICTS) - 10, len(DISTRICTS) - 9, len(DISTRICTS)])
def test_no_count_below_ten_is_said_nor_one_from_which_it_follows(number: int) -> None:
    connected(number)
    [disnaker] = [one for one in told()["sources"] if one["source"] == "disnaker"]
    rest = len(DISTRICTS) - number
    shown = (number == 0 or number >= 10) and (rest == 0 or rest >= 10)
    assert disnaker["districts"] == {"covered": number if shown else None, "all": len(DISTRICTS)}
    page = Client(headers={"accept-language": "en"}).get("/terhubung/").content.decode()
    if not shown:
        assert f"{number} of {len(DISTRICTS)}" not in page and f"{rest} of {len(DISTRICTS)}" not in page


def planted(state: str) -> None:
    cache.clear()
    at = now()
    ok = {"late": at - timedelta(days=20)}.get(state, at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_source (source, stream, tried_at, ok_at, failing_since, fault)"
            " VALUES ('sipmi', 'satu', %s, %s, %s, %s) ON CONFLICT (source, stream) DO UPDATE"
            " SET ok_at = excluded.ok_at, failing_since = excluded.failing_since, fault = excluded.fault",
            [at, ok, at if state == "silent" else None, "source.timeout" if state == "silent" else ""],
        )


@pytest.mark.parametrize("state", ["alive", "late", "silent", "not_connected"])
def test_a_missing_feed_never_reads_as_a_missing_permit(state: str) -> None:
    if state != "not_connected":
        planted(state)
    [sipmi] = [one for one in told()["sources"] if one["source"] == "sipmi"]
    assert sipmi["state"] == state
    page = Client(headers={"accept-language": "en"}).get("/terhubung/").content.decode()
    assert "no news is not the lack of a permit" in page
    without_it = page.replace("no news is not the lack of a permit", "")
    assert "permit" not in without_it.split("<main")[1]


def test_it_is_kept_half_a_minute_and_read_from_the_tables_once() -> None:
    answer = Client().get("/api/v1/alive")
    assert answer.headers["Cache-Control"] == "public, max-age=30" and not answer.cookies
    assert Client().get("/terhubung/").headers["Cache-Control"] == "private, max-age=30"
    with CaptureQueriesContext(connection) as asked:
        told()
    assert len(asked) == 0


def test_who_asks_too_often_is_told_so_and_others_are_not() -> None:
    answers = [Client().get("/api/v1/alive").status_code for _ in range(MOST_A_MINUTE + 2)]
    assert answers[MOST_A_MINUTE - 1] == 200 and answers[-1] == 429
    refused = Client().get("/api/v1/alive")
    assert refused.json()["code"] == "alive.too_often" and refused.headers["Retry-After"]
    assert Client(REMOTE_ADDR="192.0.2.7").get("/api/v1/alive").status_code == 200


def test_the_description_of_the_interface_has_it() -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert described["paths"]["/api/v1/alive"]["get"]["operationId"] == "alive"
    assert "/api/v1/contract-tests" in described["paths"]


CONSOLE = (
    "/integrasi/sumber/", "/integrasi/sumber/siskop2mi/", "/integrasi/pesan/", "/integrasi/pesan/?faulty=1",
    "/integrasi/sumber/disnaker/daerah/?province=35",
)  # fmt: skip


def test_on_the_console_every_link_leads_somewhere_and_no_value_stands() -> None:
    values = seeded()
    note_states(act=system_act("watch"))
    eko = cast.browser(cast.EKO)
    followed = set()
    for path in CONSOLE:
        page = eko.get(path)
        assert page.status_code == 200, path
        text = page.content.decode()
        assert [one for one in values if one in text] == []
        followed |= set(re.findall('href="(/(?:integrasi|batches|berbagi|terhubung|sources)[^"#]*)"', text))
    assert any(link.startswith("/batches/") and "/rows/" in link for link in followed)
    provinces = sorted(link for link in followed if "province=" in link)
    for link in sorted(followed - set(provinces[1:])):
        answer = eko.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200, link


def test_the_messages_say_what_became_of_each() -> None:
    seeded()
    page = cast.browser(cast.EKO).get("/integrasi/pesan/?source=siskop2mi").content.decode()
    assert "ada yang dikembalikan" in page or "diterima" in page
    assert cast.browser(cast.EKO).get("/integrasi/pesan/?source=simfoni").status_code == 404


def test_the_line_for_keys_waits_for_its_page() -> None:
    eko = cast.browser(cast.EKO)
    there = histories.page_there("/integrasi/kunci/")
    assert ("/integrasi/kunci/" in eko.get("/integrasi/pesan/").content.decode()) == bool(there)
    assert (
        histories.page_there("/integrasi/pesan/") == "/integrasi/pesan/" and histories.page_there("/tidak/ada/") == ""
    )
