"""How a peer listens: one JSON line in, one out. Standard library alone, for every peer's environment."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

COLUMNS = (
    "number", "full_name", "nik", "sex", "birth_date", "birth_place", "mother_name", "passport_no", "phone", "address", "region_code",
)  # fmt: skip
Fields = Mapping[str, str]


class Engine(Protocol):
    """What each peer does. A hit is a number and a score, best first; `score` is one pair of what `ready` made of fields."""

    def load(self, file: Path, store: Path) -> int: ...
    def search(self, asked: Fields) -> list[tuple[int, float]]: ...
    def ready(self, fields: Fields) -> Any: ...
    def score(self, left: Any, right: Any) -> float: ...


def rows(file: Path) -> Iterator[list[str]]:
    with file.open() as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


def listen(engine: Engine) -> None:
    """Answer until the other side closes. What libraries print goes to the log, never into an answer."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        try:
            answer = answered(engine, json.loads(line))
        except Exception as problem:
            traceback.print_exc()
            answer = {"failed": f"{type(problem).__name__}: {problem}"[:300]}
        print(json.dumps(answer), file=answers, flush=True)


def answered(engine: Engine, request: dict[str, Any]) -> dict[str, Any]:
    if "load" in request:
        started = time.perf_counter()
        people = engine.load(Path(request["load"]), Path(request["store"]))
        return {"people": people, "seconds": time.perf_counter() - started}
    if "search" in request:
        timed = [timed_ms(lambda one=one: engine.search(one)) for one in request["search"]]  # type: ignore[misc]
        return {
            "ms": [ms for ms, _ in timed],
            "found": [[number for number, _ in hits] for _, hits in timed],
            "scores": [[score for _, score in hits] for _, hits in timed],
        }
    return {"us": pair_times(engine, request["score"])}


def timed_ms(call: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = call()
    return (time.perf_counter() - started) * 1000, found


def pair_times(engine: Engine, pairs: Sequence[tuple[Fields, Fields]]) -> list[float]:
    """Microseconds of each comparison; making what is compared is not timed."""
    made = [(engine.ready(left), engine.ready(right)) for left, right in pairs]
    return [timed_ms(lambda pair=pair: engine.score(*pair))[0] * 1000 for pair in made]  # type: ignore[misc]
