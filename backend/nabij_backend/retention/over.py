"""The tables that a sweep looks at, with the conditions of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from nabij_backend.tables.retention import RETENTION
from nabij_consent import Locale, Signal

# The key of each table, and the column that says since when a row is over.
_RECORDS = {
    "notice_served": (("subject_id", "nonce"), "served_at"),
    "device": (("subject_id", "device_id"), "seen_on"),
    "mandate": (("subject_id", "mandate_id"), "expires_at"),
    "access_log": (("subject_id", "entry_id"), "read_at"),
    "request": (("subject_id", "request_id"), "answered_at"),
    "push_outbox": (("subject_id", "device_id"), "queued_at"),
}
STATUS_TABLES = tuple(f"{signal}_status" for signal in Signal)
_STATUS_KEY = ("subject_id", "purpose", "device_id")


@dataclass(frozen=True, slots=True)
class Over:
    """A table, its key, and since when its rows are over.

    ``condition`` names a part of ``sql/retention.sql``, and ``time`` the column by which rows are
    found; None: by reading the table. ``after``: how long after that time. None: each row's grant
    says.
    """

    table: str
    key: tuple[str, ...]
    condition: str
    time: str | None
    after: timedelta | None
    why: str


GRANTS = Over(
    "live_grant",
    ("subject_id", "purpose", "signal"),
    "live_grant",
    "expires_at",
    None,
    "the time that the customer agreed to is over",
)


def erasures(backup_days: int) -> Over:
    """Describe the pseudonyms of erased accounts, which go with the oldest backup."""
    why = "no backup is left that holds the account"
    after = timedelta(days=backup_days)
    return Over("erasure", ("pseudonym",), "erasure", "erased_at", after, why)


_REPORTS = Over(
    "vulnerability_report",
    ("code_digest",),
    "vulnerability_report",
    "changed_on",
    timedelta(days=365),
    "a year ago it was settled",
)


def statuses() -> Iterator[Over]:
    """Yield the tables of signals. Their times are whole hours, so nothing is over in between."""
    for table in STATUS_TABLES:
        why = "the device has not reported for as long as the notice keeps this"
        yield Over(table, _STATUS_KEY, "status", None, None, why)


def records() -> Iterator[Over]:
    """Yield every other table that a sweep empties, besides the grants and the erasures."""
    for kept in RETENTION:
        if kept.days is not None:
            for table in kept.tables:
                after = timedelta(days=kept.days)
                key, time = _RECORDS[table]
                yield Over(table, key, table, time, after, kept.what[Locale.EN])
    yield _REPORTS


def every_table(backup_days: int) -> tuple[Over, ...]:
    """Return all of them, in the order in which they are swept."""
    return (GRANTS, *statuses(), *records(), erasures(backup_days))
