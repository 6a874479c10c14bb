"""Invented customers, each with a phone that runs the real SDK against the real service."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import nabij
from nabij.sensors import GsmState, Sensors, WifiState
from nabij.sensors.replay import Replay
from nabij.testing import SteadySensor
from nabij_backend.clock import utc_now
from nabij_backend.identity import LocalIdentity

_SIGNED_IN_FOR = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who does not exist, and where their phone is."""

    name: str
    position: nabij.Position


EVA = Customer("Eva", nabij.Position(52.1601, 5.3782, 8.0))
"""At home in the middle of Amersfoort."""

BRAM = Customer("Bram", nabij.Position(52.0893, 5.1103, 12.0))
"""At work in Utrecht."""

CHRIS = Customer("Chris", nabij.Position(51.8449, 5.8635, 15.0))
"""On the market square of Nijmegen."""

SANNE = Customer("Sanne", nabij.Position(52.1561, 5.3878, 10.0))
"""Out and about around Amersfoort, and signed in on the page."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A customer's phone. ``sign_in_as`` is new every time, so that no story meets an old one."""

    customer: Customer
    sign_in_as: str
    token: nabij.Token
    client: nabij.Client


def new_sign_in(customer: Customer) -> str:
    """Return a name to sign in with that nobody had before."""
    return f"{customer.name}-{uuid4().hex[:12]}"


def phone_of(
    customer: Customer,
    address: str,
    identity: LocalIdentity,
    *,
    sign_in_as: str,
    way: Iterable[nabij.Position] | None = None,
) -> Phone:
    """Return a new phone, signed in; it stays where the customer is, unless it goes its ``way``."""

    def token() -> str:
        return identity.issue(sign_in_as, now=utc_now(), lifetime=_SIGNED_IN_FOR)

    # The story takes a second: it has no ten minutes for anybody to dwell.
    client = nabij.Client(
        address, token=token, sensors=_sensors(way or [customer.position]), coarsening="plain"
    )
    return Phone(customer, sign_in_as, token, client)


def _sensors(way: Iterable[nabij.Position]) -> Sensors:
    """Return what the phone could read, if it were allowed to."""
    return {
        "gps": Replay(way),
        "gsm": SteadySensor(GsmState(connected=True)),
        "wifi": SteadySensor(WifiState(connected=True)),
    }
