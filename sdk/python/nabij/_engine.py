"""Every use case, once, without input or output.

A use case is a generator: it yields what it needs (a ``Call`` to the service, a ``Sense`` of a
sensor), receives the ``Answer`` or reading, and returns its result. ``Client`` and ``AsyncClient``
run them. Between two yields nothing else of the engine runs, so each such stretch is one step:
no permission can end between the gate's check and what follows from it.
"""

from collections.abc import Generator, Iterable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from nabij._acts import Answering, Withdrawing, chosen_signals
from nabij._calls import (
    Sense,
    acknowledgement_call,
    fetch_notice,
    sources_call,
    status_call,
)
from nabij._decode import (
    Consents,
    Recorded,
    read_consents,
    read_devices,
    read_places,
    read_receipts,
    read_recorded,
    read_sources,
)
from nabij._device import Device
from nabij._errors import NabijError, NoticeSuperseded, NotPermitted, SensorError
from nabij._gate import Question, RefusalReason, Refused
from nabij._sources import around, nearest
from nabij._values import (
    Collected,
    Confirmation,
    Devices,
    NearbySource,
    Place,
    Report,
    ShownNotice,
    SourceAround,
    Withdrawal,
)
from nabij._wire import Answer, Call, Identity, nothing, understand
from nabij.sensors import Reading
from nabij_consent import EventKind, Locale, Notice, Purpose, Signal
from nabij_geo import Cell, Resolution

if TYPE_CHECKING:
    from uuid import UUID

T = TypeVar("T")

_NOT_FOUND: Final = 404


Network: TypeAlias = Generator[Call, Answer, T]
Sensing: TypeAlias = Generator[Sense, Reading, T]


class Engine:
    """The use cases of one device."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._unanswered: Answering | None = None
        self._untold: dict[UUID, Answering | Withdrawing] = {}
        self._as_of = 0
        self._acknowledged = 0

    def notice(self, locale: Locale) -> Network[ShownNotice]:
        """The current notice, with a nonce for somebody who is signed in."""
        yield from self._try_to_tell()
        shown = yield from fetch_notice(locale, Identity.IF_SIGNED_IN)
        self._device.gate.show(shown.notice)
        return shown

    def grant(
        self, notice: ShownNotice, purpose: Purpose, signals: Iterable[str]
    ) -> Network[Confirmation]:
        """Tell of a yes. Nothing is permitted before the service has confirmed it."""
        act = self._granting(notice, purpose, chosen_signals(signals))
        yield from self._tell()
        question = self._question()
        answer = yield act.to_call(self._device.id)
        recorded = self._understand_act(answer)
        if self._unanswered is act:
            self._unanswered = None
        yield from self._learn(question, recorded.consents, notice.notice)
        return recorded.confirmation

    def decline(
        self, kind: EventKind, notice: ShownNotice, purpose: Purpose, signals: Iterable[str]
    ) -> Network[Confirmation]:
        """End permission here and now, refused or deferred; then tell the service."""
        self._end(self._answering(kind, notice, purpose, chosen_signals(signals)))
        question = self._question()
        told = yield from self._tell()
        for recorded in told:
            yield from self._learn(question, recorded.consents, notice.notice)
        return told[-1].confirmation

    def refresh(self) -> Network[None]:
        """Ask the service what is permitted, and let it know that this device has heard."""
        yield from self._ask()
        try:
            yield from self._acknowledge()
        except NabijError:
            return  # the gate knows, and that is what matters here: the next call says so

    def catch_up(self, *, act: int = 0, notice: int = 0) -> Network[None]:
        """Take over an act or a notice of this number; where that fails, permit nothing."""
        gate = self._device.gate
        if act > self._as_of or (notice and (not gate.notice or gate.notice.version < notice)):
            try:
                yield from self._ask()
            except NabijError:
                gate.forget()
                raise
        self._device.let_go()
        yield from self._acknowledge()

    def devices(self) -> Network[Devices]:
        """This customer's devices, and what is known of each."""
        yield from self._tell()
        answer = yield Call("GET", "/v1/devices", Identity.CUSTOMER)
        return understand(answer, read_devices)

    def withdraw(
        self, purpose: Purpose | None, signals: Iterable[str] | None
    ) -> Network[Withdrawal]:
        """End permission here and now; then tell the service, now or as soon as it can be."""
        chosen = chosen_signals(Signal if signals is None else signals)
        device = self._device
        self._end(Withdrawing(device.new_id(), purpose, chosen, device.now()))
        try:
            told = yield from self._tell()
        except NabijError:
            return Withdrawal(told_server=False, recorded_at=None, erased={})
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
        for signal in self._device.adapters.signals():
            try:
                yield from self._collect_one(purpose, signal, timeout_s)
                queued.append(signal)
            except NotPermitted as error:
                refused[signal] = error.reasons
            except SensorError as error:
                failed[signal] = error
        return Collected(tuple(queued), refused, failed)

    def report(self) -> Network[Report]:
        """Send what waits and is still permitted; drop what no longer is."""
        yield from self._tell()
        cleared, dropped = self._device.cleared()
        refused: list[tuple[UUID, str]] = list(dropped)
        if not cleared:
            return Report(0, tuple(refused))
        answer = yield status_call(self._device, cleared)
        receipts = understand(answer, read_receipts)
        rows = [row for _, row in cleared]
        for row in rows:
            if str(row.id) in receipts.refused:
                refused.append((row.id, receipts.refused[str(row.id)]))
                self._device.queue.remove(row)
                # The service knows better than this device: nothing more until it is asked.
                self._device.gate.doubt(*row.key)
        accepted = [row for row in rows if str(row.id) in receipts.accepted]
        for row in accepted:
            self._device.queue.remove(row)
        return Report(len(accepted), tuple(refused))

    def nearby(self, purpose: Purpose, k: int, ask_m: Resolution) -> Network[list[NearbySource]]:
        """The ``k`` sources nearest to the last position, ranked on this device."""
        position, finest_m = self._device.usable_position(purpose)
        cell = Cell.containing(position, max(ask_m, finest_m))
        yield from self._try_to_tell()
        answer = yield sources_call(cell, k)
        self._device.usable_position(purpose)
        return understand(answer, lambda body: nearest(position, read_sources(body), k))

    def nearby_at(self, cell: Cell, k: int) -> Network[list[SourceAround]]:
        """The sources that can be among the ``k`` nearest of a place in ``cell``."""
        yield from self._try_to_tell()
        answer = yield sources_call(cell, k)
        return understand(answer, lambda body: around(cell, read_sources(body)))

    def places(self, query: str) -> Network[list[Place]]:
        """The places that the service finds for what the customer typed."""
        yield from self._try_to_tell()
        answer = yield Call("GET", "/v1/places", Identity.NOBODY, params={"q": query})
        return understand(answer, read_places)

    def _learn(
        self, question: Question, consents: Consents, shown: Notice | None = None
    ) -> Network[None]:
        gate = self._device.gate
        if shown is not None and shown.version == consents.notice_version:
            gate.show(shown)
        elif gate.notice is None or gate.notice.version != consents.notice_version:
            # It is only compared with, not shown: so it needs no nonce, and no name to get one.
            gate.show((yield from fetch_notice(Locale.EN, Identity.NOBODY)).notice)
        if gate.learn(question, consents.known):
            self._as_of = max(self._as_of, consents.as_of)

    def _ask(self) -> Network[None]:
        yield from self._tell()
        question = self._question()
        answer = yield Call("GET", "/v1/consents", Identity.CUSTOMER)
        yield from self._learn(question, understand(answer, read_consents))

    def _acknowledge(self) -> Network[None]:
        number = self._as_of
        if number <= self._acknowledged:
            return
        answer = yield acknowledgement_call(self._device.id, number)
        # A device that the service does not know has never collected: it has nothing to stop.
        if answer.status != _NOT_FOUND:
            understand(answer, nothing)
        self._acknowledged = max(self._acknowledged, number)

    def _question(self) -> Question:
        return self._device.gate.question(self._device.now())

    def _granting(
        self, notice: ShownNotice, purpose: Purpose, signals: tuple[Signal, ...]
    ) -> Answering:
        """A new act; or the last one, where the same is said again because no answer came."""
        act = self._answering(EventKind.GRANTED, notice, purpose, signals)
        if self._unanswered is None or self._unanswered != act:
            self._unanswered = act
        return self._unanswered

    def _answering(
        self, kind: EventKind, notice: ShownNotice, purpose: Purpose, signals: tuple[Signal, ...]
    ) -> Answering:
        device, now = self._device, self._device.now()
        return Answering(device.new_id(), kind, purpose, signals, notice, now, device.platform)

    def _end(self, act: Answering | Withdrawing) -> None:
        self._device.end(act.kind, act.purpose, act.signals)
        self._unanswered = None
        if act not in self._untold.values():
            self._untold[act.id] = act

    def _collect_one(self, purpose: Purpose, signal: Signal, timeout_s: float) -> Sensing[None]:
        grant = self._device.live(purpose, signal)
        if isinstance(grant, Refused):
            raise NotPermitted(grant.reasons)
        reading = yield Sense(partial(self._device.adapters.start, grant), timeout_s)
        self._device.enqueue(grant, reading)

    def _tell(self) -> Network[list[Recorded]]:
        """Tell the service what ended permission here, before anything else is said."""
        told: list[Recorded] = []
        for act in tuple(self._untold.values()):
            answer = yield act.to_call(self._device.id)
            told.append(self._understand_act(answer))
            self._untold.pop(act.id, None)
        return told

    def _understand_act(self, answer: Answer) -> Recorded:
        try:
            return understand(answer, read_recorded)
        except NoticeSuperseded as superseded:
            self._device.gate.show(superseded.current.notice)
            raise

    def _try_to_tell(self) -> Network[None]:
        """The same before a call that reads public things, which need not wait for it."""
        try:
            yield from self._tell()
        except NabijError:
            return  # still untold: the next call tries again
