"""The export as a page for people.

One file without a script, fit for print and for screen readers. Everything that comes from the
archive is escaped; times are Dutch. First comes what is permitted now and the square; what there is
nothing of is one sentence; codes stand apart; and the page ends with what the law has us tell: who
gets the data, which rights there are, where to complain.
"""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Final

from nabij_backend.rights.export.rows import ZONE, Row, moment, table_rows
from nabij_backend.rights.export.schemas import Archive, ExportedTable
from nabij_backend.rights.export.statement import statement
from nabij_backend.rights.export.words import phrase
from nabij_consent import LastHeard, NetworkReport, Signal, explain_freshness

_SKIP_TO: Final = "data"
_STYLE: Final = """
:root { color-scheme: light dark; --line: #8886; }
html { background: Canvas; color: CanvasText; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 2px solid var(--line); }
h2, h3, h4, p, li, dd, code { overflow-wrap: anywhere; }
h3, h4 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
dl { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); gap: .2rem 1rem;
     margin: 0 0 .6rem; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .4rem; }
dt { font-weight: 600; } dd { margin: 0; }
ul { padding-left: 1.2rem; } a, summary { padding-block: .25rem; } a { display: inline-block; }
code { font-size: .85em; }
.skip { position: absolute; left: -99rem; } .skip:focus { position: static; }
@media (max-width: 30rem) { dl { grid-template-columns: minmax(0, 1fr); }
     dd { margin: 0 0 .4rem; } }
@page { margin: 14mm; }
@media print { body { font-size: 9pt; line-height: 1.3; margin: 0; max-width: none; padding: 0; }
     h1 { font-size: 16pt; } h2 { font-size: 11pt; margin-top: 1rem; }
     h3, h4 { font-size: 9pt; margin-top: .5rem; } ul, p { margin-block: .3rem; }
     main { columns: 2; column-gap: 8mm; } h1 { margin-top: 0; }
     dl { padding: .2rem .5rem; gap: 0 1rem; margin-bottom: .3rem; }
     dl, li, h2, h3, h4 { break-inside: avoid; } h2, h3, h4 { break-after: avoid; }
     .contents, .skip { display: none; } }
""".strip()


def page(archive: Archive) -> str:
    """Return the page, as HTML."""
    locale = archive.locale
    title = phrase("title", locale)
    filled = {name: each for name, each in archive.tables.items() if each.rows}
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{locale}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Nabij: {title}</title><style>{_STYLE}</style></head><body><main>",
            f'<a class="skip" href="#{_SKIP_TO}">{phrase("skip", locale)}</a>',
            f"<h1>{title}</h1>",
            *_opening(archive),
            _contents(archive, filled),
            f'<div id="{_SKIP_TO}" tabindex="-1">',
            *(_table(name, each, archive) for name, each in filled.items()),
            "</div>",
            *_empty(archive),
            *_now(archive),
            *_earlier(archive),
            "</main></body></html>",
        ]
    )


def _opening(archive: Archive) -> list[str]:
    locale = archive.locale
    made = phrase("made", locale, moment=moment(archive.made_at, locale))
    if archive.notice is None:
        return [f"<p>{made}</p>"]
    scope = phrase("scope", locale, email=archive.notice["controller"]["email"])
    return [f"<p>{made} {escape(scope)}</p>"]


def _contents(archive: Archive, filled: dict[str, ExportedTable]) -> str:
    told = [(name, each.title) for name, each in filled.items()]
    if archive.notice is not None:
        told.append(("notice", _title_of_notice(archive)))
    if _earlier_notices(archive):
        told.append(("earlier", phrase("earlier", archive.locale)))
    entries = "".join(f'<li><a href="#{name}">{escape(title)}</a></li>' for name, title in told)
    heading = phrase("contents", archive.locale)
    return f'<details class="contents"><summary>{heading}</summary><ul>{entries}</ul></details>'


def _table(name: str, table: ExportedTable, archive: Archive) -> str:
    locale = archive.locale
    kept = f"<strong>{phrase('kept', locale)}</strong> {escape(table.kept)}"
    return "\n".join(
        [
            f'<h2 id="{name}">{escape(table.title)}</h2>',
            f"<p>{escape(table.why)}<br>{kept}</p>",
            *(_freshness(archive) if name == "gps_status" else ()),
            table_rows(name, table.rows, archive),
        ]
    )


def _freshness(archive: Archive) -> Iterable[str]:
    """Why each square is as old as it is."""
    gps, gsm, wifi = (
        {row["device_id"]: row for row in archive.tables[f"{signal}_status"].rows}
        for signal in Signal
    )
    for device, row in gps.items():
        last = LastHeard(_hour(row), _network(gsm.get(device)), _network(wifi.get(device)))
        why = explain_freshness(
            last.freshness(archive.made_at), last.hour.astimezone(ZONE), archive.locale
        )
        yield f"<p>{why}</p>"


def _network(row: Row | None) -> NetworkReport | None:
    return None if row is None else NetworkReport(_hour(row), row["connected"])


def _hour(row: Row) -> datetime:
    return datetime.fromisoformat(row["hour"])


def _empty(archive: Archive) -> list[str]:
    titles = [each.title for each in archive.tables.values() if not each.rows]
    if not titles:
        return []
    told = "; ".join(titles)
    return [f"<h2>{phrase('empty', archive.locale)}</h2>", f"<p>{escape(told)}.</p>"]


def _now(archive: Archive) -> list[str]:
    if archive.notice is None:
        return []
    heading = f'<h2 id="notice">{escape(_title_of_notice(archive))}</h2>'
    return [heading, statement(archive.notice, archive.locale, 3)]


def _title_of_notice(archive: Archive) -> str:
    version = None if archive.notice is None else archive.notice["version"]
    return phrase("now", archive.locale, version=version)


def _earlier(archive: Archive) -> list[str]:
    locale, earlier = archive.locale, _earlier_notices(archive)
    if not earlier:
        return []
    parts = [f'<h2 id="earlier">{phrase("earlier", locale)}</h2>']
    for each in earlier:
        title = phrase("notice", locale, version=each["version"], title=each["title"][locale])
        parts += [f"<h3>{escape(title)}</h3>", statement(each, locale, 4)]
    return parts


def _earlier_notices(archive: Archive) -> list[Row]:
    return [each for each in archive.notices if each != archive.notice]
