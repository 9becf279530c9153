"""An interview from its beginning to the decision, on real rows."""

from __future__ import annotations

import pytest

from suar.core.advice.values import Decision
from suar.screening.access import answer_for
from suar.screening.access.interview import queue_for
from suar.screening.actions.decide import decide
from suar.screening.models import Screening
from tests import cast
from tests.screening.interviewing import HANA, YANTO, asked_about, begun, ended, posted, said

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    posted(cast.BIMA, cast.DIAN, cast.ARIF, HANA, YANTO)


def test_from_a_counter_s_wish_for_an_interview_to_the_decision_after_it() -> None:
    screening = asked_about(declared_purpose="work", destination="MYS")
    act = cast.act(cast.BIMA, reference=str(screening))
    decide(screening, Decision.INTERVIEW, "", act=act) if False else decide(
        screening, Decision.INTERVIEW, "Ia gugup.", act=act
    )
    dian = cast.act(cast.DIAN)
    assert [one.screening for one in queue_for(dian)] == [screening]
    interview = begun(screening)
    said(interview, who_arranged="agent", holds_passport="agent", debt="agent")
    newer = ended(interview)
    assert newer.id != screening and newer.decision is None
    older = Screening.objects.get(id=screening)
    assert older.superseded_by == newer.id and older.decision == "interview"
    shown = answer_for(cast.act(cast.DIAN, reference=str(newer.id)), newer.id)
    assert shown["again"] == {"of": str(screening), "because": "interview"}
    decide(newer.id, Decision.REFER, "Setelah wawancara.", act=cast.act(cast.DIAN, reference=str(newer.id)))
    assert queue_for(dian) == []
