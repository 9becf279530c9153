"""On which days offices do not work: public holidays and collective leave (cuti bersama), by the calendar of the joint decrees."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays

#: The longest chain of remedies ends well within these.
YEARS_AHEAD = 2


def holidays_from(day: date) -> frozenset[date]:
    """Every day off from this day's year on, as far ahead as a remedy reaches. Later years are estimates until their decree: where one adds
    a holiday the person has a day more than was printed, never one less.
    """
    return in_years(day.year)


@cache
def in_years(first: int) -> frozenset[date]:
    years = range(first, first + YEARS_AHEAD + 1)
    return frozenset(holidays.country_holidays("ID", years=years, categories=("public", "government")))
