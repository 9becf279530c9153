"""The evaluation's counting: intervals, base rates, thresholds and the oracle, each against numbers reckoned by hand; and one small run."""

from __future__ import annotations

import gzip
import json
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bench.evaluate import report
from bench.evaluate.__main__ import main
from bench.evaluate.asking import Answered, Occasion, Papers
from bench.evaluate.days import PATIENCE, READ_AGAIN, STEPS, UNCHANGING, Run, in_time, nation_of, reached
from bench.evaluate.interviewed import answers_of
from bench.evaluate.judged import Departure, Judged, Share, recall_at, right, wilson
from bench.evaluate.judging import SOON, Journeys, judge_again, keeping, said_by
from bench.evaluate.kept import Checkout, kept_run, line_of
from bench.evaluate.officers import Officers
from bench.evaluate.oracle import Seen, honest_ways, likelihoods, of_class, score
from bench.evaluate.strata import EVEN, Cell, Draw, Strata, natural_shares
from sandbox.nation import Nation
from sandbox.nation.lives import LATE_TRACES, MODUS_WEIGHTS, Life
from sandbox.nation.model import Crossing, ExitBan, Happening, PoliceReport, Suspect, Tip
from sandbox.nation.traces import Traces, read_traces
from suar.core.advice.grounds import Grounds
from suar.core.advice.sources import SourceHealth, SourceState
from suar.core.indicators.answers import ANSWERS
from suar.core.indicators.facts import FactSheet
from suar.intake.jobs.pull import can_be_pulled
from suar.intake.queries.mappings import sources
from tests import cast

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
ONE = Departure(
    modus="", groups=(("sex", "1"),), advice="clear", score=0, referred=False, helped=False, noticed_before=None, at_passport_desk=False, oracle=0.0
)  # fmt: skip
CASE = replace(
    ONE, modus="M01", advice="assist", score=3500, referred=True, helped=True, noticed_before=timedelta(days=3)
)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 1000, 0.0002, 0.0056)]
)  # fmt: skip
def test_an_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-4)


def test_nothing_counted_tells_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0) and math.isnan(Share(0, 0).value) and Share(0, 0).said() == "–"


def test_precision_is_that_of_the_base_rate_and_not_of_the_sample() -> None:
    assert right(10 / 10_000, 0.5, 0.001) == pytest.approx(0.0005 / (0.0005 + 0.000999))
    judged = Judged([CASE] * 50, [ONE] * 999 + [replace(ONE, referred=True, advice="secondary")])
    value, low, high = judged.precision(10)
    assert low < value < high and value == pytest.approx(0.001 / (0.001 + 0.999 * 0.001), rel=1e-6)
    assert judged.wrongful_hours() == pytest.approx(0.75) and judged.help_rate() == Share(50, 50, 50)
    assert judged.before_departure()[2] == 3.0


def test_the_threshold_lets_no_more_of_the_honest_over_it_than_stated() -> None:
    honest = [0.0] * 998 + [5.0, 7.0]
    assert recall_at(each(9.0, 6.0, 4.0, 0.0), each(*honest), 1 / 1_000) == pytest.approx(2 / 4)
    assert recall_at(each(7.0, 7.0), each(*[7.0] * 2, *[0.0] * 998), 1 / 1_000) == pytest.approx(1 / 2), "half of a tie"
    weighed = [(7.0, 0.5), (7.0, 0.5), *each(*[0.0] * 999)]
    assert recall_at(each(7.0, 7.0), weighed, 1 / 1_000) == pytest.approx(1.0), "two who stand for one"
    assert math.isnan(recall_at([], each(*honest)))


def each(*scores: float) -> list[tuple[float, float]]:
    return [(score, 1.0) for score in scores]


def test_the_oracle_takes_each_trace_for_itself_and_forgets_what_is_told_after_departure() -> None:
    row = Traces("M01", (("agent_phone", 0.3), ("far_office", 0.2)), 0.35)
    assert of_class(frozenset({"agent_phone"}), row) == pytest.approx(0.3 * 0.8)
    table = likelihoods()
    assert "complaint_abroad" in dict(read_traces()["M01"].shares) and "complaint_abroad" not in dict(
        table["M01"].shares
    )
    nation = Nation(7, 2_000, NOW, cases_per_10000=3000)
    ways = honest_ways(nation.lives)
    with_traces = [
        score(life, life.traces - LATE_TRACES, ways, table)
        for life in nation.lives
        if life.of_a_case and life.purpose == "tourism" and "agent_phone" in life.traces
    ]
    honest = [
        score(life, life.traces, ways, table) for life in nation.lives if life.way == "tourist" and not life.traces
    ]
    assert min(with_traces) > max(honest)


def test_what_a_desk_reads_is_on_the_papers_and_everybody_who_departs_is_asked_about() -> None:
    nation = Nation(7, 600, NOW)
    told = list(nation.happenings_until(NOW))
    papers = Papers()
    papers.learn(told)
    asked = [one for happening in told if (one := papers.occasion(happening))]
    exits = [
        one.of
        for one in told
        if isinstance(one.of, Crossing) and one.of.direction == "exit" and one.of.outcome == "allowed"
    ]
    without = [
        one for one in exits if one.passport_no not in papers.passports
    ]  # on a paper from before the nation's history
    passed = [one for one in asked if one.step == "departure" and one.passed]
    assert len(passed) == len(exits) - len(without) > 100 and len(without) < len(exits) / 50
    assert all(one.traveller["full_name"] and date.fromisoformat(one.traveller["birth_date"]) for one in asked)
    assert not any(
        word in json.dumps(one.traveller | one.journey) for one in asked for word in ("trafficked", "M01", "traces")
    )


def test_a_small_nation_is_judged_day_by_day_in_a_database_of_its_own_and_weighed_again_to_the_same(
    tmp_path: Path,
) -> None:
    """What the desks said with a database, and the tables of policy say without one: every advice, every interview."""
    words = ["--seed", "7", "--people", "600", "--days", "12", "--every", "3", "--cases-per-10000", "3000"]
    words += ["--keep", str(file := tmp_path / "7.gz")]
    done = subprocess.run([sys.executable, "-m", "bench.evaluate", *words], capture_output=True, text=True, timeout=600)
    assert done.returncode in {0, 1}, done.stderr
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["people"] == 600 and any(one["claim"].startswith("precision") for one in told["targets"])
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        next(lines)
        live = [(one["advice"], one["score"], one["helping"], one["interview"]) for one in map(json.loads, lines)]
    again = [json.loads(line_of(one)) for one in answers_again(file)]
    assert live == [(one["advice"], one["score"], one["helping"], one["interview"]) for one in again]
    assert sum(interview is not None for *_, interview in live) > 1


@pytest.mark.parametrize(
    ("said", "helping"),
    [
        ({}, set()),
        ({"debt": "agent", "holds_passport": "agent"}, {"debt_to_recruiter", "passport_held_by_other"}),
        ({"job_promised": "household"}, {"purpose_beside_answers", "moratorium_household"}),
        ({"asks_for_help": "yes"}, {"asks_for_help"}),
    ],
)
def test_an_interview_is_weighed_again_with_all_that_a_desk_reads_out_of_what_is_said(
    said: dict[str, str], helping: set[str]
) -> None:
    facts = FactSheet(asked_for="departure", declared_purpose="tourism", destination="SAU")
    asked = Occasion(person="p", at=NOW, step="departure", lane="counter", passed=True, traveller={}, journey={})
    fresh = tuple(
        SourceState(source=name, state=SourceHealth.FRESH, as_of=NOW, age_s=60, covers=True, since=None)
        for name in ("simkim", "siskop2mi")
    )
    grounds = Grounds(facts=facts, entries=(), health=fresh).told()
    one = Answered(occasion=asked, advice="secondary", score=0, reasons=(), grounds=grounds)
    interview = Checkout().interviewed(one, "truthful", said).interview
    assert interview and {code.removeprefix("indicator.") for code in interview.helping} == helping


def answers_again(file: Path) -> Iterator[Answered]:
    run, first = kept_run(file, read_traces())
    nation, checkout = nation_of(run, first), Checkout()
    lives = {life.person.id: life for life in nation.lives}
    for one in checkout.answers_in(file):
        said = said_by(lives[one.occasion.person], one.occasion)
        yield checkout.interviewed(one, *said) if one.referred and one.grounds else one


def test_a_trace_that_only_comes_later_is_not_seen_yet() -> None:
    """An agent's first client shares his phone with nobody, and a recruiter's phone tells nothing before somebody names it."""
    nation = Nation(7, 3_000, NOW, cases_per_10000=3000)
    told = list(nation.happenings_until(NOW))
    seen = Seen(nation.lives, told)
    clients = [life for life in nation.lives if "agent_phone" in life.traces]
    first: dict[str, Life] = {}
    for life in sorted(clients, key=lambda one: one.applied_at):
        first.setdefault(life.payer_phone, life)
    for life in clients:
        assert ("agent_phone" in seen.by(life, life.applied_at + timedelta(minutes=1))) is (
            life is not first[life.payer_phone]
        )
    named = {
        one.of.recruiter_phone: one.at for one in reversed(told) if isinstance(one.of, Tip) and one.of.recruiter_phone
    }
    of_tips = [life for life in nation.lives if "tip_names_agent" in life.traces and life.at_immigration.phone in named]
    assert len(of_tips) > 10
    for life in of_tips:
        at = named[life.at_immigration.phone]
        assert "tip_names_agent" in seen.by(life, at + timedelta(minutes=1)) and "tip_names_agent" not in seen.by(
            life, at - timedelta(days=1)
        )


def test_whom_an_exit_ban_is_truly_on_is_not_wronged_by_the_question_who_he_is_and_a_namesake_is() -> None:
    nation = Nation(7, 3_000, NOW)
    told = list(nation.happenings_until(NOW))
    run = Run(seed=7, people=3_000, days=1, cases_per_10000=12, traces=read_traces())
    journeys = Journeys(nation, told, run)
    banned = {one.of.id: one.of for one in told if isinstance(one.of, ExitBan)}
    ban = next(ban for ban in banned.values() if ban.status == "in_force" and ban.until_on > NOW.date())
    at_the_desk = Occasion(
        person=ban.person.id, at=NOW, step="departure", lane="counter", passed=True, traveller={}, journey={}
    )
    possible = ("register.exit_ban.possible",)
    asked = Answered(occasion=at_the_desk, advice="secondary", score=0, reasons=possible, asking=possible)
    namesake = next(life.person.id for life in nation.lives if life.person.id not in journeys.bans)
    before = replace(at_the_desk, at=NOW - timedelta(days=400))
    assert journeys.of_law(asked)
    assert journeys.of_law(replace(asked, advice="hold", occasion=replace(at_the_desk, person=namesake)))
    assert not journeys.of_law(replace(asked, occasion=replace(at_the_desk, person=namesake)))
    assert not journeys.of_law(replace(asked, occasion=before))
    assert not journeys.of_law(replace(asked, reasons=(*possible, "indicator.shared_phone")))
    honest = replace(ONE, advice="secondary", referred=True)
    assert honest.wronged and not replace(honest, by_law=True).wronged


@pytest.mark.django_db
def test_what_the_police_said_is_extended_once_unless_they_stopped_the_case_and_what_a_tip_said_lapses() -> None:
    cast.adopt()
    cast.agencies()
    nation = Nation(7, 3_000, NOW, cases_per_10000=3000)
    told = list(nation.happenings_until(NOW))
    named = {one.of.report_no: one for one in told if isinstance(one.of, Suspect)}
    heard = next(one.of for one in told if isinstance(one.of, Tip) and one.of.recruiter_phone)
    report = next(one.of for one in told if isinstance(one.of, PoliceReport) and one.of.no in named)
    suspect = named[report.no]
    tip = replace(suspect, kind="tip.sent", of=replace(heard, reliability="B", credibility=2))
    year = [suspect.at + timedelta(days=days) for days in (20, 190, 380)]

    def signals(*before: Happening) -> list[int]:
        """How many begin with what was told, and how many later, at each of these times."""
        officers = Officers(NOW)
        return [sum(len(list(officers.of(one))) for one in before), *(len(list(officers.extended(at))) for at in year)]

    assert signals(suspect) == [1, 0, 1, 0], "six months, and six more"
    assert signals(tip) == [1, 0, 0, 0]
    stopped = replace(suspect, at=year[0], kind="police_report.advanced", of=replace(report, stage="stopped"))
    assert signals(suspect, stopped) == [1, 0, 0, 0]


def test_the_sample_is_weighed_back_to_the_country() -> None:
    """As many of each modus are drawn, and each stands for as many as there are in life; the honest beside a case's agent likewise."""
    nation = Nation(5, 12_000, NOW, cases_per_10000=2000, modi=EVEN.modi, raised=EVEN.raised)
    strata = Strata(nation.lives, NOW.date())
    cases = [life for life in nation.lives if life.of_a_case]
    drawn = Counter(life.way for life in cases)
    assert min(drawn.values()) > 30 and len(drawn) == len(MODUS_WEIGHTS)
    weighed = Counter[str]()
    for life in cases:
        weighed[life.way] += strata.weight(life)  # type: ignore[assignment]
    as_in_life = Counter(life.way for life in Nation(5, 12_000, NOW, cases_per_10000=2000).lives if life.of_a_case)
    for modus, count in as_in_life.items():
        assert weighed[modus] / len(cases) == pytest.approx(count / as_in_life.total(), abs=0.02), modus
    beside = [life for life in nation.lives if not life.of_a_case and life.payer_phone in strata.rings]
    assert beside and all(strata.weight(life) < 0.02 for life in beside)
    assert all(
        strata.weight(life) == 1.0
        for life in nation.lives
        if not life.of_a_case and life.payer_phone not in strata.rings
    )


def test_the_sample_stands_for_life_in_every_band_of_ages() -> None:
    """A minor made adult departs before he is 20, so the sample draws many more of them at that age; each stands for as many fewer."""
    nation = Nation(5, 12_000, NOW, cases_per_10000=2000, modi=EVEN.modi, raised=EVEN.raised)
    today = NOW.date()
    strata, natural = Strata(nation.lives, today), natural_shares([life.person for life in nation.lives], today)
    cases = [life for life in nation.lives if life.of_a_case and not life.planted]
    weighed, drawn = Counter[Cell](), Counter[Cell]()
    for life in cases:
        weighed[strata.cell(life)] += strata.weight(life)  # type: ignore[assignment]
        drawn[strata.cell(life)] += 1
    young = ("M09", 1)
    assert drawn[young] > 4 * natural[young] * len(cases), "drawn much oftener than in life"
    for cell, share in natural.items():
        assert weighed[cell] / len(cases) == pytest.approx(share, abs=0.01), cell


LIFE_S_AGES = Draw(
    {**EVEN.modi, "M09": 12}
)  # the same, with minors made adult as often at 18 and 19 as among the grown


@pytest.mark.parametrize(("draw", "enough"), [(EVEN, True), (LIFE_S_AGES, False)])
def test_of_1500_cases_who_depart_each_modus_has_45(draw: Draw, enough: bool) -> None:
    run = Run(seed=505, people=12_000, days=250, cases_per_10000=1000, traces=read_traces(), draw=draw)
    nation = nation_of(run, NOW)
    lives = {life.person.id: life for life in nation.lives if life.of_a_case}
    departed = {
        one.of.person.id
        for one in nation.happenings_until(nation.now)
        if isinstance(one.of, Crossing) and one.at > NOW and one.of.direction == "exit" and one.of.outcome == "allowed"
    }
    found = Counter(
        life.way for person, life in lives.items() if person in departed and life.applied_at > NOW - 3 * STEPS
    )
    rarest = min(found[modus] for modus in MODUS_WEIGHTS)
    assert (rarest >= 45 / 1_500 * found.total()) is enough, found


def test_on_a_slow_machine_the_desks_open_after_the_pull_all_the_same() -> None:
    assert in_time(NOW, timedelta(seconds=3)) == NOW + timedelta(seconds=3)
    assert in_time(NOW, timedelta(hours=3)) < NOW + SOON


@pytest.mark.django_db
def test_a_file_that_never_changes_is_left_out_of_a_pull_and_nothing_else() -> None:
    cast.adopt()
    known = sources(NOW)
    pulled = {name: set(known[name].reach.get("streams", ())) for name in known.names if can_be_pulled(known[name])}
    for name, streams in pulled.items():
        left_out = {UNCHANGING[name]} if name in UNCHANGING else set()
        assert left_out <= streams and set(reached(known[name], whole=True).reach["streams"]) == streams
        assert set(reached(known[name], whole=False).reach["streams"]) == streams - left_out
    assert READ_AGAIN < PATIENCE, "or its source would count as silent"


def test_the_honest_of_a_cases_household_are_as_many_times_too_many_as_cases_are_and_are_counted_apart() -> None:
    """In a sample full of cases some honest people share their household's phone with one; in life hardly anybody does."""

    def beside(cases_per_10000: float) -> float:
        nation = Nation(5, 6_000, NOW, cases_per_10000=cases_per_10000)
        strata, honest = Strata(nation.lives, NOW.date()), [life for life in nation.lives if not life.of_a_case]
        return sum(map(strata.beside, honest)) / len(honest)

    assert beside(1000) > 0.02 > 0.002 > beside(10)
    wronged, mine = replace(ONE, referred=True, advice="secondary"), Judged([CASE] * 50, [ONE] * 998)
    mine.honest += [wronged, replace(wronged, beside=True)]
    assert (mine.false().hits, mine.false(of_strangers=True).hits) == (2, 1)
    assert mine.precision(10)[0] < mine.precision(10, of_strangers=True)[0]


FIRST = NOW - timedelta(days=300)


def kept(folder: Path, seed: int) -> Path:
    """A file of answers about one nation: whom a sign is on was sent to a second officer, and so was every fortieth of the others."""
    run = Run(
        seed=seed, people=1_500, days=120, cases_per_10000=2000, traces=read_traces(), keep=folder / f"{seed}.jsonl.gz"
    )
    nation = nation_of(run, FIRST)
    told, lives = list(nation.happenings_until(nation.now)), {life.person.id: life for life in nation.lives}
    papers = Papers()
    papers.learn(told)
    clear = (
        Answered(occasion=asked, advice="clear", score=0, reasons=())
        for one in told
        if one.at > FIRST and (asked := papers.occasion(one)) and asked.person in lives
    )
    with keeping(run, FIRST) as keep:
        answered = keep(
            replace(one, advice="secondary", score=7_000)
            if lives[one.occasion.person].of_a_case or number % 40 == 0
            else one
            for number, one in enumerate(clear)
        )
        assert len(list(answered)) > 100
    assert run.keep
    return run.keep


Again = Callable[[Sequence[Path], Mapping[str, Traces]], tuple[Judged, list[Run]]]


def forgets_the_last(paths: Sequence[Path], traces: Mapping[str, Traces]) -> tuple[Judged, list[Run]]:
    whole, runs = judge_again(paths[:-1], traces)
    return whole, [*runs, kept_run(paths[-1], traces)[0]]


@pytest.mark.parametrize(("again", "whole"), [(judge_again, True), (forgets_the_last, False)])
def test_kept_files_are_judged_together_and_a_forgotten_one_is_seen(tmp_path: Path, again: Again, whole: bool) -> None:
    files, traces = [kept(tmp_path, seed) for seed in (7, 8)], read_traces()
    alone = [judge_again([file], traces)[0] for file in files]
    both, runs = again(files, traces)
    counts = [(len(one.cases), len(one.honest), round(one.recall().of, 6), round(one.false().hits, 6)) for one in alone]
    added = tuple(map(sum, zip(*counts, strict=True)))
    told = (len(both.cases), len(both.honest), round(both.recall().of, 6), round(both.false().hits, 6))
    assert (told == pytest.approx(added)) is whole, (told, added)
    surer = both.false().interval[1] - both.false().interval[0] < min(
        one.false().interval[1] - one.false().interval[0] for one in alone
    )
    assert surer is whole
    if whole:
        page = report.written(both, runs)
        assert "| 7 | 1500 | 120 | 2000 | 1 | evenly |" in page and "| 8 | 1500 |" in page
        assert [f"| {seed} | {len(one.cases)} |" in page for seed, one in zip((7, 8), alone, strict=True)] == [
            True,
            True,
        ]


def nation_of_counts(cases: int, found: int, honest: int, wronged: int) -> Judged:
    judged = Judged()
    for number in range(cases):
        judged.add(CASE if number < found else replace(CASE, referred=False))
    for number in range(honest):
        judged.add(replace(ONE, referred=number < wronged))
    return judged


def test_nations_that_differ_are_less_sure_together_than_nations_that_do_not() -> None:
    """By hand: precision 1/3, 1/2, 1 or (together) 1/2 at a base rate of a half; of two nations the error is half of what separates them."""
    alike, apart = Judged(), Judged()
    for wronged in (20, 20):
        alike.take(nation_of_counts(100, 20, 100, wronged))
    for wronged in (0, 40):
        apart.take(nation_of_counts(100, 20, 100, wronged))
    assert alike.precision(5_000)[0] == apart.precision(5_000)[0] == 0.5
    assert alike.between_nations(5_000) == (0.5, 0.5)
    error = (1 - 1 / 3) / 2
    assert apart.between_nations(5_000) == pytest.approx((max(0.0, 0.5 - 2 * error), 1.0))


def test_no_nation_is_counted_twice_and_none_is_taken_for_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = kept(tmp_path, 7)
    assert main(["--again", str(file), str(file)]) == 2 and "counted twice" in capsys.readouterr().err
    with gzip.open(file, "rt", encoding="utf-8") as old:
        head, *lines = old.readlines()
    with gzip.open(other := tmp_path / "other.gz", "wt", encoding="utf-8") as new:
        new.writelines([json.dumps(json.loads(head) | {"seed": 9}) + "\n", *lines])
    assert main(["--again", str(other)]) == 2 and "another nation" in capsys.readouterr().err
    with gzip.open(short := tmp_path / "short.gz", "wt", encoding="utf-8") as new:
        until = (FIRST + timedelta(days=50)).isoformat()
        new.writelines([head, *(line for line in lines if json.loads(line)["occasion"]["at"] < until)])
    assert judge_again([short], read_traces())[1][0].asked_days == 50, "a run whose time was over says how far it came"
    assert main(["--again", str(file)]) in {0, 1}
    assert json.loads(capsys.readouterr().out.strip().splitlines()[-1])["people"] == 1_500


def test_answers_are_codes_of_the_interview_and_the_lying_tell_nothing() -> None:
    nation = Nation(7, 2_000, NOW, cases_per_10000=3000)
    rnd = Random(5)
    for life in nation.lives[:600]:
        for style in ("truthful", "shy", "coached", "lying"):
            said = answers_of(life, style, rnd)
            assert all(answer in ANSWERS[question] for question, answer in said.items()), said
            assert style != "lying" or (said["job_promised"], said["debt"]) == ("none", "none")
