"""What the desks were asked and weighed, kept in a file, so that other weights can be tried on it without asking again.

One JSON line an answer: who (the sample's own id), when, at which step, and the grounds as the screening keeps them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.evaluate.asking import REFERRED, Answered, Interviewed, Occasion
from bench.evaluate.days import Run
from bench.evaluate.strata import Draw
from sandbox.nation.traces import Traces


def kept_run(path: Path, traces: Mapping[str, Traces]) -> tuple[Run, datetime]:
    """Which run a file is of, and its first day."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        told = json.loads(next(file))
    first, draw = datetime.fromisoformat(told.pop("first")), Draw(**told.pop("draw"))
    return Run(**told, draw=draw, traces=traces), first


def line_of(one: Answered) -> str:
    told = asdict(one) | {"occasion": asdict(one.occasion) | {"at": one.occasion.at.isoformat()}}
    return json.dumps(told, ensure_ascii=False)


def answers_in(path: Path) -> Iterator[Answered]:
    """The answers of a file, weighed again by the tables of policy as they stand in the checkout."""
    weigh = weighed_by_the_checkout()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        next(file)  # of which run
        for line in file:
            told: dict[str, Any] = json.loads(line)
            occasion = told["occasion"]
            asked = Occasion(**(occasion | {"at": datetime.fromisoformat(occasion["at"])}))
            yield weigh(asked, told)


def weighed_by_the_checkout() -> Callable[[Occasion, dict[str, Any]], Answered]:
    """`advise` with the tables in policy/, without a database."""
    from suar.core.advice.grounds import Grounds, advised_on
    from suar.core.advice.policy import AdvicePolicy
    from suar.core.indicators.rules import Rules
    from suar.site.terminal.kinds import tables

    rules, policy = Rules.read(tables("indicators")), AdvicePolicy.read(tables("advice")["advice"])

    def weigh(asked: Occasion, told: dict[str, Any]) -> Answered:
        if not told["grounds"]:
            return Answered(
                **(told | {"occasion": asked, "reasons": tuple(told["reasons"]), "asking": (), "interview": None})
            )
        advised = advised_on(Grounds.of(told["grounds"]), rules, policy)
        return Answered(
            occasion=asked, advice=advised.advice.value, score=advised.score, reasons=tuple(reason.code for reason in advised.reasons),
            asking=tuple(reason.code for reason in advised.reasons if reason.suggests.value in REFERRED),
            grounds=told["grounds"], matches=told["matches"], law=[asdict(one) for one in advised.law],
            interview=Interviewed(**said) if (said := told.get("interview")) else None,
        )  # fmt: skip

    return weigh
