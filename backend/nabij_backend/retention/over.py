"""Which tables time empties: those of signals, and those of ``RETENTION`` that have days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from nabij_backend.retention.declared import RETENTION
from nabij_consent import Locale, Signal

_KEYS = {
    "notice_served": ("subject_id", "nonce"),
    "device": ("subject_id", "device_id"),
    "mandate": ("subject_id", "mandate_id"),
    "access_log": ("subject_id", "entry_id"),
    "request": ("subject_id", "request_id"),
    "push_outbox": ("subject_id", "device_id"),
}
STATUS_TABLES = tuple(f"{signal}_status" for signal in Signal)
_STATUS_KEY = ("subject_id", "purpose", "device_id")


@dataclass(frozen=True, slots=True)
class Over:
    """A table, its key, and since when its rows are over.

    ``condition`` names a part of ``sql/retention.sql``; ``after``: how long after the time that the
    condition looks at. None: each row's grant says.
    """

    table: str
    key: tuple[str, ...]
    condition: str
    after: timedelta | None
    why: str


GRANTS = Over(
    "live_grant",
    ("subject_id", "purpose", "signal"),
    "live_grant",
    None,
    "the time that the customer agreed to is over",
)


def erasures(backup_days: int) -> Over:
    """Describe the pseudonyms of erased accounts, which go with the oldest backup."""
    why = "no backup is left that holds the account"
    return Over("erasure", ("pseudonym",), "erasure", timedelta(days=backup_days), why)


_REPORTS = Over(
    "vulnerability_report",
    ("code_digest",),
    "vulnerability_report",
    timedelta(days=365),
    "a year ago it was settled",
)


def emptied() -> Iterator[Over]:
    """Every table that time empties, besides the grants; signals first."""
    for table in STATUS_TABLES:
        why = "the device has not reported for as long as the notice keeps this"
        yield Over(table, _STATUS_KEY, "status", None, why)
    for kept in RETENTION:
        if kept.days is not None:
            for table in kept.tables:
                after = timedelta(days=kept.days)
                yield Over(table, _KEYS[table], table, after, kept.what[Locale.EN])
    yield _REPORTS
