"""Who listens to what inside the house, and which database an app migrates into. Short enough to read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate.types import JSONValue

from suar.exchange.actions import acknowledged, listeners

app = procrastinate.Blueprint()


def on_jobs_ready(jobs: procrastinate.App) -> None:
    """Called by procrastinate's Django app: our jobs join it, and the listeners are set."""
    jobs.add_tasks_from(app, namespace="suar")
    listeners.clear()
    show_events()
    acknowledged.update({"register.acted": arrived, "register.changed": arrived})
    listeners.update(
        {
            "batch.kept": [defer("read_batch", queue="read")],
            "batch.read": [defer("place_batch", queue="place")],
            "batch.placed": [defer("project_batch", queue="project")],
            "person.changed": [look_later, touched_later],
            "register.changed": [defer("rescreen", queue="project")],
            "register.acted": [defer("feel_act", queue="effect"), defer("tell_protection", queue="project")],
            "civil.differs": [defer("tell_civil", queue="project")],
            "source.quarantined": [defer("follow_quarantine", queue="late")],
            "manifest.kept": [defer("screen_manifest", queue="project")],
            "screening.unanswered": [defer("hear_dukcapil_late", queue="late")],
        }
    )


def show_events() -> None:
    """Which room reads the values behind which event, and which says what a later one has overtaken; who may read what, the agreement says."""
    from suar.exchange.queries.views import behind, numbered, snapshots, standing
    from suar.intake.queries.snapshots import record_said, records_standing
    from suar.registers.queries.handed import case_said
    from suar.registers.queries.snapshots import act_said, acts_standing, objection_said
    from suar.screening.actions.hand_over import note_number
    from suar.screening.queries.snapshots import departure_said, outcome_said, screening_said, task_said

    behind.add("case.handed_over")
    numbered["case.handed_over"] = note_number
    standing.update({"record.accepted": records_standing, "register.acted": acts_standing})
    snapshots.update(
        {
            "record.accepted": record_said,
            "screening.made": screening_said,
            "screening.decided": screening_said,
            "register.acted": act_said,
            "register.objected": objection_said,
            "register.objection_decided": objection_said,
            "register.objection_overdue": objection_said,
            "outcome.reported": outcome_said,
            "worker.departed": departure_said,
            "case.handed_over": case_said,
            "referral.made": task_said,
            "assistance.requested": task_said,
        }
    )


def defer(task: str, *, queue: str) -> Any:
    """A listener that defers `task` once for each thing, in the publisher's own transaction."""

    def listener(events: Sequence[UUID], things: Sequence[UUID]) -> None:
        from procrastinate.contrib.django import app as jobs

        ready = jobs.configure_task(f"suar:{task}", queue=queue)
        told: list[dict[str, JSONValue]] = [{"thing": str(thing)} for thing in dict.fromkeys(things)]
        ready.batch_defer(*told)

    return listener


def arrived(things: Sequence[UUID], receivers: Sequence[str], at: datetime) -> None:
    """The streams of these receivers have these changes of a register since `at`."""
    from procrastinate.contrib.django import app as jobs

    told: list[JSONValue] = [str(thing) for thing in things]
    who: list[JSONValue] = [f"agency:{receiver}" for receiver in receivers]
    jobs.configure_task("suar:note_arrived", queue="effect").defer(things=told, targets=who, at=at.isoformat())


def look_later(events: Sequence[UUID], things: Sequence[UUID]) -> None:
    """A job of many things: these persons wait to be looked at (`journeys_waiting`), each once, until the worker has time for it."""
    from suar.journeys.jobs.look import mark

    mark(things)


def touched_later(events: Sequence[UUID], things: Sequence[UUID]) -> None:
    """Open questions about these persons are to be asked again (`screening_touched`), each once, when the worker has time for it."""
    from suar.screening.jobs.touched import touch_later

    touch_later(events, things)


@app.task(name="read_batch", queue="read", pass_context=False)
def read_batch(thing: str) -> None:
    from suar.intake.jobs.read import read_batch as read
    from suar.site.auth import system_act

    read(UUID(thing), act=system_act("read"))


@app.task(name="place_batch", queue="place")
def place_batch(thing: str) -> None:
    from suar.intake.queries.batches import oldest_in
    from suar.persons.jobs import place_batch as place
    from suar.site.auth import system_act

    # Whoever places looks, after each commit, for what came meanwhile; so a job that finds him at work may go.
    waits: UUID | None = UUID(thing)
    while waits and place(waits, act=system_act("place")) is not None:
        waits = oldest_in("read")


@app.task(name="project_batch", queue="project")
def project_batch(thing: str) -> None:
    from suar.site.auth import system_act
    from suar.site.projecting import project

    project(UUID(thing), act=system_act("project"))


@app.task(name="rescreen", queue="project")
def rescreen(thing: str) -> None:
    from suar.registers.jobs.effect import measure
    from suar.screening.jobs import rescreen as again
    from suar.site.auth import system_act

    again(UUID(thing), act=system_act("rescreen"))
    measure(UUID(thing), act=system_act("effect"))


@app.task(name="feel_act", queue="effect")
def feel_act(thing: str) -> None:
    """An act on an entry is felt: who was answered without it is asked about again, and when the desks had it is noted."""
    from suar.registers.jobs.effect import measure
    from suar.screening.jobs import rescreen_act
    from suar.site.auth import system_act

    rescreen_act(UUID(thing), act=system_act("rescreen"))
    measure(UUID(thing), act=system_act("effect"))


@app.task(name="note_arrived", queue="effect")
def note_arrived(things: list[str], targets: list[str], at: str) -> None:
    from suar.registers.actions.effect import note_effect

    note_effect([UUID(thing) for thing in things], targets, datetime.fromisoformat(at))


@app.task(name="tell_protection", queue="project")
def tell_protection(thing: str) -> None:
    from suar.registers.jobs.touched import tell_protection as tell
    from suar.site.auth import system_act

    tell(UUID(thing), act=system_act("touched"))


@app.task(name="tell_civil", queue="project")
def tell_civil(thing: str) -> None:
    from suar.screening.jobs import tell_civil as tell
    from suar.site.auth import system_act

    tell(UUID(thing), act=system_act("civil"))


@app.task(name="screen_manifest", queue="project")
def screen_manifest(thing: str) -> None:
    from suar.screening.jobs.prelist import screen_manifest as screen
    from suar.site.auth import system_act

    screen(UUID(thing), act=system_act("prelist"))


@app.task(name="hear_dukcapil_late", queue="late")
def hear_dukcapil_late(thing: str) -> None:
    from suar.screening.jobs import hear_dukcapil_late as hear
    from suar.site.auth import system_act

    hear(UUID(thing), act=system_act("late"))


@app.task(name="follow_quarantine", queue="late")
def follow_quarantine(thing: str) -> None:
    """Whom a stopped source spoke of is asked about again, and the state without it is worked out."""
    from suar.site.auth import system_act
    from suar.site.rebuilding import follow, rebuild_due

    follow(UUID(thing), act=system_act("quarantine"))
    rebuild_due(act=system_act("quarantine"))


class Walls:
    """Django's router: `owner` migrates the hub, `protection_owner` the rooms that also live behind the wall."""

    behind = {"vault", "audit", "intake", "persons", "registers"}

    def db_for_read(self, model: type, **hints: object) -> str:
        return "default"

    def db_for_write(self, model: type, **hints: object) -> str:
        return "default"

    def allow_relation(self, one: object, other: object, **hints: object) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        if db == "protection_owner":
            return app_label in self.behind
        return db == "owner"
