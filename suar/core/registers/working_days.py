"""Working days by the Indonesian calendar: weekends, public holidays and collective leave do not count (UU 30/2014, UU 6/2011)."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, time, timedelta, tzinfo

SATURDAY = 5
DAY = timedelta(days=1)


def works(day: date, holidays: Container[date]) -> bool:
    """Whether offices work on this day. `holidays` holds public holidays and collective leave (cuti bersama)."""
    return day.weekday() < SATURDAY and day not in holidays


def working_days_after(day: date, count: int, holidays: Container[date]) -> date:
    """The count-th working day after `day`, which itself does not count: a decision made known today is objected to from tomorrow."""
    while count:
        day += DAY
        count -= works(day, holidays)
    return day


def midnight_after(day: date, zone: tzinfo) -> datetime:
    """The instant at which a local day is over: who acts before it acted on that day."""
    return datetime.combine(day + DAY, time(), tzinfo=zone)
