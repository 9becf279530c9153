"""What one comparison proposes: to join, to ask a human, to keep apart, or that the text cannot tell."""

from __future__ import annotations

from enum import StrEnum

from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.policy import MatchingPolicy


class Verdict(StrEnum):
    """What is proposed for two subjects. Only JOIN makes one person of them without a human."""

    JOIN = "join"
    ASK = "ask"
    NEW = "new"
    CANNOT_TELL = "cannot_tell"


def propose(explanation: MatchExplanation, policy: MatchingPolicy) -> Verdict:
    """JOIN, ASK, NEW or CANNOT_TELL.

    JOIN needs the odds of `join_at`, something that agrees besides name and birth date, and nothing that contradicts.
    A contradiction (two valid NIKs, two full birth dates, a name that is another's) with odds that would otherwise
    join is for a human: it is either an error of a source or a changed identity (DOMAIN C1). CANNOT_TELL where only a
    name and things that many share were compared, and nothing spoke against: one word and a year fit thousands
    (DOMAIN 0.11), and saying "new" would be as much a guess as saying "same". NEW also where the policy says that what
    differs makes two people of them, and nothing that is one human's own agrees.
    """
    odds = explanation.weight + explanation.prior
    if odds < policy.ask_at or kept_apart(explanation, policy):
        return Verdict.CANNOT_TELL if _says_too_little(explanation, policy) else Verdict.NEW
    if _says_too_little(explanation, policy):
        return Verdict.CANNOT_TELL
    sure = odds >= policy.join_at and _has_more_than_a_name(explanation, policy)
    return Verdict.JOIN if sure and not contradicted(explanation, policy) else Verdict.ASK


def contradicted(explanation: MatchExplanation, policy: MatchingPolicy) -> bool:
    """Whether something spoke against in a way that only a human may pass over."""
    return bool(contradictions(explanation, policy))


def kept_apart(explanation: MatchExplanation, policy: MatchingPolicy) -> bool:
    """Whether what differs makes two people of them (policy's `keeps_apart`)."""
    codes = {reason.code for reason in explanation.reasons}
    return any(
        row.when <= codes and not any(agreeing <= codes for agreeing in row.unless) for row in policy.keeps_apart
    )


def contradictions(explanation: MatchExplanation, policy: MatchingPolicy) -> tuple[str, ...]:
    """The codes of the reasons that spoke against in such a way, in the order in which they were compared."""
    codes = [reason.code for reason in explanation.reasons]
    return tuple(
        code for code in codes if code in policy.contradictions and not policy.contradictions[code] & set(codes)
    )


def why_asked(explanation: MatchExplanation, policy: MatchingPolicy) -> tuple[str, ...]:
    """Why a pair proposed as ASK was not simply joined, as codes: ask.<contradiction>…, ask.name_only, ask.not_sure."""
    why = [f"ask.{code}" for code in contradictions(explanation, policy)]
    if not _has_more_than_a_name(explanation, policy):
        why.append("ask.name_only")
    if explanation.weight + explanation.prior < policy.join_at:
        why.append("ask.not_sure")
    return tuple(why)


def _has_more_than_a_name(explanation: MatchExplanation, policy: MatchingPolicy) -> bool:
    """Whether something agrees that is of another kind than a name and a birth date."""
    return any(reason.weight > 0 and reason.feature not in policy.not_alone for reason in explanation.reasons)


def _says_too_little(explanation: MatchExplanation, policy: MatchingPolicy) -> bool:
    """Whether nothing was compared that can tell namesakes apart, and nothing speaks against either."""
    telling = [reason for reason in explanation.reasons if reason.code not in policy.tells_nothing]
    return not any(reason.feature != "full_name" for reason in telling) and explanation.weight >= 0
