"""`suar bench NAME [--people N]`: intake or screening. Exit status 0 only when all targets stated for that size hold."""

from __future__ import annotations

import argparse
import sys

from bench import hub, intake, screening
from suar.site.running.home import CannotRun

SEED = 20_261_121


def main(words: list[str]) -> int:
    asked = commands().parse_args(words)
    try:
        with hub.running() as server:
            if asked.name == "intake":
                return intake.bench(server, people=asked.people or 5_000, runs=asked.runs, seed=asked.seed)
            return screening.bench(server, people=asked.people or 5_000, questions=asked.questions, seed=asked.seed)
    except CannotRun as why:
        print(why, file=sys.stderr)
        return 2


def commands() -> argparse.ArgumentParser:
    program = argparse.ArgumentParser(prog="suar bench", description=__doc__)
    names = program.add_subparsers(dest="name", required=True)
    one = names.add_parser("intake", help="the whole pipeline beside raw COPY")
    one.add_argument("--runs", type=int, default=3)
    other = names.add_parser("screening", help="the whole POST beside its engine")
    other.add_argument("--questions", type=int, default=500)
    for verb in (one, other):
        verb.add_argument("--people", type=int, default=0, help="how many people the invented nation has")
        verb.add_argument("--seed", type=int, default=SEED)
    return program


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
