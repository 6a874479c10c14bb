"""The catalogue file: a catalogue as a document for JSON, column by column.

    {"format": 1, "version": 7, "region": "all", "sources": 3,
     "latitude_e5": [5216010, 12, -7], "longitude_e5": [537820, 3, 110],
     "id": ["repd:17", "osm:way/4", …], "count": [1, 1, 12],
     "name": {"values": ["Zonnedak school", null], "index": [0, 1, 0]}, …}

Rules:

1. sources are in Morton order, so that neighbours on the ground are neighbours in the file and
   small differences stand for places: each coordinate is the difference from the one before;
2. a column of which many sources share a value has its ``values``, in the order in which they first
   occur, and ``index``, again as differences; ``language`` is left out where none is known;
3. reading is strict: no other type, length or number, no other order, nothing of a private person
   that is not published. Members that this version does not know are passed over. No error repeats
   what was read.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final, cast

from nabij_geo.catalogue import (
    MOST_LATITUDE_E5,
    MOST_LONGITUDE_E5,
    TOLD,
    Band,
    Catalogue,
    Columns,
    is_publishable,
)
from nabij_geo.errors import InvalidCatalogue

FORMAT: Final = 1
_LARGEST: Final = 2**53  # that every reader of JSON holds exactly


def encode(catalogue: Catalogue) -> dict[str, Any]:
    """Return the document of a catalogue; the same sources give the same document."""
    columns = catalogue.columns
    return {
        "format": FORMAT,
        "version": catalogue.version,
        "region": catalogue.region,
        "sources": len(catalogue),
        "latitude_e5": _differences(columns["latitude_e5"]),
        "longitude_e5": _differences(columns["longitude_e5"]),
        "id": list(columns["id"]),
        "count": list(columns["count"]),
        **{name: _shared(columns[name]) for name in _SHARED},
        **({"language": _shared(columns["language"])} if any(columns["language"]) else {}),
    }


def decode(document: object) -> Catalogue:
    """Return the catalogue that a document holds.

    Raises:
        InvalidCatalogue: `encode` does not write this.
    """
    members = _object(document)
    if _count(members.get("format")) != FORMAT:
        raise InvalidCatalogue
    size = _count(members.get("sources"))
    columns: Columns = {
        "latitude_e5": _sums(members.get("latitude_e5"), MOST_LATITUDE_E5),
        "longitude_e5": _sums(members.get("longitude_e5"), MOST_LONGITUDE_E5),
        "id": _each(members.get("id"), _text),
        "count": _each(members.get("count"), _count),
        **{name: _spread_out(members.get(name), read) for name, read in _SHARED.items()},
        "language": _languages(members, size),
    }
    if {len(each) for each in columns.values()} != {size} or len(set(columns["id"])) != size:
        raise InvalidCatalogue
    if not all(map(is_publishable, *(columns[name] for name in TOLD))):
        raise InvalidCatalogue
    return Catalogue(_count(members.get("version")), _text(members.get("region")), columns)


def _languages(members: Mapping[str, object], size: int) -> list[str | None]:
    """Return the languages of names and stories.

    A file in which none is known does not have them.
    """
    if "language" not in members:
        return [None] * size
    return _spread_out(members["language"], _optional_text)


def _shared(column: Sequence[Any]) -> dict[str, Any]:
    numbers: dict[Any, int] = {}
    index = [numbers.setdefault(value, len(numbers)) for value in column]
    return {"values": list(map(_shortest, numbers)), "index": _differences(index)}


def _shortest(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, tuple):
        return [_shortest(each) for each in cast("Band", value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _differences(numbers: Sequence[int]) -> list[int]:
    return [after - before for before, after in pairwise((0, *numbers))]


def _spread_out(column: object, read: Callable[[object], Any]) -> list[Any]:
    members = _object(column)
    values = _each(members.get("values"), read)
    return [values[each] for each in _sums(members.get("index"), len(values) - 1, least=0)]


def _sums(differences: object, most: int, *, least: int | None = None) -> list[int]:
    sums = list(accumulate(_each(differences, _whole)))
    least = -most if least is None else least
    if sums and not least <= min(sums) <= max(sums) <= most:
        raise InvalidCatalogue
    return sums


def _each(values: object, read: Callable[[object], Any]) -> list[Any]:
    if not isinstance(values, list):
        raise InvalidCatalogue
    return list(map(read, cast("list[object]", values)))


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise InvalidCatalogue
    return cast("Mapping[str, object]", value)


def _whole(value: object) -> int:
    if type(value) is not int:
        raise InvalidCatalogue
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST:
        raise InvalidCatalogue
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidCatalogue
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidCatalogue
    return value


def _kilowatts(value: object) -> float | None:
    if value is None:
        return None
    if type(value) not in {int, float} or not 0 <= cast("float", value) <= _LARGEST:
        raise InvalidCatalogue
    return float(cast("float", value))


def _band(value: object) -> Band | None:
    if value is None:
        return None
    least, *most = _each(value, _kilowatts) or [None]
    if least is None or len(most) != 1:
        raise InvalidCatalogue
    return least, most[0]


_SHARED: Final[Mapping[str, Callable[[object], Any]]] = {
    "technology": _text,
    "owner_kind": _text,
    "capacity_kw": _kilowatts,
    "capacity_band_kw": _band,
    "name": _optional_text,
    "story": _optional_text,
    "licence": _text,
    "register": _optional_text,
    "made_up": _truth,
    "located": _text,
}
