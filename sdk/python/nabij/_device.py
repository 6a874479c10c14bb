"""What one device holds for its customer, and the steps that change it.

Rules:

1. a position is kept in memory, to rank by, and goes nowhere; its square is what is queued;
2. nothing is queued, sent or ranked by unless the gate permits it at that moment;
3. what is queued under one grant is not sent under a later one;
4. the end of a permission takes queue and position with it.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from nabij._errors import NoPosition, OutsideEurope
from nabij._gate import DeviceReason, Gate, Permission, RefusalReason, Refused
from nabij._queue import Queue, Row, Status
from nabij._values import Platform
from nabij.sensors import GsmState, Reading, WifiState
from nabij_consent import EventKind, Grant, Purpose, Signal
from nabij_geo import Cell, OutsideGrid, Position, Resolution


class Device:
    """One device. ``clock`` returns the time with its zone, ``new_id`` a fresh id."""

    def __init__(
        self,
        device_id: UUID,
        platform: Platform,
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self.id = device_id
        self.platform: Platform = platform
        self.new_id = new_id
        self.gate = Gate()
        self.queue = Queue()
        self._clock = clock
        self._position: Position | None = None

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._clock().astimezone(UTC)

    def permission(self, purpose: Purpose, signal: Signal) -> Permission:
        """Whether ``signal`` may be collected for ``purpose`` now."""
        return self.gate.permission(purpose, signal, self.now())

    def end(self, kind: EventKind, purpose: Purpose | None, signals: tuple[Signal, ...]) -> None:
        """Let nothing of ``signals`` be permitted, wait or be remembered."""
        self.gate.end(kind, purpose, signals)
        self.queue.wipe(purpose, signals)
        if Signal.GPS in signals:
            self._position = None

    def usable_position(self, purpose: Purpose) -> tuple[Position, Resolution]:
        """The last position, and the finest square that may be asked about.

        Raises:
            NoPosition: there is none, or it may no longer be used (and then it is forgotten).
        """
        permission = self.permission(purpose, Signal.GPS)
        if isinstance(permission, Refused):
            self._position = None
        elif self._position is not None and permission.grant.resolution_m is not None:
            return self._position, permission.grant.resolution_m
        raise NoPosition

    def enqueue(self, grant: Grant, reading: Reading) -> None:
        """Queue what may leave the device of ``reading``.

        Raises:
            OutsideEurope: no square holds the position.
            TypeError: another signal's reading.
        """
        status = self._status(grant, reading)
        hour = self.now().replace(minute=0, second=0, microsecond=0)
        self.queue.put(Row(self.new_id(), grant, hour, status))

    def hold_back(self) -> Iterator[tuple[UUID, RefusalReason]]:
        """Drop the rows that may no longer be sent, and say why."""
        for row in self.queue.rows():
            permission = same_grant(row.grant, self.permission(*row.key))
            if isinstance(permission, Refused):
                self.queue.remove(row)
                yield row.id, permission.reasons[0]

    def let_go(self) -> None:
        """Drop all that waits or is remembered and is no longer permitted."""
        for _dropped in self.hold_back():
            pass
        if not self.gate.is_permitted(Signal.GPS, self.now()):
            self._position = None

    def _status(self, grant: Grant, reading: Reading) -> Status:
        match grant.signal, reading:
            case Signal.GPS, Position():
                return self._square(grant, reading)
            case (Signal.GSM, GsmState()) | (Signal.WIFI, WifiState()):
                return reading
            case _:
                raise TypeError("gps reads a Position, gsm a GsmState and wifi a WifiState.")

    def _square(self, grant: Grant, position: Position) -> Cell:
        cell = _cell(position, grant.resolution_m)
        if cell is None:
            raise OutsideEurope
        self._position = position
        return cell


def same_grant(grant: Grant, permission: Permission) -> Permission:
    """``permission``, refused where it now comes from another grant."""
    if isinstance(permission, Refused) or permission.grant.epoch == grant.epoch:
        return permission
    return Refused((DeviceReason.GRANT_CHANGED,))


def _cell(position: Position, resolution_m: Resolution | None) -> Cell | None:
    # Without the grid's error as context, no traceback leads back to the position.
    try:
        return None if resolution_m is None else Cell.containing(position, resolution_m)
    except OutsideGrid:
        return None
