"""The archive as a page for people.

One file without a script, fit for print and for screen readers. Everything that comes from the
archive is escaped; times are in words, in UTC. Of each row stands here what there is, oldest first:
what is absent, and columns that say the same again, are in the JSON only.
"""

from datetime import date, datetime
from html import escape
from typing import Any, Final, cast

from nabij_backend.rights.export import words
from nabij_backend.rights.export.schemas import Archive, ExportedTable
from nabij_backend.words import Reader
from nabij_consent import Locale
from nabij_geo import Cell

_NAMES_OTHERS: Final = frozenset({"subject", "mandate"})
_FOR_MACHINES: Final = frozenset({"nonce", "push_token"})
_BYTES: Final = "\\x"
_M_PER_KM: Final = 1000
_STYLE: Final = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 2px solid var(--line); }
h3, h4 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
dl { display: grid; grid-template-columns: minmax(9rem, 1fr) 2fr; gap: .2rem 1rem; margin: 0;
     padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .4rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
code { font-size: .85em; } .body { white-space: pre-line; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@media print { body { margin: 0; max-width: none; } dl, h2, h3, h4 { break-inside: avoid; }
     h2, h3, h4 { break-after: avoid; } nav { display: none; } }
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
    told = [(name, table.title, len(table.rows)) for name, table in archive.tables.items()]
    told.append(("notices", _phrase("notices", archive.locale), len(archive.notices)))
    entries = "".join(
        f'<li><a href="#{name}">{escape(title)}</a> ({rows})</li>' for name, title, rows in told
    )
    return f'<nav aria-label="{label}"><h2>{label}</h2><ul>{entries}</ul></nav>'


def _section(name: str, table: ExportedTable, locale: Locale) -> str:
    parts = [_heading(name, table.title), f"<p>{escape(table.why)}</p>"]
    if table.kept:
        parts.append(f"<p><strong>{_phrase('kept', locale)}</strong> {escape(table.kept)}</p>")
    if not table.rows:
        parts.append(f"<p>{_phrase('nothing', locale)}</p>")
    for place, row in enumerate(sorted(table.rows, key=_happened), start=1):
        if len(table.rows) > 1:
            parts.append(f"<h3>{_phrase('entry', locale)} {place}</h3>")
        parts.append(_row(name, row, locale))
    return "\n".join([*parts, "</section>"])


def _heading(name: str, title: str) -> str:
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(title)}</h2>'


def _happened(row: dict[str, Any]) -> str:
    times = (row[column] for column in words.COLUMNS if column.endswith("_at") and column in row)
    return next((time for time in times if time), "")


def _row(table: str, row: dict[str, Any], locale: Locale) -> str:
    pairs = "".join(
        f"<dt>{escape(words.choose(words.COLUMNS[column], locale))}</dt>"
        f"<dd>{_value(column, row[column], locale)}</dd>"
        for column in sorted(row.keys() - words.LEFT_OUT, key=list(words.COLUMNS).index)
        if (row[column] is not None or column == "purpose")
        and (column != "subject_id" or table in _NAMES_OTHERS)
    )
    return f"<dl>{pairs}</dl>"


def _value(column: str, value: object, locale: Locale) -> str:
    match value:
        case None:
            return _phrase("every", locale)
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
    if column.endswith("_id") or column in _FOR_MACHINES or value.startswith(_BYTES):
        return f"<code>{escape(value.removeprefix(_BYTES))}</code>"
    if (column, value) == ("reader", Reader.EXPORT):
        return escape(words.choose(words.READER_OF_AN_EXPORT, locale))
    return escape(words.choose(words.VALUES.get(value, (value, value)), locale))


def _square(code: str, locale: Locale) -> str:
    size = Cell.parse(code).resolution_m // _M_PER_KM
    return _phrase("square", locale).format(code=f"<code>{escape(code)}</code>", size=size)


def _notices(archive: Archive) -> str:
    shown = (_notice(each, archive.locale) for each in archive.notices)
    heading = _heading("notices", _phrase("notices", archive.locale))
    return "\n".join([heading, *shown, "</section>"])


def _notice(notice: dict[str, Any], locale: Locale) -> str:
    version = _phrase("notice", locale).format(version=notice["version"])
    controller = notice["controller"]
    recipients = [f"{each['name']}: {each['role'][locale]}" for each in notice["recipients"]]
    asked = [_asked(terms, locale) for part in notice["purposes"] for terms in part["signals"]]
    return "\n".join(
        [
            f"<h3>{version}: {escape(notice['title'][locale])}</h3>",
            f'<p class="body">{escape(notice["body"][locale])}</p>',
            _list([*asked, *(each["what"][locale] for each in notice["retention"])]),
            *_told("withdrawal", [notice["withdrawal"][locale]], locale),
            *_told("recipients", recipients or [_phrase("nobody", locale)], locale),
            *_told("controller", [", ".join(controller.values())], locale),
        ]
    )


def _asked(terms: dict[str, Any], locale: Locale) -> str:
    signal = words.choose(words.VALUES[terms["signal"]], locale)
    days = _phrase("days", locale).format(days=terms["retention_days"])
    return f"{signal}: {terms['reads'][locale]} {terms['why'][locale]} {days}"


def _told(title: str, lines: list[str], locale: Locale) -> tuple[str, str]:
    return f"<h4>{_phrase(title, locale)}</h4>", _list(lines)


def _list(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _moment(moment: datetime, locale: Locale) -> str:
    return f"{_day(moment.date(), locale)}, {moment:%H:%M} UTC"


def _day(day: date, locale: Locale) -> str:
    return f"{day.day} {words.MONTHS[locale][day.month - 1]} {day.year}"


def _phrase(name: str, locale: Locale) -> str:
    return words.choose(words.PHRASES[name], locale)
