"""The questions of the interview that a rule may weigh, and their answers: codes, no sentence. The words stand in policy/interview."""

from __future__ import annotations

from collections.abc import Mapping

#: Question → its answers. "" stands for a question that was not asked, or not answered.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "who_arranged": ("self", "family", "p3mi", "agent", "employer", "friend", "online"),
    "who_paid": ("self", "family", "employer", "p3mi", "agent", "stranger"),
    "holds_passport": ("self", "family", "companion", "agent", "employer"),
    "debt": ("none", "bank", "family", "employer", "agent"),
    "employer_known": ("yes", "partly", "no"),
    "destination_known": ("yes", "partly", "no"),
    "recruiter_met": ("in_person", "online_only", "never"),
    "job_promised": ("household", "fishing", "factory", "care", "office_chat", "other", "none"),
    "travels_with": ("alone", "family", "friends", "group", "just_met"),
    "told_what_to_say": ("no", "yes", "refuses"),
    "may_call_home": ("yes", "no", "refuses"),
    "threatened": ("no", "yes", "refuses"),
    "contract_seen": ("yes", "not_read", "none"),
    "asks_for_help": ("no", "yes"),
    "observed_fear": ("none", "some", "strong"),
    "observed_answers_for": ("no", "yes"),
    "observed_injury": ("no", "yes"),
}

NOT_ASKED = ""


def answered(given: Mapping[str, str]) -> dict[str, str]:
    """Every question with its answer; what was not asked, and a word that is no answer to the question, reads "". Raises nothing."""
    return {
        question: given[question] if given.get(question) in codes else NOT_ASKED for question, codes in ANSWERS.items()
    }


def promised(job: str, given: Mapping[str, str]) -> str:
    """The kind of employer that follows from the job: housework is done for a household, as long as no record names another employer."""
    return "household" if job == "domestic_worker" or given.get("job_promised") == "household" else ""
