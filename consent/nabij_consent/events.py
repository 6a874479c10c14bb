"""Consent events: the acts themselves, as the customer did them.

An event is never changed and never taken back; a later event follows it. Rules:

1. times are in UTC and know their zone;
2. an act names at least one signal, each one once;
3. only a withdrawal or an expiry may be about every purpose at once: nobody agrees to "all".

What the log commits to is a ``RecordedEvent``: every member of it, so that a change of any one
shows. Rules besides:

4. times are whole milliseconds, as the document writes them: a row reproduces its leaf;
5. events of a person count from 1, and the notice is named by its digest too;
6. a grant names the nonce under which the notice was shown;
7. what is done in the app is done on a device; what time or an operator does may be on none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from nabij_consent.canonical import Json, canonical_json
from nabij_consent.errors import InvalidEvent
from nabij_consent.merkle import leaf_hash
from nabij_consent.reading import integer, items, members, text
from nabij_consent.signals import Purpose, Signal

SALT_BYTES = 16
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class EventKind(StrEnum):
    """What the customer did, or what time did."""

    GRANTED = "granted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Method(StrEnum):
    """How an act came about: in the app, by an operator, by time, or again after a restore."""

    APP = "app"
    OPERATOR = "operator"
    EXPIRY = "expiry"
    RESTORE = "restore"


ENDS_EVERY_PURPOSE = frozenset({EventKind.WITHDRAWN, EventKind.EXPIRED})


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One act: which signals of which purpose (None: of every purpose), under which notice.

    Raises:
        InvalidEvent: a rule of the module's list is broken.
    """

    event_id: UUID
    kind: EventKind
    purpose: Purpose | None
    signals: tuple[Signal, ...]
    notice_version: int
    occurred_at: datetime

    def __post_init__(self) -> None:
        if self.occurred_at.utcoffset() != timedelta(0):
            raise InvalidEvent("An event happens at a time in UTC.")
        if not self.signals or len(set(self.signals)) != len(self.signals):
            raise InvalidEvent("An event names at least one signal, each one once.")
        if self.purpose is None and self.kind not in ENDS_EVERY_PURPOSE:
            raise InvalidEvent("Only a withdrawal or an expiry is about every purpose at once.")

    def concerns(self, purpose: Purpose, signal: Signal) -> bool:
        """Return whether this act is about ``signal`` for ``purpose``."""
        return signal in self.signals and self.purpose in (None, purpose)

    def to_document(self) -> dict[str, Json]:
        """Return the event as JSON values, signals in a fixed order."""
        return {
            "event_id": str(self.event_id),
            "kind": self.kind.value,
            "purpose": None if self.purpose is None else self.purpose.slug,
            "signals": sorted(self.signals),
            "notice_version": self.notice_version,
            "occurred_at": self.occurred_at.isoformat(timespec="milliseconds"),
        }


@dataclass(frozen=True, slots=True, repr=False)
class RecordedEvent:
    """An act as it was recorded: everything that its leaf in the log commits to.

    ``notice_digest`` is SHA-256 in hexadecimal; ``mandate_id`` names the mandate under which
    somebody acted for the customer; ``gpc`` says that the browser asked not to be tracked (Global
    Privacy Control, W3C), which is never a yes; ``revocation_unknown`` says that nobody could tell
    whether the sign-in had been revoked, which stops no withdrawal.

    Raises:
        InvalidEvent: a rule of the module's list is broken.
    """

    subject_id: UUID
    number: int
    act: ConsentEvent
    notice_digest: str
    nonce: UUID | None
    device_id: UUID | None
    method: Method
    mandate_id: UUID | None
    recorded_at: datetime
    gpc: bool = False
    revocation_unknown: bool = False

    def __post_init__(self) -> None:
        if self.recorded_at.utcoffset() != timedelta(0):
            raise InvalidEvent("An event is recorded at a time in UTC.")
        if any(at != whole_milliseconds(at) for at in (self.recorded_at, self.act.occurred_at)):
            raise InvalidEvent("Cut the times of an event to whole milliseconds before recording.")
        if self.number < 1:
            raise InvalidEvent("The events of a person count from 1.")
        if not _DIGEST.fullmatch(self.notice_digest):
            raise InvalidEvent("A notice is named by its SHA-256 in lower-case hexadecimal.")
        if self.act.kind is EventKind.GRANTED and self.nonce is None:
            raise InvalidEvent("A grant names the nonce under which the notice was shown.")
        if self.method is Method.APP and self.device_id is None:
            raise InvalidEvent("What is done in the app is done on a device: name it.")
        if self.revocation_unknown and self.act.kind is not EventKind.WITHDRAWN:
            raise InvalidEvent("Only a withdrawal is taken where revocation cannot be asked.")

    def __repr__(self) -> str:
        return f"RecordedEvent(kind={self.act.kind.value!r}, method={self.method.value!r})"

    def to_document(self) -> dict[str, Json]:
        """Return the recorded event as JSON values, every member of it.

        A flag only where it is true.
        """
        return {
            "subject_id": str(self.subject_id),
            "number": self.number,
            "act": self.act.to_document(),
            "notice_digest": self.notice_digest,
            "nonce": None if self.nonce is None else str(self.nonce),
            "device_id": None if self.device_id is None else str(self.device_id),
            "method": self.method.value,
            "mandate_id": None if self.mandate_id is None else str(self.mandate_id),
            "recorded_at": self.recorded_at.isoformat(timespec="milliseconds"),
            **({"gpc": True} if self.gpc else {}),
            **({"revocation_unknown": True} if self.revocation_unknown else {}),
        }

    def leaf_hash(self, salt: bytes) -> bytes:
        """Return the event's leaf in the log: SHA-256(0x00 ‖ salt ‖ document in RFC 8785 form).

        The prefix is RFC 9162 §2.1.1's; the salt (16 random bytes, kept beside the event) makes
        the leaf say nothing once the salt is gone.

        Raises:
            InvalidEvent: the salt has another length.
        """
        if len(salt) != SALT_BYTES:
            raise InvalidEvent("A leaf is salted with 16 bytes.")
        return leaf_hash(salt + canonical_json(self.to_document()))


def whole_milliseconds(moment: datetime) -> datetime:
    """``moment`` without what is finer than a millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def read_recorded_event(document: object) -> RecordedEvent:
    """Return the recorded event that ``document`` (parsed JSON) is.

    Raises:
        InvalidEvent: the document is not just what ``RecordedEvent.to_document`` writes.
    """
    try:
        recorded = _recorded(document)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InvalidEvent("This is not a whole recorded event.") from error
    if recorded.to_document() != document:
        raise InvalidEvent("The recorded event is not written as events are.")
    return recorded


def _recorded(document: object) -> RecordedEvent:
    parts = members(document)
    return RecordedEvent(
        subject_id=UUID(text(parts["subject_id"])),
        number=integer(parts["number"]),
        act=_act(parts["act"]),
        notice_digest=text(parts["notice_digest"]),
        nonce=_optional_id(parts["nonce"]),
        device_id=_optional_id(parts["device_id"]),
        method=Method(text(parts["method"])),
        mandate_id=_optional_id(parts["mandate_id"]),
        recorded_at=datetime.fromisoformat(text(parts["recorded_at"])),
        gpc="gpc" in parts,
        revocation_unknown="revocation_unknown" in parts,
    )


def _optional_id(value: object) -> UUID | None:
    return None if value is None else UUID(text(value))


def _act(document: object) -> ConsentEvent:
    parts = members(document)
    purpose = parts["purpose"]
    return ConsentEvent(
        event_id=UUID(text(parts["event_id"])),
        kind=EventKind(text(parts["kind"])),
        purpose=None if purpose is None else Purpose(text(purpose)),
        signals=tuple(Signal(text(each)) for each in items(parts["signals"])),
        notice_version=integer(parts["notice_version"]),
        occurred_at=datetime.fromisoformat(text(parts["occurred_at"])),
    )


def latest(events: Sequence[ConsentEvent], purpose: Purpose, signal: Signal) -> ConsentEvent | None:
    """Return the last of ``events`` (oldest first) about ``signal`` for ``purpose``."""
    return next((event for event in reversed(events) if event.concerns(purpose, signal)), None)
