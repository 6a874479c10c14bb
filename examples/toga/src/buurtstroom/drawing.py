"""The customer's square, and the sources around it, drawn to scale in the colours of a theme."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import toga

import nabij
from nabij_geo import project

SIDE: Final = 220
_SQUARES_ACROSS: Final = 5


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours that stand out from each other by 3:1 at least, but for the lines of the grid."""

    paper: str
    line: str
    square: str
    edge: str
    source: str


LIGHT: Final = Palette("#f4f1e8", "#d8d2c0", "#f5b921", "#8a5a00", "#0a54c2")
DARK: Final = Palette("#1c211d", "#3a423c", "#7a5c10", "#f5b921", "#b3f2f2")


def draw(
    canvas: toga.Canvas, square: nabij.Cell, sources: Iterable[nabij.Position], palette: Palette
) -> None:
    """Draw ``square`` in the middle of five by five, and the sources that fall within."""
    _fill_rect(canvas, (0, 0, SIDE, SIDE), palette.paper)
    step = SIDE / _SQUARES_ACROSS
    middle = step * (_SQUARES_ACROSS // 2)
    _draw_grid(canvas, step, palette.line)
    _fill_rect(canvas, (middle, middle, step, step), palette.square)
    canvas.begin_path()
    canvas.rect(middle, middle, step, step)
    canvas.stroke(stroke_style=palette.edge, line_width=2)
    for position in sources:
        x, y = _on_paper(square, position)
        if 0 <= x <= SIDE and 0 <= y <= SIDE:
            _draw_source(canvas, x, y, palette)


def _on_paper(square: nabij.Cell, position: nabij.Position) -> tuple[float, float]:
    centre, point = square.centre, project(position)
    scale = SIDE / (_SQUARES_ACROSS * square.resolution_m)
    east = (point.easting_m - centre.easting_m) * scale
    north = (point.northing_m - centre.northing_m) * scale
    return SIDE / 2 + east, SIDE / 2 - north


def _fill_rect(canvas: toga.Canvas, rect: tuple[float, float, float, float], colour: str) -> None:
    canvas.begin_path()
    canvas.rect(*rect)
    canvas.fill(fill_style=colour)


def _draw_grid(canvas: toga.Canvas, step: float, colour: str) -> None:
    canvas.begin_path()
    for line in range(_SQUARES_ACROSS + 1):
        canvas.move_to(line * step, 0)
        canvas.line_to(line * step, SIDE)
        canvas.move_to(0, line * step)
        canvas.line_to(SIDE, line * step)
    canvas.stroke(stroke_style=colour, line_width=1)


def _draw_source(canvas: toga.Canvas, x: float, y: float, palette: Palette) -> None:
    for radius, colour in ((6, palette.paper), (4, palette.source)):
        canvas.begin_path()
        canvas.arc(x, y, radius, 0, 2 * math.pi)
        canvas.fill(fill_style=colour)
