"""The closed lists: what the machine may suggest, what an officer may decide. DESIGN 6."""

from __future__ import annotations

from enum import StrEnum


class Advice(StrEnum):
    """What the machine suggests. There is no value that means "refuse", and there must never be one."""

    CLEAR = "clear"
    ADVISE = "advise"  # give information
    ASSIST = "assist"  # offer the KP2MI desk, or the protection desk
    SECONDARY = "secondary"  # a second officer interviews
    HOLD = "hold"  # only where a register entry in force gives the legal basis


#: From least to most intrusive.
ADVICE_IN_ORDER: tuple[Advice, ...] = (Advice.CLEAR, Advice.ADVISE, Advice.ASSIST, Advice.SECONDARY, Advice.HOLD)


class Decision(StrEnum):
    """What a named officer does. Refusal also needs a supervisor and a ground in law."""

    ALLOW = "allow"
    ALLOW_WITH_INFORMATION = "allow_with_information"
    REFER = "refer"
    INTERVIEW = "interview"
    POSTPONE = "postpone"
    REFUSE = "refuse"
