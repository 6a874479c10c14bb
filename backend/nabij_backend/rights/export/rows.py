"""Rows of a table in the words of the export page."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from html import escape
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from nabij_backend.enums import Reader
from nabij_backend.rights.export import words
from nabij_backend.rights.export.schemas import Archive, ExportedSource
from nabij_backend.rights.export.words import phrase
from nabij_backend.tables.columns import COLUMNS, DRAWN_FROM_CELL
from nabij_consent import Locale, source_label, written_day, written_moment
from nabij_geo import Cell

ZONE: Final[tzinfo] = ZoneInfo("Europe/Amsterdam")
_NAMES_OTHERS: Final = frozenset({"subject", "mandate"})
_CODES: Final = frozenset(
    {
        *("number", "epoch", "begun_number", "event_number", "acknowledged_number", "attempts"),
        "told_notice",
        *("nonce", "push_token", "digest", "document_digest", "leaf_hash", "salt", "cell"),
    }
)
_BYTES: Final = "\\x"
_M_PER_KM: Final = 1000
_SLOT: Final = re.compile(r"\{(\w+)\}")

Row = Mapping[str, Any]


def table_rows(table: str, rows: Sequence[Row], archive: Archive) -> str:
    """Return the rows of a table of the archive, oldest first, and then their codes."""
    locale = archive.locale
    ordered = sorted(rows, key=_happened)
    told = [(_heading(table, row, archive), _said(table, row, locale)) for row in ordered]
    codes = [_pairs(_codes(table, row), row, locale) for row in ordered]
    return "\n".join([*_told(told), *_details([each for each in codes if each], locale)])


def moment(value: datetime, locale: Locale) -> str:
    """Return a time as people in the Netherlands read it."""
    return written_moment(value.astimezone(ZONE), locale)


def _told(told: list[tuple[str, str]]) -> list[str]:
    if not any(heading or pairs for heading, pairs in told):
        return []
    if not any(pairs for _, pairs in told):
        return [f"<ul>{''.join(f'<li>{heading}</li>' for heading, _ in told)}</ul>"]
    return [f"<h3>{heading}</h3>{pairs}" for heading, pairs in told]


def _details(codes: list[str], locale: Locale) -> list[str]:
    if not codes:
        return []
    summary = f"<summary>{phrase('codes', locale)}</summary>"
    return [f"<details>{summary}{''.join(codes)}</details>"]


def _happened(row: Row) -> str:
    times = (row[column] for column in COLUMNS if column.endswith("_at") and column in row)
    return next((time for time in times if time), "")


def _heading(table: str, row: Row, archive: Archive) -> str:
    if table not in words.HEADINGS:
        return ""

    def told(slot: re.Match[str]) -> str:
        column = slot[1]
        if column == "source":
            return _source(archive.sources[row["source_id"]], archive.locale)
        return _value(column, row[column], archive.locale)

    heading = _SLOT.sub(told, words.choose(words.HEADINGS[table], archive.locale))
    return heading[:1].upper() + heading[1:]


def _source(source: ExportedSource, locale: Locale) -> str:
    """Return what a source is called; a name in another language says which (WCAG 2.2, 3.1.2)."""
    if source.name is None:
        return source_label(source.technology, source.owner_kind, source.count, locale)
    name = escape(source.name)
    if source.language is None or source.language == locale:
        return name
    return f'<span lang="{escape(source.language)}">{name}</span>'


def _said(table: str, row: Row, locale: Locale) -> str:
    in_heading = {*_SLOT.findall(words.choose(words.HEADINGS.get(table, ("", "")), locale))}
    said = [each for each in _columns(table, row) if not _is_code(each) and each not in in_heading]
    return _pairs(said, row, locale)


def _codes(table: str, row: Row) -> list[str]:
    return [each for each in _columns(table, row) if _is_code(each)]


def _columns(table: str, row: Row) -> list[str]:
    """Return what there is to tell of a row, in the page's order."""
    left_out = set(DRAWN_FROM_CELL)
    if table.endswith("_status"):
        left_out |= {"resolution_m", "signal"}
    if table not in _NAMES_OTHERS:
        left_out |= {"subject_id"}
    there = (row.keys() & COLUMNS.keys()) - left_out
    return [each for each in COLUMNS if each in there and (row[each] is not None or _is_all(each))]


def _is_all(column: str) -> bool:
    return column == "purpose"  # without one, every purpose is meant


def _is_code(column: str) -> bool:
    return column in _CODES or column.endswith("_id")


def _pairs(columns: Sequence[str], row: Row, locale: Locale) -> str:
    pairs = "".join(
        f"<dt>{escape(COLUMNS[each][locale])}</dt><dd>{_shown(each, row[each], locale)}</dd>"
        for each in columns
    )
    return f"<dl>{pairs}</dl>" if pairs else ""


def _shown(column: str, value: object, locale: Locale) -> str:
    if _is_code(column):
        return f"<code>{escape(str(value).removeprefix(_BYTES))}</code>"
    return _value(column, value, locale)


def _value(column: str, value: object, locale: Locale) -> str:
    match value:
        case None:
            return phrase("every", locale)
        case bool() if column == "connected":
            return phrase("connected" if value else "not-connected", locale)
        case bool():
            return phrase("yes" if value else "no", locale)
        case list():
            return ", ".join(_value(column, each, locale) for each in cast("list[object]", value))
        case str():
            return _text(column, value, locale)
        case _:
            return escape(str(value))


def _text(column: str, value: str, locale: Locale) -> str:
    if column == "cell":
        size = Cell.parse(value).resolution_m // _M_PER_KM
        return phrase("square", locale, size=size)
    if column.endswith("_at") or column == "hour":
        return moment(datetime.fromisoformat(value), locale)
    if column.endswith("_on"):
        return written_day(date.fromisoformat(value), locale)
    if (column, value) == ("reader", Reader.EXPORT):
        return words.choose(words.READER_OF_AN_EXPORT, locale)
    return escape(words.choose(words.VALUES.get(value, (value, value)), locale))
