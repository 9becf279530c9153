"""Each breakage of an agency gives the stated finding and no wrong data; once mended, what waited comes in by itself."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from suar.core.advice.sources import SourceHealth
from suar.core.identity.person import Description
from suar.core.standard.survey import survey
from suar.intake.connectors.sending import natives
from suar.intake.queries.batches import batch, parts_of
from suar.intake.queries.civil import CivilAnswer, ask_dukcapil
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.screening.jobs import hear_dukcapil_late
from suar.site.auth import now, system_act
from suar.site.running.postgres import Cluster
from tests import cast, database
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
    assert held.said >= clean.of(source).said
    assert all(overtaken(one, clean) for one in held.said - clean.said), "old versions are kept as what they are"
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


def overtaken(said: work.Statement, by: State) -> bool:
    """Whether a statement is an older word on a thing of which a newer one is known."""
    source, kind, ident, version, _ = said
    newer = [
        current
        for (of, named, thing), (current, *_) in by.current.items()
        if (of, thing) == (source, ident) and named.endswith(f":{kind}")
    ]
    return bool(newer) and version < newer[0]


@ALL
def test_messages_twice_in_another_order_and_old_ones_again_change_nothing(
    source: str, nation: AtWork, first_part: State, clean: State
) -> None:
    with nation.broken(source, "duplicate", "reordered", "old_versions"):
        nation.pull(source)
        assert all(overtaken(one, clean) for one in work.state().of(source).said - clean.said)
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


def resident(nation: AtWork, *, status: str = "active") -> Description:
    """Somebody whom the civil register knows under one NIK, as he would write himself."""
    store = sqlite3.connect(nation.home / "dukcapil" / "store.sqlite")
    rows = store.execute(
        "SELECT nik, nama_lgkp, tgl_lhr, nama_lgkp_ibu, jenis_klmin FROM penduduk WHERE status = ? ORDER BY nik",
        [status],
    ).fetchall()
    store.close()
    nik, name, born, mother, sex = rows[0]
    return Description(nik=nik, full_name=name, birth_date=born, mother_name=mother, sex=str(sex))


def asked(nation: AtWork, who: Description, **other: str) -> CivilAnswer:
    address = {name: str(value) for name, value in nation.address["dukcapil"].items()} | other
    return ask_dukcapil(who, {"dukcapil": address}, act=system_act("tests"))


@pytest.mark.parametrize(
    ("what", "fault"),
    [("down", "source.unreachable"), ("slow", "source.timeout"), ("half_page", "source.unreachable")],
)
def test_dukcapil_away_is_silence_and_never_a_mismatch(
    what: str, fault: str, nation: AtWork, first_part: State
) -> None:
    who = resident(nation)
    assert set(asked(nation, who).fields.values()) == {"agrees"}
    with nation.broken("dukcapil", what):
        said = asked(nation, who)
    assert (said.outcome, said.fault) == ("unreachable", fault)
    assert not said.fields and not said.scores
    assert work.faults("dukcapil") == {fault}
    assert asked(nation, who).outcome == "verdicts" and work.faults("dukcapil") == {""}


def test_a_late_word_of_dukcapil_has_the_open_question_asked_again(
    nation: AtWork, first_part: State, settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    reached = {name: str(value) for name, value in nation.address["dukcapil"].items()}
    (tmp_path / "sources.json").write_text(json.dumps({"dukcapil": reached}))
    who, officer, client = (
        resident(nation),
        cast.act(cast.BIMA, at=now(), reference="CGK-A1-1"),
        cast.browser(cast.BIMA),
    )
    question = Asked(
        purpose="departure",
        traveller={"full_name": who.full_name, "nik": who.nik},
        journey={},
        reference="CGK-A1-1",
        desk=officer.desk,
        lane="manual",
        officer="",
    )
    with nation.broken("dukcapil", "down"):
        open_one = screen(question, act=officer, client="tests", key="", elapsed_ms=lambda: 1)
        assert not hear_dukcapil_late(open_one, act=system_act("tests"))
        assert not client.get("/meja/terbuka/").context["changed"]
    assert hear_dukcapil_late(open_one, act=system_act("tests"))
    assert [row.id for row in client.get("/meja/terbuka/").context["changed"]] == [open_one]


@pytest.mark.parametrize(
    ("other", "fault"),
    [({"password": "wrong"}, "civil.login"), ({"address": "10.1.2.3"}, "civil.address")],
)
def test_dukcapil_refusing_us_says_nothing_of_the_person(
    other: dict[str, str], fault: str, nation: AtWork, first_part: State
) -> None:
    said = asked(nation, resident(nation), **other)
    assert (said.outcome, said.fault, dict(said.fields)) == ("unreachable", fault, {})


def test_a_used_up_quota_says_nothing_of_the_person(nation: AtWork, first_part: State) -> None:
    day = nation.until.astimezone(ZoneInfo("Asia/Jakarta"))
    used = nation.home / "dukcapil" / f"kuota-SUAR01-{day:%Y%m%d}"
    before = used.read_bytes() if used.exists() else b""
    used.write_bytes(b"." * int(str(nation.address["dukcapil"]["quota"])))
    said = asked(nation, resident(nation))
    used.write_bytes(before)
    assert (said.outcome, said.fault, dict(said.fields)) == ("unreachable", "civil.quota", {})


def test_an_answer_of_dukcapil_that_nobody_knows_is_no_mismatch(nation: AtWork, first_part: State) -> None:
    who = resident(nation)
    with nation.broken("dukcapil", "new_code"):
        answers = [asked(nation, replace(who, nik=f"99010112059{n:05}")) for n in range(30)]
    outcomes = {(said.outcome, said.fault) for said in answers}
    assert outcomes == {("unreachable", "civil.unknown"), ("not_found", "")}
    with nation.broken("dukcapil", "renamed_column"):
        assert set(asked(nation, who).fields) == {
            "birth_date",
            "mother_name",
            "sex",
        }  # the name is not compared, not "differs"


@pytest.mark.parametrize("source", ["simkim", "siapkerja", "disnaker", "polri", "pimpasa"])
def test_few_rows_under_a_new_column_name_stop_as_many_do(source: str, nation: AtWork, first_part: State) -> None:
    """A source that trickles must not lose a field for ever because three rows are no proof."""
    renamed = {"simkim": ("permohonan", "pemohon.tgl_lahir"), "siapkerja": ("events", "worker.dateOfBirth"),
               "disnaker": ("surat", "no_surat"), "polri": ("TSK", "NO_LP"), "pimpasa": ("info", "kec")}  # fmt: skip
    table, path = renamed[source]
    rows = natives_of(source, table)
    kind = work.mapping(source).kinds_of(table, rows[0])[0]
    few = [row for row in rows if work.mapping(source).kinds_of(table, row)[:1] == (kind,)][:2]
    assert not [finding for finding in survey(few, kind) if finding.stops]
    spoilt = [with_other_name(row, path.split("."), f"{path.split('.')[-1]}_baru") for row in few]
    assert [finding.code for finding in survey(spoilt, kind) if finding.stops] == ["column.renamed"]


def natives_of(source: str, table: str) -> list[dict[str, Any]]:
    """The rows of a table as the source sent them, read again from the bytes that were kept."""
    found: list[dict[str, Any]] = []
    for wall in work.WALLS:
        with connections[wall].cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', false)")
            cursor.execute("SELECT id FROM intake_batch WHERE source = %s AND size > 0", [source])
            ids = [row[0] for row in cursor.fetchall()]
        for id_ in ids:
            kept = batch(id_, wall=wall)
            assert kept
            parts, meta = parts_of(kept, wall=wall)
            options = work.mapping(source).reach["streams"][kept.stream].get("options", {})
            found += [row for name, row in natives(kept.media, options, kept.stream, meta, parts) if name == table]
    return found


def with_other_name(row: dict[str, Any], path: list[str], name: str) -> dict[str, Any]:
    if len(path) == 1:
        return {name if key == path[0] else key: value for key, value in row.items()}
    return row | {path[0]: with_other_name(row[path[0]], path[1:], name)}


def test_a_snapshot_older_than_what_is_known_withdraws_nothing(nation: AtWork, first_part: State, clean: State) -> None:
    """The help desks hand out the book of three weeks before under the newest name."""
    with three_more_in_the_book(nation):
        nation.pull("bp3mi")
        whole = work.state().of("bp3mi")
        assert len(whole.current) == len(clean.of("bp3mi").current) + 3
        with nation.broken("bp3mi", "old_versions"):
            nation.pull("bp3mi")
        held = work.state().of("bp3mi")
        assert held.current == whole.current and held.codes() == {"guard.older"}
        nation.pull("bp3mi")
        held = work.state().of("bp3mi")
        assert held.current == whole.current and not held.findings
    nation.pull(
        "bp3mi"
    )  # struck out, and they were the newest: nobody can tell that from an old book, so it waits for a newer line
    assert work.state().of("bp3mi").current == whole.current and work.state().of("bp3mi").codes() == {"guard.older"}


@contextmanager
def three_more_in_the_book(nation: AtWork) -> Iterator[None]:
    """Prevented ten days ago: in the newest book, and not in the one of three weeks before."""
    told = nation.until - timedelta(days=10)
    store = sqlite3.connect(nation.home / "bp3mi" / "store.sqlite")
    row = store.execute("SELECT nomor, sel FROM buku WHERE buku = 'pencegahan' ORDER BY sejak LIMIT 1").fetchone()
    cells = json.loads(row[1])
    at = next(n for n, cell in enumerate(cells) if re.fullmatch(r"\d\d\.\d\d\.\d{4} \d\d\.\d\d", cell))
    for number in ("UJI-1", "UJI-2", "UJI-3"):
        other = [
            told.strftime("%d.%m.%Y %H.%M") if n == at else cell.replace(row[0], number) for n, cell in enumerate(cells)
        ]
        store.execute(
            "INSERT INTO buku VALUES ('pencegahan', ?, ?, '9999', ?)", [number, told.isoformat(), json.dumps(other)]
        )
    store.commit()
    try:
        yield
    finally:
        store.execute("DELETE FROM buku WHERE nomor LIKE 'UJI-%'")
        store.commit()
        store.close()


def withdrawn_in(state: State) -> set[tuple[str, str, str]]:
    return {key for key, (*_, withdrawn) in state.current.items() if withdrawn}


def test_a_row_that_is_returned_has_not_vanished(nation: AtWork, first_part: State, clean: State) -> None:
    """Known rows that come with a NIK spoilt by a spreadsheet go back; they are not taken for struck out."""
    nation.pull("bp3mi")
    before = withdrawn_in(work.state().of("bp3mi"))
    with nation.broken("bp3mi", "excel_nik"):
        counts = nation.pull("bp3mi")
        assert counts.returned or work.state().of("bp3mi").findings
        assert withdrawn_in(work.state().of("bp3mi")) == before
    comes_in(nation, "bp3mi", clean)
