"""Codes of squares of the European grid, in their one official spelling (INSPIRE)."""

import re
from typing import Final, Literal, NamedTuple

from nabij_geo.errors import InvalidCell

Resolution = Literal[1_000, 10_000, 100_000]

RESOLUTIONS_M: Final[tuple[Resolution, ...]] = (1_000, 10_000, 100_000)

_RESOLUTION_OF: Final[dict[str, Resolution]] = {str(step): step for step in RESOLUTIONS_M}
_CODE: Final = re.compile(r"CRS3035RES(10{3,5})mN(0|[1-9][0-9]{0,7})E(0|[1-9][0-9]{0,7})")


class CellCode(NamedTuple):
    """A resolution and a lower-left corner (EPSG:3035), in metres; its text is the code."""

    resolution_m: Resolution
    northing_m: int
    easting_m: int

    def __str__(self) -> str:
        return f"CRS3035RES{self.resolution_m}mN{self.northing_m}E{self.easting_m}"


def parse_code(code: str) -> CellCode:
    """Return the resolution and the corner that a code names.

    Raises:
        InvalidCell: the spelling differs.
    """
    match = _CODE.fullmatch(code)
    if match is None:
        raise InvalidCell
    resolution, northing, easting = match.groups()
    return CellCode(_RESOLUTION_OF[resolution], int(northing), int(easting))
