"""Consent acts on their way to the service, with the ids that let a retry do nothing twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, TypeAlias
from uuid import UUID

from nabij._values import Platform
from nabij._wire import Call, Identity
from nabij_consent import EventKind, Json, Locale, Purpose, Signal


@dataclass(frozen=True, slots=True)
class Answering:
    """The customer's answer to a notice: granted, refused or deferred."""

    id: UUID = field(compare=False)
    kind: EventKind
    purpose: Purpose
    signals: tuple[Signal, ...]
    notice_version: int
    locale: Locale
    nonce: str | None = field(repr=False)
    occurred_at: datetime = field(compare=False)
    platform: Platform = field(default="other", compare=False)

    def to_call(self, device_id: UUID, *, late: bool = False) -> Call:
        """Return the call that tells the service.

        The locale is for a notice that supersedes this one.
        """
        del late  # a no is news to a service that knows nobody, too
        params = {"locale": self.locale.value}
        document = self._document(device_id)
        return Call("POST", "/v1/consents", Identity.CUSTOMER, params, document)

    def _document(self, device_id: UUID) -> dict[str, Json]:
        nonce: dict[str, Json] = {} if self.nonce is None else {"nonce": self.nonce}
        return {
            "id": str(self.id),
            "kind": self.kind.value,
            "purpose": self.purpose.slug,
            "signals": [each.value for each in self.signals],
            "notice_version": self.notice_version,
            "device_id": str(device_id),
            "platform": self.platform,
            "occurred_at": self.occurred_at.isoformat(),
            **nonce,
        }


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """A withdrawal: of every purpose where ``purpose`` is None."""

    kind: ClassVar = EventKind.WITHDRAWN

    id: UUID = field(compare=False)
    purpose: Purpose | None
    signals: tuple[Signal, ...]
    occurred_at: datetime = field(compare=False)

    def to_call(self, device_id: UUID, *, late: bool = False) -> Call:
        """Return the call that tells the service.

        Where it is told later the account may have been erased meanwhile. Then nothing is to be
        recorded: ``If-Match: *`` lets it be only where something is known (RFC 9110, 13.1.1).
        """
        document = self._document(device_id)
        headers = {"If-Match": "*"} if late else {}
        return Call(
            "POST",
            "/v1/consents/withdrawals",
            Identity.CUSTOMER,
            json=document,
            headers=headers,
        )

    def _document(self, device_id: UUID) -> dict[str, Json]:
        purpose: dict[str, Json] = {} if self.purpose is None else {"purpose": self.purpose.slug}
        return {
            "id": str(self.id),
            "signals": [each.value for each in self.signals],
            "device_id": str(device_id),
            "occurred_at": self.occurred_at.isoformat(),
            **purpose,
        }


Act: TypeAlias = Answering | Withdrawing


def chosen_signals(names: Iterable[str]) -> tuple[Signal, ...]:
    """Return the signals of these names, each once, in one order whatever the order of the names.

    Raises:
        ValueError: no name, or one that no signal has.
    """
    chosen = frozenset(names)
    if not chosen or not chosen <= frozenset(Signal):
        raise ValueError("Name at least one signal out of gps, gsm and wifi, as a list.")
    return tuple(each for each in Signal if each in chosen)
