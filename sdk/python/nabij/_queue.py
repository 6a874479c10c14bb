"""What waits to be reported: of each signal its newest reading and nothing older.

The service keeps no history of a device, so the device keeps none for it either.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from nabij.sensors import GsmState, WifiState
from nabij_consent import Json, Purpose, Signal
from nabij_geo import Cell

Status: TypeAlias = Cell | GsmState | WifiState
"""What leaves the device. A position cannot: there is no member for it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reading, under the grant of ``epoch``; ``hour`` is a whole hour in UTC.

    Attributes:
        due_at: when it may be sent; None: at once.
    """

    id: UUID
    purpose: Purpose
    signal: Signal
    epoch: int
    hour: datetime
    status: Status = field(repr=False)
    due_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Return whether it may be sent now."""
        return self.due_at is None or self.due_at <= now

    @property
    def key(self) -> tuple[Purpose, Signal]:
        """What the row is about."""
        return self.purpose, self.signal

    def to_document(self) -> dict[str, Json]:
        """Return the row as the service takes it."""
        return {
            "id": str(self.id),
            "purpose": self.purpose.slug,
            "signal": self.signal.value,
            "epoch": self.epoch,
            "hour": self.hour.isoformat(),
            **status_document(self.status),
        }


def status_document(status: Status) -> dict[str, Json]:
    """Return what the service hears of a signal."""
    match status:
        case Cell():
            return {"cell": status.code}
        case GsmState() | WifiState():
            return {"connected": status.connected}
