"""A namesake who was set apart from one screening is confirmed to be somebody else, for every desk."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from suar.core.act import Act
from suar.core.errors import NotFound, Refusal
from suar.persons.actions.clear import clear
from suar.persons.actions.judge import Voice
from suar.screening import access


class NoRecordOfHisOwn(Refusal):
    """Nothing on record is certainly the traveller's own: there is nobody of whom it could be ruled. It holds for this screening alone."""

    code = "screening.clear_no_record"
    status = 422


class OwnWord(Refusal):
    """Whoever set somebody apart does not confirm it."""

    code = "screening.clear_own"


def confirm(screening_id: UUID, person: UUID, *, act: Act) -> str:
    """Confirm, for every desk, what a colleague saw at this one. Returns `judged`, or `waits` while another person is still needed.

    Refuses: NotFound for somebody who was not set apart here; OwnWord; NoRecordOfHisOwn; and as `persons.actions.clear`.
    """
    with transaction.atomic():
        screening = access.screening_for(act, screening_id)
        body = access.body_of(screening)
        one = next((told for told in body.get("apart", ()) if told["person"] == str(person)), None)
        if one is None:
            raise NotFound()
        if one["by"] == str(act.actor):
            raise OwnWord()
        if access.own_person(screening) is None:
            raise NoRecordOfHisOwn()
    seen_by = Voice(by=UUID(one["by"]), desk=one["desk"], agency=screening.agency)
    return clear(
        min(screening.subjects), [UUID(id_) for id_ in one["subjects"]], one["reason"], seen_by=seen_by, act=act
    )
