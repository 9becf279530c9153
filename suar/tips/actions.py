"""What a village officer sends, and how a tip is graded. A report is written once; only its grade is added to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import Conflict, Refusal
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.policies.queries import in_force
from suar.tips import access
from suar.tips.models import Report
from suar.tips.queries import body_of, keep_days, sealed_place
from suar.vault.queries import new_id, seal


class AlreadyAnswered(Conflict):
    """Somebody of this office has answered the question."""

    code = "question.answered"


class OwnTip(Refusal):
    """Who sent a tip does not say how much it is worth."""

    code = "tip.own"


class NotAGrade(Refusal):
    """The grade is not one of the 5 x 5 grading, or the report is not a tip."""

    code = "tip.grade"
    status = 422


@transaction.atomic(durable=True)
def send_tip(body: Mapping[str, str], key: str, *, act: Act) -> UUID:
    """Keep what a villager told, sealed and ungraded. The same key gives the same report; another body under it is a Conflict."""
    enter(act, "tip.send")
    return write("tip", body, key, act=act)


@transaction.atomic(durable=True)
def note_session(body: Mapping[str, str], key: str, *, act: Act) -> UUID:
    """Keep that an education session was held. Refuses: Conflict for another session under the same key."""
    enter(act, "tip.send")
    return write("education_session", body, key, act=act)


@transaction.atomic(durable=True)
def answer_question(question: UUID, answer: str, *, act: Act) -> UUID:
    """Answer a villager's question, once. Refuses: NotFound; AlreadyAnswered when somebody was quicker or the answer is another."""
    asked = access.question_for(act, question)
    if asked.answer and asked.answer != answer.strip():
        raise AlreadyAnswered()
    enter(act, "tip.send")
    return write("question", {"answer": answer.strip()}, f"answer {question}", answers=question, act=act)


@transaction.atomic(durable=True)
def grade(report: UUID, *, source: str, content: str, act: Act) -> None:
    """Say how reliable the source and how credible the content of a tip is (5x5, DOMAIN A8); a graded tip is kept longer.

    Refuses: NotFound; OwnTip to whoever sent it; NotAGrade.
    """
    found = access.report_for(act, report, door="tip.grade")
    if found.by == act.actor:
        raise OwnTip()
    tables = in_force(act.at).tables
    known = [
        {str(code) for code in tables[f"codes/{name}"]["codes"]} for name in ("tip_reliability", "tip_credibility")
    ]
    if found.kind != "tip" or source not in known[0] or content not in known[1]:
        raise NotAGrade()
    found.source_grade, found.content_grade = source, content
    found.expires_at = max(found.expires_at, act.at + timedelta(days=keep_days("graded_tip", act.at)))
    found.save(update_fields=["source_grade", "content_grade", "expires_at"])
    append("tip.graded", act, about=[found.id], source=source, content=content)
    publish(Happened(type="tip.graded", giver=found.agency, thing=found.id, classes=("tip",)), act)


INSERT = """
INSERT INTO tips_report (id, kind, at, region, agency, by, sealed, expires_at, answers, key)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
"""

EVENTS = {"tip": "tip.sent", "education_session": "session.noted", "question": "question.answered"}


def write(kind: str, body: Mapping[str, str], key: str, *, act: Act, answers: UUID | None = None) -> UUID:
    """Insert, or find what the same key wrote before. Runs inside a door and the caller's transaction."""
    report = new_id(act.at)
    region = access.village_of(act).region
    sealed = seal(canonical(dict(body)), about=sealed_place(report))
    expires = act.at + timedelta(days=keep_days(kind, act.at))
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [report, kind, act.at, region, act.agency, act.actor, sealed, expires, answers, key])
        if cursor.fetchone() is None:
            return before(kind, body, key, act)
    append(EVENTS[kind], act, about=[report, *([answers] if answers else [])], region=region)
    publish(Happened(type=EVENTS[kind], giver=act.agency, thing=report, classes=(kind,)), act)
    return report


def before(kind: str, body: Mapping[str, str], key: str, act: Act) -> UUID:
    """What this officer wrote under the same key, when it is the same. Refuses: Conflict, AlreadyAnswered."""
    written = Report.objects.filter(by=act.actor, key=key).first()
    if written is None:
        raise AlreadyAnswered()
    if written.kind != kind or body_of(written) != dict(body):
        raise Conflict()
    return written.id
