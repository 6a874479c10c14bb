"""The archive as a page for people.

One file without a script, fit for print and for screen readers. Everything that comes from the
archive is escaped; times are in words, in UTC.
"""

from datetime import date, datetime
from html import escape
from typing import Any, Final, cast

from nabij_backend.rights.export import words
from nabij_backend.rights.export.schemas import Archive, ExportedTable
from nabij_consent import Locale
from nabij_geo import Cell

_NAMES_OTHERS: Final = frozenset({"subject", "mandate"})
_M_PER_KM: Final = 1000
_STYLE: Final = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
dl { display: grid; grid-template-columns: minmax(9rem, 1fr) 2fr; gap: .2rem 1rem; margin: 0;
     padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .4rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
code { font-size: .85em; } .body { white-space: pre-line; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@media print { body { margin: 0; max-width: none; } dl, h2, h3 { break-inside: avoid; }
     h2, h3 { break-after: avoid; } nav { display: none; } }
""".strip()


def page(archive: Archive) -> str:
    """The page, as HTML."""
    locale = archive.locale
    title = escape(_phrase("title", locale))
    sections = [_section(name, each, locale) for name, each in archive.tables.items()]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{locale}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Nabij: {title}</title><style>{_STYLE}</style></head><body>",
            f"<header><h1>{title}</h1>",
            f"<p>{_phrase('made', locale)} {_moment(archive.made_at, locale)}.</p></header>",
            _contents(archive),
            "<main>",
            *sections,
            _notices(archive),
            "</main></body></html>",
        ]
    )


def _contents(archive: Archive) -> str:
    label = _phrase("contents", archive.locale)
    entries = "".join(
        f'<li><a href="#{name}">{escape(table.title)}</a> ({len(table.rows)})</li>'
        for name, table in archive.tables.items()
    )
    return f'<nav aria-label="{label}"><h2>{label}</h2><ul>{entries}</ul></nav>'


def _section(name: str, table: ExportedTable, locale: Locale) -> str:
    kept = f" {_phrase('kept', locale)} {table.kept}" if table.kept else ""
    rows = [_row(name, place, row, locale) for place, row in enumerate(table.rows, start=1)] or [
        f"<p>{_phrase('nothing', locale)}</p>"
    ]
    heading = f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(table.title)}</h2>'
    return "\n".join([heading, f"<p>{escape(table.why + kept)}</p>", *rows, "</section>"])


def _row(table: str, place: int, row: dict[str, Any], locale: Locale) -> str:
    shown = {
        column: value
        for column, value in row.items()
        if column not in words.LEFT_OUT and (column != "subject_id" or table in _NAMES_OTHERS)
    }
    pairs = "".join(
        f"<dt>{_column(column, locale)}</dt><dd>{_value(column, value, locale)}</dd>"
        for column, value in shown.items()
    )
    return f"<h3>{_phrase('entry', locale)} {place}</h3><dl>{pairs}</dl>"


def _column(column: str, locale: Locale) -> str:
    return escape(words.choose(words.COLUMNS[column], locale))


def _value(column: str, value: object, locale: Locale) -> str:
    match value:
        case None:
            return _phrase("every" if column == "purpose" else "unknown", locale)
        case bool():
            return _phrase("yes" if value else "no", locale)
        case list():
            return ", ".join(_value(column, each, locale) for each in cast("list[object]", value))
        case str():
            return _text(column, value, locale)
        case _:
            return escape(str(value))


def _text(column: str, value: str, locale: Locale) -> str:
    if column == "cell":
        return _square(value, locale)
    if column.endswith("_at") or column == "hour":
        return _moment(datetime.fromisoformat(value), locale)
    if column.endswith("_on"):
        return _day(date.fromisoformat(value), locale)
    if value in words.VALUES:
        return escape(words.choose(words.VALUES[value], locale))
    shown = escape(value)
    is_for_machines = column.endswith("_id") or value.startswith("\\x")
    return f"<code>{shown}</code>" if is_for_machines else shown


def _square(code: str, locale: Locale) -> str:
    size = Cell.parse(code).resolution_m // _M_PER_KM
    return _phrase("square", locale).format(code=f"<code>{escape(code)}</code>", size=size)


def _notices(archive: Archive) -> str:
    locale = archive.locale
    heading = escape(_phrase("notices", locale))
    parts = [f'<section aria-labelledby="notices"><h2 id="notices">{heading}</h2>']
    for notice in archive.notices:
        version = _phrase("notice", locale).format(version=notice["version"])
        parts.append(f"<h3>{version}: {escape(notice['title'][locale])}</h3>")
        parts.append(f'<p class="body">{escape(notice["body"][locale])}</p>')
    return "\n".join([*parts, "</section>"])


def _moment(moment: datetime, locale: Locale) -> str:
    return f"{_day(moment.date(), locale)}, {moment:%H:%M} UTC"


def _day(day: date, locale: Locale) -> str:
    return f"{day.day} {words.MONTHS[locale][day.month - 1]} {day.year}"


def _phrase(name: str, locale: Locale) -> str:
    return words.choose(words.PHRASES[name], locale)
