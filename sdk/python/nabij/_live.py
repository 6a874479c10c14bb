"""The gate's word that one signal may be collected now, as a value that only the gate makes.

Whatever reads a sensor, queues a reading or sends one takes such a value, so code that never asked
the gate has nothing to call it with. Each signal has a class of its own: permission for Wi-Fi does
not start a receiver of positions, in the type checker and when it runs.
"""

from collections.abc import Callable
from typing import Final, Never, final

from nabij._errors import NotPermitted
from nabij._gate import DeviceReason, Permission, Refused
from nabij_consent import Grant, Purpose, Signal
from nabij_geo import Resolution


class LiveGrant:
    """One signal may be collected for one purpose; ask again before each use with ``require``."""

    __slots__ = ("_ask", "_grant")

    _grant: Grant
    _ask: Callable[[], Permission]

    def __init__(self, *, made_by_the_gate_alone: Never) -> None:
        del made_by_the_gate_alone
        raise TypeError("Only the gate makes a live grant: take the one that it hands you.")

    @property
    def purpose(self) -> Purpose:
        """What the customer agreed to have it collected for."""
        return self._grant.purpose

    @property
    def signal(self) -> Signal:
        """What may be collected."""
        return self._grant.signal

    @property
    def epoch(self) -> int:
        """The number of the act that gave it."""
        return self._grant.epoch

    @property
    def resolution_m(self) -> Resolution | None:
        """The finest square of a position; None for other signals."""
        return self._grant.resolution_m

    def now(self) -> Permission:
        """Return whether it is still live."""
        permission = self._ask()
        if isinstance(permission, Refused) or permission.grant.epoch == self.epoch:
            return permission
        return Refused((DeviceReason.GRANT_CHANGED,))

    @classmethod
    def admit(cls, grant: object) -> None:
        """Let an adapter go on only with a live grant of its own signal: ``GpsGrant.admit(grant)``.

        Raises:
            TypeError: it is no such grant.
            NotPermitted: it has ended.
        """
        if not isinstance(grant, cls):
            raise TypeError(f"This takes a {cls.__name__} that the gate made.")
        grant.require()

    def require(self) -> None:
        """Go on only while it is live.

        Raises:
            NotPermitted: it has ended.
        """
        permission = self.now()
        if isinstance(permission, Refused):
            raise NotPermitted(permission.reasons)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@final
class GpsGrant(LiveGrant):
    """Positions may be read."""

    __slots__ = ()


@final
class GsmGrant(LiveGrant):
    """The state of the mobile network may be read."""

    __slots__ = ()


@final
class WifiGrant(LiveGrant):
    """The state of Wi-Fi may be read."""

    __slots__ = ()


_CLASSES: Final = {Signal.GPS: GpsGrant, Signal.GSM: GsmGrant, Signal.WIFI: WifiGrant}


def mint(grant: Grant, ask: Callable[[], Permission]) -> LiveGrant:
    """Return a live grant; ``ask`` tells what the gate says of it at any later moment."""
    kind = _CLASSES[grant.signal]
    made = kind.__new__(kind)
    made._grant = grant  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - made here alone
    made._ask = ask  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return made
