"""What an owner's record becomes under its law: never longer than the law, and history where the law restricts nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from suar.registers.jobs import departure_deferral, exit_ban, passport_deferral, prevention, repatriation
from tests.golden import adopted

BASIS = adopted.legal_basis()
BAN = {"decision_no": "PCG-1", "requester": "kpk", "valid_from": "2026-01-15", "valid_to": "2026-07-14"}
MOMENT = timedelta(milliseconds=1)


# law: UU 6/2011 Ps 91, 97; PP 31/2013 Ps 230; Permenkumham 38/2021 Ps 4; Permenimipas 13/2025 Ps 5, 7
def test_a_ban_keeps_who_asked_for_it_and_is_cut_and_unconfirmed_beyond_its_term() -> None:
    made = exit_ban(BAN, BASIS)
    assert made and (made.authority, made.state, made.kind) == ("kpk", "confirmed", "exit_ban")
    longer = exit_ban(BAN | {"valid_to": "2027-01-14"}, BASIS)
    assert longer and longer.until_at == made.until_at and longer.state == "unconfirmed"
    assert exit_ban(BAN | {"decision_no": ""}, BASIS).state == "unconfirmed"  # type: ignore[union-attr]


def test_an_extension_goes_on_without_a_gap_and_for_six_months_more_at_most() -> None:
    """It is filed while the first term runs; so from then on the list states both, and the first does not stop holding for that."""
    plain, made = exit_ban(BAN, BASIS), exit_ban(BAN | {"extended_to": "2027-01-14"}, BASIS)
    assert plain and made and (made.from_at, made.extended, made.state) == (plain.from_at, 1, "confirmed")
    assert made.until_at - plain.until_at == timedelta(days=184)
    longer = exit_ban(BAN | {"extended_to": "2027-01-15"}, BASIS)
    assert longer and longer.until_at == made.until_at and longer.state == "unconfirmed"
    urgent = exit_ban(BAN | {"urgent": True, "extended_to": "2027-01-14"}, BASIS)
    assert urgent and urgent.until_at - urgent.from_at == timedelta(days=20) and urgent.state == "unconfirmed"


# law: UU 6/2011 Ps 92; Permenkumham 38/2021 Ps 11; Permenimipas 13/2025 Ps 9, 11
def test_an_urgent_ban_that_claims_months_is_cut_at_twenty_days() -> None:
    made = exit_ban(BAN | {"urgent": True}, BASIS)
    assert made and made.kind == "exit_ban_urgent" and made.until_at - made.from_at == timedelta(days=20)


# law: UU 6/2011 Ps 9, 89; Permenkumham 44/2015; Permenkumham 9/2024; SE IMI.2.GR.01.01-4.5890/2021
def test_a_deferral_that_claims_a_year_ends_after_a_week() -> None:
    values = {"deferred_at": "2026-11-21T05:00:00+00:00", "reason": "other", "expires_on": "2027-11-21"}
    made = departure_deferral(values, BASIS)
    assert made.until_at - made.from_at == timedelta(days=7)


# law: Permenkumham 8/2014; SE IMI-0277.GR.02.06/2017
@pytest.mark.parametrize(("status", "kept"), [("deferred", True), ("refused", True), ("approved", False)])
def test_an_application_leaves_thirty_days_only_where_it_was_put_off_or_refused(status: str, kept: bool) -> None:
    made = passport_deferral({"status": status, "decided_at": "2026-11-01T02:00:00+00:00"}, BASIS)
    assert (made is not None) is kept
    assert not made or made.until_at - made.from_at == timedelta(days=30)


# law: UU 18/2017 Ps 24, 27, 39, 72; UU 37/1999 Ps 19, 21
def test_what_was_prevented_and_who_was_brought_home_is_history_a_moment_later() -> None:
    happened = (
        prevention({"prevented_at": "2026-11-01T02:00:00+00:00", "office": "BP3MI-99"}, BASIS),
        repatriation({"arrived_on": "2026-11-02", "cause": "deported"}, BASIS),
    )
    assert [made.kind for made in happened if made] == ["prevention", "repatriation"]
    assert all(made and made.until_at - made.from_at < MOMENT for made in happened)
