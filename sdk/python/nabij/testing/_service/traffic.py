"""What a service in memory keeps for a test to look at. None of it is a request's content."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, cast
from uuid import UUID

import httpx2

from nabij_consent import EventKind, Json, Purpose, Signal

Moment: TypeAlias = int
"""A place in the order of requests: how many there were before."""


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request that an app began, whether or not it arrived.

    Attributes:
        at: when, by the service's clock.
        route: method and template, such as ``PUT /v1/devices/{device_id}/status``.
        account: who signed in; None for nobody, and for a token that is not the service's.
        signals: what it reports.
    """

    at: datetime
    route: str
    account: str | None
    signals: tuple[str, ...]

    def __str__(self) -> str:
        about = f" about {', '.join(self.signals)}" if self.signals else ""
        return f"{self.route} by {self.account or 'nobody'}{about}"


@dataclass(frozen=True, slots=True)
class ReceivedStatus:
    """A report that arrived, and what became of it.

    Attributes:
        state: the square, or the state of the network, as the device wrote it.
        verdict: ``accepted``, or the slug of the problem it met.
    """

    account: str
    device_id: UUID
    purpose: Purpose
    signal: Signal
    epoch: int
    hour: datetime
    state: Mapping[str, Json] = field(repr=False)
    verdict: str


@dataclass(frozen=True, slots=True)
class ReceivedAct:
    """An act of consent that was recorded."""

    account: str
    device_id: UUID
    kind: EventKind
    signals: tuple[Signal, ...]


def signals_in(request: httpx2.Request) -> tuple[str, ...]:
    """Return the names of the signals that a request reports; none where it reports nothing."""
    try:
        reports = cast("object", json.loads(request.content)["reports"])
        names = {str(each["signal"]) for each in cast("list[dict[str, object]]", reports)}
    except (KeyError, TypeError, ValueError):
        return ()
    return tuple(sorted(names))
