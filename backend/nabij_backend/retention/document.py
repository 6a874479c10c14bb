"""The retention table of ``docs/data-model.md``."""

from nabij_backend.errors import UserError
from nabij_backend.retention.over import STATUS_TABLES
from nabij_backend.tables.retention import ABOUT_NOBODY, RETENTION, Kept
from nabij_consent import Locale

_BEGIN = "<!-- periods: written by `python -m nabij_dev.devtools write-periods` -->\n"
_END = "<!-- end of periods -->\n"


class NoPlace(UserError):
    """The document has not the two comments between which the periods stand: put them back."""


def with_periods(document: str) -> str:
    """Return the document with the periods as they are now.

    Raises:
        NoPlace: it has no place for them.
    """
    before, begun, rest = document.partition(_BEGIN)
    _, ended, after = rest.partition(_END)
    if not begun or not ended:
        raise NoPlace
    return f"{before}{_BEGIN}{_periods()}{_END}{after}"


def _periods() -> str:
    statuses = " ".join(f"`{table}`" for table in STATUS_TABLES)
    on_statuses = "as long as the notice says after the last report, never longer than the grant"
    rows = [
        "| table | how long | as the customer reads it |",
        "|---|---|---|",
        f"| {statuses} | {on_statuses} | |",
        *(_row(kept) for kept in RETENTION),
        *(f"| `{table}` | {how_long} | |" for table, how_long in ABOUT_NOBODY.items()),
    ]
    return "\n".join(rows) + "\n"


def _row(kept: Kept) -> str:
    tables = " ".join(f"`{table}`" for table in kept.tables)
    days = "as said" if kept.days is None else f"{kept.days} days"
    return f"| {tables} | {days} | {kept.what[Locale.EN]} |"
