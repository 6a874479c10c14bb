"""The app's adapters, and what the operating system adds to the customer's word.

Rules:

1. what the customer did not agree to stays refused, whatever the operating system allows;
2. what the operating system does not allow, or will not tell of, is refused too; an adapter that
   fails to tell, or answers anything but an ``Access``, counts as one that will not;
3. an adapter answers for what it vouches for, and one that says nothing of it for nothing;
4. where the operating system gives only approximate positions, the grant is as good as one of
   ``APPROXIMATE_M``: no finer square is told, or asked about, than the app can know of;
5. a signal without an adapter is the app's own to collect: the customer's word decides alone.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeAlias, cast

from nabij._errors import Unsupported
from nabij._gate import DeviceReason, Permission, Refused
from nabij._live import LiveGrant
from nabij.sensors import Access, Adapter, Reading, Sensor, Sensors, Vouched
from nabij_consent import Allowed, Grant, Signal
from nabij_geo import Resolution

AnyAdapter: TypeAlias = Adapter[Any, Reading]

APPROXIMATE_M: Final[Resolution] = 10_000
"""Approximate positions are off by kilometres (Android: about two), so 1 km would be made up."""

_REFUSED_BY: Final[dict[Access | None, DeviceReason]] = {
    Access.NONE: DeviceReason.OS_NONE,
    Access.UNKNOWN: DeviceReason.OS_UNKNOWN,
    Access.UNSUPPORTED: DeviceReason.UNSUPPORTED,
}


class Adapters:
    """The adapters that an app gave its client.

    Raises:
        ValueError: one is for no signal.
    """

    def __init__(self, sensors: Sensors) -> None:
        if not sensors.keys() <= frozenset(Signal):
            raise ValueError("Give adapters by the names of signals: gps, gsm and wifi.")
        named: dict[str, AnyAdapter | None] = {
            Signal.GPS: sensors.get("gps"),
            Signal.GSM: sensors.get("gsm"),
            Signal.WIFI: sensors.get("wifi"),
        }
        self._of = {each: adapter for each in Signal if (adapter := named[each]) is not None}

    def signals(self) -> tuple[Signal, ...]:
        """Return the signals that the client can collect, in one order."""
        return tuple(self._of)

    def access(self, signal: Signal) -> Access | None:
        """Return what the operating system allows now; None where there is no adapter."""
        adapter = self._of.get(signal)
        if adapter is None:
            return None
        try:
            access = cast("object", adapter.access())
        except Exception:  # noqa: BLE001 - rule 2: a driver of another maker may raise anything
            return Access.UNKNOWN
        return access if isinstance(access, Access) else Access.UNKNOWN

    def vouched(self, signal: Signal) -> Vouched:
        """Return what the adapter of the signal answers for."""
        try:
            vouched = cast("object", getattr(self._of.get(signal), "vouches", None))
        except Exception:  # noqa: BLE001 - rule 2
            return Vouched()
        return vouched if isinstance(vouched, Vouched) else Vouched()

    def start(self, grant: LiveGrant) -> Sensor[Reading]:
        """Start the sensor of the grant's signal.

        Raises:
            NotPermitted: the grant has ended.
            SensorError: the sensor cannot be started.
        """
        grant.require()
        return self._adapter(grant).start(grant)

    def ask(self, grant: LiveGrant, then: Callable[[], None]) -> None:
        """Let the operating system ask.

        Raises:
            NotPermitted: the grant has ended.
            Unsupported: nothing here could ask.
        """
        grant.require()
        self._adapter(grant).ask(grant, then)

    def _adapter(self, grant: LiveGrant) -> AnyAdapter:
        adapter = self._of.get(grant.signal)
        if adapter is None:
            raise Unsupported("This client was given no adapter for the signal: see `sensors`.")
        return adapter


def effective(decision: Permission, access: Access | None) -> Permission:
    """Return what the customer's word and the operating system's come to."""
    consent = decision.reasons if isinstance(decision, Refused) else ()
    system = (_REFUSED_BY[access],) if access in _REFUSED_BY else ()
    if isinstance(decision, Refused) or system:
        return Refused((*consent, *system))
    return Allowed(_coarsened(decision.grant)) if access is Access.APPROXIMATE else decision


def _coarsened(grant: Grant) -> Grant:
    if grant.resolution_m is None:
        return grant
    return replace(grant, resolution_m=max(grant.resolution_m, APPROXIMATE_M))
