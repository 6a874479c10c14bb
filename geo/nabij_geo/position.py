"""A place on Earth whose numbers cannot slip out."""

import math
from typing import Final, final

from nabij_geo.errors import InvalidPosition
from nabij_geo.hidden import Hidden

_POLE_DEG: Final = 90
_ANTIMERIDIAN_DEG: Final = 180


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
        accuracy_m: radius in metres that the sensor claims to be within; 0 for an exact place.

    Raises:
        InvalidPosition: a number is not finite or lies outside its range.
    """

    __slots__ = ("_accuracy_m", "_latitude_deg", "_longitude_deg")

    _refusal = "A Position is never stored or sent. Use Cell.containing(position).code."

    def __init__(self, latitude_deg: float, longitude_deg: float, accuracy_m: float = 0.0) -> None:
        # These comparisons turn away NaN too, and unlike float() never quote what they were given.
        if not (
            abs(latitude_deg) <= _POLE_DEG
            and abs(longitude_deg) <= _ANTIMERIDIAN_DEG
            and 0 <= accuracy_m < math.inf
        ):
            raise InvalidPosition
        self._latitude_deg = float(latitude_deg)
        self._longitude_deg = float(longitude_deg)
        self._accuracy_m = float(accuracy_m)

    @property
    def latitude_deg(self) -> float:
        """Latitude in WGS 84 degrees, north positive."""
        return self._latitude_deg

    @property
    def longitude_deg(self) -> float:
        """Longitude in WGS 84 degrees, east positive."""
        return self._longitude_deg

    @property
    def accuracy_m(self) -> float:
        """Radius in metres that the sensor claims to be within; 0 for an exact place."""
        return self._accuracy_m

    def _values(self) -> tuple[float, float, float]:
        return (self._latitude_deg, self._longitude_deg, self._accuracy_m)

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Position) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())
