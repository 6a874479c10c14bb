"""Live grants, as the gate hands them out, and a consent to end."""

from datetime import timedelta
from typing import TypeVar

from nabij._gate import DeviceReason, Permission, Refused
from nabij._live import GpsGrant, GsmGrant, LiveGrant, WifiGrant, mint
from nabij_consent import NEARBY_SOURCES, Allowed, Grant, Signal
from tests.consent.values import NOW

LiveT = TypeVar("LiveT", bound=LiveGrant)


class Consent:
    """A customer who has agreed to everything, until they withdraw."""

    def __init__(self) -> None:
        self._given = True

    def gps(self) -> GpsGrant:
        return self._grant(Signal.GPS, GpsGrant)

    def gsm(self) -> GsmGrant:
        return self._grant(Signal.GSM, GsmGrant)

    def wifi(self) -> WifiGrant:
        return self._grant(Signal.WIFI, WifiGrant)

    def withdraw(self) -> None:
        self._given = False

    def _grant(self, signal: Signal, kind: type[LiveT]) -> LiveT:
        resolution_m = 1_000 if signal is Signal.GPS else None
        year = timedelta(days=365)
        grant = Grant(NEARBY_SOURCES, signal, 1, resolution_m, 3, NOW, NOW + year)

        def ask() -> Permission:
            return Allowed(grant) if self._given else Refused((DeviceReason.NOT_KNOWN,))

        live = mint(grant, ask)
        assert isinstance(live, kind)
        return live
