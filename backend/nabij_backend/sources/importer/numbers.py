"""Numbers in the notations of registers.

1. A point and a comma: the last of them is the decimal sign (`1.234,5` and `1,234.5`).
2. One of them, several times, before groups of three: thousands (`1.234.567`).
3. One point: the decimal sign.
4. One comma: what the file's style says. Where it says nothing, the decimal sign, except before
   exactly three digits (`1,234`), which cannot be told from a thousand: refused.
5. Spaces and apostrophes before groups of three: thousands.
"""

import math
import re
from enum import Enum, auto
from typing import Final

_ABSENT: Final = frozenset({"", "-", "nan", "null", "none", "n/a", "na", "nvt", "unknown"})
# OpenStreetMap's ways to say that there is an output without saying how much.
_UNMEASURED: Final = _ABSENT | {"yes", "small_installation"}

_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f'\u2019]\d{3})+(?=[.,]|$)")
_PLAIN: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_CAPACITY: Final = re.compile(r"(?P<number>.*?\d[.,]?)\s*(?P<prefix>[kMG]?)Wp?e?", re.IGNORECASE)

_DECIMALS: Final = 6
_KW_PER_UNIT: Final = {"": 0.001, "k": 1.0, "m": 1_000.0, "g": 1_000_000.0}


class Comma(Enum):
    """What a lone comma in a number of this file means."""

    DECIMAL = auto()
    THOUSANDS = auto()
    UNKNOWN = auto()


class BadNumberError(ValueError):
    """A text is not a number, or not one that can be read in only one way."""


def number(text: str, comma: Comma = Comma.UNKNOWN) -> float | None:
    """Return the number that `text` writes; None when it says that there is none.

    Raises:
        BadNumberError: it is not a finite number, or could be read in two ways.
    """
    text = text.strip()
    if text.casefold() in _ABSENT:
        return None
    plain = text
    if not _PLAIN.fullmatch(plain):
        plain = _plain(text.replace("\N{MINUS SIGN}", "-"), comma)
        if not _PLAIN.fullmatch(plain):
            raise BadNumberError
    value = float(plain)
    if not math.isfinite(value):
        raise BadNumberError
    return value


def read_capacity_kw(text: str, kw_per_unit: float, comma: Comma = Comma.UNKNOWN) -> float | None:
    """Return a capacity in kW; None when the register does not know it, or says zero.

    Args:
        text: a number, with or without a unit (`3 MW`, `9,5 kWp`).
        kw_per_unit: the column's unit in kW, for numbers without a unit.
        comma: what a lone comma means.

    Raises:
        BadNumberError: it is not a number, or negative.
    """
    text = text.strip()
    if text.casefold() in _UNMEASURED:
        return None
    if with_unit := _CAPACITY.fullmatch(text):
        text, kw_per_unit = with_unit["number"], _KW_PER_UNIT[with_unit["prefix"].lower()]
    value = number(text, comma)
    if value is not None and not 0 <= value * kw_per_unit < math.inf:
        raise BadNumberError
    # To the milliwatt: 1.001 MW is 1001 kW, not 1000.9999999999999.
    return round(value * kw_per_unit, _DECIMALS) or None if value else None


def _plain(text: str, comma: Comma) -> str:
    """Return `text` with a decimal point and without thousands separators."""
    if _GROUPED.match(text):
        text = re.sub(r"[ \u00a0\u202f'\u2019]", "", text)
    points, commas = text.count("."), text.count(",")
    if points and commas:
        decimal = max(".,", key=text.rfind)
        return _decimal(text, decimal) if text.count(decimal) == 1 else ""
    if points + commas > 1:
        return re.sub("[.,]", "", text) if _THOUSANDS.fullmatch(text) else ""
    return _lone_comma(text, comma) if commas else text


def _decimal(text: str, decimal: str) -> str:
    """Return a text of thousands and decimals in plain form; empty when its groups are not."""
    whole, fraction = text.split(decimal)
    grouped = _THOUSANDS.fullmatch(whole)
    return f"{re.sub('[.,]', '', whole)}.{fraction}" if grouped else ""


def _lone_comma(text: str, comma: Comma) -> str:
    """Return a text with one comma in plain form; empty when it can be read in two ways."""
    like_thousands = _THOUSANDS.fullmatch(text) is not None
    if like_thousands and comma is Comma.THOUSANDS:
        return text.replace(",", "")
    if like_thousands and comma is Comma.UNKNOWN:
        return ""
    return text.replace(",", ".")
