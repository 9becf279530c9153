"""Source health, the report of a batch, and the file that an agency acts on: every number leads to its rows, no value of a person is shown."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction

from suar.agencies.access import DoorShut
from suar.audit.models import Entry
from suar.core.errors import NotFound
from suar.intake import access, pages
from suar.intake.jobs.pull import end_run
from suar.intake.queries.health import counts
from suar.intake.queries.reports import HARMLESS, HIDDEN, harmless
from tests import cast
from tests.arrivals import PROTECTION, arrive

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

GOOD = {"status": "submitted", "submitted_at": "2026-11-02T03:00:00+00:00"}
WRONG_NIK = "9901015205900"  # three digits too few


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def three(source: str = "simkim", **more: Any) -> UUID:
    """A batch of one good record and two that come back: no status; a day that no calendar has."""
    rows = [
        {"id": "1", "who": "sari", "application_no": "A-1", **cast.SARI, **GOOD},
        {"id": "2", "who": "siti", "application_no": "A-2", **cast.SARI, **GOOD, "status": ""},
        {
            "id": "3",
            "who": "dewi",
            "application_no": "A-3",
            **cast.SARI,
            **GOOD,
            "status": f"{cast.SARI_NIK} salah kolom",
        },
    ]
    return arrive(source, "passport_application", rows, **more)


def shared(*agencies: str) -> None:
    """The agencies let the hub's engineer read what was returned."""
    for agency in agencies:
        cast.agree(agency, "suar", ["operations"])


def heard(source: str, *, minutes_ago: int = 1, fault: str = "", wall: str = "default") -> None:
    act = cast.hub(cast.NOON - timedelta(minutes=minutes_ago))
    end_run(source, "rows", uuid4(), fault, True, at=act.at, wall=wall)


def row_of(rows: list[dict[str, Any]], source: str) -> dict[str, Any]:
    return next(row for row in rows if row["source"] == source)


# Health -----------------------------------------------------------------------------------------------------------------------------


def test_the_counts_of_the_page_are_those_of_the_batches_and_add_up() -> None:
    three()
    row = row_of(access.health_page_for(cast.act(cast.EKO)), "simkim")
    told = row["counts"]
    assert (told["sent"], told["accepted"] + told["remarks"], told["returned"]) == (3, 1, 2)
    assert told["sent"] == told["accepted"] + told["remarks"] + told["returned"] + told["unchanged"]
    assert told == counts()["simkim"]


def test_the_number_of_returned_records_leads_an_engineer_to_their_report_and_others_not() -> None:
    batch = three()
    engineer = cast.browser(cast.EKO).get("/sources/").content.decode()
    assert f'href="/batches/{batch}/"' in engineer
    assert "/batches/" not in cast.browser(cast.BIMA).get("/sources/").content.decode()


def test_every_number_of_a_source_leads_to_its_batches_and_theirs_to_their_rows() -> None:
    batch = three()
    shared("imigrasi")
    client = cast.browser(cast.EKO)
    sources_page = client.get("/sources/").content.decode()
    told = row_of(access.health_page_for(cast.act(cast.EKO)), "simkim")["counts"]
    for count in ("sent", "accepted" if told["accepted"] else "remarks"):
        number = told[count]
        assert re.search(rf'href="/sources/simkim/{count}/">{number}</a>', sources_page), count
        listed = client.get(f"/sources/simkim/{count}/")
        assert [row["number"] for row in listed.context["rows"]] == [number]
        assert f'href="/batches/{batch}/rows/{count}/"' in listed.content.decode()
        rows = client.get(f"/batches/{batch}/rows/{count}/")
        assert len(rows.context["lines"]) == number
    returned = client.get(f"/batches/{batch}/rows/returned/").content.decode()
    assert "code.unknown" in returned and "field.required" in returned
    assert not any(str(value) in returned for name, value in cast.SARI.items() if name not in {"sex", "region_code"})
    assert f'href="/batches/{batch}/rows/returned/"' in client.get(f"/batches/{batch}/").content.decode()


def test_a_number_leads_whoever_sees_source_health_to_its_batches_and_no_further() -> None:
    batch = three()
    client = cast.browser(cast.BIMA)
    page = client.get("/sources/simkim/returned/")
    assert [row["number"] for row in page.context["rows"]] == [2] and "/batches/" not in page.content.decode()
    assert client.get(f"/batches/{batch}/rows/returned/").status_code == 403
    assert client.get("/sources/nobody/sent/").status_code == 404
    assert client.get("/sources/simkim/secrets/").status_code == 404


def test_unchanged_records_have_no_rows_and_the_page_says_why() -> None:
    batch = three()
    page = cast.browser(cast.EKO).get(f"/batches/{batch}/rows/unchanged/")
    assert page.context["lines"] == [] and "Sama persis seperti sebelumnya" in page.content.decode()


def test_a_batch_that_stopped_itself_is_behind_its_word_on_the_page_of_sources() -> None:
    rows = [
        {"id": str(n), "who": str(n), "application_no": f"A-{n}", **cast.SARI, **GOOD, "status": ""} for n in range(60)
    ]
    batch = arrive("simkim", "passport_application", rows, guard=300)
    client = cast.browser(cast.EKO)
    assert 'href="/sources/simkim/stopped/"' in client.get("/sources/").content.decode()
    assert f'href="/batches/{batch}/"' in client.get("/sources/simkim/stopped/").content.decode()


def test_numbers_of_what_lies_behind_the_wall_lead_only_its_own_role_to_rows() -> None:
    batch = sealed()
    client = cast.browser(cast.RATNA)
    assert f"/batches/{batch}/rows/returned/" in client.get("/sources/simfoni/returned/").content.decode()
    assert len(client.get(f"/batches/{batch}/rows/returned/").context["lines"]) == 1
    for seat in (cast.EKO, cast.BIMA, cast.NADIA):
        assert cast.browser(seat).get("/sources/simfoni/returned/").status_code == 404
    assert cast.browser(cast.EKO).get(f"/batches/{batch}/rows/returned/").status_code == 404


def test_my_work_of_an_engineer_names_what_came_back() -> None:
    batch = three()
    page = cast.browser(cast.EKO).get("/").content.decode()
    assert f'href="/batches/{batch}/"' in page and "2 catatan dikembalikan dari 3" in page


@pytest.mark.parametrize(
    ("minutes_ago", "fault", "state"), [(1, "", "fresh"), (120, "", "stale"), (1, "source.timeout", "unreachable")]
)
def test_a_source_is_fresh_stale_or_out_of_reach_with_its_age(minutes_ago: int, fault: str, state: str) -> None:
    three(at=cast.NOON - timedelta(minutes=minutes_ago))
    heard("simkim", minutes_ago=minutes_ago, fault=fault)
    row = row_of(access.health_page_for(cast.act(cast.BIMA)), "simkim")
    assert row["state"] == state
    if not fault:
        assert row["age_s"] == minutes_ago * 60 and row["lag_s"] == minutes_ago * 60


def test_the_line_at_the_top_names_the_oldest_source() -> None:
    three()
    heard("simkim", minutes_ago=3)
    arrive(
        "siskop2mi",
        "placement",
        [
            {
                "id": "1",
                "who": "sari",
                **cast.SARI,
                "country": "MYS",
                "status": "contracted",
                "contract_from": "2026-11-03",
            }
        ],
    )
    heard("siskop2mi", minutes_ago=50)
    line = access.line_for(cast.act(cast.BIMA))
    assert line is not None and (line.oldest_source, line.oldest_age_s) == ("siskop2mi", 3000)
    assert line.state == "delayed"  # the other sources were never heard


def test_the_line_says_nothing_to_the_protection_role() -> None:
    assert access.line_for(cast.act(cast.RATNA)) is None


# The wall ---------------------------------------------------------------------------------------------------------------------------

SERVICE = {"case_no": "K-1", "registered_at": "2026-11-02T03:00:00+00:00", "status": "open", "full_name": "Melati"}


def sealed(count: int = 2) -> UUID:
    rows = [{"id": str(n), "who": f"w{n}", **SERVICE, "case_no": f"K-{n}"} for n in range(count)]
    batch = arrive(
        "simfoni", "victim_service", [*rows, {"id": "bad", "who": "x", **SERVICE, "status": ""}], wall=PROTECTION
    )
    heard("simfoni", wall=PROTECTION)
    return batch


def test_the_protection_role_sees_what_lies_behind_the_wall_on_its_own_page() -> None:
    batch = sealed()
    rows = access.protected_health_for(cast.act(cast.RATNA))
    row = row_of(rows, "simfoni")
    assert (row["state"], row["counts"]["sent"], row["counts"]["returned"]) == ("fresh", 3, 1)
    client = cast.browser(cast.RATNA)
    assert f'href="/batches/{batch}/"' in client.get("/protection/").content.decode()
    assert client.get(f"/batches/{batch}/").status_code == 200
    assert "field.required" in client.get(f"/batches/{batch}/report/").content.decode()


def test_outside_the_wall_no_page_number_or_batch_tells_of_it() -> None:
    three()
    heard("simkim")
    seats = (cast.BIMA, cast.EKO, cast.NADIA, cast.MADE, cast.ARIF)
    before = [cast.browser(seat).get("/sources/").content.decode() for seat in seats]
    batch = sealed(40)
    after = [cast.browser(seat).get("/sources/").content.decode() for seat in seats]
    for one, other in zip(before, after, strict=True):
        assert same(one).splitlines() == same(other).splitlines()
    assert all("simfoni" not in page.lower() for page in after)
    for address in (f"/batches/{batch}/", f"/batches/{batch}/report/"):
        assert cast.browser(cast.EKO).get(address).status_code == 404
    assert cast.browser(cast.EKO).get("/protection/").status_code == 403


def same(page: str) -> str:
    """A page without the tokens and the second in which it was made."""
    return re.sub(r'value="[A-Za-z0-9]{64}"|\d{2}[.:]\d{2} W\w+|kurang dari semenit|\d+ (menit|jam|hari)', "", page)


def test_the_protection_role_sees_no_other_batch() -> None:
    batch = three()
    with pytest.raises(NotFound):
        access.batch_page_for(cast.act(cast.RATNA), batch)


# Reports ----------------------------------------------------------------------------------------------------------------------------


def test_the_report_groups_faults_with_their_places_counted_from_one() -> None:
    batch = three()
    shared("imigrasi")
    report = access.batch_page_for(cast.act(cast.EKO), batch)
    assert {(group["code"], group["field"], group["count"], tuple(group["lines"])) for group in report.findings} == {
        ("field.required", "status", 1, (2,)),
        ("code.unknown", "status", 1, (3,)),
    }
    assert report.batch["counts"]["returned"] == 2 and report.batch["read_at"] is not None


def test_no_value_of_a_person_stands_in_the_report_or_in_its_files() -> None:
    """The third record has a NIK where its status should be: the fault keeps what stood there sealed, and says only where and what."""
    batch = three()
    shared("imigrasi")
    client = cast.browser(cast.EKO)
    for address in (f"/batches/{batch}/", f"/batches/{batch}/report/", f"/batches/{batch}/report/?format=json"):
        text = client.get(address).content.decode()
        assert "code.unknown" in text
        assert not any(str(value) in text for name, value in cast.SARI.items() if name not in {"sex", "region_code"})


def test_parameters_are_shown_by_name_only_where_they_cannot_hold_a_value() -> None:
    assert harmless({"digits": 13, "found": "990101", "year": 1990}) == {"digits": 13, "found": HIDDEN, "year": HIDDEN}
    assert not HARMLESS & {"found", "value", "year", "years", "region", "samples", "left", "right"}


def test_the_file_has_one_line_a_fault_with_sentences_in_both_languages() -> None:
    batch = three()
    shared("imigrasi")
    client = cast.browser(cast.EKO)
    answer = client.get(f"/batches/{batch}/report/")
    assert answer["Content-Type"].startswith("text/csv") and f"suar-simkim-{batch}.csv" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["line"], row["field"], row["code"]) for row in rows] == [
        ("2", "status", "field.required"),
        ("3", "status", "code.unknown"),
    ]
    assert all(row["sentence_id"] and row["sentence_en"] and row["sentence_id"] != row["sentence_en"] for row in rows)
    told = client.get(f"/batches/{batch}/report/?format=json").json()
    assert [fault["code"] for fault in told["faults"]] == ["field.required", "code.unknown"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_of_the_file_is_taken_for_a_formula(text: str) -> None:
    assert pages.cell(text) == f"'{text}" and pages.cell("nik.length") == "nik.length"


def test_a_report_leaves_its_trace() -> None:
    batch = three()
    access.batch_page_for(cast.act(cast.EKO), batch)
    entry = Entry.objects.get(what="batch.reported")
    body = json.loads(bytes(entry.body))
    assert (entry.about, body["fields"], body["role"]) == ([batch], ["faults"], "integration_engineer")


def test_without_an_agreement_the_hub_s_engineer_reads_counts_and_no_fault() -> None:
    batch = three()
    report = access.batch_page_for(cast.act(cast.EKO), batch)
    assert report.batch["counts"]["returned"] == 2 and report.findings == []


def test_an_agency_s_machine_gets_its_own_report_and_no_other_agency_s() -> None:
    batch = three()
    assert len(access.returned_for(cast.machine("imigrasi"), batch)[1]) == 2
    with pytest.raises(NotFound):
        access.returned_for(cast.machine("kp2mi"), batch)


@pytest.mark.parametrize("seat", [cast.BIMA, cast.MADE, cast.LALU, cast.NADIA], ids=lambda seat: seat.role)
def test_a_report_stays_shut_to_everybody_else(seat: cast.Seat) -> None:
    batch = three()
    with pytest.raises(DoorShut):
        access.batch_page_for(cast.act(seat), batch)


def test_a_batch_that_stopped_itself_says_so_and_shows_no_faults_yet() -> None:
    rows = [
        {"id": str(n), "who": str(n), "application_no": f"A-{n}", **cast.SARI, **GOOD, "status": ""} for n in range(60)
    ]
    batch = arrive("simkim", "passport_application", rows, guard=300)
    shared("imigrasi")
    report = access.batch_page_for(cast.act(cast.EKO), batch)
    assert report.batch["state"] == "stopped" and report.batch["read_at"] is None and report.findings == []
    page = cast.browser(cast.EKO).get(f"/batches/{batch}/").content.decode()
    assert "berhenti sendiri" in page
    assert "kiriman berhenti sendiri" in cast.browser(cast.EKO).get("/").content.decode()


def test_remarks_are_counted_in_the_report() -> None:
    row = {
        "id": "1",
        "who": "sari",
        "application_no": "A-1",
        **cast.SARI,
        **GOOD,
        "nik": "9901011206900001",
        "sex": "2",
    }
    batch = arrive("simkim", "passport_application", [row])
    shared("imigrasi")
    remarks = access.batch_page_for(cast.act(cast.EKO), batch).remarks
    assert {"nik.sex_disagrees"} <= {group["code"] for group in remarks}


def test_row_level_security_holds_without_the_page() -> None:
    """The second wall: the same rows asked for without a door are not there."""
    batch = three()
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', 'kp2mi', true)")
        cursor.execute("SELECT count(*) FROM intake_returned WHERE batch = %s", [batch])
        assert cursor.fetchone() == (0,)
