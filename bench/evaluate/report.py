"""The table of judgement, printed and written to docs/reference/evaluation.md: also what the desks miss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from bench.evaluate.days import Run
from bench.evaluate.judged import RATES, Departure, Judged, Share, recall_at
from bench.evaluate.strata import AS_IN_LIFE, EVEN
from bench.targets import Target
from suar.site.running.home import ROOT

PAGE = ROOT / "docs" / "reference" / "evaluation.md"
LEAST_CASES = 40  # of a modus, before its recall is a figure
HONEST = 100_000  # departures, of whom the issue wants to know how many are wrongly referred
DEFERRED = 10  # of 10,000 departures: the base rate at which precision is asked for
SMALL = 10  # people: no group smaller than this is shown

HEAD = """# Evaluation

Written by `suar evaluate{again}`. In each of these invented nations the desks were asked about everybody who applied for a passport or tried to depart in
those days, with what had come in by then and nothing later:

{runs}
{cases} cases and {honest} honest departures in all{short}. A *referral* is an advice of `assist`, `secondary` or `hold`. Counted apart: the KP2MI
desk's help with a paper that is missing or a company whose licence ended, for cases and the honest alike; and the honest who are held because an
entry of a register is in force on them, or whom an officer first asks whether they are the person of an exit ban and who are: the law's doing, and
not a wrong referral. Whoever is only like that person is wrongly referred. Intervals are Wilson's, 95 of 100, as if travellers were independent of each
other; neighbours who use one helper are not, so what nations differ by is shown beside. Cases are many more than in life, so that each modus has enough,
and are weighed back to how often each is; precision is given for three base rates. Honest travellers who give the number of a case's household are as
many times too many as cases are; the rows *of strangers* leave them out.

"""

NATION = ["seed", "cases", "honest", "recall, raw", "honest who are referred", "precision at 10 per 10,000"]
INDICATORS = """On how many journeys each reason stood at any desk. Bits: the logarithm of the ratio, which the weight in `policy/indicators` estimates.

"""
INTERVIEWS = """Everybody who is referred is interviewed, with invented answers (`bench/evaluate/interviewed.py`, guesses). Elements of UU 21/2007 Ps 1(1):
after the interview a fact supports them.

"""


def written(judged: Judged, runs: Sequence[Run]) -> str:
    """The page."""
    text = head(judged, runs)
    text += "## In all\n\n" + markdown([["", "value"], *overall(judged)])
    if judged.nations:
        text += "\n## By nation\n\n" + markdown([NATION, *nation_rows(judged, runs)])
    text += "\n## By modus\n\n" + markdown(
        [["modus", "cases", "noticed before departure", "of the oracle's recall", "as what"], *modus_rows(judged)]
    )
    text += (
        "\n## By indicator\n\n"
        + INDICATORS
        + markdown([["indicator", "cases", "honest, of 1,000", "how much likelier, bits"], *indicator_rows(judged)])
    )
    text += (
        "\n## After the interview\n\n"
        + INTERVIEWS
        + markdown(
            [
                [
                    "who, and how he speaks",
                    "interviewed",
                    "more is known than before",
                    "process and means",
                    "and purpose",
                ],
                *interview_rows(judged),
            ]
        )
    )
    for name, title in (("province", "province of residence"), ("sex", "sex"), ("age", "age")):
        text += f"\n## By {title}\n\n" + markdown(
            [[title, "recall", "honest who are referred"], *group_rows(judged, name)]
        )
    return text + "\n## What it misses\n\n" + missed(judged)


def head(judged: Judged, runs: Sequence[Run]) -> str:
    rows = [
        [*map(str, (run.seed, run.people, run.asked_days)), f"{run.cases_per_10000:g}", str(run.every), drawn(run)]
        for run in runs
    ]
    titles = ["seed", "people", "days", "cases per 10,000", "days told at once", "drawn"]
    short = f", fewer than the {HONEST:,} that are asked for" if len(judged.honest) < HONEST else ""
    return HEAD.format(
        again=" --again FILE …" if len(runs) > 1 else "", runs=markdown([titles, *rows]),
        cases=f"{len(judged.cases):,}", honest=f"{len(judged.honest):,}", short=short,
    )  # fmt: skip


def drawn(run: Run) -> str:
    return "as in life" if run.draw == AS_IN_LIFE else "evenly" if run.draw == EVEN else "evenly, by other weights"


def overall(judged: Judged) -> list[list[str]]:
    before, early, days = judged.before_departure()
    rows = [
        ["recall, raw", judged.recall().said()],
        ["honest who are referred, raw", judged.false().said(2)],
        ["honest who are referred, raw, of strangers", judged.false(of_strangers=True).said(2)],
        [
            "honest whom an entry in force on them holds, or has asked who they are",
            Share.among(judged.honest, lambda one: one.referred and one.by_law).said(2),
        ],
        [
            "honest to whom help with what is missing is offered",
            Share.among(judged.honest, lambda one: one.offered).said(2),
        ],
        [
            "cases to whom help with what is missing is offered",
            Share.among(judged.cases, lambda one: one.offered).said(),
        ],
        ["recall by the desk's own score at 1 false referral per 1,000", percent(desk_recall(judged))],
        ["recall of the oracle at 1 false referral per 1,000", percent(oracle_recall(judged))],
        ["referred cases to whom help is offered, at the counter or after the interview", judged.help_rate().said()],
        ["noticed before departure", before.said()],
        ["noticed at the passport desk", early.said()],
        ["days before departure, median of the noticed", "–" if math.isnan(days) else f"{days:.1f}"],
        ["hours that 1,000 honest departures are held up", f"{judged.wrongful_hours():.1f}"],
    ]
    for rate in RATES:
        for of_strangers, words in ((False, ""), (True, ", of strangers")):
            value, low, high = judged.precision(rate, of_strangers=of_strangers)
            rows.append(
                [f"precision at {rate} per 10,000{words}", f"{percent(value)} ({percent(low)}–{percent(high)})"]
            )
    if judged.nations[1:]:
        low, high = judged.between_nations(DEFERRED)
        rows.append(
            [
                f"precision at {DEFERRED} per 10,000, two standard errors between nations",
                f"{percent(low)}–{percent(high)}",
            ]
        )
    return rows


def nation_rows(judged: Judged, runs: Sequence[Run]) -> list[list[str]]:
    return [
        [
            str(run.seed), f"{len(one.cases):,}", f"{len(one.honest):,}", one.recall().said(), one.false().said(2),
            percent(one.precision(DEFERRED)[0]),
        ]
        for run, one in zip(runs, judged.nations, strict=True)
    ]  # fmt: skip


def desk_recall(judged: Judged) -> float:
    """By the score of those who are referred; somebody who is not has none."""
    return recall_at(by_desk(judged.cases), by_desk(judged.honest))


def by_desk(found: Sequence[Departure]) -> list[tuple[float, float]]:
    """Those who are referred before all others, and each by his score."""
    return [
        (float(one.score + 1_000_000 * (one.wronged if not one.modus else one.referred)), one.weight) for one in found
    ]


def oracle_recall(judged: Judged) -> float:
    return recall_at(by_oracle(judged.cases), by_oracle(judged.honest))


def by_oracle(found: Sequence[Departure]) -> list[tuple[float, float]]:
    return [(one.oracle, one.weight) for one in found]


def modus_rows(judged: Judged) -> list[list[str]]:
    rows = []
    for modus, found in judged.by_modus().items():
        noticed = Share.among(found, lambda one: one.noticed_before is not None)
        best = recall_at(by_oracle(found), by_oracle(judged.honest))
        ours = recall_at(by_desk(found), by_desk(judged.honest))
        rows.append(
            [modus, str(len(found)), noticed.said(), f"{ours / best:.2f}" if best else "–", worst_advice(found)]
        )
    return rows


def indicator_rows(judged: Judged) -> list[list[str]]:
    """How often each reason stands on the way of a case, and of an honest journey; the weight of policy is to be near the third column."""
    codes = sorted({code for one in (*judged.cases, *judged.honest) for code in one.reasons})
    rows = []
    for code in codes:
        case, honest = (Share.among(found, lambda one: code in one.reasons) for found in (judged.cases, judged.honest))  # noqa: B023
        bits = f"{math.log2(case.value / honest.value):.1f}" if case.hits and honest.hits else "–"
        rows.append([code, case.said(), f"{1000 * honest.value:.2f}" if honest.of else "–", bits])
    return rows


def interview_rows(judged: Judged) -> list[list[str]]:
    rows = []
    for who, found in (("case", judged.cases), ("honest", judged.honest)):
        told = [one for one in found if one.interview]
        for style in sorted({one.interview.style for one in told if one.interview}):
            of = [one for one in told if one.interview and one.interview.style == style]
            more, process, purpose = (
                Share.among(of, which)
                for which in (
                    lambda one: one.interview.score > one.score,
                    lambda one: {"proses", "cara"} <= set(one.interview.elements),
                    lambda one: {"proses", "cara", "tujuan"} <= set(one.interview.elements),
                )
            )
            rows.append([f"{who}, {style}", str(len(of)), more.said(), process.said(), purpose.said()])
    return rows or [["–", "0", "–", "–", "–"]]


def worst_advice(found: Sequence[Departure]) -> str:
    told = [one.advice for one in found if one.referred]
    return ", ".join(f"{advice} {told.count(advice)}" for advice in sorted(set(told))) or "–"


def group_rows(judged: Judged, name: str) -> list[list[str]]:
    rows = []
    for value, (recall, false) in judged.by_group(name).items():
        shown = [one.said(2) if one.of >= SMALL else "fewer than 10" for one in (recall, false)]
        rows.append([value, *shown])
    return rows


def missed(judged: Judged) -> str:
    """The cases of which no desk said anything, by modus and by whether they left a trace that a desk could have read."""
    quiet = [one for one in judged.cases if not one.referred]
    blind = sum(one.oracle <= 0 for one in quiet)
    return (
        f"{len(quiet)} of {len(judged.cases)} cases passed every desk unnoticed; {blind} of them left nothing before departure that is likelier"
        " of a case than of an honest journey.\n"
    )


def targets(judged: Judged) -> list[Target]:
    best, ours = oracle_recall(judged), desk_recall(judged)
    found = [
        Target(
            claim="recall at 1 false referral per 1,000, part of the oracle's",
            want=0.9,
            got=ours / best if best else 0.0,
        ),
        Target(claim="precision at 10 per 10,000", want=0.3, got=none_is_zero(judged.precision(DEFERRED)[0])),
        Target(
            claim="precision at 10 per 10,000, the worst of its interval",
            want=0.3,
            got=none_is_zero(judged.precision(DEFERRED)[1]),
        ),
        Target(claim="honest departures", want=HONEST, got=len(judged.honest)),
    ]
    for modus, rows in judged.by_modus().items():
        if len(rows) < LEAST_CASES:  # too few to say anything of it
            found.append(Target(claim=f"{modus}: cases", want=LEAST_CASES, got=len(rows)))
            continue
        most = recall_at(by_oracle(rows), by_oracle(judged.honest))
        part = recall_at(by_desk(rows), by_desk(judged.honest))
        found.append(Target(claim=f"{modus}: recall, part of the oracle's", want=0.7, got=part / most if most else 1.0))
    return found


def none_is_zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def markdown(rows: Sequence[Sequence[str]]) -> str:
    head, *more = rows
    lines = [head, ["---"] * len(head), *more]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def keep(text: str, path: Path = PAGE) -> None:
    path.write_text(text, encoding="utf-8")
