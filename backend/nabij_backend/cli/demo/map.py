"""A square and the sources around it, drawn with characters."""

from collections.abc import Sequence

from rich.text import Text

from nabij import NearbySource
from nabij_geo import Cell, project

_MARKS = {
    "solar": "☀",
    "wind": "✦",
    "hydro": "≈",
    "biogas": "●",
    "biomass": "▲",
    "geothermal": "◆",
    "marine": "~",
}
_HALF_WIDTH, _HALF_HEIGHT = 6, 3


def draw(cell: Cell, sources: Sequence[NearbySource]) -> Text:
    """The cell in the middle, its neighbours around it, and a mark in each that has a source."""
    marks = {_cell_of(source, cell): _MARKS[source.technology] for source in reversed(sources)}
    drawing = Text()
    for up in range(_HALF_HEIGHT, -_HALF_HEIGHT - 1, -1):
        for right in range(-_HALF_WIDTH, _HALF_WIDTH + 1):
            here = (
                cell.northing_m + up * cell.resolution_m,
                cell.easting_m + right * cell.resolution_m,
            )
            mark = marks.get(here, "·")
            if (up, right) == (0, 0):
                drawing.append(f"[{mark if mark != '·' else ' '}]", "bold black on yellow")
            else:
                drawing.append(f" {mark} ", "dim" if mark == "·" else "bold green")
        drawing.append("\n")
    return drawing


def legend(sources: Sequence[NearbySource]) -> str:
    """What the marks on the map stand for."""
    technologies = sorted({source.technology for source in sources})
    return "   ".join(f"{_MARKS[technology]} {technology}" for technology in technologies)


def _cell_of(source: NearbySource, cell: Cell) -> tuple[int, int]:
    """The lower-left corner of the source's square, of the size of ``cell``."""
    point = project(source.position)
    size = cell.resolution_m
    return int(point.northing_m // size) * size, int(point.easting_m // size) * size
