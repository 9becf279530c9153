"""Quarantine of a source, or of one of its keys, from an instant on (SECURITY T06): one person stops it, a second confirms that what it
said since then is believed no longer, and two lift it again. docs/decisions/0040.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connections, transaction

from suar.agencies.access import as_hub, enter
from suar.agencies.queries import office_of
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound, Refusal
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.intake.queries.mappings import sources
from suar.intake.queries.quarantine import CONFIRMED, LIFTED, STOPPED, Done, Standing, acts_of, quarantine, standing
from suar.vault.queries import DEFAULT, PROTECTION, new_id

DOOR = "source.quarantine"
READING = (
    7_306_110  # advisory lock, one a source: shared by whoever reads a batch of it, alone for whoever stops or confirms
)
ASKED_FOR = timedelta(hours=24)  # so long a request to lift waits for a second person (SECURITY 3.3)
WALLS = (DEFAULT, PROTECTION)
LONGEST = 500
SYSTEM = "system"
TERMINAL = "terminal"  # where whoever keeps the hub's machine sits; his second is of another agency than the hub's


class Unfit(Refusal):
    """What was asked for cannot be: the code says why."""

    code = "quarantine.reason"
    status = 422


class SecondNeeded(Refusal):
    """The second person is another one, of another office."""

    code = "quarantine.second"
    status = 403


class Moved(Conflict):
    """It does not stand as it did when the page was made."""

    code = "quarantine.moved"


class NotYet(Conflict):
    """The derived state does not show yet what was decided before."""

    code = "quarantine.waits"


@transaction.atomic(durable=True)
def stop(source: str, key: str, since: datetime, reason: str, *, act: Act) -> UUID:
    """From now on what comes from this source (by this key; "" for any way) is kept and not read. One person is enough: nothing that is
    known is taken away by it. Refuses: DoorShut; NotFound; Unfit; Moved where it is in quarantine already.
    """
    enter(act, DOOR)
    if source not in sources(act.at).names:
        raise NotFound("source.unknown", source=source)
    if not reason.strip() or len(reason) > LONGEST:
        raise Unfit()
    if since > act.at:
        raise Unfit("quarantine.future")
    alone(source)
    made = new_id(act.at)
    try:
        with transaction.atomic(), connections[DEFAULT].cursor() as cursor:
            cursor.execute(
                "INSERT INTO intake_quarantine (id, source, key, since, state) VALUES (%s, %s, %s, %s, 'stopped')",
                [made, source, key, since],
            )
    except IntegrityError as error:
        raise Moved() from error
    note(made, "stopped", reason.strip(), act=act)
    tell(made, source, "stopped", act, key=key, since=since.isoformat())
    return made


@transaction.atomic(durable=True)
def confirm(id_: UUID, *, act: Act) -> None:
    """As the second person: what it said since then is believed no longer. No desk weighs anything of whom it spoke until the derived
    state is rebuilt without it. Refuses: DoorShut; NotFound; Moved; SecondNeeded.
    """
    enter(act, DOOR)
    one = open_for(id_, STOPPED)
    first = next(done for done in acts_of([id_])[id_] if done.verb == "stopped")
    second(first, act)
    alone(one.source)
    turn(one, CONFIRMED)
    note(id_, "confirmed", "", act=act, first=first)
    doubt(one)
    tell(id_, one.source, "confirmed", act)


@transaction.atomic(durable=True)
def ask_lift(id_: UUID, reason: str, *, act: Act) -> None:
    """Ask that a quarantine be lifted; a second person lifts it within a day. Refuses: DoorShut; NotFound; Moved; Unfit."""
    enter(act, DOOR)
    open_for(id_, STOPPED, CONFIRMED)
    if not reason.strip() or len(reason) > LONGEST:
        raise Unfit()
    note(id_, "lift_asked", reason.strip(), act=act)
    append("source.lift_asked", act, about=[id_])


@transaction.atomic(durable=True)
def lift(id_: UUID, *, act: Act) -> None:
    """As the second person: what was kept is read, and what was said is believed again. Refuses: DoorShut; NotFound; Moved where nobody
    asked for it, or more than a day ago; SecondNeeded; NotYet while the state is still being rebuilt without it.
    """
    enter(act, DOOR)
    one = open_for(id_, STOPPED, CONFIRMED)
    asked = lift_asked(acts_of([id_])[id_], act.at)
    if asked is None:
        raise Moved()
    second(asked, act)
    if one.waits:
        raise NotYet()
    alone(one.source)
    turn(one, LIFTED)
    note(id_, "lifted", "", act=act, first=asked)
    tell(id_, one.source, "lifted", act)


def lift_asked(done: list[Done], at: datetime) -> Done | None:
    """The newest request to lift that still waits for a second person."""
    asked = next((one for one in reversed(done) if one.verb == "lift_asked"), None)
    return asked if asked and at - asked.at < ASKED_FOR else None


def open_for(id_: UUID, *states: str) -> Standing:
    """The quarantine with its row locked. Refuses: NotFound; Moved."""
    found = quarantine(id_, lock=True)
    if found is None:
        raise NotFound()
    if found.state not in states:
        raise Moved()
    return found


def second(first: Done, act: Act) -> None:
    """Refuses: SecondNeeded."""
    at_terminal = first.office == TERMINAL and first.agency == act.agency
    if act.role == SYSTEM or first.by == act.actor or not seat(act) or first.office == seat(act) or at_terminal:
        raise SecondNeeded()


def seat(act: Act) -> str:
    return TERMINAL if act.role == SYSTEM else office_of(act.desk)


def turn(one: Standing, state: str) -> None:
    """A stop that was never confirmed has changed nothing that is derived; all else waits to be shown there."""
    waits = state == CONFIRMED or one.state == CONFIRMED
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("UPDATE intake_quarantine SET state = %s, waits = %s WHERE id = %s", [state, waits, one.id])
    if state == LIFTED:
        give_back(one)


def note(id_: UUID, verb: str, reason: str, *, act: Act, first: Done | None = None) -> None:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_quarantine_act (id, quarantine, verb, at, by, agency, office, reason, first_by, first_office)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                new_id(act.at), id_, verb, act.at, act.actor, act.agency, seat(act), reason, first.by if first else None, first.office if first else None,
            ],
        )  # fmt: skip


def tell(id_: UUID, source: str, effect: str, act: Act, *, key: str = "", since: str = "") -> None:
    append("source.quarantined", act, about=[id_], source=source, effect=effect, key=key, since=since)
    giver = sources(act.at)[source].agency
    publish(Happened(type="source.quarantined", giver=giver, thing=id_, effect=effect), act)


def alone(source: str) -> None:
    """Wait for whoever reads a batch of this source, so that nobody reads one after this transaction who has not seen it."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [READING, source])


def beside_others(source: str) -> None:
    """Read a batch of this source beside others who do; whoever stops it waits, and is waited for."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, hashtext(%s))", [READING, source])


DOUBT = """
INSERT INTO intake_doubted (id, quarantine) SELECT DISTINCT coalesce(r.subject, r.id), %(id)s::uuid
FROM intake_batch b JOIN intake_record r ON r.batch = b.id
WHERE b.source = %(source)s AND b.received_at >= %(since)s AND %(key)s IN ('', b.key)
UNION SELECT DISTINCT l.subject, %(id)s::uuid FROM intake_batch b JOIN intake_left l ON l.batch = b.id
WHERE b.source = %(source)s AND b.received_at >= %(since)s AND %(key)s IN ('', b.key)
ON CONFLICT DO NOTHING
"""


def doubt(one: Standing) -> None:
    """Whom it spoke of since then, on both sides of the wall."""
    for wall in WALLS:
        with transaction.atomic(using=wall):
            as_hub(wall=wall)
            with connections[wall].cursor() as cursor:
                cursor.execute(DOUBT, {"id": one.id, "source": one.source, "since": one.since, "key": one.key})


def doubt_no_longer(one: Standing, *, wall: str) -> None:
    """The derived state shows what was decided. In the caller's transaction."""
    with connections[wall].cursor() as cursor:
        cursor.execute("DELETE FROM intake_doubted WHERE quarantine = %s", [one.id])


def shown(one: Standing, *, act: Act, rows: int) -> None:
    """The derived state follows from what is believed now. In the transaction that puts it in place."""
    assert connections[DEFAULT].in_atomic_block
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("UPDATE intake_quarantine SET waits = false WHERE id = %s", [one.id])
    note(one.id, "rebuilt", "", act=act)
    append("source.rebuilt", act, about=[one.id], source=one.source, effect=one.state, rows=rows)


GIVE_BACK = """
UPDATE intake_batch SET state = 'kept'
WHERE source = %s AND state = 'quarantined' AND received_at >= %s AND %s IN ('', key)
"""


def give_back(one: Standing) -> None:
    """What was kept unread is read in its turn; what another quarantine still holds is put aside again by whoever reads it."""
    for wall in WALLS:
        with transaction.atomic(using=wall), connections[wall].cursor() as cursor:
            cursor.execute(GIVE_BACK, [one.source, one.since, one.key])


def being_rebuilt(source: str) -> bool:
    """Whether a quarantine of this source was decided on and is not shown yet: what is read now would be laid beside what is no longer
    believed.
    """
    return any(one.waits and one.source == source for one in standing())
