"""What the desks were asked and weighed, kept in a file, so that other weights can be tried on it without asking again.

One JSON line an answer: who (the sample's own id), when, at which step, and the grounds as the screening keeps them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.evaluate.asking import Answered, Occasion, heard, wanting
from bench.evaluate.days import Run
from bench.evaluate.strata import Draw
from sandbox.nation.traces import Traces
from suar.core.advice.grounds import Grounds, advised_on
from suar.core.advice.policy import AdvicePolicy
from suar.core.identity.zones import WIB
from suar.core.indicators.answers import answered, promised
from suar.core.indicators.policy import FactsPolicy
from suar.core.indicators.rules import Rules


def kept_run(path: Path, traces: Mapping[str, Traces]) -> tuple[Run, datetime]:
    """Which run a file is of, and its first day."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        told = json.loads(next(file))
    first, draw = datetime.fromisoformat(told.pop("first")), Draw(**told.pop("draw"))
    return Run(**told, draw=draw, traces=traces), first


def line_of(one: Answered) -> str:
    told = asdict(one) | {"occasion": asdict(one.occasion) | {"at": one.occasion.at.isoformat()}}
    return json.dumps(told, ensure_ascii=False)


class Checkout:
    """The tables in policy/ as they stand in the checkout, weighed without a database."""

    def __init__(self) -> None:
        from suar.site.terminal.kinds import tables

        self.rules = Rules.read(tables("indicators"))
        self.advice = AdvicePolicy.read(tables("advice")["advice"])
        self.facts = FactsPolicy.read(tables("facts"))

    def answers_in(self, path: Path) -> Iterator[Answered]:
        """The answers of a file, weighed again; none of them has an interview."""
        with gzip.open(path, "rt", encoding="utf-8") as file:
            next(file)  # of which run
            for line in file:
                told: dict[str, Any] = json.loads(line)
                occasion = told["occasion"]
                asked = Occasion(**(occasion | {"at": datetime.fromisoformat(occasion["at"])}))
                if told["grounds"]:
                    yield self.weighed(asked, told["grounds"], told["matches"])
                else:  # what could not be read was answered as nothing at all
                    yield Answered(
                        occasion=asked, advice=told["advice"], score=told["score"], reasons=tuple(told["reasons"])
                    )

    def weighed(self, asked: Occasion, grounds: Mapping[str, Any], matches: Sequence[Mapping[str, Any]]) -> Answered:
        advised = advised_on(Grounds.of(grounds), self.rules, self.advice)
        return Answered(
            occasion=asked, advice=advised.advice.value, score=advised.score,
            **wanting((reason.code, reason.suggests.value) for reason in advised.reasons),
            grounds=grounds, matches=matches, law=[asdict(one) for one in advised.law],
        )  # fmt: skip

    def interviewed(self, one: Answered, style: str, said: Mapping[str, str]) -> Answered:
        """The same answer with an interview in which this was said, weighed on the grounds that were kept and on what the desk reads out of it."""
        facts = dict(one.grounds["facts"])
        facts |= {"answered": answered(said), "asks_for_help": said.get("asks_for_help") == "yes"}
        facts["employer_kind"] = facts["employer_kind"] or promised(facts["declared_job"], said)
        day = one.occasion.at.astimezone(WIB).date()
        facts["moratorium"] = self.facts.moratorium(facts["destination"], facts["employer_kind"], day)
        again = self.weighed(one.occasion, {**one.grounds, "facts": facts}, one.matches)
        return replace(one, interview=heard(style, again))
