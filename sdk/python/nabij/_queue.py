"""What waits to be reported: of each signal its newest reading and nothing older.

The service keeps no history of a device, so the device keeps none for it either.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from nabij._live import LiveGrant
from nabij.sensors import GsmState, WifiState
from nabij_consent import Json, Purpose, Signal
from nabij_geo import Cell

Status: TypeAlias = Cell | GsmState | WifiState
"""What leaves the device. A position cannot: there is no member for it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reading, under the grant of ``epoch``; ``hour`` is a whole hour in UTC."""

    id: UUID
    purpose: Purpose
    signal: Signal
    epoch: int
    hour: datetime
    status: Status = field(repr=False)

    @property
    def key(self) -> tuple[Purpose, Signal]:
        """What the row is about."""
        return self.purpose, self.signal

    def to_document(self) -> dict[str, Json]:
        """The row as the service takes it."""
        return {
            "id": str(self.id),
            "purpose": self.purpose.slug,
            "signal": self.signal.value,
            "epoch": self.epoch,
            "hour": self.hour.isoformat(),
            **_status_document(self.status),
        }


def _status_document(status: Status) -> dict[str, Json]:
    match status:
        case Cell():
            return {"cell": status.code}
        case GsmState():
            return {
                "radio": status.radio.value,
                "connected": status.connected,
                "roaming": status.roaming,
                "level": status.level,
            }
        case WifiState():
            return {
                "connected": status.connected,
                "metered": status.metered,
                "level": status.level,
            }


class Queue:
    """The rows that wait, in memory."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Purpose, Signal], Row] = {}

    def put(self, grant: LiveGrant, row_id: UUID, hour: datetime, status: Status) -> None:
        """Let a reading wait in place of an older one about the same.

        Raises:
            NotPermitted: the grant has ended.
        """
        LiveGrant.admit(grant)
        row = Row(row_id, grant.purpose, grant.signal, grant.epoch, hour, status)
        self._rows[row.key] = row

    def rows(self) -> tuple[Row, ...]:
        """All that wait."""
        return tuple(self._rows.values())

    def remove(self, row: Row) -> None:
        """Drop ``row``, unless a newer one has taken its place."""
        if self._rows.get(row.key) is row:
            del self._rows[row.key]

    def wipe(self, purpose: Purpose | None, signals: Iterable[Signal]) -> None:
        """Drop everything about ``signals`` for ``purpose`` (None: for any)."""
        wiped = frozenset(signals)
        for row in self.rows():
            if row.signal in wiped and purpose in (None, row.purpose):
                self.remove(row)
