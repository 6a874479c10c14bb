"""What one device holds for its customer, and the steps that change it.

Rules:

1. a position is kept in memory, to rank by, and goes nowhere; its square is what is queued;
2. nothing is queued, sent or ranked by unless the gate permits it at that moment;
3. what is queued under one grant is not sent under a later one;
4. the end of a permission counts in memory first, then stops what is running, then is on disk, and
   takes queue, places and position with it;
5. a square waits for its minute, the state of a network for its day (``nabij._scheduling``);
6. a store that cannot be relied on permits nothing: what ended could be forgotten.
"""

import logging
import random
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from nabij._acts import Act
from nabij._adapters import Adapters, effective
from nabij._callbacks import system_time
from nabij._coarsening import Coarsener, Coarsening
from nabij._errors import AnotherAccount, CallbackFailed, NoPosition, OutsideEurope
from nabij._fixes import validated
from nabij._gate import (
    LEASE,
    DeviceReason,
    Gate,
    Known,
    Permission,
    Question,
    RefusalReason,
    Refused,
)
from nabij._identity import mark_of
from nabij._live import LiveGrant, mint
from nabij._queue import Row, Status
from nabij._quiet_places import QuietPlace, QuietPlaces
from nabij._scheduling import WEEKLY, NetworkQueue, SquareQueue, hour_of
from nabij._values import Platform, Receipt
from nabij.sensors import Access, GsmState, Reading, Sensors, WifiState
from nabij_consent import NEARBY_SOURCES, Notice, Purpose, Signal
from nabij_geo import Cell, Position

if TYPE_CHECKING:
    from nabij._store import Loaded, Store

_log = logging.getLogger("nabij.device")

OLDEST: Final = timedelta(days=7)
"""What waited for longer tells nobody anything, and is dropped."""


class Device:
    """One device. ``clock`` returns the time with its zone, ``new_id`` a fresh id."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that a device is made of
        self,
        opened: "tuple[Store, Loaded]",
        platform: Platform,
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
        sensors: Sensors | None = None,
        coarsening: Coarsening = "anchored",
        device_id: UUID | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.store, loaded = opened
        self.id = device_id or loaded.device_id
        self.platform: Platform = platform
        self.new_id = new_id
        self.gate = Gate(loaded.knowledge)
        self.untold: dict[UUID, Act] = {act.id: act for act in loaded.untold}
        self.adapters = Adapters(sensors or {})
        self.on_stop: Callable[[], None] = lambda: None
        self.on_leaving: Callable[[], None] = lambda: None
        self.fresh_receipts: list[Receipt] = []
        self._clock = clock
        self._position: Position | None = None
        self.at_quiet_place = False
        self._person: str | None = None
        self._seal()
        self._coarsener = Coarsener(coarsening, self.store)
        self._squares = SquareQueue(self.store, chance, at_once=coarsening == "plain")
        self._networks = NetworkQueue(self.store, chance)
        self._quiet = QuietPlaces(self.store, self._coarsener, self._squares)
        self._remembered = self._remembers_places()

    def now(self) -> datetime:
        """Return the time, in UTC.

        Raises:
            CallbackFailed: the app's clock tells none.
        """
        return self._clock().astimezone(UTC)

    def ending(self) -> tuple[UUID, datetime]:
        """Return id and time of an act that ends permission, whatever the app's code does."""
        try:
            return self.new_id(), self.now()
        except CallbackFailed:
            return uuid4(), system_time()

    def permission(self, purpose: Purpose, signal: Signal) -> Permission:
        """Return whether ``signal`` may be collected for ``purpose`` now."""
        return effective(self._consent(purpose, signal), self.adapters.access(signal))

    def live(self, purpose: Purpose, signal: Signal) -> LiveGrant | Refused:
        """Return what a sensor, the queue and a report need."""
        return _minted(partial(self.permission, purpose, signal))

    def consented(self, purpose: Purpose, signal: Signal) -> LiveGrant | Refused:
        """Return the customer's consent, without the operating system's own answer."""
        return _minted(partial(self._consent, purpose, signal))

    def purposes(self) -> tuple[Purpose, ...]:
        """Return the purposes that anything is known of, and the usual one."""
        known = {purpose for purpose, _ in self.gate.knowledge.known}
        return tuple(sorted(known | {NEARBY_SOURCES}, key=lambda each: each.slug))

    def ends_at(self, purpose: Purpose, signal: Signal) -> datetime | None:
        """Return when the permission ends if nothing happens: with the grant, or with the lease."""
        learned_at = self.gate.knowledge.learned_at
        consent = self._consent(purpose, signal)
        if learned_at is None or isinstance(consent, Refused):
            return None
        return min(consent.grant.expires_at, learned_at + LEASE)

    def show(self, notice: Notice) -> None:
        """Take ``notice`` for the current one."""
        self.gate.show(notice)
        self._changed()

    def learn(self, question: Question, known: Iterable[Known]) -> bool:
        """Take over what the service said, unless something ended since it was asked."""
        learned = self.gate.learn(question, known)
        self._changed()
        return learned

    def confirm(self, question: Question) -> None:
        """Let what is known permit for another lease, unless something ended since ``question``."""
        self.gate.confirm(question)
        self._changed()

    def doubt(self, purpose: Purpose, signal: Signal) -> None:
        """Permit ``signal`` no longer, until the service is asked again."""
        self.gate.doubt(purpose, signal)
        self._changed()

    def forget(self) -> None:
        """Permit nothing any longer, until the service is asked again."""
        self.gate.forget()
        self._changed()

    def end(self, act: Act) -> None:
        """Let nothing that the act ended be permitted, run, wait or be remembered.

        Raises:
            StoreFailed: it holds, but only while this process lives.
        """
        self.gate.end(act.kind, act.purpose, act.signals)
        self.untold[act.id] = act
        _log.info("nothing of %s is collected any longer", ", ".join(sorted(act.signals)))
        self._stop()
        self.store.end(act, self.gate.knowledge, self.untold.values())

    def told(self, act: Act) -> None:
        """Note that the service knows of the act."""
        if self.untold.pop(act.id, None) and self.store.usable:
            self.store.told(act, self.untold.values())

    def keep_receipt(self, receipt: Receipt) -> None:
        """Keep what proves an act for the customer, and have it handed over."""
        if self.store.usable and self.store.keep_receipt(receipt):
            self.fresh_receipts.append(receipt)

    def recognise(self, token: str) -> None:
        """Go on only with a token of the person whom this device knows.

        Raises:
            AnotherAccount: it is somebody else's.
        """
        mark = mark_of(token, self.id)
        if mark is None or mark == self._person:
            return
        known = self.store.person()
        if known is None:
            self.store.keep_person(mark)
        elif known != mark:
            raise AnotherAccount
        self._person = mark

    def usable_position(self, purpose: Purpose) -> Position:
        """Return the last position.

        Raises:
            NoPosition: there is none, or it may no longer be used (and then it is forgotten).
        """
        grant = self.live(purpose, Signal.GPS)
        if isinstance(grant, Refused):
            self._position = None
        elif self._position is not None:
            return self._position
        raise NoPosition

    def next_look(self, signal: Signal) -> datetime | None:
        """Return when a sensor has something new to tell; None: now."""
        if signal is not Signal.GPS or self._position is None:
            return None
        return self._coarsener.next_look(self.now())

    def enqueue(self, grant: LiveGrant, reading: Reading) -> bool:
        """Queue what may leave the device of ``reading``; False where that is nothing new.

        Raises:
            NotPermitted: the grant has ended.
            OutsideEurope: no square holds the position.
            StaleFix: the position is of no known time, or not of now.
            TypeError: another signal's reading.
        """
        LiveGrant.admit(grant)
        status = self._status(grant, reading)
        if status is None:
            return (
                self.at_quiet_place
                and grant.signal is Signal.GPS
                and self._repeat_last_square(grant)
            )
        return self._put(grant, status)

    def _put(self, grant: LiveGrant, status: Status) -> bool:
        now = self.now()
        row = Row(self.new_id(), grant.purpose, grant.signal, grant.epoch, hour_of(now), status)
        if grant.signal is Signal.GPS:
            return self._squares.put(row, now, self._kept(row))
        self._networks.put(row, self._kept(row))
        return True

    def _repeat_last_square(self, grant: LiveGrant) -> bool:
        """Go on as if the phone were still where the last square was told of."""
        if self._squares.waiting(grant.purpose):
            return True
        told = self.store.reported(grant.purpose, Signal.GPS)
        return told is not None and told.epoch == grant.epoch and self._put(grant, told.status)

    def square(self, purpose: Purpose) -> Cell | None:
        """Return the square that the customer is known by, or will be as soon as it is told."""
        grant = self.consented(purpose, Signal.GPS)
        if isinstance(grant, Refused):
            return None
        newest = next(
            reversed(self._squares.waiting(purpose)), self.store.reported(purpose, Signal.GPS)
        )
        if newest is None or newest.epoch != grant.epoch or not isinstance(newest.status, Cell):
            return None
        return newest.status

    def mark_quiet(self, purpose: Purpose, name: str, place: Position | None) -> QuietPlace:
        """Let a place, or where the phone is, never be told.

        Raises:
            NoPosition: it is not known where the phone is, or not well enough.
            OutsideEurope: no square holds it, so nothing would be told anyway.
            ValueError: the name is too long, or there are too many.
        """
        quiet = QuietPlace(self.new_id(), name)
        other = self._quiet.mark(quiet, place or self.usable_position(purpose), purpose)
        grant = self.live(purpose, Signal.GPS)
        if other is not None and isinstance(grant, LiveGrant):
            self._put(grant, other.parent(max(other.resolution_m, grant.resolution_m or 1_000)))
        return quiet

    def unmark_quiet(self, place_id: UUID) -> None:
        """Let a place be told like any other, from the next look on, which may come at once."""
        self._quiet.unmark(place_id)

    def _kept(self, row: Row) -> timedelta:
        """For how long the notice keeps it."""
        notice = self.gate.notice
        terms = notice and notice.terms(*row.key)
        return timedelta(days=terms.retention_days) if terms else WEEKLY

    def cleared(self) -> tuple[list[tuple[LiveGrant, Row]], list[tuple[UUID, RefusalReason]]]:
        """Return the reports that may be sent, and those that were dropped, with reasons."""
        cleared: list[tuple[LiveGrant, Row]] = []
        dropped: list[tuple[UUID, RefusalReason]] = []
        for row in self.store.rows():
            grant = self._clearance(row)
            if isinstance(grant, Refused):
                dropped.append((row.id, grant.reasons[0]))
                self.store.remove(row, grant.reasons[0].value)
            else:
                cleared.append((grant, row))
        return cleared, dropped

    def let_go(self) -> None:
        """Drop all that waits or is remembered and is no longer permitted."""
        self.cleared()
        self._seal()
        if not self.gate.is_permitted(Signal.GPS, self.now()):
            self._position = None

    def forget_places(self) -> None:
        """Begin anew with places, as a phone that was just bought."""
        self._position = None
        if self._remembers_places():
            self._coarsener.forget()
        else:
            self.store.forget_told()

    def seedless(self, purpose: Purpose) -> LiveGrant | None:
        """Return what the service may be asked under for the squares that it knows.

        None: no need.
        """
        if Signal.GPS not in self.adapters.signals():
            return None
        consent = self.consented(purpose, Signal.GPS)
        return consent if isinstance(consent, LiveGrant) and self._coarsener.wants_seed else None

    def seed(self, grant: LiveGrant, cells: Sequence[Cell]) -> None:
        """Begin with these, the newest first, so that a place stays the same square."""
        if not isinstance(grant.now(), Refused):
            self._coarsener.seed(cells)

    def _seal(self) -> None:
        try:
            now = self.now()
        except CallbackFailed:
            now = system_time()
        self.store.seal(now)

    def _clearance(self, row: Row) -> LiveGrant | Refused:
        grant = self.live(*row.key)
        if isinstance(grant, Refused):
            return grant
        if grant.epoch != row.epoch:
            return Refused((DeviceReason.GRANT_CHANGED,))
        if not row.hour - timedelta(hours=1) <= self.now() < row.hour + OLDEST:
            return Refused((DeviceReason.TOO_OLD,))
        return grant

    def _consent(self, purpose: Purpose, signal: Signal) -> Permission:
        if not self.store.usable:
            return Refused((DeviceReason.STORE_FAILED,))
        try:
            return self.gate.permission(purpose, signal, self.now())
        except CallbackFailed:
            return Refused((DeviceReason.CLOCK_UNKNOWN,))

    def _changed(self) -> None:
        self._stop()
        self.store.keep(self.gate.knowledge)

    def _stop(self) -> None:
        """Stop what runs without permission, and remember nothing that no grant allows."""
        remembers = self._remembers_places()
        if not remembers:
            self._position = None
            self.at_quiet_place = False
            self._coarsener.ended()
        self.on_stop()
        if self._remembered and not remembers:
            self.on_leaving()
        self._remembered = remembers

    def _remembers_places(self) -> bool:
        grants = (each.grant for each in self.gate.knowledge.known.values())
        return any(grant is not None and grant.signal is Signal.GPS for grant in grants)

    def _status(self, grant: LiveGrant, reading: Reading) -> Status | None:
        match grant.signal, reading:
            case Signal.GPS, Position():
                return self._square(grant, reading)
            case (Signal.GSM, GsmState()) | (Signal.WIFI, WifiState()):
                return reading
            case _:
                raise TypeError("gps reads a Position, gsm a GsmState and wifi a WifiState.")

    def _square(self, grant: LiveGrant, position: Position) -> Status | None:
        permission = grant.now()
        if isinstance(permission, Refused) or permission.grant.resolution_m is None:
            return None
        now, access = self.now(), self.adapters.access(Signal.GPS)
        fix = validated(position, now.timestamp(), access, self.adapters.vouched(Signal.GPS))
        resolution_m, approximate = permission.grant.resolution_m, access is Access.APPROXIMATE
        square = self._coarsener.square(fix, now, resolution_m, approximate=approximate)
        if not square.in_europe:
            raise OutsideEurope
        self._position = fix
        self.at_quiet_place = square.is_quiet
        return square.cell


def _minted(ask: Callable[[], Permission]) -> LiveGrant | Refused:
    permission = ask()
    return permission if isinstance(permission, Refused) else mint(permission.grant, ask)
