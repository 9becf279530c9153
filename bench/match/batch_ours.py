"""`suar resolve FILE --likely`, step by step in a process of its own: `… FILE TRUTH FOLDER` prints one JSON line, and leaves what it found.

FOLDER gets `pairs.npz` (one, other, odds; and who is who where only what the desk would join counts) and `persons.csv`. The steps are those of
`suar.site.batch.resolving.resolve`, in its order, with the clock between them; TRUTH is looked at when the clock stands, for how many of
the true pairs were compared at all.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from suar.site.batch import parts, resolving, runs
from suar.site.batch.scoring import compared
from suar.site.batch.work import Work
from suar.site.batch.workers import Workers
from suar.site.terminal import files
from suar.site.terminal.weights import batch_policy


def main(words: list[str]) -> None:
    file, truth, folder = map(Path, words)
    asked = runs.Asked(out=folder / "persons.csv", work=folder / "work", likely=True)
    clock = [time.perf_counter()]
    began = processor_s()
    work, shapes = runs.opened(asked, "resolve", file)
    with Workers(asked.workers(file)) as workers:
        side, _ = parts.read(file, shapes[0], 0, work, workers)
        clock.append(time.perf_counter())
        pairs = resolving.scored(side, asked, work, workers)
    clock.append(time.perf_counter())
    ids = side.ids()
    persons = resolving.persons_of(ids, side, pairs, asked)
    files.write(asked.out, resolving.HEADER, zip(ids, persons, strict=True))
    clock.append(time.perf_counter())
    spent = processor_s() - began
    odds = resolving.odds_of(pairs, side)
    sure = np.array(resolving.persons_of(ids, side, pairs, replace(asked, likely=False)), np.int64)
    np.savez(folder / "pairs.npz", one=pairs.one, other=pairs.other, odds=odds, sure=sure)
    read, weighed, settled = np.diff(clock).tolist()
    own, each = (resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    said = {"steps": {"read": read, "weigh": weighed, "persons": settled}, "compared": compared(side, work)}
    said |= {"processor_s": spent, "peak_mb": own + asked.workers(file) * each}
    said["compared_true"] = compared_true(np.load(truth), side, asked, work)
    work.remove()
    print(json.dumps(said))


def compared_true(humans: npt.NDArray[np.int64], side: parts.Side, asked: runs.Asked, work: Work) -> int:
    """How many of the pairs that the engine named are of one human."""
    found, blocks = 0, batch_policy().blocks
    with runs.engine_of(asked, work) as engine:
        engine.plan(work.folder, within=True, together=blocks.together, neighbours=blocks.neighbours // 2)
        for part in range(side.parts):
            one, other = engine.pairs(part * parts.TOGETHER, (part + 1) * parts.TOGETHER)
            found += int((humans[one] == humans[other]).sum())
    return found


def processor_s() -> float:
    """Of this process and of the workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main(sys.argv[1:])
