"""Consent events: the acts themselves, as the customer did them.

An event is never changed and never taken back; a later event follows it. Rules:

1. times are in UTC and know their zone;
2. an act names at least one signal, each one once;
3. only a withdrawal or an expiry may be about every purpose at once: nobody agrees to "all".
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from nabij_consent.canonical import Json, canonical_json
from nabij_consent.errors import InvalidEvent
from nabij_consent.signals import Purpose, Signal

SALT_BYTES = 16


class EventKind(StrEnum):
    """What the customer did, or what time did."""

    GRANTED = "granted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Method(StrEnum):
    """How an act came about."""

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
        """Whether this act is about ``signal`` for ``purpose``."""
        return signal in self.signals and self.purpose in (None, purpose)

    def to_document(self) -> dict[str, Json]:
        """The event as JSON values, signals in a fixed order."""
        return {
            "event_id": str(self.event_id),
            "kind": self.kind.value,
            "purpose": None if self.purpose is None else self.purpose.slug,
            "signals": sorted(self.signals),
            "notice_version": self.notice_version,
            "occurred_at": self.occurred_at.isoformat(timespec="milliseconds"),
        }

    def leaf_hash(self, salt: bytes) -> bytes:
        """The event's leaf in the Merkle log: SHA-256(0x00 ‖ salt ‖ canonical event).

        The prefix is RFC 9162 §2.1.1's; the salt (16 random bytes, kept beside the event) makes
        the leaf say nothing once the salt is gone.

        Raises:
            InvalidEvent: the salt has another length.
        """
        if len(salt) != SALT_BYTES:
            raise InvalidEvent("A leaf is salted with 16 bytes.")
        return hashlib.sha256(b"\x00" + salt + canonical_json(self.to_document())).digest()


def latest(events: Sequence[ConsentEvent], purpose: Purpose, signal: Signal) -> ConsentEvent | None:
    """The last of ``events`` (oldest first) about ``signal`` for ``purpose``."""
    return next((event for event in reversed(events) if event.concerns(purpose, signal)), None)
