"""Each breakage of an agency gives the stated finding and no wrong data; once mended, what waited comes in by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from suar.core.advice.sources import SourceHealth
from suar.site.auth import now
from suar.site.running.postgres import Cluster
from tests import database
from tests.flows import sandbox_at_work as work
from tests.flows.sandbox_at_work import AtWork, State

PEOPLE = 600
SECOND_PART = timedelta(days=400)
ALL = pytest.mark.parametrize("source", work.RECORD_SOURCES)

#: What each breakage after which nothing may be taken must be called: in source health, and as an open finding.
HALF = {"polri": "list.signature"}  # Polri's signature is over the whole file, so half of it is not signed
GARBLED = {"simfoni": "sending.shape"}  # an HTML page named .xlsx is no workbook, whatever its letters
RENAMED = {"siskop2mi": 2}  # columns of one table; the others rename one


@pytest.fixture(scope="module")
def nation(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AtWork]:
    """The first part of history is pulled in order and kept; the second waits at the agencies."""
    with django_db_blocker.unblock(), database.copied(cluster):
        work.adopt(timeout_s=work.PATIENCE_S)
        home: Path = tmp_path_factory.mktemp("nation")
        with work.at_work(home, people=PEOPLE, second_part=SECOND_PART) as it:
            for source in work.RECORD_SOURCES:
                it.pull(source)
            work.tell_the_rest(it)
            yield it


@pytest.fixture
def first_part(nation: AtWork) -> Iterator[State]:
    """What the hub holds as a test begins; whatever the test pulls is taken back."""
    with work.taken_back():
        yield work.state()


@pytest.fixture(scope="module")
def clean(nation: AtWork) -> State:
    """What the hub holds when nothing is ever broken."""
    with work.taken_back():
        for source in work.RECORD_SOURCES:
            nation.pull(source)
        return work.state()


@pytest.fixture
def anew(nation: AtWork, cluster: Cluster) -> Iterator[AtWork]:
    """The same agencies and a hub that has pulled nothing yet."""
    with database.copied(cluster):
        work.adopt(timeout_s=work.PATIENCE_S)
        yield nation


def comes_in(nation: AtWork, source: str, clean: State) -> None:
    """After mending, one pull brings what waited, closes what was found, and source health is well."""
    nation.pull(source)
    held = work.state().of(source)
    assert held.current == clean.of(source).current
    assert held.said == clean.of(source).said
    assert not held.findings and work.faults(source) == {""}
    assert work.balanced()


@ALL
def test_every_record_sent_is_accounted_for_and_a_second_pull_changes_nothing(
    source: str, nation: AtWork, first_part: State
) -> None:
    counts = nation.pull(source)
    assert counts.sent == counts.accepted + counts.remarked + counts.returned + counts.unchanged
    assert counts.accepted + counts.remarked > 0 and work.balanced()
    before, events = work.state(), work.announced()
    again = nation.pull(source)
    assert (again.accepted, again.remarked, again.returned) == (0, 0, 0) and again.sent == again.unchanged
    assert work.state() == before and work.announced() == events


@ALL
def test_an_agency_that_is_away_is_unreachable_and_nothing_changes(
    source: str, nation: AtWork, first_part: State, clean: State
) -> None:
    away(nation, source, "down", first_part)
    comes_in(nation, source, clean)


@pytest.mark.parametrize("source", ["siskop2mi", "polri", "simfoni"])
def test_an_agency_that_takes_too_long_is_unreachable_and_nothing_changes(
    source: str, nation: AtWork, first_part: State, clean: State
) -> None:
    away(nation, source, "slow", first_part)
    assert work.faults(source) == {"source.timeout"}
    comes_in(nation, source, clean)


def away(nation: AtWork, source: str, what: str, first_part: State) -> None:
    """Nobody's silence is taken for an empty answer: it is said since when the source is not to be reached."""
    with nation.broken(source, what):
        nation.pull(source)
    assert all(fault.startswith("source.") for fault in work.faults(source))
    if source not in work.BEHIND_THE_WALL:
        assert work.health(source, now()).state is SourceHealth.UNREACHABLE
    assert work.state() == first_part


@ALL
def test_half_a_page_is_found_and_tried_again_from_the_same_place(
    source: str, nation: AtWork, first_part: State, clean: State
) -> None:
    with nation.broken(source, "half_page"):
        nation.pull(source)
    assert work.state().of(source).codes() == {HALF.get(source, "sending.cut_off")}
    assert work.state().said == first_part.said
    comes_in(nation, source, clean)


@ALL
def test_a_renamed_column_is_one_finding_and_applies_nothing(
    source: str, nation: AtWork, first_part: State, clean: State
) -> None:
    with nation.broken(source, "renamed_column"):
        nation.pull(source)
    held = work.state().of(source)
    assert held.codes() <= {"column.renamed", "column.missing"}
    assert held.findings and max(held.findings.values()) <= RENAMED.get(source, 1)
    stopped = {stream for _, stream, _ in held.findings}
    assert not work.said_by(source, stopped)
    assert held.said <= clean.said
    comes_in(nation, source, clean)


@ALL
def test_letters_in_another_encoding_are_one_finding_and_nothing_wrong_is_stored(
    source: str, nation: AtWork, first_part: State, clean: State
) -> None:
    with nation.broken(source, "wrong_encoding"):
        nation.pull(source)
    held = work.state().of(source)
    assert held.codes() == {GARBLED.get(source, "sending.encoding")}
    assert held.said == first_part.of(source).said
    comes_in(nation, source, clean)


@ALL
def test_a_source_that_tells_nothing_new_is_stale_once_its_age_has_passed(
    source: str, nation: AtWork, first_part: State, clean: State
) -> None:
    later = now() + timedelta(minutes=work.mapping(source).stale_after_minutes + 5)
    with nation.broken(source, "stale"):
        nation.pull(source, at=later)
        assert work.state().said == first_part.said
        assert work.faults(source) == {""}
        if source not in work.BEHIND_THE_WALL:
            assert work.health(source, later).state is SourceHealth.STALE
    comes_in(nation, source, clean)


@ALL
def test_messages_twice_in_another_order_and_old_ones_again_change_nothing(
    source: str, nation: AtWork, first_part: State, clean: State
) -> None:
    with nation.broken(source, "duplicate", "reordered", "old_versions"):
        nation.pull(source)
        held = work.state().of(source)
        assert held.said <= clean.said
    comes_in(nation, source, clean)


@ALL
def test_a_clock_that_runs_ahead_is_found_before_anything_is_taken(
    source: str, nation: AtWork, first_part: State, clean: State
) -> None:
    if source == "polri":
        pytest.skip("files of days that are over say nothing of the clock that dated them")
    with nation.broken(source, "clock_skew"):
        nation.pull(source)
    assert work.faults(source) == {"source.clock"}
    assert work.state() == first_part
    comes_in(nation, source, clean)


@ALL
def test_an_unknown_code_is_one_finding_and_its_records_come_in_once_mended(
    source: str, anew: AtWork, clean: State
) -> None:
    """A record with such a code is returned, or taken without the field and remarked, as the standard says of that field."""
    with anew.broken(source, "new_code"):
        anew.pull(source)
        held = work.state().of(source)
        assert held.codes() <= {"code.unknown", "record.unexpected"} | clean.of(source).codes()
        assert set(held.findings.values()) <= {1}
        assert held.said <= clean.said
        struck = held.partly | {codes for codes in held.returned if "unknown" in codes[1] or "unexpected" in codes[1]}
        assert bool(struck - clean.partly) == bool(held.findings)
        anew.pull(source)
        assert work.state().of(source) == held
    comes_in_anew(anew, source, clean)


@ALL
def test_a_nik_spoilt_by_a_spreadsheet_is_returned_and_comes_in_once_mended(
    source: str, anew: AtWork, clean: State
) -> None:
    with anew.broken(source, "excel_nik"):
        anew.pull(source)
        held = work.state().of(source)
        assert held.said <= clean.said
        spoilt = any("nik.excel" in codes for _, codes in held.returned) or held.partly - clean.partly
        assert spoilt or "guard.returned" in held.codes()
        assert held.codes() <= {"guard.returned", "guard.rows", "guard.field"}
    comes_in_anew(anew, source, clean)


def comes_in_anew(nation: AtWork, source: str, clean: State) -> None:
    """What was pulled while it was broken and what came after make the same as if nothing had ever been."""
    nation.pull(source)
    held = work.state().of(source)
    assert held.current == clean.of(source).current
    assert not held.findings and work.faults(source) == {""}
    assert work.balanced()
