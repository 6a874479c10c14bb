"""The customer's square, and the sources around it, drawn to scale."""

import math
from collections.abc import Iterable
from typing import Final

import toga

import nabij
from nabij_geo import project

SIDE: Final = 220
_SQUARES_ACROSS: Final = 5
_PAPER: Final = "#f4f1e8"
_LINE: Final = "#d8d2c0"
_SQUARE: Final = "#f2c230"
_SOURCE: Final = "#1f6f4a"


def draw(canvas: toga.Canvas, square: nabij.Cell, sources: Iterable[nabij.Position]) -> None:
    """Draw ``square`` in the middle of five by five, and the sources that fall within."""
    _fill_rect(canvas, (0, 0, SIDE, SIDE), _PAPER)
    step = SIDE / _SQUARES_ACROSS
    middle = step * (_SQUARES_ACROSS // 2)
    _fill_rect(canvas, (middle, middle, step, step), _SQUARE)
    _draw_grid(canvas, step)
    for position in sources:
        x, y = _on_paper(square, position)
        if 0 <= x <= SIDE and 0 <= y <= SIDE:
            _draw_source(canvas, x, y)


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


def _draw_grid(canvas: toga.Canvas, step: float) -> None:
    canvas.begin_path()
    for line in range(_SQUARES_ACROSS + 1):
        canvas.move_to(line * step, 0)
        canvas.line_to(line * step, SIDE)
        canvas.move_to(0, line * step)
        canvas.line_to(SIDE, line * step)
    canvas.stroke(stroke_style=_LINE, line_width=1)


def _draw_source(canvas: toga.Canvas, x: float, y: float) -> None:
    canvas.begin_path()
    canvas.arc(x, y, 4, 0, 2 * math.pi)
    canvas.fill(fill_style=_SOURCE)
