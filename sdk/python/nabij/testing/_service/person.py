"""What the service in memory knows of one customer.

Rules, which are those of the real service:

1. an act that was recorded under the same id before is not recorded again;
2. a grant names a nonce under which the current notice was shown to this person, less than a day
   ago; a nonce answers once;
3. after any act but a grant there is no grant;
4. a device is known from a grant that it made or from a report that was accepted; it is reached
   by an act that ended something where it made that act or acknowledged it;
5. with a ninth device the one heard of longest ago goes, and what it told.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from nabij.testing._service.bodies import ActBody, BatchBody
from nabij.testing._service.grants import ACCEPTED, Granting, Grants
from nabij.testing._service.problems import Refusal
from nabij_consent import (
    Allowed,
    ConsentEvent,
    EventKind,
    Evidence,
    LatestAct,
    Notice,
    Purpose,
    Signal,
    decide,
    epoch_of,
    leaf_hash,
    may_prompt,
    whole_milliseconds,
)

_NONCE_LIFETIME: Final = timedelta(hours=24)
_CLOCK_SKEW: Final = timedelta(minutes=5)
_UNSAID: Final = "other"
_MOST_DEVICES: Final = 8


class NotShown(Exception):
    """The grant is for a notice that is not current, or that this person was not shown."""


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """An act, its number among this person's, and how many statuses it erased."""

    number: int
    event: ConsentEvent
    device_id: UUID
    recorded_at: datetime
    erased: Mapping[Signal, int]


@dataclass(slots=True)
class KnownDevice:
    """A device, and the number up to which it has applied this person's acts."""

    id: UUID
    platform: str
    seen_on: date
    acknowledged: int


class Person:
    """One customer: acts in order, devices by id, and the grants that live."""

    def __init__(self) -> None:
        self.acts: list[RecordedAct] = []
        self.devices: dict[UUID, KnownDevice] = {}
        self.grants = Grants()
        self._shown: dict[UUID, tuple[int, datetime]] = {}

    def show(self, notice: Notice, nonce: UUID, now: datetime) -> None:
        """Remember that this notice was shown under ``nonce``."""
        self._shown[nonce] = notice.version, now

    def do(
        self, act: ActBody, notice: Notice, asked: Collection[Purpose], now: datetime
    ) -> RecordedAct:
        """Record an answer to the notice, or a withdrawal.

        Args:
            act: what is done.
            notice: the current one.
            asked: every purpose that a notice ever asked for something for.
            now: the time.

        Raises:
            NotShown: see rule 2.
            Refusal: the id belongs to another act, or no notice asks for this.
        """
        event = _in_milliseconds(act.event(notice.version))
        earlier = next((each for each in self.acts if each.event.event_id == act.id), None)
        if earlier is not None:
            return _again(event, earlier)
        if event.kind is EventKind.GRANTED:
            self._spend(act.nonce, event, notice, now)
        elif event.notice_version > notice.version or event.purpose not in {None, *asked}:
            raise Refusal("not-asked")
        recorded = self._record(event, act, notice, whole_milliseconds(now))
        self.acts.append(recorded)
        return recorded

    def evidence(self, notice: Notice, now: datetime) -> list[Evidence]:
        """Return all that decides about each signal that the notice asks for."""
        return [
            Evidence(
                purpose=purpose,
                signal=terms.signal,
                notice=notice,
                latest=self._latest(purpose, terms.signal),
                grant=self.grants.get((purpose, terms.signal)),
                now=now,
            )
            for purpose, terms in notice.asks()
        ]

    def may_be_asked(self, notice: Notice, now: datetime) -> bool:
        """Return whether a prompt may ask for anything."""
        return any(
            may_prompt(
                permitted=isinstance(decide(each), Allowed),
                latest=self._latest_act(each.purpose, each.signal),
                notice=notice,
                now=now,
            )
            for each in self.evidence(notice, now)
        )

    def report(self, device_id: UUID, batch: BatchBody, notice: Notice, now: datetime) -> list[str]:
        """``accepted``, or the problem that each report met.

        Raises:
            Refusal: an hour that has not come yet.
        """
        if any(each.hour > now + _CLOCK_SKEW for each in batch.reports):
            raise Refusal("future-hour")
        verdicts = [self.grants.report(device_id, each, notice, now) for each in batch.reports]
        validated = zip(batch.reports, verdicts, strict=True)
        accepted = [each for each, verdict in validated if verdict == ACCEPTED]
        if accepted:
            number = max(self.grants.begun_by((each.purpose, each.signal)) for each in accepted)
            self._see(device_id, batch.platform, number, now)
        return verdicts

    def device(self, device_id: UUID) -> KnownDevice:
        """Return one of this person's devices.

        Raises:
            Refusal: there is none of this id.
        """
        if device_id not in self.devices:
            raise Refusal("not-found")
        return self.devices[device_id]

    def acknowledge(self, device_id: UUID, number: int) -> None:
        """Take the device's word that it applied every act up to ``number``.

        Raises:
            Refusal: there is no such device, or no such act.
        """
        device = self.device(device_id)
        if number > len(self.acts):
            raise Refusal("no-such-act")
        device.acknowledged = max(device.acknowledged, number)

    def state_of(self, device: KnownDevice, notice: Notice, now: datetime) -> str:
        """Return what may be said of the device."""
        for each in self.acts[device.acknowledged :]:
            if each.event.kind is not EventKind.GRANTED and each.device_id != device.id:
                return "not-yet-reached"
        permitted = self.grants.is_anything_permitted(notice, now)
        return "may-collect" if permitted else "stopped"

    def _latest(self, purpose: Purpose, signal: Signal) -> EventKind | None:
        latest = self._latest_act(purpose, signal)
        return latest and latest.kind

    def _latest_act(self, purpose: Purpose, signal: Signal) -> LatestAct | None:
        acts = (each for each in reversed(self.acts) if each.event.concerns(purpose, signal))
        latest = next(acts, None)
        if latest is None:
            return None
        return LatestAct(latest.event.kind, latest.event.notice_version, latest.recorded_at)

    def _spend(
        self, nonce: UUID | None, event: ConsentEvent, notice: Notice, now: datetime
    ) -> None:
        shown = None if nonce is None else self._shown.get(nonce)
        if nonce is None or shown is None or event.notice_version != notice.version:
            raise NotShown
        version, shown_at = shown
        if version != notice.version or shown_at <= now - _NONCE_LIFETIME:
            raise NotShown
        _require_asked(event, notice)
        del self._shown[nonce]

    def _record(
        self, event: ConsentEvent, act: ActBody, notice: Notice, now: datetime
    ) -> RecordedAct:
        number = len(self.acts) + 1
        before = self.grants.count()
        if event.kind is EventKind.GRANTED:
            granting = Granting(number, epoch_of(leaf_hash(event.event_id.bytes)), now)
            for purpose, terms in notice.asks():
                if event.concerns(purpose, terms.signal):
                    self.grants.give((purpose, terms.signal), terms, notice, granting)
            self._see(act.device_id, act.platform, number, now)
        else:
            self.grants.end(lambda about: event.concerns(*about))
        after = self.grants.count()
        erased = {each: before[each] - after[each] for each in event.signals}
        return RecordedAct(number, event, act.device_id, now, erased)

    def _see(self, device_id: UUID, platform: str, number: int, now: datetime) -> None:
        known = self.devices.setdefault(
            device_id, KnownDevice(device_id, platform, now.date(), number)
        )
        known.seen_on = now.date()
        if len(self.devices) > _MOST_DEVICES:
            others = (each for each in self.devices.values() if each is not known)
            oldest = min(others, key=lambda each: each.seen_on)
            del self.devices[oldest.id]
            self.grants.forget(oldest.id)
        if platform != _UNSAID:
            known.platform = platform


def _in_milliseconds(event: ConsentEvent) -> ConsentEvent:
    return replace(event, occurred_at=whole_milliseconds(event.occurred_at))


def _again(event: ConsentEvent, earlier: RecordedAct) -> RecordedAct:
    same_notice = replace(event, notice_version=earlier.event.notice_version)
    if same_notice != earlier.event:
        raise Refusal("id-reused")
    return replace(earlier, erased={})


def _require_asked(event: ConsentEvent, notice: Notice) -> None:
    asked = sum(event.concerns(purpose, terms.signal) for purpose, terms in notice.asks())
    if asked != len(event.signals):
        raise Refusal("not-asked")
