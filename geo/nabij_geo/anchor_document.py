"""What a device remembers, as a document for JSON.

    {"version": 4,
     "approximate": false,
     "anchors": [{"northing_m": 3263715, "easting_m": 3973485, "cell": "CRS3035RES1000mN…",
                  "alias": false}, …],
     "stay": null, or {"northing_m": 3263715, "easting_m": 3973485,
                       "fixes": 2, "dwelt_s": 300, "last_s": 1795478400},
     "seeds": [{"cell": "CRS3035RES10000mN…", "times": 13}, …],
     "fruitless": 0,
     "sightings": [{"northing_m": 3263715, "easting_m": 3973485, "days": 2, "last_day": 20781}, …],
     "told": [{"cell": "CRS3035RES1000mN…", "times": 7}, …]}

Anchors, sightings and told cells stand in the order of their use, the last one first; seeds as
`anchors.ranked` orders them. Every place is the middle of a grain (10 m, or 200 m among approximate
fixes), every time to the minute or the day. Reading is strict: no other key, type or number, and
nothing that steps could not have led to. No error repeats what was read.
"""

from typing import Final, TypeGuard, cast

from nabij_geo.anchors import (
    DAYS_THAT_PROVE,
    MOST_ANCHORS,
    MOST_SIGHTINGS,
    MOST_TOLD,
    Anchor,
    CountedCells,
    Memory,
    Sighting,
    is_within_reach,
    ranked,
)
from nabij_geo.cell import Cell
from nabij_geo.dwelling import DWELL_S, LONGEST_CREDIT_S, MINUTE_S, Stay, grained
from nabij_geo.errors import GeoError, InvalidAnchors
from nabij_geo.projection import GridPoint, in_grid_area
from nabij_geo.thresholds import APPROXIMATE, PRECISE, Thresholds

VERSION: Final = 4
MOST_FRUITLESS: Final = 3
# Some thirty thousand years from 1970: beyond it, seconds are no Unix time.
LATEST_S: Final = 10**12
# The most that JSON carries everywhere.
MOST_TIMES: Final = 2**53 - 1
LATEST_DAY: Final = LATEST_S // 86_400 + 1


def written(memory: Memory) -> dict[str, object]:
    """Return the document of a memory."""
    return {
        "version": VERSION,
        "approximate": memory.thresholds == APPROXIMATE,
        "anchors": [_written_anchor(each) for each in memory.anchors],
        "stay": memory.stay and _written_stay(memory.stay),
        "seeds": _written_counted(memory.seeds),
        "fruitless": memory.fruitless,
        "sightings": [_written_sighting(each) for each in memory.sightings],
        "told": _written_counted(memory.told),
    }


def _written_counted(told: CountedCells) -> list[dict[str, object]]:
    return [{"cell": cell.code, "times": times} for cell, times in told]


def _written_anchor(anchor: Anchor) -> dict[str, object]:
    return {**anchor.centre._asdict(), "cell": anchor.cell.code, "alias": anchor.is_alias}


def _written_sighting(sighting: Sighting) -> dict[str, object]:
    seen = {"days": sighting.days, "last_day": sighting.last_day}
    return {**sighting.centre._asdict(), **seen}


def _written_stay(stay: Stay) -> dict[str, object]:
    seen = {"fixes": stay.fixes, "dwelt_s": stay.dwelt_s, "last_s": stay.last_s}
    return {**stay.centre._asdict(), **seen}


def read(document: object) -> Memory:
    """Return the memory that a document holds.

    Raises:
        InvalidAnchors: `written` does not write this.
    """
    version, approximate, anchors, stay, seeds, fruitless, sightings, told = _fields(
        document,
        *("version", "approximate", "anchors", "stay", "seeds", "fruitless", "sightings", "told"),
    )
    if not (_is_count(version, VERSION, VERSION) and _is_count(fruitless, 0, MOST_FRUITLESS)):
        raise InvalidAnchors
    thresholds = APPROXIMATE if _flag(approximate) else PRECISE
    memory = Memory(
        anchors=tuple(_read_anchor(each, thresholds) for each in _entries(anchors, MOST_ANCHORS)),
        stay=None if stay is None else _read_stay(stay, thresholds.grain_m),
        seeds=_read_counted(seeds),
        fruitless=fruitless,
        sightings=tuple(
            _read_sighting(each, thresholds.grain_m) for each in _entries(sightings, MOST_SIGHTINGS)
        ),
        told=_read_counted(told),
        thresholds=thresholds,
    )
    if not (_is_at_its_anchor(memory) and ranked(dict(memory.seeds)) == memory.seeds):
        raise InvalidAnchors
    return memory


def _is_at_its_anchor(memory: Memory) -> bool:
    """Tell whether a device that dwells does so at the first anchor."""
    if memory.stay is None or not memory.at_rest:
        return True
    return bool(memory.anchors) and memory.anchors[0].reaches(memory.stay.centre, memory.thresholds)


def _read_anchor(document: object, thresholds: Thresholds) -> Anchor:
    northing_m, easting_m, code, alias = _fields(
        document, "northing_m", "easting_m", "cell", "alias"
    )
    centre = _point(northing_m, easting_m, thresholds.grain_m)
    anchor = Anchor(centre, _cell(code), _flag(alias))
    if anchor.cell.resolution_m != thresholds.cell_m:
        raise InvalidAnchors
    # An alias is within reach of its anchor, which is within reach of the cell.
    reach_m = thresholds.anchor_m * (2 if anchor.is_alias else 1)
    if not is_within_reach(anchor.centre, anchor.cell, reach_m):
        raise InvalidAnchors
    return anchor


def _read_sighting(document: object, grain_m: int) -> Sighting:
    northing_m, easting_m, days, last_day = _fields(
        document, "northing_m", "easting_m", "days", "last_day"
    )
    if not (
        _is_count(days, 1, DAYS_THAT_PROVE - 1) and _is_count(last_day, -LATEST_DAY, LATEST_DAY)
    ):
        raise InvalidAnchors
    return Sighting(_point(northing_m, easting_m, grain_m), days, last_day)


def _read_counted(document: object) -> CountedCells:
    told = tuple(_read_told(each) for each in _entries(document, MOST_TOLD))
    if len({cell for cell, _ in told}) != len(told):
        raise InvalidAnchors
    return told


def _read_told(document: object) -> tuple[Cell, int]:
    code, times = _fields(document, "cell", "times")
    if not _is_count(times, 1, MOST_TIMES):
        raise InvalidAnchors
    return _cell(code), times


def _read_stay(document: object, grain_m: int) -> Stay:
    northing_m, easting_m, fixes, dwelt_s, last_s = _fields(
        document, "northing_m", "easting_m", "fixes", "dwelt_s", "last_s"
    )
    if not (_is_count(fixes, 1) and _is_count(last_s, -LATEST_S, LATEST_S)):
        raise InvalidAnchors
    longest_s = min((fixes - 1) * LONGEST_CREDIT_S, DWELL_S + LONGEST_CREDIT_S)
    if not _is_count(dwelt_s, 0, longest_s) or dwelt_s % MINUTE_S or last_s % MINUTE_S:
        raise InvalidAnchors
    return Stay(_point(northing_m, easting_m, grain_m), fixes, dwelt_s, last_s)


def _fields(document: object, *names: str) -> list[object]:
    if not isinstance(document, dict):
        raise InvalidAnchors
    fields = cast("dict[object, object]", document)
    if fields.keys() != set(names):
        raise InvalidAnchors
    return [fields[name] for name in names]


def _entries(document: object, most: int) -> list[object]:
    if not isinstance(document, list):
        raise InvalidAnchors
    entries = cast("list[object]", document)
    if len(entries) > most:
        raise InvalidAnchors
    return entries


def _cell(code: object) -> Cell:
    if not isinstance(code, str):
        raise InvalidAnchors
    try:
        return Cell.parse(code)
    except GeoError:
        raise InvalidAnchors from None


def _point(northing_m: object, easting_m: object, grain_m: int) -> GridPoint:
    if not (_is_count(northing_m) and _is_count(easting_m)):
        raise InvalidAnchors
    point = GridPoint(northing_m, easting_m)
    if grained(point, grain_m) != point or not in_grid_area(northing_m, easting_m):
        raise InvalidAnchors
    return point


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidAnchors
    return value


def _is_count(value: object, least: int = 0, most: int | None = None) -> TypeGuard[int]:
    # In Python true is a number; here it is none.
    return type(value) is int and least <= value and (most is None or value <= most)
