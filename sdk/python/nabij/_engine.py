"""Every use case, once, without input or output.

A use case is a generator: it yields what it needs (a ``Call`` to the service, a ``Sense`` of a
sensor), receives the ``Answer`` or reading, and returns its result. ``Client`` and ``AsyncClient``
run them. Between two yields nothing else of the engine runs, so each such stretch is one step:
no permission can end between the gate's check and what follows from it.
"""

import logging
from collections.abc import Generator, Iterable
from functools import partial
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

from nabij._acts import Answering, Withdrawing, chosen_signals
from nabij._calls import (
    Sense,
    fetch_notice,
    fetch_prompt,
    status_call,
)
from nabij._catalogue import HeldCatalogue, Kinds
from nabij._decode import (
    Receipts,
    read_devices,
    read_receipts,
    read_statuses,
)
from nabij._device import Device
from nabij._errors import NabijError, NotPermitted, SensorError, SensorUnavailable, StoreFailed
from nabij._gate import Question, RefusalReason, Refused
from nabij._live import LiveGrant
from nabij._pacing import HeldReport, Holding, Pacing
from nabij._places import HeldPlaces
from nabij._queue import Row
from nabij._sources import around, at_distance
from nabij._telling import Network, Telling
from nabij._values import (
    Collected,
    Confirmation,
    Devices,
    DeviceStatus,
    NearbySource,
    Place,
    Report,
    ShownNotice,
    SourceAround,
    Withdrawal,
)
from nabij._wire import Call, Identity, understand
from nabij.sensors import Reading
from nabij_consent import EventKind, Locale, Purpose, Signal
from nabij_geo import Cell

T = TypeVar("T")

_log = logging.getLogger("nabij.report")

_NOT_FOUND: Final = 404


Cleared: TypeAlias = list[tuple[LiveGrant, Row]]
Sensing: TypeAlias = Generator[Sense, Reading, T]


class Engine(Telling):
    """The use cases of one device."""

    def __init__(self, device: Device, pacing: Pacing) -> None:
        super().__init__(device)
        self._pacing = pacing
        self.catalogue = HeldCatalogue(device.store.shelf.part("catalogue"), device.now)
        self._places = HeldPlaces(device.store.shelf.part("places"), device.now)
        device.on_leaving = self.catalogue.forget_regions

    def notice(self, locale: Locale) -> Network[ShownNotice]:
        """Return the current notice, with a nonce for somebody who is signed in."""
        yield from self._try_to_tell()
        shown = yield from fetch_notice(locale, Identity.IF_SIGNED_IN)
        self._device.show(shown.notice)
        return shown

    def prompt(self, locale: Locale) -> Network[ShownNotice | None]:
        """Return the notice for a prompt that the customer did not open; None: ask nothing."""
        yield from self._try_to_tell()
        shown = yield from fetch_prompt(locale)
        if shown is not None:
            self._device.show(shown.notice)
        return shown

    def grant(
        self, notice: ShownNotice, purpose: Purpose, signals: Iterable[str]
    ) -> Network[Confirmation]:
        """Tell of a yes. Nothing is permitted before the service has confirmed it."""
        act = self._granting(notice, purpose, chosen_signals(signals))
        yield from self._tell()
        question = self._question()
        answer = yield act.to_call(self._device.id)
        recorded = self._understand_act(act, answer)
        if self._unanswered is act:
            self._unanswered = None
        yield from self._learn(question, recorded.consents, notice.notice)
        return recorded.confirmation

    def decline(
        self, kind: EventKind, notice: ShownNotice, purpose: Purpose, signals: Iterable[str]
    ) -> Network[Confirmation]:
        """End permission here and now, refused or deferred; then tell the service."""
        forgetful = self._end(self._answering(kind, notice, purpose, chosen_signals(signals)))
        question = self._question()
        try:
            told = yield from self._tell()
        except NabijError as error:
            raise forgetful or error from None
        for recorded in told:
            yield from self._learn(question, recorded.consents, notice.notice)
        return told[-1].confirmation

    def refresh(self) -> Network[None]:
        """Ask the service what is permitted, and let it know that this device has heard."""
        yield from self._ask()
        yield from self.catalogue.look_again()
        try:
            yield from self._acknowledge()
        except NabijError:
            return  # the gate knows, and that is what matters here: the next call says so

    def catch_up(self, *, act: int | None = None, notice: int = 0) -> Network[None]:
        """Take over an act or a notice of this number; where that fails, permit nothing.

        An act with a lower number than the last is of a new account, or a service was restored.
        """
        gate = self._device.gate
        is_newer = notice and (gate.notice is None or gate.notice.version < notice)
        if act not in {None, self._as_of} or is_newer:
            try:
                yield from self._ask()
            except NabijError:
                self._device.forget()
                raise
        self._device.let_go()
        yield from self._acknowledge()

    def devices(self) -> Network[Devices]:
        """Return this customer's devices, and what is known of each."""
        yield from self._tell()
        answer = yield Call("GET", "/v1/devices", Identity.CUSTOMER)
        return understand(answer, read_devices)

    def statuses(self) -> Network[tuple[DeviceStatus, ...]]:
        """Return when this customer's devices were heard last, and why their squares are old."""
        yield from self._tell()
        answer = yield Call("GET", "/v1/me/status", Identity.CUSTOMER)
        return understand(answer, read_statuses)

    def end(self, purpose: Purpose | None, signals: Iterable[str] | None) -> StoreFailed | None:
        """End permission here and now; the error is what keeps the store from remembering it."""
        chosen = chosen_signals(Signal if signals is None else signals)
        act_id, now = self._device.ending()
        return self._end(Withdrawing(act_id, purpose, chosen, now))

    def withdraw(
        self, purpose: Purpose | None, signals: Iterable[str] | None
    ) -> Network[Withdrawal]:
        """End permission here and now; then tell the service, now or as soon as it can be."""
        return (yield from self.tell_withdrawal(self.end(purpose, signals)))

    def tell_withdrawal(self, forgetful: StoreFailed | None) -> Network[Withdrawal]:
        """Tell the service what ``end`` ended, now or as soon as it can be."""
        try:
            told = yield from self._tell()
        except Exception as error:  # noqa: BLE001 - nor may the app's own token callback undo it
            _log.info("the withdrawal is told later: %s", type(error).__name__)
            if forgetful:
                raise forgetful from None
            return Withdrawal(told_server=False, recorded_at=None, erased={})
        if not told:
            return Withdrawal(told_server=True, recorded_at=None, erased={})
        return Withdrawal(
            told_server=True,
            recorded_at=max((each.recorded_at for each in told), default=None),
            erased={each: sum(one.erased[each] for one in told) for each in Signal},
            devices=told[-1].devices,
            receipt=told[-1].receipt,
        )

    def collect(self, purpose: Purpose, timeout_s: float) -> Sensing[Collected]:
        """Read each sensor that is permitted, and queue what may leave the device of it."""
        queued: list[Signal] = []
        refused: dict[Signal, tuple[RefusalReason, ...]] = {}
        failed: dict[Signal, SensorError] = {}
        signals = self._device.adapters.signals()
        for signal in signals:
            try:
                if (yield from self._collect_one(purpose, signal, timeout_s)):
                    queued.append(signal)
            except NotPermitted as error:
                refused[signal] = error.reasons
            except SensorError as error:
                failed[signal] = error.bare()
            except TypeError:
                # What it read is of another signal, or of none.
                failed[signal] = SensorUnavailable()
        unsettled = frozenset(signals) - {*queued, *refused, *failed}
        return Collected(
            tuple(queued),
            refused,
            failed,
            unsettled,
            self._device.next_look(Signal.GPS),
            self._device.at_quiet_place,
        )

    def report(self) -> Network[Report]:
        """Send what waits and is still permitted; drop what no longer is."""
        yield from self._tell()
        cleared, dropped = self._device.cleared()
        due = self._due(cleared)
        held = self._held(cleared, due)
        if not due or held:
            _log.debug("nothing is sent: %s", held.why.value if held else "nothing waits")
            return Report(0, tuple(dropped), held)
        question = self._question()
        try:
            answer = yield status_call(self._device, due)
            receipts = understand(answer, read_receipts)
        except NabijError as error:
            self._pacing.failed(self._device.now(), error)
            raise
        self._pacing.succeeded()
        report = self._settle([row for _, row in due], receipts, dropped)
        yield from self._hear(question, receipts)
        return report

    @property
    def at_quiet_place(self) -> bool:
        """Whether the phone was at a quiet place when it looked last."""
        return self._device.at_quiet_place

    def pending(self) -> tuple[Row, ...]:
        """Return what waits to be sent."""
        return self._device.store.rows()

    def next_report(self) -> Call | None:
        """Return the call that ``report`` would make now, or as soon as anything is due."""
        cleared, _ = self._device.cleared()
        due = self._due(cleared) or cleared
        return status_call(self._device, due) if due else None

    def nearby(self, purpose: Purpose, k: int, kinds: Kinds) -> Network[list[NearbySource]]:
        """Return the ``k`` sources nearest to the last position, in the catalogue that is held."""
        self._device.usable_position(purpose)
        yield from self._try_to_tell()
        ranked = yield from self.catalogue.near(self._device.usable_position(purpose), k, kinds)
        self._device.usable_position(purpose)
        return at_distance(ranked)

    def nearby_at(self, cell: Cell, k: int, kinds: Kinds) -> Network[list[SourceAround]]:
        """Return the sources that can be among the ``k`` nearest of a place in ``cell``."""
        yield from self._try_to_tell()
        return around(cell, (yield from self.catalogue.around(cell, k, kinds)))

    def places(self, query: str) -> Network[list[Place]]:
        """Return the places that what the customer typed may mean."""
        yield from self._try_to_tell()
        return (yield from self._places.find(query))

    def _hear(self, question: Question, receipts: Receipts) -> Network[None]:
        """Learn from the answer to a report whether anything was decided since this device asked.

        That a report was accepted shows that its grant lives, so that the numbers are of the acts
        of the same account. Where another one was refused, that is doubted, and nothing confirmed.
        """
        act, notice, gate = receipts.as_of, receipts.notice_version, self._device.gate
        if act is None or notice is None or not self._as_of:
            return
        if act == self._as_of and gate.notice is not None and notice == gate.notice.version:
            if receipts.accepted:
                self._device.confirm(question)
            return
        try:
            yield from self.catch_up(act=act, notice=notice)
        except NabijError:
            return  # nothing is permitted before the service has answered

    def _due(self, cleared: Cleared) -> Cleared:
        """Return the newest report of each signal and purpose that may be sent.

        The states of networks go with whatever else is sent, before their day.
        """
        now = self._device.now()
        due = {row.key: (grant, row) for grant, row in cleared if row.is_due(now)}
        if due:
            due |= {row.key: (grant, row) for grant, row in cleared if row.signal is not Signal.GPS}
        return list(due.values())

    def _held(self, cleared: Cleared, due: Cleared) -> HeldReport | None:
        if due:
            return self._pacing.held(self._device.now())
        later = [row.due_at for _, row in cleared if row.due_at is not None]
        return HeldReport(Holding.SCHEDULED, min(later)) if later else None

    def _settle(
        self, rows: list[Row], receipts: Receipts, dropped: list[tuple[UUID, RefusalReason]]
    ) -> Report:
        refused: list[tuple[UUID, str]] = list(dropped)
        accepted = 0
        for row in rows:
            if str(row.id) in receipts.refused:
                reason = receipts.refused[str(row.id)]
                refused.append((row.id, reason))
                self._device.store.remove(row, reason)
                # The service knows better than this device: nothing more until it is asked.
                self._device.doubt(*row.key)
            elif str(row.id) in receipts.accepted:
                accepted += 1
                self._device.store.accepted(row)
        _log.info("reported: %d accepted, %d refused", accepted, len(refused))
        return Report(accepted, tuple(refused))

    def _granting(
        self, notice: ShownNotice, purpose: Purpose, signals: tuple[Signal, ...]
    ) -> Answering:
        """Return a new act; or the last one, where it is repeated because no answer came."""
        act = self._answering(EventKind.GRANTED, notice, purpose, signals)
        if self._unanswered is None or self._unanswered != act:
            self._unanswered = act
        return self._unanswered

    def _answering(
        self, kind: EventKind, notice: ShownNotice, purpose: Purpose, signals: tuple[Signal, ...]
    ) -> Answering:
        device, now = self._device, self._device.now()
        return Answering(
            device.new_id(),
            kind,
            purpose,
            signals,
            notice.notice.version,
            notice.locale,
            notice.nonce,
            now,
            device.platform,
        )

    def _collect_one(self, purpose: Purpose, signal: Signal, timeout_s: float) -> Sensing[bool]:
        grant = self._device.live(purpose, signal)
        if isinstance(grant, Refused):
            raise NotPermitted(grant.reasons)
        if self._device.next_look(signal):
            return False
        reading = yield Sense(grant, partial(self._device.adapters.start, grant), timeout_s)
        return self._device.enqueue(grant, reading)
