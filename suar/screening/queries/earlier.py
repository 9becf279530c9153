"""What befell somebody before: which steps say that he was stopped as suspected, or came home as one who needed help."""

from __future__ import annotations

from suar.journeys.queries import Step

#: Ways home that say that somebody needed help abroad. Sickness and a running-out contract are none.
DISTRESS = frozenset({"deported", "violence", "overstay", "scam_hub", "repatriated"})
REFUSED = frozenset({"deferred", "refused"})
NON_PROCEDURAL = frozenset({"suspected_non_procedural", "non_procedural_haji"})
#: Kinds of steps that may say so.
HARM = frozenset(
    {"departure_deferral", "passport_application", "prevention_record", "complaint", "worker_return", "repatriation"}
)


def in_distress(step: Step) -> bool:
    """Came home as one who needed help: by the cause that KP2MI or a mission gives."""
    cause = step.state if step.kind == "worker_return" else str(step.facts.get("cause", ""))
    return step.kind in {"worker_return", "repatriation"} and cause in DISTRESS


def deferred_as_suspected(step: Step) -> bool:
    return step.kind == "departure_deferral" and step.state in NON_PROCEDURAL


def passport_put_off(step: Step) -> bool:
    """A passport refused or deferred for suspected non-procedural work; most are for duplicates and missing papers (DOMAIN 0.15)."""
    return step.kind == "passport_application" and step.state in REFUSED and step.facts.get("reason") in NON_PROCEDURAL


def harmed(step: Step) -> bool:
    """Stopped as suspected, prevented, complained, or came home in need. Of others only ever counted."""
    if step.kind in {"prevention_record", "complaint"}:
        return True
    return deferred_as_suspected(step) or passport_put_off(step) or in_distress(step)
