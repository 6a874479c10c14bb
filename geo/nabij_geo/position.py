"""A place on Earth whose numbers cannot slip out."""

import math
from typing import Final, final

from nabij_geo.errors import InvalidPosition
from nabij_geo.hidden import Hidden

_POLE_DEG: Final = 90
_ANTIMERIDIAN_DEG: Final = 180
_OLDEST_FIX_S: Final = 300


@final
class Position(Hidden):
    """A place in WGS 84 degrees. Immutable, comparable, and silent about its numbers.

    Nabij takes WGS 84 and ETRS89 as equal: they differ by less than a metre, GPS by several.

    `repr`, `str` and `format` show `Position(hidden)`. Pickling is refused, and there is no
    `__dict__` and no dataclass field to list, so logs, queues and serialisers that were handed a
    position by mistake get nothing. Only code that asks for `latitude_deg` by name reads it.

    Args:
        latitude_deg: -90 to 90, north positive.
        longitude_deg: -180 to 180, east positive.
        accuracy_m: radius in metres that the sensor claims to be within; 0 for an exact place, None
            where nobody claims any.
        measured_s: when the sensor measured it, Unix time in seconds (UTC); None where nobody says.

    Raises:
        InvalidPosition: a number is not finite or lies outside its range.
    """

    __slots__ = ("_accuracy_m", "_latitude_deg", "_longitude_deg", "_measured_s")

    _refusal = "A Position is never stored or sent. Use Cell.containing(position).code."

    def __init__(
        self,
        latitude_deg: float,
        longitude_deg: float,
        accuracy_m: float | None = 0.0,
        measured_s: float | None = None,
    ) -> None:
        # These comparisons turn away NaN too, and unlike float() never quote what they were given.
        if not (
            abs(latitude_deg) <= _POLE_DEG
            and abs(longitude_deg) <= _ANTIMERIDIAN_DEG
            and (accuracy_m is None or 0 <= accuracy_m < math.inf)
            and (measured_s is None or abs(measured_s) < math.inf)
        ):
            raise InvalidPosition
        self._latitude_deg = float(latitude_deg)
        self._longitude_deg = float(longitude_deg)
        self._accuracy_m = None if accuracy_m is None else float(accuracy_m)
        self._measured_s = None if measured_s is None else float(measured_s)

    @property
    def latitude_deg(self) -> float:
        """Latitude in WGS 84 degrees, north positive."""
        return self._latitude_deg

    @property
    def longitude_deg(self) -> float:
        """Longitude in WGS 84 degrees, east positive."""
        return self._longitude_deg

    @property
    def accuracy_m(self) -> float | None:
        """Radius in metres that the sensor claims to be within; 0: exact; None: nobody claims."""
        return self._accuracy_m

    @property
    def measured_s(self) -> float | None:
        """When the sensor measured it, Unix time in seconds; None where nobody says."""
        return self._measured_s

    def is_fresh(self, now_s: float) -> bool:
        """Tell whether it was measured within five minutes of now, Unix seconds: not unless known.

        A time that lies ahead of now is as far off as one that lies behind it.
        """
        return self._measured_s is not None and abs(now_s - self._measured_s) <= _OLDEST_FIX_S

    def with_time(self, measured_s: float | None) -> "Position":
        """Return this with another time of measurement; None: unknown."""
        if measured_s == self._measured_s:
            return self
        return Position(self._latitude_deg, self._longitude_deg, self._accuracy_m, measured_s)

    def _values(self) -> tuple[float, float, float | None, float | None]:
        return (self._latitude_deg, self._longitude_deg, self._accuracy_m, self._measured_s)

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Position) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())
