"""`suar bench NAME [--people N]`: intake, screening, match, effect, desk or exchange. Exit status 0 only when all targets stated for that size hold."""

from __future__ import annotations

import argparse
import sys

from bench import desk, effect, exchange, hub, intake, screening
from bench.match import batch
from bench.match import bench as match
from bench.match.players import PEERS
from suar.site.running.home import CannotRun

SEED = 20_261_121


def main(words: list[str]) -> int:
    asked = commands().parse_args(words)
    try:
        if asked.name == "match" and asked.batch:
            return batch.bench(asked.people or 100_000, asked.seed, with_splink="splink" in asked.peers.split(","))
        with hub.running() as server:
            if asked.name == "intake":
                return intake.bench(server, people=asked.people or 5_000, runs=asked.runs, seed=asked.seed)
            if asked.name == "match":
                people, peers = asked.people or 100_000, tuple(asked.peers.split(",")) if asked.peers else ()
                return match.bench(match.Run(server, people, asked.seed, asked.rounds, asked.questions, peers))
            if asked.name == "desk":
                return desk.bench(server, desk_wanted(asked))
            if asked.name == "exchange":
                return exchange.bench(
                    server, exchange.Wanted(rate=asked.rate, seconds=asked.minutes * 60, nodes=asked.nodes)
                )
            if asked.name == "effect":
                return effect.bench(
                    server, entries=asked.entries, rounds=asked.rounds, people=asked.people or 1_000, seed=asked.seed
                )
            return screening.bench(server, people=asked.people or 5_000, questions=asked.questions, seed=asked.seed)
    except CannotRun as why:
        print(why, file=sys.stderr)
        return 2


def desk_wanted(asked: argparse.Namespace) -> desk.Wanted:
    return desk.Wanted(
        people=asked.people or 5_000, rate=asked.rate, seconds=asked.minutes * 60, records=asked.intake, seed=asked.seed
    )


def commands() -> argparse.ArgumentParser:
    program = argparse.ArgumentParser(prog="suar bench", description=__doc__)
    names = program.add_subparsers(dest="name", required=True)
    one = names.add_parser("intake", help="the whole pipeline beside raw COPY")
    one.add_argument("--runs", type=int, default=3)
    other = names.add_parser("screening", help="the whole POST beside its engine")
    other.add_argument("--questions", type=int, default=500)
    third = names.add_parser("match", help="the identity engine beside its peers")
    third.add_argument("--rounds", type=int, default=3)
    third.add_argument(
        "--questions", type=int, default=2_000, help="queries of people in the register, and as many of strangers"
    )
    third.add_argument(
        "--peers", default=",".join(PEERS), help="which take part; a comma between two, nothing for none"
    )
    third.add_argument(
        "--batch", action="store_true", help="a file of so many records beside Splink, instead of the desk's search"
    )
    fourth = names.add_parser("effect", help="from a decision until the desk's answer is another")
    fourth.add_argument("--entries", type=int, default=100_000, help="nominated entries in force")
    fourth.add_argument("--rounds", type=int, default=300, help="decisions: half of them add, half lift")
    fifth = names.add_parser(
        "desk", help="a hundred questions a second over HTTP beside intake, and when intake is too much"
    )
    fifth.add_argument("--rate", type=float, default=100, help="questions a second")
    fifth.add_argument("--minutes", type=float, default=10)
    fifth.add_argument("--intake", type=float, default=50, help="records a second beside them")
    sixth = names.add_parser(
        "exchange", help="from one agency's commit until another has acknowledged, by each way, beside raw JetStream"
    )
    sixth.add_argument("--rate", type=float, default=500, help="events a second")
    sixth.add_argument("--minutes", type=float, default=5, help="of each way")
    sixth.add_argument("--nodes", type=int, choices=(1, 3), default=1, help="3: a cluster, and the broker's way alone")
    for verb in (one, other, third, fourth, fifth):
        verb.add_argument("--people", type=int, default=0, help="how many people the invented nation has")
        verb.add_argument("--seed", type=int, default=SEED)
    return program


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
