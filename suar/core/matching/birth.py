"""Birth dates as evidence: swaps, slips, heaping, years shifted on purpose, partial dates and ages. DOMAIN C3."""

from __future__ import annotations

from contextlib import suppress

from suar.core.identity.dates import could_agree
from suar.core.identity.evidence import Reason
from suar.core.identity.person import Description
from suar.core.matching.policy import MatchingPolicy

#: Years within which papers are made older or younger (DOMAIN C3), and from which on the two are generations apart.
SHIFTED_YEARS, FAR_YEARS, NEAR_YEARS = 5, 10, 2


def birth_reason(asked: Description, found: Description, policy: MatchingPolicy, *, same_nik: bool) -> Reason | None:
    """What the birth dates say; where one states none, its NIK speaks. None where either says nothing.

    With one NIK on both sides an equal date was counted there already; a different one speaks against as always.
    """
    left = asked.birth_date or _stated_by(asked.nik, found.birth_date)
    right = found.birth_date or _stated_by(found.nik, asked.birth_date)
    if not left or not right or (same_nik and not (asked.birth_date and found.birth_date)):
        return None
    code = compare_births(left, right)
    if code in ("birth_date.different", "birth_date.far") and (
        _may_hold(asked.nik, right) or _may_hold(found.nik, left)
    ):
        code = "birth_date.by_nik"
    if same_nik and policy.weights[code] > 0:
        code = "birth_date.in_nik"
    return Reason(code, "birth_date", left, right, policy.weights[code])


def compare_births(left: str, right: str) -> str:
    """The code of the outcome for two dates of the standard, full or partial. Malformed ones differ unless equal."""
    if _full(left) and _full(right):
        return _compare_full(left, right)
    if left == right and len(left) == 7:
        return "birth_date.month_same"
    return _compare_partial(left, right)


def _compare_full(left: str, right: str) -> str:
    if left == right:
        return "birth_date.same_heaped" if left.endswith(("-01-01", "-12-31")) else "birth_date.same"
    apart = abs(int(left[:4]) - int(right[:4]))
    if not apart and left[5:7] == right[8:10] and left[8:10] == right[5:7]:
        return "birth_date.swapped"
    if sum(a != b for a, b in zip(left, right, strict=True)) == 1 and (apart == 0 or apart >= FAR_YEARS):
        return "birth_date.one_digit"
    if left[5:] == right[5:] and apart <= SHIFTED_YEARS and not left.endswith(("-01-01", "-12-31")):
        return "birth_date.year_shifted"
    if apart > FAR_YEARS:
        return "birth_date.far"
    return "birth_date.different"


def _compare_partial(left: str, right: str) -> str:
    try:
        agree = could_agree(left, right)
    except ValueError:
        return "birth_date.different"
    if agree:
        if left.startswith("~") or right.startswith("~"):
            return "birth_date.age_fits"
        return "birth_date.month_same" if min(len(left), len(right)) == 7 else "birth_date.year_same"
    apart = abs(_year(left) - _year(right))
    if apart <= NEAR_YEARS:
        return "birth_date.near"
    return "birth_date.far" if apart > FAR_YEARS else "birth_date.different"


def _full(date: str) -> bool:
    return len(date) == 10 and date[4] == "-" == date[7] and (date[:4] + date[5:7] + date[8:]).isdigit()


def _year(partial: str) -> int:
    """The likeliest year of a date that was read."""
    if partial.startswith("~"):
        age, _, on = partial[1:].partition("@")
        return int(on[:4]) - int(age)
    return int(partial[:4])


def _may_hold(nik: str, date: str) -> bool:
    """Whether a NIK's digits hold this very day; asked of most pairs, so the digits are looked at first."""
    return nik[10:12] == date[2:4] and nik[8:10] == date[5:7] and _stated_by(nik, date) == date


def _stated_by(nik: str, near: str) -> str:
    """The birth date that a NIK holds, in the century that comes nearer to the other's date. "" for none."""
    if len(nik) != 16 or not nik.isdigit():
        return ""
    day, month, yy = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    day -= 40 if day > 40 else 0
    if not 1 <= day <= 31 or not 1 <= month <= 12:
        return ""
    year = 1900 + yy
    with suppress(ValueError):
        year += 100 if near and abs(_year(near) - year) > 50 else 0
    return f"{year:04}-{month:02}-{day:02}"
