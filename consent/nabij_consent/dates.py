"""Dates and times as customers read them, in whichever time zone they are handed over."""

from datetime import date, datetime
from typing import Final

from nabij_consent.notices import Locale

_MONTHS: Final = {
    Locale.NL: (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    Locale.EN: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def written_day(day: date, locale: Locale) -> str:
    """Such as "27 november 2026"."""
    return f"{day.day} {_MONTHS[locale][day.month - 1]} {day.year}"


def written_moment(moment: datetime, locale: Locale) -> str:
    """Such as "27 november 2026, 14:05"."""
    return f"{written_day(moment, locale)}, {moment:%H:%M}"
