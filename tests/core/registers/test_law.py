"""Which law was in force on which day, who could ask and decide then, and what it gives: told here apart from the tables, by article."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from suar.core.identity.zones import WIB
from suar.core.registers.acts import ActRefused, Hand, Wanted, agree
from suar.core.registers.articles import Article, BadCitation, articles
from suar.core.registers.clock import stops, window
from suar.core.registers.law import ActKind, LegalBasis, LegalTermRow
from suar.core.standard.tables import BadTable
from tests.golden import adopted

BASIS = adopted.legal_basis()
APPLICATIONS = ("passport_postponement", "passport_refusal")
NOMINATES = Hand(officer=UUID(int=1), role="register_officer", agency="imigrasi", office="PUSAT")
AGREES = Hand(officer=UUID(int=2), role="second_officer", agency="kp2mi", office="PUSAT-P2MI")


# law: UU 6/2011 Ps 97; UU 63/2024 Ps 97; MK 64/PUU-IX/2011; PP 31/2013 Ps 230; Permenkumham 38/2021 Ps 4, 5, 11
# law: Permenimipas 13/2025 Ps 7, 9; Permenkumham 44/2015; Permenkumham 9/2024; Permenkumham 8/2014; SE IMI.2.GR.01.01-4.5890/2021
# law: UU 37/1999 Ps 19; UU 18/2017 Ps 24; UU 21/2007 Ps 44; Permen PPPA 8/2021
@pytest.mark.parametrize(
    ("kind", "day", "rests_on", "not_on"),
    [
        ("exit_ban", date(2012, 6, 19), "UU 6/2011 Ps 97", "MK 64/PUU-IX/2011"),
        ("exit_ban", date(2012, 6, 20), "MK 64/PUU-IX/2011", "Permenkumham 38/2021 Ps 5"),
        ("exit_ban", date(2021, 10, 25), "PP 31/2013 Ps 230", "Permenkumham 38/2021 Ps 5"),
        ("exit_ban", date(2021, 10, 26), "Permenkumham 38/2021 Ps 5", "UU 63/2024 Ps 97"),
        ("exit_ban", date(2024, 10, 17), "UU 63/2024 Ps 97", "MK 64/PUU-IX/2011"),
        ("exit_ban", date(2025, 10, 19), "Permenkumham 38/2021 Ps 4", "Permenimipas 13/2025 Ps 5"),
        ("exit_ban", date(2025, 10, 20), "Permenimipas 13/2025 Ps 7", "Permenkumham 38/2021 Ps 4"),
        ("exit_ban_urgent", date(2025, 10, 19), "Permenkumham 38/2021 Ps 11", "Permenimipas 13/2025 Ps 9"),
        ("exit_ban_urgent", date(2025, 10, 20), "Permenimipas 13/2025 Ps 9", "Permenkumham 38/2021 Ps 11"),
        ("departure_deferral", date(2024, 6, 17), "Permenkumham 44/2015", "Permenkumham 9/2024"),
        ("departure_deferral", date(2024, 6, 18), "Permenkumham 9/2024", "Permenkumham 44/2015"),
        ("passport_postponement", date(2022, 9, 28), "Permenkumham 8/2014", "SE IMI.2.GR.01.01-4.5890/2021"),
        ("passport_refusal", date(2022, 9, 29), "SE IMI.2.GR.01.01-4.5890/2021", "UU 6/2011 Ps 97"),
        ("repatriation", date(2017, 11, 21), "UU 37/1999 Ps 19", "UU 18/2017 Ps 24"),
        ("repatriation", date(2017, 11, 22), "UU 18/2017 Ps 24", "UU 21/2007 Ps 44"),
        ("protection_marker", date(2021, 11, 30), "UU 21/2007 Ps 44", "Permen PPPA 8/2021"),
        ("protection_marker", date(2026, 11, 28), "Permen PPPA 8/2021", "UU 6/2011 Ps 97"),
    ],
)
def test_an_entry_rests_on_the_law_of_its_day(kind: str, day: date, rests_on: str, not_on: str) -> None:
    cited = {str(article) for article in BASIS.on(kind, day).cited}
    assert rests_on in cited and not_on not in cited


# law: UU 6/2011 Ps 91, 93
@pytest.mark.parametrize(
    ("day", "minister"),
    [
        (date(2024, 10, 20), "Menteri Hukum dan HAM"),
        (date(2024, 10, 21), "Menteri Imigrasi dan Pemasyarakatan"),
        (date(2025, 10, 20), "Menteri Imigrasi dan Pemasyarakatan, atas permintaan"),
    ],
)
def test_whoever_decides_is_the_minister_of_that_day(day: date, minister: str) -> None:
    assert BASIS.on("exit_ban", day).decided_by.id.startswith(minister)


# law: UU 6/2011 Ps 91; Permenkumham 38/2021 Ps 4; Permenimipas 13/2025 Ps 5, 7
def test_whoever_the_law_lets_ask_for_a_ban_has_a_code_and_a_reason() -> None:
    codes = set(adopted.tables("codes")["exit_ban_requesters"]["codes"])
    assert codes == {"imigrasi", "kemenkeu", "kejaksaan", "polri", "kpk", "bnn", "other_by_law"}
    reasons = {reason.code for reason in BASIS["exit_ban"].reasons}
    assert reasons == {
        "immigration_supervision", "state_debt", "attorney_general", "investigation", "corruption_commission",
        "narcotics_agency", "other_law",
    }  # fmt: skip


# law: UU 6/2011 Ps 97; UU 63/2024 Ps 97; Permenkumham 38/2021 Ps 5; MK 64/PUU-IX/2011
@pytest.mark.parametrize("row", BASIS.rows["exit_ban"], ids=lambda row: row.since)
def test_under_every_law_a_ban_is_six_months_and_once_six_more(row: LegalTermRow) -> None:
    first = date(2011, 6, 1)
    ends = [window(row, first, WIB, extended=times).ends.astimezone(WIB).date() for times in (0, 1, 2)]
    assert ends == [date(2011, 12, 1), date(2012, 6, 1), date(2012, 6, 1)]


# law: UU 6/2011 Ps 92; Permenkumham 38/2021 Ps 11; Permenimipas 13/2025 Ps 9, 11
@pytest.mark.parametrize("row", BASIS.rows["exit_ban_urgent"], ids=lambda row: row.since)
def test_under_every_law_an_urgent_ban_is_twenty_days_and_nobody_may_extend_it(row: LegalTermRow) -> None:
    held = window(row, date(2026, 3, 1), WIB, last_day=date(2027, 3, 1), extended=3)
    assert held.ends - held.begins == timedelta(days=20) and held.cut
    assert ActKind.EXTEND not in BASIS["exit_ban_urgent"].acts


# law: Permenimipas 13/2025 Ps 13; UU 6/2011 Ps 97
@pytest.mark.parametrize(("filed", "in_time"), [(date(2026, 6, 28), True), (date(2026, 6, 29), False)])
def test_an_extension_is_filed_three_days_before_the_last_or_not_at_all(filed: date, in_time: bool) -> None:
    row = BASIS["exit_ban"]
    at = datetime(2026, 1, 2, 9, tzinfo=WIB)
    added = Wanted(act=ActKind.ADD, asked_at=at, first_day=date(2026, 1, 2), last_day=date(2026, 7, 1))
    standing = agree(None, added, row, WIB, NOMINATES, AGREES, at)
    later = datetime(filed.year, filed.month, filed.day, 9, tzinfo=WIB)
    wanted = Wanted(act=ActKind.EXTEND, asked_at=later, last_day=date(2026, 12, 1))
    if in_time:
        assert agree(standing, wanted, row, WIB, NOMINATES, AGREES, later).last_day == date(2026, 12, 1)
    else:
        with pytest.raises(ActRefused, match=r"act\.filed_too_late"):
            agree(standing, wanted, row, WIB, NOMINATES, AGREES, later)


# law: Permenkumham 8/2014 Ps 30, 41; UU 6/2011 Ps 16
@pytest.mark.parametrize("kind", ["passport_suspension", "passport_cancellation"])
def test_a_suspension_ends_after_two_years_and_stops_no_departure(kind: str) -> None:
    held = window(BASIS[kind], date(2026, 2, 1), WIB, last_day=date(2036, 2, 1))
    assert held.ends.astimezone(WIB).date() == date(2028, 2, 1) and held.cut
    assert not stops(BASIS[kind], "departure") and not stops(BASIS[kind], "prelist")


# law: Permenkumham 8/2014; SE IMI-0277.GR.02.06/2017; SE IMI.2.GR.01.01-4.5890/2021
@pytest.mark.parametrize("kind", APPLICATIONS)
def test_a_postponed_or_refused_application_is_thirty_days_of_history_that_stops_nothing(kind: str) -> None:
    held = window(BASIS[kind], date(2026, 11, 1), WIB, last_day=date(2027, 11, 1))
    assert held.ends - held.begins == timedelta(days=30)
    assert BASIS[kind].stops == () and not BASIS[kind].enforcement


# law: UU 21/2007 Ps 44, 46, 51, 54; Permen PPPA 8/2021; UU 37/1999 Ps 19, 21; UU 18/2017 Ps 24, 27, 39, 72
@pytest.mark.parametrize("kind", ["protection_marker", "repatriation", "prevention"])
def test_what_protects_and_what_happened_restricts_nobody(kind: str) -> None:
    for row in BASIS.rows[kind]:
        assert row.effect in {"protection", "fact"} and row.stops == () and not row.enforcement


@pytest.mark.parametrize(
    ("citation", "named"),
    [
        ("UU 6/2011 Ps 95-97", ["UU 6/2011 Ps 95", "UU 6/2011 Ps 96", "UU 6/2011 Ps 97"]),
        ("UU 63/2024 Ps 97(1)", ["UU 63/2024 Ps 97"]),
        ("Permenkumham 8/2014 jo 18/2022 Ps 30, 41", ["Permenkumham 8/2014 Ps 30", "Permenkumham 8/2014 Ps 41"]),
        ("Permen PPPA 8/2021", ["Permen PPPA 8/2021"]),
        ("SE IMI.2.GR.01.01-4.5890/2021", ["SE IMI.2.GR.01.01-4.5890/2021"]),
    ],
)
def test_a_citation_names_its_articles(citation: str, named: list[str]) -> None:
    assert [str(article) for article in articles(citation)] == named


@pytest.mark.parametrize(
    "text", ["", "UU 6", "the immigration act", "UU 6/2011 Ps 97-91", "UU 6/2011 Ps x", "UU 6/2011 97"]
)
def test_what_names_no_law_is_said(text: str) -> None:
    with pytest.raises(BadCitation):
        articles(text)


def test_a_row_that_cites_what_no_law_is_called_is_not_adopted() -> None:
    tables = adopted.tables("legal_basis")
    tables["pelindungan"]["terms"][-1]["law"] = ["undang-undang pekerja"]
    with pytest.raises(BadTable, match="no law is cited like"):
        LegalBasis.read(tables)


def test_articles_stand_in_order() -> None:
    assert sorted([Article("UU 6/2011", 97), Article("UU 6/2011", 9), Article("UU 5/1986", 55)])[0].number == 55
