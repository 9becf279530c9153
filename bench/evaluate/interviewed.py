"""What somebody who is referred says in the interview: truthful, shy, coached or lying. Guesses, written apart from every rule of the desk.

No table of life tells how often which answer is given. These say what a journey of each modus would let somebody tell; an honest traveller may be shy,
and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from sandbox.nation.lives import Life

#: How a trafficked, and an honest traveller speaks. Guess: fear and instructions keep most from telling all (DOMAIN E1).
STYLES: Mapping[bool, Mapping[str, float]] = {
    True: {"truthful": 0.25, "shy": 0.30, "coached": 0.30, "lying": 0.15},
    False: {"truthful": 0.80, "shy": 0.20},
}
TELLS = 0.4  # a shy one, of each question
SLIPS = 0.25  # a coached one, into the truth
JOB = {
    "M01": ("household", "factory", "care", "other"), "M02": ("household",), "M03": ("household",), "M04": ("household", "other"),
    "M05": ("office_chat",), "M06": ("fishing",), "M07": ("factory",), "M08": ("none",), "M09": ("household", "factory"),
    "M10": ("household", "factory"), "M11": ("household", "factory", "care"), "M12": ("household", "factory"),
}  # fmt: skip
WORK = frozenset({"worker", "returning_worker", "seafarer", "fisher", "trainee"})
Odds = Mapping[str, float]
OF_A_CASE: Mapping[str, Odds] = {
    "who_arranged": {"agent": 0.65, "friend": 0.2, "online": 0.1, "family": 0.05},
    "who_paid": {"agent": 0.55, "employer": 0.15, "family": 0.15, "self": 0.15},
    "debt": {"agent": 0.45, "employer": 0.15, "family": 0.1, "none": 0.3},
    "holds_passport": {"agent": 0.35, "companion": 0.1, "self": 0.55},
    "employer_known": {"no": 0.55, "partly": 0.3, "yes": 0.15},
    "destination_known": {"no": 0.25, "partly": 0.45, "yes": 0.3},
    "recruiter_met": {"in_person": 0.7, "online_only": 0.25, "never": 0.05},
    "contract_seen": {"none": 0.65, "not_read": 0.2, "yes": 0.15},
    "travels_with": {"alone": 0.45, "group": 0.3, "just_met": 0.2, "family": 0.05},
    "told_what_to_say": {"yes": 0.3, "no": 0.5, "refuses": 0.2},
    "may_call_home": {"yes": 0.85, "no": 0.15},
    "threatened": {"no": 0.9, "yes": 0.1},
    "asks_for_help": {"no": 0.95, "yes": 0.05},
}
OF_THE_HONEST: Mapping[str, Odds] = {
    "who_arranged": {"self": 0.6, "family": 0.3, "friend": 0.05, "agent": 0.05},
    "who_paid": {"self": 0.65, "family": 0.33, "agent": 0.01, "stranger": 0.01},
    "debt": {"none": 0.85, "bank": 0.08, "family": 0.065, "agent": 0.005},
    "holds_passport": {"self": 0.97, "family": 0.03},
    "destination_known": {"yes": 0.9, "partly": 0.095, "no": 0.005},
    "travels_with": {"alone": 0.35, "family": 0.35, "friends": 0.15, "group": 0.15},
    "told_what_to_say": {"no": 0.99, "refuses": 0.01},
    "may_call_home": {"yes": 1.0},
    "threatened": {"no": 1.0},
    "asks_for_help": {"no": 1.0},
}
OF_WORKERS: Mapping[str, Odds] = {
    "who_arranged": {"p3mi": 0.8, "self": 0.15, "agent": 0.05},
    "who_paid": {"p3mi": 0.4, "self": 0.3, "employer": 0.25, "agent": 0.05},
    "debt": {"none": 0.55, "bank": 0.35, "employer": 0.07, "agent": 0.03},
    "employer_known": {"yes": 0.9, "partly": 0.09, "no": 0.01},
    "contract_seen": {"yes": 0.93, "not_read": 0.06, "none": 0.01},
}
#: What a coached one was told to say, and a lying one says.
REHEARSED: Mapping[str, str] = {
    "who_arranged": "self", "who_paid": "self", "debt": "none", "holds_passport": "self", "destination_known": "yes", "job_promised": "none",
    "travels_with": "friends", "told_what_to_say": "no", "may_call_home": "yes", "threatened": "no", "asks_for_help": "no",
}  # fmt: skip


def style_of(life: Life, rnd: Random) -> str:
    return drawn(STYLES[life.of_a_case], rnd)


def answers_of(life: Life, style: str, rnd: Random) -> dict[str, str]:
    """What this one says; a question that is not answered is left out."""
    truth = truth_of(life, rnd)
    if style == "shy":
        return {question: answer for question, answer in truth.items() if rnd.random() < TELLS}
    if style == "lying":
        return dict(REHEARSED)
    if style == "coached":
        slips = {
            question: answer for question, answer in truth.items() if question in REHEARSED and rnd.random() < SLIPS
        }
        return {**REHEARSED, **slips, "observed_answers_for": "yes" if rnd.random() < SLIPS else "no"}
    return truth


def truth_of(life: Life, rnd: Random) -> dict[str, str]:
    if not life.of_a_case:
        told = {question: drawn(odds, rnd) for question, odds in OF_THE_HONEST.items()}
        works = life.way in WORK
        told |= {question: drawn(odds, rnd) for question, odds in OF_WORKERS.items()} if works else {}
        return told | {"job_promised": rnd.choice(("household", "factory", "care", "other")) if works else "none"}
    told = {question: drawn(odds, rnd) for question, odds in OF_A_CASE.items()}
    if life.way == "M05":
        told |= {"who_arranged": "online", "recruiter_met": "online_only"}
    fear = drawn({"none": 0.55, "some": 0.33, "strong": 0.12}, rnd)
    return told | {"job_promised": rnd.choice(JOB[life.way]), "observed_fear": fear}


def drawn(odds: Odds, rnd: Random) -> str:
    return rnd.choices(list(odds), list(odds.values()))[0]
