"""Places as evidence: birth place as written, address as text, region as a code."""

from __future__ import annotations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from suar.core.identity.evidence import Reason
from suar.core.identity.person import Description
from suar.core.identity.spelling import letters, sound
from suar.core.matching.policy import MatchingPolicy

#: Words before a place's name that are written or not: Kab. Cianjur, Kota Bogor. Kota and Kabupaten of one name are
#: near.
_KINDS = "kab kabupaten kota kotamadya kec kecamatan desa kel kelurahan provinsi prov adm"
_KIND_OF_PLACE = frozenset(_KINDS.split())
#: Words of the form and not of the place, which any two addresses share: Jl. … No. … RT … RW …
_FORM = "jl jln jalan dusun dsn ds no nomor rt rw kp kampung gg gang blok lingk lingkungan"
WORDS_OF_THE_FORM = _KIND_OF_PLACE | frozenset(_FORM.split())
#: So many slips of the finger leave a place's name readable, by the length of the shorter one; token overlap in hundredths from here on is
#: one street, or one house.
LONG, READABLE = 9, 5
STREET, HOUSE = 70, 90


def birth_place_reason(left: str, right: str, policy: MatchingPolicy) -> Reason:
    code = "birth_place.different"
    if left == right:
        code = "birth_place.same"
    else:
        one, other = place_of(left), place_of(right)
        if one == other:
            code = "birth_place.same"
        elif sound(one) == sound(other) or _slipped(one, other):
            code = "birth_place.similar"
    return Reason(code, "birth_place", left, right, policy.weights[code])


def _slipped(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    slips = 2 if shorter >= LONG else 1 if shorter >= READABLE else 0
    return bool(slips) and OSA.distance(one, other, score_cutoff=slips) <= slips


def place_of(text: str) -> str:
    """The telling words of a place's name, joined: Kab. Cianjur → cianjur. The text itself where nothing else is left."""
    words = [word for word in letters(text).split() if word not in _KIND_OF_PLACE]
    return "".join(words) or text


def address_reason(left: str, right: str, policy: MatchingPolicy) -> Reason:
    """Addresses as bags of words: order, abbreviations and the form's own words vary freely, and 005 is 5."""
    alike = 100.0 if left == right else fuzz.ratio(bag_of(left), bag_of(right), score_cutoff=STREET)
    code = "address.same" if alike >= HOUSE else "address.similar" if alike >= STREET else "address.different"
    return Reason(code, "address", left, right, policy.weights[code])


def bag_of(text: str) -> str:
    """What says where, sorted; all words where there are none but the form's."""
    words = letters(text).split()
    told = [word.lstrip("0") or word if word[0] == "0" else word for word in words if word not in WORDS_OF_THE_FORM]
    return " ".join(sorted(told or words))


def region_reason(asked: Description, found: Description, policy: MatchingPolicy) -> Reason | None:
    """How far two region codes agree: kecamatan (6), kabupaten or kota (4), province (2). Codes change; so differing
    says little. Where one states none, its NIK may name the other's kecamatan; where it names another, he moved, and
    that says nothing (DOMAIN B1: the region is that of first registration).
    """
    if not asked.region_code or not found.region_code:
        return _region_by_nik(asked, found, policy)
    left, right = asked.region_code.replace(".", ""), found.region_code.replace(".", "")
    if len(left) >= 6 and len(right) >= 6 and left[:6] == right[:6]:
        code = "region_code.same"
    elif left[:4] == right[:4] and len(left) >= 4:
        code = "region_code.kabupaten"
    else:
        code = "region_code.province" if left[:2] == right[:2] else "region_code.different"
    return Reason(code, "region_code", asked.region_code, found.region_code, policy.weights[code])


def _region_by_nik(asked: Description, found: Description, policy: MatchingPolicy) -> Reason | None:
    if asked.nik == found.nik:
        return None  # the same NIK names the same kecamatan: it was counted there
    left, right = (d.region_code.replace(".", "") or region_of(d.nik) for d in (asked, found))
    if not (asked.region_code or found.region_code) or len(left) < 6 or left[:6] != right[:6]:
        return None
    code = "region_code.by_nik"
    return Reason(code, "region_code", left, right, policy.weights[code])


def region_of(nik: str) -> str:
    return nik[:6] if len(nik) == 16 and nik.isdigit() else ""
