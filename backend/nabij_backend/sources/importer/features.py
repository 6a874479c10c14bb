"""Files that GDAL reads, as a stream of rows with a point each.

GDAL comes with the extra ``import``. This module is loaded where a file needs it.
"""

import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import shapely
from pyogrio import list_layers, raw, read_info  # pyright: ignore[reportUnknownVariableType] - untyped
from pyogrio.errors import DataLayerError, DataSourceError

from nabij_backend.sources.importer.errors import LayerError, UnreadableFileError
from nabij_backend.sources.importer.numbers import DecimalMarks
from nabij_backend.sources.importer.registers import WGS84
from nabij_backend.sources.importer.rows import RawRow, RowSource

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Objects = NDArray[np.object_]
    _Chunk = tuple[dict[str, _Objects], object, _Objects | None, list[_Objects]]

# GDAL walks a GeoJSON file from its start for every chunk: few large ones.
_CHUNK: Final = 50_000
# Of a text that is not in the encoding its file names. Every byte is a character there.
_OTHER_ENCODING: Final = "ISO-8859-1"


@dataclass(frozen=True, slots=True)
class _Features:
    """A file of features whose length is known."""

    path: Path
    layer: str
    columns: tuple[str, ...]
    total: int

    def rows(self, wanted: Sequence[str]) -> Iterator[RawRow]:
        """Yield each feature's cells of the wanted columns, and its representative point."""
        for start in range(0, self.total, _CHUNK):
            fields, geometry, data = self._chunk(start, wanted)
            by_name = dict(zip(fields, data, strict=True))
            cells = zip(*(map(_text, by_name[column].tolist()) for column in wanted), strict=True)
            points = _points(geometry) if geometry is not None else [None] * len(data[0])
            for number, (row, point) in enumerate(zip(cells, points, strict=True), start + 1):
                yield RawRow(number, row, point)

    def _chunk(
        self, start: int, wanted: Sequence[str]
    ) -> "tuple[Sequence[str], _Objects | None, list[_Objects]]":
        """Return the names and the values of fields, and the geometries, of some features."""
        chunk: dict[str, Any] = {"skip_features": start, "max_features": _CHUNK}
        with _reading():
            try:
                columns = list(set(wanted))
                meta, _, geometry, data = cast(
                    "_Chunk",
                    raw.read(self.path, layer=self.layer, columns=columns, **chunk),  # pyright: ignore[reportUnknownMemberType]
                )
                return [str(name) for name in meta["fields"]], geometry, data
            except UnicodeDecodeError:
                # Names may be written otherwise than values, but their order is the same.
                _, _, geometry, data = cast(
                    "_Chunk",
                    raw.read(self.path, layer=self.layer, encoding=_OTHER_ENCODING, **chunk),  # pyright: ignore[reportUnknownMemberType]
                )
                return self.columns, geometry, data


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook."""

    path: Path
    kind: str
    name: str

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the sheet's rows with their numbers, empty ones included."""
        options: dict[str, Any] = {"HEADERS": "DISABLE", "FIELD_TYPES": "STRING"}
        with _reading():
            _, _, _, data = cast("_Chunk", raw.read(self.path, layer=self.name, **options))  # pyright: ignore[reportUnknownMemberType]
        for number, cells in enumerate(zip(*data, strict=True), start=1):
            yield number, [_text(cell) for cell in cells]


def open_sheet(path: Path, layer: str | None) -> Sheet:
    """Return a sheet of a workbook.

    Raises:
        UnreadableFileError: GDAL does not read it.
        LayerError: there is no such sheet, or there are several.
    """
    name = _layer(path, layer)
    return Sheet(path, path.suffix[1:].upper(), name)


def open_features(path: Path, layer: str | None) -> RowSource:
    """Return the columns, the number of features and the stream of features of a file.

    Raises:
        UnreadableFileError: GDAL does not read it.
        LayerError: there is no such layer, or there are several.
    """
    name = _layer(path, layer)
    with _reading():
        try:
            info = _info(path, name, None)
        except UnicodeDecodeError:
            info = _info(path, name, _OTHER_ENCODING)
    columns = tuple(str(field) for field in cast("_Objects", info["fields"]))
    total = cast("int", info["features"])
    crs = cast("str | None", info["crs"]) or WGS84
    geometry_crs = None if info["geometry_type"] is None else crs
    form = {"format": str(info["driver"]), "layer": name}
    rows = _Features(path, name, columns, total).rows
    return RowSource(columns, total, rows, geometry_crs, DecimalMarks.UNKNOWN, form)


def _info(path: Path, layer: str, encoding: str | None) -> dict[str, object]:
    return cast(
        "dict[str, object]",
        read_info(path, layer=layer, encoding=encoding, force_feature_count=True),
    )


def _layer(path: Path, wanted: str | None) -> str:
    with _reading():
        found = cast("_Objects", list_layers(path))
    names = [str(name) for name, _ in found]
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted not in names:
        raise LayerError(names)
    return wanted


@contextmanager
def _reading() -> Generator[None]:
    """Turn what GDAL says of a file that it cannot read into one sentence.

    Its warnings are kept from the screen: what they are about is told by the report.
    """
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="pyogrio")
            yield
    except (DataLayerError, DataSourceError, UnicodeDecodeError, UnboundLocalError) as error:
        # The last is what pyogrio says of a coordinate system that is no text.
        raise UnreadableFileError from error


def _points(wkb: "_Objects") -> list[tuple[float, float] | None]:
    """Return a representative point of each geometry; None where there is none.

    A representative point lies within its geometry, which a centroid need not.
    """
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    points = cast("list[shapely.Point | None]", shapely.point_on_surface(shapes).tolist())
    return [None if point is None or point.is_empty else (point.x, point.y) for point in points]


def _text(value: object) -> str:
    """Return a value as a CSV file would have it; a whole number in a float column as such."""
    if value is None or value != value:  # noqa: PLR0124 - NaN, how GDAL's numbers say nothing
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
