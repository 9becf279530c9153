"""What immigration officers for villages (Pimpasa) note: tips, questions, education, profiles."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.nation.chronicle import Chronicle, noon
from sandbox.nation.lives import Life
from sandbox.nation.model import EducationSession, Question, Tip, VillageProfile
from sandbox.nation.names import words_of

ALIASES, OFFERS, TOPICS, QUESTIONS = (words_of(name) for name in ("alias", "offer", "topic", "question"))
TIP_COUNTRIES = ("MYS", "SAU", "KHM", "ARE", "TWN", "SGP", "THA", "")
VILLAGES_PER_PEOPLE = 1 / 125  # 146 officers in a land of 285 M would leave a small nation none; guess
TIPS_PER_VILLAGE, QUESTIONS_PER_VILLAGE, SESSIONS_PER_VILLAGE = 2.0, 3.0, 1.5  # guess


class Villages:
    """The villages under an officer's care (Desa Binaan), and who looks after each."""

    def __init__(self, c: Chronicle, people: int) -> None:
        self._c = c
        rnd, places = c.rnd, c.places
        self.under_care: list[tuple[str, str, str]] = []  # kecamatan, village, officer
        for n in range(max(20, int(people * VILLAGES_PER_PEOPLE))):
            code = places.kecamatan_in(rnd, (places.by_workers if n % 3 else places.by_residents).draw(rnd))
            self.under_care.append((code, places.village(code, n), f"Pimpasa {n // 2 + 1:03d}"))

    def profiles(self) -> None:
        rnd = self._c.rnd
        for region, village, officer in self.under_care:
            identity, serial = self._c.number("village_profile")
            at = self._c.later(self._c.now, -500, -5)
            abroad = int(rnd.random() ** 2 * 240)
            profile = VillageProfile(
                id=identity,
                serial=serial,
                region_code=region,
                village=village,
                officer=officer,
                as_of=at.date(),
                households=300 + int(rnd.random() * 2400),
                workers_abroad=abroad,
                left_without_papers=int(abroad * rnd.random() * 0.4),
                destinations=tuple(rnd.sample(("MYS", "TWN", "HKG", "SAU", "SGP", "BRN"), 1 + int(rnd.random() * 3))),
                known_sponsors=int(rnd.random() * 5),
            )
            self._c.tell(at, "village_profile.written", profile)

    def everyday(self) -> None:
        """Tips about nobody in particular, questions and sessions of the last two years."""
        rnd, c = self._c.rnd, self._c
        for _ in range(int(len(self.under_care) * TIPS_PER_VILLAGE)):
            tip_in(c, self.under_care[int(rnd.random() * len(self.under_care))], c.later(c.now, -700, 0))
        for _ in range(int(len(self.under_care) * QUESTIONS_PER_VILLAGE)):
            question_in(c, self.under_care[int(rnd.random() * len(self.under_care))], c.later(c.now, -700, 0))
        for _ in range(int(len(self.under_care) * SESSIONS_PER_VILLAGE)):
            session_in(c, self.under_care[int(rnd.random() * len(self.under_care))], c.later(c.now, -700, 0))

    def tips_about(self, lives: list[Life]) -> None:
        """The tips that name the sponsor's phone of these people, sent before they applied or soon after."""
        for life in lives:
            home = life.person.address
            officer = self.under_care[int(self._c.rnd.random() * len(self.under_care))][2]
            place = (home.region_code, home.village, officer)
            at = self._c.later(life.applied_at, -40, 15)
            tip_in(
                self._c, place, min(at, self._c.now - timedelta(hours=2)), phone=life.at_immigration.phone, about=life
            )


def tip_in(
    c: Chronicle, place: tuple[str, str, str], at: datetime, *, phone: str | None = None, about: Life | None = None
) -> None:
    rnd = c.rnd
    identity, serial = c.number("tip")
    heard = about.person.full_name.split()[0] if about is not None and rnd.random() < 0.5 else ""
    if phone is None:
        phone = c.numbers.phone() if rnd.random() < 0.35 else ""
    tip = Tip(
        id=identity,
        serial=serial,
        at=at,
        region_code=place[0],
        village=place[1],
        officer=place[2],
        source=rnd.choice(("named", "anonymous", "village_officer", "screenshot")),
        recruiter=rnd.choice(ALIASES),
        recruiter_phone=phone,
        offer=rnd.choice(OFFERS),
        country=about.destination if about is not None else rnd.choice(TIP_COUNTRIES),
        fee=rnd.choice((0, 0, 2_000_000, 5_000_000, 12_000_000)),
        people=1 + int(rnd.random() ** 2 * 9),
        leaves_on=c.days(at.date(), 5, 60) if rnd.random() < 0.5 else None,
        reliability=rnd.choices("ABCDE", (5, 20, 35, 25, 15))[0],
        credibility=rnd.choices((1, 2, 3, 4, 5), (5, 22, 38, 22, 13))[0],
        names=(heard,) if heard else (),
    )
    c.tell(at, "tip.sent", tip)


def question_in(c: Chronicle, place: tuple[str, str, str], at: datetime) -> None:
    rnd = c.rnd
    identity, serial = c.number("question")
    topic, _, words = rnd.choice(QUESTIONS).partition("/")
    asked = Question(
        id=identity,
        serial=serial,
        at=at,
        region_code=place[0],
        village=place[1],
        officer=place[2],
        topic=topic,
        words=words,
        phone=c.numbers.phone() if rnd.random() < 0.5 else "",
        answered_at=None,
        answer="",
    )
    answered_at = c.later(at, 0.05, 6)
    if rnd.random() < 0.1:
        c.tell(at, "question.asked", asked)
        return
    c.step(at, "question.asked", asked)
    answer = "Dijelaskan syarat dan jalur resmi; diminta datang ke Disnaker atau kantor imigrasi"
    c.tell(answered_at, "question.answered", replace(asked, answered_at=answered_at, answer=answer))


def session_in(c: Chronicle, place: tuple[str, str, str], at: datetime) -> None:
    rnd = c.rnd
    identity, serial = c.number("education")
    held = noon(at.date()) - timedelta(hours=2) if at.hour > 6 else at
    session = EducationSession(
        id=identity,
        serial=serial,
        at=held,
        region_code=place[0],
        village=place[1],
        officer=place[2],
        topic=rnd.choice(TOPICS),
        place=rnd.choice(("Balai Desa", "Masjid", "SMA Negeri", "Posyandu", "Gereja")),
        men=int(rnd.random() * 40),
        women=5 + int(rnd.random() * 45),
    )
    c.tell(held, "education.held", session)
