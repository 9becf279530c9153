"""One run of `suar bench match`: the register, the rounds, the quality, the pairs; one table, and the last line."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench.hub import Hub, turned_to
from bench.match import aims, ours, quality, register
from bench.match.oracle import Oracle
from bench.match.peer import NotHere, Peer
from bench.match.people import person
from bench.match.players import BLOCK, block_of_ours, player, standing, suits
from bench.match.players import ours as our_player
from bench.match.quality import Answered
from bench.match.questions import Question, matching, strangers
from bench.match.rounds import Times, played, ratio
from bench.screening import at
from bench.targets import last_line, said_load, status, table
from suar.core.identity.person import Description
from suar.core.matching.policy import MatchingPolicy

SMALL = 100_000
NO_THRESHOLD = -(10**9)
#: From which number on the queries are for timing, and for pairs; the first ones are for quality.
TIMED, PAIRED = 1_000_000, 2_000_000
PROBED, PROBES = 20, 30
PAIR_QUERIES, PAIRS_EACH, PAIR_ROUNDS = 60, 5, 3


@dataclass(frozen=True, slots=True)
class Run:
    """What is asked of one run."""

    hub: Hub
    people: int
    seed: int
    rounds: int
    questions: int
    peers: tuple[str, ...]


def bench(run: Run) -> int:
    file = register.kept(run.people, run.seed)
    policy = ours.policy_of_today(run.people)
    chosen = [name for name in run.peers if suits(name, run.people)]
    got = aims.Got()
    print(f"load average {said_load()}", flush=True)
    small = small_register(run)
    with (
        ours.register(run.hub, run.people, run.seed, file) as loaded,
        standing(run.hub, chosen, file, run.people, run.seed) as (peers, missing),
    ):
        print(
            f"{run.people:,} people; ours loaded at {loaded.per_s:,.0f} rows/s, {loaded.share:.4f} of raw COPY ({loaded.copied_per_s:,.0f} rows/s), "
            f"{loaded.bytes_a_person:,.0f} bytes a person to search, {sum(loaded.bytes.values()) / run.people:,.0f} with membership {loaded.bytes}"
        )
        got.load_share, got.bytes_a_person = loaded.share, loaded.bytes_a_person
        timed(run, policy, peers, missing, got, small)
        for name, why in missing.items():
            print(f"not measured: {why if name in why else f'{name}: {why}'}")
        answered(run, policy, peers, got)
        pairs(run, policy, peers, got)
        got.delta_share = ours.delta(file, run.people, run.seed)
        print(f"a delta of {ours.DELTA:,} people: {got.delta_share:.4f} of raw COPY; load average {said_load()}")
    targets = aims.targets(run.people, list(run.peers) if run.people > SMALL else chosen, got)
    print(last_line(run.people, targets))
    return status(targets)


def small_register(run: Run) -> tuple[str, MatchingPolicy] | None:
    """At ten million, the register of 100,000 beside it, whose p50 the growth is held against."""
    if aims.stated_size(run.people) != max(aims.RECALL):
        return None
    with ours.register(run.hub, SMALL, run.seed, register.kept(SMALL, run.seed)):
        pass
    return ours.database_of(SMALL, run.seed), ours.policy_of_today(SMALL)


def timed(
    run: Run,
    policy: MatchingPolicy,
    peers: list[Peer],
    missing: dict[str, str],
    got: aims.Got,
    small: tuple[str, MatchingPolicy] | None,
) -> None:
    from bench.match import layout

    blocks = run.rounds * max(1, len(peers)) + 1
    a_block = block_of_ours(len(peers))
    queries = mixed(run, blocks * a_block)
    keys = [key for one in queries for key in layout.hashes(Description.of(one.fields))]
    floor, nothing, at_small = Times(), Times(), Times()

    def between(number: int) -> None:
        for start in range(PROBES):
            first = (number * PROBES + start) * PROBED % (len(keys) - PROBED)
            floor.round(number).append(layout.probe(keys[first : first + PROBED]))
            nothing.round(number).append(layout.nothing())
        if small:
            with turned_to(small[0]):
                at_small.round(number).extend(our_player(small[1]).ask(mixed(run, BLOCK, SMALL))[0])

    times = played(
        our_player(policy, a_block),
        [player(peer, run.people) for peer in peers],
        queries,
        run.rounds,
        between,
    )
    missing |= {name: one.failed for name, one in times.items() if one.failed}
    rows = [["", "queries", "p50 ms", "p95 ms", "p99 ms", "times slower than ours", "right one in the first 20"]]
    for name, one in times.items():
        if one.failed or not one.all:
            continue
        got.ratios[name] = ratio(one, times["ours"])
        rows.append(
            [name, str(len(one.all)), *ms(one), f"{got.ratios[name]:,.1f}", f"{one.among_first(quality.FIRST):.3f}"]
        )
    rows += [
        ["floor: 20 keys in one trip", str(len(floor.all)), *ms(floor), "", ""],
        ["floor: select 1", str(len(nothing.all)), *ms(nothing), "", ""],
    ]
    print(table(rows))
    own = times["ours"]
    got.over_floor, got.tail = 1 / ratio(floor, own), at(own.all, 990) / at(own.all, 500)
    if small:
        got.growth = 1 / ratio(at_small, own)
        print(f"p50 at {SMALL:,}: {at_small.at(500):.2f} ms; growth {got.growth:.2f}")
    print(f"p50 over the floor {got.over_floor:.2f}; p99 over p50 {got.tail:.2f}")


def mixed(run: Run, count: int, size: int = 0) -> list[Question]:
    """Queries for timing, half of people of the register and half of strangers; others than those of the quality."""
    half = count // 2 + 1
    size = size or run.people
    true, none = matching(run.seed, size, half, TIMED), strangers(run.seed, size, half, TIMED)
    return [one for both in zip(true, none, strict=True) for one in both][:count]


def ms(times: Times) -> list[str]:
    return [f"{times.at(permille):.3g}" for permille in (500, 950, 990)]


def answered(run: Run, policy: MatchingPolicy, peers: list[Peer], got: aims.Got) -> None:
    """Who is found, ours and the oracle's, over the same candidates; tantivy's first 20 on the same queries."""
    from bench.match import layout

    oracle = Oracle(run.seed, run.people)

    def search(asked: Sequence[Question]) -> list[Answered]:
        return [
            Answered(one, tuple(layout.search(Description.of(one.fields), policy, NO_THRESHOLD)[1])) for one in asked
        ]

    def judged(said: Sequence[Answered]) -> list[Answered]:
        return [foretold(one, oracle, run.seed) for one in said]

    true, none = (
        search(matching(run.seed, run.people, run.questions)),
        search(strangers(run.seed, run.people, run.questions)),
    )
    best_true, best_none = judged(true), judged(none)
    rows = [["recall", "all", "easy", "medium", "hard", "threshold"]]
    rows.append(["at candidates", *shares(quality.recall(true, float("-inf"))), ""])
    for false_share in (0.01, 0.001):
        for name, yes, no in (("ours", true, none), ("oracle", best_true, best_none)):
            over = quality.threshold(no, false_share)
            found = quality.recall(yes, over)
            rows.append([f"{name}, {false_share:.1%} false positives", *shares(found), f"{over:.1f}"])
            if false_share == 0.01:
                got.recall, got.oracle = (found, got.oracle) if name == "ours" else (got.recall, found)
    print(table(rows))
    got.candidates, got.first_20["ours"] = quality.candidates(true), quality.among_first(true, quality.FIRST)
    for peer in peers:
        if peer.name == "tantivy":
            found_20 = [
                one.of in hits
                for one, hits in zip(
                    [t.question for t in true], peer.search([t.question.fields for t in true])[1], strict=True
                )
            ]
            got.first_20["tantivy"] = sum(found_20) / len(found_20)
    print("in the first 20: " + ", ".join(f"{name} {share:.3f}" for name, share in got.first_20.items()))
    print(f"{len(true):,} queries of people in the register, {len(none):,} of strangers")


def foretold(said: Answered, oracle: Oracle, seed: int) -> Answered:
    """The same candidates as the oracle scores them, and the right person even where he was not among them."""
    numbers = {number for number, _ in said.hits} | ({said.question.of} if said.question.of >= 0 else set())
    scored = [(number, oracle.score(said.question.fields, person(seed, number))) for number in numbers]
    return Answered(said.question, tuple(sorted(scored, key=lambda hit: (-hit[1], hit[0]))))


def shares(found: dict[str, float]) -> list[str]:
    return [f"{found[kind]:.3f}" for kind in ("all", "easy", "medium", "hard")]


def pairs(run: Run, policy: MatchingPolicy, peers: list[Peer], got: aims.Got) -> None:
    """Microseconds a pair: ours, one query against its candidates, and logic-v2 on the same pairs, in turn."""
    from bench.match import layout

    asked = matching(run.seed, run.people, PAIR_QUERIES * PAIR_ROUNDS, PAIRED)
    scorer = next((peer for peer in peers if peer.name == "nomenklatura"), None)
    own, theirs, ratios = [], [], []
    for number in range(PAIR_ROUNDS):
        block = asked[number * PAIR_QUERIES : (number + 1) * PAIR_QUERIES]
        tried = [(one, candidates_of(one, run)) for one in block]
        mine = [
            layout.score(Description.of(one.fields), found, policy) * 1000 / len(found) for one, found in tried if found
        ]
        own += mine
        if scorer:
            both = [(one.fields, layout.values_of(other)) for one, found in tried for other in found[:PAIRS_EACH]]
            try:
                spent = scorer.ask(score=both)["us"]
            except NotHere as why:
                print(f"not measured: {why}")
                scorer = None
                continue
            theirs += spent
            ratios.append(statistics.median(spent) / statistics.median(mine))
    print(
        f"one pair explained: ours {statistics.median(own):.1f} µs"
        + (f", logic-v2 {statistics.median(theirs):.0f} µs" if theirs else "")
    )
    got.pair_ratio = statistics.median(ratios) if ratios else None


def candidates_of(one: Question, run: Run) -> list[Description]:
    """Not compared before, so that nothing of them is remembered."""
    from bench.match import layout

    return [
        Description.of(person(run.seed, number)._asdict()) for number in layout.candidates(Description.of(one.fields))
    ]
