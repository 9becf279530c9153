"""Countries as ISO 3166-1 alpha-3, from the names that officers, forms and passports use. DOMAIN B6."""

from __future__ import annotations

from collections.abc import Callable

from suar.core.errors import Read

#: Codes of ICAO 9303-3 section 5 that are not ISO 3166-1, as the standard keeps them. People without a country keep
#: the ICAO code.
ICAO = {"D": "DEU", "GBD": "GBR", "GBN": "GBR", "GBO": "GBR", "GBP": "GBR", "GBS": "GBR", "RKS": "XKX",
        "UNO": "UNO", "UNA": "UNO", "XXA": "XXA", "XXB": "XXB", "XXC": "XXC", "XXX": "XXX"}  # fmt: skip


def read_country(text: str, code_of: Callable[[str], str | None]) -> Read[str]:
    """The alpha-3 code of a code or a name; `code_of` is the list of names in force (policy/codes/countries.yaml).

    Faults: country.unknown, since a country nobody can name is no destination. Raises nothing.
    """
    found = code_of(text) or ICAO.get(text.upper())
    return Read(found) if found else Read.fault("country.unknown")
