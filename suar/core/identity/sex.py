"""Sex as ISO 5218 codes it, from the words of cards, forms and passports."""

from __future__ import annotations

from suar.core.errors import Read

NOT_KNOWN, MALE, FEMALE, NOT_APPLICABLE = 0, 1, 2, 9

#: KTP and KK write L/P or the full word; MRZ writes M/F/< (ICAO 9303-4); older forms write PRIA/WANITA.
_SPELLINGS = {
    **dict.fromkeys(("0", "<", "X", "U", "TIDAK DIKETAHUI", "UNKNOWN"), NOT_KNOWN),
    **dict.fromkeys(("1", "L", "LK", "LAKI", "LAKILAKI", "LELAKI", "PRIA", "M", "MALE", "COWOK"), MALE),
    **dict.fromkeys(("2", "P", "PR", "PEREMPUAN", "WANITA", "W", "F", "FEMALE"), FEMALE),
    "9": NOT_APPLICABLE,
}


def read_sex(text: str) -> Read[int]:
    """0 not known, 1 male, 2 female, 9 not applicable. Faults: sex.unknown. Raises nothing."""
    found = _SPELLINGS.get(text)
    if found is None:
        found = _SPELLINGS.get("".join(c for c in text.upper() if c not in " -./") or text)
    return Read(found) if found is not None else Read.fault("sex.unknown")
