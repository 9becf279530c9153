"""An answer in codes becomes an answer in words, once, for the API and the page alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from suar.agencies.access import Words
from suar.core.advice.deciding import RESTRICTING, Way, way_of
from suar.core.advice.policy import Expected
from suar.core.advice.values import Advice, Decision
from suar.screening.actions.outcome import Answer


def spoken(answer: dict[str, Any], words: Words) -> dict[str, Any]:
    """The answer of DESIGN 8: every code beside its text in both languages."""
    return answer | {
        "reasons": [reason(one, words) for one in answer["reasons"]],
        "matches": [match(one, words) for one in answer["matches"]],
        "timeline": [
            {
                "at": line["at"],
                "kind": line["kind"],
                "source": line["source"],
                "text": words(*line_words(line)),
            }
            for line in answer["timeline"]
        ],
        "unknown": [
            {
                "code": one["code"],
                "source": one["source"],
                "state": one["state"],
                "text": words(f"unknown.{one['code']}", {"source": one["source"], "since": one["since"]}),
                "since": one["since"],
            }
            for one in answer["unknown"]
        ],
        "declared": declared(answer["asked"]["read"], answer["asked"]["journey"]),
        "law_elements": [element | {"text": words(f"element.{element['element']}")} for element in answer["law"]],
    }


#: What is declared of a journey, in the order in which it is shown, each with the space of its words: a day, a list, or text as it is.
DECLARED: Mapping[str, str] = {
    "destination": "country", "declared_purpose": "travel_purpose", "departure_date": "day", "return_date": "day", "carrier": "",
    "ticket": "ticket", "route": "", "visa_kind": "visa_kind", "visa_days": "", "companions": "", "job": "job",
    "employer_kind": "employer_kind", "employer": "", "p3mi": "", "letter_shown": "told", "payer": "told", "payer_phone": "",
    "account": "", "marriage_date": "day", "marriage_certificate": "certificate",
}  # fmt: skip
#: What is not printed: whoever travels with him, or paid, may read the slip over his shoulder or take it from him; and the last is the
#: officer's own word.
NOT_PRINTED = frozenset({"payer", "payer_phone", "account", "companions", "marriage_certificate"})


def declared(read: Mapping[str, str], typed: Mapping[str, str]) -> list[dict[str, str]]:
    """What was declared of the journey: a code by its list, and as it was typed where the list does not have it."""
    rows = [
        {"field": name, "value": read.get(name, ""), "space": space}
        if read.get(name)
        else {"field": name, "value": " ".join(typed.get(name, "").split()), "space": ""}
        for name, space in DECLARED.items()
    ]
    return [row for row in rows if row["value"]]


def printed(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    """Of it, what stands on the slip."""
    return [row for row in answer["declared"] if row["field"] not in NOT_PRINTED]


def line_words(line: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The sentence of a timeline line: with the country where this role may see it."""
    known = {name: value for name, value in line["params"].items() if value != ""}
    return (f"timeline_in.{line['kind']}" if "country" in known else f"timeline.{line['kind']}"), known


def reason(one: dict[str, Any], words: Words) -> dict[str, Any]:
    evidence = [
        {"fact": name, "value": value, "text": words(f"fact.{name}", {"value": value})}
        for name, value in one["evidence"]
    ]
    facts = dict(one["evidence"])
    return {
        "code": one["code"],
        "text": words(one["code"], facts),
        "short": words(f"{one['code']}.name" if one["code"].startswith("indicator.") else one["code"], facts),
        "weight": one["weight"],
        "source": one["source"],
        "evidence": evidence,
        "law": [{"id": law, "en": law} for law in one["law"]],
        "excused_by": [words(f"excuse.{code}") for code in one["excused_by"]],
        "suggests": one["suggests"],
        "in_confidence": one["in_confidence"],
    }


def match(one: dict[str, Any], words: Words) -> dict[str, Any]:
    explanation = one["explanation"]
    reasons = [
        {
            "code": code,
            "feature": feature,
            "left": left,
            "right": right,
            "weight": weight,
            "text": words(code, {"left": left, "right": right, **params}),
        }
        for code, feature, left, right, weight, params in (explanation["reasons"] if explanation else [])
    ]
    return {
        "person": one["person"],
        "name": one["name"],
        "birth_year": one["birth_year"],
        "verdict": one["verdict"],
        "weight": one["weight"],
        "probability": one["probability"],
        "reasons": reasons,
    }


#: The likeliest decision first; at most three are offered (UI: the desk page). Keys are the same at every desk.
OFFERED: dict[Advice, tuple[Decision, ...]] = {
    Advice.CLEAR: (Decision.ALLOW, Decision.INTERVIEW, Decision.REFER),
    Advice.ADVISE: (Decision.ALLOW_WITH_INFORMATION, Decision.ALLOW, Decision.REFER),
    Advice.ASSIST: (Decision.REFER, Decision.ALLOW_WITH_INFORMATION, Decision.INTERVIEW),
    Advice.SECONDARY: (Decision.INTERVIEW, Decision.REFER, Decision.ALLOW_WITH_INFORMATION),
    Advice.HOLD: (Decision.INTERVIEW, Decision.POSTPONE, Decision.REFER),
}


#: Reasons on which the protection desk is offered before the KP2MI desk.
PROTECTS = frozenset({"indicator.protection_marker", "indicator.asks_for_help"})


def actions(
    answer: Mapping[str, Any],
    expected: Expected,
    reasons: Callable[[Way], list[dict[str, Any]]],
    *,
    talked: bool = False,
) -> list[dict[str, Any]]:
    """The three buttons for an advice, with their keys; whether each needs a reason, and those of the list that fit its direction.

    What restricts somebody, or what the list does not have here, is decided on a page of its own (`form`). Once somebody `talked` with the
    traveller, no interview is offered again.
    """
    advice = Advice(answer["advice"])
    offered = [one for one in OFFERED[advice] if not (talked and one is Decision.INTERVIEW)]
    desk = "protection" if PROTECTS & {one["code"] for one in answer["reasons"]} else "kp2mi"
    return [
        {
            "decision": decision.value,
            "label_code": "action.refer_protection"
            if decision is Decision.REFER and desk == "protection"
            else f"action.{decision.value}",
            "desk": desk if decision is Decision.REFER else "",
            "key": str(number),
            "primary": number == 1,
            "needs_reason": bool(way := way_of(decision, advice, expected)),
            "reasons": reasons(way),
            "form": decision in RESTRICTING,
        }
        for number, decision in enumerate(offered, start=1)
    ]


def faults_said(stored: str, words: Words) -> list[dict[str, Any]]:
    """What is wrong with a row of a manifest, from its codes and parameters by field."""
    return [
        {"field": one["field"], "code": one["code"], "text": words(one["code"], one["params"])}
        for one in json.loads(stored)
    ]


def outcomes_said(answers: Sequence[Answer], words: Words) -> dict[str, Any]:
    """What became of each row of outcomes, with what to mend in words."""
    return {
        "kept": sum(one.outcome is not None for one in answers),
        "rows": [
            {
                "row": one.row,
                "id": one.outcome,
                "faults": [
                    {"field": fault.field, "code": fault.code, "text": words(said_as(fault.code), dict(fault.params))}
                    for fault in one.faults
                ],
            }
            for one in answers
        ],
    }


def said_as(code: str) -> str:
    """What is told of a value that somebody typed: NIK, passport and date have words of their own."""
    return f"typed.{code}" if code.startswith(("nik.", "passport_no.", "date.")) else code
