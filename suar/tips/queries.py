"""Reads of reports, and of the villagers' questions that came in through intake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from suar.intake.queries.batches import Stated, stated
from suar.policies.queries import in_force
from suar.tips.models import Report
from suar.vault.queries import unseal

ASKED_WITHIN = timedelta(days=90)  # an older question is history, not work
MILLISECONDS_AT = 80  # a UUIDv7 begins with 48 bits of milliseconds


@dataclass(frozen=True, slots=True)
class Question:
    """A villager's question and, where somebody gave it, the answer."""

    id: UUID
    at: str
    text: str
    answer: str = ""


def sealed_place(report: UUID) -> bytes:
    """What a sealed body is bound to, so that none can be moved to another report."""
    return b"tip" + report.bytes


def body_of(report: Report) -> dict[str, str]:
    return dict(json.loads(unseal(bytes(report.sealed), about=sealed_place(report.id))))


def sent_from(region: str, at: datetime, *, limit: int = 20) -> list[Report]:
    """What was sent from this region and has not expired, newest first. Runs inside a door."""
    return list(Report.objects.filter(region=region, expires_at__gt=at).order_by("-at", "-id")[:limit])


def ungraded(at: datetime, *, apart_from: UUID, limit: int = 20) -> list[Report]:
    """The tips that wait for a grade, the soonest to expire first, without those that this officer sent. Runs inside a door."""
    waiting = Report.objects.filter(kind="tip", source_grade="", expires_at__gt=at).exclude(by=apart_from)
    return list(waiting.order_by("expires_at", "id")[:limit])


def questions_of(region: str, at: datetime) -> list[Question]:
    """The questions asked in this region (kabupaten digits), open ones first, newest first. Runs inside a door."""
    newest = UUID(int=int((at - ASKED_WITHIN).timestamp() * 1000) << MILLISECONDS_AT)
    asked = [one for one in stated("r.kind = 'question' AND r.id >= %s", [newest], "default") if asked_in(one, region)]
    given = {
        report.answers: body_of(report)["answer"]
        for report in Report.objects.filter(answers__in=[one.id for one in asked])
    }
    found = [question_from(one, given.get(one.id, "")) for one in asked]
    return sorted(sorted(found, key=lambda one: (one.at, one.id), reverse=True), key=lambda one: bool(one.answer))


def question_from(one: Stated, answer: str) -> Question:
    """A question as its record says it. The villager's phone stays closed: whoever asked is answered through Pimpasa, not from here."""
    words = str(one.values.get("words", "") or one.values.get("topic", ""))
    return Question(one.id, str(one.values.get("asked_at", "")), words, answer or str(one.values.get("answer", "")))


def asked_in(one: Stated, region: str) -> bool:
    return not one.withdrawn and bool(region) and str(one.values.get("region_code", "")).startswith(region)


def keep_days(kind: str, at: datetime) -> int:
    """How long a report of this kind is kept, by the policy in force."""
    return int(in_force(at).tables["retention/tips"]["keep_days"][kind])


def words_of(codes: str, at: datetime, language: str) -> list[tuple[str, str]]:
    """A code list as choices, in the reader's language."""
    table: Mapping[Any, Mapping[str, Any]] = in_force(at).tables[f"codes/{codes}"]["codes"]
    return [(str(code), str(words.get(language, words["id"]))) for code, words in table.items()]
