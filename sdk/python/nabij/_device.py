"""What one device holds for its customer, and the steps that change it.

Rules:

1. a position is kept in memory, to rank by, and goes nowhere; its square is what is queued;
2. nothing is queued, sent or ranked by unless the gate permits it at that moment;
3. what is queued under one grant is not sent under a later one;
4. the end of a permission takes queue and position with it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from nabij._adapters import Adapters, effective
from nabij._errors import NoPosition, OutsideEurope
from nabij._gate import LEASE, DeviceReason, Gate, Permission, RefusalReason, Refused
from nabij._live import LiveGrant, mint
from nabij._queue import Queue, Row, Status
from nabij._values import Platform
from nabij.sensors import GsmState, Reading, Sensors, WifiState
from nabij_consent import NEARBY_SOURCES, EventKind, Purpose, Signal
from nabij_geo import Cell, OutsideGrid, Position, Resolution


class Device:
    """One device. ``clock`` returns the time with its zone, ``new_id`` a fresh id."""

    def __init__(
        self,
        device_id: UUID,
        platform: Platform,
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
        sensors: Sensors | None = None,
    ) -> None:
        self.id = device_id
        self.platform: Platform = platform
        self.new_id = new_id
        self.gate = Gate()
        self.adapters = Adapters(sensors or {})
        self.queue = Queue()
        self._clock = clock
        self._position: Position | None = None

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._clock().astimezone(UTC)

    def permission(self, purpose: Purpose, signal: Signal) -> Permission:
        """Whether ``signal`` may be collected for ``purpose`` now."""
        return effective(self._consent(purpose, signal), self.adapters.access(signal))

    def live(self, purpose: Purpose, signal: Signal) -> LiveGrant | Refused:
        """What a sensor, the queue and a report need."""
        return _minted(partial(self.permission, purpose, signal))

    def consented(self, purpose: Purpose, signal: Signal) -> LiveGrant | Refused:
        """What the operating system's question needs: the customer's word, without its own."""
        return _minted(partial(self._consent, purpose, signal))

    def purposes(self) -> tuple[Purpose, ...]:
        """The purposes that anything is known of, and the usual one."""
        known = {purpose for purpose, _ in self.gate.knowledge.known}
        return tuple(sorted(known | {NEARBY_SOURCES}, key=lambda each: each.slug))

    def ends_at(self, purpose: Purpose, signal: Signal) -> datetime | None:
        """When the permission ends if nothing happens: with the grant, or with the lease."""
        learned_at = self.gate.knowledge.learned_at
        consent = self._consent(purpose, signal)
        if learned_at is None or isinstance(consent, Refused):
            return None
        return min(consent.grant.expires_at, learned_at + LEASE)

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

    def enqueue(self, grant: LiveGrant, reading: Reading) -> None:
        """Queue what may leave the device of ``reading``.

        Raises:
            NotPermitted: the grant has ended.
            OutsideEurope: no square holds the position.
            TypeError: another signal's reading.
        """
        LiveGrant.admit(grant)
        status = self._status(grant, reading)
        hour = self.now().replace(minute=0, second=0, microsecond=0)
        self.queue.put(grant, self.new_id(), hour, status)

    def cleared(self) -> tuple[list[tuple[LiveGrant, Row]], list[tuple[UUID, RefusalReason]]]:
        """What waits and may be sent; and what no longer may, dropped, each with the reason."""
        cleared: list[tuple[LiveGrant, Row]] = []
        dropped: list[tuple[UUID, RefusalReason]] = []
        for row in self.queue.rows():
            grant = self.live(*row.key)
            if isinstance(grant, Refused):
                dropped.append((row.id, grant.reasons[0]))
                self.queue.remove(row)
            elif grant.epoch != row.epoch:
                dropped.append((row.id, DeviceReason.GRANT_CHANGED))
                self.queue.remove(row)
            else:
                cleared.append((grant, row))
        return cleared, dropped

    def let_go(self) -> None:
        """Drop all that waits or is remembered and is no longer permitted."""
        self.cleared()
        if not self.gate.is_permitted(Signal.GPS, self.now()):
            self._position = None

    def _consent(self, purpose: Purpose, signal: Signal) -> Permission:
        return self.gate.permission(purpose, signal, self.now())

    def _status(self, grant: LiveGrant, reading: Reading) -> Status:
        match grant.signal, reading:
            case Signal.GPS, Position():
                return self._square(grant, reading)
            case (Signal.GSM, GsmState()) | (Signal.WIFI, WifiState()):
                return reading
            case _:
                raise TypeError("gps reads a Position, gsm a GsmState and wifi a WifiState.")

    def _square(self, grant: LiveGrant, position: Position) -> Cell:
        cell = _cell(position, grant.resolution_m)
        if cell is None:
            raise OutsideEurope
        self._position = position
        return cell


def _minted(ask: Callable[[], Permission]) -> LiveGrant | Refused:
    permission = ask()
    return permission if isinstance(permission, Refused) else mint(permission.grant, ask)


def _cell(position: Position, resolution_m: Resolution | None) -> Cell | None:
    # Without the grid's error as context, no traceback leads back to the position.
    try:
        return None if resolution_m is None else Cell.containing(position, resolution_m)
    except OutsideGrid:
        return None
