"""The way that the demo's phone goes."""

from itertools import islice

import pytest

from nabij_dev.demo.outing import round_trip
from nabij_dev.demo.phones import SANNE
from nabij_geo import Cell, geodesic_distance_m


def test_it_crosses_squares_and_comes_home_again() -> None:
    way = list(islice(round_trip(SANNE.position), 61))
    assert len({Cell.containing(each) for each in way}) > 5
    assert geodesic_distance_m(way[0], way[-1]) == pytest.approx(0, abs=0.01)
    assert max(geodesic_distance_m(SANNE.position, each) for each in way) < 10_000
