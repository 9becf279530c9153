"""Compare two descriptions: value against value, each with its weight and the code of its sentence.

One scorer serves the desk and the batch (DESIGN 7). Dependence is taken out where it is known: a NIK holds the birth
date and the sex; a family shares its card, parents and address.
"""

from __future__ import annotations

from suar.core.identity.evidence import Reason
from suar.core.identity.names import compare_read, read_name
from suar.core.identity.person import Description
from suar.core.matching.birth import birth_reason
from suar.core.matching.explanation import MatchExplanation, permille
from suar.core.matching.numbers import nik_reason, number_reason
from suar.core.matching.places import address_reason, birth_place_reason, region_reason
from suar.core.matching.policy import MatchingPolicy

__all__ = ["MatchExplanation", "Reason", "explain", "permille"]


def explain(asked: Description, found: Description, *, candidate: str, policy: MatchingPolicy) -> MatchExplanation:
    """Why these may be one person, or not. Symmetric: exchanging the two exchanges left and right and changes no
    weight.

    Only what both state is compared, plus what a NIK says of birth date and sex where the other states them.
    Malformed values are compared as text. Raises nothing.
    """
    reasons: list[Reason] = []
    if asked.full_name and found.full_name:
        reasons.append(_name_reason(asked, found, policy))
    nik = nik_reason(asked.nik, found.nik, policy) if asked.nik and found.nik else None
    if nik:
        reasons.append(nik)
    same_nik = nik is not None and nik.code == "nik.same"
    if birth := birth_reason(asked, found, policy, same_nik=same_nik):
        reasons.append(birth)
    if sex := _sex_reason(asked, found, policy, same_nik=same_nik):
        reasons.append(sex)
    reasons += _other_reasons(asked, found, policy, same_nik=same_nik)
    return MatchExplanation(
        candidate=candidate,
        reasons=tuple(reasons),
        prior=policy.prior,
        calibration=policy.calibration,
        policy=policy.name,
    )


def _other_reasons(asked: Description, found: Description, policy: MatchingPolicy, *, same_nik: bool) -> list[Reason]:
    reasons: list[Reason] = []
    if asked.passport_no and found.passport_no:
        reasons.append(number_reason("passport_no", asked.passport_no, found.passport_no, policy))
    shared: list[Reason] = []
    if asked.birth_place and found.birth_place:
        shared.append(birth_place_reason(asked.birth_place, found.birth_place, policy))
    reasons += shared
    if asked.nationality and found.nationality:
        code = "nationality.same" if asked.nationality == found.nationality else "nationality.different"
        reasons.append(Reason(code, "nationality", asked.nationality, found.nationality, policy.weights[code]))
    family = _family_reasons(asked, found, policy)
    reasons += family
    over = sum([reason.weight for reason in (*shared, *family)]) - policy.family_cap
    if over > 0 and not same_nik:
        reasons.append(Reason("family.shared", "family", "", "", -over))
    return reasons


def _family_reasons(asked: Description, found: Description, policy: MatchingPolicy) -> list[Reason]:
    """What siblings share, beside where they were born. Without a NIK that says who is who, its sum is capped."""
    reasons: list[Reason] = []
    if asked.phone and found.phone:
        reasons.append(number_reason("phone", asked.phone, found.phone, policy))
    if asked.kk and found.kk:
        reasons.append(number_reason("kk", asked.kk, found.kk, policy))
    if asked.mother_name and found.mother_name:
        reasons.append(_parent_reason("mother_name", asked.mother_name, found.mother_name, policy))
    if asked.father_name and found.father_name:
        reasons.append(_parent_reason("father_name", asked.father_name, found.father_name, policy))
    if asked.address and found.address:
        reasons.append(address_reason(asked.address, found.address, policy))
    if region := region_reason(asked, found, policy):
        reasons.append(region)
    return reasons


def _name_reason(asked: Description, found: Description, policy: MatchingPolicy) -> Reason:
    """The whole name as one reason; its words one by one: `identity.names.compare_names`."""
    if asked.full_name == found.full_name:
        words = read_name(asked.full_name, policy.names).own
        weight = min(policy.names.levels.cap, sum(word.rarity for word in words))
        return Reason("name.same", "full_name", asked.full_name, found.full_name, weight)
    left, right = read_name(asked.full_name, policy.names), read_name(found.full_name, policy.names)
    fathers = (asked.father_name, found.father_name)
    said = compare_read(left, right, policy.names, fathers=fathers)
    weight = said.weight(policy.names)
    if not left.own or not right.own:
        code, weight = "name.nothing", 0
    elif said.cannot_tell:
        code = "name.cannot_tell"
    elif not said.pairs:
        code = "name.different"
    elif said.conflicts:
        code = "name.partly"
    elif said.left_over or said.right_over:
        code = "name.shorter"
    else:
        code = "name.same" if left.text == right.text else "name.alike"
    return Reason(code, "full_name", asked.full_name, found.full_name, weight, {"words": len(said.pairs)})


def _parent_reason(feature: str, left: str, right: str, policy: MatchingPolicy) -> Reason:
    """A parent's name: the rarity of its words, up to what the policy grants."""
    one, other = read_name(left, policy.names), read_name(right, policy.names)
    if one.own == other.own and one.own:
        weight = sum([word.rarity for word in one.own])
        return Reason(f"{feature}.same", feature, left, right, min(weight, policy.weights[f"{feature}.same"]))
    said = compare_read(one, other, policy.names)
    weight = said.weight(policy.names)
    if not said.pairs or (said.conflicts and weight < 0):
        code = f"{feature}.different"
        return Reason(code, feature, left, right, policy.weights[code])
    if said.conflicts:
        code = f"{feature}.partly"
        return Reason(code, feature, left, right, policy.weights[code])
    whole = not (said.left_over or said.right_over or said.guessed)
    code = f"{feature}.same" if whole else f"{feature}.similar"
    return Reason(code, feature, left, right, max(0, min(weight, policy.weights[code])))


def _sex_reason(asked: Description, found: Description, policy: MatchingPolicy, *, same_nik: bool) -> Reason | None:
    left, right = _sex(asked), _sex(found)
    if not left or not right:
        return None
    code = "sex.different" if left != right else "sex.in_nik" if same_nik else "sex.same"
    return Reason(code, "sex", left, right, policy.weights[code])


def _sex(d: Description) -> str:
    """Stated, else as the NIK's day of birth says (40 added for women)."""
    if d.sex in ("1", "2"):
        return d.sex
    if not d.sex and len(d.nik) == 16 and d.nik.isdigit():
        return "2" if d.nik[6] >= "4" else "1"
    return ""
