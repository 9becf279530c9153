"""An endpoint is opened by two persons, and the database itself says so; dead letters are listed, mended and sent again, on a page and at the
terminal.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error
from django.test import Client

from suar.audit.models import Entry
from suar.exchange.actions.endpoint import (
    AlreadyRuled,
    EndpointUnfit,
    SecondNeeded,
    close_endpoint,
    correct_endpoint,
    propose_endpoint,
    rule_on_endpoint,
)
from suar.exchange.actions.resend import NotMended, resend
from suar.exchange.queries.webhooks import endpoints_in_force
from suar.site.auth import now
from suar.site.terminal.letters import dead_letters
from tests import cast, database
from tests.exchange.delivering import (
    LIA,
    acknowledged,
    agreed,
    dead,
    delivering,
    eko,
    happened,
    ids,
    lia,
    opened,
    outcomes,
    prepared,
    quick,
    rows,
    wished,
)
from tests.exchange.receiver import Answer, receiving
from tests.site.running.waiting import wait_until

URL = "https://terima.kp2mi.example/suar"


@pytest.fixture(autouse=True)
def suar(cloned_database: database.Copy) -> None:
    prepared(dead_after_s=1)


def in_force() -> list[UUID]:
    return [one.endpoint for one in endpoints_in_force(now())]


def test_nothing_holds_before_a_second_person_confirms() -> None:
    made = propose_endpoint(wished(URL), act=eko())
    assert in_force() == []
    with pytest.raises(SecondNeeded):
        rule_on_endpoint(made, "confirmed", act=eko())
    rule_on_endpoint(made, "confirmed", act=lia())
    assert in_force() == [made]
    with pytest.raises(AlreadyRuled):
        rule_on_endpoint(made, "declined", act=lia())
    assert list(Entry.objects.order_by("id").values_list("what", flat=True)) == [
        "endpoint.proposed",
        "endpoint.confirmed",
    ]


RULING = "INSERT INTO exchange_endpoint_ruling (wording, made_by, ruling, at, by) VALUES (%s, %s, 'confirmed', %s, %s)"


def test_the_database_lets_nobody_confirm_what_he_made_whoever_he_says_made_it() -> None:
    made = propose_endpoint(wished(URL), act=eko())
    himself, other = eko().actor, lia().actor
    for made_by in (himself, other):  # as it was; and with another's name in the maker's place
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(RULING, [made, made_by, now(), himself])
    assert in_force() == []


def test_endpoints_rulings_and_receipts_are_facts() -> None:
    opened(URL)
    for table in ("exchange_endpoint", "exchange_endpoint_ruling", "exchange_endpoint_end", "exchange_attempt"):
        for words in (f"UPDATE {table} SET at = at", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(words)


def test_a_correction_holds_only_once_confirmed_and_keeps_the_agency() -> None:
    endpoint = opened(URL)
    new = correct_endpoint(endpoint, wished("https://baru.kp2mi.example/"), act=lia())
    assert [one.url for one in endpoints_in_force(now())] == [URL]
    rule_on_endpoint(new, "confirmed", act=eko())
    assert [one.url for one in endpoints_in_force(now())] == ["https://baru.kp2mi.example/"]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_endpoint SELECT %s, endpoint, 'polri', url, events, networks, from_at, until_at, at, by"
            " FROM exchange_endpoint WHERE id = %s",
            [uuid4(), endpoint],
        )
    close_endpoint(endpoint, act=eko())
    assert in_force() == []


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"url": "ftp://terima.example/"}, "endpoint.url"),
    ({"url": "https:///suar"}, "endpoint.url"),
    ({"url": "https://eko:rahasia@terima.example/"}, "endpoint.url"),
    ({"url": "https://terima.example/#x"}, "endpoint.url"),
    ({"url": "https://terima.example/a b"}, "endpoint.url"),
    ({"url": "https://terima.example:99999/"}, "endpoint.url"),
    ({"url": "https://2130706433/"}, "endpoint.url"),
    ({"url": "https://0x7f.1/"}, "endpoint.url"),
    ({"url": "https://terima.example/\u202e"}, "endpoint.url"),
    ({"url": "http://terima.example/"}, "endpoint.plain"),
    ({"url": "https://169.254.169.254/latest"}, "endpoint.private"),
    ({"url": "https://[::1]/"}, "endpoint.private"),
    ({"networks": ["10.0.0.0/8"]}, "endpoint.wide"),
    ({"networks": ["::/0"]}, "endpoint.wide"),
    ({"networks": ["rumah"]}, "endpoint.network"),
    ({"agency": "siapa"}, "endpoint.agency"),
    ({"until_at": now() - timedelta(days=9)}, "endpoint.until"),
]


@pytest.mark.parametrize(
    ("changes", "code"), UNFIT, ids=[f"{next(iter(changes))}-{code}-{n}" for n, (changes, code) in enumerate(UNFIT)]
)
def test_what_cannot_be_delivered_to_is_not_proposed(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(EndpointUnfit) as refused:
        propose_endpoint(wished(changes.pop("url", URL), **({"networks": []} | changes)), act=eko())
    assert refused.value.code == code


# Dead letters ------------------------------------------------------------------------------------------------------------------------------


def died(count: int = 3) -> tuple[UUID, list[UUID]]:
    """An endpoint that answered with a fault for as long as a delivery lives."""
    with receiving(lambda got, before: Answer(500, after_s=0.05)) as agency:
        endpoint = opened(agency.url())
        events = [happened() for _ in range(count)]
        with delivering():
            wait_until(lambda: len(dead()) == count)
    return endpoint, events


def mended(endpoint: UUID, url: str) -> None:
    rule_on_endpoint(correct_endpoint(endpoint, wished(url), act=eko()), "confirmed", act=lia())


def test_what_is_not_acknowledged_in_its_days_dies_with_its_reason_and_goes_out_again_under_its_id() -> None:
    endpoint, events = died()
    assert set(dead()) == set(events) and set(dead().values()) == {"refused"}
    assert Entry.objects.filter(what="webhook.dead").count() == 3
    with receiving() as agency:
        mended(endpoint, agency.url())
        with delivering():
            assert resend(act=eko(), event=events[0]) == 1
            acknowledged(events[:1])
            assert len(dead()) == 2 and resend(act=eko(), endpoint=endpoint) == 2
            acknowledged(events)
    assert sorted(agency.ids()) == sorted(ids(events)) and not dead()
    assert Entry.objects.filter(what="webhook.resent").count() == 2


def test_a_dead_letter_holds_nothing_back() -> None:
    thing = uuid4()
    bad = happened(thing=thing)
    with receiving(lambda got, before: Answer(500 if got.id == ids([bad])[0] else 204, after_s=0.05)) as agency:
        opened(agency.url())
        later = happened(thing=thing)
        with delivering():
            acknowledged([later])
    assert dead() == {bad: "refused"} and agency.ids()[-1] == ids([later])[0]


def test_what_is_sent_again_is_asked_for_its_agreement_again() -> None:
    ends = now() + timedelta(seconds=4)
    agreed(giver="polri", until=ends)
    with receiving(lambda got, before: Answer(500, after_s=0.05)) as agency:
        endpoint = opened(agency.url())
        event = happened(giver="polri")
        with delivering():
            wait_until(lambda: len(dead()) == 1)
    wait_until(lambda: now() > ends)
    with receiving() as again:
        mended(endpoint, again.url())
        resend(act=eko())
        with delivering():
            wait_until(lambda: outcomes(event)[-1] == "withheld")
    assert not again.got and not dead()


def test_dead_letters_of_an_endpoint_that_does_not_hold_wait_for_its_correction() -> None:
    endpoint, events = died(1)
    close_endpoint(endpoint, act=eko())
    with pytest.raises(NotMended):
        resend(act=eko(), endpoint=endpoint)
    assert resend(act=eko()) == 0 and set(dead()) == set(events)


def test_the_terminal_lists_dead_letters_and_sends_them_again(capsys: pytest.CaptureFixture[str]) -> None:
    endpoint, events = died()
    assert dead_letters(None, everything=False) == 0
    told = capsys.readouterr().out
    assert all(str(event) in told for event in events)
    assert "the receiver answered with an error (500)" in told and "3 dead letters, 3 of them" in told
    assert dead_letters(str(uuid4()), everything=False) == 1 and dead_letters("nothing", everything=False) == 1
    with receiving() as agency:
        mended(endpoint, agency.url())
        assert dead_letters(str(events[1]), everything=False) == 0 and dead_letters(None, everything=True) == 0
        assert "2 sent again" in capsys.readouterr().out
        with delivering():
            acknowledged(events)


# Pages ---------------------------------------------------------------------------------------------------------------------------------------


def said(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


TYPED = {"agency": "kp2mi", "url": URL, "until_day": "2031-01-31", "events": ["record.accepted"]}


def test_one_engineer_proposes_on_the_page_and_another_confirms_without_javascript() -> None:
    one, other = cast.browser(cast.EKO), cast.browser(LIA)
    assert "Belum ada titik terima" in said(one, "/integrasi/")
    bad = one.post("/integrasi/titik/baru/", TYPED | {"url": "http://10.0.0.8/"})
    assert (
        bad.status_code == 422
        and "HTTP tanpa enkripsi" in bad.content.decode()
        and "http://10.0.0.8/" in bad.content.decode()
    )
    made = one.post("/integrasi/titik/baru/", TYPED)
    page = made.headers["Location"]
    assert made.status_code == 302 and "Konfirmasi <kbd>" not in said(one, page) and "whpk_" in said(one, page)
    address = re.search(r'action="(/integrasi/titik/[^"]+/putusan/[^"]+)"', said(other, page))
    assert address and one.post(address[1], {"ruling": "confirmed"}).status_code == 403 and not in_force()
    assert other.post(address[1], {"ruling": "confirmed"}).status_code == 302
    (held,) = endpoints_in_force(now())
    assert (held.url, held.events, held.networks) == (URL, ["record.accepted"], [])
    assert (
        held.until_at.isoformat() == "2031-01-31T17:00:00+00:00"
    )  # the last day is whole, on the clock of the office in Jakarta
    assert other.post(address[1], {"ruling": "confirmed"}).status_code == 409


def test_dead_letters_are_filtered_and_sent_again_on_the_page() -> None:
    engineer = cast.browser(cast.EKO)
    assert "Tidak ada kiriman mati" in said(engineer, "/integrasi/surat-mati/")
    endpoint, events = died()
    page = said(engineer, "/integrasi/surat-mati/")
    assert page.count("penerima menjawab galat (500)") == 3 and "Kirim lagi semua (3)" in page
    assert "Tidak ada yang cocok" in said(engineer, "/integrasi/surat-mati/?reason=timeout")
    assert said(engineer, f"/integrasi/surat-mati/?endpoint={endpoint}").count("penerima menjawab galat (500)") == 3
    assert "3 kiriman mati" in said(engineer, "/integrasi/")
    with receiving() as agency:
        mended(endpoint, agency.url())
        told = {"endpoint": str(endpoint), "event": str(events[2])}
        assert engineer.post("/integrasi/surat-mati/kirim/", told).status_code == 302
        assert set(dead()) == set(events[:2])
        engineer.post("/integrasi/surat-mati/kirim/", {})
        with delivering():
            acknowledged(events)
    assert "diterima" in said(engineer, f"/integrasi/titik/{endpoint}/")


def test_an_endpoint_is_corrected_replayed_and_ended_on_its_page() -> None:
    endpoint = opened(URL)
    page, engineer = f"/integrasi/titik/{endpoint}/", cast.browser(cast.EKO)
    assert engineer.post(page, {"url": "https://lain.example/", "until_day": "2031-01-31"}).status_code == 302
    assert "Usulan yang menunggu orang kedua" in said(engineer, page) and "https://lain.example/" in said(
        engineer, page
    )
    assert engineer.post(page + "ulang/", {"since": "2001-01-01T00:00"}).status_code == 422
    early = (now() - timedelta(minutes=20)).astimezone(tz_of_jakarta()).strftime("%Y-%m-%dT%H:%M")
    assert engineer.post(page + "ulang/", {"since": early}).status_code == 302
    assert engineer.post(page + "akhiri/").status_code == 302 and in_force() == []
    assert "diakhiri" in said(engineer, page)
    assert rows("SELECT why FROM exchange_endpoint_end") == [("closed",)]


def tz_of_jakarta() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo("Asia/Jakarta")


def test_in_english_no_code_stands_where_a_sentence_should() -> None:
    endpoint, _ = died(1)
    quick()
    engineer = cast.browser(cast.EKO)
    for path in ("/integrasi/", "/integrasi/titik/baru/", f"/integrasi/titik/{endpoint}/", "/integrasi/surat-mati/"):
        page = engineer.get(path, headers={"accept-language": "en"}).content.decode()
        assert not re.search(r"\[[a-z_]+\.[a-z_.]+\]", page), path
