"""Numbers in the notations of registers.

1. A point and a comma: the last of them is the decimal sign (`1.234,5` and `1,234.5`).
2. One of them, several times, before groups of three: thousands (`1.234.567`).
3. One of them before other than three digits: the decimal sign (`9,5`).
4. One of them before exactly three digits (`1,234`, `1.234`): what the other numbers of the file
   show. Where they show nothing, a point is the decimal sign, and a comma what the file's delimiter
   suggests. Where they show both, it is refused.
5. Spaces and apostrophes before groups of three: thousands.

Degrees have no thousands, and are also read with minutes and seconds (ISO 6709, Annex D).
"""

import math
import re
from collections.abc import Iterable
from enum import StrEnum, auto
from typing import Final

_ABSENT: Final = frozenset({"", "-", "nan", "null", "none", "n/a", "na", "nvt", "unknown"})
# OpenStreetMap's ways to say that there is an output without saying how much.
_UNMEASURED: Final = _ABSENT | {"yes", "small_installation"}

_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f'\u2019]\d{3})+(?=[.,]|$)")
_PLAIN: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_CAPACITY: Final = re.compile(
    r"(?P<number>.*?\d[.,]?)\s*(?P<prefix>[kMG]?)W(?:p|e|el|ac|dc|peak|piek)?", re.IGNORECASE
)
_ABOUT: Final = re.compile(
    r"(?:ca\.?|circa|approx\.?|about|[~\u2248\u00b1])\s*(?=\d)", re.IGNORECASE
)
_SEVERAL: Final = re.compile(r"(?P<count>\d{1,4})\s*[x\u00d7*]\s*(?P<each>\d.*)", re.IGNORECASE)
_RANGE: Final = re.compile(
    r"(?P<least>\d[\d.,]*)\s*(?:[kMG]?Wp?)?\s*(?:-|\u2013|\u2014|to|tot|bis|t/m)\s*\d[\d.,]*"
    r"\s*(?P<unit>[kMG]?Wp?)?",
    re.IGNORECASE,
)
_DEGREES: Final = re.compile(
    r"(?P<before>[NSEWZ]?)\s*(?P<sign>[-+]?)(?P<degrees>\d{1,3}(?:[.,]\d+)?)\s*(?:[\u00b0\u00ba:d]\s*|\s|$)"
    r"(?:(?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*(?:['\u2032\u2019:m]\s*|\s|$))?"
    r"(?:(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:[\"\u2033\u201ds]|'')?)?\s*(?P<after>[NSEWZ]?)",
    re.IGNORECASE,
)
_WKT_POINT: Final = re.compile(r"POINT\s*Z?\s*\(\s*(\S+)\s+(\S+?)(?:\s+\S+)?\s*\)", re.IGNORECASE)
# Between latitude and longitude, the surest first.
_SEPARATORS: Final = (r"\s*;\s*", r",\s+", r"\s*/\s*", r",", r"\s+")
_WHOLE_TURN: Final = 60.0
_YEAR: Final = re.compile(r"(?:19|20)\d\d|2100")
_MANY_YEARS: Final = 10
_DIFFERENT_YEARS: Final = 5

_DECIMALS: Final = 6
_KW_PER_UNIT: Final = {"": 0.001, "k": 1.0, "m": 1_000.0, "g": 1_000_000.0}


class DecimalMarks(StrEnum):
    """What a lone point or comma before three digits means in this file."""

    COMMA = auto()
    """A comma is the decimal sign, and a point parts thousands."""
    COMMA_LIKELY = auto()
    """Both are the decimal sign."""
    POINT = auto()
    """A point is the decimal sign, and a comma parts thousands."""
    UNKNOWN = auto()
    """A point is the decimal sign, and of a comma nothing is known."""
    MIXED = auto()
    """Nothing is known of either."""


_POINT_IS_OPEN: Final = (DecimalMarks.COMMA, DecimalMarks.MIXED)


class BadNumberError(ValueError):
    """A text is not a number, or not one that can be read in only one way."""


def number(text: str, marks: DecimalMarks = DecimalMarks.UNKNOWN) -> float | None:
    """Return the number that `text` writes; None when it says that there is none.

    Raises:
        BadNumberError: it is not a finite number, or could be read in two ways.
    """
    plain = text = text.strip()
    if not _PLAIN.fullmatch(plain) or (marks in _POINT_IS_OPEN and _THOUSANDS.fullmatch(plain)):
        if text.casefold() in _ABSENT:
            return None
        plain = _plain(text.replace("\N{MINUS SIGN}", "-"), marks)
        if not _PLAIN.fullmatch(plain):
            raise BadNumberError
    value = float(plain)
    if not math.isfinite(value):
        raise BadNumberError
    return value


def read_capacity_kw(
    text: str, kw_per_unit: float, marks: DecimalMarks = DecimalMarks.UNKNOWN
) -> float | None:
    """Return a capacity in kW; None when the register does not know it, or says zero.

    Args:
        text: a number, with or without a unit (`3 MW`, `9,5 kWp`), a number of machines
            (`2 x 850 kW`), or a range (`10-15 kW`), of which the least is taken.
        kw_per_unit: the column's unit in kW, for numbers without a unit.
        marks: what a lone point or comma means.

    Raises:
        BadNumberError: it is not a number, or negative.
    """
    text = text.strip()
    count = 1
    if not _PLAIN.fullmatch(text):
        if text.casefold() in _UNMEASURED:
            return None
        text = _ABOUT.sub("", text)
        if several := _SEVERAL.fullmatch(text):
            count, text = int(several["count"]), several["each"]
        if between := _RANGE.fullmatch(text):
            text = between["least"] + (between["unit"] or "")
        if with_unit := _CAPACITY.fullmatch(text):
            text, kw_per_unit = with_unit["number"], _KW_PER_UNIT[with_unit["prefix"].lower()]
    value = number(text, marks)
    if not value:
        return None
    value *= kw_per_unit * count
    if not 0 <= value < math.inf:
        raise BadNumberError
    # To the milliwatt: 1.001 MW is 1001 kW, not 1000.9999999999999.
    return round(value, _DECIMALS) or None


def degrees(text: str) -> float | None:
    """Return degrees that `text` writes with a decimal sign, or with minutes and seconds.

    South and west are negative. `O` is no direction: it is east in German and west in French.

    Raises:
        BadNumberError: it is neither.
    """
    try:
        return number(text, DecimalMarks.COMMA_LIKELY)
    except BadNumberError:
        written = _DEGREES.fullmatch(text.strip())
    if written is None:
        raise BadNumberError
    whole, minutes, seconds = (
        float((written[name] or "0").replace(",", "."))
        for name in ("degrees", "minutes", "seconds")
    )
    if minutes >= _WHOLE_TURN or seconds >= _WHOLE_TURN:
        raise BadNumberError
    value = whole + minutes / 60 + seconds / 3_600
    direction = (written["before"] + written["after"]).upper()
    is_negative = (written["sign"] == "-") + (direction in {"S", "Z", "W"})
    return -value if is_negative == 1 else value


def latitude_longitude(text: str) -> tuple[float | None, float | None]:
    """Return the latitude and longitude of one cell: `52.1, 5.1`, or as WKT `POINT (5.1 52.1)`.

    Raises:
        BadNumberError: it is neither.
    """
    text = text.strip()
    if not text:
        return None, None
    if point := _WKT_POINT.fullmatch(text):
        return degrees(point[2]), degrees(point[1])
    inside = text.strip("()[] ")
    for separator in _SEPARATORS:
        parts = re.split(separator, inside)
        if len(parts) == 2:  # noqa: PLR2004 - latitude and longitude
            latitude, longitude = map(degrees, parts)
            return latitude, longitude
    raise BadNumberError


def marks_of(texts: Iterable[str], otherwise: DecimalMarks) -> DecimalMarks:
    """Return what the numbers of a file show of its marks; `otherwise` where they show nothing."""
    seen = {mark for mark in map(_decimal_sign, texts) if mark}
    if not seen:
        return otherwise
    return (
        {".": DecimalMarks.POINT, ",": DecimalMarks.COMMA}[seen.pop()]
        if len(seen) == 1
        else DecimalMarks.MIXED
    )


def are_years(texts: Iterable[str]) -> bool:
    """Return whether a column's numbers are years: whole, of 1900 to 2100, many and different."""
    filled = [text.strip() for text in texts if text.strip()]
    return (
        len(filled) >= _MANY_YEARS
        and len(set(filled)) >= _DIFFERENT_YEARS
        and all(map(_YEAR.fullmatch, filled))
    )


def _decimal_sign(text: str) -> str:
    """Return the decimal sign that a number surely has; empty when it has none, or either."""
    marks = re.sub(r"[^.,]", "", text)
    if not marks:
        return ""
    if len(set(marks)) > 1:
        return marks[-1]
    if len(marks) > 1:
        return "," if marks[0] == "." else "."
    digits = re.search(r"\d*[.,]\d*", text)
    return "" if digits is None or _THOUSANDS.fullmatch(digits[0]) else marks


def _plain(text: str, marks: DecimalMarks) -> str:
    """Return `text` with a decimal point and without thousands separators."""
    if _GROUPED.match(text):
        text = re.sub(r"[ \u00a0\u202f'\u2019]", "", text)
    points, commas = text.count("."), text.count(",")
    if points and commas:
        decimal = max(".,", key=text.rfind)
        return _decimal(text, decimal) if text.count(decimal) == 1 else ""
    if points + commas > 1:
        return re.sub("[.,]", "", text) if _THOUSANDS.fullmatch(text) else ""
    return _lone_mark(text, marks)


def _decimal(text: str, decimal: str) -> str:
    """Return a text of thousands and decimals in plain form; empty when its groups are not."""
    whole, fraction = text.split(decimal)
    grouped = _THOUSANDS.fullmatch(whole)
    return f"{re.sub('[.,]', '', whole)}.{fraction}" if grouped else ""


def _lone_mark(text: str, marks: DecimalMarks) -> str:
    """Return a text with one mark in plain form; empty when it can be read in two ways."""
    if (like_thousands := _THOUSANDS.fullmatch(text)) is None:
        return text.replace(",", ".")
    mark = like_thousands[1]
    if marks is (DecimalMarks.POINT if mark == "," else DecimalMarks.COMMA):
        return text.replace(mark, "")
    if marks is DecimalMarks.MIXED or (mark == "," and marks is DecimalMarks.UNKNOWN):
        return ""
    return text.replace(",", ".")
