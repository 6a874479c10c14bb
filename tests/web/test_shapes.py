"""Technologies are told apart by whoever sees few colours, and seen on every ground."""

import re
from itertools import combinations, product
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

_ELEMENTS: Final = Path(__file__).parents[2] / "sdk" / "web" / "src" / "elements"
Colour: TypeAlias = tuple[float, float, float]
Matrix: TypeAlias = tuple[Colour, Colour, Colour]

# Of linear RGB, at full severity: G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A
# Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (2009).
_BLIND: Final[dict[str, Matrix]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
_CONTRAST: Final = 1.5
_OVERLAP: Final = 0.8
_SIDE: Final = 72


def tokens(theme: int) -> dict[str, Colour]:
    """The colours of a theme (0: light, 1: dark) by their tokens, in linear RGB."""
    text = (_ELEMENTS / "styles.ts").read_text("utf-8")
    found = re.findall(r"--nabij-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", text)
    return {name: linear(colours[theme]) for name, *colours in found}


def linear(colour: str) -> Colour:
    """An sRGB colour in linear light (IEC 61966-2-1)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2."""
    lights = sorted(
        0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def seen(colour: Colour, matrix: Matrix) -> Colour:
    """A colour as somebody sees it who sees few."""
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, colour, strict=True))))
        for row in matrix
    )
    return red, green, blue


def shapes() -> dict[str, str]:
    """The outline of each technology."""
    text = (_ELEMENTS / "shapes.ts").read_text("utf-8")
    return dict(re.findall(r'^  (\w+): "(M[^"]+)"', text, re.MULTILINE))


def drawn(outline: str) -> set[tuple[int, int]]:
    """The pixels of an outline."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18"><path d="{outline}"/></svg>'
    image = QImage(_SIDE, _SIDE, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    sides = product(range(_SIDE), range(_SIDE))
    return {(x, y) for x, y in sides if image.pixelColor(x, y).alpha() > 127}


def alike(one: str, other: str) -> float:
    """How much of two outlines is common to both, 0 to 1."""
    a, b = drawn(one), drawn(other)
    return len(a & b) / len(a | b)


@pytest.mark.parametrize("theme", [0, 1])
def test_every_technology_is_seen_on_every_ground(theme: int) -> None:
    colours = tokens(theme)
    grounds = [colours[each] for each in ("paper", "card", "brand-soft")]
    for technology, ground in product(shapes(), grounds):
        assert contrast(colours[technology], ground) >= 3, technology


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("blindness", list(_BLIND))
def test_each_pair_is_told_apart_by_colour_or_shape(theme: int, blindness: str) -> None:
    colours, outlines = tokens(theme), shapes()
    assert len(outlines) == 7
    for one, other in combinations(outlines, 2):
        a, b = (seen(colours[each], _BLIND[blindness]) for each in (one, other))
        assert contrast(a, b) >= _CONTRAST or alike(outlines[one], outlines[other]) <= _OVERLAP, (
            one,
            other,
        )


def test_shapes_that_are_alike_are_found() -> None:
    square, larger = "M2 2h14v14h-14z", "M2 2h15v15h-15z"
    assert alike(square, larger) > _OVERLAP
    assert alike(square, square) == 1
