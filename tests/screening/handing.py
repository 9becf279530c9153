"""A victim's case as the tests need it: Kirana came to Ratna's desk, or stands in a police report; Intan is the second officer, elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from suar.core.act import Act
from suar.core.advice.values import Decision
from suar.screening.access.cases import cases_for
from suar.screening.access.tasks import tasks_for
from suar.screening.actions.hand_over import Wanted, hand_over
from suar.screening.actions.work import take
from suar.site.auth import now
from tests import cast
from tests.arrivals import PROTECTION, arrive
from tests.exchange.machines import agree
from tests.screening.desk import decided, of_sari

MINUTE = timedelta(minutes=1)
INTAN = cast.Seat(
    "intan", "Intan Permata", "protection_officer", "kemenpppa", "UPTD-JTM", "LINDUNG-2", "protection", "3578"
)
KIRANA_NIK = "9901015507960003"
#: A police report's victim, as the police state it.
REPORT = {
    "id": "LP/B/717/XI/2026/SPKT/POLDA JAWA TIMUR/1", "who": "LP717/1", "report_no": "LP/B/717/XI/2026/SPKT/POLDA JAWA TIMUR",
    "reported_at": "2026-11-10T04:00:00+00:00", "at": "2026-11-10T04:00:00+00:00", "role": "victim", "trafficking_status": "possible_victim",
    "full_name": "Kirana Sasmitowati", "nik": KIRANA_NIK, "birth_date": "1996-07-15", "sex": "2", "destination": "KHM",
}  # fmt: skip
FIELDS = [
    "full_name", "nik", "sex", "birth_date", "trafficking_status", "acts", "means", "exploitation", "forced_crimes", "destination",
    "exploitation_country", "recruitment_methods", "recruiter_relation", "report_no", "services", "unit", "consent_given",
]  # fmt: skip
TYPED: dict[str, Any] = {
    "full_name": "Kirana Sasmitowati", "nik": KIRANA_NIK, "birth_date": "1996-07-15", "sex": "2", "trafficking_status": "possible_victim",
    "acts": ["recruitment", "sending"], "means": ["false_promises", "withholds_documents"], "exploitation": ["forced_criminality"],
    "forced_crimes": ["online_scam"], "destination": "KHM", "recruitment_methods": ["social_media"], "services": ["health", "legal_aid"],
}  # fmt: skip
#: What nobody but the protection side and Simfoni may ever be shown of it.
SECRETS = ("Kirana", "Sasmitowati", KIRANA_NIK)


def ratna(at: datetime | None = None) -> Act:
    return cast.act(cast.RATNA, at=at or now())


def intan(at: datetime | None = None) -> Act:
    return cast.act(INTAN, at=at or now())


def agreed(*givers: str) -> None:
    """The agreements with the agency of the services: of what a desk heard, and of the police's victims."""
    for giver in givers or ("suar", "polri"):
        agree(
            giver, "kemenpppa", events=["case.handed_over"], classes=["trafficking_case"], fields={"trafficking_case": FIELDS}, purposes=["protection"],
        )  # fmt: skip


def reported(**more: Any) -> UUID:
    """The police's report comes in, behind the wall; returns the number under which the desk knows its victim."""
    arrive("polri", "police_report", [REPORT | more], wall=PROTECTION, at=now() - 10 * MINUTE)
    return UUID(str(next(row["id"] for row in cases_for(ratna())["waiting"] if row["kind"] == "report")))


def came() -> UUID:
    """Somebody was referred from a counter, and Ratna took her in hand; returns the task."""
    at = now() - 10 * MINUTE
    decided(of_sari(asks_for_help="yes", at=at), Decision.REFER, at=at, desk="protection", words="", coded="")
    task = tasks_for(ratna(at + MINUTE))[0].task.id
    take(task, act=ratna(at + MINUTE))
    return task


def wanted(consent: str = "adult", *, receiver: str = "kemenpppa", why: str = "", **more: Any) -> Wanted:
    return Wanted(typed=TYPED | more, consent=consent, receiver=receiver, why=why)


def handed(of: UUID, consent: str = "adult", *, at: datetime | None = None, why: str = "", **more: Any) -> UUID:
    return hand_over(of, wanted(consent, why=why, **more), act=ratna(at))
