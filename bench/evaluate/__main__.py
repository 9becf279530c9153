"""`suar evaluate [--seed S] [--people N] [--days D] [--traces FILE]`: the desks over an invented nation, in a database of its own.

Prints the table of judgement, writes it to docs/reference/evaluation.md with `--write`, and ends with one JSON line; exit status 0 only when
every target holds.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

from bench import hub
from bench.evaluate import report
from bench.evaluate.days import Run
from bench.evaluate.judging import judge, judge_again
from bench.evaluate.strata import AS_IN_LIFE, EVEN
from bench.targets import last_line, status
from sandbox.nation.traces import TRACES_FILE, read_traces
from suar.site.batch.workers import cores
from suar.site.running.home import CannotRun

MANY_CASES = 400.0  # per 10,000 people, so that each modus has enough in a nation of a size that can be asked about


def main(words: list[str]) -> int:
    asked = commands().parse_args(words)
    seed = secrets.randbelow(2**31) if asked.seed is None else asked.seed
    run = Run(
        seed=seed,
        people=asked.people,
        days=asked.days,
        cases_per_10000=asked.cases_per_10000,
        traces=read_traces(asked.traces),
        draw=AS_IN_LIFE if asked.as_in_life else EVEN,
        every=asked.every,
        keep=asked.keep,
        minutes=asked.minutes,
    )
    try:
        if asked.again:
            judged, runs = judge_again(asked.again, run.traces, at_once=cores())
        else:
            with hub.running() as server, server.copy("evaluate"):
                judged, run = judge(run)
            runs = [run]
    except (CannotRun, ValueError) as why:
        print(why, file=sys.stderr)
        return 2
    text = report.written(judged, runs)
    print(text)
    if asked.write:
        report.keep(text)
    targets = report.targets(judged)
    print(last_line(sum(one.people for one in runs), targets))
    return status(targets)


def commands() -> argparse.ArgumentParser:
    program = argparse.ArgumentParser(prog="suar evaluate", description=__doc__)
    program.add_argument(
        "--seed", type=int, help="of the nation; without it one that nobody has seen, and it is printed"
    )
    program.add_argument("--people", type=int, default=10_000)
    program.add_argument("--days", type=int, default=120, help="how many days the desks are asked")
    program.add_argument("--cases-per-10000", type=float, default=MANY_CASES)
    program.add_argument(
        "--traces", type=Path, default=TRACES_FILE, help="another table of traces, in the form of sandbox/traces.csv"
    )
    program.add_argument(
        "--as-in-life", action="store_true", help="each modus as often as in life, not as often as the others"
    )
    program.add_argument("--every", type=int, default=1, help="the agencies are told of so many days at once")
    program.add_argument(
        "--minutes", type=float, help="ask about no further day after so long; the page says how many were"
    )
    program.add_argument("--keep", type=Path, metavar="FILE", help="keep every answer with its grounds (.jsonl.gz)")
    program.add_argument(
        "--again",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="ask nobody: weigh the answers of these files again by the tables in policy/, all as one sample",
    )
    program.add_argument("--write", action="store_true", help="keep the table in docs/reference/evaluation.md")
    return program


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
