"""What a position of a sensor is worth.

Rules:

1. a fix has a time: its own, or now where it has none and its adapter vouches that it was just
   read. Without a time, or with one more than five minutes from now, it is worthless;
2. no receiver is exact: an accuracy of 0 m is what Android and plyer say where they know none;
3. an unknown accuracy is good where the operating system gives precise positions and the adapter
   vouches for them, and bad everywhere else.
"""

from typing import Final

from nabij._errors import StaleFix
from nabij.sensors import Access, Vouched
from nabij_geo import Position

_EXACT_M: Final = 0.0
_PRECISE: Final = frozenset({Access.PRECISE, Access.NOT_NEEDED})


def validated(
    position: Position, now_s: float, access: Access | None, vouched: Vouched
) -> Position:
    """``position`` with its time, and with no accuracy unless it can be believed.

    Raises:
        StaleFix: it is worthless.
    """
    measured_s = position.measured_s
    if measured_s is None and vouched.just_read:
        measured_s = now_s
    accuracy_m = position.accuracy_m or None
    if accuracy_m is None and vouched.accurate and access in _PRECISE:
        accuracy_m = _EXACT_M
    fix = Position(position.latitude_deg, position.longitude_deg, accuracy_m, measured_s)
    if not fix.is_fresh(now_s):
        raise StaleFix
    return fix
