"""A complaint abroad becomes a reason at the next applicant's passport desk, and nobody finds the way back to whoever complained."""

from __future__ import annotations

import pytest

from suar.screening.access.complaints import complaint_for, complaints_for
from tests import cast
from tests.screening.complaining import at_the_passport_desk, codes, ratna, released, told

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


# law: UU 21/2007 Ps 58
def test_an_approved_complaint_is_a_reason_at_the_next_applicants_passport_desk() -> None:
    complaint = told()
    before = at_the_passport_desk()
    released(complaint)
    after = at_the_passport_desk()
    print(codes(before), codes(after), after["reasons"])
    assert codes(after) - codes(before) == {"register.signal", "indicator.signal_on_recruiter"}
    assert not complaints_for(ratna())
