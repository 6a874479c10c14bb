"""What callers may send: just these members, or a problem that repeats none of it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

import httpx2

from nabij.testing._service.problems import Refusal, faults
from nabij_consent import ConsentEvent, EventKind, Json, Purpose, Signal
from nabij_consent.reading import integer, items, members, text
from nabij_geo import Cell, InvalidCell, OutsideGrid

T = TypeVar("T")
SaidT = TypeVar("SaidT")

_PLATFORMS: Final = ("android", "ios", "linux", "other")
_ANSWERS: Final = (EventKind.GRANTED, EventKind.REFUSED, EventKind.DEFERRED)
_LARGEST_BATCH: Final = 100
_HOUR: Final = timedelta(hours=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_ACT: Final = frozenset({"id", "device_id", "occurred_at"})
_ANSWER: Final = _ACT | {"kind", "purpose", "signals", "notice_version"}
_REPORT: Final = frozenset({"id", "purpose", "signal", "epoch", "hour"})
_STATE: Final[Mapping[Signal, frozenset[str]]] = {
    Signal.GPS: frozenset({"cell"}),
    Signal.GSM: frozenset({"connected"}),
    Signal.WIFI: frozenset({"connected"}),
}


@dataclass(frozen=True, slots=True)
class ActBody:
    """An act of a customer, on this device. A withdrawal names no notice: see ``event``."""

    id: UUID
    kind: EventKind
    purpose: Purpose | None
    signals: tuple[Signal, ...]
    occurred_at: datetime
    device_id: UUID
    platform: str = "other"
    notice_version: int | None = None
    nonce: UUID | None = None

    def event(self, current_version: int) -> ConsentEvent:
        """Return the act as an event, about the notice it names or else the current one."""
        return ConsentEvent(
            event_id=self.id,
            kind=self.kind,
            purpose=self.purpose,
            signals=self.signals,
            notice_version=self.notice_version or current_version,
            occurred_at=self.occurred_at,
        )


@dataclass(frozen=True, slots=True)
class ReportBody:
    """One report of a device; ``state`` is the square, or the state of the network."""

    id: UUID
    purpose: Purpose
    signal: Signal
    epoch: int
    hour: datetime
    state: Mapping[str, Json] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BatchBody:
    """What one device has to tell."""

    platform: str
    reports: tuple[ReportBody, ...]


def read_body(request: httpx2.Request, read: Callable[[object], T]) -> T:
    """Return what ``read`` makes of the request's JSON.

    Raises:
        Refusal: it is no JSON, or not what it must be.
    """
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Refusal("wrong-media-type")
    try:
        body: object = json.loads(request.content)
    except ValueError as error:
        raise Refusal("invalid-json") from error
    try:
        return attempt(read, body)
    except Refusal as refusal:
        raise Refusal(refusal.slug, **faults(refusal.slug)) from refusal


def attempt(read: Callable[[SaidT], T], value: SaidT) -> T:
    """Return what ``read`` makes of ``value``.

    Raises:
        Refusal: nothing.
    """
    try:
        return read(value)
    except InvalidCell as error:
        raise Refusal("invalid-cell") from error
    except OutsideGrid as error:
        raise Refusal("outside-grid") from error
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal("invalid-request") from error


def read_answer(body: object) -> ActBody:
    """Return the customer's answer to a notice."""
    parts = _just(members(body), _ANSWER, {"nonce", "platform"})
    nonce = parts.get("nonce")
    return ActBody(
        id=UUID(text(parts["id"])),
        kind=_one_of(_ANSWERS, EventKind(text(parts["kind"]))),
        purpose=Purpose(text(parts["purpose"])),
        signals=_signals(parts["signals"]),
        occurred_at=_moment(parts["occurred_at"]),
        device_id=UUID(text(parts["device_id"])),
        platform=_one_of(_PLATFORMS, text(parts.get("platform", "other"))),
        notice_version=_positive(parts["notice_version"]),
        nonce=None if nonce is None else UUID(text(nonce)),
    )


def read_withdrawal(body: object) -> ActBody:
    """Return what the customer takes back."""
    parts = _just(members(body), _ACT, {"purpose", "signals"})
    purpose = parts.get("purpose")
    return ActBody(
        id=UUID(text(parts["id"])),
        kind=EventKind.WITHDRAWN,
        purpose=None if purpose is None else Purpose(text(purpose)),
        signals=_signals(parts["signals"]) if "signals" in parts else tuple(Signal),
        occurred_at=_moment(parts["occurred_at"]),
        device_id=UUID(text(parts["device_id"])),
    )


def read_batch(body: object) -> BatchBody:
    """Return what a device reports."""
    parts = _just(members(body), frozenset({"platform", "reports"}))
    reports = tuple(_report(members(each)) for each in items(parts["reports"]))
    if not 1 <= len(reports) <= _LARGEST_BATCH:
        raise ValueError("Report something, and not too much at once.")
    return BatchBody(_one_of(_PLATFORMS, text(parts["platform"])), reports)


def read_acknowledgement(body: object) -> int:
    """Return the number of the act up to which a device has applied all."""
    return _positive(_just(members(body), frozenset({"number"}))["number"])


def read_push_token(body: object) -> str:
    """Return where a device can be woken."""
    return text(_just(members(body), frozenset({"push_token"}))["push_token"])


def _report(parts: Mapping[str, object]) -> ReportBody:
    signal = Signal(text(parts["signal"]))
    _just(parts, _REPORT | _STATE[signal])
    return ReportBody(
        id=UUID(text(parts["id"])),
        purpose=Purpose(text(parts["purpose"])),
        signal=signal,
        epoch=_positive(parts["epoch"]),
        hour=_whole_hour(_moment(parts["hour"])),
        state={name: _STATE_MEMBERS[name](parts[name]) for name in sorted(_STATE[signal])},
    )


def _just(
    parts: Mapping[str, object],
    needed: frozenset[str],
    possible: set[str] | frozenset[str] = frozenset(),
) -> Mapping[str, object]:
    if parts.keys() - needed - possible:
        raise Refusal("unknown-field")
    if needed - parts.keys():
        raise Refusal("invalid-request")
    return parts


def _one_of(known: tuple[T, ...], value: T) -> T:
    return known[known.index(value)]


def _signals(value: object) -> tuple[Signal, ...]:
    signals = tuple(Signal(text(each)) for each in items(value))
    if not signals or len(set(signals)) != len(signals):
        raise ValueError("Name at least one signal, each one once.")
    return signals


def _positive(value: object) -> int:
    number = integer(value)
    if number < 1:
        raise ValueError("Counted from 1.")
    return number


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(text(value))
    if moment.utcoffset() is None:
        raise ValueError("Expected a time with its zone.")
    return moment.astimezone(UTC)


def _whole_hour(moment: datetime) -> datetime:
    if (moment - _EPOCH) % _HOUR:
        raise ValueError("Times are cut to the hour.")
    return moment


def _boolean(value: object) -> Json:
    if not isinstance(value, bool):
        raise TypeError("Expected yes or no.")
    return value


_STATE_MEMBERS: Final[Mapping[str, Callable[[object], Json]]] = {
    "cell": lambda value: Cell.parse(text(value)).code,
    "connected": _boolean,
}
