"""A square and the sources around it, drawn with characters."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from nabij import NearbySource
from nabij_geo import Cell, project

_MARKS = {
    "solar": ("☼", "yellow"),
    "wind": ("✢", "cyan"),
    "hydro": ("≈", "blue"),
    "biogas": ("●", "green"),
    "biomass": ("▲", "green"),
    "geothermal": ("◆", "red"),
    "marine": ("~", "blue"),
}
_HALF_WIDTH = 15
_LARGEST_HALF_HEIGHT = 7


def draw(cell: Cell, sources: Sequence[NearbySource], *, numbered: int) -> Text:
    """Return the cell amid its neighbours; each character pair is one square of the grid.

    Args:
        cell: drawn in the middle.
        sources: the nearest first, so that the nearest of a square is the one to be seen.
        numbered: how many of them show their rank; the others show their technology.
    """
    marks = dict(_marks(cell, sources, numbered))
    half_height = min(_LARGEST_HALF_HEIGHT, max((abs(up) for up, _ in marks), default=1))
    drawing = Text()
    for up in range(half_height, -half_height - 1, -1):
        drawing.append("  ")
        for right in range(-_HALF_WIDTH, _HALF_WIDTH + 1):
            character, style = marks.get((up, right), ("·", "bright_black"))
            if (up, right) == (0, 0):
                character, style = character.replace("·", " "), "bold black on yellow"
            drawing.append(f" {character}", style)
        drawing.append("\n")
    return drawing


def legend(cell: Cell, sources: Iterable[NearbySource], *, numbered: int) -> Text:
    """Return what the marks on the map stand for."""
    side_km = cell.resolution_m // 1000
    text = Text(f"   · {side_km} km by {side_km} km   ", "bright_black")
    text.append("  ", "on yellow").append(f" Eva's   1-{numbered} the nearest")
    for technology in sorted({source.technology for source in sources}):
        character, style = _MARKS[technology]
        text.append("   ").append(character, style).append(f" {technology}")
    return text


def _marks(
    cell: Cell, sources: Sequence[NearbySource], numbered: int
) -> Iterator[tuple[tuple[int, int], tuple[str, str]]]:
    """Return each source's place, in squares up and right of ``cell``, and its mark.

    Nearest last.
    """
    ranked = list(enumerate(sources, start=1))
    for rank, source in reversed(ranked):
        character, style = _MARKS[source.technology]
        yield (
            _offset(cell, source),
            (str(rank), f"bold {style}")
            if rank <= numbered
            else (
                character,
                style,
            ),
        )


def _offset(cell: Cell, source: NearbySource) -> tuple[int, int]:
    point = project(source.position)
    up = (point.northing_m - cell.northing_m) // cell.resolution_m
    right = (point.easting_m - cell.easting_m) // cell.resolution_m
    return int(up), int(right)
